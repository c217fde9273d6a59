"""kgraph.analysis.comentions: counts, association and strength of pairs."""

import math

import pytest

from kgraph.analysis.comentions import CoMentions, Pair, by_strength, co_mentions
from kgraph.graph import EpisodeGraph, Graph, MentionEdge, Shared
from kgraph.model import NOISE, Episode


def counted(*episodes: dict[str, float]) -> CoMentions:
    found = CoMentions()
    for sure in episodes:
        found.add(sure)
    return found


def test_a_pair_counts_its_episodes_and_keeps_the_surest():
    found = counted({"b": 0.5, "a": 0.8}, {"a": 1.0, "b": 0.9}, {"a": 1.0}, {"c": 1.0})
    mutual = math.log(2 * 4 / (3 * 2))
    assert found.pair("b", "a") == Pair("a", "b", 2, mutual / math.log(2), 2 * mutual, 0.9, False)
    assert found.pair("a", "c") is None


def test_things_that_only_ever_stand_together_have_association_one():
    assert counted({"a": 1, "b": 1}, {"c": 1}).pair("a", "b").association == pytest.approx(1)


def test_things_that_meet_as_often_as_chance_has_it_have_association_zero():
    by_chance = counted({"a": 1, "b": 1}, {"a": 1}, {"b": 1}, {})
    assert by_chance.pair("a", "b").association == 0
    assert counted({"a": 1, "b": 1}).pair("a", "b").association == 0, "one episode tells nothing"


def test_things_that_avoid_each_other_have_a_negative_one():
    found = counted({"a": 1, "b": 1}, {"a": 1}, {"a": 1}, {"b": 1}, {"b": 1})
    assert found.pair("a", "b").association < 0


def test_every_pair_stands_once_and_rank_has_no_ties():
    found = counted({"c": 1, "a": 1, "b": 1}, {})
    ends = [(pair.source, pair.target) for pair in sorted(found.pairs(), key=by_strength)]
    assert ends == [("a", "b"), ("a", "c"), ("b", "c")]
    assert sorted(pair.other("b") for pair in found.of("b")) == ["a", "c"]


def test_rank_prefers_a_frequent_pair_to_an_accident():
    often = [{"a": 1, "b": 1}] * 5 + [{"a": 1}, {"b": 1}] + [{}] * 10
    found = counted(*often, {"x": 1, "y": 1})
    best = min(found.pairs(), key=by_strength)
    assert (best.source, best.target) == ("a", "b")
    assert found.pair("x", "y").association > best.association


def test_a_pair_is_widespread_when_two_shows_bring_it_together():
    found = CoMentions()
    for show in ("one", "one", "two"):
        found.add({"a": 1, "b": 1} if show == "one" else {"a": 1, "b": 1, "c": 1}, show)
    assert found.pair("a", "b").widespread
    assert not found.pair("a", "c").widespread


def test_rejected_and_unwanted_mentions_do_not_count():
    mentions = tuple(
        MentionEdge(type_, name, name, 0.9, "rule", ())
        for type_, name in (("company", "a"), ("company", "b"), ("person", "p"), (NOISE, "andi"))
    )
    episode = EpisodeGraph("e", (Episode("e.md", "", {}, {}, {}),), mentions=mentions)
    found = co_mentions(Graph([episode], Shared()), {"company/a", "company/b"})
    assert found.total == 1
    assert found.episodes == {"company/a": 1, "company/b": 1}
