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

from kgraph.analysis import Question, answer, questions
from kgraph.analysis.questions import is_name, unknown
from kgraph.base.errors import InputError, QueryBusyError, QueryTimeoutError
from kgraph.query import Answer
from kgraph.query.timeout import LOOK, ProcessLimits, within_while
from kgraph.search import Index
from kgraph.server.mcp.format import Cell, short
from kgraph.store import Store
from kgraph.store.current import Current, Snapshot

PATIENCE = 10.0
"""Seconds that a question waits for others to end before it is refused."""

LISTED = "list_questions tells all"
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


class Rows(msgspec.Struct, frozen=True):
    """A table of plain values; ``more`` when it was cut."""

    columns: tuple[str, ...]
    rows: list[list[Cell]]
    more: bool = False


class Asker:
    """Where questions are put.

    Args:
        store: folder of the graph.
        limits: what a question may take.
    """

    def __init__(self, store: Path, limits: AgentLimits) -> None:
        self._limits = limits
        self._current = Current(store)
        self._room = threading.BoundedSemaphore(limits.at_once)
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

    def sparql(self, query: str, most: int) -> Rows:
        """What a query gives, and no more rows or statements of it than so many.

        Raises:
            QueryError: it is wrong, is refused, or passed a limit.
        """
        if query.strip() in questions():
            raise InputError(f"{query.strip()} is a question with a name: use ask_question")
        if is_name(query):
            raise unknown(query.strip(), LISTED)
        return self._found(query, {}, most)

    def question(self, name: str, parameters: Mapping[str, object]) -> Rows:
        """The whole answer to a question with a name.

        Raises:
            InputError: there is no such question, or a parameter is wrong.
            QueryError: it passed a limit.
        """
        known = questions()
        if name not in known:
            raise unknown(name, LISTED)
        given = {key: str(value) for key, value in parameters.items()}
        try:
            return self._found(name, given, None)
        except InputError as error:
            raise InputError(f"{error}\nIt is asked as {signature(known[name])}") from error

    def _found(self, question: str, given: dict[str, str], most: int | None) -> Rows:
        self._enter()
        seconds = self._limits.seconds
        try:
            snapshot = self.snapshot()
            limits = ProcessLimits(seconds, self._limits.memory)
            order = (snapshot.store.place, question, given, most)
            return found(within_while(_go_on, limits, _answered, *order), snapshot.base)
        except QueryTimeoutError as error:
            raise QueryTimeoutError(
                f"it took longer than {seconds:g} s and was stopped: ask for less: name things "
                "instead of looking at all, count before you list, or use ask_question"
            ) from error
        finally:
            self._room.release()

    def _enter(self) -> None:
        """Wait for room.

        Raises:
            QueryBusyError: there was none for :data:`PATIENCE`.
        """
        end = time.monotonic() + PATIENCE
        while not self._room.acquire(timeout=LOOK):
            _go_on()
            if time.monotonic() >= end:
                raise QueryBusyError(
                    f"{self._limits.at_once} questions are at work already: ask again in a moment",
                    5,
                )


def _go_on() -> None:
    """Stop, in a thread of the protocol's library, when the agent waits no more."""
    with suppress(RuntimeError):  # in any other thread, nobody can tell
        from_thread.check_cancelled()


def _answered(
    place: tuple[Path, str],
    question: str,
    given: dict[str, str],
    most: int | None,
) -> Answer:
    """In a process of its own, which asks the build that the answer is read with."""
    return answer(Store(*place), question, given, limit=most)


def signature(question: Question) -> str:
    """How a question is asked, on one line.

    >>> signature(questions()["clusters"])
    'clusters(least: integer = 3)'
    """
    return f"{question.name}({', '.join(parameters(question))})"


def parameters(question: Question) -> Sequence[str]:
    """Its parameters, each with type and default."""
    return [
        f"{p.name}: {p.type}" + ("" if p.default is None else f" = {p.default or repr('')}")
        for p in question.parameters
    ]


def found(given: Answer, base: str) -> Rows:
    """An answer of any kind as a table.

    Args:
        given: SPARQL JSON, or Turtle.
        base: of the graph's IRIs, which are given without it.
    """
    if given.kind == "graph":
        return Rows(("subject", "predicate", "object"), _statements(given.data, base), given.more)
    told = msgspec.json.decode(given.data)
    if given.kind == "boolean":
        return Rows(("answer",), [[told["boolean"]]])
    columns = tuple(told["head"]["vars"])
    rows = given.rows()
    kinds = [{name for name, term in row.items() if term["type"] == "uri"} for row in _terms(told)]
    return Rows(
        columns,
        [
            [_cell(row.get(c), c in iris, base) for c in columns]
            for row, iris in zip(rows, kinds, strict=True)
        ],
        given.more,
    )


def _terms(told: dict[str, Any]) -> list[dict[str, dict[str, str]]]:
    bindings: list[dict[str, dict[str, str]]] = told["results"]["bindings"]
    return bindings


def _cell(value: Cell, is_iri: bool, base: str) -> Cell:
    return short(str(value), base) if is_iri else value


def _statements(turtle: bytes, base: str) -> list[list[Cell]]:
    found = pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE)
    return [[_shown(term, base) for term in (t.subject, t.predicate, t.object)] for t in found]


def _shown(term: object, base: str) -> str:
    if isinstance(term, pyoxigraph.NamedNode):
        return short(term.value, base)
    return term.value if isinstance(term, pyoxigraph.Literal) else str(term)
