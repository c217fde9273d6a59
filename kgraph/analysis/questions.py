"""Every question with a name, whatever answers it, and the one way to ask it.

Takes a store and a question: SPARQL, or the name of a saved query or of an analysis. Gives an
:class:`Answer` in any format, or a :class:`RowTable`. Who lists questions or offers them to
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
from kgraph.query import ANSWER_FORMATS, Answer, Parameter, load_saved_queries, run_query
from kgraph.query.evaluate import serialize_answer
from kgraph.query.parameters import (
    bind_arguments,
    check_row_limit,
    describe_substitutions,
    resolve_value,
)
from kgraph.query.saved import Chart, SavedQuery
from kgraph.query.table import RowTable, make_literal, make_solutions
from kgraph.query.timeout import ProcessLimits, run_on_store
from kgraph.store import Store

MAX_NAME_SUGGESTIONS = 3
"""Names that an error offers for one that is not known."""

MIN_SUGGESTION_SIMILARITY = 0.4
"""Likeness in [0, 1] from which a name is near (:func:`difflib.get_close_matches`): one word of
two is enough."""


class NamedQuery(msgspec.Struct, frozen=True):
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
        section: what it is about, one of :data:`kgraph.query.saved.QUESTION_SECTIONS`.
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


def load_named_queries() -> dict[str, NamedQuery]:
    """All of them, by name."""
    found = [_make_named_query(query, "query") for query in load_saved_queries().values()]
    found += [_make_named_query(analysis, "analysis") for analysis in ANALYSES.values()]
    return {question.name: question for question in sorted(found, key=lambda q: q.name)}


def _make_named_query(of: SavedQuery | Analysis, kind: str) -> NamedQuery:
    return NamedQuery(
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


def unknown_query_error(name: str, listed: str = "`kgraph queries` lists them") -> UnknownNameError:
    """The error that there is no question of that name, with near names.

    Args:
        name: as it was given.
        listed: where whoever asks finds all of them.
    """
    near = get_close_matches(
        name, load_named_queries(), MAX_NAME_SUGGESTIONS, MIN_SUGGESTION_SIMILARITY
    )
    hint = f"did you mean {', '.join(near)}? " if near else ""
    return UnknownNameError(f"{shorten(name)}: no such question: {hint}{listed}", near)


def is_query_name(question: str) -> bool:
    """Whether it can only be meant as a name: no SPARQL is one word without marks.

    >>> is_query_name("co-mentionned"), is_query_name("ASK {}"), is_query_name("DESCRIBE<x>")
    (True, False, False)
    """
    return re.fullmatch(r"[\w-]+", question.strip()) is not None


def answer_query(
    store: Store,
    question: str,
    parameters: Mapping[str, str] | None = None,
    *,
    format: str | None = None,
    timeout: float | None = None,
    memory: int = 0,
    limit: int | None = None,
) -> Answer:
    """Answer SPARQL, a saved query, or an analysis, as :func:`kgraph.query.run_query` does.

    Args:
        store: what to ask.
        question: SPARQL 1.1 query text, or a name of :func:`load_named_queries`.
        parameters: values of its parameters, by name.
        format: one of :data:`kgraph.query.formats.ANSWER_FORMATS`; by default SPARQL JSON for
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
        if is_query_name(question) and question.strip() not in load_saved_queries():
            raise unknown_query_error(question.strip())
        return run_query(
            store, question, parameters, format=format, timeout=timeout, memory=memory, limit=limit
        )
    if format is not None and format not in ANSWER_FORMATS:
        raise InputError(f"{format}: no such format; choose one of {', '.join(ANSWER_FORMATS)}")
    given = dict(parameters or {})
    if timeout is None and not memory:
        return _answer_analysis(store, analysis.name, given, format, limit)
    limits = ProcessLimits(math.inf if timeout is None else timeout, memory)
    return run_on_store(
        store, limits, _answer_analysis_in_process, analysis.name, given, format, limit
    )


def describe_query_substitutions(
    store: Store, question: str, parameters: Mapping[str, str] | None = None
) -> list[str]:
    """What a question's parameters were taken for, where it goes by another name.

    Args:
        store: what was asked.
        question: as :func:`answer_query` took it.
        parameters: values by name, as it took them.
    """
    known = load_named_queries().get(question.strip())
    return describe_substitutions(store.shared, known.parameters, parameters or {}) if known else []


def fetch_answer_table(
    store: Store, name: str, parameters: Mapping[str, str] | None = None
) -> RowTable:
    """The answer to a question with a name, as columns and rows of plain values.

    Raises:
        InputError: there is no such question, or a parameter is wrong.
        QueryError: the query failed.
    """
    if name not in load_named_queries():
        raise unknown_query_error(name)
    found = answer_query(store, name, parameters)
    columns = tuple(msgspec.json.decode(found.data)["head"]["vars"])
    rows = [tuple(row.get(column, "") for column in columns) for row in found.rows()]
    return RowTable(columns, rows)


def run_analysis(
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
    if analysis is None and name in load_saved_queries():
        raise InputError(f"{name}: SPARQL answers this, no program does: ask `kgraph query {name}`")
    if analysis is None:
        raise unknown_query_error(name)
    check_row_limit(limit)
    if timeout is not None or memory:
        limits = ProcessLimits(math.inf if timeout is None else timeout, memory)
        return run_on_store(
            store, limits, _run_analysis_in_process, name, dict(parameters or {}), limit
        )
    values = {
        known: resolve_value(store.shared, parameter, value)
        for known, (parameter, value) in bind_arguments(
            name, analysis.parameters, parameters or {}
        ).items()
    }
    most = limit or analysis.most or None
    if analysis.count_parameter:
        most = limit or int(str(values[analysis.count_parameter]))
        values[analysis.count_parameter] = most + 1  # by one more, it shows whether there are more
    found = analysis.run(store, values)
    return Findings(found.columns, found.rows[:most], most is not None and len(found.rows) > most)


def _run_analysis_in_process(
    place: tuple[Path, str], name: str, given: Mapping[str, str], limit: int | None
) -> Findings:
    """In a process of its own, with its own opening of the same build."""
    return run_analysis(Store(*place), name, given, limit=limit)


def _answer_analysis_in_process(
    place: tuple[Path, str],
    name: str,
    given: Mapping[str, str],
    format: str | None,
    limit: int | None,
) -> Answer:
    """In a process of its own, with its own opening of the same build."""
    return _answer_analysis(Store(*place), name, given, format, limit)


def _answer_analysis(
    store: Store, name: str, given: Mapping[str, str], format: str | None, limit: int | None
) -> Answer:
    findings = run_analysis(store, name, given, limit=limit)
    columns, cells = findings.table()
    rows = ([make_literal(cell) for cell in row] for row in cells)
    answer = serialize_answer(make_solutions(columns, rows), format)
    return msgspec.structs.replace(answer, more=findings.more)
