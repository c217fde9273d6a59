"""Words: folded as the index folds them, in any script."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_graph import HOSTILE

from kgraph.search.tokenize import fold_text, tokenize, tokenize_with_offsets


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Crème brûlée", ("creme", "brulee")),
        ("cre\u0300me", ("creme",)),
        ("Straße ﬁn", ("strasse", "fin")),
        ("round-trip isn't S&P", ("round", "trip", "isn", "t", "s", "p")),
        ("$2.5 billion", ("2", "5", "billion")),
        ("snake_case", ("snake", "case")),
        ("比特幣ETF", ("比", "特", "幣", "etf")),
        ("비트코인", ("비", "트", "코", "인")),
        ("😀 … —", ()),
    ],
)
def test_words_are_folded_and_parted(text, expected):
    assert tokenize(text) == expected


def tokens(text):
    """The words that SQLite makes of a text, by their order."""
    file = sqlite3.connect(":memory:")
    file.execute("CREATE VIRTUAL TABLE f USING fts5(x, tokenize='ascii')")
    file.execute("CREATE VIRTUAL TABLE v USING fts5vocab(f, instance)")
    file.execute("INSERT INTO f VALUES (?)", (fold_text(text),))
    return tuple(word for (word,) in file.execute("SELECT term FROM v ORDER BY offset"))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_the_engine_sees_the_same_words(text):
    assert tokens(text) == tokenize(text)


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - {"long"}))
def test_the_engine_sees_the_same_words_of_hostile_texts(name):
    assert tokens(HOSTILE[name]) == tokenize(HOSTILE[name])


def test_a_word_knows_where_it_stood():
    text = "Die Größe: 比特"
    assert [text[start:end] for _, start, end in tokenize_with_offsets(text)] == [
        "Die",
        "Größe",
        "比",
        "特",
    ]
