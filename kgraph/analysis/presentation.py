"""The answer to a question with a name, as a page shows it: :func:`shown`.

Takes a store and a question, gives :class:`Shown`: cells that know which thing they name, what
of them is worth drawing, and the SPARQL that gave them. Who wants all rows, or another format,
asks :func:`kgraph.analysis.questions.answer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

import msgspec

from kgraph.analysis.questions import Question, answer, questions, taken
from kgraph.base.errors import InputError
from kgraph.query.evaluate import Answer, sparql
from kgraph.query.link_values import Links
from kgraph.store import Store

ROWS = 200
"""Rows that a page shows; the rest is for those who download."""

BARS = 24
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


class Shown(msgspec.Struct, frozen=True):
    """An answer for a reader.

    Attributes:
        columns: their names.
        rows: the first :data:`ROWS`.
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


def shown(
    store: Store,
    name: str,
    parameters: Mapping[str, str] | None = None,
    links: Links | None = None,
) -> Shown:
    """Answer a question with a name.

    Args:
        store: what to ask.
        name: one of :func:`kgraph.analysis.questions.questions`.
        parameters: values by name.
        links: of the same store, where they are at hand.

    Raises:
        InputError: there is no such question, or a parameter is wrong.
        QueryError: the query failed.
    """
    question = questions().get(name)
    if question is None:
        raise InputError(f"{name}: no such question: `kgraph queries` lists them")
    found = answer(store, name, parameters)
    columns, terms = _terms(found)
    reader = _Reader(question, store.meta.base, links or Links(store.shared))
    rows = tuple(
        tuple(reader.cell(column, row.get(column)) for column in columns)
        for row in islice(terms, ROWS)
    )
    text = sparql(store, name, parameters) if question.kind == "query" else ""
    return Shown(
        columns,
        rows,
        len(terms),
        _bars(question, columns, rows),
        question.chart.values if question.chart else "",
        text,
        found.more,
        tuple(taken(store, name, parameters)),
    )


Term = dict[str, str]


def _terms(found: Answer) -> tuple[tuple[str, ...], list[dict[str, Term]]]:
    """Columns and rows of an answer, as SPARQL JSON has them."""
    told = msgspec.json.decode(found.data)
    return tuple(told["head"]["vars"]), told["results"]["bindings"]


class _Reader:
    """Turns terms into cells."""

    def __init__(self, question: Question, base: str, links: Links) -> None:
        self._kinds = question.links
        self._base = base
        self._links = links

    def cell(self, column: str, term: Term | None) -> Cell:
        if term is None:
            return Cell("")
        text = term["value"]
        if term["type"] == "uri":
            id_ = text.removeprefix(self._base) if text.startswith(self._base) else ""
            return Cell(id_ or text, id_)
        if term.get("datatype", "").endswith(("#integer", "#decimal", "#double")):
            return Cell(_short(text), is_number=True)
        kind = self._kinds.get(column)
        return Cell(text, self._links.id_of(kind, text) if kind else "")


def _short(number: str) -> str:
    """A number without the places that tell nothing.

    >>> _short("0.333333333333333333"), _short("12"), _short("2.50")
    ('0.3333', '12', '2.5')
    """
    if "." not in number or "E" in number.upper():
        return number
    return f"{float(number):.4f}".rstrip("0").rstrip(".")


def _bars(
    question: Question, columns: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]
) -> tuple[Bar, ...]:
    chart = question.chart
    if chart is None or len(rows) < 2:
        return ()
    label, value = columns.index(chart.labels), columns.index(chart.values)
    drawn = [row for row in rows if row[value].is_number][:BARS]
    return tuple(Bar(row[label], float(row[value].text)) for row in drawn)
