"""Tables: what a question gives when no SPARQL engine wrote it, and how it becomes an answer.

Takes column names and rows, gives SPARQL results in any format, as
``SELECT * { VALUES ... }`` would: so what a program computed looks like what a query found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import pyoxigraph
from pyoxigraph import BlankNode, Literal
from rapidfuzz import fuzz, process

TableCell = str | int | float | bool

MIN_DUPLICATE_SCORE = 88
"""Likeness of two texts, of 100, from which on they say the same: one sentence, heard twice."""


class RowTable(NamedTuple):
    """Column names, and rows that may be made while they are read."""

    columns: tuple[str, ...]
    rows: Iterable[tuple[TableCell, ...]]


def make_literal(cell: TableCell) -> Literal:
    """A cell as a literal; numbers to four places, as xsd:decimal or xsd:integer.

    >>> make_literal(0.123456).value, make_literal("a").value
    ('0.1235', 'a')
    """
    if isinstance(cell, float):
        return Literal(f"{cell:.4f}", datatype=_XSD_DECIMAL)
    return Literal(cell)


_XSD_DECIMAL = pyoxigraph.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")


def make_solutions(
    columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> pyoxigraph.QuerySolutions:
    """Rows of terms as the engine's own solutions, which it can write in any format.

    Args:
        columns: names of variables.
        rows: a term, or None, for each column.
    """
    heads = " ".join(f"?{column}" for column in columns)
    bodies = "\n".join(
        f"({' '.join('UNDEF' if term is None else str(term) for term in row)})" for row in rows
    )
    found = pyoxigraph.Store().query(f"SELECT {heads} {{ VALUES ({heads}) {{ {bodies} }} }}")
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return found


def take_rows(
    found: pyoxigraph.QuerySolutions, most: int
) -> tuple[pyoxigraph.QuerySolutions, bool]:
    """The first rows, ``most`` in all, and whether there are more."""
    columns = [variable.value for variable in found.variables]
    rows = [[_without_blank_node(row[name]) for name in columns] for row in islice(found, most)]
    return make_solutions(columns, rows), next(found, None) is not None


def _without_blank_node(term: object) -> object:
    """A blank node, which no VALUES may hold, as text."""
    return Literal(str(term)) if isinstance(term, BlankNode) else term


def limit_per_value(
    found: pyoxigraph.QuerySolutions, column: str, each: int, most: int, once: str = ""
) -> pyoxigraph.QuerySolutions:
    """The first rows, in their order.

    Args:
        found: all rows.
        column: of whose values there are to be ``each`` rows at the most.
        most: how many rows in all.
        once: column of texts; a row whose text is nearly that of one before it is left out.
    """
    columns = [variable.value for variable in found.variables]
    rows = _iterate_limited(found, column, each, most, once)
    return make_solutions(columns, ([row[name] for name in columns] for row in rows))


def _iterate_limited(
    found: pyoxigraph.QuerySolutions, column: str, each: int, most: int, once: str
) -> Iterator[pyoxigraph.QuerySolution]:
    seen: Counter[str] = Counter()
    texts: list[str] = []
    for row in found:
        value = str(row[column])
        if seen[value] == each or (once and not _add_if_new(str(row[once]), texts)):
            continue
        if seen.total() == most:
            return
        seen[value] += 1
        yield row


def _add_if_new(text: str, before: list[str]) -> bool:
    """Is the text unlike those before it? Then it is one of them."""
    if process.extractOne(text, before, scorer=fuzz.ratio, score_cutoff=MIN_DUPLICATE_SCORE):
        return False
    before.append(text)
    return True
