"""Read a store: always one complete build."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from copy import copy
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from kgraph.base.checksums import Checksums, replaced_error
from kgraph.base.errors import (
    InputError,
    StoreError,
    StoreOutdatedError,
    StoreWarning,
    UnknownNameError,
)
from kgraph.base.vocabulary import PREFIXES
from kgraph.graph import EpisodeGraph, Selection, SharedData
from kgraph.graph.decoded_fields import EpisodeMentions, EpisodeQuotes
from kgraph.store import layout
from kgraph.store.record_file import RecordFile, RecordIndex, compare_builds, read_index
from kgraph.store.segments import ValuePlace

if TYPE_CHECKING:
    import pyoxigraph

    from kgraph.accel.columns.query import ColumnEngine
    from kgraph.accel.rewrite.hash_joins import Count
    from kgraph.graph import Graph
    from kgraph.graph.diff import Changes

StructT = TypeVar("StructT")


class Store:
    """The last complete graph of a store folder, as it was when this object was made.

    Args:
        path: folder of the store.
        build: name of another build in it, as long as that one is kept; "" for the last.
        unlikely: whether mentions that are more likely wrong than right count, too.

    Raises:
        StoreMissingError: there is no graph yet.
        StoreReplacedError: newer builds replaced this one, or it was removed; any attribute or
            method may raise it.
        StoreOutdatedError: another layout wrote it.

    Warns:
        StoreWarning: the last build is gone, and an older one is used.
    """

    def __init__(
        self, path: str | Path = layout.DEFAULT_STORE, build: str = "", unlikely: bool = False
    ) -> None:
        self.path = Path(path)
        self.counts_unlikely = unlikely
        warning = ""
        if build:
            self.build = self.path / layout.BUILDS_FOLDER / build
            if not self.build.is_dir():
                raise replaced_error(self.build)
        else:
            self.build, warning = layout.find_readable_build(self.path)
        self.meta = layout.read_meta(self.build)
        if warning:
            warnings.warn(warning, StoreWarning, stacklevel=2)

    @cached_property
    def with_unlikely(self) -> Store:
        """Store of this build in which mentions that are more likely wrong than right count, too.

        Its database, its report and its changes are those of the build.
        """
        store = copy(self)
        store.counts_unlikely = True
        store.__dict__.pop("graph", None)
        return store

    @property
    def previous(self) -> Store | None:
        """The build before this one; None if there was none, or another layout wrote it."""
        build = layout.find_previous_build(self.build)
        try:
            return Store(self.path, build.name) if build else None
        except StoreOutdatedError:
            return None

    @property
    def location(self) -> tuple[Path, str, bool]:
        """Arguments that open the same build in another process: ``Store(*location)``."""
        return self.path, self.build.name, self.counts_unlikely

    @cached_property
    def checksums(self) -> Checksums:
        return Checksums(self.build)

    @cached_property
    def database(self) -> pyoxigraph.Store:
        """The SPARQL database, opened read-only."""
        import pyoxigraph

        layout.check_database(self.build)
        try:
            return pyoxigraph.Store.read_only(str(self.build / layout.DATABASE_FOLDER))
        except (OSError, RuntimeError) as error:
            self.verify_database()
            raise StoreError(f"{self.build}: {error}: build again") from error

    @cached_property
    def count_solutions(self) -> Count:
        """Evaluates queries of one number; keeps the numbers as long as the store is open."""
        from kgraph.accel.rewrite.hash_joins import cache_counts

        run = partial(self.database.query, base_iri=self.meta.base, prefixes=PREFIXES)
        return cache_counts(run)

    @cached_property
    def columns(self) -> ColumnEngine | None:
        """The columns that a server wrote of the database; None without them, or without memory."""
        folder = self.build / layout.COLUMNS_FOLDER
        if not folder.is_dir():
            return None
        from kgraph.accel.columns.query import ColumnEngine

        with suppress(MemoryError, OSError, ValueError):  # being written anew, or damaged
            return ColumnEngine(folder)
        return None

    def verify_database(self) -> None:
        """Check every byte, after an unclear error; 2.5 million statements take 0.1 s."""
        layout.check_database(self.build, float("inf"))

    @cached_property
    def graph(self) -> Graph:
        """The graph as records; episodes are read from disk as they are iterated."""
        from kgraph.graph import Graph

        graph = Graph(self._records, self._index.shared)
        return graph.select(Selection(unlikely=True)) if self.counts_unlikely else graph

    @property
    def shared(self) -> SharedData:
        """Data that episodes share."""
        return self._unlikely_shared if self.counts_unlikely else self._index.shared

    @cached_property
    def _unlikely_shared(self) -> SharedData:
        from kgraph.graph.tally import count_unlikely

        return count_unlikely(self._index.shared)

    @property
    def report(self) -> bytes:
        """The closing report of the build, as JSON."""
        return self.checksums.read_file(layout.REPORT_FILE)

    @cached_property
    def changes(self) -> Changes:
        """The changes against the build that readers saw before this one."""
        from kgraph.graph.diff import Changes

        data = self.checksums.read_file(layout.CHANGES_FILE)
        decoder = msgspec.json.Decoder(Changes)
        return layout.decode_file(self.build, layout.CHANGES_FILE, data, decoder)

    def compare_with(self, other: str | Path) -> Changes:
        """List the changes from the last graph of another store to this one.

        Args:
            other: folder of the store, such as a copy that was made of this one earlier.

        Raises:
            InputError: it is no folder, or the IRIs have different bases.
            StoreError: it has no graph, or one that cannot be read.
        """
        if not os.path.isdir(other):
            fault = "not a folder" if os.path.exists(other) else "no such folder"
            raise InputError(
                f"against {other}: {fault}: give the folder of a store", parameter="against"
            )
        earlier = Store(other)
        if earlier.meta.base != self.meta.base:
            raise InputError(
                f"{earlier.path}: its IRIs begin with {earlier.meta.base}, those of {self.path} "
                f"with {self.meta.base}: build one of them again with the base of the other"
            )
        return compare_builds((earlier.build, earlier._index), (self.build, self._index))

    def episode(self, slug: str) -> EpisodeGraph:
        """Read one episode; UnknownNameError if no episode has the slug."""
        if slug not in self._index.places:
            raise UnknownNameError(f"{slug}: no such episode in {self.path}")
        episode = next(self._records.read_slugs([slug], EpisodeGraph))
        return msgspec.structs.replace(episode, counts_unlikely=self.counts_unlikely)

    @property
    def slugs(self) -> list[str]:
        """Slugs of the episodes, in canonical order."""
        return list(self._index.places)

    def read_records(self, slugs: Iterable[str]) -> Iterator[bytes]:
        """Read the records of episodes, each the MessagePack of an ``EpisodeGraph``."""
        return self._records.read_bytes(slugs)

    def read_quotes(self, slugs: Iterable[str]) -> Iterator[EpisodeQuotes]:
        """Read the quotes of episodes, in a quarter of the time that whole episodes take."""
        return self._records.read_slugs(slugs, EpisodeQuotes)

    def read_mentions(self, slugs: Iterable[str]) -> Iterator[EpisodeMentions]:
        """Read the mentions of episodes, in half of the time that whole episodes take."""
        return self._records.read_slugs(slugs, EpisodeMentions)

    def read_episodes(self, slugs: Iterable[str]) -> Iterator[EpisodeGraph]:
        """Read the episodes of some slugs, in their order."""
        return self._records.read_slugs(slugs, EpisodeGraph)

    def read_fields(
        self, shape: type[StructT], slugs: Iterable[str] | None = None
    ) -> Iterator[StructT]:
        """Read from episodes, in their order, the fields that a struct has of an ``EpisodeGraph``.

        Args:
            shape: with fields in the order of those of an ``EpisodeGraph``, from the first on.
            slugs: of the episodes; by default of all.
        """
        return self._records.read_slugs(self._index.places if slugs is None else slugs, shape)

    @property
    def record_places(self) -> dict[str, ValuePlace]:
        """The place of each episode's record, by slug, in the order of the episodes."""
        return self._index.places

    @cached_property
    def _index(self) -> RecordIndex:
        return read_index(self.build)

    @property
    def _records(self) -> RecordFile:
        return RecordFile(self.build, self._index.places)
