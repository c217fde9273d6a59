"""Quotes of some files in columns: which are found by their hashes, and what is selected."""

import numpy as np
import pytest
from msgspec.structs import replace
from random_surveys import make_fingerprints

from kgraph.resolve.quotes import batches
from kgraph.resolve.quotes.batches import QuoteBatch, split_batches


def make_quote(number, shingles=(), runs=(), sponsor=""):
    """A quote whose key, wording and number of words tell its number."""
    key = bytes([0] * 7 + [number])
    return key, list(shingles), list(runs), number + 10, number + 100, sponsor


def make_file(name, *quotes):
    """A file whose quotes have the relevance 201, 202 and so on."""
    relevance = bytes(range(201, 201 + len(quotes)))
    return replace(make_fingerprints(name, quotes), relevance=relevance)


def to_hashes(*numbers):
    return np.array(numbers, np.uint64)


A = [make_quote(1, [5, 6], [70]), make_quote(2), make_quote(3, [7], [71, 72], "acme")]
B = [make_quote(4, [], [73], "bolt"), make_quote(5, [6], [], "acme")]
FILES = [make_file("a.md", *A), make_file("empty.md"), make_file("b.md", *B)]


@pytest.mark.parametrize(
    ("keys", "hashes", "quotes"),
    [
        ((), (), []),
        ((2, 4), (), [1, 3]),
        ((), (6,), [0, 4]),
        ((), (70, 72, 73), [0, 2, 3]),
        ((3,), (7, 71), [2]),
        ((9,), (8, 74), []),
    ],
)
def test_quotes_are_found_by_keys_shingles_and_runs(keys, hashes, quotes):
    assert QuoteBatch(FILES).find(to_hashes(*keys), to_hashes(*hashes)).tolist() == quotes


@pytest.mark.parametrize("files", [[], [make_file("empty.md")]])
def test_nothing_is_found_or_selected_where_there_are_no_quotes(files):
    batch = QuoteBatch(files)
    quotes = batch.find(to_hashes(1), to_hashes(5, 70))
    assert (quotes.tolist(), list(batch.select(quotes))) == ([], [])


def test_selected_quotes_keep_what_they_have_and_sponsors_have_their_new_indices():
    selected = list(QuoteBatch(FILES).select(np.array([0, 2, 4])))
    assert selected == [
        replace(make_fingerprints("a.md", [A[0], A[2]]), relevance=bytes([201, 203])),
        replace(make_fingerprints("b.md", [B[1]]), relevance=bytes([202])),
    ]
    assert [file.sponsors for file in selected] == [((1, "acme"),), ((0, "acme"),)]


def test_all_quotes_that_are_selected_are_the_files_that_have_some():
    assert list(QuoteBatch(FILES).select(np.arange(5))) == [FILES[0], FILES[2]]


def test_batches_have_all_items_in_order(monkeypatch):
    monkeypatch.setattr(batches, "_BATCH_FILES", 2)
    assert list(split_batches(iter(range(5)))) == [[0, 1], [2, 3], [4]]
    assert list(split_batches(range(4))) == [[0, 1], [2, 3]]
    assert list(split_batches([])) == []
