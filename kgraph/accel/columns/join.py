"""Join triple patterns by binary search in sorted statements; rows are columns of term numbers.

The statements of a property are sorted by subject and by object, so that the matches of a whole
column are found at once, and counted before they are made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from kgraph.accel.columns.graph import EMPTY_TABLE, Array, ColumnGraph, PropertyTable
from kgraph.accel.columns.terms import to_ntriples
from kgraph.accel.rewrite.grammar import TriplePattern, Unsupported, collect_variables

MAX_ROWS = 1 << 20  #: of solutions: 4 MB for each variable
MIN_SUBJECTS = 100  #: subjects of which all properties are looked up faster than by the engine
ROW = "#"  #: a column of row numbers; no variable has this name


class Solutions(NamedTuple):
    """Solutions in columns."""

    size: int  #: number of rows
    columns: dict[str, Array]  #: variable -> term numbers

    def take(self, rows: Array) -> Solutions:
        """Return the rows at these indices, or where this is true."""
        columns = {name: column[rows] for name, column in self.columns.items()}
        size = int(np.count_nonzero(rows)) if rows.dtype == bool else len(rows)
        return Solutions(size, columns)

    def with_column(self, name: str, column: Array) -> Solutions:
        """Return the rows with one more column."""
        return Solutions(self.size, {**self.columns, name: column})


EMPTY_GROUP = Solutions(1, {})  #: the one solution of an empty group

Keep = Callable[[Solutions], Solutions]  #: drops rows that filters exclude, as soon as they can


class _Step(NamedTuple):
    """A triple pattern; its constants are term numbers."""

    subject: str | int
    table: PropertyTable
    object: str | int

    @property
    def variables(self) -> set[str]:
        return {term for term in (self.subject, self.object) if isinstance(term, str)}

    def size(self) -> int:
        """Return how many solutions the pattern has by itself."""
        if isinstance(self.object, int):
            start, end = _equal_range(self.table.sorted_objects, self.object)
            return end - start
        if isinstance(self.subject, int):
            start, end = _equal_range(self.table.subjects, self.subject)
            return end - start
        return self.table.size

    def growth(self, bound: set[str]) -> float:
        """Return how many rows the join makes of one in which these variables are bound."""
        if self.variables <= bound:
            return 0.0
        if len(self.variables) == 1:
            return float(self.size())
        return self.table.size / max(1, self.table.distinct[0 if self.subject in bound else 1])


class PatternJoiner:
    """Joins triple patterns of a graph; ``prefixes`` are those of the query."""

    def __init__(self, graph: ColumnGraph, prefixes: Mapping[str, str]) -> None:
        self._graph = graph
        self._prefixes = prefixes

    def number(self, term: str) -> int:
        """Return the number of a term of the query; UNBOUND if the graph lacks it."""
        return self._graph.number(to_ntriples(term, self._prefixes).encode())

    def join(
        self, rows: Solutions, patterns: Sequence[TriplePattern], keep: Keep = lambda rows: rows
    ) -> Solutions:
        """Join rows with patterns, from the patterns that make the fewest rows.

        Args:
            patterns: at most one has a variable as predicate.
            keep: is applied after each pattern.

        Raises:
            Unsupported: they are not connected, or make too many rows.
        """
        any_property = [pattern for pattern in patterns if pattern.predicate[0] == "?"]
        if len(any_property) > 1:
            raise Unsupported
        pending = [self._resolve(pattern) for pattern in patterns if pattern not in any_property]
        while pending:
            step = _cheapest(rows, pending)
            pending = [s for s in pending if s is not step]
            rows = keep(_join_step(rows, step))
        for pattern in any_property:
            rows = keep(self._join_all_properties(rows, pattern))
        return rows

    def join_numbered(self, rows: Solutions, patterns: Sequence[TriplePattern]) -> Solutions:
        """Join rows with patterns; the column :data:`ROW` has the index of each row."""
        own = collect_variables(patterns)
        columns = {name: column for name, column in rows.columns.items() if name in own}
        numbers = np.arange(rows.size, dtype=np.int32)
        return self.join(Solutions(rows.size, {**columns, ROW: numbers}), patterns)

    def _resolve(self, pattern: TriplePattern) -> _Step:
        subject, predicate, object = pattern
        if subject == object:
            raise Unsupported
        return _Step(
            subject if subject[0] == "?" else self.number(subject),
            self._graph.table(self.number(predicate)),
            object if object[0] == "?" else self.number(object),
        )

    def _join_all_properties(self, rows: Solutions, pattern: TriplePattern) -> Solutions:
        """Look up many subjects in the table of each property."""
        subject, predicate, object = pattern
        names = {subject, predicate, object}
        if len(names) < 3 or object[0] != "?" or names & {*rows.columns} != {subject}:
            raise Unsupported
        if rows.size < MIN_SUBJECTS:
            raise Unsupported
        matches: list[tuple[Array, Array, Array]] = []
        size = 0
        for property in self._graph.properties:
            table = self._graph.table(property)
            indices, objects = _match_column(table.subjects, table.objects, rows.columns[subject])
            size += len(objects)
            refuse_many_rows(size)
            matches.append((indices, np.full(len(objects), property, np.int32), objects))
        indices, properties, objects = map(np.concatenate, zip(*matches, strict=True))
        joined = rows.take(indices)
        return joined.with_column(predicate, properties).with_column(object, objects)


def _cheapest(rows: Solutions, steps: list[_Step]) -> _Step:
    if not rows.columns:
        return min(steps, key=_Step.size)
    bound = {*rows.columns}
    connected = [step for step in steps if step.variables & bound or not step.variables]
    if not connected:
        raise Unsupported
    return min(connected, key=lambda step: (step.growth(bound), step.size()))


def _join_step(rows: Solutions, step: _Step) -> Solutions:
    table = step.table
    if table is EMPTY_TABLE:
        return Solutions(0, dict.fromkeys([*rows.columns, *sorted(step.variables)], table.subjects))
    # The terms of each side: a column, a constant, or None where it is not bound yet.
    subject = rows.columns.get(step.subject) if isinstance(step.subject, str) else step.subject
    object = rows.columns.get(step.object) if isinstance(step.object, str) else step.object
    if subject is not None and object is not None:
        return rows.take(_has_statement(rows.size, table, subject, object))
    if subject is not None:
        return _add_matches(rows, str(step.object), table.subjects, table.objects, subject)
    if object is not None:
        sorted_objects, subjects_by_object = table.sorted_objects, table.subjects_by_object
        return _add_matches(rows, str(step.subject), sorted_objects, subjects_by_object, object)
    if rows.columns:
        raise Unsupported
    size = table.size * rows.size
    refuse_many_rows(size)
    columns = {str(step.subject): table.subjects[:size], str(step.object): table.objects[:size]}
    return Solutions(size, columns)


def _add_matches(
    rows: Solutions, name: str, keys: Array, values: Array, terms: Array | int
) -> Solutions:
    """Join rows with a sorted table: the values of each row's term become a new column."""
    if not isinstance(terms, int):
        indices, matches = _match_column(keys, values, terms)
        return rows.take(indices).with_column(name, matches)
    start, end = _equal_range(keys, terms)
    refuse_many_rows((end - start) * rows.size)
    if rows.size == 1 and not rows.columns:
        return Solutions(end - start, {name: values[start:end]})
    indices = np.repeat(np.arange(rows.size), end - start)
    return rows.take(indices).with_column(name, np.tile(values[start:end], rows.size))


