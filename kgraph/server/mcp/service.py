"""Runs the queries of agents within limits; returns tables of plain values.

On a store each query runs in a process of its own (:mod:`kgraph.query.timeout`), which is killed at
its time limit, and which the system stops at its memory limit. A pool of workers, as the HTTP
server has, would only cost memory: an agent asks now and then. An endpoint elsewhere has limits of
its own (:mod:`kgraph.server.mcp.endpoint_service`).
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec
import pyoxigraph
from anyio import from_thread

from kgraph.analysis import (
    NamedQuery,
    answer_query,
    describe_query_substitutions,
    load_named_queries,
)
from kgraph.analysis.questions import is_query_name, unknown_query_error
from kgraph.base.errors import InputError, QueryBusyError, QueryTimeoutError
from kgraph.query import Answer
from kgraph.query.term_hints import describe_unknown_terms
from kgraph.query.timeout import POLL_S, ProcessLimits, run_while
from kgraph.server.mcp.render import JsonCell, shorten_iri
from kgraph.store import Store
from kgraph.views.open_graph import CurrentGraph, OpenGraph

AGENT_QUEUE_TIMEOUT_S = 10.0  #: seconds that a query waits for others before it is refused

LIST_HINT = "list_questions lists all"


class AgentLimits(msgspec.Struct, frozen=True):
    """Limits of a query."""

    seconds: float = 20.0
    memory: int = 512 << 20  #: bytes
    at_once: int = 4  #: queries that run at the same time


class PlainTable(msgspec.Struct, frozen=True):
    """A table of plain values; ``more`` if it was cut, the rest as of an answer."""

    columns: tuple[str, ...]
    rows: list[list[JsonCell]]
    more: bool = False
    undated: int = 0
    empty_months: tuple[str, ...] = ()


class QueryService(ABC):
    """Runs queries, some at a time.

    Args:
        limits: of a query.
        queries: the named queries that it answers, by name.
    """

    def __init__(self, limits: AgentLimits, queries: Mapping[str, NamedQuery]) -> None:
        self.limits = limits
        self.queries = queries
        self._slots = threading.BoundedSemaphore(limits.at_once)

    def run_sparql(self, query: str, limit: int) -> PlainTable:
        """Run a SPARQL query and return at most ``limit`` rows or statements.

        Raises:
            QueryError: it is wrong, is refused, or exceeded a limit.
        """
        if query.strip() in load_named_queries():
            raise InputError(f"{query.strip()} is a question with a name: use ask_question")
        if is_query_name(query):
            raise unknown_query_error(query.strip(), LIST_HINT)
        return self._run(query, {}, limit)

    def run_question(self, name: str, parameters: Mapping[str, object]) -> PlainTable:
        """Run a named query and return all rows.

        Raises:
            InputError: there is no such query, or a parameter is wrong.
            QueryError: it exceeded a limit.
        """
        if name not in self.queries:
            raise unknown_query_error(name, LIST_HINT)
        try:
            return self._run(name, {key: str(value) for key, value in parameters.items()}, None)
        except InputError as error:
            raise InputError(
                f"{error}\nIt is asked as {format_signature(self.queries[name])}"
            ) from error

    def _run(self, query: str, parameters: dict[str, str], limit: int | None) -> PlainTable:
        end = time.monotonic() + AGENT_QUEUE_TIMEOUT_S
        while not self._slots.acquire(timeout=POLL_S):
            _check_cancelled()
            if time.monotonic() >= end:
                raise QueryBusyError(
                    f"{self.limits.at_once} questions are at work already: ask again in a moment",
                    5,
                )
        try:
            return self._answer(query, parameters, limit)
        except QueryTimeoutError as error:
            raise QueryTimeoutError(
                f"it took longer than {self.limits.seconds:g} s and was stopped: ask for less: "
                "name things instead of looking at all, count before you list, or use ask_question"
            ) from error
        finally:
            self._slots.release()

    @abstractmethod
    def _answer(self, query: str, parameters: dict[str, str], limit: int | None) -> PlainTable:
        """Answer a query or a named query, and return at most so many rows."""

    def describe_substitutions(self, name: str, parameters: Mapping[str, str]) -> list[str]:
        """Report what the parameters of a named query were taken for, where it has another name."""
        return []

    def describe_unknown_terms(self, query: str) -> list[str]:
        """Report terms of a query that the graph does not use, or the ontology does not declare."""
        return describe_unknown_terms(query)


class AgentService(QueryService):
    """Runs queries on the current graph of a store.

    Args:
        store: folder of the graph.
        limits: of a query.
    """

    def __init__(self, store: Path, limits: AgentLimits) -> None:
        super().__init__(limits, load_named_queries())
        self._current = CurrentGraph(store)

    def get_graph(self) -> OpenGraph:
        """Return the current graph.

        Raises:
            StoreError: there is none.
        """
        return self._current.get()

    def _answer(self, query: str, parameters: dict[str, str], limit: int | None) -> PlainTable:
        graph = self.get_graph()
        limits = ProcessLimits(self.limits.seconds, self.limits.memory)
        args = (graph.store.location, query, parameters, limit)
        answer = run_while(_check_cancelled, limits, _answer_in_process, *args)
        return answer_to_table(answer, graph.base)

    def describe_substitutions(self, name: str, parameters: Mapping[str, str]) -> list[str]:
        """Report what the parameters of a named query were taken for, where it has another name."""
        return describe_query_substitutions(self.get_graph().store, name, parameters)

    def describe_unknown_terms(self, query: str) -> list[str]:
        """Report terms of a query that the graph does not use, or the ontology does not declare."""
        return describe_unknown_terms(query, self.get_graph().store)


def _check_cancelled() -> None:
    with suppress(RuntimeError):  # raised in threads that are not the protocol library's
        from_thread.check_cancelled()


def _answer_in_process(
    location: tuple[Path, str, bool], query: str, parameters: dict[str, str], limit: int | None
) -> Answer:
    return answer_query(Store(*location), query, parameters, limit=limit)


def format_signature(query: NamedQuery) -> str:
    """Return a named query with its parameters on one line.

    >>> format_signature(load_named_queries()["clusters"])
    'clusters(minMembers: integer = 3, unlikely: flag = false)'
    """
    return f"{query.name}({', '.join(format_parameters(query))})"


def format_parameters(query: NamedQuery) -> list[str]:
    """Return each parameter of a named query with its type and default."""
    return [
        f"{p.name}: {p.type}" + ("" if p.default is None else f" = {p.default or repr('')}")
        for p in query.parameters
    ]


def answer_to_table(answer: Answer, base: str) -> PlainTable:
    """Return an answer of any kind (SPARQL JSON or Turtle) as a table, IRIs shortened."""
    if answer.kind == "graph":
        triples = pyoxigraph.parse(answer.data, format=pyoxigraph.RdfFormat.TURTLE)
        statements: list[list[JsonCell]] = [
            [_format_term(term, base) for term in (t.subject, t.predicate, t.object)]
            for t in triples
        ]
        return PlainTable(("subject", "predicate", "object"), statements, answer.more)
    document = msgspec.json.decode(answer.data)
    if answer.kind == "boolean":
        return PlainTable(("answer",), [[document["boolean"]]])
    columns = tuple(document["head"]["vars"])
    rows: list[list[JsonCell]] = []
    for values, terms in zip(answer.rows(), document["results"]["bindings"], strict=True):
        iris = {name for name, term in terms.items() if term["type"] == "uri"}
        rows.append(
            [
                shorten_iri(str(values[name]), base) if name in iris else values.get(name)
                for name in columns
            ]
        )
    return PlainTable(columns, rows, answer.more, answer.undated, answer.empty_months)


def _format_term(term: object, base: str) -> str:
    if isinstance(term, pyoxigraph.NamedNode):
        return shorten_iri(term.value, base)
    return term.value if isinstance(term, pyoxigraph.Literal) else str(term)
