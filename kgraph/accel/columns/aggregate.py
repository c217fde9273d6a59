"""Group, aggregate, order and slice solutions (SPARQL 1.1, sections 11 and 15)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kgraph.accel.columns.graph import UNBOUND, Array
from kgraph.accel.columns.join import Solutions
from kgraph.accel.columns.parse import ParsedQuery, Projection
from kgraph.accel.columns.terms import SCALE, XSD, TermKind
from kgraph.accel.columns.values import TermValues, distinct_terms
from kgraph.accel.rewrite.grammar import Unsupported

DECIMAL_SCALE = 10**18  #: decimals of the engine are whole multiples of 1 / DECIMAL_SCALE
MAX_SUM = float(1 << 62)  #: above, the engine adds: numbers have 64 bits here

MAX_CELLS = 1 << 18
"""Terms of an answer, which is made in memory, at most some 50 MB: the engine streams larger
ones."""

_NUMERIC = {TermKind.INTEGER, TermKind.DECIMAL}


class ComputedNumbers(NamedTuple):
    """A column of numbers that were computed."""

    values: Array  #: times ``scale``
    scale: int  #: 1 where they are whole
    datatype: str  #: an IRI

    def take(self, rows: Array) -> ComputedNumbers:
        """Return the numbers at these indices."""
        return self._replace(values=self.values[rows])


ResultColumn = Array | ComputedNumbers  #: numbers of terms, or computed numbers


def build_result(
    rows: Solutions, query: ParsedQuery, values: TermValues
) -> dict[str, ResultColumn]:
    """Return the selected columns, in order.

    Raises:
        Unsupported: they are too large, or only the engine can group or order them.
    """
    modifiers, names = query.modifiers, [column.name for column in query.projections]
    if modifiers.group_by is None:
        size, columns = rows.size, dict[str, ResultColumn](rows.columns)
    else:
        size, columns = _aggregate_rows(rows, modifiers.group_by, query.projections, values)
    is_distinct = modifiers.group_by is not None and set(modifiers.group_by) <= set(names)
    if query.distinct and not is_distinct:
        firsts = _first_rows(*_number_groups([columns[name] for name in names], size))
        size, columns = len(firsts), {name: _take(columns[name], firsts) for name in names}
    start = modifiers.offset
    end = size if modifiers.limit is None else min(size, start + modifiers.limit)
    if (end - start) * len(names) > MAX_CELLS:
        raise Unsupported
    keys = []
    for name, descends in modifiers.order_by:
        rank = _rank(columns[name], values)
        keys.append(-rank if descends else rank)
    sliced = (np.lexsort(keys[::-1]) if keys else np.arange(size))[start:end]
    return {name: _take(columns[name], sliced) for name in names}


def _take(column: ResultColumn, rows: Array) -> ResultColumn:
    return column.take(rows) if isinstance(column, ComputedNumbers) else column[rows]


# -- groups --------------------------------------------------------------------------


def _aggregate_rows(
    rows: Solutions, group_by: list[str], projections: list[Projection], values: TermValues
) -> tuple[int, dict[str, ResultColumn]]:
    """Return the number of groups, and the columns of their keys and aggregates."""
    if group_by:
        size, groups = _number_groups([rows.columns[name] for name in group_by], rows.size)
    else:
        size, groups = 1, np.zeros(rows.size, np.int32)
    firsts = _first_rows(size, groups) if group_by else np.zeros(0, np.int32)
    columns: dict[str, ResultColumn] = {name: rows.columns[name][firsts] for name in group_by}
    for column in projections:
        if column.aggregate == "COUNT":
            counted = groups
            if column.argument != "*":
                terms = rows.columns[column.argument]
                is_bound = terms != UNBOUND
                counted = groups[is_bound]
                if column.distinct:
                    counted = np.unique(counted.astype(np.int64) << 32 | terms[is_bound]) >> 32
            counts = np.bincount(counted, minlength=size)
            columns[column.name] = ComputedNumbers(counts, 1, f"{XSD}integer")
        elif column.aggregate:
            terms = rows.columns[column.argument]
            columns[column.name] = _aggregate(column.aggregate, terms, size, groups, values)
    return size, columns


def _number_groups(columns: Sequence[ResultColumn], size: int) -> tuple[int, Array]:
    """Return how many distinct rows columns have, and the number of each row's own."""
    count, groups = 1, np.zeros(size, np.int64)
    for column in columns:
        if isinstance(column, ComputedNumbers):
            raise Unsupported
        terms, indices = distinct_terms(column)
        distinct, groups = distinct_terms(groups * len(terms) + indices)
        count = len(distinct)
    return count, groups


