"""Statistics: pairs, months and shows, from summaries."""

import math
from itertools import combinations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.graph import Entity, EpisodeSummary, cooccurrence
from kgraph.graph.cooccurrence import (
    CoMention,
    MonthlyCount,
    association_score,
    count_by_month,
    count_co_mentions,
    count_mentioning_shows,
    expected_counts,
    find_recounted_things,
    is_tie,
    rank_ties,
)


def summarize(mentions, date="2025-09-01", dated=True, show=""):
    confidences = mentions if isinstance(mentions, dict) else dict.fromkeys(mentions, 1.0)
    return EpisodeSummary(
        ("a.md",), "A talk", date, dated, show, {f"company/{k}": v for k, v in confidences.items()}
    )


def test_a_pair_is_weighted_by_confidence_and_held_against_chance():
    summaries = [
        summarize({"b": 0.5, "a": 0.8}),
        summarize({"a": 1.0, "b": 1.0}),
        summarize("c"),
        summarize("cd"),
    ]
    weighted = 0.5 * 0.8 + 1
    lift = weighted * 4 / (1.8 * 1.5)
    spread = math.sqrt((1 - 1.8 / 4) * (1 - 1.5 / 4))
    low = 2 ** (
        math.log2((weighted + 0.5) / (1.8 * 1.5 / 4 + 0.5))
        - spread * (3.3 / math.sqrt(weighted + 0.5) + 2 / (weighted + 0.5) ** 1.5)
    )
    [pair] = count_co_mentions(summaries)
    assert (pair.source, pair.target, pair.episodes) == ("company/a", "company/b", 2)
    assert (pair.weighted, pair.lift) == pytest.approx((weighted, lift))
    assert pair.association == pytest.approx((low - 1) / (low + 1))


def test_what_one_episode_alone_mentions_is_in_no_pair_that_is_counted(monkeypatch):
    listed = []
    list_pairs = cooccurrence._list_pairs

    def count_listed(confidences, sources):
        pairs = list(list_pairs(confidences, sources))
        listed.extend(pairs)
        return pairs

    monkeypatch.setattr(cooccurrence, "_list_pairs", count_listed)
    many = [*(f"name{n}" for n in range(300)), "a", "b"]
    pairs = list(count_co_mentions([summarize(many), summarize("ab")]))
    assert [(pair.source, pair.target, pair.episodes) for pair in pairs] == [
        ("company/a", "company/b", 2)
    ]
    assert set(listed) == {(0, 1)}


def test_a_lift_of_few_episodes_counts_less_than_the_same_of_many():
    scores = [association_score(n, 2 * n, 2 * n, 40 * n) for n in (1, 2, 4, 8, 16, 1000)]
    assert scores == sorted(scores)
    assert scores[0] < 0 < scores[3]
    assert scores[-1] == pytest.approx((10 - 1) / (10 + 1), abs=0.02)  # that of the lift itself


@pytest.mark.parametrize(
    ("episodes", "is_listed"),
    [
        ([("ab", "x"), ("ab", "y"), ("ab", "x")], True),
        ([("ab", "x"), ("ab", "y")], False),  # two episodes
        ([("ab", "x"), ("ab", "x"), ("ab", "x")], False),  # one show
        ([("ab", ""), ("ab", ""), ("ab", "")], True),  # an unknown show may be any
        ([("ab", "x"), ("ab", "y"), ("ab", "x"), *[("a", "z"), ("b", "z")] * 20], False),  # chance
    ],
)
def test_a_tie_takes_three_episodes_of_two_shows_and_more_than_chance(episodes, is_listed):
    others = [("c", "z")] * 5
    summaries = {
        str(n): summarize(names, show=show and f"show/{show}")
        for n, (names, show) in enumerate([*episodes, *others])
    }
    [pair] = count_co_mentions(summaries.values())
    assert is_tie(pair) is is_listed
    entities = {f"company/{key}": Entity("company", key, key, {}) for key in "abc"}
    own = {slug: 1.0 for slug, s in summaries.items() if "company/a" in s.mentions}
    ranked = rank_ties(
        summaries, entities, own, expected_counts(summaries.values()), excluded="company/a"
    )
    assert [(tie.id, tie.association) for tie in ranked] == (
        [("company/b", pytest.approx(pair.association))] if is_listed else []
    )


def test_in_a_graph_of_one_show_its_episodes_are_enough():
    summaries = [summarize("ab", show="show/x")] * 3 + [summarize("c", show="show/x")] * 3
    [pair] = count_co_mentions(summaries)
    assert is_tie(pair)


