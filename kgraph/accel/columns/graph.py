"""Open the column files of a graph; they are memory-mapped, so that all processes share them."""

from __future__ import annotations

import mmap
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

MAX_CACHED_TERMS = 1 << 12  #: terms of queries whose numbers are cached
UNBOUND = -1  #: number of a term that is unbound, or not in the graph

TERMS_FILE = "terms"  #: all terms in N-Triples, one after the other, by term number
ENDS_FILE = "ends.npy"  #: 0, then the offset in the file of terms where each term ends
KINDS_FILE = "kinds.npy"  #: :class:`kgraph.accel.columns.terms.TermKind` of each term
#: Value of each numeric term (:func:`kgraph.accel.columns.terms.parse_number`); 0 for other terms.
NUMBERS_FILE = "numbers.npy"
STATEMENTS_FILE = "statements.npy"  #: the columns of all :class:`PropertyTable`, by property
PROPERTIES_FILE = "properties.npy"  #: property, range of rows, numbers of distinct terms


def sort_key(term: bytes) -> bytes:
    """Return the key by which terms are sorted before they are numbered.

    IRIs are then in the order in which ORDER BY puts them.
    """
    return term.removesuffix(b">")


class PropertyTable(NamedTuple):
    """The statements of a property, once sorted by subject and once by object."""

    subjects: Array  #: term numbers, ascending
    objects: Array  #: of the same statements
    sorted_objects: Array  #: term numbers, ascending
    subjects_by_object: Array  #: of the same statements as ``sorted_objects``
    distinct: tuple[int, int]  #: how many subjects and how many objects are distinct

    @property
    def size(self) -> int:
        """How many statements there are."""
        return len(self.subjects)


_NO_TERMS: Array = np.empty(0, np.int32)

EMPTY_TABLE = PropertyTable(_NO_TERMS, _NO_TERMS, _NO_TERMS, _NO_TERMS, (0, 0))


class ColumnGraph:
    """A graph in columns.

    Args:
        folder: written by :func:`kgraph.accel.columns.writer.write_columns`.

    Raises:
        OSError: it cannot be read.
        ValueError: its files do not belong together.
    """

    def __init__(self, folder: Path) -> None:
        with (folder / TERMS_FILE).open("rb") as file:
            self._terms = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._ends = _open_array(folder / ENDS_FILE)
        self.kinds = _open_array(folder / KINDS_FILE)
        self.numeric_values = _open_array(folder / NUMBERS_FILE)
        self._statements = _open_array(folder / STATEMENTS_FILE)
        properties = _open_array(folder / PROPERTIES_FILE).tolist()
        self._properties = {
            int(property): (slice(start, end), (subjects, objects))
            for property, start, end, subjects, objects in properties
        }
        self._cache: dict[bytes, int] = {}
        row_ends = [rows.stop for rows, _ in self._properties.values()]
        if (
            len(self._terms) != self._ends[-1]
            or not len(self._ends) - 1 == len(self.kinds) == len(self.numeric_values)
            or self._statements.shape != (4, max(row_ends, default=0))
        ):
            raise ValueError("its files do not belong together")

    def __len__(self) -> int:
        """Return the number of terms."""
        return len(self.kinds)

    def term(self, number: int) -> bytes:
        """Return a term in N-Triples."""
        return self._terms[self._ends[number] : self._ends[number + 1]]

    def terms(self, numbers: Array) -> Iterator[bytes]:
        """Yield terms in N-Triples."""
        starts, ends = self._ends[numbers].tolist(), self._ends[numbers + 1].tolist()
        return (self._terms[start:end] for start, end in zip(starts, ends, strict=True))

    def number(self, term: bytes) -> int:
        """Return the number of a term in N-Triples; :data:`UNBOUND` if the graph lacks it."""
        number = self._cache.get(term)
        if number is None:
            number = self.insertion_point(term)
            if number == len(self) or self.term(number) != term:
                number = UNBOUND
            if len(self._cache) >= MAX_CACHED_TERMS:
                self._cache.clear()
            self._cache[term] = number
        return number

    def insertion_point(self, term: bytes) -> int:
        """Return the number of the first term that is not before a term."""
        key = sort_key(term)
        return bisect_left(range(len(self)), key, key=lambda number: sort_key(self.term(number)))

    @property
    def properties(self) -> list[int]:
        """The term numbers of all properties that occur in statements."""
        return list(self._properties)

    def table(self, property: int) -> PropertyTable:
        """Return the statements of a property."""
        if property not in self._properties:
            return EMPTY_TABLE
        rows, distinct = self._properties[property]
        subjects, objects, sorted_objects, subjects_by_object = (
            column[rows] for column in self._statements
        )
        return PropertyTable(subjects, objects, sorted_objects, subjects_by_object, distinct)


def _open_array(file: Path) -> Array:
    return np.asarray(np.lib.format.open_memmap(file, mode="r"))
