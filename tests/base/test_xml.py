"""XML that every reader takes, in whatever pieces it is written."""

import io
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st
from sample_graph import HOSTILE

from kgraph.base.xml import XmlSanitizer, sanitize_xml


@given(st.text(st.characters(exclude_characters="<&>", codec="utf-8")), st.integers(1, 5))
def test_pieces_make_the_same_and_it_can_be_read(text, size):
    data = f"<a>{text}</a>".encode()
    out = io.BytesIO()
    sink = XmlSanitizer(out)
    for start in range(0, len(data), size):
        assert sink.write(data[start : start + size]) == len(data[start : start + size])
    sink.flush()
    assert out.getvalue() == sanitize_xml(data)
    kept = ElementTree.fromstring(sanitize_xml(data)).text or ""
    assert len(kept) == len(text)
    assert all(new in (old, "\ufffd") for new, old in zip(kept, text, strict=True))


def test_what_xml_can_hold_stays():
    for text in (HOSTILE["returns"], HOSTILE["right-to-left"], "\ufffd\uffef"):
        assert ElementTree.fromstring(sanitize_xml(f"<a>{text}</a>".encode())).text == text
