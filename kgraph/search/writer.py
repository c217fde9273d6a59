"""The index of a build, written: one SQLite file (:class:`Writer`).

Takes :class:`Contents` in canonical order, then what recordings share. The tables::

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
from kgraph.base.text import key
from kgraph.graph import Shared
from kgraph.search.documents import KINDS, Contents, Entry, entries_of_shared
from kgraph.search.tokenize import foldable, placed

SETTINGS = (
    "page_size = 8192",  # of 4, 8, 16 KiB the fastest to write and to ask
    "journal_mode = OFF",  # a file that nobody reads yet needs no way back
    "synchronous = OFF",  # it is synced once, when it is whole
    "locking_mode = EXCLUSIVE",
    "cache_size = -65536",  # KiB: most of the file, so that tables grow in memory
)
# Numbers are declared: without an affinity (https://sqlite.org/datatype3.html, section 4.2)
# a join cannot use their index.
TABLES = """
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

PAGE = 64
"""Entries that share a page where no episode holds them: as many as an episode has quotes."""

LEVEL = 1
"""Of zlib: halves the texts in a tenth of a second for ten megabytes; 6 saves a fifth more
and takes four times as long."""


class Writer:
    """Writes the index of one build, as a context.

    Args:
        path: the file to make; there must be none.

    Raises:
        StoreError: it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._numbers: dict[str, int] = {}
        self._episodes = self._pages = 0
        with self._writing():
            self._file = sqlite3.connect(path, isolation_level=None)
            for setting in SETTINGS:
                self._file.execute(f"PRAGMA {setting}")
            self._file.executescript(TABLES)
            self._file.execute("BEGIN")

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, contents: Iterable[Contents]) -> None:
        """Add recordings."""
        with self._writing():
            for recording in contents:
                self._add_recording(recording)

    def finish(self, shared: Shared) -> None:
        """Add what recordings share, and put the file on the disk, whole."""
        entries = sorted(
            entries_of_shared(shared, self._episodes), key=lambda e: self._number(e.id)
        )
        with self._writing():
            for start in range(0, len(entries), PAGE):
                self._add_page(entries[start : start + PAGE])
            self._add_names(shared)
            self._add_broader(shared)
            self._add_spellings(shared)
            self._file.execute("COMMIT")
            self._file.close()
            with self._path.open("r+b") as file:
                os.fsync(file.fileno())

    def _add_recording(self, c: Contents) -> None:
        self._episodes += 1
        series = self._number(c.series) if c.series else 0
        episode = (self._episodes, c.slug, c.title, c.day, c.show, c.url, c.dated, series)
        self._file.execute("INSERT INTO episode VALUES (?, ?, ?, ?, ?, ?, ?, ?)", episode)
        self._add_page(c.entries)
        numbers = [self._number(standing.id) for standing in c.standings]
        standings = [
            (n, self._episodes, s.weight) for n, s in zip(numbers, c.standings, strict=True)
        ]
        self._file.executemany("INSERT INTO standing VALUES (?, ?, ?)", standings)
        filed = self._filed(c, numbers)
        self._file.executemany("INSERT OR IGNORE INTO filed VALUES (?, ?)", filed)

    def _number(self, id_: str) -> int:
        return self._numbers.setdefault(id_, len(self._numbers) + 1)

    def _add_page(self, entries: Sequence[Entry]) -> None:
        self._pages += 1
        packed = zlib.compress(msgspec.msgpack.encode(entries), LEVEL)
        self._file.execute("INSERT INTO page VALUES (?, ?)", (self._pages, packed))
        numbered = [(self._number(entry.id), entry) for entry in entries]
        self._file.executemany(
            "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (n, e.id, KINDS.index(e.kind), e.type, e.worth, e.advert, self._pages, place)
                for place, (n, e) in enumerate(numbered)
            ],
        )
        self._file.executemany(
            "INSERT INTO word(rowid, name, also, text) VALUES (?, ?, ?, ?)",
            [(n, foldable(e.name), foldable(e.also), foldable(e.text)) for n, e in numbered],
        )

    def _filed(self, c: Contents, numbers: list[int]) -> Iterator[tuple[int, int]]:
        """(theme, thing) of quotes, and of the episode itself."""
        episode = self._number(f"episode/{c.slug}")
        for number, standing in zip(numbers, c.standings, strict=True):
            yield from ((self._number(theme), number) for theme in standing.themes)
            if standing.id.startswith("theme/"):
                yield number, episode

    def _add_names(self, shared: Shared) -> None:
        names = {(key(t.label), self._number(id_)): 0 for id_, t in shared.themes.items()}
        for entity in shared.entities.values():
            number = self._number(entity.id)
            for old in entity.replaces:
                names |= {(f"/{old}", number): -1, (old.partition("/")[2], number): -1}
            names |= {(name, number): meant for name, meant in entity.meant_by().items()}
        rows = [(*name, names[name]) for name in sorted(names)]
        self._file.executemany("INSERT INTO name VALUES (?, ?, ?)", rows)

    def _add_broader(self, shared: Shared) -> None:
        """What is filed under a theme is filed under every broader one."""
        for id_, term in shared.themes.items():
            above = term.broader
            while above in shared.themes:
                self._file.execute(
                    "INSERT OR IGNORE INTO filed SELECT ?, thing FROM filed WHERE theme = ?",
                    (self._number(above), self._number(id_)),
                )
                above = shared.themes[above].broader

    def _add_spellings(self, shared: Shared) -> None:
        found: dict[str, tuple[int, str]] = {}
        labels = [(entity.label, entity.episodes) for entity in shared.entities.values()]
        labels += [(term.label, 0) for term in shared.themes.values()]
        for label, episodes in labels:
            for word, start, end in placed(label):
                # Of two ways to write it, that of the more mentioned; of equals, the first.
                spelt = (-episodes, label[start:end])
                found[word] = min(found.get(word, spelt), spelt)
        rows = [(word, found[word][1], -found[word][0]) for word in sorted(found)]
        self._file.executemany("INSERT INTO spelling VALUES (?, ?, ?)", rows)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The one seam where errors of SQLite and the disk become ours."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"{self._path}: {error}: free some space or choose another --store; "
                "the last whole graph still answers"
            ) from error
