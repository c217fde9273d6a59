"""Split the surveys of a large corpus by key into files, so that each partition is counted alone.

Takes surveys in a spool; gives :class:`FilePartitions`, the names and hashes of all of them, of at
most :data:`PARTITION_FILES` files and :data:`PARTITION_BYTES` of surveys in each, on average. A
split file holds all partitions of some consecutive surveys: an index, and for each kind and
partition a block. Memory is that of the largest partition, or of the surveys of one split file.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import msgspec

from kgraph.pipeline.survey_spool import SpooledSurvey, SpoolRange, SurveySpool
from kgraph.resolve.name_counts import NameStatistics, merge_statistics
from kgraph.resolve.survey_partitions import MapTasks
from kgraph.resolve.surveys import EncodedSurveys, SurveyLists

if TYPE_CHECKING:
    from kgraph.resolve.quotes.hash_columns import Array, HashColumns

#: Files whose names and hashes make up a partition: 350 MB while it is counted. A smaller corpus is
#: one partition, in memory.
PARTITION_FILES = 16_384
#: Bytes of the surveys of a partition: 450 MB while it is counted. Files with many quotes reach
#: this first; the survey of a usual one has 9 kB.
PARTITION_BYTES = 200_000_000
SPLIT_FILES = 2_048  #: surveys a split file: 60 MB while they are split
SPLIT_BYTES = 25_000_000  #: of the surveys of a split file

HASH_KINDS = ("shingles", "runs", "keys", "contexts", "passage_runs")
_STATISTICS = len(HASH_KINDS)  #: number of the kind of the names, after those of the hashes

_OFFSET = struct.Struct("<Q")
_decode_statistics = msgspec.msgpack.Decoder(NameStatistics).decode


class _SplitTask(NamedTuple):
    """Consecutive surveys, and the file that they are split into."""

    surveys: SpoolRange
    first_file: int  #: number of the first among all
    partitions: int
    path: str


class FilePartitions(msgspec.Struct, frozen=True):
    """The names and hashes of a corpus, in split files."""

    paths: tuple[str, ...]
    count: int  #: of partitions

    def read_statistics(self, partition: int) -> Iterator[NameStatistics]:
        """Yield the counts of the names of a partition, once from each split file."""
        for block in self._read_blocks(_STATISTICS, partition):
            yield _decode_statistics(block)

    def read_columns(self, kinds: Iterable[str], partition: int) -> HashColumns:
        """Return the hashes of some kinds in a partition."""
        from kgraph.resolve.quotes.hash_columns import concatenate_columns, decode_columns

        return concatenate_columns(
            [
                decode_columns(block)
                for kind in kinds
                for block in self._read_blocks(HASH_KINDS.index(kind), partition)
            ]
        )

    def split_hashes(self, hashes: Array) -> list[Array]:
        """Split sorted hashes into those of each partition."""
        from kgraph.resolve.quotes.hash_columns import split_sorted

        return split_sorted(hashes, self.count)

    def _read_blocks(self, kind: int, partition: int) -> Iterator[bytes]:
        for path in self.paths:
            with open(path, "rb", 0) as file:
                file.seek(_OFFSET.size * (kind * self.count + partition))
                start, end = struct.unpack("<2Q", file.read(2 * _OFFSET.size))
                file.seek(start)
                yield file.read(end - start)


def count_partitions(surveys: Sequence[SurveyLists]) -> int:
    """Return how many partitions surveys make, by their number and the size of those in a spool."""
    size = sum(survey.length for survey in surveys if isinstance(survey, SpooledSurvey))
    return math.ceil(max(len(surveys) / PARTITION_FILES, size / PARTITION_BYTES))


def split_surveys(
    surveys: Sequence[SurveyLists], work: Path, map_tasks: MapTasks
) -> FilePartitions:
    """Split surveys by key.

    Args:
        work: folder for the files.
        map_tasks: runs a function on some surveys at a time, here or in other processes.
    """
    with SurveySpool(work / "other-surveys") as spool:
        spooled = [s if isinstance(s, SpooledSurvey) else spool.add(s) for s in surveys]
        for used in {survey.spool for survey in spooled}:
            used.flush()
    partitions = count_partitions(spooled)
    tasks = (
        _SplitTask(
            SpoolRange([survey.place for survey in spooled[first:end]]),
            first,
            partitions,
            str(work / f"{first}.split"),
        )
        for first, end in pairwise(_list_ranges(spooled))
    )
    return FilePartitions(tuple(map_tasks(_split_range, tasks)), partitions)


def _list_ranges(spooled: Sequence[SpooledSurvey]) -> Iterator[int]:
    """Yield where the surveys of each split file start, and where the last ones end."""
    start = size = 0
    yield 0
    for number, survey in enumerate(spooled):
        size += survey.length
        if number > start and (number - start == SPLIT_FILES or size > SPLIT_BYTES):
            start, size = number, survey.length
            yield number
    yield len(spooled)


def _split_range(task: _SplitTask) -> str:
    """Write the split file of some surveys, and return its path."""
    from kgraph.resolve.quotes.hash_columns import encode_columns

    surveys = EncodedSurveys(list(task.surveys.read()))
    blocks: list[bytes] = []
    for kind in HASH_KINDS:
        columns = surveys.partitions.read_columns((kind,), 0)
        blocks += encode_columns(columns, task.first_file, task.partitions)
    blocks += _split_statistics(merge_statistics(surveys.statistics), task.partitions)
    start = _OFFSET.size * (len(blocks) + 1)
    offsets = accumulate(map(len, blocks), initial=start)
    with open(task.path, "wb") as file:
        file.writelines((*map(_OFFSET.pack, offsets), *blocks))
    return task.path


def _split_statistics(total: NameStatistics, partitions: int) -> list[bytes]:
    split = [NameStatistics(total.episodes, {}) for _ in range(partitions)]
    for key, counts in total.names.items():
        split[crc32(key.encode("utf-8", "surrogatepass")) % partitions].names[key] = counts
    return list(map(msgspec.msgpack.encode, split))
