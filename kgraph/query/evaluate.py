"""Evaluation of SPARQL and of saved queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from html import escape
from io import BytesIO
from itertools import islice
from typing import cast

import msgspec
import pyoxigraph
from pyoxigraph import QueryResultsFormat, RdfFormat

from kgraph.accel.rewrite import hash_joins
from kgraph.base import dataframes
from kgraph.base.errors import InputError, QueryError
from kgraph.base.text import pluralize
from kgraph.base.vocabulary import PREFIXES, expand_curie
from kgraph.base.xml import sanitize_xml
from kgraph.query.formats import ANSWER_FORMATS, AnswerKind, serialize_jsonld
from kgraph.query.named import SparqlSource
from kgraph.query.parameters import (
    ResolvedValue,
    check_row_limit,
    resolve_arguments,
    to_rdf_terms,
)
from kgraph.query.saved import get_sparql_source, load_saved_queries, strip_machine_lines
from kgraph.query.share_columns import ComputedColumns
from kgraph.query.sparql_text import (
    add_prefixes,
    bind_variables,
    check_no_from_clause,
    check_read_only,
    explain_syntax_error,
)
from kgraph.query.table import limit_per_value, take_rows
from kgraph.query.timeout import make_limits, run_on_store
from kgraph.search.sparql_function import MatchesFunction
from kgraph.store import Store

_DEFAULT_FORMATS: dict[AnswerKind, str] = {
    "solutions": "json",
    "boolean": "json",
    "graph": "turtle",
}

RowValue = str | int | float | bool
QueryResult = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples

#: Datatype -> the Python value of its text.
_CASTS: dict[str, Callable[[str], RowValue]] = {
    expand_curie("xsd:integer"): int,
    expand_curie("xsd:decimal"): float,
    expand_curie("xsd:double"): float,
    expand_curie("xsd:boolean"): lambda text: text == "true",
}


class Answer(msgspec.Struct, dataframes.TableMixin, frozen=True):
    """The serialized answer to a query.

    What reads rows raises :class:`kgraph.base.errors.InputError` if the answer is not solutions
    in SPARQL JSON.
    """

    kind: AnswerKind
    format: str  #: one of :data:`kgraph.query.formats.ANSWER_FORMATS`
    data: bytes
    more: bool = False  #: a limit left rows or statements out
    undated: int = 0  #: episodes that are in no row, since their date of publication is unknown

    def __repr__(self) -> str:
        more = ", and more" if self.more else ""
        return f"<Answer: {self.kind} as {self.format}, {len(self.data):,} bytes{more}>"

    def __bool__(self) -> bool:
        """Return the value of a boolean answer; True for any other."""
        return self.kind != "boolean" or b"true" in self.data  # in each of its formats

    def __iter__(self) -> Iterator[dict[str, RowValue]]:
        return iter(self.rows())

    def __len__(self) -> int:
        return len(self.bindings()[1])

    def rows(self) -> list[dict[str, RowValue]]:
        """Return the solutions as plain values by variable, without unbound variables.

        Integers, decimals, doubles and booleans become Python values. IRIs, dates and ill-typed
        literals stay text.
        """
        _, bindings = self.bindings()
        return [{name: _to_python(term) for name, term in row.items()} for row in bindings]

    def bindings(self) -> tuple[list[str], list[dict[str, dict[str, str]]]]:
        """Return the variables, and the terms of each row by variable, as SPARQL JSON has them."""
        if (self.kind, self.format) != ("solutions", "json"):
            advice = {"boolean": "use bool(answer)", "graph": "use answer.data"}
            raise InputError(
                f"rows come from solutions in json, not {self.kind} in {self.format}: "
                f"{advice.get(self.kind, 'use answer.data')}"
            )
        document = msgspec.json.decode(self.data)
        return document["head"]["vars"], document["results"]["bindings"]

    def _table(self) -> dataframes.TableData:
        columns, _ = self.bindings()
        return columns, ([row.get(name) for name in columns] for row in self.rows())

    def _repr_html_(self) -> str:
        """Return a table, or the text of an answer without rows, for a notebook."""
        if (self.kind, self.format) == ("solutions", "json"):
            return dataframes.TableMixin._repr_html_(self)
        return f"<pre>{escape(self.data.decode())}</pre>"


def describe_undated(episodes: int) -> str:
    """Return that some episodes are in no row of an answer.

    >>> describe_undated(4)
    '4 more episodes have no known date of publication'
    """
    verb = "has" if episodes == 1 else "have"
    return f"{pluralize(episodes, 'more episode')} {verb} no known date of publication"


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
    """Answer SPARQL or a saved query.

    Args:
        question: SPARQL 1.1, or the name of a saved query. The prefixes of
            :data:`kgraph.base.vocabulary.PREFIXES` need no declaration.
        parameters: of a saved query, by name.
        format: one of :data:`kgraph.query.formats.ANSWER_FORMATS`; by default SPARQL JSON, and
            Turtle for a graph.
        timeout: seconds after which the query is stopped; None for no limit.
        memory: bytes that a child process may use for it; 0 for no limit.
        limit: rows or statements of the answer. It replaces a saved query's own limit; in SPARQL
            a LIMIT of the text applies as well.

    Returns:
        The answer; its ``more`` says whether ``limit`` or a saved query's limit left rows out.

    Raises:
        QueryError: the query is wrong, would leave the store, or passed a limit.
        StoreError: the store is damaged.
        InputError: a parameter, the limit or the format is wrong.
    """
    check_row_limit(limit)
    prepared = _prepare_query(store, question, dict(parameters or {}), limit)
    check_read_only(prepared.text)
    check_no_from_clause(prepared.text)
    check_format(format)
    formats = dict.fromkeys(_DEFAULT_FORMATS, format) if format else _DEFAULT_FORMATS
    limits = make_limits(timeout, memory)
    if limits is not None:  # a child process would open columns and count for one query alone
        prepared = msgspec.structs.replace(prepared, is_accelerated=False)
    return run_on_store(store, limits, _evaluate, prepared, formats)


def check_format(name: str | None) -> None:
    """Check that a format is None or one of :data:`kgraph.query.formats.ANSWER_FORMATS`.

    Raises:
        InputError: there is no such format.
    """
    if name is not None and name not in ANSWER_FORMATS:
        raise InputError(f"{name}: no such format; choose one of {', '.join(ANSWER_FORMATS)}")


def render_saved_query(store: Store, name: str, parameters: Mapping[str, str] | None = None) -> str:
    """Return the SPARQL of a saved query with its parameters bound and its prefixes declared.

    The text does not thin out rows (:class:`kgraph.query.named.RowThinning`), and does not compute
    columns (:mod:`kgraph.query.share_columns`).

    Raises:
        InputError: there is no such query, or a parameter is wrong.
    """
    text, _ = _bind_parameters(store, name, get_sparql_source(name), parameters or {})
    return add_prefixes(strip_machine_lines(text))


def render_unbound_query(name: str) -> str:
    """Return the SPARQL of a saved query with its parameters as variables."""
    return add_prefixes(strip_machine_lines(get_sparql_source(name).text))


class _PreparedQuery(msgspec.Struct, frozen=True):
    """SPARQL that is ready to evaluate."""

    text: str
    thinning: tuple[str, int, int, str] | None = None  #: arguments of :func:`limit_per_value`
    computed: ComputedColumns | None = None  #: added after the rows are thinned out
    max_rows: int | None = None  #: rows or statements; None for all
    default_graph_only: bool = False  #: whatever FROM says
    is_accelerated: bool = False  #: answered from columns or with hash joins where possible


def _prepare_query(
    store: Store, question: str, arguments: dict[str, str], limit: int | None
) -> _PreparedQuery:
    name = question.strip()
    if name not in load_saved_queries():
        if arguments:
            raise InputError("parameters go with a saved query: `kgraph queries` lists them")
        return _PreparedQuery(question, max_rows=limit, is_accelerated=True)
    source = get_sparql_source(name)
    max_rows = limit or source.max_rows or None
    if max_rows is not None:
        source = source.with_limit(max_rows + 1)  # one more row shows whether there are more
    text, values = _bind_parameters(store, name, source, arguments)
    thinning = None
    if keep := source.thinning:
        each, total = (int(str(values.get(word, word))) for word in (keep.each, keep.all))
        thinning = (keep.column, each, total, keep.once)
    return _PreparedQuery(text, thinning, source.computed, max_rows)


def _bind_parameters(
    store: Store, name: str, source: SparqlSource, arguments: Mapping[str, str]
) -> tuple[str, dict[str, ResolvedValue]]:
    """Return the text of a saved query with its parameters bound, and their values."""
    parameters = load_saved_queries()[name].parameters
    values = resolve_arguments(store.shared, name, parameters, arguments)
    terms: dict[str, str] = {}
    for p in parameters:
        bound = to_rdf_terms(p.name, p.type, values[p.name], store.meta.base)
        terms |= {variable: str(term) for variable, term in bound.items()}
    return bind_variables(source.text, terms), values


# -- evaluation ----------------------------------------------------------------


def evaluate_sparql(store: Store, text: str, formats: Mapping[AnswerKind, str]) -> Answer:
    """Answer SPARQL in the format that is accepted for its kind of answer.

    Args:
        text: a query that was checked to be read-only
            (:func:`kgraph.query.sparql_text.check_read_only`) and to name no other graph.
        formats: kind of answer -> name of a format.

    Raises:
        QueryError: the query is wrong or failed.
        InputError: no format is accepted for its kind of answer (the error's parameter is
            ``format``), or the text of ``kg:matches`` has no word.
    """
    return _evaluate(store, _PreparedQuery(text, default_graph_only=True), formats)


def _evaluate(store: Store, prepared: _PreparedQuery, formats: Mapping[AnswerKind, str]) -> Answer:
    if prepared.is_accelerated and prepared.max_rows is None and store.columns is not None:
        media_types: dict[str, str] = {
            kind: ANSWER_FORMATS[name].media_type for kind, name in formats.items()
        }
        from_columns = store.columns.answer(prepared.text, PREFIXES, media_types)
        if from_columns is not None:
            kind = cast("AnswerKind", from_columns.kind)
            return Answer(kind, formats[kind], from_columns.data)
    matches = MatchesFunction(store)
    execute = partial(
        store.database.query,
        base_iri=store.meta.base,
        prefixes=PREFIXES,
        custom_functions=dict(matches.functions),
        default_graph=pyoxigraph.DefaultGraph() if prepared.default_graph_only else None,
        named_graphs=[] if prepared.default_graph_only else None,
    )
    result: QueryResult
    undated = 0
    try:
        if prepared.is_accelerated:
            result = hash_joins.evaluate(prepared.text, execute, store.count_solutions)
        else:
            result = execute(prepared.text)
        if prepared.thinning and isinstance(result, pyoxigraph.QuerySolutions):
            result = limit_per_value(result, *prepared.thinning)
        if prepared.computed and isinstance(result, pyoxigraph.QuerySolutions):
            result, undated = prepared.computed.complete(result, store.shared.summaries)
        kind = _kind_of(result)
        if kind not in formats:
            raise InputError(
                f"the query gives {kind}, which none of the accepted formats can carry",
                parameter="format",
            )
        answer = serialize_answer(result, formats[kind], prepared.max_rows)
    except SyntaxError as error:
        raise explain_syntax_error(str(error.msg or error), prepared.text) from error
    except (OSError, RuntimeError, ValueError) as error:
        store.verify_database()
        raise QueryError(f"the query failed: {error}") from error
    if matches.error is not None:
        raise matches.error
    return msgspec.structs.replace(answer, undated=undated)


def serialize_answer(
    result: QueryResult, format: str | None, max_rows: int | None = None
) -> Answer:
    """Write a result of the engine in a format.

    Args:
        format: name of a format; None for the default of the kind.
        max_rows: rows or statements; None for all.

    Raises:
        InputError: the format cannot carry the kind of answer.
    """
    kind = _kind_of(result)
    name = format or _DEFAULT_FORMATS[kind]
    check_format_carries(name, kind)
    media_type = ANSWER_FORMATS[name].media_type
    more = False
    data: bytes | None
    if isinstance(result, pyoxigraph.QueryTriples):
        data = serialize_triples(islice(result, max_rows), media_type)
        more = max_rows is not None and next(result, None) is not None
    else:
        if max_rows is not None and isinstance(result, pyoxigraph.QuerySolutions):
            result, more = take_rows(result, max_rows)
        results_format = QueryResultsFormat.from_media_type(media_type)
        assert results_format is not None
        data = result.serialize(format=results_format)
    assert data is not None
    return Answer(kind, name, sanitize_xml(data) if media_type.endswith("xml") else data, more)


def serialize_triples(triples: Iterable[pyoxigraph.Triple], media_type: str) -> bytes:
    """Write triples in the format of a media type, with our prefixes.

    Raises:
        InputError: the format cannot carry one of them.
    """
    out = BytesIO()
    if media_type == ANSWER_FORMATS["jsonld"].media_type:
        serialize_jsonld(triples, out, PREFIXES)
    else:
        format_ = RdfFormat.from_media_type(media_type)
        pyoxigraph.serialize(triples, out, format=format_, prefixes=PREFIXES)
    return out.getvalue()


def check_format_carries(name: str, kind: AnswerKind) -> None:
    """Check that a format can carry a kind of answer.

    Raises:
        InputError: it cannot.
    """
    if kind not in ANSWER_FORMATS[name].kinds:
        names = [f.name for f in ANSWER_FORMATS.values() if kind in f.kinds]
        raise InputError(f"{name} cannot carry this answer: choose one of {', '.join(names)}")


def _kind_of(result: QueryResult) -> AnswerKind:
    if isinstance(result, pyoxigraph.QueryTriples):
        return "graph"
    return "boolean" if isinstance(result, pyoxigraph.QueryBoolean) else "solutions"
