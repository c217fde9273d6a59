"""Rows grouped, counted, ordered and cut (SPARQL 1.1 sections 11 and 15).

Takes rows and what is asked of them, gives the columns that are shown: numbers of terms, or
figures that were counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kgraph.columns.graph import UNBOUND, Array
from kgraph.columns.joining import Rows
from kgraph.columns.kinds import SCALE, XSD, Kind
from kgraph.columns.reading import Asked
from kgraph.columns.selecting import Column
from kgraph.columns.values import Values, different
from kgraph.joins.tokens import Unfit

NUMERIC = {Kind.INTEGER, Kind.DECIMAL}

PARTS = 10**18
"""Parts of one that a decimal of the engine has."""

CELLS = 1 << 18
"""Terms of an answer, which is written in one piece, some 50 MB at the most: more is the engine's,
which sends them one by one."""

LARGE = float(1 << 62)
"""Sums are refused from here on: the numbers that they are made of have 64 bits."""


class Figures(NamedTuple):
    """Numbers that were counted.

    Attributes:
        values: in parts of ``scale``.
        scale: 1 where they are whole.
        type: IRI of their type.
    """

    values: Array
    scale: int
    type: str

    def at(self, places: Array) -> Figures:
        """Those at these places."""
        return self._replace(values=self.values[places])


Shown = Array | Figures
"""A column as it is shown: numbers of terms, or figures."""


def shown(rows: Rows, asked: Asked, values: Values) -> dict[str, Shown]:
    """The columns that are selected, in order.

    Raises:
        Unfit: they are many, or the engine alone knows how to group or to order them.
    """
    size, columns = _grouped(rows, asked, values)
    names = [column.name for column in asked.columns]
    if asked.distinct and not _are_distinct(asked):
        kept = _firsts(*_places([columns[name] for name in names], size))
        size, columns = len(kept), {name: _at(columns[name], kept) for name in names}
    start, limit = asked.ends.offset, asked.ends.limit
    end = size if limit is None else min(size, start + limit)
    if (end - start) * len(names) > CELLS:
        raise Unfit
    order = [(columns[name], down) for name, down in asked.ends.order]
    places = _ordered(size, order, values)[start:end]
    return {name: _at(columns[name], places) for name in names}


def _at(column: Shown, places: Array) -> Shown:
    return column.at(places) if isinstance(column, Figures) else column[places]


# -- grouped -------------------------------------------------------------------------


def _grouped(rows: Rows, asked: Asked, values: Values) -> tuple[int, dict[str, Shown]]:
    if asked.ends.groups is None:
        return rows.size, dict(rows.columns)
    if not asked.ends.groups:
        size, places = 1, np.zeros(rows.size, np.int32)
        firsts = np.zeros(0, np.int32)
    else:
        size, places = _places([rows.columns[name] for name in asked.ends.groups], rows.size)
        firsts = _firsts(size, places)
    columns: dict[str, Shown] = {name: rows.columns[name][firsts] for name in asked.ends.groups}
    for column in asked.columns:
        if column.aggregate:
            columns[column.name] = _aggregated(column, rows, size, places, values)
    return size, columns


def _places(columns: Sequence[Shown], size: int) -> tuple[int, Array]:
    """How many different rows these columns have, and for each row the place of its own."""
    count, places = 1, np.zeros(size, np.int64)
    for column in columns:
        if isinstance(column, Figures):
            raise Unfit
        found, own = different(column)
        together, places = different(places * len(found) + own)
        count = len(together)
    return count, places


def _firsts(size: int, places: Array) -> Array:
    """The first row of each group."""
    firsts = np.zeros(size, np.int64)
    firsts[places[::-1]] = np.arange(len(places))[::-1]
    return firsts


def _are_distinct(asked: Asked) -> bool:
    return asked.ends.groups is not None and {*asked.ends.groups} <= {
        one.name for one in asked.columns
    }


def _aggregated(column: Column, rows: Rows, size: int, places: Array, values: Values) -> Shown:
    """One figure, or one term, of each group."""
    terms = rows.columns[column.of] if column.of != "*" else None
    if column.aggregate == "COUNT":
        return Figures(_counted(terms, size, places, column.distinct), 1, f"{XSD}integer")
    assert terms is not None
    kinds = values.kinds_in(terms)
    if not len(terms) or (terms == UNBOUND).any():
        raise Unfit
    if kinds == {Kind.DAY} and column.aggregate in ("MIN", "MAX"):
        return _extremes(terms, terms, places, size, column.aggregate == "MAX")
    if not kinds <= NUMERIC:
        raise Unfit
    numbers = values.numbers(terms)
    order = np.argsort(places, kind="stable")
    starts = np.searchsorted(places[order], np.arange(size))
    if column.aggregate == "AVG":
        return _averages(_sums(numbers[order], starts), np.bincount(places, minlength=size))
    if len(kinds) > 1:  # of equal numbers of two types, the engine's own choice
        raise Unfit
    if column.aggregate == "SUM":
        sums = _sums(numbers[order], starts)
        if kinds == {Kind.INTEGER}:
            return Figures(sums // SCALE, 1, f"{XSD}integer")
        return Figures(sums, SCALE, f"{XSD}decimal")
    return _extremes(terms, numbers, places, size, column.aggregate == "MAX")


def _extremes(terms: Array, ranks: Array, places: Array, size: int, greatest: bool) -> Array:
    """The term of each group whose rank is the least or the greatest."""
    order = np.lexsort((-ranks if greatest else ranks, places))
    return terms[order[np.searchsorted(places[order], np.arange(size))]]


def _counted(terms: Array | None, size: int, places: Array, distinct: bool) -> Array:
    if terms is not None:
        is_bound = terms != UNBOUND
        terms, places = terms[is_bound], places[is_bound]
    if distinct:
        assert terms is not None
        pairs = np.unique(places.astype(np.int64) << 32 | terms)
        places = pairs >> 32
    return np.bincount(places, minlength=size)


def _sums(numbers: Array, starts: Array) -> Array:
    if np.abs(numbers.astype(float)).sum() > LARGE:
        raise Unfit
    return np.add.reduceat(numbers, starts)


def _averages(sums: Array, counts: Array) -> Figures:
    """Means as decimals, cut off as the engine's are."""
    found = np.empty(len(sums), object)
    for place, (sum_, count) in enumerate(zip(sums.tolist(), counts.tolist(), strict=True)):
        whole, sign = abs(sum_) * (PARTS // SCALE), -1 if sum_ < 0 else 1
        found[place] = sign * (whole // count)
    return Figures(found, PARTS, f"{XSD}decimal")


# -- ordered -------------------------------------------------------------------------


def _ordered(size: int, keys: list[tuple[Shown, bool]], values: Values) -> Array:
    """The places of rows in order."""
    if not keys:
        return np.arange(size)
    ranks = [_ranks(column, values) for column, _ in keys]
    turned = [-rank if down else rank for rank, (_, down) in zip(ranks, keys, strict=True)]
    return np.lexsort(turned[::-1])


def _ranks(column: Shown, values: Values) -> Array:
    """Whole numbers that stand in the order of a column's values."""
    if isinstance(column, Figures):
        if column.values.dtype == object:
            return np.unique(column.values, return_inverse=True)[1]
        return column.values
    kinds, is_bound = values.kinds_in(column), column != UNBOUND
    if len(kinds) < 2 and kinds <= {Kind.IRI, Kind.DAY}:  # which are numbered in their order
        return column.astype(np.int64)
    if kinds <= NUMERIC and is_bound.all():
        return values.numbers(column)
    if kinds != {Kind.STRING}:
        raise Unfit
    found, places = different(column)
    is_known = found != UNBOUND
    texts = [""] * int((~is_known).sum()) + values.texts(found[is_known])
    order = sorted(range(len(texts)), key=lambda at: (bool(is_known[at]), texts[at]))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks[places]
