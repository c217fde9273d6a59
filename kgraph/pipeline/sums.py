"""Sums over all episodes of a build (:class:`EpisodeSums`).

An incremental build takes the episodes that changed out of them and puts them in again, and never
looks at the others.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from kgraph.graph.accounting import Accounting
from kgraph.pipeline.passes import EpisodeOutcome
from kgraph.resolve.corpus import SURFACE_TABLE
from kgraph.resolve.lookups import number_key

CountedT = TypeVar("CountedT")


class EpisodeSums(msgspec.Struct, array_like=True):
    """Sums over all episodes, which an episode is taken out of and put into.

    Each counts episodes: an entry that none has is left out.
    """

    rows: Accounting = msgspec.field(default_factory=Accounting)
    lists: dict[str, int] = {}  #: that have a list of rows
    judged_keys: dict[str, int] = {}  #: to which a judgement applied
    themes: dict[str, int] = {}  #: with a theme in the tally, by its id
    surfaces: dict[int, int] = {}  #: with a surface, by its number

    def add(self, outcome: EpisodeOutcome) -> None:
        """Put an episode in."""
        self.rows.add(outcome.accounting)
        self._count(outcome, 1)

    def remove(self, outcome: EpisodeOutcome) -> None:
        """Take out an episode that was put in."""
        self.rows.subtract(outcome.accounting)
        self._count(outcome, -1)
        for name in self.rows.lists.keys() - self.lists.keys():
            del self.rows.lists[name]

    def _count(self, outcome: EpisodeOutcome, sign: int) -> None:
        _count(self.lists, outcome.accounting.lists, sign)
        _count(self.judged_keys, outcome.judged_keys, sign)
        _count(self.themes, outcome.themes, sign)
        numbers = array("Q", outcome.lookups)
        _count(self.surfaces, numbers[bisect_left(numbers, number_key(SURFACE_TABLE, 0)) :], sign)


def _count(counts: dict[CountedT, int], items: Iterable[CountedT], sign: int) -> None:
    for item in items:
        counts[item] = counts.get(item, 0) + sign
        if not counts[item]:
            del counts[item]
