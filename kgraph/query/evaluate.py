"""Evaluation of SPARQL and of saved queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import cast

import msgspec
import pyoxigraph

from kgraph.accel.rewrite import hash_joins
from kgraph.base.errors import InputError, QueryError
from kgraph.base.vocabulary import PREFIXES
from kgraph.graph import EpisodeSummary, SharedData
from kgraph.query.answer import (
    Answer,
    QueryResult,
    choose_formats,
    find_result_kind,
    free_results,
    serialize_answer,
)
from kgraph.query.formats import ANSWER_FORMATS, AnswerKind
from kgraph.query.named import SparqlSource
from kgraph.query.parameters import (
    ResolvedValue,
    check_row_limit,
    resolve_arguments,
    to_rdf_terms,
)
from kgraph.query.recording_column import ReadEpisodes, RecordingColumn
from kgraph.query.saved import get_sparql_source, load_saved_queries, strip_machine_lines
from kgraph.query.share_columns import ComputedColumns
from kgraph.query.sparql_text import (
    add_prefixes,
    bind_variables,
    check_no_from_clause,
    check_read_only,
    explain_syntax_error,
)
from kgraph.query.table import limit_per_value
from kgraph.query.timeout import make_limits, run_on_store
from kgraph.search.sparql_function import MatchesFunction
from kgraph.store import Store


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
    prepared = prepare_query(
        question, dict(parameters or {}), limit, lambda: store.shared, store.meta.base
    )
    check_read_only(prepared.text)
    check_no_from_clause(prepared.text)
    formats = choose_formats(format)
    limits = make_limits(timeout, memory)
    if limits is not None:  # a child process would open columns and count for one query alone
        prepared = msgspec.structs.replace(prepared, is_accelerated=False)
    return run_on_store(store, limits, _evaluate, prepared, formats)


def render_saved_query(store: Store, name: str, parameters: Mapping[str, str] | None = None) -> str:
    """Return the SPARQL of a saved query with its parameters bound and its prefixes declared.

    The text does not thin out rows (:class:`kgraph.query.named.RowThinning`), and does not compute
    columns (:mod:`kgraph.query.share_columns`).

    Raises:
        InputError: there is no such query, or a parameter is wrong.
    """
    source, arguments = get_sparql_source(name), parameters or {}
    text, _ = _bind_parameters(name, source, arguments, store.shared, store.meta.base)
    return add_prefixes(strip_machine_lines(text))


def render_unbound_query(name: str) -> str:
    """Return the SPARQL of a saved query with its parameters as variables."""
    return add_prefixes(strip_machine_lines(get_sparql_source(name).text))


class PreparedQuery(msgspec.Struct, frozen=True):
    """SPARQL that is ready to evaluate."""

    text: str
    thinning: tuple[str, int, int, str] | None = None  #: arguments of :func:`limit_per_value`
    computed: ComputedColumns | None = None  #: added after the rows are thinned out
    recordings: RecordingColumn | None = None  #: completed after the rows are thinned out
    max_rows: int | None = None  #: rows or statements; None for all
    default_graph_only: bool = False  #: whatever FROM says
    is_accelerated: bool = False  #: answered from columns or with hash joins where possible


def prepare_query(
    question: str,
    arguments: dict[str, str],
    limit: int | None,
    get_shared: Callable[[], SharedData],
    base: str,
) -> PreparedQuery:
    """Prepare SPARQL or a saved query.

    Args:
        question, limit: as of :func:`run_query`.
        arguments: of a saved query, by name.
        get_shared: gives the data in which names are looked up.
        base: base of the instances' IRIs.

    Raises:
        InputError: an argument or the limit is wrong.
    """
    check_row_limit(limit)
    name = question.strip()
    if name not in load_saved_queries():
        if arguments:
            raise InputError("parameters go with a saved query: `kgraph queries` lists them")
        return PreparedQuery(question, max_rows=limit, is_accelerated=True)
    source = get_sparql_source(name)
    max_rows = limit or source.max_rows or None
    if max_rows is not None:
        source = source.with_limit(max_rows + 1)  # one more row shows whether there are more
    text, values = _bind_parameters(name, source, arguments, get_shared(), base)
    thinning = None
    if keep := source.thinning:
        each, total = (int(str(values.get(word, word))) for word in (keep.each, keep.all))
        thinning = (keep.column, each, total, keep.once)
    return PreparedQuery(text, thinning, source.computed, source.recordings, max_rows)


def _bind_parameters(
    name: str, source: SparqlSource, arguments: Mapping[str, str], shared: SharedData, base: str
) -> tuple[str, dict[str, ResolvedValue]]:
    """Return the text of a saved query with its parameters bound, and their values."""
    parameters = load_saved_queries()[name].parameters
    values = resolve_arguments(shared, name, parameters, arguments)
    terms: dict[str, str] = {}
    for p in parameters:
        bound = to_rdf_terms(p.name, p.type, values[p.name], base)
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
    return _evaluate(store, PreparedQuery(text, default_graph_only=True), formats)


@free_results
def _evaluate(store: Store, prepared: PreparedQuery, formats: Mapping[AnswerKind, str]) -> Answer:
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
    try:
        if prepared.is_accelerated:
            result = hash_joins.evaluate(prepared.text, execute, store.count_solutions)
        else:
            result = execute(prepared.text)
        answer = complete_answer(
            result, prepared, formats, lambda: store.shared.summaries, store.read_episodes
        )
    except SyntaxError as error:
        raise explain_syntax_error(str(error.msg or error), prepared.text) from error
    except (OSError, RuntimeError, ValueError) as error:
        store.verify_database()
        raise QueryError(f"the query failed: {error}") from error
    if matches.error is not None:
        raise matches.error
    return answer


def complete_answer(
    result: QueryResult,
    prepared: PreparedQuery,
    formats: Mapping[AnswerKind, str],
    get_summaries: Callable[[], Mapping[str, EpisodeSummary]],
    read_episodes: ReadEpisodes | None = None,
) -> Answer:
    """Thin out the rows of a result, add computed columns, and write it.

    Args:
        formats: kind of answer -> name of a format.
        get_summaries: gives the episodes of the graph, by slug.
        read_episodes: reads their records; None where there are none, as at an endpoint.

    Raises:
        InputError: no format is accepted for its kind of answer.
    """
    undated = 0
    empty_months: tuple[str, ...] = ()
    if prepared.thinning and isinstance(result, pyoxigraph.QuerySolutions):
        result = limit_per_value(result, *prepared.thinning)
    if prepared.computed and isinstance(result, pyoxigraph.QuerySolutions):
        result, undated, empty_months = prepared.computed.complete(result, get_summaries)
    if prepared.recordings and read_episodes and isinstance(result, pyoxigraph.QuerySolutions):
        result = prepared.recordings.link_minutes(result, read_episodes)
    kind = find_result_kind(result)
    if kind not in formats:
        raise InputError(
            f"the query gives {kind}, which none of the accepted formats can carry",
            parameter="format",
        )
    answer = serialize_answer(result, formats[kind], prepared.max_rows)
    return msgspec.structs.replace(answer, undated=undated, empty_months=empty_months)
