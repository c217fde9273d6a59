"""The full-text index of a build, opened for reading (:class:`Index`).

:mod:`kgraph.search.writer` describes the file. Opening reads nothing and takes a fraction of a
millisecond.
"""

from __future__ import annotations

import sqlite3
import weakref
import zlib
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from kgraph.base.errors import StoreError
from kgraph.search.documents import SearchDocument
from kgraph.store import Store, layout

MAX_CACHED_PAGES = 128  #: pages of documents in memory, some 40 kB each

SqlValue = str | int | float
SqlRow = tuple[SqlValue, ...]


class Index:
    """The full-text index of one build; several threads may use it.

    Raises:
        StoreError: its build has no index, or a damaged one.
    """

    def __init__(self, store: Store) -> None:
        self.base = store.meta.base
        self._path = store.build / layout.SEARCH_FILE
        if not self._path.is_file():
            raise StoreError(f"{self._path}: the build has no search index: build again")
        store.checksums.check_files(layout.SEARCH_FILE)
        # A finished build never changes, so SQLite needs no locks.
        uri = f"{self._path.absolute().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        weakref.finalize(self, self._connection.close)
        self._decode = msgspec.msgpack.Decoder(tuple[SearchDocument, ...]).decode
        self._read_page_cached = lru_cache(MAX_CACHED_PAGES)(self._read_page)

    def rows(self, sql: str, values: Sequence[SqlValue] = ()) -> list[SqlRow]:
        """Return all rows of a query."""
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}: build again") from error

    def entry(self, page: int, position: int) -> SearchDocument:
        """Return a document by its page and its position there."""
        return self._read_page_cached(page)[position]

    def _read_page(self, page: int) -> tuple[SearchDocument, ...]:
        [(packed,)] = self.rows("SELECT entries FROM page WHERE number = ?", (page,))
        try:
            return self._decode(zlib.decompress(packed))  # type: ignore[arg-type]
        except (zlib.error, msgspec.MsgspecError, TypeError) as error:
            raise StoreError(f"{self._path}: {error}: build again") from error
