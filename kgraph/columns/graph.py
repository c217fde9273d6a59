"""A graph in columns, as it lies in a folder: opened at once, shared by all processes that do."""

from __future__ import annotations

import mmap
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

REMEMBERED = 1 << 12
"""Terms of queries whose numbers are remembered."""

UNBOUND = -1
"""The number of no term: of one that a row has not, or the graph."""

TERMS = "terms"
ENDS = "ends.npy"
KINDS = "kinds.npy"
NUMBERS = "numbers.npy"
STATEMENTS = "statements.npy"
PROPERTIES = "properties.npy"


def rank(term: bytes) -> bytes:
    """What a term is sorted by: of an IRI its characters, so that they stand as SPARQL has them."""
    return term.removesuffix(b">")


class Table(NamedTuple):
    """The statements of a property.

    Attributes:
        subjects: numbers of terms, ascending.
        objects: of the same statements.
        by_object: objects, ascending.
        of_object: the subjects of these.
        different: how many subjects and how many objects there are.
    """

    subjects: Array
    objects: Array
    by_object: Array
    of_object: Array
    different: tuple[int, int]

    @property
    def size(self) -> int:
        """How many."""
        return len(self.subjects)


_NO_TERMS: Array = np.empty(0, np.int32)

NOTHING = Table(_NO_TERMS, _NO_TERMS, _NO_TERMS, _NO_TERMS, (0, 0))
"""A property that no statement has."""


class Graph:
    """A graph in columns.

    Args:
        folder: what :func:`kgraph.columns.making.make` wrote.

    Raises:
        OSError: it is not there, or cannot be read.
        ValueError: its files do not belong together.
    """

    def __init__(self, folder: Path) -> None:
        with (folder / TERMS).open("rb") as file:
            self._terms = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._ends = _opened(folder / ENDS)
        self.kinds = _opened(folder / KINDS)
        self.numbers = _opened(folder / NUMBERS)
        self._properties = {
            int(name): (slice(start, end), (subjects, objects))
            for name, start, end, subjects, objects in _opened(folder / PROPERTIES).tolist()
        }
        self._statements = _opened(folder / STATEMENTS)
        self._known: dict[bytes, int] = {}
        self._refuse_damaged()

    def _refuse_damaged(self) -> None:
        size, statements = len(self._ends) - 1, self._statements
        ends = [where.stop for where, _ in self._properties.values()]
        if (
            len(self._terms) != self._ends[-1]
            or not size == len(self.kinds) == len(self.numbers)
            or statements.shape != (4, max(ends, default=0))
        ):
            raise ValueError("its files do not belong together")

    def __len__(self) -> int:
        """How many terms it has."""
        return len(self.kinds)

    def term(self, number: int) -> bytes:
        """A term in N-Triples."""
        return self._terms[self._ends[number] : self._ends[number + 1]]

    def terms(self, numbers: Array) -> Iterator[bytes]:
        """Terms in N-Triples."""
        starts, ends = self._ends[numbers].tolist(), self._ends[numbers + 1].tolist()
        return (self._terms[start:end] for start, end in zip(starts, ends, strict=True))

    def number(self, term: bytes) -> int:
        """The number of a term in N-Triples; :data:`UNBOUND` where the graph has none."""
        known = self._known.get(term)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[term] = self._found(term)
        return known

    def place(self, term: bytes) -> int:
        """The number of the first term that does not stand before one."""
        every = range(len(self))
        return bisect_left(every, rank(term), key=lambda number: rank(self.term(number)))

    def _found(self, term: bytes) -> int:
        place = self.place(term)
        return place if place < len(self) and self.term(place) == term else UNBOUND

    @property
    def properties(self) -> list[int]:
        """The properties that statements have."""
        return list(self._properties)

    def table(self, number: int) -> Table:
        """The statements of a property."""
        if number not in self._properties:
            return NOTHING
        where, different = self._properties[number]
        subjects, objects, by_object, of_object = (column[where] for column in self._statements)
        return Table(subjects, objects, by_object, of_object, different)


def _opened(file: Path) -> Array:
    return np.asarray(np.lib.format.open_memmap(file, mode="r"))
