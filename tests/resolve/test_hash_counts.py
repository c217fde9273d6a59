"""Counts by hash are the mapping that they were made of, also when they are changed or decoded."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.resolve.hash_counts import HashCounts
from kgraph.resolve.lookups import find_changed_keys

HASHES = st.integers(0, 7) | st.integers(0, 2**64 - 1)
COUNTS = st.dictionaries(HASHES, st.integers(0, 3) | st.integers(0, 2**32 - 1))


def make(counts):
    hashes = sorted(counts)
    return HashCounts.from_columns(
        np.array(hashes, np.uint64), np.array([counts[n] for n in hashes], np.uint32)
    )


@given(COUNTS, st.lists(HASHES))
def test_it_has_the_same_entries_and_no_others(counts, others):
    made = make(counts)
    assert made == counts
    assert list(made) == sorted(counts)
    for hash_ in others:
        assert (hash_ in made, made.get(hash_, "none")) == (
            hash_ in counts,
            counts.get(hash_, "none"),
        )
        assert made.keys().isdisjoint([hash_]) == counts.keys().isdisjoint([hash_])


@given(COUNTS, st.binary(max_size=9))
def test_it_is_decoded_wherever_it_stands(counts, before):
    made = make(counts)
    _, decoded = msgspec.msgpack.decode(
        msgspec.msgpack.encode((before, made)), type=tuple[bytes, HashCounts]
    )
    assert decoded == made
    assert dict(decoded) == counts
    assert made.find_changes(decoded) == []
    assert decoded.replace(make({}), []) is decoded


@given(COUNTS, COUNTS, st.sets(HASHES))
def test_some_hashes_are_replaced(counts, others, further):
    replaced = {*others, *further}
    expected = {n: count for n, count in counts.items() if n not in replaced} | others
    made = make(counts)
    result = made.replace(make(others), replaced)
    assert result == make(expected)
    assert (result is made) == (expected == counts)


@given(COUNTS, COUNTS)
def test_changes_are_those_of_the_mappings(one, other):
    expected = sorted(find_changed_keys(one, other))
    assert make(one).find_changes(make(other)) == expected
    assert list(find_changed_keys(make(one), make(other))) == expected


def test_an_unknown_hash_is_told():
    with pytest.raises(KeyError, match="7"):
        make({1: 2})[7]


def test_no_other_mapping_is_taken_for_it():
    assert make({1: 2}) != {1: 3}
    assert make({1: 2}) != make({1: 3})
    assert make({1: 2}) != 2
