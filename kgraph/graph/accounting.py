"""Row accounting: what became of every row, to the row.

Invariant: for each list, rows in = accepted + merged + rejected + unreadable.
"""

from __future__ import annotations

import msgspec

from kgraph.graph.network import collect_tags, collect_topics
from kgraph.graph.records import EpisodeGraph, MentionEdge


class RowCounts(msgspec.Struct):
    """What became of the rows of one list.

    Attributes:
        rows: how many there were.
        accepted: rows that are the first evidence of an edge or node.
        merged: rows that are further evidence of one.
        rejected: rows that were kept aside, by rule.
        unreadable: entries that could not be read as a row; each has a Problem.
    """

    rows: int = 0
    accepted: int = 0
    merged: int = 0
    rejected: dict[str, int] = {}
    unreadable: int = 0

    def add(self, other: RowCounts) -> None:
        """Add another's counts to these."""
        self.rows += other.rows
        self.accepted += other.accepted
        self.merged += other.merged
        self.unreadable += other.unreadable
        for rule, count in other.rejected.items():
            self.rejected[rule] = self.rejected.get(rule, 0) + count

    @property
    def is_balanced(self) -> bool:
        """Whether every row is accounted for."""
        kept_aside = sum(self.rejected.values())
        return self.rows == self.accepted + self.merged + kept_aside + self.unreadable


class Accounting(msgspec.Struct):
    """The outcome of each list of rows, by its name."""

    lists: dict[str, RowCounts] = {}

    def add(self, other: Accounting) -> None:
        """Add another's counts to these."""
        for name, outcome in other.lists.items():
            self.lists.setdefault(name, RowCounts()).add(outcome)

    @property
    def is_balanced(self) -> bool:
        """Whether every row of every list is accounted for."""
        return all(outcome.is_balanced for outcome in self.lists.values())


def account_rows(episode: EpisodeGraph) -> Accounting:
    """What became of every row of one recording."""
    accounting = Accounting()
    for file in episode.files:
        for name, count in file.row_counts.items():
            outcome = accounting.lists.setdefault(name, RowCounts())
            outcome.rows += count
            outcome.unreadable += count - len(file.rows.get(name, ()))
    for name, outcome in accounting.lists.items():
        readable = outcome.rows - outcome.unreadable
        _fill_counts(outcome, name, readable, episode)
    return accounting


def _fill_counts(outcome: RowCounts, name: str, readable: int, episode: EpisodeGraph) -> None:
    if name == "companies":
        _fill_mention_counts(outcome, episode.mentions)
        return
    distinct = {
        "quotes": len(episode.occurrences),
        "topics": len(collect_topics(episode)),
        "tags": len(collect_tags(episode)),
    }.get(name, readable)
    outcome.accepted, outcome.merged = distinct, readable - distinct


def _fill_mention_counts(outcome: RowCounts, mentions: tuple[MentionEdge, ...]) -> None:
    """A row that names several things is accepted or merged when any of them is."""
    accepted = [_row_positions(mention) for mention in mentions if mention.is_accepted]
    first = {places[0] for places in accepted}
    every = {place for places in accepted for place in places}
    outcome.accepted, outcome.merged = len(first), len(every - first)
    aside = {
        (row.file, row.index): row.rule
        for mention in mentions
        if not mention.is_accepted
        for row in mention.rows
        if (row.file, row.index) not in every
    }
    for rule in aside.values():
        outcome.rejected[rule] = outcome.rejected.get(rule, 0) + 1


def _row_positions(mention: MentionEdge) -> list[tuple[int, int]]:
    return [(row.file, row.index) for row in mention.rows]
