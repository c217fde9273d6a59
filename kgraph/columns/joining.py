"""The rows of joined patterns: columns of numbers of terms, found by binary search.

Takes patterns and rows that are known, gives rows. A property's statements are sorted by subject
and by object, so what a column of terms has is found in all at once, and counted before it is
made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from kgraph.columns.graph import NOTHING, Array, Graph, Table
from kgraph.columns.terms import Terms
from kgraph.joins.patterns import Pattern, variables
from kgraph.joins.tokens import Unfit

MOST = 1 << 20
"""Rows that are held at once: 4 MB for each variable."""

MANY = 100
"""Things of which all is asked that are sooner looked up in each property than by the engine."""


class Rows(NamedTuple):
    """Solutions.

    Attributes:
        size: how many.
        columns: variable -> a number of a term in each.
    """

    size: int
    columns: dict[str, Array]

    def at(self, places: Array) -> Rows:
        """The rows at these places, or where this is true."""
        columns = {name: column[places] for name, column in self.columns.items()}
        size = int(np.count_nonzero(places)) if places.dtype == bool else len(places)
        return Rows(size, columns)

    def having(self, name: str, column: Array) -> Rows:
        """The rows with one more column."""
        return Rows(self.size, {**self.columns, name: column})


ONE = Rows(1, {})
"""What an empty group has."""

Sift = Callable[[Rows], Rows]
"""Leaves of rows those that are wanted, as far as their variables tell."""


def whole(rows: Rows) -> Rows:
    """All of them."""
    return rows


class _Step(NamedTuple):
    """A pattern whose terms are numbers, or variables."""

    subject: str | int
    table: Table
    object: str | int

    @property
    def variables(self) -> set[str]:
        return {term for term in (self.subject, self.object) if isinstance(term, str)}

    def size(self) -> int:
        """How many solutions it has by itself."""
        if isinstance(self.object, int):
            objects = self.table.by_object
            return int(np.subtract(*_range(objects, self.object)[::-1]))
        if isinstance(self.subject, int):
            return int(np.subtract(*_range(self.table.subjects, self.subject)[::-1]))
        return self.table.size

    def growth(self, known: set[str]) -> float:
        """How many rows it makes of one in which some of its variables are known."""
        if self.variables <= known:
            return 0.0
        if isinstance(self.subject, int) or isinstance(self.object, int):
            return float(self.size())
        different = self.table.different[0 if self.subject in known else 1]
        return self.table.size / max(1, different)


class Joiner:
    """Joins patterns of a graph.

    Args:
        graph: which.
        terms: by which the patterns' names are read.
    """

    def __init__(self, graph: Graph, terms: Terms) -> None:
        self._graph = graph
        self._terms = terms

    def number(self, term: str) -> int:
        """The number of a term that is none of the graph's, too."""
        return self._graph.number(self._terms.read(term).encode())

    def joined(self, rows: Rows, patterns: Sequence[Pattern], sift: Sift = whole) -> Rows:
        """The rows joined with patterns, from those that make the fewest.

        Args:
            rows: what they are joined with.
            patterns: which.
            sift: takes away at each step what is not wanted.

        Raises:
            Unfit: they are not all joined with each other, or make too many.
        """
        every = [pattern for pattern in patterns if pattern.predicate[0] == "?"]
        if len(every) > 1:
            raise Unfit
        left = [self._step(pattern) for pattern in patterns if pattern not in every]
        while left:
            step = self._next(rows, left)
            left = [other for other in left if other is not step]
            rows = sift(_join(rows, step))
        if every:
            rows = sift(self._all(rows, every[0]))
        return rows

    def _all(self, rows: Rows, pattern: Pattern) -> Rows:
        """All that is said of many things, each property in its turn."""
        subject, predicate, object = pattern
        names = {subject, predicate, object}
        if len(names) < 3 or object[0] != "?" or names & {*rows.columns} != {subject}:
            raise Unfit
        if rows.size < MANY:
            raise Unfit
        found: list[tuple[Array, Array, Array]] = []
        size = 0
        for number in self._graph.properties:
            table = self._graph.table(number)
            places, ends = _followed(rows, table.subjects, table.objects, rows.columns[subject])
            assert places is not None
            size += len(ends)
            refuse_many(size)
            found.append((places, np.full(len(ends), number, np.int32), ends))
        at, properties, objects = map(np.concatenate, zip(*found, strict=True))
        return rows.at(at).having(predicate, properties).having(object, objects)

    def beside(self, rows: Rows, patterns: Sequence[Pattern]) -> Rows:
        """The rows joined with patterns, with the place of each in a column :data:`PLACE`."""
        own = variables(patterns)
        known = {name: column for name, column in rows.columns.items() if name in own}
        start = Rows(rows.size, {**known, PLACE: np.arange(rows.size, dtype=np.int32)})
        return self.joined(start, patterns)

    def _step(self, pattern: Pattern) -> _Step:
        subject, predicate, object = pattern
        if subject == object:
            raise Unfit
        return _Step(
            subject if subject[0] == "?" else self.number(subject),
            self._graph.table(self.number(predicate)),
            object if object[0] == "?" else self.number(object),
        )

    def _next(self, rows: Rows, left: list[_Step]) -> _Step:
        if not rows.columns:
            return min(left, key=_Step.size)
        known = {*rows.columns}
        joined = [step for step in left if step.variables & known or not step.variables]
        if not joined:
            raise Unfit
        return min(joined, key=lambda step: (step.growth(known), step.size()))


