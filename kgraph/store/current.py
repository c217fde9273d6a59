"""Open the graph that a server answers from: the last complete build, checked at each request.

A build that ends replaces the small file ``current``: later requests get the new graph, running
ones keep the old one, whose folder stays until the build after.
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
    """One complete graph.

    Args:
        path: folder of the store.

    Attributes:
        store: opens the build.
        tag: identifies the graph and the version of the program; answers under another tag may
            have changed.

    Raises:
        StoreError: there is no graph, or it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.store = Store(path)
        meta = self.store.meta
        self.tag = hex_digest(f"{VERSION} {self.store.build.name} {meta.digest} {meta.base}")

    @property
    def base(self) -> str:
        """Base of the graph's IRIs."""
        return self.store.meta.base

    @property
    def database_path(self) -> str:
        """Folder of the database."""
        return str(self.store.build / DATABASE_FOLDER)

    @cached_property
    def lookup(self) -> Lookup:
        """Entities by name; the first use takes some ten milliseconds."""
        return Lookup.cached_for(self.store.shared)


class CurrentGraph:
    """The last complete graph of a store, reopened when it is replaced.

    Args:
        path: folder of the store.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file_version: tuple[int, int] | None = None
        self._graph: Snapshot | None = None

    def get(self) -> Snapshot:
        """Return the graph that is current now.

        Raises:
            StoreError: there is no graph, or it cannot be read; the next call tries again.
        """
        version = self._read_file_version()
        if self._graph is None or version != self._file_version:
            self._graph = None
            self._graph = Snapshot(self._path)
            self._file_version = version
        return self._graph

    def _read_file_version(self) -> tuple[int, int] | None:
        """Return what changes when `current` is replaced; None if there is no such file."""
        try:
            status = os.stat(self._path / CURRENT_FILE)
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns
