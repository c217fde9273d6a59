"""``kg:matches`` in SPARQL."""

import pytest
from support import OF_A, OF_B

from kgraph.base.errors import InputError, QueryError, StoreError
from kgraph.query import run_query
from kgraph.store import layout

QUOTES = "SELECT ?t WHERE {{ ?q a schema:Quotation ; schema:text ?t FILTER({}) }} ORDER BY ?t"


def texts(store, condition, **options):
    rows = run_query(store, QUOTES.format(condition), **options).rows()
    return [row["t"] for row in rows]


@pytest.mark.parametrize("subject", ["?q", "?t"])
@pytest.mark.parametrize("timeout", [None, 60])
def test_things_and_texts_fit_the_same_words(searched, subject, timeout):
    found = texts(searched, f'kg:matches({subject}, "zürich OR walk")', timeout=timeout)
    assert found == sorted([OF_A[1], OF_B[0]])


def test_it_joins_with_the_graph(searched):
    rows = run_query(
        searched,
        "SELECT ?n WHERE { ?e schema:hasPart ?q ; schema:mentions ?c . ?c schema:name ?n "
        'FILTER(kg:matches(?q, "walk") && !kg:matches(?c, "nvid*")) }',
    ).rows()
    assert rows == [{"n": "Coinbase"}]


def test_words_without_a_word_are_said(searched):
    with pytest.raises(InputError, match="nothing to search for"):
        texts(searched, 'kg:matches(?q, "...")')


def test_what_is_no_text_has_no_match(searched):
    assert texts(searched, "kg:matches(?q, ?q)") == []


def test_a_store_without_its_index_says_so(store):
    (store.build / layout.SEARCH_FILE).unlink()
    with pytest.raises(StoreError, match=r"search: is gone\): build again"):
        texts(store, 'kg:matches(?q, "chips")')


@pytest.mark.parametrize("given", ["?q", '?q, "walk", "run"', ""])
def test_with_too_few_or_too_many_values_it_says_what_it_takes(searched, given):
    with pytest.raises(QueryError, match="kg:matches takes two arguments"):
        texts(searched, f"kg:matches({given})")
