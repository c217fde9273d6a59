"""Which graph answers: the last whole one, looked up at each request.

Takes the folder of a store, gives :class:`Snapshot`. A build that ends replaces the small
file ``current``; whoever comes next gets the new graph, and whoever is being answered keeps
the old one, whose folder stays until the build after.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

from kgraph.base.text import hex_digest
from kgraph.base.version import VERSION
from kgraph.graph.lookup import Lookup
from kgraph.store import Store
from kgraph.store.layout import CURRENT_FILE, DATABASE_FOLDER


class Snapshot:
    """One whole graph.

    Args:
        path: folder of the store.

    Attributes:
        store: its readers' side.
        tag: names the graph and the program that shows it; what was said under another tag
            may have changed.

    Raises:
        StoreError: there is none, or it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.store = Store(path)
        meta = self.store.meta
        self.tag = hex_digest(f"{VERSION} {self.store.build.name} {meta.digest} {meta.base}")

    @property
    def base(self) -> str:
        """Base of the graph's IRIs."""
        return self.store.meta.base

    @cached_property
    def database_path(self) -> str:
        """Folder of the database."""
        return str(self.store.build / DATABASE_FOLDER)

    @cached_property
    def lookup(self) -> Lookup:
        """Entities by name; the first time takes some ten milliseconds."""
        return Lookup.cached_for(self.store.shared)


class CurrentGraph:
    """The last whole graph of a store, as it is now.

    Args:
        path: folder of the store.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file_version: tuple[int, int] | None = None
        self._graph: Snapshot | None = None

    def get(self) -> Snapshot:
        """The graph that answers now.

        Raises:
            StoreError: there is none, or it cannot be read; the next call looks again.
        """
        mark = self._read_file_version()
        if self._graph is None or mark != self._file_version:
            self._graph = None
            self._graph = Snapshot(self._path)
            self._file_version = mark
        return self._graph

    def _read_file_version(self) -> tuple[int, int] | None:
        """What changes when `current` is replaced; None where there is no such file."""
        try:
            found = os.stat(self._path / CURRENT_FILE)
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns
