"""The answer to a question with a name, as a page shows it: :func:`render_answer`.

Takes a store and a question, gives :class:`RenderedAnswer`: cells that know which thing they name, what
of them is worth drawing, and the SPARQL that gave them. Who wants all rows, or another format,
asks :func:`kgraph.analysis.questions.answer_query`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

import msgspec

from kgraph.analysis.questions import (
    NamedQuery,
    answer_query,
    describe_query_substitutions,
    load_named_queries,
)
from kgraph.base.errors import InputError
from kgraph.query.evaluate import Answer, render_saved_query
from kgraph.query.link_values import LinkResolver
from kgraph.store import Store

MAX_ANSWER_ROWS = 200
"""Rows that a page shows; the rest is for those who download."""

MAX_CHART_BARS = 24
"""Bars that a reader can compare; two years of months."""


class Cell(msgspec.Struct, frozen=True):
    """One value.

    Attributes:
        text: as it is read; "" where there is none.
        id: relative IRI of the thing that it names, "" where it names none.
        is_number: it is a number.
    """

    text: str
    id: str = ""
    is_number: bool = False


class Bar(msgspec.Struct, frozen=True):
    """One bar of a chart: what it stands for, how long it is."""

    label: Cell
    value: float


class RenderedAnswer(msgspec.Struct, frozen=True):
    """An answer for a reader.

    Attributes:
        columns: their names.
        rows: the first :data:`MAX_ANSWER_ROWS`.
        total: how many there are.
        bars: what is worth drawing, in order; empty where nothing is.
        bars_of: name of the column that the bars draw.
        sparql: the query with its parameters in place; "" where a program answers.
        is_cut: there are more rows: the question is limited to these.
        taken: what parameters were taken for, where it goes by another name.
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
    """Answer a question with a name.

    Args:
        store: what to ask.
        name: one of :func:`kgraph.analysis.questions.load_named_queries`.
        parameters: values by name.
        links: of the same store, where they are at hand.

    Raises:
        InputError: there is no such question, or a parameter is wrong.
        QueryError: the query failed.
    """
    question = load_named_queries().get(name)
    if question is None:
        raise InputError(f"{name}: no such question: `kgraph queries` lists them")
    found = answer_query(store, name, parameters)
    columns, terms = _parse_terms(found)
    reader = _CellMaker(question, store.meta.base, links or LinkResolver(store.shared))
    rows = tuple(
        tuple(reader.make_cell(column, row.get(column)) for column in columns)
        for row in islice(terms, MAX_ANSWER_ROWS)
    )
    text = render_saved_query(store, name, parameters) if question.kind == "query" else ""
    return RenderedAnswer(
        columns,
        rows,
        len(terms),
        _choose_bars(question, columns, rows),
        question.chart.values if question.chart else "",
        text,
        found.more,
        tuple(describe_query_substitutions(store, name, parameters)),
    )


JsonTerm = dict[str, str]


def _parse_terms(found: Answer) -> tuple[tuple[str, ...], list[dict[str, JsonTerm]]]:
    """Columns and rows of an answer, as SPARQL JSON has them."""
    told = msgspec.json.decode(found.data)
    return tuple(told["head"]["vars"]), told["results"]["bindings"]


class _CellMaker:
    """Turns terms into cells."""

    def __init__(self, question: NamedQuery, base: str, links: LinkResolver) -> None:
        self._kinds = question.links
        self._base = base
        self._links = links

    def make_cell(self, column: str, term: JsonTerm | None) -> Cell:
        if term is None:
            return Cell("")
        text = term["value"]
        if term["type"] == "uri":
            id_ = text.removeprefix(self._base) if text.startswith(self._base) else ""
            return Cell(id_ or text, id_)
        if term.get("datatype", "").endswith(("#integer", "#decimal", "#double")):
            return Cell(_shorten_number(text), is_number=True)
        kind = self._kinds.get(column)
        return Cell(text, self._links.find_id(kind, text) if kind else "")


def _shorten_number(number: str) -> str:
    """A number without the places that tell nothing.

    >>> _shorten_number("0.333333333333333333"), _shorten_number("12"), _shorten_number("2.50")
    ('0.3333', '12', '2.5')
    """
    if "." not in number or "E" in number.upper():
        return number
    return f"{float(number):.4f}".rstrip("0").rstrip(".")


def _choose_bars(
    question: NamedQuery, columns: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]
) -> tuple[Bar, ...]:
    chart = question.chart
    if chart is None or len(rows) < 2:
        return ()
    label, value = columns.index(chart.labels), columns.index(chart.values)
    drawn = [row for row in rows if row[value].is_number][:MAX_CHART_BARS]
    return tuple(Bar(row[label], float(row[value].text)) for row in drawn)
