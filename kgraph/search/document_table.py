"""The tables ``thing`` and ``word`` of an index that is being written (:class:`DocumentTable`).

Invariants:
    * a thing keeps its number while anything refers to it; the number of one that is referred to,
      but has no document, is in the table ``absent``;
    * FTS5 gets rows in ascending order, as it writes a segment to disk at each step back;
    * FTS5 removes exactly the words that it got (https://sqlite.org/fts5.html, section 6.1, "The
      'delete' Command"): they are folded again from the document on the old page.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from kgraph.search.documents import HIT_KINDS, SearchDocument
from kgraph.search.tokenize import fold_text

#: Condition of a row ``t`` of ``thing`` that has an id, bound twice. An index of the last letters
#: of ids has half the size of one of whole ids, and 98 of 100 quotes are the only one of theirs.
ID_SQL = "substr(t.id, -8) = substr(?, -8) AND t.id = ?"

#: Kinds of which each thing is in one episode only.
_EPISODE_KINDS = ("episode", "insight")

_FTS_DELETE_SQL = "INSERT INTO word(word, rowid, name, also, text) VALUES ('delete', ?, ?, ?, ?)"
_FTS_INSERT_SQL = "INSERT INTO word(rowid, name, also, text) VALUES (?, ?, ?, ?)"


class DocumentTable:
    """The documents of an index: their rows, numbers and words.

    Args:
        connection: to the index, in a transaction.
        is_new: whether the index is empty.
    """

    def __init__(self, connection: sqlite3.Connection, *, is_new: bool) -> None:
        self._connection = connection
        self._is_new = is_new
        [(last_number,)] = connection.execute(
            "SELECT max((SELECT ifnull(max(number), 0) FROM thing), "
            "(SELECT ifnull(max(number), 0) FROM absent))"
        )
        self._last_number = int(last_number)
        self._last_row = self._last_number  #: of ``word``
        self._numbers: dict[str, int] = {}
        self._absent: dict[str, int] = {}  #: numbers that were assigned before a document came
        self._removed: dict[int, SearchDocument] = {}
        #: Old and new document of rows of ``word`` that are not behind the last one.
        self._changes: dict[int, tuple[SearchDocument | None, SearchDocument | None]] = {}

    def find_number(self, id_: str) -> int:
        """Return the number of the thing with an id; 0 for none."""
        if id_ not in self._numbers and not self._is_new:
            rows = self._connection.execute(
                f"SELECT number FROM thing AS t WHERE {ID_SQL} "
                "UNION ALL SELECT number FROM absent WHERE id = ?",
                (id_, id_, id_),
            ).fetchall()
            self._numbers.update((id_, number) for (number,) in rows)
        return self._numbers.get(id_, 0)

    def assign_number(self, id_: str) -> int:
        """Return the number of the thing with an id, the next one if it has none."""
        if number := self.find_number(id_):
            return number
        self._absent[id_] = self._assign_next(id_)
        return self._absent[id_]

    def _assign_next(self, id_: str) -> int:
        self._last_number += 1
        self._numbers[id_] = self._last_number
        return self._last_number

    def set_numbers(self, documents: Sequence[SearchDocument], numbers: Sequence[int]) -> None:
        """Set the numbers of documents that an earlier build added."""
        for document, number in zip(documents, numbers, strict=True):
            self._numbers[document.id] = number

    def add(self, page: int, documents: Sequence[SearchDocument]) -> list[int]:
        """Add the documents of a page, and return their numbers."""
        numbers, rows, words = [], [], []
        for document in documents:
            id_ = document.id
            if document.kind in _EPISODE_KINDS and id_ not in self._numbers:
                number = self._assign_next(id_)
            else:
                number = self.assign_number(id_)
            self._absent.pop(id_, None)
            numbers.append(number)
            rows.append((
                *(number, id_, HIT_KINDS.index(document.kind), document.type),
                *(document.rank_factor, document.is_advert, document.is_unlikely, page),
            ))  # fmt: skip
            old = self._removed.pop(number, None)
            if old is None and number > self._last_row:
                self._last_row = number
                words.append((number, *_fold_texts(document)))
            elif old is None or _get_texts(old) != _get_texts(document):
                self._changes[number] = old, document
        self._connection.executemany("INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._connection.executemany(_FTS_INSERT_SQL, words)
        return numbers

    def remove(self, numbers: Sequence[int], documents: Sequence[SearchDocument]) -> None:
        """Remove documents that an earlier build added; they may be added again."""
        self.set_numbers(documents, numbers)
        self._removed.update(zip(numbers, documents, strict=True))
        self._connection.executemany(
            "DELETE FROM thing WHERE number = ?", [(number,) for number in numbers]
        )

    def finish(self) -> None:
        """Write what waits for its order, and delete what was not added again."""
        changes = self._changes | {n: (old, None) for n, old in self._removed.items()}
        for number, (old, new) in sorted(changes.items()):
            if old:
                self._connection.execute(_FTS_DELETE_SQL, (number, *_fold_texts(old)))
            if new:
                self._connection.execute(_FTS_INSERT_SQL, (number, *_fold_texts(new)))
        self._write_absent()
        if self._is_new:  # as it is quicker to write when the table is complete
            self._connection.execute("CREATE INDEX id_end ON thing(substr(id, -8))")

    def _write_absent(self) -> None:
        without_document = {old.id: number for number, old in self._removed.items()} | self._absent
        self._connection.executemany(
            "INSERT OR REPLACE INTO absent VALUES (?, ?)", without_document.items()
        )
        self._connection.execute(
            "DELETE FROM absent AS a WHERE EXISTS (SELECT 1 FROM thing WHERE number = a.number) "
            "OR NOT (EXISTS (SELECT 1 FROM standing WHERE thing = a.number) "
            "OR EXISTS (SELECT 1 FROM filed WHERE theme = a.number) "
            "OR EXISTS (SELECT 1 FROM episode WHERE series = a.number))"
        )


def _get_texts(document: SearchDocument) -> tuple[str, str, str]:
    return document.name, document.other_names, document.text


def _fold_texts(document: SearchDocument) -> tuple[str, ...]:
    return tuple(map(fold_text, _get_texts(document)))
