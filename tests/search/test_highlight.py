"""Texts in pieces: the text's own, no markup, marked where they fit."""

import pytest
from sample_graph import HOSTILE

from kgraph.search.highlight import SNIPPET_WIDTH_CHARS, split_segments
from kgraph.search.syntax import parse_search


def marked(query, text, width=SNIPPET_WIDTH_CHARS):
    pieces = split_segments(parse_search(query), text, width)
    return "".join(f"[{piece.text}]" if piece.match else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("bank", "Banks bank on a bankrupt bank.", "[Banks] [bank] on a bankrupt [bank]."),
        ("bank*", "A bankrupt bank", "A [bankrupt] [bank]"),
        ('"big bank"', "A big bank is big.", "A [big bank] is big."),
        ("round-trip", "A round trip", "A [round trip]"),
        ("cafe -tea", "Café or tea", "[Café] or tea"),
        ("比特", "買比特幣", "買[比特]幣"),
        ("oil", "No such word", "No such word"),
    ],
)
def test_what_fits_is_marked(query, text, expected):
    assert marked(query, text) == expected


def test_of_a_long_text_the_part_that_fits_best_is_given():
    text = "word " * 40 + "gas " + "word " * 40 + "gas and oil " + "word " * 40
    assert marked("gas oil", text, 40) == "…word word [gas] and [oil] word word word…"


def test_of_a_long_text_without_a_match_the_start_is_given():
    assert marked("gas", "word " * 20, 20) == "word word word word…"


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - {"long"}))
def test_the_pieces_are_the_text(name):
    text = f"gas {HOSTILE[name]} oil"
    pieces = split_segments(parse_search("gas oil"), text)
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.match][::2] == ["gas", "oil"][::2]


def test_a_text_of_nothing_but_matches_is_cut():
    pieces = split_segments(parse_search("gas"), "gas " * 100_000)
    assert len(pieces) < 2 * SNIPPET_WIDTH_CHARS
