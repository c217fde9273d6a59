"""Running a query: in a process of its own when it has a time limit."""

from __future__ import annotations

import multiprocessing
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import date
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path

import msgspec
import pyoxigraph
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, RdfFormat

from kgraph.errors import InputError, KgraphError, QueryError, QueryTimeoutError, UnknownNameError
from kgraph.ontology import PREFIXES, expand
from kgraph.query.formats import FORMATS, Kind
from kgraph.query.lookup import Lookup
from kgraph.query.saved import Parameter, saved_queries
from kgraph.query.text import bind, error_of, refuse_unsafe
from kgraph.search.functions import Matching
from kgraph.store import Store

_RESULTS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
_GRAPHS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "nquads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}
_DEFAULT: dict[Kind, str] = {"solutions": "json", "boolean": "json", "graph": "turtle"}

Term = NamedNode | Literal
Value = str | int | float | bool


class Answer(msgspec.Struct, frozen=True):
    """What a query gave.

    Attributes:
        kind: solutions, a boolean, or a graph.
        format: name of the format that ``data`` is in.
        data: the answer, written out.
    """

    kind: Kind
    format: str
    data: bytes

    def rows(self) -> list[dict[str, Value]]:
        """The solutions as plain values by variable; what is unbound is left out.

        Whole numbers, decimals and booleans become Python's; IRIs, dates and all else
        stay text.

        Raises:
            InputError: the answer is not SPARQL JSON solutions.
        """
        if (self.kind, self.format) != ("solutions", "json"):
            raise InputError(f"rows come from solutions in json, not {self.kind} in {self.format}")
        found = msgspec.json.decode(self.data)["results"]["bindings"]
        return [{name: _value(term) for name, term in row.items()} for row in found]


_CASTS: dict[str, Callable[[str], Value]] = {
    expand("xsd:integer"): int,
    expand("xsd:decimal"): float,
    expand("xsd:double"): float,
    expand("xsd:boolean"): lambda text: text == "true",
}


def _value(term: dict[str, str]) -> Value:
    return _CASTS.get(term.get("datatype", ""), str)(term["value"])


def ask(
    store: Store,
    question: str,
    parameters: Mapping[str, str] | None = None,
    *,
    format: str | None = None,
    timeout: float | None = None,
) -> Answer:
    """Answer a question.

    Args:
        store: what to ask.
        question: SPARQL 1.1 query text, or the name of a saved query. The prefixes of
            :data:`kgraph.ontology.PREFIXES` are known without being declared.
        parameters: values of a saved query's parameters, by name.
        format: one of :data:`kgraph.query.formats.FORMATS`; by default SPARQL JSON for
            solutions, Turtle for a graph.
        timeout: seconds after which the query is stopped; None for no limit.

    Raises:
        QueryError: the query is wrong, would leave the store, or passed its limit.
        InputError: a parameter or the format is wrong.
    """
    text = _prepared(store, question, dict(parameters or {}))
    refuse_unsafe(text)
    if format is not None and format not in FORMATS:
        raise InputError(f"{format}: no such format; choose one of {', '.join(FORMATS)}")
    if timeout is None:
        return _evaluate(store, text, format)
    return _within(timeout, store.path, text, format)


def _prepared(store: Store, question: str, given: dict[str, str]) -> str:
    saved = saved_queries().get(question.strip())
    if saved is None:
        if given:
            raise InputError("parameters go with a saved query: `kgraph queries` lists them")
        return question
    arguments = saved.arguments(given)
    terms = {name: str(_term(store, p, value)) for name, (p, value) in arguments.items()}
    return bind(saved.text, terms)


# -- parameters ----------------------------------------------------------------


def _term(store: Store, parameter: Parameter, value: str) -> Term:
    """The value as a term of the parameter's type.

    Raises:
        InputError: it is none.
    """
    try:
        return _MAKERS[parameter.type](store, value)
    except ValueError as error:
        raise InputError(f"{parameter.name}={value}: no {parameter.type} ({error})") from error


def _entity(store: Store, name: str) -> Term:
    return NamedNode(store.meta.base + Lookup(store.shared.entities).one(name).id)


def _episode(store: Store, name: str) -> Term:
    slug = name.removeprefix("episode/")
    for episode in store.graph:
        if slug == episode.slug or name in (file.file for file in episode.files):
            return NamedNode(store.meta.base + episode.id)
    raise UnknownNameError(f"{name}: no such episode: give its file name or its id")


def _day(store: Store, text: str) -> Term:
    return Literal(date.fromisoformat(text).isoformat())


def _number(store: Store, text: str) -> Term:
    return Literal(float(text))


def _integer(store: Store, text: str) -> Term:
    return Literal(int(text))


_MAKERS = {
    "entity": _entity,
    "episode": _episode,
    "text": lambda store, text: Literal(text),
    # A day is compared as text: ISO 8601 sorts, and dates and date-times mix.
    "date": _day,
    "number": _number,
    "integer": _integer,
}


# -- evaluation ----------------------------------------------------------------


def _evaluate(store: Store, text: str, format: str | None) -> Answer:
    matching = Matching(store)
    try:
        result = store.database.query(
            text,
            base_iri=store.meta.base,
            prefixes=PREFIXES,
            custom_functions=dict(matching.functions),
        )
        answer = _written(result, format)
    except SyntaxError as error:
        raise error_of(error, text) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the query failed: {error}") from error
    if matching.error is not None:
        raise matching.error
    return answer


def _written(
    result: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples,
    format: str | None,
) -> Answer:
    kind = _kind(result)
    name = format or _DEFAULT[kind]
    if kind not in FORMATS[name].kinds:
        fitting = [f.name for f in FORMATS.values() if kind in f.kinds]
        raise InputError(f"{name} cannot carry this answer: choose one of {', '.join(fitting)}")
    if isinstance(result, pyoxigraph.QueryTriples):
        data = pyoxigraph.serialize(result, format=_GRAPHS[name], prefixes=PREFIXES)
    else:
        data = result.serialize(format=_RESULTS[name])
    assert data is not None
    return Answer(kind, name, data)


def _kind(result: object) -> Kind:
    if isinstance(result, pyoxigraph.QueryTriples):
        return "graph"
    return "boolean" if isinstance(result, pyoxigraph.QueryBoolean) else "solutions"


def _context() -> BaseContext:
    # A fork starts in milliseconds, but is safe only from a process without threads.
    forks = sys.platform == "linux" and threading.active_count() == 1
    return multiprocessing.get_context("fork" if forks else "spawn")


def _within(seconds: float, path: Path, text: str, format: str | None) -> Answer:
    """Evaluate in a process that is killed when its time is up: the engine has no limit."""
    context = _context()
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(  # type: ignore[attr-defined]
        target=_answer, args=(sender, path, text, format), daemon=True
    )
    process.start()
    sender.close()
    try:
        if not receiver.poll(seconds):
            raise QueryTimeoutError(
                f"the query passed its limit of {seconds:g} s: narrow it, or raise --timeout"
            )
        answer: Answer | KgraphError = receiver.recv()
    except EOFError as error:
        raise QueryError(
            "the query's process was killed, perhaps for want of memory: add a LIMIT"
        ) from error
    finally:
        process.kill()
        process.join()
        receiver.close()
    if isinstance(answer, KgraphError):
        raise answer
    return answer


def _answer(sender: Connection, path: Path, text: str, format: str | None) -> None:
    """What the process does: its own opening of the store, one query, one message."""
    try:
        sender.send(_evaluate(Store(path), text, format))
    except KgraphError as error:
        sender.send(error)
