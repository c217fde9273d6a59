"""The index of a build, written: one SQLite file (:class:`IndexWriter`).

Takes :class:`EpisodeDocuments` in canonical order, then what recordings share. The tables::

    episode   number, slug, title, day, show, url, series: the show as a thing, 0 for none
    thing     number, id, kind, type, worth, advert, page, place
    page      number, entries: what hits show, the entries of an episode in one piece
    word      full-text index (FTS5) of name, also, text; holds no text of its own
    standing  thing, episode, weight: where a thing stands
    filed     theme, thing: quotes and episodes under a theme
    name      key, thing, meant: what entities, shows and themes are called, and how often they
              are meant by it; -1 for what they were called before, ids behind a slash
    spelling  word, shown, episodes: words of labels, for what is misspelt

Invariant: same contents in the same order, same bytes: no clock, no random number and no
journal goes into the file, and one connection writes it from start to end.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import msgspec

from kgraph.base.errors import StoreError
from kgraph.base.text import name_key
from kgraph.graph import SharedData
from kgraph.search.documents import (
    HIT_KINDS,
    EpisodeDocuments,
    SearchDocument,
    collect_shared_documents,
)
from kgraph.search.tokenize import fold_text, tokenize_with_offsets

PRAGMAS = (
    "page_size = 8192",  # of 4, 8, 16 KiB the fastest to write and to ask
    "journal_mode = OFF",  # a file that nobody reads yet needs no way back
    "synchronous = OFF",  # it is synced once, when it is whole
    "locking_mode = EXCLUSIVE",
    "cache_size = -65536",  # KiB: most of the file, so that tables grow in memory
)
# Numbers are declared: without an affinity (https://sqlite.org/datatype3.html, section 4.2)
# a join cannot use their index.
SCHEMA_SQL = """
CREATE TABLE episode(
    number INTEGER PRIMARY KEY, slug, title, day, show, url, dated, series INTEGER
);
CREATE TABLE thing(
    number INTEGER PRIMARY KEY, id, kind INTEGER, type, worth, advert, page, place
);
CREATE TABLE page(number INTEGER PRIMARY KEY, entries);
CREATE VIRTUAL TABLE word USING fts5(name, also, text, content='', tokenize='ascii');
CREATE TABLE standing(
    thing INTEGER, episode INTEGER, weight, PRIMARY KEY (thing, episode)
) WITHOUT ROWID;
CREATE TABLE filed(theme INTEGER, thing INTEGER, PRIMARY KEY (theme, thing)) WITHOUT ROWID;
CREATE TABLE name(key, thing INTEGER, meant, PRIMARY KEY (key, thing)) WITHOUT ROWID;
CREATE TABLE spelling(word PRIMARY KEY, shown, episodes) WITHOUT ROWID;
"""

DOCUMENTS_PER_PAGE = 64
"""Entries that share a page where no episode holds them: as many as an episode has quotes."""

ZLIB_LEVEL = 1
"""Of zlib: halves the texts in a tenth of a second for ten megabytes; 6 saves a fifth more
and takes four times as long."""


class IndexWriter:
    """Writes the index of one build, as a context.

    Args:
        path: the file to make; there must be none.

    Raises:
        StoreError: it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thing_numbers: dict[str, int] = {}
        self._episode_count = self._page_count = 0
        with self._convert_errors():
            self._connection = sqlite3.connect(path, isolation_level=None)
            for setting in PRAGMAS:
                self._connection.execute(f"PRAGMA {setting}")
            self._connection.executescript(SCHEMA_SQL)
            self._connection.execute("BEGIN")

    def __enter__(self) -> IndexWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def add(self, contents: Iterable[EpisodeDocuments]) -> None:
        """Add recordings."""
        with self._convert_errors():
            for recording in contents:
                self._add_episode(recording)

    def finish(self, shared: SharedData) -> None:
        """Add what recordings share, and put the file on the disk, whole."""
        entries = sorted(
            collect_shared_documents(shared, self._episode_count),
            key=lambda e: self._assign_number(e.id),
        )
        with self._convert_errors():
            for start in range(0, len(entries), DOCUMENTS_PER_PAGE):
                self._add_page(entries[start : start + DOCUMENTS_PER_PAGE])
            self._add_names(shared)
            self._add_broader(shared)
            self._add_spellings(shared)
            self._connection.execute("COMMIT")
            self._connection.close()
            with self._path.open("r+b") as file:
                os.fsync(file.fileno())

    def _add_episode(self, c: EpisodeDocuments) -> None:
        self._episode_count += 1
        series = self._assign_number(c.show_id) if c.show_id else 0
        episode = (
            self._episode_count,
            c.slug,
            c.title,
            c.day,
            c.show,
            c.url,
            c.is_publication_date,
            series,
        )
        self._connection.execute("INSERT INTO episode VALUES (?, ?, ?, ?, ?, ?, ?, ?)", episode)
        self._add_page(c.documents)
        numbers = [self._assign_number(standing.id) for standing in c.postings]
        standings = [
            (n, self._episode_count, s.weight) for n, s in zip(numbers, c.postings, strict=True)
        ]
        self._connection.executemany("INSERT INTO standing VALUES (?, ?, ?)", standings)
        filed = self._iterate_theme_pairs(c, numbers)
        self._connection.executemany("INSERT OR IGNORE INTO filed VALUES (?, ?)", filed)

    def _assign_number(self, id_: str) -> int:
        return self._thing_numbers.setdefault(id_, len(self._thing_numbers) + 1)

    def _add_page(self, entries: Sequence[SearchDocument]) -> None:
        self._page_count += 1
        packed = zlib.compress(msgspec.msgpack.encode(entries), ZLIB_LEVEL)
        self._connection.execute("INSERT INTO page VALUES (?, ?)", (self._page_count, packed))
        numbered = [(self._assign_number(entry.id), entry) for entry in entries]
        self._connection.executemany(
            "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    n,
                    e.id,
                    HIT_KINDS.index(e.kind),
                    e.type,
                    e.rank_factor,
                    e.is_advert,
                    self._page_count,
                    place,
                )
                for place, (n, e) in enumerate(numbered)
            ],
        )
        self._connection.executemany(
            "INSERT INTO word(rowid, name, also, text) VALUES (?, ?, ?, ?)",
            [
                (n, fold_text(e.name), fold_text(e.other_names), fold_text(e.text))
                for n, e in numbered
            ],
        )

    def _iterate_theme_pairs(
        self, c: EpisodeDocuments, numbers: list[int]
    ) -> Iterator[tuple[int, int]]:
        """(theme, thing) of quotes, and of the episode itself."""
        episode = self._assign_number(f"episode/{c.slug}")
        for number, standing in zip(numbers, c.postings, strict=True):
            yield from ((self._assign_number(theme), number) for theme in standing.themes)
            if standing.id.startswith("theme/"):
                yield number, episode

    def _add_names(self, shared: SharedData) -> None:
        names = {
            (name_key(t.label), self._assign_number(id_)): 0 for id_, t in shared.themes.items()
        }
        for entity in shared.entities.values():
            number = self._assign_number(entity.id)
            for old in entity.replaces:
                names |= {(f"/{old}", number): -1, (old.partition("/")[2], number): -1}
            names |= {(name, number): meant for name, meant in entity.count_meanings().items()}
        rows = [(*name, names[name]) for name in sorted(names)]
        self._connection.executemany("INSERT INTO name VALUES (?, ?, ?)", rows)

    def _add_broader(self, shared: SharedData) -> None:
        """What is filed under a theme is filed under every broader one."""
        for id_, term in shared.themes.items():
            above = term.broader
            while above in shared.themes:
                self._connection.execute(
                    "INSERT OR IGNORE INTO filed SELECT ?, thing FROM filed WHERE theme = ?",
                    (self._assign_number(above), self._assign_number(id_)),
                )
                above = shared.themes[above].broader

    def _add_spellings(self, shared: SharedData) -> None:
        found: dict[str, tuple[int, str]] = {}
        labels = [(entity.label, entity.episodes) for entity in shared.entities.values()]
        labels += [(term.label, 0) for term in shared.themes.values()]
        for label, episodes in labels:
            for word, start, end in tokenize_with_offsets(label):
                # Of two ways to write it, that of the more mentioned; of equals, the first.
                spelt = (-episodes, label[start:end])
                found[word] = min(found.get(word, spelt), spelt)
        rows = [(word, found[word][1], -found[word][0]) for word in sorted(found)]
        self._connection.executemany("INSERT INTO spelling VALUES (?, ?, ?)", rows)

    @contextmanager
    def _convert_errors(self) -> Iterator[None]:
        """The one seam where errors of SQLite and the disk become ours."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"{self._path}: {error}: free some space or choose another --store; "
                "the last whole graph still answers"
            ) from error