@given(
    st.lists(st.tuples(st.sets(st.sampled_from("abcdef")), st.sampled_from(["", "s", "t"]))),
    st.integers(0, 20),
)
def test_pairs_do_not_depend_on_how_many_are_counted_at_a_time(episodes, limit):
    summaries = [summarize(sorted(things), show=show) for things, show in episodes]
    wanted = list(count_co_mentions(summaries, min_shared=1))
    assert [(pair.source, pair.target) for pair in wanted] == sorted({
        (f"company/{a}", f"company/{b}")
        for things, _ in episodes
        for a, b in combinations(sorted(things), 2)
    })  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cooccurrence, "MAX_COUNTED_PAIRS", limit)
        assert list(count_co_mentions(summaries, min_shared=1)) == wanted


def test_mentions_in_adverts_alone_have_no_pairs_and_no_months():
    both = summarize("ab")
    advertised = msgspec.structs.replace(summarize("a", show="show/x"), adverts={"company/b": 1.0})
    assert list(count_co_mentions([both, advertised, advertised])) == []
    assert [m.entity_id for m in count_by_month([both, advertised, advertised], 2)] == [
        "",
        "company/a",
    ]
    assert count_mentioning_shows([advertised]) == {"company/a": 1}


def test_pairs_of_one_episode_and_of_other_types_are_left_out():
    person = EpisodeSummary(("a.md",), "A talk", mentions={"person/p": 1.0, "company/a": 1.0})
    assert list(count_co_mentions([summarize("ab"), person, person])) == []
    assert list(count_co_mentions([summarize("ab")], min_shared=1)) == [
        CoMention("company/a", "company/b", 1, 1.0, 1.0, 0.0, 1.0, True)
    ]


def test_pairs_of_some_things_are_those_among_all_pairs():
    summaries = [summarize("abc", show=show) for show in ("", "x")]
    summaries += [summarize({"a": 0.3, "b": 0.7, "d": 0.9}), summarize("cd"), summarize("bcd")]
    pairs = list(count_co_mentions(summaries))
    some = list(count_co_mentions(summaries, either={"company/a", "company/z"}))
    assert some == [pair for pair in pairs if pair.source == "company/a"]
    assert 0 < len(some) < len(pairs)
    assert list(count_co_mentions(summaries, either=())) == []


def test_things_of_changed_episodes_are_counted_again():
    old = {"1": summarize("ab"), "2": summarize("bc"), "3": summarize("d")}
    new = {**old, "2": summarize("be"), "3": summarize("d", "2025-10-01")}
    assert find_recounted_things(old, new) == {"", "company/c", "company/d", "company/e"}
    surer = {**old, "2": summarize({"b": 0.9, "c": 1.0})}
    assert find_recounted_things(old, surer) == {"company/b"}
    assert find_recounted_things(old, old) == set()
    assert find_recounted_things(old, {**old, "4": summarize("f")}) is None
    moved = {"1": old["1"], "2": old["2"], "4": summarize("f")}
    assert find_recounted_things(old, moved) == {"", "company/d", "company/f"}
    bare, later = summarize(""), summarize("", "2025-10-01")
    assert find_recounted_things({"1": bare}, {"1": later}) == {""}


def test_months_of_some_things_are_counted():
    summaries = [summarize("ab"), summarize("ab"), summarize("ab"), summarize("a")]
    of_b, of_all = MonthlyCount("2025-09", "company/b", 3), MonthlyCount("2025-09", "", 4)
    assert list(count_by_month(summaries, ids={"company/b"})) == [of_b]
    assert list(count_by_month(summaries, ids={"company/b", ""})) == [of_all, of_b]
    assert list(count_by_month(summaries, ids={""})) == [of_all]
    assert not list(count_by_month(summaries, ids=set()))


def test_months_count_episodes_published_in_them():
    summaries = [
        summarize("ab"),
        summarize("a", "2025-10-02T10:00:00Z"),
        summarize("a", "2025-10-09"),
        summarize("a", "2025-10-09", dated=False),
        summarize("a", "", dated=False),
    ]
    assert list(count_by_month(summaries)) == [
        MonthlyCount("2025-09", "", 1),
        MonthlyCount("2025-10", "", 2),
        MonthlyCount("2025-09", "company/a", 1),
        MonthlyCount("2025-10", "company/a", 2),
    ]


def test_shows_are_counted_once_and_an_unknown_one_not_at_all():
    summaries = [summarize("ab", show="show/x"), summarize("a", show="show/x"), summarize("a")]
    assert count_mentioning_shows([*summaries, summarize("a", show="show/y")]) == {
        "company/a": 2,
        "company/b": 1,
    }
