import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.ingest.field_values import normalize_url


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://example.org/a/1.mp3?x=1#t", "https://example.org/a/1.mp3?x=1#t"),
        ("HTTP://example.org:8080", "HTTP://example.org:8080"),
        ("https://例え.jp/é", "https://例え.jp/é"),
        (" /transcripts/1.html ", "/transcripts/1.html"),
        ("https://e.org/a|b[1]", "https://e.org/a%7Cb%5B1%5D"),
        ('https://e.org/"><img>', "https://e.org/%22%3E%3Cimg%3E"),
        ("https://e.org/100%", "https://e.org/100%25"),
        ("https://e.org/a\\b#c#d", "https://e.org/a%5Cb#c%23d"),
        ("https://e.org/\u202ex", "https://e.org/%E2%80%AEx"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//evil.example/x", None),
        ("https://", None),
        ("https://a b.org/", None),
        ("https://e.org/a b", None),
        ("https://e.org/\x00", None),
        ("https://e.org/\nx", None),
        ("ftp://e.org/", None),
        ("https:e.org", None),
        ("https://e.org:port/", None),
        ("example.org", None),
        ("", None),
    ],
)
def test_an_address_is_http_or_a_path(text, found):
    assert normalize_url(text) == found


@given(
    st.sampled_from(["http://h", "https://h.x/", "/", "http://u@h/"]),
    st.text("ab/:?#[]@!&'()%20<>\"{}|\\^`~.é比\u202e\ufdd0\ue000\uffff😀\U000f0000", max_size=12),
)
def test_what_is_an_address_is_an_iri(start, rest):
    found = normalize_url(start + rest)
    if found is not None:
        pyoxigraph.NamedNode(found if found[0] != "/" else "http://h" + found)
