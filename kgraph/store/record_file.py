"""The episodes of a build, their index, and the comparison of two builds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from kgraph.base.checksums import Checksums
from kgraph.graph import EpisodeGraph, SharedData
from kgraph.store import layout
from kgraph.store.segments import SegmentReader, ValuePlace

if TYPE_CHECKING:
    from kgraph.graph.diff import Changes

StructT = TypeVar("StructT")


class RecordIndex(msgspec.Struct, array_like=True):
    """Where the record of each episode is, and what episodes share."""

    places: dict[str, ValuePlace]  #: by slug, in the order of the episodes
    shared: SharedData


def read_index(build: Path) -> RecordIndex:
    data = Checksums(build).read_file(layout.INDEX_FILE)
    return layout.decode_file(build, layout.INDEX_FILE, data, msgspec.msgpack.Decoder(RecordIndex))


class RecordFile:
    """The episodes of a build, iterable any number of times, one in memory at a time.

    Args:
        build: folder of the build.
        places: of the records, by slug, in order.
    """

    def __init__(self, build: Path, places: dict[str, ValuePlace]) -> None:
        self._build = build
        self._places = places

    def __iter__(self) -> Iterator[EpisodeGraph]:
        return self.read_slugs(self._places, EpisodeGraph)

    def read_slugs(self, slugs: Iterable[str], shape: type[StructT]) -> Iterator[StructT]:
        """Decode the records of some slugs, in order: the fields that a struct has of them."""
        decoder = msgspec.msgpack.Decoder(shape)
        for data in self.read_bytes(slugs):
            yield layout.decode_file(self._build, layout.RECORDS_FILE, data, decoder)

    def read_bytes(self, slugs: Iterable[str]) -> Iterator[bytes]:
        """Read the records of some slugs, in their order, as they are."""
        reader = SegmentReader(self._build, layout.RECORDS_FILE)
        return reader.read((slug, self._places[slug]) for slug in slugs)


class RecordPairs:
    """Records of the episodes of two builds, in one thread.

    Args:
        old, new: folder of a build, and the places of its records by slug.
    """

    def __init__(
        self,
        old: tuple[Path, Mapping[str, ValuePlace]],
        new: tuple[Path, Mapping[str, ValuePlace]],
    ) -> None:
        self._old = (SegmentReader(old[0], layout.RECORDS_FILE), old[1])
        self._new = (SegmentReader(new[0], layout.RECORDS_FILE), new[1])

    def read(self, old_slug: str, slug: str) -> tuple[bytes, bytes] | None:
        """Read the records of an episode by its slugs; None, without reading, if they are equal.

        Records of one checksum and size are taken for equal: what changes in a file changes its
        digest in the record, and one change in 2**32 leaves the CRC-32 as it was.

        Raises:
            StoreDamagedError: a record is not as it was written.
            StoreError: a record cannot be read.
        """
        before, after = places = (self._old[1][old_slug], self._new[1][slug])
        if (before.crc, before.size) == (after.crc, after.size):
            return None
        old, new = (
            reader.read_one(name, place)
            for (reader, _), name, place in zip(
                (self._old, self._new), (old_slug, slug), places, strict=True
            )
        )
        return old, new


def compare_builds(old: tuple[Path, RecordIndex], new: tuple[Path, RecordIndex]) -> Changes:
    """List the changes from one build to another, of one store or of two.

    Args:
        old, new: folder of a build, and its index.

    Raises:
        StoreError: a record cannot be read.
    """
    from kgraph.graph.diff import compare_graphs

    pairs = RecordPairs((old[0], old[1].places), (new[0], new[1].places))
    return compare_graphs(old[1].shared, new[1].shared, pairs.read)
