"""Tables for notebooks: data frames of pandas and polars, and HTML.

pandas and polars are optional. In HTML every text is escaped, and nothing is loaded from
another host.

Invariants:
    * a column has one type, so that both libraries get the same values: integers and floats become
      floats, and any other mixture becomes text;
    * a missing value is None (in pandas NA), never 0 or "".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any

from kgraph.base.errors import InputError
from kgraph.base.text import escape_html

Cell = str | int | float | bool | None

MAX_HTML_ROWS = 50  #: rows of a table that a notebook shows

#: Style of a cell, inline because a style element would apply to all outputs of a notebook, and
#: many notebooks remove it.
CELL_STYLE = (
    "max-width:44em;text-align:left;vertical-align:top;"
    "white-space:pre-wrap;overflow-wrap:break-word"
)

TableData = tuple[Sequence[str], Iterable[Sequence[Cell]]]  #: names of columns, and rows


class TableMixin:
    """Mixin that converts an object with columns and rows to data frames and HTML."""

    __slots__ = ()

    def _table(self) -> TableData:
        raise NotImplementedError

    def to_pandas(self) -> Any:
        """Return the rows as a ``pandas.DataFrame``; integers stay integers, dates stay text.

        Raises:
            InputError: pandas is not installed, or the object is no table (a boolean answer).
        """
        return _import_library("pandas").DataFrame(self._collect_columns()).convert_dtypes()

    def to_polars(self) -> Any:
        """Return the rows as a ``polars.DataFrame``; dates stay text.

        Raises:
            InputError: polars is not installed, or the object is no table (a boolean answer).
        """
        return _import_library("polars").DataFrame(self._collect_columns(), strict=False)

    def _repr_html_(self) -> str:
        columns, rows = self._table()
        return render_table(columns, [[render_cell(value) for value in row] for row in rows])

    def _collect_columns(self) -> dict[str, list[Cell]]:
        columns, rows = self._table()
        table = list(rows)
        collected = {}
        for position, name in enumerate(columns):
            values = [row[position] for row in table]
            types = {type(value) for value in values if value is not None}
            if len(types) > 1:
                common: type[float] | type[str] = float if types == {int, float} else str
                values = [None if value is None else common(value) for value in values]
            collected[name] = values
        return collected


def _import_library(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise InputError(f"{name} is not installed: pip install {name}") from error


def render_table(columns: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "") -> str:
    """Render at most :data:`MAX_HTML_ROWS` rows; cells are HTML, names and caption are text."""
    head = "".join(f'<th scope="col">{escape_html(name)}</th>' for name in columns)
    cell = f'<td style="{CELL_STYLE}">'
    body = "\n".join(
        f"<tr>{''.join(f'{cell}{value}</td>' for value in row)}</tr>"
        for row in rows[:MAX_HTML_ROWS]
    )
    more = f"the first {MAX_HTML_ROWS} of {len(rows)} rows" if len(rows) > MAX_HTML_ROWS else ""
    title = ", ".join(filter(None, (escape_html(caption), more)))
    title = f"<caption>{title}</caption>" if title else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"


def render_cell(value: Cell) -> str:
    """Render a value as HTML.

    >>> render_cell("<b>"), render_cell(0.123456), render_cell(None)
    ('&lt;b&gt;', '0.1235', '')
    >>> render_cell("https://example.org/a")
    '<a href="https://example.org/a" rel="noreferrer noopener">https://example.org/a</a>'
    """
    if isinstance(value, float):
        return f"{value:.4g}"
    return "" if value is None else render_link(str(value), str(value))


def render_link(text: str, address: str) -> str:
    """Render a link if the address is an http or https URL, else only the text.

    >>> render_link("a&b", "https://example.org/?a&b"), render_link("a", "javascript:alert(1)")
    ('<a href="https://example.org/?a&amp;b" rel="noreferrer noopener">a&amp;b</a>', 'a')
    """
    if not address.startswith(("http://", "https://")):
        return escape_html(text)
    return f'<a href="{escape_html(address)}" rel="noreferrer noopener">{escape_html(text)}</a>'
