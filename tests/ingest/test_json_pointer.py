"""Places of the parts of a document, whatever the length of its keys."""

import tracemalloc

import pytest

from kgraph.ingest import limits
from kgraph.ingest.json_and_toml import JsonLocator, TomlLocator
from kgraph.ingest.json_pointer import ROOT, PositionTree

KEY = "k" * 20_000


def test_the_nearest_part_is_found():
    tree = PositionTree()
    row = tree.add_child(tree.add_child(ROOT, "rows", 1), "0", 2)
    tree.add_child(row, "a/b", 3)
    found = [
        tree.offset(tree.find_nearest(p))
        for p in ("/rows/0/a~1b", "/rows/0/c", "/rows/1", "/x", "")
    ]
    assert found == [3, 2, 1, 0, 0]


def test_a_part_keeps_its_first_place_until_it_is_put_in_another():
    tree = PositionTree()
    title = tree.add_child(ROOT, "title", 1)
    assert (tree.add_child(ROOT, "title", 2), tree.offset(title)) == (title, 1)
    assert (tree.set_child(ROOT, "title", 3), tree.offset(title)) == (title, 3)


def test_a_pointer_is_given_as_far_as_it_is_told():
    tree = PositionTree()
    deep = tree.add_child(tree.add_child(ROOT, KEY, 0), KEY, 0)
    assert tree.pointer_to(deep) == "/" + KEY[: limits.MAX_POINTER_CHARS + 1]


ENTRIES = ", ".join(["0"] * 5_000)
TWICE = ", ".join(['"a": 0'] * 5_000)
LINES = "".join(f"a{n} = 0\n" for n in range(5_000))


@pytest.mark.parametrize(
    "find",
    [
        lambda: JsonLocator(f'{{"{KEY}": [{ENTRIES}]}}', 1).position("/x"),
        lambda: list(JsonLocator(f'{{"{KEY}": {{{TWICE}}}}}', 1).find_duplicate_keys()),
        lambda: TomlLocator(f"[{KEY}]\n{LINES}", 1).position("/x"),
    ],
    ids=["JSON", "JSON with a key twice", "TOML"],
)
def test_memory_is_linear_where_a_key_is_long(find):
    tracemalloc.start()
    try:
        find()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20 << 20  # the pointers, written out, take 100 MB
