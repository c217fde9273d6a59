"""Values of a build in files that later builds share (:class:`SegmentWriter`).

A segment is a file of values, one behind another, such as ``records-1``. A build that continues
another has the segments of that one as hard links, and a segment of its own with the values that
differ: so its cost is that of the difference. A segment half of which is no longer needed, or that
is at most twice as large as what is written anyway, is not linked: its values are written again.
So each segment was more than twice as large as the next one, and their number is logarithmic; the
sum of their sizes is at most twice that of the values; and over many builds a value is written
again a logarithmic number of times (as in a log-structured merge tree: O'Neil et al. 1996, "The
log-structured merge-tree").

Invariants:
    * a segment is never changed once it is written;
    * each value has a checksum, which is verified whenever it is read.
"""

from __future__ import annotations

import os
import shutil
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

import msgspec

from kgraph.base.checksums import CHUNK_BYTES, compute_checksum, report_damage, unreadable_error
from kgraph.base.files import open_durable

#: Share of a segment's bytes below which its values are written again.
MIN_LIVE_SHARE = 0.5

#: Size of a segment, of what is written anyway, up to which its values are written again. With 1,
#: ever smaller segments would pile up.
MIN_SIZE_RATIO = 2


class ValuePlace(msgspec.Struct, frozen=True, array_like=True):
    """Where a value is."""

    segment: int  #: number of the segment
    offset: int  #: in bytes
    size: int  #: in bytes
    crc: int  #: CRC-32 of the value


def name_segment(prefix: str, number: int) -> str:
    """Return the name of a segment.

    >>> name_segment("records", 2)
    'records-2'
    """
    return f"{prefix}-{number}"


def link_file(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it durably where the file system has no hard links."""
    with suppress(OSError):
        os.link(source, target)
        return
    with source.open("rb") as old, open_durable(target) as new:
        shutil.copyfileobj(old, new, CHUNK_BYTES)


class SegmentReader:
    """Reads values of a build, in one thread; each segment is opened once.

    Args:
        build: folder of the build.
        prefix: of the names of the segments.
    """

    def __init__(self, build: Path, prefix: str) -> None:
        self._build = build
        self._prefix = prefix
        self._files: dict[int, BinaryIO] = {}
        weakref.finalize(self, _close_files, self._files)

    def read(self, values: Iterable[tuple[str, ValuePlace]]) -> Iterator[bytes]:
        """Read values, each with a name for people.

        Raises:
            StoreDamagedError: a value is not as it was written.
            StoreError: a segment cannot be read.
        """
        for name, place in values:
            yield self.read_one(name, place)

    def read_one(self, name: str, place: ValuePlace) -> bytes:
        """Read a value; raises what reading several does."""
        segment = name_segment(self._prefix, place.segment)
        try:
            file = self._files.get(place.segment)
            if file is None:
                file = (self._build / segment).open("rb", buffering=0)
                self._files[place.segment] = file
            file.seek(place.offset)
            data = file.read(place.size)
        except OSError as error:
            raise unreadable_error(self._build, segment, error) from error
        if compute_checksum(data) != (place.crc, place.size):
            why = f"the checksum of {name} does not match"
            raise report_damage(self._build, segment, why)
        return data


def _close_files(files: Mapping[int, BinaryIO]) -> None:
    for file in files.values():
        file.close()


def count_segment_bytes(places: Iterable[ValuePlace]) -> Counter[int]:
    """Count the bytes of values by the number of their segment."""
    sizes = Counter[int]()
    for place in places:
        sizes[place.segment] += place.size
    return sizes


class SegmentWriter(AbstractContextManager["SegmentWriter"]):
    """Writes values of a build, in one segment besides those that it shares with another build.

    Args:
        build: folder of the build.
        prefix: of the names of the segments.
        last: folder of the build that is continued; None for none.
        kept_bytes: size of the values that this build has of it, by the number of their segment.
        new_bytes: size of the values that are to be added.

    Raises:
        OSError: a segment cannot be linked, or the new one cannot be written.
    """

    def __init__(
        self,
        build: Path,
        prefix: str,
        last: Path | None = None,
        kept_bytes: Mapping[int, int] = MappingProxyType({}),
        new_bytes: int = 0,
    ) -> None:
        self._last: SegmentReader | None = None
        self._linked: frozenset[int] = frozenset()
        if last is not None:
            self._last = SegmentReader(last, prefix)
            self._linked = _choose_linked(last, prefix, kept_bytes, new_bytes)
            for number in self._linked:
                name = name_segment(prefix, number)
                link_file(last / name, build / name)
        self._kept_bytes = kept_bytes
        self._number = max(kept_bytes, default=0) + 1
        self._path = build / name_segment(prefix, self._number)
        self._file = self._path.open("wb")

    def __exit__(self, *exception: object) -> None:
        """Close the segment, durably unless there was an error; remove it if it is empty."""
        with self._file:
            is_empty = not self._file.tell()
            if exception[0] is None and not is_empty:
                self._file.flush()
                os.fsync(self._file.fileno())
        if is_empty:
            self._path.unlink()

    def add(self, value: bytes) -> ValuePlace:
        """Add a value, and return its place."""
        place = ValuePlace(self._number, self._file.tell(), len(value), compute_checksum(value).crc)
        self._file.write(value)
        return place

    @property
    def linked(self) -> frozenset[int]:
        """Numbers of the segments of the build that is continued whose values stay in place."""
        return self._linked

    def count_bytes(self) -> dict[int, int]:
        """Return the size of all values so far, by the number of their segment."""
        counts = {number: self._kept_bytes[number] for number in sorted(self._linked)}
        return counts | ({self._number: size} if (size := self._file.tell()) else {})

    def keep(self, name: str, place: ValuePlace) -> ValuePlace:
        """Return the place of a value of the build that is continued, one given as ``kept``.

        Raises:
            StoreDamagedError: it has to be written again, and is not as it was written.
            StoreError: the last build cannot be read.
        """
        if place.segment in self._linked:
            return place
        assert self._last is not None
        return self.add(self._last.read_one(name, place))

    def flush(self) -> None:
        """Let readers see what was added."""
        self._file.flush()


def _choose_linked(
    last: Path, prefix: str, sizes: Mapping[int, int], new_bytes: int
) -> frozenset[int]:
    """Return the numbers of the segments to link, given the bytes of each that are needed."""
    linked = set()
    for number, size in sorted(sizes.items(), reverse=True):
        if not size:
            continue
        all_bytes = (last / name_segment(prefix, number)).stat().st_size
        if size <= MIN_SIZE_RATIO * new_bytes or size < MIN_LIVE_SHARE * all_bytes:
            new_bytes += size
        else:
            linked.add(number)
    return frozenset(linked)