def _match_column(keys: Array, values: Array, terms: Array) -> tuple[Array, Array]:
    """Return the index of each term's matches among the sorted keys, and their values."""
    starts = np.searchsorted(keys, terms)
    counts = np.searchsorted(keys, terms, "right") - starts
    total = int(counts.sum())
    refuse_many_rows(total)
    indices = np.repeat(np.arange(len(terms)), counts)
    first_rows = np.cumsum(counts) - counts
    return indices, values[np.arange(total) + np.repeat(starts - first_rows, counts)]


def _has_statement(
    size: int, table: PropertyTable, subject: Array | int, object: Array | int
) -> Array:
    """Return for each row whether there is a statement of its terms."""
    if isinstance(object, int):
        start, end = _equal_range(table.sorted_objects, object)
        return _is_member(subject, table.subjects_by_object[start:end], size)
    if isinstance(subject, int):
        start, end = _equal_range(table.subjects, subject)
        return _is_member(object, table.objects[start:end], size)
    # Both terms as one number, in the order of the statements.
    pairs = table.subjects.astype(np.int64) << 32 | table.objects
    return _is_member(subject.astype(np.int64) << 32 | object, pairs, size)


def _is_member(terms: Array | int, keys: Array, size: int) -> Array:
    """Return for each row whether its term is among the sorted keys."""
    if not len(keys):
        return np.zeros(size, bool)
    terms = np.broadcast_to(np.asarray(terms, keys.dtype), size)
    indices = np.minimum(np.searchsorted(keys, terms), len(keys) - 1)
    is_member: Array = keys[indices] == terms
    return is_member


def _equal_range(keys: Array, term: int) -> tuple[int, int]:
    key = np.int32(term)  # a number of another type would make searchsorted convert all keys
    return int(np.searchsorted(keys, key)), int(np.searchsorted(keys, key, "right"))


def refuse_many_rows(size: int) -> None:
    """Raise Unsupported for more than :data:`MAX_ROWS` rows."""
    if size > MAX_ROWS:
        raise Unsupported