PLACE = "#"
"""A column that no variable has."""


def _join(rows: Rows, step: _Step) -> Rows:
    if step.table is NOTHING:
        return _none(rows, step)
    subject, object = (
        rows.columns.get(term) if isinstance(term, str) else term
        for term in (step.subject, step.object)
    )
    if subject is not None and object is not None:
        return rows.at(_both(rows, step.table, subject, object))
    table = step.table
    if object is None and subject is not None:
        name, ends = step.object, _followed(rows, table.subjects, table.objects, subject)
    elif subject is None and object is not None:
        name, ends = step.subject, _followed(rows, table.by_object, table.of_object, object)
    elif not rows.columns:
        assert isinstance(step.subject, str)
        assert isinstance(step.object, str)
        size = table.size * rows.size
        refuse_many(size)
        return Rows(size, {step.subject: table.subjects[:size], step.object: table.objects[:size]})
    else:
        raise Unfit
    assert isinstance(name, str)
    places, found = ends
    return (
        (rows if places is None else rows.at(places)).having(name, found)._replace(size=len(found))
    )


def _none(rows: Rows, step: _Step) -> Rows:
    nothing = np.empty(0, np.int32)
    return Rows(0, dict.fromkeys([*rows.columns, *sorted(step.variables)], nothing))


def _followed(
    rows: Rows, keys: Array, values: Array, term: Array | int
) -> tuple[Array | None, Array]:
    """For each row the values of its term: places of rows, and values."""
    if isinstance(term, int):
        start, end = _range(keys, term)
        refuse_many((end - start) * rows.size)
        if rows.size == 1 and not rows.columns:
            return None, values[start:end]
        places = np.repeat(np.arange(rows.size), end - start)
        return places, np.tile(values[start:end], rows.size)
    starts = np.searchsorted(keys, term)
    counts = np.searchsorted(keys, term, "right") - starts
    total = int(counts.sum())
    refuse_many(total)
    places = np.repeat(np.arange(rows.size), counts)
    begins = np.cumsum(counts) - counts
    return places, values[np.arange(total) + np.repeat(starts - begins, counts)]


def _both(rows: Rows, table: Table, subject: Array | int, object: Array | int) -> Array:
    """Where a statement has both, of each row."""
    if isinstance(object, int):
        start, end = _range(table.by_object, object)
        return _is_in(subject, table.of_object[start:end], rows.size)
    if isinstance(subject, int):
        start, end = _range(table.subjects, subject)
        return _is_in(object, table.objects[start:end], rows.size)
    # A statement's terms as one number, in the order in which they stand.
    wide = 1 << 32
    pairs = table.subjects.astype(np.int64) * wide + table.objects
    return _is_in(subject.astype(np.int64) * wide + object, pairs, rows.size)


def _is_in(terms: Array | int, among: Array, size: int) -> Array:
    """Where terms are among others, which ascend."""
    if not len(among):
        return np.zeros(size, bool)
    wanted = np.broadcast_to(np.asarray(terms, among.dtype), size)
    places = np.minimum(np.searchsorted(among, wanted), len(among) - 1)
    found: Array = among[places] == wanted
    return found


def _range(keys: Array, term: int) -> tuple[int, int]:
    wanted = np.int32(term)  # of another type, all keys would be made such first
    return int(np.searchsorted(keys, wanted)), int(np.searchsorted(keys, wanted, "right"))


def refuse_many(rows: int) -> None:
    """Leave to the engine what makes more rows than :data:`MOST`.

    Raises:
        Unfit: it does.
    """
    if rows > MOST:
        raise Unfit
