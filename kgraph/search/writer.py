"""The writer of a build's full-text index, one SQLite file (:class:`IndexWriter`).

The documents of episodes come in canonical order, then those of entities and of terms
(themes, topics, tags). The tables::

    episode   number, slug, title, day, show, url, dated, series: number of the show, 0 for none
    thing     number, id, kind, type, worth: rank factor, advert, unlikely, owner: number of the
              episode that has its text, 0 for entities and terms; kind and owner are NULL of what
              postings name, but of which there is no document
    document  number, name, also, text: as users read them
    word      full-text index (FTS5) of name, also, text, folded; without the texts
    standing  thing, episode, weight, unlikely: postings
    filed     theme, thing, episode: quotes and episodes of a theme and of its narrower ones
    name      key, thing, meant: names of entities, shows and terms, and how often each denotes
              the thing; -1 for former names; former ids are behind a slash, search keys of ids in
              other registers (:mod:`kgraph.base.external_id`) behind an equals sign
    spelling  word, shown, episodes: words of labels, for corrections

An index that takes the difference to the last one is the file of that one, by a hard link, and a
write-ahead log beside it (https://sqlite.org/wal.html) with the pages that differ. It is never
checkpointed into the file that is shared. Once the log is large, the next difference is written
into a copy of the file.

Invariants:
    * the same input in the same order gives the same bytes, of an index that is written as a whole.
      No clock, random number or journal goes into the file, and one connection writes it from start
      to end;
    * a file is never changed once it is published;
    * an index that takes the difference to the last one has the rows of one that is written as a
      whole, but for numbers of episodes and things. So no answer depends on these;
    * FTS5 gets rows in ascending order, as it writes a segment to disk at each step back, and
      removes exactly the words that it got (https://sqlite.org/fts5.html, section 6.1, "The
      'delete' Command"): they are folded again from the document.
"""

from __future__ import annotations

import os
import sqlite3
import unicodedata
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from kgraph.base.errors import StoreDamagedError, StoreError
from kgraph.graph import SharedData
from kgraph.search.documents import (
    HIT_KINDS,
    EpisodeDocuments,
    SearchDocument,
    collect_shared_documents,
    count_name_meanings,
    round_up_episodes,
)
from kgraph.search.index_file import continue_index, name_log
from kgraph.search.tokenize import fold_text, tokenize, tokenize_with_offsets

PRAGMAS = (
    "page_size = 8192",  # of 4, 8, 16 KiB the fastest to write and to read
    "journal_mode = OFF",  # an unfinished file needs no rollback
    "synchronous = OFF",  # it is synced once, when finished
    "locking_mode = EXCLUSIVE",
    "cache_size = -65536",  # KiB: most of the file, so that tables grow in memory
)
CONTINUED_PRAGMAS = (
    "wal_autocheckpoint = 0",
    "synchronous = OFF",
    "cache_size = -65536",
)
# Numbers are declared: a join cannot use an index without affinity
# (https://sqlite.org/datatype3.html, section 4.2).
SCHEMA_SQL = """
CREATE TABLE episode(
    number INTEGER PRIMARY KEY, slug, title, day, show, url, dated, series INTEGER
);
CREATE TABLE thing(
    number INTEGER PRIMARY KEY, id, kind INTEGER, type, worth, advert, unlikely, owner INTEGER
);
CREATE TABLE document(number INTEGER PRIMARY KEY, name, also, text);
CREATE VIRTUAL TABLE word USING fts5(name, also, text, content='', tokenize='ascii');
CREATE TABLE standing(
    thing INTEGER, episode INTEGER, weight, unlikely, PRIMARY KEY (thing, episode)
) WITHOUT ROWID;
CREATE TABLE filed(
    theme INTEGER, thing INTEGER, episode INTEGER, PRIMARY KEY (theme, thing, episode)
) WITHOUT ROWID;
CREATE TABLE name(key, thing INTEGER, meant, PRIMARY KEY (key, thing)) WITHOUT ROWID;
CREATE TABLE spelling(word PRIMARY KEY, shown, episodes) WITHOUT ROWID;
"""
#: Written when the tables of a new index are complete, which is quicker.
INDEXES_SQL = """
CREATE UNIQUE INDEX thing_id ON thing(id);
CREATE INDEX thing_owner ON thing(owner);
CREATE INDEX standing_episode ON standing(episode);
CREATE INDEX filed_episode ON filed(episode);
CREATE INDEX name_thing ON name(thing);
"""

