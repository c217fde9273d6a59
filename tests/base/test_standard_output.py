"""What a terminal gets of data, in whatever pieces it is written."""

import io
import re

from hypothesis import given
from hypothesis import strategies as st

from kgraph.base.standard_output import TerminalOutput
from kgraph.base.text import make_printable


@given(st.text(st.characters(codec="utf-8")), st.integers(1, 5))
def test_pieces_make_the_same_printable_text(text, size):
    data, out = text.encode(), io.BytesIO()
    terminal = TerminalOutput(out)
    for start in range(0, len(data), size):
        assert terminal.write(data[start : start + size]) == len(data[start : start + size])
    terminal.finish()
    shown = out.getvalue().decode()
    assert shown == make_printable(re.sub("\r\n?", "\n", text), keep="\n\t")
    assert all(c.isprintable() or c in "\n\t" for c in shown)


def test_what_is_no_text_is_replaced():
    out = io.BytesIO()
    terminal = TerminalOutput(out)
    terminal.write(b"PAR1\xff\xc3")
    terminal.finish()
    assert out.getvalue().decode() == "PAR1\ufffd\ufffd"
