"""Pages of an index: documents that are stored together, compressed.

Each episode has a page under its own number. Entities and themes share pages, which are numbered
from :data:`FIRST_SHARED_PAGE` on. Beside its documents a page has the rows that it gave to other
tables (:class:`PageKeys`), so that a later build can remove exactly these.
"""

from __future__ import annotations

import sqlite3
import zlib

import msgspec

from kgraph.search.documents import SearchDocument

#: Level 1 halves ten megabytes in 0.1 s; level 6 saves a fifth more in four times the time.
ZLIB_LEVEL = 1

#: Number of the first page of entities and terms: behind all episodes, as SQLite fills its pages
#: best in ascending order, and small enough for 4 bytes.
FIRST_SHARED_PAGE = 1 << 24
DOCUMENTS_PER_PAGE = 64  #: of entities and terms; as many as an episode has quotes


class PageKeys(msgspec.Struct, frozen=True, array_like=True):
    """The rows that a page gave to other tables."""

    documents: list[int]  #: number of each document
    #: Of an entity or a theme, names and how often each means it; one for each document.
    names: list[dict[str, int]] = []
    postings: list[int] = []  #: of an episode, the things in it
    themes: dict[int, list[int]] = {}  #: number of a theme -> positions of its things in postings

    def list_pairs(self) -> list[tuple[int, int]]:
        """Return the numbers of each theme and thing."""
        return [
            (theme, self.postings[position])
            for theme, positions in self.themes.items()
            for position in positions
        ]


class Page(msgspec.Struct, frozen=True):
    """A page."""

    documents: tuple[SearchDocument, ...]
    keys: PageKeys


_decode_documents = msgspec.msgpack.Decoder(tuple[SearchDocument, ...]).decode
_decode_keys = msgspec.msgpack.Decoder(PageKeys).decode


def write_page(connection: sqlite3.Connection, number: int, page: Page) -> None:
    """Write a page, in place of the one that has its number."""
    for table, content in (("page", page.documents), ("page_key", page.keys)):
        packed = zlib.compress(msgspec.msgpack.encode(content), ZLIB_LEVEL)
        connection.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", (number, packed))


def delete_page(connection: sqlite3.Connection, number: int) -> None:
    """Delete a page."""
    for table in ("page", "page_key"):
        connection.execute(f"DELETE FROM {table} WHERE number = ?", (number,))


def read_page(connection: sqlite3.Connection, number: int) -> Page:
    """Read a page."""
    [(packed,)] = connection.execute("SELECT entries FROM page WHERE number = ?", (number,))
    return Page(unpack_documents(packed), read_page_keys(connection, number))


def read_page_keys(connection: sqlite3.Connection, number: int) -> PageKeys:
    """Read the rows that a page gave to other tables."""
    [(packed,)] = connection.execute("SELECT keys FROM page_key WHERE number = ?", (number,))
    return _decode_keys(zlib.decompress(packed))


def unpack_documents(packed: bytes) -> tuple[SearchDocument, ...]:
    """Return the documents of a page.

    Raises:
        zlib.error: it is damaged.
        msgspec.MsgspecError: it is damaged, or has another shape.
    """
    return _decode_documents(zlib.decompress(packed))
