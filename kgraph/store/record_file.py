"""The file of a build's episodes, and its index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from kgraph.base.checksums import Checksums, compute_checksum, report_damage
from kgraph.base.errors import StoreError
from kgraph.graph import EpisodeGraph, SharedData
from kgraph.store import layout

StructT = TypeVar("StructT")


class RecordIndex(msgspec.Struct, array_like=True):
    """The index of the file ``records``, and what episodes share."""

    slugs: list[str]  #: of the episodes, in order
    offsets: list[int]  #: of each record in bytes, and of the end of the last
    checksums: list[int]  #: CRC-32 of each record
    shared: SharedData


def read_index(build: Path) -> RecordIndex:
    data = Checksums(build).read_file(layout.INDEX_FILE)
    return layout.decode_file(build, layout.INDEX_FILE, data, msgspec.msgpack.Decoder(RecordIndex))


class RecordFile:
    """The episodes of a build, iterable any number of times, one in memory at a time."""

    def __init__(self, build: Path, index: RecordIndex) -> None:
        self._build = build
        self._index = index

    def __iter__(self) -> Iterator[EpisodeGraph]:
        return self.read_many(range(len(self._index.slugs)), EpisodeGraph)

    def read_slugs(self, slugs: Iterable[str], shape: type[StructT]) -> Iterator[StructT]:
        """Decode the records of some slugs, in their order."""
        return self._decode(self.read_bytes(slugs), shape)

    def read_many(self, numbers: Iterable[int], shape: type[StructT]) -> Iterator[StructT]:
        """Decode the records of these numbers, the fields that a struct has of them."""
        return self._decode(self._read_numbers(numbers), shape)

    def read_bytes(self, slugs: Iterable[str]) -> Iterator[bytes]:
        """Read the records of some slugs, in their order, as they are."""
        numbers = {slug: number for number, slug in enumerate(self._index.slugs)}
        return self._read_numbers(numbers[slug] for slug in slugs)

    def _decode(self, records: Iterable[bytes], shape: type[StructT]) -> Iterator[StructT]:
        decoder = msgspec.msgpack.Decoder(shape)
        for data in records:
            yield layout.decode_file(self._build, layout.RECORDS_FILE, data, decoder)

    def _read_numbers(self, numbers: Iterable[int]) -> Iterator[bytes]:
        path = self._build / layout.RECORDS_FILE
        with _convert_os_errors(path):
            file = path.open("rb")
        with file:
            for number in numbers:
                start, end = self._index.offsets[number : number + 2]
                with _convert_os_errors(path):
                    file.seek(start)
                    data = file.read(end - start)
                if compute_checksum(data) != (self._index.checksums[number], end - start):
                    why = f"the checksum of {self._index.slugs[number]} does not match"
                    raise report_damage(self._build, layout.RECORDS_FILE, why)
                yield data


@contextmanager
def _convert_os_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}: build again") from error
