"""The writer of a build's full-text index, one SQLite file (:class:`IndexWriter`).

The documents of episodes come in canonical order, then those of entities and of terms
(themes, topics, tags). The tables::

    episode   number, slug, title, day, show, url, series: number of the show, 0 for none
    thing     number, id, kind, type, worth: rank factor, advert, unlikely, page
    page      number: that of the episode, or behind all for entities and terms; entries:
              compressed documents
    page_key  number; keys: compressed rows that the page gave to other tables
    word      full-text index (FTS5) of name, also, text; without the texts
    standing  thing, episode, weight, unlikely: postings
    filed     theme, thing: quotes and episodes of a theme and of its narrower ones
    name      key, thing, meant: names of entities, shows and terms, and how often each denotes
              the thing; -1 for former names; former ids are behind a slash, search keys of ids in
              other registers (:mod:`kgraph.base.external_id`) behind an equals sign
    spelling  word, shown, episodes: words of labels, for corrections
    absent    id, number: things that postings name, but of which there is no document

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
      whole, but for numbers of episodes, things and pages. So no answer depends on these.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

import msgspec

from kgraph.base.errors import StoreDamagedError, StoreError
from kgraph.graph import SharedData
from kgraph.search.document_pages import (
    Page,
    PageKeys,
    delete_page,
    read_page,
    read_page_keys,
    write_page,
)
from kgraph.search.document_table import DocumentTable
from kgraph.search.documents import EpisodeDocuments, round_up_episodes
from kgraph.search.index_file import name_log
from kgraph.search.shared_tables import SharedTables
from kgraph.store.segments import link_file

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
    number INTEGER PRIMARY KEY, id, kind INTEGER, type, worth, advert, unlikely, page INTEGER
);
CREATE TABLE page(number INTEGER PRIMARY KEY, entries);
CREATE TABLE page_key(number INTEGER PRIMARY KEY, keys);
CREATE VIRTUAL TABLE word USING fts5(name, also, text, content='', tokenize='ascii');
CREATE TABLE standing(
    thing INTEGER, episode INTEGER, weight, unlikely, PRIMARY KEY (thing, episode)
) WITHOUT ROWID;
CREATE TABLE filed(theme INTEGER, thing INTEGER, PRIMARY KEY (theme, thing)) WITHOUT ROWID;
CREATE TABLE name(key, thing INTEGER, meant, PRIMARY KEY (key, thing)) WITHOUT ROWID;
CREATE TABLE spelling(word PRIMARY KEY, shown, episodes) WITHOUT ROWID;
CREATE TABLE absent(id PRIMARY KEY, number INTEGER) WITHOUT ROWID;
"""


#: Share of the size of an index from which its log is large: readers read it whole when they open.
MAX_LOG_SHARE = 0.125

#: Bytes of a log that is never large.
MIN_LOG_BYTES = 4 << 20