def _first_rows(size: int, groups: Array) -> Array:
    """Return the index of the first row of each group."""
    firsts = np.zeros(size, np.int64)
    firsts[groups[::-1]] = np.arange(len(groups))[::-1]
    return firsts


def _aggregate(
    function: str, terms: Array, size: int, groups: Array, values: TermValues
) -> ResultColumn:
    """Return the SUM, AVG, MIN or MAX of each group."""
    kinds = values.distinct_kinds(terms)
    if not len(terms) or (terms == UNBOUND).any():
        raise Unsupported
    if kinds == {TermKind.DATE} and function in ("MIN", "MAX"):
        return _extremes(terms, terms, groups, size, function)
    if not kinds <= _NUMERIC:
        raise Unsupported
    numbers = values.numbers(terms)
    if function == "AVG":
        means = np.empty(size, object)
        totals = _sum(numbers, groups, size).tolist()
        counts = np.bincount(groups, minlength=size).tolist()
        for index, (total, count) in enumerate(zip(totals, counts, strict=True)):
            mean = abs(total) * (DECIMAL_SCALE // SCALE) // count  # truncated as the engine's is
            means[index] = -mean if total < 0 else mean
        return ComputedNumbers(means, DECIMAL_SCALE, f"{XSD}decimal")
    if len(kinds) > 1:  # which of two equal numbers of two types is the engine's choice
        raise Unsupported
    if function != "SUM":
        return _extremes(terms, numbers, groups, size, function)
    sums = _sum(numbers, groups, size)
    if kinds == {TermKind.INTEGER}:
        return ComputedNumbers(sums // SCALE, 1, f"{XSD}integer")
    return ComputedNumbers(sums, SCALE, f"{XSD}decimal")


def _extremes(terms: Array, ranks: Array, groups: Array, size: int, function: str) -> Array:
    order = np.lexsort((-ranks if function == "MAX" else ranks, groups))
    return terms[order[np.searchsorted(groups[order], np.arange(size))]]


def _sum(numbers: Array, groups: Array, size: int) -> Array:
    if np.abs(numbers.astype(float)).sum() > MAX_SUM:
        raise Unsupported
    order = np.argsort(groups, kind="stable")
    return np.add.reduceat(numbers[order], np.searchsorted(groups[order], np.arange(size)))


# -- order ---------------------------------------------------------------------------


def _rank(column: ResultColumn, values: TermValues) -> Array:
    """Return whole numbers in the order of a column's values."""
    if isinstance(column, ComputedNumbers):
        if column.values.dtype == object:
            return np.unique(column.values, return_inverse=True)[1]
        return column.values
    kinds, is_bound = values.distinct_kinds(column), column != UNBOUND
    if len(kinds) < 2 and kinds <= {TermKind.IRI, TermKind.DATE}:  # are numbered in their order
        return column.astype(np.int64)
    if kinds <= _NUMERIC and is_bound.all():
        return values.numbers(column)
    if kinds != {TermKind.STRING}:
        raise Unsupported
    terms, indices = distinct_terms(column)
    is_bound = terms != UNBOUND
    texts = [""] * int((~is_bound).sum()) + values.texts(terms[is_bound])
    order = sorted(range(len(texts)), key=lambda index: (bool(is_bound[index]), texts[index]))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks[indices]
