"""What an analysis is, and what it gives.

Takes nothing: the words in which the analyses of this room and their registry speak.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from kgraph.base import dataframes
from kgraph.query.parameters import Parameter, ResolvedValue
from kgraph.query.saved import Chart
from kgraph.query.table import RowTable, TableCell
from kgraph.store import Store

QueryArguments = Mapping[str, ResolvedValue]
"""Values of the parameters, by name."""

DEFAULT_MAX_FINDINGS = 30
"""Rows of an analysis that ranks whatever there is."""


class Finding(msgspec.Struct, frozen=True):
    """One row of what was found.

    Attributes:
        cells: a value for each column.
        finds: ids of the things that the row is about, the first one foremost.
        score: how strong it is, in the analysis's own unit; the highest first.
    """

    cells: tuple[TableCell, ...]
    finds: tuple[str, ...] = ()
    score: float = 0.0


class Findings(msgspec.Struct, dataframes.TableMixin, frozen=True):
    """What an analysis found: column names, and rows in order.

    Attributes:
        columns: their names.
        rows: what was found, in order.
        more: a limit left rows out.
    """

    columns: tuple[str, ...]
    rows: list[Finding]
    more: bool = False

    def table(self) -> RowTable:
        """The cells alone, numbers to four places."""
        return RowTable(self.columns, [tuple(map(_round_cell, row.cells)) for row in self.rows])

    def _table(self) -> dataframes.TableData:
        """The same, for data frames and notebooks."""
        return self.table()


def _round_cell(cell: TableCell) -> TableCell:
    return round(cell, 4) if isinstance(cell, float) else cell


class Analysis(msgspec.Struct, frozen=True):
    """A question that takes a program to answer: a row of the registry.

    Attributes:
        name: as ``kgraph analyse NAME`` and ``kgraph query NAME`` take it.
        summary: one sentence.
        answers: questions, as people ask them, that it answers.
        parameters: in order, as of a saved query.
        example: a command that runs it.
        run: answers it, given a store and the parameters' values.
        links, chart: of its columns, as of a saved query; and so ``section``.
        most: rows that it gives at the most; 0 for any number.
        counted_by: name of the parameter that says how many rows are looked for; "" for none.
    """

    name: str
    summary: str
    answers: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    example: str
    run: Callable[[Store, QueryArguments], Findings]
    links: dict[str, str] = {}
    chart: Chart | None = None
    section: str = "names"
    most: int = 0
    count_parameter: str = ""


def int_arg(arguments: QueryArguments, name: str) -> int:
    """A whole number among the arguments."""
    value = arguments[name]
    assert isinstance(value, int)
    return value


def text_arg(arguments: QueryArguments, name: str) -> str:
    """A text, day or id among the arguments."""
    value = arguments[name]
    assert isinstance(value, str)
    return value
