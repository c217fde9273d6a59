"""The outcome of every row of front matter, counted recording by recording.

Invariants:
    * an :class:`Accounting` is a sum; adding is associative, so shards merge in any grouping;
    * for each list, rows = accepted + merged + rejected + unreadable;
    * guests, hosts and the like, which are read as rows of ``companies``, count as a list of their
      own, :data:`PEOPLE`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from kgraph.base.counts import add_counts
from kgraph.base.vocabulary import load_field_table

if TYPE_CHECKING:
    from kgraph.base.model import EpisodeFile, Row
    from kgraph.graph.records import EpisodeGraph

_RowKey = tuple[int, int]  #: number of the file, and index of the row in ``companies``


PEOPLE = "people"  #: name of the list of guests, hosts and the like


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
        """Sort lists in the order of ``ontology/fields.yaml``, people last, and rules by name."""
        names = (*load_field_table().rows, PEOPLE)
        lists = {name: self.lists[name] for name in names if name in self.lists}
        for counts in lists.values():
            counts.rejected = dict(sorted(counts.rejected.items()))
        self.lists = lists


def account_rows(episode: EpisodeGraph) -> Accounting:
    """Count the rows of one recording."""
    from kgraph.graph.network import collect_tags, collect_topics  # sums need none of it

    lists: dict[str, RowCounts] = {}
    for file in episode.files:
        readable_rows = _count_readable_rows(file)
        for name, count in count_rows(file).items():
            counts = lists.setdefault(name, RowCounts())
            counts.rows += count
            counts.unreadable += count - readable_rows.get(name, 0)
    distinct = {
        "quotes": len(episode.occurrences),
        "topics": len(collect_topics(episode)),
        "tags": len(collect_tags(episode)),
    }
    for name, counts in lists.items():
        if name not in ("companies", PEOPLE):
            readable = counts.rows - counts.unreadable
            counts.accepted = distinct.get(name, readable)
            counts.merged = readable - counts.accepted
    _count_mention_rows(lists, episode)
    return Accounting(lists)


def is_person_row(row: Row) -> bool:
    """Return whether a row of ``companies`` is of a person listed as guest, host or the like."""
    return row.extractor == "hand" and row.text("category") in load_field_table().people.values()


def count_rows(file: EpisodeFile) -> dict[str, int]:
    """Count the entries of each list of a file, unreadable ones included."""
    counts = dict(file.row_counts)
    rows = file.rows.get("companies", ())
    if people := sum(map(is_person_row, rows)):
        # Where all are people, so is what could not be read.
        counts[PEOPLE] = counts["companies"] if people == len(rows) else people
        counts["companies"] -= counts[PEOPLE]
        if not counts["companies"]:
            del counts["companies"]
    return counts


def _count_readable_rows(file: EpisodeFile) -> dict[str, int]:
    counts = {name: len(rows) for name, rows in file.rows.items()}
    counts[PEOPLE] = sum(map(is_person_row, file.rows.get("companies", ())))
    counts["companies"] = counts.get("companies", 0) - counts[PEOPLE]
    return counts


def _count_mention_rows(lists: Mapping[str, RowCounts], episode: EpisodeGraph) -> None:
    """Count rows that may name several things: accepted or merged when any thing is.

    Args:
        lists: of which companies and people are counted.
    """
    first: set[_RowKey] = set()
    accepted: set[_RowKey] = set()
    rejected: dict[_RowKey, str] = {}
    for mention in episode.mentions:
        rows = [(row.file, row.index) for row in mention.rows]
        if mention.is_accepted:
            first.add(rows[0])
            accepted.update(rows)
        else:
            rejected.update(zip(rows, (row.rule for row in mention.rows), strict=True))
    people = {
        (number, row.index)
        for number, file in enumerate(episode.files)
        for row in file.rows.get("companies", ())
        if is_person_row(row)
    }
    for name in {"companies", PEOPLE} & lists.keys():
        counts, is_of_people = lists[name], name == PEOPLE
        counts.accepted = sum((key in people) is is_of_people for key in first)
        counts.merged = sum((key in people) is is_of_people for key in accepted - first)
        rules = (
            rule
            for key, rule in rejected.items()
            if key not in accepted and (key in people) is is_of_people
        )
        counts.rejected = dict(Counter(rules))
