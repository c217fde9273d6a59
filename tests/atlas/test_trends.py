"""The atlas computes the shares and changes of months that the page of a name states."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from kgraph.graph import EpisodeSummary
from kgraph.graph.shares import ShowCalendar

NODE = shutil.which("node")


def draw_corpus(seed):
    """Days, shows (-1 for unknown) and numbers of mentioning episodes of a random corpus."""
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
    return {
        "days": [day for day, _ in episodes],
        "shows": [show for _, show in episodes],
        "mentioning": mentioning,
    }


def state_on_page(corpus):
    summaries = {
        str(n): EpisodeSummary(
            (f"{n}.md",), str(n), day, True, f"show/{show}" if show >= 0 else "", {}
        )
        for n, (day, show) in enumerate(zip(corpus["days"], corpus["shows"], strict=True))
    }
    calendar = ShowCalendar(summaries)
    months = calendar.describe_months(calendar.count(map(str, corpus["mentioning"])))
    return [
        (
            month.standard.share if month.standard else 0,
            *((c.before, c.after, c.direction, c.shows) if (c := month.change) else (0, 0, "", 0)),
        )
        for month in months.values()
    ]


@pytest.mark.skipif(NODE is None, reason="needs node, which is not installed")
def test_each_month_has_the_share_and_the_direction_of_the_page():
    corpora = [draw_corpus(seed) for seed in range(60)]
    script = Path(__file__).parent / "trends.mjs"
    done = subprocess.run(
        [str(NODE), str(script)],
        input=json.dumps(corpora), capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    directions = set()
    for corpus, rows in zip(corpora, json.loads(done.stdout), strict=True):
        stated = [(r["share"], r["before"], r["after"], r["direction"], r["shows"]) for r in rows]
        expected = state_on_page(corpus)
        assert [row[3:] for row in stated] == [row[3:] for row in expected]
        for one, row in zip(stated, expected, strict=True):
            assert one[:3] == pytest.approx(row[:3])
        directions |= {row[3] for row in stated}
    assert directions == {"rose", "fell", ""}
