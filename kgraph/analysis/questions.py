"""Every question with a name, whatever answers it, and the one way to ask it.

Takes a store and a question: SPARQL, or the name of a saved query or of an analysis. Gives an
:class:`Answer` in any format, or a :class:`Table`. Who lists questions or offers them to
programs need not know which are SPARQL and which are not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

import msgspec

from kgraph.analysis.registry import ANALYSES
from kgraph.analysis.result import Analysis, Findings
from kgraph.base.errors import InputError, UnknownNameError
from kgraph.base.text import shorten
from kgraph.query import FORMATS, Answer, Parameter, ask, saved_queries
from kgraph.query.evaluate import written
from kgraph.query.parameters import arguments, check_limit, resolved, taken_for
from kgraph.query.saved import Chart, SavedQuery
from kgraph.query.table import Table, literal, solutions
from kgraph.query.timeout import ProcessLimits, run_limited
from kgraph.store import Store

NEAR = 3
"""Names that an error offers for one that is not known."""

LIKE = 0.4
"""Likeness in [0, 1] from which a name is near (:func:`difflib.get_close_matches`): one word of
two is enough."""


class Question(msgspec.Struct, frozen=True):
    """A question with a name.

    Attributes:
        name: as ``kgraph query NAME`` takes it.
        summary: one sentence.
        answers: questions, as people ask them, that it answers.
        parameters: in order.
        example: a command that runs it.
        kind: ``query`` when SPARQL answers it, ``analysis`` when a program does.
        links: column -> what its values name (:mod:`kgraph.query.link_values`).
        chart: what of its answer is worth drawing, if anything.
        section: what it is about, one of :data:`kgraph.query.saved.SECTIONS`.
        most: rows that it gives at the most; 0 for any number.
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
    most: int = 0


def questions() -> dict[str, Question]:
    """All of them, by name."""
    found = [_question(query, "query") for query in saved_queries().values()]
    found += [_question(analysis, "analysis") for analysis in ANALYSES.values()]
    return {question.name: question for question in sorted(found, key=lambda q: q.name)}


def _question(of: SavedQuery | Analysis, kind: str) -> Question:
    return Question(
        of.name,
        of.summary,
        of.answers,
        of.parameters,
        of.example,
        kind,
        of.links,
        of.chart,
        of.section,
        of.most,
    )


def unknown(name: str, listed: str = "`kgraph queries` lists them") -> UnknownNameError:
    """The error that there is no question of that name, with near names.

    Args:
        name: as it was given.
        listed: where whoever asks finds all of them.
    """
    near = get_close_matches(name, questions(), NEAR, LIKE)
    hint = f"did you mean {', '.join(near)}? " if near else ""
    return UnknownNameError(f"{shorten(name)}: no such question: {hint}{listed}", near)


def is_name(question: str) -> bool:
    """Whether it can only be meant as a name: no SPARQL is one word without marks.

    >>> is_name("co-mentionned"), is_name("ASK {}"), is_name("DESCRIBE<x>")
    (True, False, False)
    """
    return re.fullmatch(r"[\w-]+", question.strip()) is not None


def answer(
    store: Store,
    question: str,
    parameters: Mapping[str, str] | None = None,
    *,
    format: str | None = None,
    timeout: float | None = None,
    memory: int = 0,
    limit: int | None = None,
) -> Answer:
    """Answer SPARQL, a saved query, or an analysis, as :func:`kgraph.query.ask` does.

    Args:
        store: what to ask.
        question: SPARQL 1.1 query text, or a name of :func:`questions`.
        parameters: values of its parameters, by name.
        format: one of :data:`kgraph.query.formats.FORMATS`; by default SPARQL JSON for
            solutions, Turtle for a graph.
        timeout: seconds after which it is stopped; None for no limit.
        memory: bytes that it may take, in a process of its own; 0 for any number.
        limit: rows or statements at the most. Of a question with a name it replaces the
            limit that the question has itself; of SPARQL it holds beside a LIMIT of the text.

    Returns:
        The answer; its ``more`` says whether a limit left something out.

    Raises:
        QueryError: the query is wrong, would leave the store, or passed its timeout.
        UnknownNameError: it is one word, and no question has that name.
        InputError: a parameter or the format is wrong.
    """
    analysis = ANALYSES.get(question.strip())
    if analysis is None:
        if is_name(question) and question.strip() not in saved_queries():
            raise unknown(question.strip())
        return ask(
            store, question, parameters, format=format, timeout=timeout, memory=memory, limit=limit
        )
    if format is not None and format not in FORMATS:
        raise InputError(f"{format}: no such format; choose one of {', '.join(FORMATS)}")
    given = dict(parameters or {})
    if timeout is None and not memory:
        return _analysed(store, analysis.name, given, format, limit)
    limits = ProcessLimits(math.inf if timeout is None else timeout, memory)
    return run_limited(store, limits, _analysed_at, analysis.name, given, format, limit)


