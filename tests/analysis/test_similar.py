"""Likeness of episodes: by what both mention, the rare weighing more."""

import math

import pytest
from analysis.asked import outlined

from kgraph.analysis.episodes import rank_similar_episodes


def test_what_is_rare_weighs_more():
    store = outlined("abr", "ra", "ab", "ab", "z")
    found = rank_similar_episodes(store, {"episode": "episode/e0", "count": 2})
    often, rare = math.log(5 / 4), math.log(5 / 2)
    mine = (often, math.log(5 / 3), rare)
    likeness = (often * often + rare * rare) / math.hypot(*mine) / math.hypot(often, rare)
    assert [row.cells[1] for row in found.rows] == ["Episode 1", "Episode 2"]
    assert found.rows[0].score == pytest.approx(likeness)
    assert found.rows[0].cells[4] == "R, A"


def test_what_shares_nothing_is_left_out():
    found = rank_similar_episodes(outlined("a", "b", ""), {"episode": "episode/e0", "count": 9})
    assert found.rows == []
