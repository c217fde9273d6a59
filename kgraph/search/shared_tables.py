"""The rows of entities and terms in an index that is being written (:class:`SharedTables`):
their documents, their names, and the spellings of words of their labels.

Rows that are the same as in the last build are left alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator

import msgspec

from kgraph.base.external_id import list_search_keys
from kgraph.base.text import name_key
from kgraph.graph import SharedData
from kgraph.search.document_pages import (
    DOCUMENTS_PER_PAGE,
    FIRST_SHARED_PAGE,
    Page,
    PageKeys,
    delete_page,
    read_page,
    write_page,
)
from kgraph.search.document_table import ID_SQL, DocumentTable
from kgraph.search.documents import (
    HIT_KINDS,
    SHARED_KINDS,
    SearchDocument,
    collect_shared_documents,
)
from kgraph.search.tokenize import tokenize, tokenize_with_offsets

FORMER_NAME = -1  #: how often a former name means its thing, or an id in another register

_LABELS_SQL = (
    "SELECT t.id FROM word JOIN thing AS t ON t.number = word.rowid WHERE word MATCH ? "
    f"AND t.kind IN ({', '.join(str(HIT_KINDS.index(kind)) for kind in SHARED_KINDS)})"
)


class NamedDocument(msgspec.Struct, frozen=True):
    """A document, and its names with how often each means it."""

    document: SearchDocument
    names: dict[str, int]


class SharedTables:
    """The rows of entities and terms.

    Args:
        connection: to the index, in a transaction.
        documents: of the index.
    """

    def __init__(self, connection: sqlite3.Connection, documents: DocumentTable) -> None:
        self._connection = connection
        self._documents = documents
        self._pages: dict[int, dict[str, NamedDocument]] = {}  #: that were read, by id

    def update(self, shared: SharedData, episodes: int, ids: Collection[str] | None) -> None:
        """Write the rows of entities and terms.

        Args:
            episodes: number of all episodes.
            ids: entities and terms that may differ from the last build; None for all.
        """
        new = {
            document.id: NamedDocument(document, _collect_names(shared, document.id))
            for document in collect_shared_documents(shared, episodes, ids)
        }
        for page in self._find_pages(ids):
            self._load_page(page)
        places = {
            id_: page
            for page, content in self._pages.items()
            for id_ in content
            if ids is None or id_ in ids
        }
        old = {id_: self._pages[page][id_] for id_, page in places.items()}
        for id_ in [id_ for id_ in new if old.get(id_) == new[id_]]:
            del new[id_], places[id_]
        words = None if ids is None else _find_words((*old.values(), *new.values()))
        self._remove(places)
        self._add(new, places)
        self._documents.finish()
        self._write_spellings(shared, words)

    # -- documents and names -----------------------------------------------------

    def _find_pages(self, ids: Collection[str] | None) -> list[int]:
        """Return the pages of entities and terms, with some ids or all."""
        if ids is None:
            rows = self._connection.execute(
                "SELECT number FROM page WHERE number >= ?", (FIRST_SHARED_PAGE,)
            ).fetchall()
            return [page for (page,) in rows]
        pages: set[int] = set()
        for id_ in ids:
            rows = self._connection.execute(
                f"SELECT page FROM thing AS t WHERE {ID_SQL}", (id_, id_)
            ).fetchall()
            pages.update(page for (page,) in rows)
        return sorted(pages)

    def _load_page(self, number: int) -> None:
        page = read_page(self._connection, number)
        self._documents.set_numbers(page.documents, page.keys.documents)
        self._pages[number] = {
            document.id: NamedDocument(document, names)
            for document, names in zip(page.documents, page.keys.names, strict=True)
        }

    def _remove(self, places: dict[str, int]) -> None:
        """Remove documents and their names, by id, from their pages."""
        entries = [self._pages[page].pop(id_) for id_, page in places.items()]
        documents = [entry.document for entry in entries]
        numbers = [self._documents.assign_number(document.id) for document in documents]
        self._documents.remove(numbers, documents)
        self._connection.executemany(
            "DELETE FROM name WHERE key = ? AND thing = ?",
            [
                (key, number)
                for number, entry in zip(numbers, entries, strict=True)
                for key in entry.names
            ],
        )

    def _add(self, entries: dict[str, NamedDocument], places: dict[str, int]) -> None:
        """Add documents and their names, by id, where they were if they were anywhere."""
        numbers = {id_: self._documents.assign_number(id_) for id_ in entries}
        ids_by_page = {page: list[str]() for page in places.values()}
        for id_, page in self._choose_pages(sorted(entries, key=numbers.__getitem__), places):
            ids_by_page.setdefault(page, []).append(id_)
        for page, ids in ids_by_page.items():
            self._documents.add(page, [entries[id_].document for id_ in ids])
            content = self._pages[page] = self._pages[page] | {id_: entries[id_] for id_ in ids}
            self._write_page(page, content)
        names = sorted(
            (key, numbers[id_], count)
            for id_, entry in entries.items()
            for key, count in entry.names.items()
        )
        self._connection.executemany("INSERT INTO name VALUES (?, ?, ?)", names)

    def _choose_pages(self, ids: list[str], places: dict[str, int]) -> Iterator[tuple[str, int]]:
        """Yield each id with its page: the one where it was, else the last, or one behind it."""
        [(last,)] = self._connection.execute("SELECT ifnull(max(number), 0) FROM page")
        if last < FIRST_SHARED_PAGE:
            last = FIRST_SHARED_PAGE
            self._pages[last] = {}
        elif last not in self._pages:
            self._load_page(last)
        count = len(self._pages[last])
        for id_ in ids:
            if id_ in places:
                yield id_, places[id_]
                continue
            if count >= DOCUMENTS_PER_PAGE:
                last, count = last + 1, 0
                self._pages[last] = {}
            count += 1
            yield id_, last

    def _write_page(self, number: int, content: dict[str, NamedDocument]) -> None:
        if not content:
            delete_page(self._connection, number)
            return
        keys = PageKeys(
            [self._documents.assign_number(id_) for id_ in content],
            [entry.names for entry in content.values()],
        )
        documents = tuple(entry.document for entry in content.values())
        write_page(self._connection, number, Page(documents, keys))

    # -- spellings ---------------------------------------------------------------

    def _write_spellings(self, shared: SharedData, words: Collection[str] | None) -> None:
        """Write the spellings of some words of labels, or of all."""
        if words is None:
            old_rows = self._connection.execute("SELECT * FROM spelling").fetchall()
            ids: Iterable[str] = (*shared.entities, *shared.terms)
        else:
            old_rows = [
                row
                for word in words
                for row in self._connection.execute(
                    "SELECT * FROM spelling WHERE word = ?", (word,)
                )
            ]
            ids = {
                id_
                for word in words
                for (id_,) in self._connection.execute(_LABELS_SQL, (f'name : "{word}"',))
            }
        spellings: dict[str, tuple[int, str]] = {}
        for label, episodes in _list_labels(shared, ids):
            for word, start, end in tokenize_with_offsets(label):
                # Of two spellings, that of the label in more episodes; of equals, the first.
                spelling = (-episodes, label[start:end])
                spellings[word] = min(spellings.get(word, spelling), spelling)
        new_rows = {
            (word, text, -count)
            for word, (count, text) in spellings.items()
            if words is None or word in words
        }
        self._connection.executemany(
            "DELETE FROM spelling WHERE word = ?",
            [(word,) for word, *_ in sorted(set(old_rows) - new_rows)],
        )
        self._connection.executemany(
            "INSERT INTO spelling VALUES (?, ?, ?)", sorted(new_rows.difference(old_rows))
        )


def _find_words(entries: Iterable[NamedDocument]) -> set[str]:
    return {word for entry in entries for word in tokenize(entry.document.name)}


def _collect_names(shared: SharedData, id_: str) -> dict[str, int]:
    """Return the names of an entity or a term, and how often each means it."""
    if id_ not in shared.entities:
        return {name_key(shared.terms[id_].label): 0}
    entity = shared.entities[id_]
    names: dict[str, int] = {}
    for former in entity.replaces:
        names |= {f"/{former}": FORMER_NAME, former.partition("/")[2]: FORMER_NAME}
    for key in sorted(list_search_keys(entity.ids, entity.tickers)):
        names[f"={key}"] = FORMER_NAME
    return names | entity.count_meanings()


def _list_labels(shared: SharedData, ids: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yield labels, each with the number of episodes that mention the thing."""
    terms = shared.terms
    for id_ in ids:
        entity = shared.entities.get(id_)
        yield (entity.label, entity.episodes) if entity else (terms[id_].label, 0)
