"""What takes Python to answer: the tasks of :mod:`kgraph.server.workers.task_worker`, one function each.

Takes an open graph and a task, gives a :class:`TaskResult`: bytes, and what
they are. A task is a plain value, so that it goes through a pipe and names its answer in
memory. A new one is a struct, a function and a row; what it needs is imported late, since the
server reads this file too.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from kgraph.base.errors import InputError, RequestError, StoreError
from kgraph.query.formats import ANSWER_FORMATS, AnswerKind
from kgraph.search import Filters, Found, search
from kgraph.search.facets import Facets, count_facets
from kgraph.search.suggest import suggest_things
from kgraph.server.workers.messages import ReplyKind
from kgraph.store import layout
from kgraph.views.decisions import DecisionFilter, Decisions, find_decisions
from kgraph.views.open_graph import OpenGraph

JSON = "application/json"


class TaskResult(msgspec.Struct, frozen=True):
    """An answer: what kind it is, what it is written in, and its bytes."""

    kind: ReplyKind
    media_type: str
    data: bytes


class RenderQuestion(msgspec.Struct, frozen=True, tag="show"):
    """Answer a question with a name, for a page: :func:`kgraph.analysis.presentation.render_answer`."""

    name: str
    parameters: dict[str, str]


class RunQuestion(msgspec.Struct, frozen=True, tag="answer"):
    """Answer a question with a name, in a format: :func:`kgraph.analysis.questions.answer_query`."""

    name: str
    parameters: dict[str, str]
    format: str


class ExpandSavedQuery(msgspec.Struct, frozen=True, tag="sparql"):
    """The SPARQL of a saved query, with its parameters: :func:`kgraph.query.evaluate.render_saved_query`."""

    name: str
    parameters: dict[str, str]


class RunSearch(msgspec.Struct, frozen=True, tag="search"):
    """Search, and count what fits: :func:`kgraph.search.search`, with its words."""

    text: str
    filters: Filters
    offset: int = 0
    limit: int = 20
    per_episode: int = 0


class Searched(msgspec.Struct, frozen=True):
    """What a search gave, and what fits it, counted."""

    found: Found
    facets: Facets


class SuggestNames(msgspec.Struct, frozen=True, tag="suggest"):
    """Names as one types them: :func:`kgraph.search.suggest.suggest_things`."""

    start: str
    kinds: tuple[str, ...] = ()


class ListDecisions(msgspec.Struct, frozen=True, tag="decide"):
    """A part of the decisions: :func:`kgraph.views.decisions.find_decisions`."""

    kind: str
    filters: DecisionFilter
    offset: int = 0
    limit: int = 50


class RowAccounting(msgspec.Struct, frozen=True, tag="account"):
    """What became of every row: the audit ``rows``, as rows of list, outcome and number."""


class WriteExport(msgspec.Struct, frozen=True, tag="write"):
    """Write the graph into a file: :func:`kgraph.export.export`.

    Attributes:
        format: name of a format.
        profile: ``full`` or ``edges``.
        path: of the file.
        limit: bytes that it may have.
    """

    format: str
    profile: str
    path: str
    limit: int


class WriteColumns(msgspec.Struct, frozen=True, tag="hold"):
    """Write the graph's columns, if there are none: :func:`kgraph.accel.columns.writer.ensure_columns`.

    Attributes:
        draft: name of a folder beside them, where they are written until they are whole.
    """

    draft: str


class QueryWithFunctions(msgspec.Struct, frozen=True, tag="match"):
    """Answer SPARQL that may call ``kg:matches``: :func:`kgraph.query.evaluate.evaluate_sparql`.

    Attributes:
        text: a query that was checked to be read-only.
        formats: kind of answer -> name of the format that it is wanted in.
    """

    text: str
    formats: dict[AnswerKind, str]


class RunView(msgspec.Struct, frozen=True, tag="know"):
    """Answer a question of :data:`kgraph.views.registry.VIEW_OPERATIONS`, by name.

    Attributes:
        name: of the question.
        asked: its parameters.
    """

    name: str
    parameters: dict[str, Any]


Task = (
    RenderQuestion
    | RunQuestion
    | ExpandSavedQuery
    | RunSearch
    | SuggestNames
    | ListDecisions
    | RowAccounting
    | WriteExport
    | WriteColumns
    | QueryWithFunctions
    | RunView
)


def execute_task(graph: OpenGraph, task: Task) -> TaskResult:
    """Do a task.

    Raises:
        KgraphError: whatever its function raises.
    """
    return _TASK_FUNCTIONS[type(task)](graph, task)


def _json_result(value: object) -> TaskResult:
    return TaskResult("value", JSON, msgspec.json.encode(value))


def _render_question(graph: OpenGraph, task: RenderQuestion) -> TaskResult:
    from kgraph.analysis.presentation import render_answer

    return _json_result(render_answer(graph.store, task.name, task.parameters, graph.links))


def _run_question(graph: OpenGraph, task: RunQuestion) -> TaskResult:
    from kgraph.analysis.questions import answer_query

    found = answer_query(graph.store, task.name, task.parameters, format=task.format)
    return TaskResult(found.kind, ANSWER_FORMATS[found.format].media_type, found.data)


def _expand_saved_query(graph: OpenGraph, task: ExpandSavedQuery) -> TaskResult:
    from kgraph.query.evaluate import render_saved_query

    return _json_result(render_saved_query(graph.store, task.name, task.parameters))


def _run_search(graph: OpenGraph, task: RunSearch) -> TaskResult:
    found = search(
        graph.index,
        task.text,
        task.filters,
        limit=task.limit,
        per_episode=task.per_episode,
        offset=task.offset,
    )
    counts = count_facets(
        graph.index, found.instead or task.text, task.filters, partial=bool(found.partial)
    )
    return _json_result(Searched(found, counts))


def _suggest_names(graph: OpenGraph, task: SuggestNames) -> TaskResult:
    return _json_result(suggest_things(graph.index, task.start, task.kinds))


def _list_decisions(graph: OpenGraph, task: ListDecisions) -> TaskResult:
    found: Decisions = find_decisions(
        graph.store.graph, task.kind, task.filters, task.offset, task.limit
    )
    return _json_result(found)


def _row_accounting(graph: OpenGraph, _: RowAccounting) -> TaskResult:
    from kgraph.views.audit_tables import tabulate_rows

    return _json_result(list(tabulate_rows(graph.store.graph).rows))


def _write_export(graph: OpenGraph, task: WriteExport) -> TaskResult:
    from kgraph.server.workers.write_export import write_export_file

    size = write_export_file(graph.store, task.format, task.profile, Path(task.path), task.limit)
    return _json_result(size)


def _write_columns(graph: OpenGraph, task: WriteColumns) -> TaskResult:
    from kgraph.accel.columns.writer import ensure_columns

    build = graph.store.build
    graph.store.verify_database()
    try:
        ensure_columns(
            str(build / layout.DATABASE_FOLDER), build / layout.COLUMNS_FOLDER, build / task.draft
        )
    except OSError as error:
        raise StoreError(f"{build / layout.COLUMNS_FOLDER}: {error.strerror or error}") from error
    return _json_result(None)


def _query_with_functions(graph: OpenGraph, task: QueryWithFunctions) -> TaskResult:
    from kgraph.query.evaluate import evaluate_sparql

    try:
        found = evaluate_sparql(graph.store, task.text, task.formats)
    except InputError as error:
        if error.parameter != "format":
            raise
        raise RequestError(406, f"{error}: accept another media type") from error
    return TaskResult(found.kind, ANSWER_FORMATS[found.format].media_type, found.data)


def _run_view(graph: OpenGraph, task: RunView) -> TaskResult:
    from kgraph.views.registry import VIEW_OPERATIONS

    fact = VIEW_OPERATIONS[task.name]
    return _json_result(fact.run(graph, msgspec.convert(task.parameters, fact.parameters)))


_TASK_FUNCTIONS: dict[type[Any], Callable[[OpenGraph, Any], TaskResult]] = {
    RenderQuestion: _render_question,
    RunQuestion: _run_question,
    ExpandSavedQuery: _expand_saved_query,
    RunSearch: _run_search,
    SuggestNames: _suggest_names,
    ListDecisions: _list_decisions,
    RowAccounting: _row_accounting,
    WriteExport: _write_export,
    WriteColumns: _write_columns,
    QueryWithFunctions: _query_with_functions,
    RunView: _run_view,
}
"""Task -> what does it."""
