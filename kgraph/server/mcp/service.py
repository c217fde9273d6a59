"""The questions of agents, put to the last whole graph, each within limits.

Takes a folder and what an agent asks, gives tables of plain values. Whatever an agent can
word itself (SPARQL, a question's parameters) runs in a process of its own, which is stopped
when it passes its time, and which the system stops when it passes its memory. It is the
process of :mod:`kgraph.query.timeout` and not a clerk of :mod:`kgraph.server`: one agent asks now and
then, and a process for each question costs it nothing while it does not ask.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pyoxigraph
from anyio import from_thread

from kgraph.analysis import NamedQuery, answer_query, load_named_queries
from kgraph.analysis.questions import is_query_name, unknown_query_error
from kgraph.base.errors import InputError, QueryBusyError, QueryTimeoutError
from kgraph.query import Answer
from kgraph.query.timeout import POLL_S, ProcessLimits, run_while
from kgraph.search import Index
from kgraph.server.mcp.format import JsonCell, shorten_iri
from kgraph.store import Store
from kgraph.store.current import CurrentGraph, Snapshot

AGENT_QUEUE_TIMEOUT_S = 10.0
"""Seconds that a question waits for others to end before it is refused."""

LIST_HINT = "list_questions tells all"
"""Where an agent finds the questions with a name."""


class AgentLimits(msgspec.Struct, frozen=True):
    """What a question may take.

    Attributes:
        seconds: how long it may be at work.
        memory: bytes of memory that it may take.
        at_once: how many may be at work together.
    """

    seconds: float = 20.0
    memory: int = 512 << 20
    at_once: int = 4


class PlainTable(msgspec.Struct, frozen=True):
    """A table of plain values; ``more`` when it was cut."""

    columns: tuple[str, ...]
    rows: list[list[JsonCell]]
    more: bool = False


class AgentService:
    """Where questions are put.

    Args:
        store: folder of the graph.
        limits: what a question may take.
    """

    def __init__(self, store: Path, limits: AgentLimits) -> None:
        self._limits = limits
        self._current = CurrentGraph(store)
        self._slots = threading.BoundedSemaphore(limits.at_once)
        self._index: tuple[str, Index] | None = None

    def snapshot(self) -> Snapshot:
        """The graph that answers now.

        Raises:
            StoreError: there is none.
        """
        return self._current.get()

    def index(self) -> Index:
        """Its full-text index."""
        snapshot = self.snapshot()
        if self._index is None or self._index[0] != snapshot.tag:
            self._index = snapshot.tag, Index(snapshot.store)
        return self._index[1]

    def run_sparql(self, query: str, most: int) -> PlainTable:
        """What a query gives, and no more rows or statements of it than so many.

        Raises:
            QueryError: it is wrong, is refused, or passed a limit.
        """
        if query.strip() in load_named_queries():
            raise InputError(f"{query.strip()} is a question with a name: use ask_question")
        if is_query_name(query):
            raise unknown_query_error(query.strip(), LIST_HINT)
        return self._run(query, {}, most)

    def run_question(self, name: str, parameters: Mapping[str, object]) -> PlainTable:
        """The whole answer to a question with a name.

        Raises:
            InputError: there is no such question, or a parameter is wrong.
            QueryError: it passed a limit.
        """
        known = load_named_queries()
        if name not in known:
            raise unknown_query_error(name, LIST_HINT)
        given = {key: str(value) for key, value in parameters.items()}
        try:
            return self._run(name, given, None)
        except InputError as error:
            raise InputError(f"{error}\nIt is asked as {format_signature(known[name])}") from error

    def _run(self, question: str, given: dict[str, str], most: int | None) -> PlainTable:
        self._acquire_slot()
        seconds = self._limits.seconds
        try:
            snapshot = self.snapshot()
            limits = ProcessLimits(seconds, self._limits.memory)
            order = (snapshot.store.location, question, given, most)
            return answer_to_table(
                run_while(_check_cancelled, limits, _answer_in_process, *order), snapshot.base
            )
        except QueryTimeoutError as error:
            raise QueryTimeoutError(
                f"it took longer than {seconds:g} s and was stopped: ask for less: name things "
                "instead of looking at all, count before you list, or use ask_question"
            ) from error
        finally:
            self._slots.release()

    def _acquire_slot(self) -> None:
        """Wait for room.

        Raises:
            QueryBusyError: there was none for :data:`AGENT_QUEUE_TIMEOUT_S`.
        """
        end = time.monotonic() + AGENT_QUEUE_TIMEOUT_S
        while not self._slots.acquire(timeout=POLL_S):
            _check_cancelled()
            if time.monotonic() >= end:
                raise QueryBusyError(
                    f"{self._limits.at_once} questions are at work already: ask again in a moment",
                    5,
                )


def _check_cancelled() -> None:
    """Stop, in a thread of the protocol's library, when the agent waits no more."""
    with suppress(RuntimeError):  # in any other thread, nobody can tell
        from_thread.check_cancelled()


def _answer_in_process(
    place: tuple[Path, str],
    question: str,
    given: dict[str, str],
    most: int | None,
) -> Answer:
    """In a process of its own, which asks the build that the answer is read with."""
    return answer_query(Store(*place), question, given, limit=most)


def format_signature(question: NamedQuery) -> str:
    """How a question is asked, on one line.

    >>> format_signature(load_named_queries()["clusters"])
    'clusters(minMembers: integer = 3)'
    """
    return f"{question.name}({', '.join(format_parameters(question))})"


def format_parameters(question: NamedQuery) -> Sequence[str]:
    """Its parameters, each with type and default."""
    return [
        f"{p.name}: {p.type}" + ("" if p.default is None else f" = {p.default or repr('')}")
        for p in question.parameters
    ]


def answer_to_table(given: Answer, base: str) -> PlainTable:
    """An answer of any kind as a table.

    Args:
        given: SPARQL JSON, or Turtle.
        base: of the graph's IRIs, which are given without it.
    """
    if given.kind == "graph":
        return PlainTable(
            ("subject", "predicate", "object"), _tabulate_triples(given.data, base), given.more
        )
    told = msgspec.json.decode(given.data)
    if given.kind == "boolean":
        return PlainTable(("answer",), [[told["boolean"]]])
    columns = tuple(told["head"]["vars"])
    rows = given.rows()
    kinds = [
        {name for name, term in row.items() if term["type"] == "uri"} for row in _bindings(told)
    ]
    return PlainTable(
        columns,
        [
            [_shorten_cell(row.get(c), c in iris, base) for c in columns]
            for row, iris in zip(rows, kinds, strict=True)
        ],
        given.more,
    )


def _bindings(told: dict[str, Any]) -> list[dict[str, dict[str, str]]]:
    bindings: list[dict[str, dict[str, str]]] = told["results"]["bindings"]
    return bindings


def _shorten_cell(value: JsonCell, is_iri: bool, base: str) -> JsonCell:
    return shorten_iri(str(value), base) if is_iri else value


def _tabulate_triples(turtle: bytes, base: str) -> list[list[JsonCell]]:
    found = pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE)
    return [
        [_format_term(term, base) for term in (t.subject, t.predicate, t.object)] for t in found
    ]


def _format_term(term: object, base: str) -> str:
    if isinstance(term, pyoxigraph.NamedNode):
        return shorten_iri(term.value, base)
    return term.value if isinstance(term, pyoxigraph.Literal) else str(term)
