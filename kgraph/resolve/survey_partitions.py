"""Partitions of a survey by key, each of which can be counted alone.

A partition has all occurrences of each of its keys: names, or hashes of quotes and of passages. A
corpus that fits in memory is one partition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from kgraph.resolve.knowledge import NameTables, tabulate_names
from kgraph.resolve.name_counts import NameStatistics, merge_statistics
from kgraph.resolve.quotes.fingerprints import QuoteFingerprints
from kgraph.resolve.quotes.passages import ContextFingerprints

if TYPE_CHECKING:
    from kgraph.resolve.quotes.hash_columns import Array, HashColumns

TaskT = TypeVar("TaskT")
ResultT = TypeVar("ResultT")


class MapTasks(Protocol):
    """Runs a function on tasks, here or in other processes."""

    def __call__(
        self, function: Callable[[TaskT], ResultT], tasks: Iterable[TaskT], /
    ) -> Iterator[ResultT]:
        """Yield the results in the order of the tasks."""
        ...


def map_here(function: Callable[[TaskT], ResultT], tasks: Iterable[TaskT]) -> Iterator[ResultT]:
    """Run a function on tasks in this process."""
    return map(function, tasks)


class SurveyPartitions(Protocol):
    """The names and hashes of a survey, in partitions.

    Names are divided by a hash of their keys; of other hashes a partition has consecutive ones.
    """

    @property
    def count(self) -> int:
        """The number of partitions."""
        ...

    def read_statistics(self, partition: int) -> Iterable[NameStatistics]:
        """Yield the counts of the names of a partition."""
        ...

    def read_columns(self, kinds: Iterable[str], partition: int) -> HashColumns:
        """Return the hashes of some kinds in a partition.

        Args:
            kinds: ``shingles``, ``runs`` or ``keys`` of quotes; ``contexts`` or ``passage_runs``.
        """
        ...

    def split_hashes(self, hashes: Array) -> list[Array]:
        """Split sorted hashes into those of each partition."""
        ...


class MemoryPartitions:
    """The names and hashes of a survey as one partition.

    Args:
        quotes, passages: each with an item for each file, in the same order; read several times.
    """

    count = 1

    def __init__(
        self,
        quotes: Iterable[QuoteFingerprints] = (),
        passages: Iterable[ContextFingerprints] = (),
        statistics: Iterable[NameStatistics] = (),
    ) -> None:
        self._quotes = quotes
        self._passages = passages
        self._statistics = statistics

    def read_statistics(self, partition: int) -> Iterable[NameStatistics]:
        """Yield the counts of all names."""
        return self._statistics

    def read_columns(self, kinds: Iterable[str], partition: int) -> HashColumns:
        """Return all hashes of some kinds."""
        from kgraph.resolve.quotes.hash_columns import concatenate_columns

        return concatenate_columns([self._read(kind) for kind in kinds])

    def split_hashes(self, hashes: Array) -> list[Array]:
        """Return the hashes as those of the one partition."""
        return [hashes]

    def _read(self, kind: str) -> HashColumns:
        from kgraph.resolve.quotes.hash_columns import unpack_columns

        packed = {
            "keys": (file.keys for file in self._quotes),
            "shingles": (file.packed_shingles for file in self._quotes),
            "runs": (file.packed_runs for file in self._quotes),
            "contexts": (file.packed_hashes for file in self._passages),
            "passage_runs": (file.packed_runs for file in self._passages),
        }
        return unpack_columns(list(packed[kind]))


class NamesTask(NamedTuple):
    """A partition of the names, to be counted."""

    partitions: SurveyPartitions
    partition: int
    spelled: frozenset[str]  #: keys of names whose spellings are needed in any case


class CountedNames(NamedTuple):
    """The names of a partition that count."""

    tables: NameTables
    statistics: NameStatistics  #: of sponsors, and of names whose spellings are needed


def count_partition_names(task: NamesTask) -> CountedNames:
    """Count the names of a partition."""
    total = merge_statistics(task.partitions.read_statistics(task.partition))
    names = {
        key: counts
        for key, counts in total.names.items()
        if counts.sponsor_rows or key in task.spelled
    }
    return CountedNames(tabulate_names(total), NameStatistics(total.episodes, names))


def reduce_names(
    partitions: SurveyPartitions, spelled: frozenset[str], map_tasks: MapTasks
) -> tuple[NameTables, NameStatistics]:
    """Count the names of all partitions.

    Args:
        spelled: keys of names whose spellings are needed in any case.

    Returns:
        The tables; and the counts of sponsors and of names whose spellings are needed.
    """
    tasks = (NamesTask(partitions, partition, spelled) for partition in range(partitions.count))
    counted = list(map_tasks(count_partition_names, tasks))
    usages = chain.from_iterable(partition.tables.usages.items() for partition in counted)
    frequencies = chain.from_iterable(partition.tables.frequencies.items() for partition in counted)
    names = {key: name for partition in counted for key, name in partition.statistics.names.items()}
    return (
        NameTables(dict(sorted(usages)), dict(sorted(frequencies))),
        NameStatistics(counted[0].statistics.episodes, names),
    )
