"""kgraph.draw.select: few names, few links, nothing left hanging."""

from kgraph.draw.select import MIN_LINKS_PER_NODE, select_around, select_backbone, select_strongest
from kgraph.graph import EpisodeSummary
from kgraph.graph.cooccurrence import CoMention, count_co_mentions


def counted(*episodes: str) -> list[CoMention]:
    """Each letter is a thing: "ab" is an episode that mentions a and b; "ab:x" one of show x."""
    outlines = []
    for words in episodes:
        letters, _, show = words.partition(":")
        # As if of one show where none is said: what is not known would be a show of its own.
        outlines.append(
            EpisodeSummary((), "", show=show or "one", mentions=dict.fromkeys(letters, 1.0))
        )
    return list(count_co_mentions(outlines, (), 1))


def test_the_strongest_are_the_ends_of_the_strongest_pairs():
    found = counted(*["ab"] * 5, *["cd"] * 3, "ef", "ef", "", "", "")
    assert select_strongest(found, 4) == ["a", "b", "c", "d"]
    assert select_strongest(found, 3) == ["a", "b", "c"]
    assert "e" not in select_strongest(found, 9), "twice may be chance"


def test_what_one_show_alone_brings_together_is_left_out():
    found = counted("ab", "ab", "ab", "", "", "cd:one", "cd:two", "cd:one")
    assert select_strongest(found, 9) == ["c", "d"]


def test_around_a_focus_are_its_ties_if_it_has_any():
    found = counted(*["fa"] * 3, "fb", "ab", "", "", "")
    assert select_around(found, "f", 1, 9) == ["f", "a"]
    assert select_around(found, "b", 1, 9) == ["b", "a", "f"]


def test_where_there_is_no_tie_once_counts():
    assert select_strongest(counted("ab", "cd"), 9) == ["a", "b", "c", "d"]
    assert select_strongest(counted("a", "b"), 9) == []


def test_rings_share_the_limit_and_hold_only_what_is_near():
    found = counted("fab", "fa", "fb", "fc", "ax", "by", "xz", "q", "q")
    assert sorted(select_around(found, "f", 1, 10)) == ["a", "b", "c", "f"]
    assert sorted(select_around(found, "f", 2, 10)) == ["a", "b", "c", "f", "x", "y"]
    two_rings = select_around(found, "f", 2, 5)
    assert two_rings[0] == "f"
    assert len(two_rings) == 5
    assert set(two_rings[3:]) <= {"x", "y"}


def test_a_focus_alone_stands_alone():
    assert select_around(counted("f", "ab"), "f", 2, 10) == ["f"]


def test_the_backbone_is_sparse_and_joins_everything():
    everyone = "abcdefghijkl"
    found = counted(everyone, everyone, "ab", "cd", "")
    pairs = select_backbone(found, list(everyone))
    assert len(pairs) <= MIN_LINKS_PER_NODE * len(everyone)
    reached = {"a"}
    for _ in everyone:
        reached |= {
            e for p in pairs for e in (p.source, p.target) if {p.source, p.target} & reached
        }
    assert reached == set(everyone)


def test_every_pair_with_the_focus_is_drawn():
    everyone = "abcdefghijkl"
    found = counted(everyone, everyone, "")
    pairs = select_backbone(found, list(everyone), "l")
    assert sum("l" in (pair.source, pair.target) for pair in pairs) == len(everyone) - 1
