"""The outcome of every row of front matter, counted recording by recording.

Invariants:
    * an :class:`Accounting` is a sum; adding is associative, so shards merge in any grouping;
    * for each list, rows = accepted + merged + rejected + unreadable.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from kgraph.base.counts import add_counts
from kgraph.base.vocabulary import load_field_table

if TYPE_CHECKING:
    from kgraph.graph.records import EpisodeGraph


class RowCounts(msgspec.Struct):
    """The rows of one list."""

    rows: int = 0
    accepted: int = 0  #: the first evidence of an edge or node
    merged: int = 0  #: further evidence of one
    rejected: dict[str, int] = {}  #: by rule
    unreadable: int = 0  #: entries that could not be read as a row; each has a problem

    def add(self, other: RowCounts) -> None:
        self.rows += other.rows
        self.accepted += other.accepted
        self.merged += other.merged
        self.unreadable += other.unreadable
        add_counts(self.rejected, other.rejected)

    def subtract(self, other: RowCounts) -> None:
        """Take out counts that were added."""
        self.rows -= other.rows
        self.accepted -= other.accepted
        self.merged -= other.merged
        self.unreadable -= other.unreadable
        for rule, count in other.rejected.items():
            self.rejected[rule] -= count
            if not self.rejected[rule]:
                del self.rejected[rule]


class Accounting(msgspec.Struct):
    """The counts of each list, by its name."""

    lists: dict[str, RowCounts] = {}

    def add(self, other: Accounting) -> None:
        for name, counts in other.lists.items():
            self.lists.setdefault(name, RowCounts()).add(counts)

    def subtract(self, other: Accounting) -> None:
        """Take out the counts of a recording that were added."""
        for name, counts in other.lists.items():
            self.lists[name].subtract(counts)

    def sort(self) -> None:
        """Sort lists in the order of ``ontology/fields.yaml``, and rules by name."""
        lists = {name: self.lists[name] for name in load_field_table().rows if name in self.lists}
        for counts in lists.values():
            counts.rejected = dict(sorted(counts.rejected.items()))
        self.lists = lists


def account_rows(episode: EpisodeGraph) -> Accounting:
    """Count the rows of one recording."""
    from kgraph.graph.network import collect_tags, collect_topics  # sums need none of it

    lists: dict[str, RowCounts] = {}
    for file in episode.files:
        for name, count in file.row_counts.items():
            counts = lists.setdefault(name, RowCounts())
            counts.rows += count
            counts.unreadable += count - len(file.rows.get(name, ()))
    distinct = {
        "quotes": len(episode.occurrences),
        "topics": len(collect_topics(episode)),
        "tags": len(collect_tags(episode)),
    }
    for name, counts in lists.items():
        readable = counts.rows - counts.unreadable
        if name == "companies":
            _count_mention_rows(counts, episode)
        else:
            counts.accepted = distinct.get(name, readable)
            counts.merged = readable - counts.accepted
    return Accounting(lists)


def _count_mention_rows(counts: RowCounts, episode: EpisodeGraph) -> None:
    """Count rows that may name several things: accepted or merged when any thing is."""
    first: set[tuple[int, int]] = set()
    accepted: set[tuple[int, int]] = set()
    rejected: dict[tuple[int, int], str] = {}
    for mention in episode.mentions:
        rows = [(row.file, row.index) for row in mention.rows]
        if mention.is_accepted:
            first.add(rows[0])
            accepted.update(rows)
        else:
            rejected.update(zip(rows, (row.rule for row in mention.rows), strict=True))
    counts.accepted, counts.merged = len(first), len(accepted - first)
    counts.rejected = dict(Counter(rule for row, rule in rejected.items() if row not in accepted))
