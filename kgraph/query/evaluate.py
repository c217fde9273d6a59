"""Running a query: SPARQL, or a saved one by its name."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from html import escape
from itertools import islice
from pathlib import Path

import msgspec
import pyoxigraph
from pyoxigraph import QueryResultsFormat, RdfFormat

from kgraph.base import dataframes
from kgraph.base.errors import InputError, QueryError
from kgraph.base.vocabulary import PREFIXES, expand_curie
from kgraph.base.xml import sanitize_xml
from kgraph.query.formats import ANSWER_FORMATS, AnswerKind
from kgraph.query.parameters import (
    ResolvedValue,
    bind_arguments,
    check_row_limit,
    resolve_value,
    to_rdf_terms,
)
from kgraph.query.saved import RowThinning, SavedQuery, load_saved_queries, strip_machine_lines
from kgraph.query.sparql_text import (
    add_prefixes,
    bind_variables,
    check_no_from_clause,
    check_read_only,
    convert_syntax_error,
)
from kgraph.query.table import limit_per_value, take_rows
from kgraph.query.timeout import ProcessLimits, run_on_store
from kgraph.search.sparql_function import MatchesFunction
from kgraph.store import Store

_RESULTS_FORMATS = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
_RDF_FORMATS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "nquads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}
_DEFAULT_FORMATS: dict[AnswerKind, str] = {
    "solutions": "json",
    "boolean": "json",
    "graph": "turtle",
}

RowValue = str | int | float | bool


class Answer(msgspec.Struct, dataframes.TableMixin, frozen=True):
    """What a query gave.

    Attributes:
        kind: solutions, a boolean, or a graph.
        format: name of the format that ``data`` is in.
        data: the answer, written out.
        more: it was cut: there are more rows or statements than were asked for.
    """

    kind: AnswerKind
    format: str
    data: bytes
    more: bool = False

    def __repr__(self) -> str:
        more = ", and more" if self.more else ""
        return f"<Answer: {self.kind} as {self.format}, {len(self.data):,} bytes{more}>"

    def __bool__(self) -> bool:
        """What a boolean says; anything else is an answer."""
        return self.kind != "boolean" or b"true" in self.data  # in each of its formats

    def __iter__(self) -> Iterator[dict[str, RowValue]]:
        """The rows, one after the other.

        Raises:
            InputError: the answer is not SPARQL JSON solutions: a boolean or a graph has no rows.
        """
        return iter(self.rows())

    def __len__(self) -> int:
        """How many rows there are.

        Raises:
            InputError: the answer is not SPARQL JSON solutions.
        """
        _, found = self._parse_solutions()
        return len(found)

    def rows(self) -> list[dict[str, RowValue]]:
        """The solutions as plain values by variable; what is unbound is left out.

        Whole numbers, decimals and booleans become Python's; IRIs, dates and all else
        stay text, and so does what is written as a number and is none.

        Raises:
            InputError: the answer is not SPARQL JSON solutions.
        """
        _, found = self._parse_solutions()
        return [{name: _to_python(term) for name, term in row.items()} for row in found]

    def _table(self) -> dataframes.TableData:
        """Variables, and plain values by row.

        Raises:
            InputError: the answer is not SPARQL JSON solutions.
        """
        columns, _ = self._parse_solutions()
        return columns, ([row.get(name) for name in columns] for row in self.rows())

    def _repr_html_(self) -> str:
        """What a notebook shows: a table, or the text of an answer of another kind."""
        if (self.kind, self.format) == ("solutions", "json"):
            return dataframes.TableMixin._repr_html_(self)
        return f"<pre>{escape(self.data.decode())}</pre>"

    def _parse_solutions(self) -> tuple[list[str], list[dict[str, dict[str, str]]]]:
        """Variables, and the terms of each row by variable."""
        if (self.kind, self.format) != ("solutions", "json"):
            move = {"boolean": "bool(answer) says it", "graph": "answer.data holds it"}
            raise InputError(
                f"rows come from solutions in json, not {self.kind} in {self.format}: "
                f"{move.get(self.kind, 'answer.data holds them')}"
            )
        told = msgspec.json.decode(self.data)
        return told["head"]["vars"], told["results"]["bindings"]


_CASTS: dict[str, Callable[[str], RowValue]] = {
    expand_curie("xsd:integer"): int,
    expand_curie("xsd:decimal"): float,
    expand_curie("xsd:double"): float,
    expand_curie("xsd:boolean"): lambda text: text == "true",
}


def _to_python(term: dict[str, str]) -> RowValue:
    text = term["value"]
    try:
        return _CASTS.get(term.get("datatype", ""), str)(text)
    except ValueError:  # ill-typed, which RDF 1.1 (Concepts, section 3.3) allows
        return text


def run_query(
    store: Store,
    question: str,
    parameters: Mapping[str, str] | None = None,
    *,
    format: str | None = None,
    timeout: float | None = None,
    memory: int = 0,
    limit: int | None = None,
) -> Answer:
    """Answer a question.

    Args:
        store: what to ask.
        question: SPARQL 1.1 query text, or the name of a saved query. The prefixes of
            :data:`kgraph.base.vocabulary.PREFIXES` are known without being declared.
        parameters: values of a saved query's parameters, by name.
        format: one of :data:`kgraph.query.formats.ANSWER_FORMATS`; by default SPARQL JSON for
            solutions, Turtle for a graph.
        timeout: seconds after which the query is stopped; None for no limit.
        memory: bytes that it may take, in a process of its own; 0 for any number.
        limit: rows or statements at the most. Of a saved query it replaces the limit that the
            query has itself; of SPARQL it holds beside a LIMIT of the text.

    Returns:
        The answer; its ``more`` says whether a limit left something out, but for a LIMIT in
        SPARQL that the caller wrote.

    Raises:
        QueryError: the query is wrong, would leave the store, or passed a limit.
        StoreError: the store is damaged.
        InputError: a parameter, the limit or the format is wrong.
    """
    check_row_limit(limit)
    prepared = _prepare_query(store, question, dict(parameters or {}), limit)
    check_read_only(prepared.text)
    check_no_from_clause(prepared.text)
    if format is not None and format not in ANSWER_FORMATS:
        raise InputError(f"{format}: no such format; choose one of {', '.join(ANSWER_FORMATS)}")
    if timeout is None and not memory:
        return _evaluate(store, prepared, format)
    limits = ProcessLimits(math.inf if timeout is None else timeout, memory)
    return run_on_store(store, limits, _evaluate_in_process, prepared, format)


def render_saved_query(store: Store, name: str, parameters: Mapping[str, str] | None = None) -> str:
    """The SPARQL of a saved query with its parameters in place and its prefixes declared.

    Its rows are not thinned out, which SPARQL does not say (:class:`kgraph.query.saved.RowThinning`).

    Raises:
        InputError: there is no such query, or a parameter is wrong.
    """
    saved = load_saved_queries().get(name)
    if saved is None:
        raise InputError(f"{name}: no such saved query: `kgraph queries` lists them")
    return add_prefixes(
        strip_machine_lines(_bind_parameters(store, saved, dict(parameters or {}))[0])
    )


def render_unbound_query(name: str) -> str:
    """The SPARQL of a saved query with its parameters as variables, for who has no graph yet."""
    return add_prefixes(strip_machine_lines(load_saved_queries()[name].text))


class _PreparedQuery(msgspec.Struct, frozen=True):
    """A query that can be evaluated.

    Attributes:
        text: SPARQL with its parameters bound.
        thin: what :func:`limit_per_value` takes when its rows are thinned out.
        most: rows or statements that are given; None for all.
        own_graph: the default graph is asked whatever FROM says.
    """

    text: str
    row_limit: tuple[str, int, int, str] | None = None
    max_rows: int | None = None
    default_graph_only: bool = False


def _prepare_query(
    store: Store, question: str, given: dict[str, str], limit: int | None = None
) -> _PreparedQuery:
    saved = load_saved_queries().get(question.strip())
    if saved is None:
        if given:
            raise InputError("parameters go with a saved query: `kgraph queries` lists them")
        return _PreparedQuery(question, max_rows=limit)
    most = limit or saved.most or None
    if most is not None:
        saved = saved.with_limit(most + 1)  # by one more, it shows whether there are more
    text, values = _bind_parameters(store, saved, given)
    return _PreparedQuery(text, _resolve_row_limit(saved.keep, values), most)


def _bind_parameters(
    store: Store, saved: SavedQuery, given: dict[str, str]
) -> tuple[str, dict[str, ResolvedValue]]:
    """The text of a saved query with its parameters in place, and their values."""
    values: dict[str, ResolvedValue] = {}
    bound: dict[str, str] = {}
    for name, (parameter, text) in bind_arguments(saved.name, saved.parameters, given).items():
        values[name] = resolve_value(store.shared, parameter, text)
        found = to_rdf_terms(name, parameter.type, values[name], store.meta.base)
        bound |= {variable: str(term) for variable, term in found.items()}
    return bind_variables(saved.text, bound), values


def _resolve_row_limit(
    keep: RowThinning | None, values: Mapping[str, ResolvedValue]
) -> tuple[str, int, int, str] | None:
    """What a query's ``keep`` says, with its parameters' values."""
    if keep is None:
        return None
    each, most = (int(str(values.get(word, word))) for word in (keep.each, keep.all))
    return keep.column, each, most, keep.once


# -- evaluation ----------------------------------------------------------------


def evaluate_sparql(store: Store, text: str, formats: Mapping[AnswerKind, str]) -> Answer:
    """Answer SPARQL in the format that its kind of answer is wanted in.

    Args:
        store: what to ask.
        text: a query that was checked to be read-only (:func:`kgraph.query.sparql_text.check_read_only`)
            and to name no other graph.
        formats: kind of answer -> name of a format.

    Raises:
        QueryError: the query is wrong or failed.
        InputError: its answer is of a kind that no format is wanted of (its parameter is
            ``format``), or the words of ``kg:matches`` have no word.
    """
    return _evaluate(store, _PreparedQuery(text, default_graph_only=True), formats)


def _evaluate_in_process(
    place: tuple[Path, str], prepared: _PreparedQuery, format: str | None
) -> Answer:
    """In a process of its own, with its own opening of the build that gave names their ids."""
    return _evaluate(Store(*place), prepared, format)


def _evaluate(
    store: Store, prepared: _PreparedQuery, wanted: str | Mapping[AnswerKind, str] | None
) -> Answer:
    matching = MatchesFunction(store)
    try:
        result = _execute(store, prepared, matching)
        if prepared.row_limit and isinstance(result, pyoxigraph.QuerySolutions):
            result = limit_per_value(result, *prepared.row_limit)
        answer = serialize_answer(result, _choose_format(result, wanted), prepared.max_rows)
    except SyntaxError as error:
        raise convert_syntax_error(error, prepared.text) from error
    except (OSError, RuntimeError, ValueError) as error:
        store.verify_database()
        raise QueryError(f"the query failed: {error}") from error
    if matching.error is not None:
        raise matching.error
    return answer


def _execute(
    store: Store, prepared: _PreparedQuery, matching: MatchesFunction
) -> pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples:
    result: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples
    result = store.database.query(
        prepared.text,
        base_iri=store.meta.base,
        prefixes=PREFIXES,
        custom_functions=dict(matching.functions),
        default_graph=pyoxigraph.DefaultGraph() if prepared.default_graph_only else None,
        named_graphs=[] if prepared.default_graph_only else None,
    )
    return result


def _choose_format(result: object, wanted: str | Mapping[AnswerKind, str] | None) -> str | None:
    if wanted is None or isinstance(wanted, str):
        return wanted
    kind = _kind_of(result)
    if kind not in wanted:
        raise InputError(
            f"the query gives {kind}, which none of the accepted formats can carry",
            parameter="format",
        )
    return wanted[kind]


def serialize_answer(
    result: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples,
    format: str | None,
    most: int | None = None,
) -> Answer:
    """What the engine found as an answer in a format.

    Args:
        result: what it found, not looked at yet.
        format: name of a format; None for the kind's usual one.
        most: rows or statements at the most; None for all.

    Raises:
        InputError: the format cannot carry it.
    """
    kind = _kind_of(result)
    name = format or _DEFAULT_FORMATS[kind]
    check_format_carries(name, kind)
    more = False
    if isinstance(result, pyoxigraph.QueryTriples):
        data = pyoxigraph.serialize(
            islice(result, most), format=_RDF_FORMATS[name], prefixes=PREFIXES
        )
        more = most is not None and next(result, None) is not None
    else:
        if most is not None and isinstance(result, pyoxigraph.QuerySolutions):
            result, more = take_rows(result, most)
        data = result.serialize(format=_RESULTS_FORMATS[name])
    assert data is not None
    return Answer(
        kind,
        name,
        sanitize_xml(data) if ANSWER_FORMATS[name].media_type.endswith("xml") else data,
        more,
    )


def check_format_carries(name: str, kind: AnswerKind) -> None:
    """Let only formats through that can carry an answer of that kind.

    Raises:
        InputError: the format cannot.
    """
    if kind not in ANSWER_FORMATS[name].kinds:
        fitting = [f.name for f in ANSWER_FORMATS.values() if kind in f.kinds]
        raise InputError(f"{name} cannot carry this answer: choose one of {', '.join(fitting)}")


def _kind_of(result: object) -> AnswerKind:
    if isinstance(result, pyoxigraph.QueryTriples):
        return "graph"
    return "boolean" if isinstance(result, pyoxigraph.QueryBoolean) else "solutions"
