"""Places of the parts of a document, whatever the length of its keys."""

import tracemalloc

import pytest

from kgraph.ingest import limits
from kgraph.ingest.json_front import JsonLayout
from kgraph.ingest.placetree import ROOT, PlaceTree
from kgraph.ingest.toml_front import TomlLayout

KEY = "k" * 20_000


def test_the_nearest_part_is_found():
    tree = PlaceTree(0)
    row = tree.add(tree.add(ROOT, "rows", 1), "0", 2)
    tree.add(row, "a/b", 3)
    found = [tree.place(tree.find(p)) for p in ("/rows/0/a~1b", "/rows/0/c", "/rows/1", "/x", "")]
    assert found == [3, 2, 1, 0, 0]


def test_a_part_keeps_its_first_place_until_it_is_put_in_another():
    tree = PlaceTree(0)
    title = tree.add(ROOT, "title", 1)
    assert (tree.add(ROOT, "title", 2), tree.place(title)) == (title, 1)
    assert (tree.put(ROOT, "title", 3), tree.place(title)) == (title, 3)


def test_a_pointer_is_given_as_far_as_it_is_told():
    tree = PlaceTree(0)
    deep = tree.add(tree.add(ROOT, KEY, 0), KEY, 0)
    assert tree.pointer(deep) == "/" + KEY[: limits.POINTER + 1]


ENTRIES = ", ".join(["0"] * 5_000)
TWICE = ", ".join(['"a": 0'] * 5_000)
LINES = "".join(f"a{n} = 0\n" for n in range(5_000))


@pytest.mark.parametrize(
    "find",
    [
        lambda: JsonLayout(f'{{"{KEY}": [{ENTRIES}]}}', 1).place("/x"),
        lambda: list(JsonLayout(f'{{"{KEY}": {{{TWICE}}}}}', 1).find_twice()),
        lambda: TomlLayout(f"[{KEY}]\n{LINES}", 1).place("/x"),
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
