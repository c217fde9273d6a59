"""The readers' side of a store: always one whole build."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec
import pyoxigraph

from kgraph.errors import StoreError, UnknownNameError
from kgraph.graph import EpisodeGraph, Graph, Shared
from kgraph.graph.changes import Changes
from kgraph.graph.records import Quoted
from kgraph.joins import Counts
from kgraph.ontology import PREFIXES
from kgraph.store import layout
from kgraph.store.draft import RecordIndex
from kgraph.store.origin import Origin, read_origin

Shape = TypeVar("Shape")


class Store:
    """The last whole graph of a store folder, as it was when this was made.

    Args:
        path: folder of the store.
        build: name of another build in it, as long as that one is kept; "" for the last.

    Raises:
        StoreMissingError: there is no graph there yet.
        StoreOutdatedError: another layout wrote it.
        StoreError: it cannot be read.
    """

    def __init__(self, path: str | Path = layout.DEFAULT_STORE, build: str = "") -> None:
        self.path = Path(path)
        last = layout.current_build(self.path)
        self.build = last.with_name(build) if build else last
        self.meta = layout.read_meta(self.build)

    @property
    def place(self) -> tuple[Path, str]:
        """What opens the same build again, such as in another process: ``Store(*place)``."""
        return self.path, self.build.name

    @cached_property
    def database(self) -> pyoxigraph.Store:
        """The SPARQL database, opened read-only.

        Raises:
            StoreError: it cannot be opened.
        """
        try:
            return pyoxigraph.Store.read_only(str(self.build / layout.DATABASE))
        except OSError as error:
            raise StoreError(f"{self.build}: {error}: build again") from error

    @cached_property
    def counts(self) -> Counts:
        """How many solutions patterns have, as those who join them ask."""
        return Counts(
            lambda text: self.database.query(text, base_iri=self.meta.base, prefixes=PREFIXES)
        )

    @cached_property
    def graph(self) -> Graph:
        """The graph as records; recordings are read from disk as they are walked."""
        return Graph(_Records(self.build / layout.RECORDS, self._index), self.shared)

    @property
    def shared(self) -> Shared:
        """What the recordings have in common."""
        return self._index.shared

    @property
    def report(self) -> bytes:
        """The closing report of the build, as JSON."""
        return _read(self.build / layout.REPORT)

    @property
    def origin(self) -> Origin:
        """The paths that the store's last build was made from, and its file of judgements."""
        return read_origin(self.path)

    @cached_property
    def changes(self) -> Changes:
        """What changed against the build that readers saw before this one."""
        path = self.build / layout.CHANGES
        try:
            return msgspec.json.decode(_read(path), type=Changes)
        except msgspec.MsgspecError as error:
            raise StoreError(f"{path}: {error}: build again") from error

    def episode(self, slug: str) -> EpisodeGraph:
        """One recording, without reading the others.

        Raises:
            UnknownNameError: there is none of that slug.
        """
        try:
            number = self._index.slugs.index(slug)
        except ValueError as error:
            raise UnknownNameError(f"{slug}: no such episode in {self.path}") from error
        return _Records(self.build / layout.RECORDS, self._index).at(number)

    def quoted(self, slugs: Iterable[str]) -> Iterator[Quoted]:
        """The quotes of some recordings, in a quarter of the time that the recordings take."""
        numbers = {slug: number for number, slug in enumerate(self._index.slugs)}
        records = _Records(self.build / layout.RECORDS, self._index)
        yield from records.some((numbers[slug] for slug in slugs), Quoted)

    @cached_property
    def _index(self) -> RecordIndex:
        return _decode(self.build / layout.INDEX)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}: build again") from error


def _decode(path: Path) -> RecordIndex:
    try:
        return msgspec.msgpack.decode(_read(path), type=RecordIndex)
    except msgspec.MsgspecError as error:
        raise StoreError(f"{path}: {error}: build again") from error


class _Records:
    """The recordings of a build, iterable any number of times, one in memory at a time."""

    def __init__(self, path: Path, index: RecordIndex) -> None:
        self._path = path
        self._index = index
        self._decoder = msgspec.msgpack.Decoder(EpisodeGraph)

    def __iter__(self) -> Iterator[EpisodeGraph]:
        offsets = self._index.offsets
        with self._open() as file:
            for start, end in pairwise(offsets):
                yield self._decode(file.read(end - start))

    def at(self, number: int) -> EpisodeGraph:
        """The recording of that number, from 0."""
        start, end = self._index.offsets[number : number + 2]
        with self._open() as file:
            file.seek(start)
            return self._decode(file.read(end - start))

    def some(self, numbers: Iterable[int], shape: type[Shape]) -> Iterator[Shape]:
        """What of the recordings of those numbers a shape takes."""
        decoder = msgspec.msgpack.Decoder(shape)
        with self._open() as file:
            for number in numbers:
                start, end = self._index.offsets[number : number + 2]
                file.seek(start)
                yield self._decoded(file.read(end - start), decoder)

    def _open(self) -> BinaryIO:
        try:
            return self._path.open("rb")
        except OSError as error:
            raise StoreError(f"{self._path}: {error.strerror}: build again") from error

    def _decode(self, data: bytes) -> EpisodeGraph:
        return self._decoded(data, self._decoder)

    def _decoded(self, data: bytes, decoder: msgspec.msgpack.Decoder[Shape]) -> Shape:
        try:
            return decoder.decode(data)
        except msgspec.MsgspecError as error:
            raise StoreError(f"{self._path}: {error}: build again") from error