def taken(store: Store, question: str, parameters: Mapping[str, str] | None = None) -> list[str]:
    """What a question's parameters were taken for, where it goes by another name.

    Args:
        store: what was asked.
        question: as :func:`answer` took it.
        parameters: values by name, as it took them.
    """
    known = questions().get(question.strip())
    return taken_for(store.shared, known.parameters, parameters or {}) if known else []


def table(store: Store, name: str, parameters: Mapping[str, str] | None = None) -> Table:
    """The answer to a question with a name, as columns and rows of plain values.

    Raises:
        InputError: there is no such question, or a parameter is wrong.
        QueryError: the query failed.
    """
    if name not in questions():
        raise unknown(name)
    found = answer(store, name, parameters)
    columns = tuple(msgspec.json.decode(found.data)["head"]["vars"])
    rows = [tuple(row.get(column, "") for column in columns) for row in found.rows()]
    return Table(columns, rows)


def analyse(
    store: Store,
    name: str,
    parameters: Mapping[str, str] | None = None,
    *,
    timeout: float | None = None,
    memory: int = 0,
    limit: int | None = None,
) -> Findings:
    """What an analysis finds.

    Args:
        store: where.
        name: one of :data:`kgraph.analysis.registry.ANALYSES`.
        parameters: values of its parameters, by name.
        timeout: seconds after which it is stopped; None for no limit.
        memory: bytes that it may take, in a process of its own; 0 for any number.
        limit: rows at the most, in place of the analysis's own limit.

    Raises:
        InputError: there is no such analysis, a parameter is wrong, or the graph holds no
            answer to it.
        QueryError: it passed its timeout.
    """
    analysis: Analysis | None = ANALYSES.get(name)
    if analysis is None and name in saved_queries():
        raise InputError(f"{name}: SPARQL answers this, no program does: ask `kgraph query {name}`")
    if analysis is None:
        raise unknown(name)
    check_limit(limit)
    if timeout is not None or memory:
        limits = ProcessLimits(math.inf if timeout is None else timeout, memory)
        return run_limited(store, limits, _found_at, name, dict(parameters or {}), limit)
    values = {
        known: resolved(store.shared, parameter, value)
        for known, (parameter, value) in arguments(
            name, analysis.parameters, parameters or {}
        ).items()
    }
    most = limit or analysis.most or None
    if analysis.counted_by:
        most = limit or int(str(values[analysis.counted_by]))
        values[analysis.counted_by] = most + 1  # by one more, it shows whether there are more
    found = analysis.run(store, values)
    return Findings(found.columns, found.rows[:most], most is not None and len(found.rows) > most)


def _found_at(
    place: tuple[Path, str], name: str, given: Mapping[str, str], limit: int | None
) -> Findings:
    """In a process of its own, with its own opening of the same build."""
    return analyse(Store(*place), name, given, limit=limit)


def _analysed_at(
    place: tuple[Path, str],
    name: str,
    given: Mapping[str, str],
    format: str | None,
    limit: int | None,
) -> Answer:
    """In a process of its own, with its own opening of the same build."""
    return _analysed(Store(*place), name, given, format, limit)


def _analysed(
    store: Store, name: str, given: Mapping[str, str], format: str | None, limit: int | None
) -> Answer:
    findings = analyse(store, name, given, limit=limit)
    columns, cells = findings.table()
    rows = ([literal(cell) for cell in row] for row in cells)
    answer = written(solutions(columns, rows), format)
    return msgspec.structs.replace(answer, more=findings.more)
