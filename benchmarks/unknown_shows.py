"""How far do shares by month depend on what is done with episodes of unknown shows?

    python benchmarks/unknown_shows.py STORE

Takes the episodes of a store whose show is known, and hides some of the shows: those of single
episodes, or those of all episodes of some shows, drawn at random five times. Compares the
standardised shares and the directions of change with those of all shows known, for each name of at
least 20 episodes in each month, if the episodes of hidden shows

* are left out;
* are one stratum of the share, and in no change, as ``kgraph/graph/shares.py`` has it;
* are one stratum of both.

Prints of each the root mean square error of the share in hundredths, how many shares are missing,
and how many directions are as with all shows known, and how many differ.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Collection, Mapping
from math import sqrt

import msgspec

import kgraph
from kgraph.graph.records import EpisodeSummary
from kgraph.graph.shares import MonthShare, ShowCalendar

MIN_EPISODES = 20
DRAWS = 5
HIDDEN_PORTIONS = (0.12, 0.3, 0.6)
TYPES = ("company", "institution", "crypto", "product", "person")
ONE_SHOW = "show/of-hidden-episodes"

Summaries = Mapping[str, EpisodeSummary]
Shares = dict[tuple[str, str], MonthShare]


def describe(summaries: Summaries, mentioning: Mapping[str, list[str]]) -> Shares:
    """Return the shares of each name in each month."""
    calendar = ShowCalendar(summaries)
    return {
        (id_, month): share
        for id_, slugs in mentioning.items()
        for month, share in calendar.describe_months(calendar.count(slugs)).items()
    }


def choose_hidden(summaries: Summaries, portion: float, by_show: bool, seed: int) -> set[str]:
    """Return the episodes of which the show is hidden."""
    draw = random.Random(seed)
    if not by_show:
        return {slug for slug in summaries if draw.random() < portion}
    shows = sorted({summary.show for summary in summaries.values()})
    draw.shuffle(shows)
    hidden: set[str] = set()
    for show in shows:
        if len(hidden) < portion * len(summaries):
            hidden |= {slug for slug, summary in summaries.items() if summary.show == show}
    return hidden


def hide(summaries: Summaries, hidden: Collection[str], show: str) -> Summaries:
    """Give the hidden episodes another show, "" for an unknown one."""
    return {
        slug: msgspec.structs.replace(summary, show=show) if slug in hidden else summary
        for slug, summary in summaries.items()
    }


def get_direction(share: MonthShare | None) -> str:
    """Return the direction of change of a month."""
    return share.change.direction if share and share.change else ""


class Errors:
    """Sums of what differs from the shares and directions with all shows known."""

    def __init__(self) -> None:
        self.squares: list[float] = []
        self.missing = self.same = self.differing = 0

    def add(self, true: Shares, shares: Shares) -> None:
        """Add the shares of a draw."""
        for key, expected in true.items():
            share = shares.get(key)
            if expected.standard and share and share.standard:
                self.squares.append((share.standard.share - expected.standard.share) ** 2)
            else:
                self.missing += expected.standard is not None
            if direction := get_direction(share):
                is_same = direction == get_direction(expected)
                self.same += is_same
                self.differing += not is_same

    def __str__(self) -> str:
        error = 100 * sqrt(sum(self.squares) / len(self.squares))
        return (
            f"share {error:.1f} off, {self.missing} missing; "
            f"directions {self.same} the same, {self.differing} not"
        )


def main() -> None:
    """Hide shows, and print the errors of each treatment."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("store")
    all_summaries = kgraph.KnowledgeGraph.open(parser.parse_args().store).store.shared.summaries
    summaries = {slug: s for slug, s in all_summaries.items() if s.show and s.month}
    by_id: dict[str, list[str]] = defaultdict(list)
    for slug, summary in summaries.items():
        for id_ in summary.mentions:
            if id_.partition("/")[0] in TYPES:
                by_id[id_].append(slug)
    mentioning = {id_: slugs for id_, slugs in by_id.items() if len(slugs) >= MIN_EPISODES}
    true = describe(summaries, mentioning)
    directions = sum(bool(get_direction(share)) for share in true.values())
    print(
        f"{len(summaries)} episodes, {len(mentioning)} names, {len(true)} shares, "
        f"{directions} rose or fell; of {DRAWS} draws:"
    )
    for by_show in (False, True):
        for portion in HIDDEN_PORTIONS:
            errors = {name: Errors() for name in ("left out", "in shares", "in both")}
            for seed in range(DRAWS):
                hidden = choose_hidden(summaries, portion, by_show, seed)
                rest = {slug: s for slug, s in summaries.items() if slug not in hidden}
                treated = (rest, hide(summaries, hidden, ""), hide(summaries, hidden, ONE_SHOW))
                for each, episodes in zip(errors.values(), treated, strict=True):
                    each.add(true, describe(episodes, mentioning))
            for name, each in errors.items():
                print(f"{portion:.0%} of {'shows' if by_show else 'episodes'} {name}: {each}")


if __name__ == "__main__":
    main()
