"""Tables of computed rows, and their conversion to SPARQL results.

:func:`make_solutions` gives what ``SELECT * { VALUES ... }`` would, so that the answer of a
function can be written in the same formats as that of a query.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import msgspec
import pyoxigraph
from pyoxigraph import BlankNode, Literal
from rapidfuzz import fuzz, process

from kgraph.base import dataframes
from kgraph.base.vocabulary import expand_curie

TableCell = str | int | float | bool

#: Similarity of two texts, in percent, from which one repeats the other.
MIN_DUPLICATE_SCORE = 88

_XSD_DECIMAL = pyoxigraph.NamedNode(expand_curie("xsd:decimal"))


class RowTable(NamedTuple):
    """Column names and rows; the rows may be an iterator."""

    columns: tuple[str, ...]
    rows: Iterable[tuple[TableCell, ...]]


class Finding(msgspec.Struct, frozen=True):
    """A row of :class:`Findings`."""

    cells: tuple[TableCell, ...]  #: a value for each column
    #: Ids of the things that the row is about (``kg:finds``), the main one first.
    finds: tuple[str, ...] = ()
    score: float = 0.0  #: strength, in the analysis's own unit; the highest first


class Findings(msgspec.Struct, dataframes.TableMixin, frozen=True):
    """The ordered result of an analysis."""

    columns: tuple[str, ...]
    rows: list[Finding]
    more: bool = False  #: a limit left rows out

    def table(self) -> RowTable:
        """Return the cells alone, numbers to four places."""
        return RowTable(
            self.columns,
            [
                tuple(round(cell, 4) if isinstance(cell, float) else cell for cell in row.cells)
                for row in self.rows
            ],
        )

    def _table(self) -> dataframes.TableData:
        return self.table()


def make_literal(cell: TableCell) -> Literal:
    """Return a cell as a literal; a float becomes an xsd:decimal of four places.

    >>> make_literal(0.123456).value, make_literal("a").value
    ('0.1235', 'a')
    """
    if isinstance(cell, float):
        return Literal(f"{cell:.4f}", datatype=_XSD_DECIMAL)
    return Literal(cell)


def get_text(term: object) -> str:
    """Return the text of a literal or the address of an IRI; "" for no term."""
    return str(getattr(term, "value", ""))


def make_solutions(
    columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> pyoxigraph.QuerySolutions:
    """Return rows as the engine's own solutions, which it can write in any format.

    A row has a term or None for each column.
    """
    variables = " ".join(f"?{column}" for column in columns)
    values = "\n".join(
        f"({' '.join('UNDEF' if term is None else str(term) for term in row)})" for row in rows
    )
    query = f"SELECT {variables} {{ VALUES ({variables}) {{ {values} }} }}"
    solutions = pyoxigraph.Store().query(query)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    return solutions


def take_rows(
    solutions: pyoxigraph.QuerySolutions, limit: int
) -> tuple[pyoxigraph.QuerySolutions, bool]:
    """Return the first rows, and whether there are more."""
    columns = [variable.value for variable in solutions.variables]
    rows = [
        # VALUES cannot contain a blank node, so it becomes text.
        [Literal(str(row[c])) if isinstance(row[c], BlankNode) else row[c] for c in columns]
        for row in islice(solutions, limit)
    ]
    return make_solutions(columns, rows), next(solutions, None) is not None


def limit_per_value(
    solutions: pyoxigraph.QuerySolutions,
    column: str,
    per_value: int,
    limit: int,
    unique_column: str = "",
) -> pyoxigraph.QuerySolutions:
    """Return the first rows, in their order.

    Args:
        solutions: all rows.
        column, per_value: each value of the column has at most so many rows.
        limit: rows in all.
        unique_column: column of texts; a row that nearly repeats an earlier text is left out.
    """
    columns = [variable.value for variable in solutions.variables]

    def select_rows() -> Iterator[list[object]]:
        counts: Counter[str] = Counter()
        texts: list[str] = []
        for row in solutions:
            value = str(row[column])
            if counts[value] == per_value:
                continue
            if unique_column:
                text = str(row[unique_column])
                if process.extractOne(
                    text, texts, scorer=fuzz.ratio, score_cutoff=MIN_DUPLICATE_SCORE
                ):
                    continue
                texts.append(text)
            if counts.total() == limit:
                return
            counts[value] += 1
            yield [row[name] for name in columns]

    return make_solutions(columns, select_rows())
