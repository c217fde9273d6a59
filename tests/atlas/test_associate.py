"""kgraph.atlas.gather: a backbone, not a blot."""

from itertools import combinations

from kgraph.atlas.gather import MIN_ATLAS_LINKS, MIN_TIE_STRENGTH, associate_nodes
from kgraph.graph import EpisodeSummary


def outline(*keys, sure=1.0):
    return EpisodeSummary((), "", mentions={f"company/{key}": sure for key in keys})


def joined(outlines, names):
    edges = associate_nodes(outlines, {f"company/{name}": n for n, name in enumerate(names)})
    pairs = [(names[s], names[t]) for s, t in zip(edges.source, edges.target, strict=True)]
    return pairs, edges.strength.tolist()


def test_what_stands_together_more_often_than_chance_is_joined():
    outlines = [outline("a", "b")] * 3 + [outline("c", "d")] * 3 + [outline("a", "c")]
    assert joined(outlines, "abcd")[0] == [("a", "b"), ("c", "d")]


def test_twice_together_is_no_tie():
    assert joined([outline("a", "b")] * 2 + [outline("c")] * 4, "abc")[0] == []


def test_doubt_weakens_a_tie():
    sure = [outline("a", "b")] * 8 + [outline("c")] * 40
    unsure = [outline("a", "b", sure=0.8)] * 8 + [outline("c")] * 40
    assert 0.05 < joined(unsure, "abc")[1][0] < joined(sure, "abc")[1][0] < 1


def test_what_may_be_chance_is_drawn_faintly():
    outlines = [outline("a", "b")] * 3 + [outline("c")] * 3
    assert joined(outlines, "abc") == ([("a", "b")], [MIN_TIE_STRENGTH])


def test_of_many_ties_the_closest_are_kept():
    names = [f"n{n:02}" for n in range(30)]
    outlines = [outline(*names)] * 4 + [outline("x")] * 20
    pairs, _ = joined(outlines, [*names, "x"])
    assert len(names) - 1 <= len(pairs) <= MIN_ATLAS_LINKS * len(names)
    assert len(pairs) < len(list(combinations(names, 2)))
    assert {name for pair in pairs for name in pair} == set(names)