#: Version of the tables and of :func:`kgraph.search.tokenize.fold_text`.
INDEX_VERSION = 1


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
                self._documents = DocumentTable(self._connection, is_new=not previous)
                self._episodes: dict[str, int] = dict(
                    self._connection.execute("SELECT slug, number FROM episode").fetchall()
                )
        except BaseException:
            self._close()
            raise
        self._last_episode = max(self._episodes.values(), default=0)
        self._old_share = round_up_episodes(len(self._episodes))
        self._removed: dict[str, int] = {}  #: numbers of episodes that may be added again

    def _open(self) -> None:
        if self._previous:
            self._guard = _continue_index(self._previous, self._path)
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

    def remove(self, slugs: Iterable[str]) -> None:
        """Remove episodes of the last build, before any is added.

        Raises:
            StoreError: the last build does not have such an episode.
        """
        filed: set[int] = set()
        with self._convert_errors():
            for slug in slugs:
                if slug not in self._episodes:
                    raise StoreError(f"{self._previous}: no episode {slug}: build without it")
                number = self._removed[slug] = self._episodes.pop(slug)
                page = read_page(self._connection, number)
                self._documents.remove(page.keys.documents, page.documents)
                delete_page(self._connection, number)
                self._connection.execute("DELETE FROM episode WHERE number = ?", (number,))
                self._connection.executemany(
                    "DELETE FROM standing WHERE thing = ? AND episode = ?",
                    [(thing, number) for thing in page.keys.postings],
                )
                pairs = page.keys.list_pairs()
                self._connection.executemany(
                    "DELETE FROM filed WHERE theme = ? AND thing = ?", pairs
                )
                filed.update(thing for _, thing in pairs)
            self._file_again(filed)

    def _file_again(self, things: Iterable[int]) -> None:
        """Add the themes that things have in their other episodes."""
        things_by_episode: dict[int, set[int]] = defaultdict(set)
        for thing in things:
            sql = "SELECT episode FROM standing WHERE thing = ?"
            for (episode,) in self._connection.execute(sql, (thing,)).fetchall():
                things_by_episode[episode].add(thing)
        for episode, own in things_by_episode.items():
            pairs = read_page_keys(self._connection, episode).list_pairs()
            self._add_pairs(pair for pair in pairs if pair[1] in own)

    def _add_pairs(self, pairs: Iterable[tuple[int, int]]) -> None:
        self._connection.executemany("INSERT OR IGNORE INTO filed VALUES (?, ?)", pairs)

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
        assign_number = self._documents.assign_number
        show_number = assign_number(episode.show_id) if episode.show_id else 0
        values = (episode.slug, episode.title, episode.day, episode.show, episode.url)
        self._connection.execute(
            "INSERT INTO episode VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (number, *values, episode.is_publication_date, show_number),
        )
        documents = self._documents.add(number, episode.documents)
        things = [assign_number(posting.id) for posting in episode.postings]
        self._connection.executemany(
            "INSERT INTO standing VALUES (?, ?, ?, ?)",
            [
                (thing, number, posting.weight, posting.is_unlikely)
                for thing, posting in zip(things, episode.postings, strict=True)
            ],
        )
        themes: dict[int, list[int]] = {}
        for position, posting in enumerate(episode.postings):
            for theme in posting.themes:
                themes.setdefault(assign_number(theme), []).append(position)
        keys = PageKeys(documents, postings=things, themes=themes)
        self._add_pairs(keys.list_pairs())
        write_page(self._connection, number, Page(episode.documents, keys))

    def finish(self, shared: SharedData, changed: Collection[str] | None = None) -> None:
        """Add entities and terms, and sync the file to disk.

        Args:
            changed: ids of the entities and terms that may differ from the last build's, those
                that are new or gone among them; by default all are compared.
        """
        # The number of episodes is part of every entity's rank.
        if self._old_share != round_up_episodes(len(self._episodes)):
            changed = None
        with self._convert_errors():
            SharedTables(self._connection, self._documents).update(
                shared, len(self._episodes), changed if changed is None else sorted(changed)
            )
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

    @contextmanager
    def _convert_errors(self) -> Iterator[None]:
        """Convert errors of SQLite, the disk and the last index to StoreError."""
        try:
            yield
        except (sqlite3.OperationalError, sqlite3.IntegrityError, OSError) as error:
            raise StoreError(
                f"{self._path}: {error}: free some space or choose another store"
            ) from error
        except (sqlite3.Error, zlib.error, msgspec.MsgspecError, ValueError) as error:
            raise StoreDamagedError(
                f"{self._previous or self._path}: {error}: build without it"
            ) from error


def _continue_index(previous: Path, path: Path) -> sqlite3.Connection | None:
    """Give a build the index of another, which may then be changed without changing that one.

    Returns:
        A connection that is to be closed last, unless the index is a copy: the last writer to
        close an index would write the log into it, and must not where another build has the file.
    """
    log = name_log(previous)
    log_bytes = log.stat().st_size if log.exists() else 0
    is_large = log_bytes > max(MIN_LOG_BYTES, MAX_LOG_SHARE * previous.stat().st_size)
    is_copied = is_large or not os.access(previous, os.W_OK)  # SQLite writes no log beside it
    if is_copied:
        shutil.copyfile(previous, path)
    else:
        link_file(previous, path)
    if log_bytes:
        shutil.copyfile(log, name_log(path))
    if is_copied:
        return None
    guard = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    guard.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # takes its lock
    return guard


def _compute_version() -> int:
    """Return the version of the words of an index: a number below 2 ** 31.

    Unicode grows with Python, and FTS5 cannot remove a word that is folded in another way.
    """
    return zlib.crc32(f"{INDEX_VERSION} {unicodedata.unidata_version}".encode()) >> 1
