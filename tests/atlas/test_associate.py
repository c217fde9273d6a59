"""kgraph.atlas.gather: a backbone, not a blot."""

from itertools import combinations

import pytest

from kgraph.atlas.gather import MIN_ATLAS_LINKS, associate_nodes
from kgraph.graph import EpisodeSummary


def outline(*keys, sure=1.0):
    return EpisodeSummary((), "", mentions={f"company/{key}": sure for key in keys})


def joined(outlines, names):
    edges, told = associate_nodes(outlines, {f"company/{name}": n for n, name in enumerate(names)})
    pairs = [(names[s], names[t]) for s, t in zip(edges.source, edges.target, strict=True)]
    return pairs, edges.strength.tolist(), told.tolist()


def test_what_stands_together_more_often_than_chance_is_joined():
    outlines = [outline("a", "b")] * 3 + [outline("c", "d")] * 3 + [outline("a", "c")]
    assert joined(outlines, "abcd")[0] == [("a", "b"), ("c", "d")]


def test_once_together_is_no_tie():
    assert joined([outline("a", "b"), outline("a"), outline("b"), outline("c")], "abc")[0] == []


def test_doubt_weakens_a_tie():
    sure = [outline("a", "b")] * 3 + [outline("c")] * 3
    unsure = [outline("a", "b", sure=0.5)] * 3 + [outline("c")] * 3
    assert joined(unsure, "abc")[1:] != joined(sure, "abc")[1:]
    assert joined(unsure, "abc")[2][0] < joined(sure, "abc")[2][0]
    assert joined(sure, "abc")[1] == [pytest.approx(1.0)]


def test_of_many_ties_the_closest_are_kept():
    names = [f"n{n:02}" for n in range(30)]
    outlines = [outline(*names)] * 4 + [outline("x")] * 20
    pairs, _, _ = joined(outlines, [*names, "x"])
    assert len(names) - 1 <= len(pairs) <= MIN_ATLAS_LINKS * len(names)
    assert len(pairs) < len(list(combinations(names, 2)))
    assert {name for pair in pairs for name in pair} == set(names)
