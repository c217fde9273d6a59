"""The atlas computes shares and changes as pages do, and alike those of communities and shows."""

import json
import random
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from kgraph.graph import EpisodeSummary
from kgraph.graph.rises import MIN_CHANGE_EPISODES
from kgraph.graph.shares import ShowCalendar, compare_shares

NODE = shutil.which("node")
COMMUNITIES = [0, 0, 0, 1, 1, 2]  # of six names


def draw_corpus(seed):
    """Days, shows (-1 for unknown), numbers of mentioning episodes and named members of a random
    corpus, and a window of its months."""
    rng = random.Random(seed)
    months = ["2019-11", *rng.sample([f"2025-{n:02}" for n in range(1, 13)], 7)]
    episodes = [
        (f"{month}-{rng.randint(1, 28):02}", rng.choice([-1, *range(6)]))
        for month in months
        for _ in range(rng.randint(1, 40))
    ]
    rates = {(day[:7], show): rng.random() ** 3 for day, show in episodes}
    mentioning = [
        n for n, (day, show) in enumerate(episodes) if rng.random() < rates[day[:7], show]
    ]
    scales = [rng.random() for _ in COMMUNITIES]
    return {
        "days": [day for day, _ in episodes],
        "shows": [show for _, show in episodes],
        "mentioning": mentioning,
        "communities": COMMUNITIES,
        "members": [
            [n for n, scale in enumerate(scales) if rng.random() < scale * rates[day[:7], show]]
            for day, show in episodes
        ],
        "window": [f"{month}-01" for month in sorted(rng.sample(sorted(months)[-3:], 2))],
    }


def make_calendar(corpus):
    return ShowCalendar({
        str(n): EpisodeSummary(
            (f"{n}.md",), str(n), day, True, f"show/{show}" if show >= 0 else "", {}
        )
        for n, (day, show) in enumerate(zip(corpus["days"], corpus["shows"], strict=True))
    })  # fmt: skip


def state_on_page(corpus):
    calendar = make_calendar(corpus)
    months = calendar.describe_months(calendar.count(map(str, corpus["mentioning"])))
    return [
        (
            month.standard.share if month.standard else 0,
            *((c.before, c.after, c.direction, c.shows) if (c := month.change) else (0, 0, "", 0)),
        )
        for month in months.values()
    ]


def list_months(first, last):
    """List the months from one to another as (year, number)."""
    numbers = [int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last)]
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(numbers[0], numbers[1] + 1)]


def compare_communities(corpus):
    """Compare a window with as many months before it, by the episodes that mention any member."""
    calendar = make_calendar(corpus)
    after = list_months(*corpus["window"])
    former = list_months("2018-01", after[0])[:-1][-len(after) :]
    changes = []
    for community in range(max(COMMUNITIES) + 1):
        slugs = [
            str(n)
            for n, members in enumerate(corpus["members"])
            if any(COMMUNITIES[member] == community for member in members)
        ]
        hits, all_ = calendar.count(slugs), calendar.all
        sums = [
            sum((Counter(counts.get(month, {})) for month in months), Counter())
            for months in (former, after)
            for counts in (hits, all_)
        ]
        change = compare_shares(*sums)
        days = [corpus["days"][int(slug)][:7] for slug in slugs]  # also of unknown shows
        seen = max(sum(day in months for day in days) for months in (former, after))
        is_compared = change is not None and seen >= MIN_CHANGE_EPISODES
        changes.append(
            (
                *((change.before, change.after, change.shows) if change else (0, 0, 0)),
                change.direction if is_compared else None,
            )
        )
    return changes


@pytest.fixture(scope="module")
def corpora():
    """Random corpora, each with what the page's script says of it."""
    drawn = [draw_corpus(seed) for seed in range(60)]
    script = Path(__file__).parent / "trends.mjs"
    done = subprocess.run(
        [str(NODE), str(script)],
        input=json.dumps(drawn), capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return list(zip(drawn, json.loads(done.stdout), strict=True))


@pytest.mark.skipif(NODE is None, reason="needs node, which is not installed")
def test_each_month_has_the_share_and_the_direction_of_the_page(corpora):
    directions = set()
    for corpus, answer in corpora:
        stated = [
            (r["share"], r["before"], r["after"], r["direction"], r["shows"])
            for r in answer["months"]
        ]
        expected = state_on_page(corpus)
        assert [row[3:] for row in stated] == [row[3:] for row in expected]
        for one, row in zip(stated, expected, strict=True):
            assert one[:3] == pytest.approx(row[:3])
        directions |= {row[3] for row in stated}
    assert directions == {"rose", "fell", ""}


@pytest.mark.skipif(NODE is None, reason="needs node, which is not installed")
def test_communities_are_compared_by_the_episodes_that_mention_any_member(corpora):
    directions = set()
    for corpus, answer in corpora:
        stated = [(r["before"], r["after"], r["shows"], r["direction"]) for r in answer["groups"]]
        expected = compare_communities(corpus)
        assert [row[2:] for row in stated] == [row[2:] for row in expected]
        for one, row in zip(stated, expected, strict=True):
            assert one[:2] == pytest.approx(row[:2])
        directions |= {row[3] for row in stated}
    assert directions == {"rose", "fell", "", None}


@pytest.mark.skipif(NODE is None, reason="needs node, which is not installed")
def test_two_shows_differ_in_what_the_interval_of_shares_says(corpora):
    found = 0
    for corpus, answer in corpora:
        numbers = [[n for n, show in enumerate(corpus["shows"]) if show == own] for own in (4, 5)]
        sizes = [len(own) for own in numbers]
        more, compared = ([], []), 0
        for name in range(1, 4):  # every talk names 0; 4 and 5 have the numbers of the shows
            seen = [sum(name in corpus["members"][n] for n in own) for own in numbers]
            if min(sizes) and max(seen) >= MIN_CHANGE_EPISODES:
                compared += 1
                change = compare_shares(
                    *({"all": n} for n in (seen[1], sizes[1], seen[0], sizes[0]))
                )
                if change.direction:
                    more[change.direction == "fell"].append([name, *seen])
        stated = answer["contrast"]
        assert (stated["episodes"], stated["compared"]) == (sizes, compared)
        assert stated["more"] == list(more)
        found += sum(map(len, more))
    assert found > 10
