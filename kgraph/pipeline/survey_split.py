"""Split the surveys of a large corpus by key into files, so that each part is counted alone.

Takes surveys in a spool; gives :class:`FileParts`, the names and hashes of all of them in parts of
about :data:`PART_FILES` files' worth. A split file holds all parts of some consecutive surveys: an
index, and for each kind and part a block. Memory is that of the largest part, or of the surveys of
one split file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import msgspec

from kgraph.pipeline.survey_spool import SpooledSurvey, SpoolRange, SurveySpool
from kgraph.resolve.corpus import EncodedSurveys, SurveyLists
from kgraph.resolve.name_counts import NameStatistics, merge_statistics
from kgraph.resolve.survey_parts import MapTasks

if TYPE_CHECKING:
    from kgraph.resolve.quotes.hash_columns import Array, HashColumns

#: Files whose names and hashes make up a part: 300 MB while it is counted, or less. Smaller corpora
#: are one part, in memory.
PART_FILES = 16_384
SPLIT_FILES = 2_048  #: surveys a split file: 60 MB while they are split

HASH_KINDS = ("shingles", "runs", "keys", "contexts", "passage_runs")
_STATISTICS = len(HASH_KINDS)  #: number of the kind of the names, after those of the hashes

_OFFSET = struct.Struct("<Q")
_decode_statistics = msgspec.msgpack.Decoder(NameStatistics).decode


class _SplitTask(NamedTuple):
    """Consecutive surveys, and the file that they are split into."""

    surveys: SpoolRange
    first_file: int  #: number of the first among all
    parts: int
    path: str


class FileParts(msgspec.Struct, frozen=True):
    """The names and hashes of a corpus, in split files."""

    paths: tuple[str, ...]
    count: int  #: of parts

    def read_statistics(self, part: int) -> Iterator[NameStatistics]:
        """Yield the counts of the names of a part, once from each split file."""
        for block in self._read_blocks(_STATISTICS, part):
            yield _decode_statistics(block)

    def read_columns(self, kinds: Iterable[str], part: int) -> HashColumns:
        """Return the hashes of some kinds in a part."""
        from kgraph.resolve.quotes.hash_columns import concatenate_columns, decode_columns

        return concatenate_columns(
            [
                decode_columns(block, kind)
                for kind in kinds
                for block in self._read_blocks(HASH_KINDS.index(kind), part)
            ]
        )

    def split_hashes(self, hashes: Array) -> list[Array]:
        """Split sorted hashes of 32 bits into those of each part."""
        from kgraph.resolve.quotes.hash_columns import split_sorted

        return split_sorted(hashes, self.count)

    def _read_blocks(self, kind: int, part: int) -> Iterator[bytes]:
        for path in self.paths:
            with open(path, "rb", 0) as file:
                file.seek(_OFFSET.size * (kind * self.count + part))
                start, end = struct.unpack("<2Q", file.read(2 * _OFFSET.size))
                file.seek(start)
                yield file.read(end - start)


def split_surveys(surveys: Sequence[SurveyLists], work: Path, map_tasks: MapTasks) -> FileParts:
    """Split surveys by key.

    Args:
        work: folder for the files.
        map_tasks: runs a function on some surveys at a time, here or in other processes.
    """
    parts = -(-len(surveys) // PART_FILES)
    with SurveySpool(work / "other-surveys") as spool:
        spooled = [s if isinstance(s, SpooledSurvey) else spool.add(s) for s in surveys]
        for used in {survey.spool for survey in spooled}:
            used.flush()
    tasks = (
        _SplitTask(
            SpoolRange([survey.place for survey in spooled[first : first + SPLIT_FILES]]),
            first,
            parts,
            str(work / f"{first}.split"),
        )
        for first in range(0, len(spooled), SPLIT_FILES)
    )
    return FileParts(tuple(map_tasks(_split_range, tasks)), parts)


def _split_range(task: _SplitTask) -> str:
    """Write the split file of some surveys, and return its path."""
    from kgraph.resolve.quotes.hash_columns import encode_columns

    surveys = EncodedSurveys(list(task.surveys.read()))
    blocks: list[bytes] = []
    for kind in HASH_KINDS:
        columns = surveys.parts.read_columns((kind,), 0)
        blocks += encode_columns(columns, task.first_file, task.parts)
    blocks += _split_statistics(merge_statistics(surveys.statistics), task.parts)
    start = _OFFSET.size * (len(blocks) + 1)
    offsets = accumulate(map(len, blocks), initial=start)
    with open(task.path, "wb") as file:
        file.writelines((*map(_OFFSET.pack, offsets), *blocks))
    return task.path


def _split_statistics(total: NameStatistics, parts: int) -> list[bytes]:
    split = [NameStatistics(total.episodes, {}) for _ in range(parts)]
    for key, counts in total.names.items():
        split[crc32(key.encode("utf-8", "surrogatepass")) % parts].names[key] = counts
    return list(map(msgspec.msgpack.encode, split))
