"""The readers' side of a store: always one whole build."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec
import pyoxigraph

from kgraph.base.checksums import Checksums, compute_checksum, damage_error
from kgraph.base.errors import (
    StoreError,
    StoreMissingError,
    StoreWarning,
    UnknownNameError,
)
from kgraph.graph import EpisodeGraph, Graph, SharedData
from kgraph.graph.diff import Changes
from kgraph.graph.records import EpisodeQuotes
from kgraph.store import layout
from kgraph.store.origin import BuildOrigin, read_origin
from kgraph.store.writer import RecordIndex, read_index

StructT = TypeVar("StructT")


class Store:
    """The last whole graph of a store folder, as it was when this was made.

    Args:
        path: folder of the store.
        build: name of another build in it, as long as that one is kept; "" for the last.

    Attributes:
        note: why it is not the last one but the one before; "" where it is the last.

    Raises:
        StoreMissingError: there is no graph there yet.
        StoreOutdatedError: another layout wrote it.
        StoreDamagedError: its files are not as the build wrote them.
        StoreError: it cannot be read.

    Warns:
        StoreWarning: the last build is gone, and the one before answers.
    """

    def __init__(self, path: str | Path = layout.DEFAULT_STORE, build: str = "") -> None:
        self.path = Path(path)
        self.note = ""
        if build:
            self.build = self.path / layout.BUILDS_FOLDER / build
            if not self.build.is_dir():
                raise StoreMissingError(f"{self.build}: the build is gone: ask again")
        else:
            self.build, self.note = layout.find_readable_build(self.path)
        self.meta = layout.read_meta(self.build)
        if self.note:
            warnings.warn(self.note, StoreWarning, stacklevel=2)

    @property
    def location(self) -> tuple[Path, str]:
        """What opens the same build again, such as in another process: ``Store(*place)``."""
        return self.path, self.build.name

    @cached_property
    def checksums(self) -> Checksums:
        """What the build wrote down of its files."""
        return Checksums(self.build)

    @cached_property
    def database(self) -> pyoxigraph.Store:
        """The SPARQL database, opened read-only.

        Raises:
            StoreDamagedError: it is not as the build wrote it.
            StoreError: it cannot be opened.
        """
        layout.check_database(self.build)
        try:
            return pyoxigraph.Store.read_only(str(self.build / layout.DATABASE_FOLDER))
        except (OSError, RuntimeError) as error:
            self.verify_database()
            raise StoreError(f"{self.build}: {error}: build again") from error

    def verify_database(self) -> None:
        """Check every byte of the database: for who asks it and is told nothing that makes sense.

        2.5 million statements take 0.1 s.

        Raises:
            StoreDamagedError: it is not as the build wrote it.
            StoreError: it cannot be read.
        """
        layout.check_database(self.build, float("inf"))

    @cached_property
    def graph(self) -> Graph:
        """The graph as records; recordings are read from disk as they are walked."""
        return Graph(_RecordFile(self.build, self._index), self.shared)

    @property
    def shared(self) -> SharedData:
        """What the recordings have in common."""
        return self._index.shared

    @property
    def report(self) -> bytes:
        """The closing report of the build, as JSON."""
        return self.checksums.read_file(layout.REPORT_FILE)

    @property
    def origin(self) -> BuildOrigin:
        """The paths that the store's last build was made from, and its file of judgements."""
        return read_origin(self.path)

    @cached_property
    def changes(self) -> Changes:
        """What changed against the build that readers saw before this one."""
        data = self.checksums.read_file(layout.CHANGES_FILE)
        return layout.decode_json_file(self.build, layout.CHANGES_FILE, data, Changes)

    def episode(self, slug: str) -> EpisodeGraph:
        """One recording, without reading the others.

        Raises:
            UnknownNameError: there is none of that slug.
        """
        try:
            number = self._index.slugs.index(slug)
        except ValueError as error:
            raise UnknownNameError(f"{slug}: no such episode in {self.path}") from error
        return _RecordFile(self.build, self._index).read_one(number)

    def read_quotes(self, slugs: Iterable[str]) -> Iterator[EpisodeQuotes]:
        """The quotes of some recordings, in a quarter of the time that the recordings take."""
        numbers = {slug: number for number, slug in enumerate(self._index.slugs)}
        records = _RecordFile(self.build, self._index)
        yield from records.read_many((numbers[slug] for slug in slugs), EpisodeQuotes)

    @cached_property
    def _index(self) -> RecordIndex:
        return read_index(self.build)


class _RecordFile:
    """The recordings of a build, iterable any number of times, one in memory at a time."""

    def __init__(self, build: Path, index: RecordIndex) -> None:
        self._build = build
        self._index = index
        self._decoder = msgspec.msgpack.Decoder(EpisodeGraph)

    def __iter__(self) -> Iterator[EpisodeGraph]:
        with self._open() as file:
            for number in range(len(self._index.slugs)):
                yield self._read(file, number, self._decoder)

    def read_one(self, number: int) -> EpisodeGraph:
        """The recording of that number, from 0."""
        return next(self.read_many([number], EpisodeGraph))

    def read_many(self, numbers: Iterable[int], shape: type[StructT]) -> Iterator[StructT]:
        """What of the recordings of those numbers a shape takes."""
        decoder = msgspec.msgpack.Decoder(shape)
        with self._open() as file:
            for number in numbers:
                file.seek(self._index.offsets[number])
                yield self._read(file, number, decoder)

    def _open(self) -> BinaryIO:
        path = self._build / layout.RECORDS_FILE
        try:
            return path.open("rb")
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}: build again") from error

    def _read(
        self, file: BinaryIO, number: int, decoder: msgspec.msgpack.Decoder[StructT]
    ) -> StructT:
        """Read the recording at which the file stands."""
        start, end = self._index.offsets[number : number + 2]
        try:
            data = file.read(end - start)
        except OSError as error:
            raise StoreError(
                f"{self._build / layout.RECORDS_FILE}: {error.strerror}: build again"
            ) from error
        if compute_checksum(data) != (self._index.checksums[number], end - start):
            slug = self._index.slugs[number]
            raise damage_error(
                self._build, layout.RECORDS_FILE, f"the checksum of {slug} does not match"
            )
        return layout.decode_file(self._build, layout.RECORDS_FILE, data, decoder)
