"""A packed table is the mapping that it was packed from."""

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.resolve import packed_table
from kgraph.resolve.packed_table import PackedTable, pack_table

TEXTS = st.text(max_size=8)
VALUES = st.integers(-(2**63), 2**64 - 1)
TABLES = st.dictionaries(TEXTS, VALUES | TEXTS)


def pack(table):
    return PackedTable(memoryview(pack_table(table)), int | str | None)


@given(TABLES, st.lists(TEXTS))
def test_it_has_the_same_entries_and_no_others(table, others):
    packed = pack(table)
    assert packed == table
    assert list(packed) == list(table)
    for key in others:
        assert (key in packed, packed.get(key, "none")) == (key in table, table.get(key, "none"))
        assert packed.keys().isdisjoint([key]) == table.keys().isdisjoint([key])


@given(st.dictionaries(TEXTS, VALUES))
def test_keys_of_one_hash_are_told_apart(table):
    with patch.object(packed_table, "_hash", lambda key: 7):
        packed = pack(table)
        assert packed == table
        assert "too long for it" not in packed


def test_an_unknown_key_is_told():
    with pytest.raises(KeyError, match="x"):
        pack({"a": 1})["x"]
    assert pack({"a": None})["a"] is None


def test_keys_are_a_set():
    keys = pack(dict.fromkeys("ab")).keys()
    assert keys == {"a", "b"}
    assert keys.isdisjoint(["c", "d"])
    assert not keys.isdisjoint(["c", "a"])