_FTS_DELETE_SQL = "INSERT INTO word(word, rowid, name, also, text) VALUES ('delete', ?, ?, ?, ?)"
_FTS_INSERT_SQL = "INSERT INTO word(rowid, name, also, text) VALUES (?, ?, ?, ?)"
_DROP_UNUSED_SQL = """DELETE FROM thing AS t WHERE owner IS NULL
AND NOT EXISTS (SELECT 1 FROM standing WHERE thing = t.number)
AND NOT EXISTS (SELECT 1 FROM filed WHERE theme = t.number)
AND NOT EXISTS (SELECT 1 FROM episode WHERE series = t.number)"""

_LABELS_SQL = (
    "SELECT t.id FROM word JOIN thing AS t ON t.number = word.rowid "
    "WHERE word MATCH ? AND t.owner = 0"
)

Texts = tuple[str, str, str]  #: name, other names and text of a document

#: Version of the tables and of :func:`kgraph.search.tokenize.fold_text`.
INDEX_VERSION = 2


class IndexWriter:
    """A writer of one index, as a context; the file must not exist.

    With the index of the last build, only the difference is written: episodes that are gone or
    changed are removed, those that are new or changed are added, and then it is finished.

    Args:
        path: the file to write.
        previous: the index of the last build, which is never changed; None to write all.

    Raises:
        StoreError: it cannot be written.
        StoreDamagedError: the last index is damaged, or another version wrote it.
    """

    def __init__(self, path: Path, previous: Path | None = None) -> None:
        self._path = path
        self._previous = previous
        self._connection: sqlite3.Connection
        self._guard: sqlite3.Connection | None = None
        try:
            with self._convert_errors():
                self._open()
                self._episodes: dict[str, int] = dict(
                    self._rows("SELECT slug, number FROM episode")
                )
        except BaseException:
            self._close()
            raise
        self._last_episode = max(self._episodes.values(), default=0)
        self._old_share = round_up_episodes(len(self._episodes))
        self._removed: dict[str, int] = {}  #: numbers of episodes that may be added again
        self._numbers: dict[str, int] = {}  #: of things, by id
        #: Texts that the index had before this difference, of things whose document was removed.
        self._old_texts: dict[int, Texts] = {}
        self._new_texts: dict[int, Texts] = {}

    def _open(self) -> None:
        if self._previous:
            self._guard = continue_index(self._previous, self._path)
        self._connection = sqlite3.connect(self._path, isolation_level=None)
        for setting in CONTINUED_PRAGMAS if self._previous else PRAGMAS:
            self._connection.execute(f"PRAGMA {setting}")
        if self._previous:
            self._check_version()
        else:
            self._connection.executescript(SCHEMA_SQL)
            self._connection.execute(f"PRAGMA user_version = {_compute_version()}")
        self._connection.execute("BEGIN")

    def __enter__(self) -> IndexWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def _close(self) -> None:
        """Close the index, the guard of a shared file last."""
        if hasattr(self, "_connection"):
            self._connection.close()
        if self._guard:
            self._guard.close()
            name_log(self._path, "shm").unlink(missing_ok=True)

    def _check_version(self) -> None:
        [(version,)] = self._connection.execute("PRAGMA user_version")
        if version != _compute_version():
            raise StoreDamagedError(
                f"{self._previous}: another version of kgraph or Python wrote it: build without it"
            )

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def remove(self, slugs: Iterable[str]) -> None:
        """Remove episodes of the last build, before any is added.

        Raises:
            StoreError: the last build does not have such an episode.
        """
        with self._convert_errors():
            for slug in slugs:
                if slug not in self._episodes:
                    raise StoreError(f"{self._previous}: no episode {slug}: build without it")
                number = self._removed[slug] = self._episodes.pop(slug)
                rows = self._rows("SELECT number FROM thing WHERE owner = ?", number)
                self._remove_documents(thing for (thing,) in rows)
                self._connection.execute("DELETE FROM episode WHERE number = ?", (number,))
                for table in ("standing", "filed"):
                    self._connection.execute(f"DELETE FROM {table} WHERE episode = ?", (number,))

    def add(self, episodes: Iterable[EpisodeDocuments]) -> None:
        """Add the documents of episodes.

        Raises:
            StoreError: it has such an episode or document already.
        """
        with self._convert_errors():
            for episode in episodes:
                if episode.slug in self._episodes:
                    raise StoreError(
                        f"{self._path}: episode {episode.slug} is there already: remove it first"
                    )
                self._add_episode(episode)

    def _add_episode(self, episode: EpisodeDocuments) -> None:
        number = self._removed.pop(episode.slug, 0)
        if not number:
            number = self._last_episode = self._last_episode + 1
        self._episodes[episode.slug] = number
        show_number = self._assign_number(episode.show_id) if episode.show_id else 0
        values = (episode.slug, episode.title, episode.day, episode.show, episode.url)
        self._connection.execute(
            "INSERT INTO episode VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (number, *values, episode.is_publication_date, show_number),
        )
        self._add_documents(episode.documents, number)
        standing, filed = [], []
        for posting in episode.postings:
            thing = self._assign_number(posting.id)
            standing.append((thing, number, posting.weight, posting.is_unlikely))
            filed += [(self._assign_number(theme), thing, number) for theme in posting.themes]
        self._connection.executemany("INSERT INTO standing VALUES (?, ?, ?, ?)", standing)
        self._connection.executemany("INSERT INTO filed VALUES (?, ?, ?)", filed)

    # -- things and their documents --------------------------------------------------

    def _assign_number(self, id_: str) -> int:
        """Return the number of the thing with an id; a new thing has no document yet."""
        if id_ not in self._numbers:
            rows = self._previous and self._rows("SELECT number FROM thing WHERE id = ?", id_)
            if rows:
                self._numbers[id_] = rows[0][0]
            else:
                cursor = self._connection.execute("INSERT INTO thing(id) VALUES (?)", (id_,))
                self._numbers[id_] = cursor.lastrowid or 0
        return self._numbers[id_]

    def _add_documents(self, documents: Iterable[SearchDocument], owner: int) -> None:
        for document in documents:
            number = self._assign_number(document.id)
            texts = document.name, document.other_names, document.text
            self._connection.execute("INSERT INTO document VALUES (?, ?, ?, ?)", (number, *texts))
            self._connection.execute(
                "UPDATE thing SET (kind, type, worth, advert, unlikely, owner) "
                "= (?, ?, ?, ?, ?, ?) WHERE number = ?",
                (
                    *(HIT_KINDS.index(document.kind), document.type, document.rank_factor),
                    *(document.is_advert, document.is_unlikely, owner, number),
                ),
            )
            if self._previous:  # in the order of numbers, when all are known
                self._new_texts[number] = texts
            else:
                self._connection.execute(_FTS_INSERT_SQL, (number, *map(fold_text, texts)))

    def _remove_documents(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            [texts] = self._rows("SELECT name, also, text FROM document WHERE number = ?", number)
            self._old_texts[number] = texts
            self._connection.execute("DELETE FROM document WHERE number = ?", (number,))
            self._connection.execute(
                "UPDATE thing SET (kind, type, worth, advert, unlikely, owner) "
                "= (NULL, NULL, NULL, NULL, NULL, NULL) WHERE number = ?",
                (number,),
            )

    def _write_words(self) -> None:
        for number in sorted(self._old_texts.keys() | self._new_texts.keys()):
            old, new = self._old_texts.get(number), self._new_texts.get(number)
            for sql, texts in ((_FTS_DELETE_SQL, old), (_FTS_INSERT_SQL, new)):
                if texts and old != new:
                    self._connection.execute(sql, (number, *map(fold_text, texts)))

    # -- entities and terms ------------------------------------------------------------

    def finish(self, shared: SharedData, changed: Collection[str] | None = None) -> None:
        """Add entities and terms, and sync the file to disk.

        Args:
            changed: ids of the entities and terms that may differ from the last build's, those
                that are new or gone among them; by default all are written again.
        """
        # The number of episodes is part of every entity's rank.
        if self._old_share != round_up_episodes(len(self._episodes)):
            changed = None
        with self._convert_errors():
            words = self._write_shared(shared, changed if changed is None else sorted(changed))
            self._write_words()
            self._write_spellings(shared, words)
            self._connection.execute(_DROP_UNUSED_SQL)
            if not self._previous:
                for sql in INDEXES_SQL.strip().splitlines():
                    self._connection.execute(sql)
            self._connection.execute("COMMIT")
            if not self._previous:  # so that later builds may have logs
                self._connection.execute("PRAGMA journal_mode = WAL")
            self._close()
            log = name_log(self._path)
            if log.exists() and not log.stat().st_size:  # the next reader would remove it
                log.unlink()
            for path in (log,) if self._guard else (self._path,):
                with suppress(FileNotFoundError), path.open("r+b") as file:
                    os.fsync(file.fileno())

    def _write_shared(self, shared: SharedData, ids: Sequence[str] | None) -> set[str] | None:
        """Write documents and names; return the words of labels that changed, None for all."""
        documents = list(collect_shared_documents(shared, len(self._episodes), ids))
        if ids is None:
            numbers = [n for (n,) in self._rows("SELECT number FROM thing WHERE owner = 0")]
        else:
            own_sql = "SELECT number FROM thing WHERE id = ? AND owner = 0"
            numbers = [n for id_ in ids for (n,) in self._rows(own_sql, id_)]
        self._remove_documents(numbers)
        self._connection.executemany("DELETE FROM name WHERE thing = ?", [(n,) for n in numbers])
        labels = [self._old_texts[number][0] for number in numbers]
        labels += [document.name for document in documents]
        documents.sort(key=lambda document: self._assign_number(document.id))
        self._add_documents(documents, 0)
        names = [
            (key, self._numbers[document.id], meant)
            for document in documents
            for key, meant in count_name_meanings(shared, document.id).items()
        ]
        self._connection.executemany("INSERT INTO name VALUES (?, ?, ?)", sorted(names))
        return None if ids is None else {word for label in labels for word in tokenize(label)}

    def _write_spellings(self, shared: SharedData, words: Collection[str] | None) -> None:
        """Write the spellings of some words of labels, or of all."""
        ids: Iterable[str] = (*shared.entities, *shared.terms)
        if words is None:
            self._connection.execute("DELETE FROM spelling")
        else:
            self._connection.executemany(
                "DELETE FROM spelling WHERE word = ?", [(word,) for word in words]
            )
            ids = {id_ for word in words for (id_,) in self._rows(_LABELS_SQL, f'name : "{word}"')}
        spellings: dict[str, tuple[int, str]] = {}
        for id_ in ids:
            entity = shared.entities.get(id_)
            label = entity.label if entity else shared.terms[id_].label
            episodes = entity.episodes if entity else 0
            for word, start, end in tokenize_with_offsets(label):
                # Of two spellings, that of the label in more episodes; of equals, the first.
                spelling = (-episodes, label[start:end])
                spellings[word] = min(spellings.get(word, spelling), spelling)
        self._connection.executemany(
            "INSERT INTO spelling VALUES (?, ?, ?)",
            [
                (word, text, -count)
                for word, (count, text) in sorted(spellings.items())
                if words is None or word in words
            ],
        )

    @contextmanager
    def _convert_errors(self) -> Iterator[None]:
        """Convert errors of SQLite, the disk and the last index to StoreError."""
        try:
            yield
        except (sqlite3.OperationalError, sqlite3.IntegrityError, OSError) as error:
            raise StoreError(
                f"{self._path}: {error}: free some space or choose another store"
            ) from error
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise StoreDamagedError(
                f"{self._previous or self._path}: {error}: build without it"
            ) from error


def _compute_version() -> int:
    """Return the version of the words of an index: a number below 2 ** 31.

    Unicode grows with Python, and FTS5 cannot remove a word that is folded in another way.
    """
    return zlib.crc32(f"{INDEX_VERSION} {unicodedata.unidata_version}".encode()) >> 1
