"""Load the named queries, and answer a named query or SPARQL text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from kgraph.analysis.registry import ANALYSES
from kgraph.base.errors import InputError, UnknownNameError
from kgraph.base.text import shorten
from kgraph.query import Answer, load_saved_queries, run_query
from kgraph.query.answer import check_answer_format, free_results, serialize_answer
from kgraph.query.named import FunctionSource, NamedQuery
from kgraph.query.parameters import check_row_limit, resolve_arguments
from kgraph.query.remarks import describe_substitutions
from kgraph.query.table import Findings, RowTable, make_literal, make_solutions
from kgraph.query.timeout import make_limits, run_on_store
from kgraph.store import Store

if TYPE_CHECKING:
    from kgraph.query.remote import RemoteGraph

MAX_NAME_SUGGESTIONS = 3  #: names that an error suggests for an unknown one

#: Similarity in [0, 1] from which a name is suggested (:func:`difflib.get_close_matches`); one
#: word of two is enough.
MIN_SUGGESTION_SIMILARITY = 0.4


@cache
def load_named_queries() -> Mapping[str, NamedQuery]:
    """Return the saved queries and the analyses, by name and in its order."""
    return dict(sorted((load_saved_queries() | ANALYSES).items()))


def unknown_query_error(
    name: str, list_hint: str = "`kgraph queries` lists them"
) -> UnknownNameError:
    """Return the error that no query has a name; it suggests near names, and ``list_hint``."""
    near = get_close_matches(
        name, load_named_queries(), MAX_NAME_SUGGESTIONS, MIN_SUGGESTION_SIMILARITY
    )
    hint = f"did you mean {', '.join(near)}? " if near else ""
    return UnknownNameError(
        f"{shorten(name) or repr(name)}: no such question: {hint}{list_hint}", near
    )


def is_query_name(question: str) -> bool:
    """Return whether a text must be a name: no SPARQL is one word without punctuation.

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
    """Answer SPARQL or any named query, with the arguments of :func:`kgraph.query.run_query`.

    Returns:
        The answer; its ``more`` says whether a limit left rows out.

    Raises:
        QueryError: the query is wrong, would leave the store, or passed a limit.
        UnknownNameError: the question is one word, and no named query.
        InputError: a parameter or the format is wrong.
    """
    name = question.strip()
    if name not in ANALYSES:
        if is_query_name(name) and name not in load_saved_queries():
            raise unknown_query_error(name)
        return run_query(
            store, question, parameters, format=format, timeout=timeout, memory=memory, limit=limit
        )
    check_answer_format(format)
    limits = make_limits(timeout, memory)
    return run_on_store(
        store, limits, _answer_analysis, name, dict(parameters or {}), format, limit
    )


def answer_remote_query(
    graph: RemoteGraph,
    question: str,
    parameters: Mapping[str, str] | None = None,
    *,
    format: str | None = None,
    limit: int | None = None,
) -> Answer:
    """Answer SPARQL or a saved query from an endpoint, as :func:`answer_query` does from a store.

    Raises:
        QueryError: as of :func:`~kgraph.query.remote.run_remote_query`.
        UnknownNameError: the question is one word, and no named query; or a name is unknown.
        InputError: the question is an analysis; a parameter or the format is wrong.
    """
    from kgraph.query.remote import run_remote_query

    name = question.strip()
    if name in ANALYSES:
        raise InputError(
            f"{name}: a program answers this from the records of a store, which an endpoint has "
            "not: ask the store, without --endpoint"
        )
    if is_query_name(name) and name not in load_saved_queries():
        raise unknown_query_error(name)
    return run_remote_query(graph, question, parameters, format=format, limit=limit)


def describe_query_substitutions(
    store: Store, question: str, parameters: Mapping[str, str] | None = None
) -> list[str]:
    """Report what :func:`answer_query` took parameters for, and why an analysis found nothing."""
    query = load_named_queries().get(question.strip())
    if query is None:
        return []
    given = parameters or {}
    remarks = describe_substitutions(store.shared, query.parameters, given)
    if isinstance(query.source, FunctionSource) and query.source.explain_empty:
        values = resolve_arguments(store.shared, query.name, query.parameters, given)
        counted = store.with_unlikely if values.get("unlikely") else store
        remarks += filter(None, [query.source.explain_empty(counted, values)])
    return remarks


def fetch_answer_table(
    store: Store, name: str, parameters: Mapping[str, str] | None = None
) -> RowTable:
    """Answer a named query as columns and rows of plain values, with "" for unbound ones."""
    answer = answer_query(store, name, parameters)
    columns, _ = answer.bindings()
    rows = [tuple(row.get(column, "") for column in columns) for row in answer.rows()]
    return RowTable(tuple(columns), rows)


def run_analysis(
    store: Store,
    name: str,
    parameters: Mapping[str, str] | None = None,
    *,
    timeout: float | None = None,
    memory: int = 0,
    limit: int | None = None,
) -> Findings:
    """Run one of :data:`kgraph.analysis.registry.ANALYSES`.

    The arguments are those of :func:`kgraph.query.run_query`; a limit replaces its own.

    Raises:
        InputError: there is no such analysis, a parameter is wrong, or the graph has no answer.
        QueryError: it passed a limit.
    """
    if name not in ANALYSES:
        if name in load_saved_queries():
            raise InputError(f"{name}: not an analysis: use `kgraph query {name}`")
        raise unknown_query_error(name)
    check_row_limit(limit)
    limits = make_limits(timeout, memory)
    return run_on_store(store, limits, _run_analysis, name, dict(parameters or {}), limit)


def _run_analysis(
    store: Store, name: str, arguments: Mapping[str, str], limit: int | None
) -> Findings:
    source = ANALYSES[name].source
    assert isinstance(source, FunctionSource)
    values = resolve_arguments(store.shared, name, ANALYSES[name].parameters, arguments)
    max_rows = limit or source.max_rows or None
    if source.count_parameter:
        max_rows = limit or int(str(values[source.count_parameter]))
        # One more row shows whether there are more.
        values[source.count_parameter] = max_rows + 1
    findings = source.run(store.with_unlikely if values.get("unlikely") else store, values)
    is_cut = max_rows is not None and len(findings.rows) > max_rows
    return Findings(findings.columns, findings.rows[:max_rows], is_cut)


@free_results
def _answer_analysis(
    store: Store, name: str, arguments: Mapping[str, str], format: str | None, limit: int | None
) -> Answer:
    findings = run_analysis(store, name, arguments, limit=limit)
    columns, cells = findings.table()
    rows = ([make_literal(cell) for cell in row] for row in cells)
    answer = serialize_answer(make_solutions(columns, rows), format)
    return msgspec.structs.replace(answer, more=findings.more)
