"""Tables for notebooks: data frames of pandas and polars, and HTML.

Takes column names and rows of plain values, gives a frame of a library that the reader has
installed (none is needed for anything else, so neither is required), or markup in which every
text is escaped and which asks nothing of any other place.

Invariants:
    * a column has one type: whole numbers and decimals together are decimals, and whatever
      else is mixed is text; so both libraries read the same;
    * what is missing is missing (None), never 0 or an empty text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib import import_module
from typing import Any

from kgraph.base.errors import InputError

Cell = str | int | float | bool | None

MAX_HTML_ROWS = 50
"""Rows that a notebook shows: more is for a frame."""

CELL_STYLE = (
    "max-width:44em;text-align:left;vertical-align:top;"
    "white-space:pre-wrap;overflow-wrap:break-word"
)
"""Of a cell: long quotes are read in lines. Inline, since a notebook has one style sheet for
all, and many drop those of an output."""


TableData = tuple[Sequence[str], Iterable[Sequence[Cell]]]
"""Names of columns, and rows."""


class TableMixin:
    """Something that is also a table."""

    __slots__ = ()

    def _table(self) -> TableData:
        """Its columns and rows."""
        raise NotImplementedError

    def to_pandas(self) -> Any:
        """The rows as a ``pandas.DataFrame``; dates stay text.

        Raises:
            InputError: pandas is not installed, or what this is has no rows.
        """
        return to_pandas(*self._table())

    def to_polars(self) -> Any:
        """The rows as a ``polars.DataFrame``; dates stay text.

        Raises:
            InputError: polars is not installed, or what this is has no rows.
        """
        return to_polars(*self._table())

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        columns, rows = self._table()
        return render_table(columns, [[render_cell(value) for value in row] for row in rows])


def to_pandas(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Any:
    """A ``pandas.DataFrame``; whole numbers stay whole where some are missing.

    Raises:
        InputError: pandas is not installed.
    """
    return _import_library("pandas").DataFrame(_collect_columns(columns, rows)).convert_dtypes()


def to_polars(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Any:
    """A ``polars.DataFrame``.

    Raises:
        InputError: polars is not installed.
    """
    return _import_library("polars").DataFrame(_collect_columns(columns, rows), strict=False)


def _import_library(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise InputError(f"{name} is not installed: pip install {name}") from error


def _collect_columns(
    columns: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> dict[str, list[Cell]]:
    found = list(rows)
    return {name: _unify_types([row[n] for row in found]) for n, name in enumerate(columns)}


def _unify_types(values: list[Cell]) -> list[Cell]:
    """The values, of one type."""
    types = {type(value) for value in values if value is not None}
    if len(types) < 2:
        return values
    one: type[float] | type[str] = float if types == {int, float} else str
    return [None if value is None else one(value) for value in values]


def render_table(columns: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "") -> str:
    """An HTML table.

    Args:
        columns: names, as text.
        rows: cells, as HTML.
        caption: what it is, as text; "" for none.
    """
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    cell = f'<td style="{CELL_STYLE}">'
    body = "\n".join(
        f"<tr>{''.join(f'{cell}{value}</td>' for value in row)}</tr>"
        for row in rows[:MAX_HTML_ROWS]
    )
    more = f"the first {MAX_HTML_ROWS} of {len(rows)} rows" if len(rows) > MAX_HTML_ROWS else ""
    told = ", ".join(filter(None, (escape(caption), more)))
    title = f"<caption>{told}</caption>" if told else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"


def render_cell(value: Cell) -> str:
    """A value as HTML.

    >>> render_cell("<b>"), render_cell(0.123456), render_cell(None)
    ('&lt;b&gt;', '0.1235', '')
    >>> render_cell("https://example.org/a")
    '<a href="https://example.org/a" rel="noreferrer noopener">https://example.org/a</a>'
    """
    if isinstance(value, float):
        return f"{value:.4g}"
    return "" if value is None else render_link(str(value), str(value))


def render_link(words: str, address: str) -> str:
    """Words that lead to a place on the web; only words where it is none.

    >>> render_link("a&b", "https://example.org/?a&b"), render_link("a", "javascript:alert(1)")
    ('<a href="https://example.org/?a&amp;b" rel="noreferrer noopener">a&amp;b</a>', 'a')
    """
    if not address.startswith(("http://", "https://")):
        return escape(words)
    return f'<a href="{escape(address)}" rel="noreferrer noopener">{escape(words)}</a>'
