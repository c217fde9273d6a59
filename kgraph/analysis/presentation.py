"""Answers to named queries as pages show them (:func:`render_answer`).

For all rows or another format see :func:`kgraph.analysis.questions.answer_query`.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from kgraph.analysis.questions import answer_query, load_named_queries
from kgraph.base.errors import InputError
from kgraph.query.evaluate import render_saved_query
from kgraph.query.link_values import LinkResolver
from kgraph.query.parameters import describe_substitutions
from kgraph.store import Store

MAX_ANSWER_ROWS = 200  #: rows of a page; a download has all

MAX_CHART_BARS = 24  #: bars that a reader can compare; two years of months


class Cell(msgspec.Struct, frozen=True):
    """A value of an answer.

    Attributes:
        text: as people read it; "" for none.
        id: relative IRI of the thing that it names; "" for none.
        is_number: whether it is a number.
    """

    text: str
    id: str = ""
    is_number: bool = False


class Bar(msgspec.Struct, frozen=True):
    """A bar of a chart."""

    label: Cell
    value: float


class RenderedAnswer(msgspec.Struct, frozen=True):
    """An answer for a reader.

    Attributes:
        columns: their names.
        rows: the first :data:`MAX_ANSWER_ROWS`.
        total: how many rows there are.
        bars: of a chart, in order; empty for no chart.
        bars_of: name of the column that the bars draw.
        sparql: the query with its parameters in place; "" for an analysis.
        is_cut: the query's limit left rows out.
        taken: what parameters were taken for, where it has another name.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int
    bars: tuple[Bar, ...] = ()
    bars_of: str = ""
    sparql: str = ""
    is_cut: bool = False
    taken: tuple[str, ...] = ()


def render_answer(
    store: Store,
    name: str,
    parameters: Mapping[str, str] | None = None,
    links: LinkResolver | None = None,
) -> RenderedAnswer:
    """Answer a named query.

    Args:
        store: an open store.
        name: one of :func:`kgraph.analysis.questions.load_named_queries`.
        parameters: texts by name.
        links: of the same store, if the caller has one.

    Raises:
        InputError: there is no such query, or a parameter is wrong.
        QueryError: the query failed.
    """
    query = load_named_queries().get(name)
    if query is None:
        raise InputError(f"{name}: no such question: `kgraph queries` lists them")
    answer = answer_query(store, name, parameters)
    columns, bindings = answer.bindings()
    links = links or LinkResolver(store.shared)
    rows = tuple(
        tuple(
            _make_cell(row.get(column), query.links.get(column, ""), store.meta.base, links)
            for column in columns
        )
        for row in bindings[:MAX_ANSWER_ROWS]
    )
    bars: tuple[Bar, ...] = ()
    if query.chart and len(rows) > 1:
        label, value = columns.index(query.chart.labels), columns.index(query.chart.values)
        numeric = [row for row in rows if row[value].is_number][:MAX_CHART_BARS]
        bars = tuple(Bar(row[label], float(row[value].text)) for row in numeric)
    return RenderedAnswer(
        tuple(columns),
        rows,
        len(bindings),
        bars,
        query.chart.values if query.chart else "",
        render_saved_query(store, name, parameters) if query.kind == "query" else "",
        answer.more,
        tuple(describe_substitutions(store.shared, query.parameters, parameters or {})),
    )


def _make_cell(term: Mapping[str, str] | None, kind: str, base: str, links: LinkResolver) -> Cell:
    """Convert a term of SPARQL JSON; ``kind`` is that of what its column names, if anything."""
    if term is None:
        return Cell("")
    text = term["value"]
    if term["type"] == "uri":
        id_ = text.removeprefix(base) if text.startswith(base) else ""
        return Cell(id_ or text, id_)
    if term.get("datatype", "").endswith(("#integer", "#decimal", "#double")):
        return Cell(_shorten_number(text), is_number=True)
    return Cell(text, links.find_id(kind, text) if kind else "")


def _shorten_number(number: str) -> str:
    """Return a number with at most four decimals and no trailing zeros.

    >>> _shorten_number("0.333333333333333333"), _shorten_number("12"), _shorten_number("2.50")
    ('0.3333', '12', '2.5')
    """
    if "." not in number or "E" in number.upper():
        return number
    return f"{float(number):.4f}".rstrip("0").rstrip(".")
