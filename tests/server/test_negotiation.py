"""Content negotiation by Accept header and format name."""

import pytest

from kgraph.base.errors import KgraphError, RequestError
from kgraph.server.http.problems import describe_error
from kgraph.server.negotiation import (
    MAX_MEDIA_RANGES,
    choose_media_type,
    choose_media_types,
    parse_accept,
)

OFFERS = ["text/turtle", "application/n-triples", "text/html"]


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("text/*;q=0.5, application/n-triples;q=0.4", "text/turtle"),
        ("text/*, text/turtle;q=0.1", "text/html"),
        ("text/turtle;q=0", None),
        ("*/*;q=0.1, text/turtle;q=0", "application/n-triples"),
        ("TEXT/TURTLE; charset=utf-8 ; Q=0.7", "text/turtle"),
        ("text/turtle;q=x, application/n-triples;q=0.001", "application/n-triples"),
        ("image/png", None),
        (",,;q=1,", "text/turtle"),
    ],
)
def test_the_preferred_offer_is_chosen(accept, chosen):
    assert choose_media_type(accept, OFFERS) == chosen


def test_weights_stay_between_0_and_1():
    assert [r.weight for r in parse_accept("a/a;q=7, b/b;q=-1, c/c;q=nan")][:2] == [1.0, 0.0]


@pytest.mark.parametrize(
    ("accept", "format", "types"),
    [
        ("text/csv", "", {"solutions": "text/csv"}),
        (
            "application/xml",
            "",
            dict.fromkeys(("solutions", "boolean", "graph"), "application/xml"),
        ),
        ("image/png", "ntriples", {"graph": "application/n-triples"}),
    ],
)
def test_each_kind_of_answer_has_its_media_type(accept, format, types):
    assert choose_media_types(accept, format) == types


@pytest.mark.parametrize(
    ("accept", "format", "status", "words"),
    [
        ("image/png", "", 406, "Accept: image/png: not a format of answers; available: text/csv"),
        ("", "docx", 400, "format=docx: no such format; choose one of csv"),
    ],
)
def test_unavailable_formats_have_a_message(accept, format, status, words):
    with pytest.raises(KgraphError, match=words) as caught:
        choose_media_types(accept, format)
    assert describe_error(caught.value).status == status


def test_a_long_header_is_read_in_part():
    long = ",".join(f"a/{n}" for n in range(20_000))
    assert [range_.media_type for range_ in parse_accept(long)] == [
        f"a/{n}" for n in range(MAX_MEDIA_RANGES)
    ]
    cut = "a/" + "x" * 4000 + ", text/html, b/" + "y" * 100
    assert [range_.media_type for range_ in parse_accept(cut)] == ["a/" + "x" * 4000, "text/html"]
    with pytest.raises(RequestError) as refused:
        choose_media_types(long)
    assert len(str(refused.value)) < 500
