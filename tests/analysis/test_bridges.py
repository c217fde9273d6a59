"""Clusters, and what lies between them."""

import subprocess
import sys

import pytest
from analysis.asked import outlined

from kgraph.analysis.co_mentions import find_bridges, find_clusters
from kgraph.base.errors import InputError

# Two cliques that meet in one company, often enough for all to count.
EPISODES = ["abcd"] * 8 + ["wxyz"] * 8 + ["abm"] * 4 + ["yzm"] * 4 + [""] * 10
ENDS = {"one": "company/a", "other": "company/z"}


def test_what_both_clusters_meet_in_is_the_bridge():
    found = find_bridges(outlined(*EPISODES), ENDS)
    columns = ("name", "type", "share", "cluster", "episodes", "one", "other")
    assert found.columns == columns
    first = found.rows[0]
    assert (first.cells[0], first.cells[-2:], first.finds) == ("M", ("A", "Z"), ("company/m",))
    assert first.score > max((row.score for row in found.rows[1:]), default=0)


@pytest.mark.parametrize("given", [{}, {"one": "company/a"}, {"other": "company/a"}])
def test_who_is_not_named_is_the_most_mentioned_of_the_largest_other_cluster(given):
    whole = outlined(*EPISODES)
    ends = {"one": "", "other": "", **given}
    found = find_bridges(whole, ends)
    one, other = found.rows[0].cells[-2:]
    named = find_bridges(whole, ENDS)
    assert {row.finds: row.score for row in found.rows} == {
        row.finds: row.score for row in named.rows
    }
    assert {one.lower() in "abcd", other.lower() in "abcd"} == {True, False}
    assert not given or (one if "one" in given else other) == "A"


@pytest.mark.parametrize("episodes", [[], ["abcd"] * 8])
def test_a_graph_without_two_clusters_has_no_bridges(episodes):
    assert find_bridges(outlined("a", *episodes), {"one": "", "other": ""}).rows == []


def test_clusters_are_those_who_stand_together():
    found = find_clusters(outlined(*EPISODES), {"minMembers": 3})
    sides = [set(row.finds) - {"company/m"} for row in found.rows]
    assert sorted(map(sorted, sides)) == [
        [f"company/{x}" for x in "abcd"],
        [f"company/{x}" for x in "wxyz"],
    ]


def test_one_cluster_cannot_be_bridged_and_what_is_rare_has_none():
    with pytest.raises(
        InputError, match="A and B are in the same cluster, so nothing bridges them"
    ):
        find_bridges(outlined(*EPISODES), {"one": "company/a", "other": "company/b"})
    with pytest.raises(InputError, match="R is mentioned too seldom to be in a cluster"):
        find_bridges(outlined(*EPISODES, "r"), {"one": "company/a", "other": "company/r"})


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_order_of_sets_changes_nothing(seed, tmp_path):
    """Names hash otherwise in each process, and must not be what decides."""
    script = (
        "from analysis.asked import outlined; from analysis.test_bridges import EPISODES, ENDS;"
        "from kgraph.analysis.co_mentions import find_bridges;"
        "print(find_bridges(outlined(*EPISODES), ENDS))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"{find_bridges(outlined(*EPISODES), ENDS)}\n"
