"""The writer of a build's full-text index, one SQLite file (:class:`IndexWriter`).

The documents of episodes come in canonical order, then those of entities and themes. The tables::

    episode   number, slug, title, day, show, url, series: number of the show, 0 for none
    thing     number, id, kind, type, worth: rank factor, advert, unlikely, page, place: position
    page      number, entries: compressed documents, those of an episode together
    word      full-text index (FTS5) of name, also, text; without the texts
    standing  thing, episode, weight, unlikely: postings
    filed     theme, thing: quotes and episodes of a theme
    name      key, thing, meant: names of entities, shows and themes, and how often each denotes
              the thing; -1 for former names; former ids are behind a slash, search keys of ids in
              other registers (:mod:`kgraph.base.external_id`) behind an equals sign
    spelling  word, shown, episodes: words of labels, for corrections

Invariant: the same input in the same order gives the same bytes. No clock, random number or
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
from kgraph.base.external_id import list_search_keys
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
    "page_size = 8192",  # of 4, 8, 16 KiB the fastest to write and to read
    "journal_mode = OFF",  # an unfinished file needs no rollback
    "synchronous = OFF",  # it is synced once, when finished
    "locking_mode = EXCLUSIVE",
    "cache_size = -65536",  # KiB: most of the file, so that tables grow in memory
)
# Numbers are declared: a join cannot use an index without affinity
# (https://sqlite.org/datatype3.html, section 4.2).
SCHEMA_SQL = """
CREATE TABLE episode(
    number INTEGER PRIMARY KEY, slug, title, day, show, url, dated, series INTEGER
);
CREATE TABLE thing(
    number INTEGER PRIMARY KEY, id, kind INTEGER, type, worth, advert, unlikely, page, place
);
CREATE TABLE page(number INTEGER PRIMARY KEY, entries);
CREATE VIRTUAL TABLE word USING fts5(name, also, text, content='', tokenize='ascii');
CREATE TABLE standing(
    thing INTEGER, episode INTEGER, weight, unlikely, PRIMARY KEY (thing, episode)
) WITHOUT ROWID;
CREATE TABLE filed(theme INTEGER, thing INTEGER, PRIMARY KEY (theme, thing)) WITHOUT ROWID;
CREATE TABLE name(key, thing INTEGER, meant, PRIMARY KEY (key, thing)) WITHOUT ROWID;
CREATE TABLE spelling(word PRIMARY KEY, shown, episodes) WITHOUT ROWID;
"""

DOCUMENTS_PER_PAGE = 64  #: of entities and themes; as many as an episode has quotes

#: Level 1 halves ten megabytes in 0.1 s; level 6 saves a fifth more in four times the time.
ZLIB_LEVEL = 1


class IndexWriter:
    """A writer of one index, as a context; the file must not exist.

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

    def add(self, episodes: Iterable[EpisodeDocuments]) -> None:
        """Add the documents of episodes."""
        with self._convert_errors():
            for episode in episodes:
                self._episode_count += 1
                show_number = self._assign_number(episode.show_id) if episode.show_id else 0
                values = (episode.slug, episode.title, episode.day, episode.show, episode.url)
                self._connection.execute(
                    "INSERT INTO episode VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (self._episode_count, *values, episode.is_publication_date, show_number),
                )
                self._add_page(episode.documents)
                numbered = [
                    (self._assign_number(posting.id), posting) for posting in episode.postings
                ]
                self._connection.executemany(
                    "INSERT INTO standing VALUES (?, ?, ?, ?)",
                    [
                        (number, self._episode_count, posting.weight, posting.is_unlikely)
                        for number, posting in numbered
                    ],
                )
                episode_number = self._assign_number(f"episode/{episode.slug}")
                pairs = []
                for number, posting in numbered:
                    pairs += [(self._assign_number(theme), number) for theme in posting.themes]
                    if posting.id.startswith("theme/"):
                        pairs.append((number, episode_number))
                self._connection.executemany("INSERT OR IGNORE INTO filed VALUES (?, ?)", pairs)

    def finish(self, shared: SharedData) -> None:
        """Add entities and themes, and sync the file to disk."""
        documents = sorted(
            collect_shared_documents(shared, self._episode_count),
            key=lambda document: self._assign_number(document.id),
        )
        with self._convert_errors():
            for start in range(0, len(documents), DOCUMENTS_PER_PAGE):
                self._add_page(documents[start : start + DOCUMENTS_PER_PAGE])
            self._add_names(shared)
            self._add_broader(shared)
            self._add_spellings(shared)
            self._connection.execute("COMMIT")
            self._connection.close()
            with self._path.open("r+b") as file:
                os.fsync(file.fileno())

    def _assign_number(self, id_: str) -> int:
        return self._thing_numbers.setdefault(id_, len(self._thing_numbers) + 1)

    def _add_page(self, documents: Sequence[SearchDocument]) -> None:
        self._page_count += 1
        packed = zlib.compress(msgspec.msgpack.encode(documents), ZLIB_LEVEL)
        self._connection.execute("INSERT INTO page VALUES (?, ?)", (self._page_count, packed))
        numbered = [(self._assign_number(document.id), document) for document in documents]
        self._connection.executemany(
            "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    n,
                    e.id,
                    HIT_KINDS.index(e.kind),
                    e.type,
                    e.rank_factor,
                    e.is_advert,
                    e.is_unlikely,
                    self._page_count,
                    position,
                )
                for position, (n, e) in enumerate(numbered)
            ],
        )
        self._connection.executemany(
            "INSERT INTO word(rowid, name, also, text) VALUES (?, ?, ?, ?)",
            [
                (n, fold_text(e.name), fold_text(e.other_names), fold_text(e.text))
                for n, e in numbered
            ],
        )

    def _add_names(self, shared: SharedData) -> None:
        names = {
            (name_key(t.label), self._assign_number(id_)): 0 for id_, t in shared.themes.items()
        }
        for entity in shared.entities.values():
            number = self._assign_number(entity.id)
            for former in entity.replaces:
                names |= {(f"/{former}", number): -1, (former.partition("/")[2], number): -1}
            keys = list_search_keys(entity.ids, entity.tickers)
            names |= {(f"={key}", number): -1 for key in keys}
            names |= {(name, number): meant for name, meant in entity.count_meanings().items()}
        rows = [(*name, names[name]) for name in sorted(names)]
        self._connection.executemany("INSERT INTO name VALUES (?, ?, ?)", rows)

    def _add_broader(self, shared: SharedData) -> None:
        """Add the quotes and episodes of a theme to every broader one."""
        for id_, term in shared.themes.items():
            broader = term.broader
            while broader in shared.themes:
                self._connection.execute(
                    "INSERT OR IGNORE INTO filed SELECT ?, thing FROM filed WHERE theme = ?",
                    (self._assign_number(broader), self._assign_number(id_)),
                )
                broader = shared.themes[broader].broader

    def _add_spellings(self, shared: SharedData) -> None:
        spellings: dict[str, tuple[int, str]] = {}
        labels = [(entity.label, entity.episodes) for entity in shared.entities.values()]
        labels += [(term.label, 0) for term in shared.themes.values()]
        for label, episodes in labels:
            for word, start, end in tokenize_with_offsets(label):
                # Of two spellings, that of the label in more episodes; of equals, the first.
                spelling = (-episodes, label[start:end])
                spellings[word] = min(spellings.get(word, spelling), spelling)
        rows = [(word, text, -n) for word, (n, text) in sorted(spellings.items())]
        self._connection.executemany("INSERT INTO spelling VALUES (?, ?, ?)", rows)

    @contextmanager
    def _convert_errors(self) -> Iterator[None]:
        """Convert errors of SQLite and the disk to StoreError."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(
                f"{self._path}: {error}: free some space or choose another --store; "
                "the last whole graph still answers"
            ) from error
