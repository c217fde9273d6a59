"""What a searcher writes, and what the engine gets."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_graph import HOSTILE

from kgraph.base.errors import InputError
from kgraph.search.syntax import MAX_SEARCH_TERMS, parse_search
from kgraph.search.tokenize import tokenize


@pytest.mark.parametrize(
    ("text", "fts"),
    [
        ("bank", '("bank" OR "banks")'),
        ("big bank", '("big" OR "bigs") AND ("bank" OR "banks")'),
        ('"big banks"', '("big banks")'),
        ('"big banks', '("big banks")'),
        ("token*", '("token" *)'),
        ("to*ken", '("to ken")'),
        ("round-trip", '("round trip")'),
        ("NVIDIA's", '("nvidia" OR "nvidias")'),
        ("$2.5", '("2 5")'),
        ("gas OR oil", '("gas" OR "oil" OR "oils")'),
        ("OR gas OR OR", '("gas")'),
        ("gas AND NOT oil", '(("gas")) NOT ("oil" OR "oils")'),
        ("gas -oil -'coal'", '(("gas")) NOT ("oil" OR "oils" OR "coal" OR "coals")'),
        ("near(gas) name:oil", '("near gas") AND ("name oil")'),
        ("比特幣", '("比 特 幣")'),
    ],
)
def test_every_text_becomes_words_in_quotation_marks(text, fts):
    assert parse_search(text).to_fts() == fts


@pytest.mark.parametrize("text", ["", " \t", "...", '""', "*", "-", "NOT oil", "OR", "\ud800"])
def test_a_text_without_a_word_is_refused(text):
    with pytest.raises(InputError, match="nothing to search for: give at least one word"):
        parse_search(text)


def test_a_page_of_text_is_refused():
    with pytest.raises(InputError, match=f"65 words to search for: use at most {MAX_SEARCH_TERMS}"):
        parse_search("gas " * 65)


def engine(said):
    file = sqlite3.connect(":memory:")
    file.execute("CREATE VIRTUAL TABLE f USING fts5(x, tokenize='ascii')")
    file.execute("INSERT INTO f VALUES (?)", (" ".join(tokenize(said)),))
    return file


@given(st.text(max_size=40))
def test_no_text_is_syntax_to_the_engine(text):
    try:
        query = parse_search(text)
    except InputError:
        return
    engine("gas").execute("SELECT * FROM f WHERE f MATCH ?", (query.to_fts(),)).fetchall()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_hostile_text_is_syntax_to_the_engine(text):
    test_no_text_is_syntax_to_the_engine.hypothesis.inner_test(text)


WORD = st.sampled_from(["gas", "gases", "oil", "oily", "bank", "banks"])
QUERY = st.lists(
    st.one_of(WORD, WORD.map("{}*".format), WORD.map("-{}".format), st.just("OR"))
    | st.tuples(WORD, WORD).map('"{0[0]} {0[1]}"'.format),
    min_size=1,
    max_size=5,
).map(" ".join)


@given(QUERY, st.lists(WORD, max_size=6).map(" ".join))
def test_a_text_fits_where_the_engine_says_so(text, said):
    try:
        query = parse_search(text)
    except InputError:
        return
    rows = engine(said).execute("SELECT * FROM f WHERE f MATCH ?", (query.to_fts(),)).fetchall()
    assert query.matches(said) == bool(rows)
