"""Every question with a name, whatever answers it, and the one way to ask it.

Takes a store and a question: SPARQL, or the name of a saved query or of an analysis. Gives an
:class:`Answer` in any format, or a :class:`Table`. Who lists questions or offers them to
programs need not know which are SPARQL and which are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from kgraph.analysis.finding import Analysis, Findings
from kgraph.analysis.registry import ANALYSES
from kgraph.errors import InputError
from kgraph.query import FORMATS, Answer, Parameter, ask, saved_queries
from kgraph.query.limit import within
from kgraph.query.parameters import arguments, resolved
from kgraph.query.run import written
from kgraph.query.saved import Chart
from kgraph.query.table import Table, literal, solutions
from kgraph.store import Store


class Question(msgspec.Struct, frozen=True):
    """A question with a name.

    Attributes:
        name: as ``kgraph query NAME`` takes it.
        summary: one sentence.
        answers: questions, as people ask them, that it answers.
        parameters: in order.
        example: a command that runs it.
        kind: ``query`` when SPARQL answers it, ``analysis`` when a program does.
        links: column -> what its values name (:mod:`kgraph.query.links`).
        chart: what of its answer is worth drawing, if anything.
        section: what it is about, one of :data:`kgraph.query.saved.SECTIONS`.
    """

    name: str
    summary: str
    answers: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    example: str
    kind: str
    links: dict[str, str] = {}
    chart: Chart | None = None
    section: str = "names"


def questions() -> dict[str, Question]:
    """All of them, by name."""
    found = {
        name: Question(
            name, q.summary, q.answers, q.parameters, q.example, kind, q.links, q.chart, q.section
        )
        for rows, kind in ((saved_queries(), "query"), (ANALYSES, "analysis"))
        for name, q in rows.items()
    }
    return dict(sorted(found.items()))


def answer(
    store: Store,
    question: str,
    parameters: Mapping[str, str] | None = None,
    *,
    format: str | None = None,
    timeout: float | None = None,
    most: int | None = None,
) -> Answer:
    """Answer SPARQL, a saved query, or an analysis, as :func:`kgraph.query.ask` does.

    Args:
        store: what to ask.
        question: SPARQL 1.1 query text, or a name of :func:`questions`.
        parameters: values of its parameters, by name.
        format: one of :data:`kgraph.query.formats.FORMATS`; by default SPARQL JSON for
            solutions, Turtle for a graph.
        timeout: seconds after which it is stopped; None for no limit.
        most: rows or statements at the most.

    Raises:
        QueryError: the query is wrong, would leave the store, or passed its limit.
        InputError: a parameter or the format is wrong.
    """
    analysis = ANALYSES.get(question.strip())
    if analysis is None:
        return ask(store, question, parameters, format=format, timeout=timeout, most=most)
    if format is not None and format not in FORMATS:
        raise InputError(f"{format}: no such format; choose one of {', '.join(FORMATS)}")
    given = dict(parameters or {})
    if timeout is None:
        return _analysed(store, analysis.name, given, format, most)
    return within(timeout, _analysed_at, store.path, analysis.name, given, format, most)


def table(store: Store, name: str, parameters: Mapping[str, str] | None = None) -> Table:
    """The answer to a question with a name, as columns and rows of plain values.

    Raises:
        InputError: there is no such question, or a parameter is wrong.
        QueryError: the query failed.
    """
    if name not in questions():
        raise InputError(f"{name}: no such question: `kgraph queries` lists them")
    found = answer(store, name, parameters)
    columns = tuple(msgspec.json.decode(found.data)["head"]["vars"])
    rows = [tuple(row.get(column, "") for column in columns) for row in found.rows()]
    return Table(columns, rows)


def analyse(store: Store, name: str, parameters: Mapping[str, str] | None = None) -> Findings:
    """What an analysis finds.

    Args:
        store: where.
        name: one of :data:`kgraph.analysis.registry.ANALYSES`.
        parameters: values of its parameters, by name.

    Raises:
        InputError: there is no such analysis, a parameter is wrong, or the graph holds no
            answer to it.
    """
    analysis: Analysis | None = ANALYSES.get(name)
    if analysis is None:
        raise InputError(f"{name}: no such analysis; choose one of {', '.join(ANALYSES)}")
    values = {
        known: resolved(store.shared, parameter, value)
        for known, (parameter, value) in arguments(
            name, analysis.parameters, parameters or {}
        ).items()
    }
    return analysis.run(store, values)


def _analysed_at(
    path: Path, name: str, given: Mapping[str, str], format: str | None, most: int | None
) -> Answer:
    """In a process of its own, with its own opening of the store."""
    return _analysed(Store(path), name, given, format, most)


def _analysed(
    store: Store, name: str, given: Mapping[str, str], format: str | None, most: int | None
) -> Answer:
    found = analyse(store, name, given).table()
    columns = [column.replace(" ", "_") for column in found.columns]
    rows = ([literal(cell) for cell in row] for row in found.rows)
    return written(solutions(columns, rows), format, most)
