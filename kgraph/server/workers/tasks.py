"""Tasks that need Python, run by :mod:`kgraph.server.workers.task_worker`.

A task is a plain value, so that it can be sent to a process and can be the key of a cached
reply. Its method ``run`` takes an open graph and returns a
:class:`kgraph.server.workers.messages.Reply`. A new task is a struct and an entry of :data:`Task`.
Modules that only a task needs are imported late, since the server imports this module too.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from kgraph.base.errors import InputError, QueryTooLargeError, RequestError, StoreError
from kgraph.base.files import replace_file
from kgraph.graph.matcher import Matcher
from kgraph.query.formats import ANSWER_FORMATS, AnswerKind
from kgraph.search import Found, SearchRequest
from kgraph.search.filters import Facets, count_facets
from kgraph.search.request import run_search
from kgraph.search.suggest import suggest_things
from kgraph.server.http.negotiation import JSON
from kgraph.server.workers.messages import Reply
from kgraph.store import Store, layout
from kgraph.views import reconciliation
from kgraph.views.decisions import DecisionFilter, find_decisions
from kgraph.views.matching import MatchQuery, preview_entity
from kgraph.views.open_graph import OpenGraph

#: Level 1 of zlib gives a seventh of Turtle's size in a third of the time that writing takes
#: anyway; level 6 saves a fifth more and takes three times as long.
DOWNLOAD_GZIP_LEVEL = 1


def _json_result(value: object) -> Reply:
    return Reply("value", JSON, msgspec.json.encode(value))


class RenderQuestion(msgspec.Struct, frozen=True, tag="show"):
    """Answer a named question for a page."""

    name: str
    parameters: dict[str, str]

    def run(self, graph: OpenGraph) -> Reply:
        from kgraph.analysis.presentation import render_answer

        return _json_result(render_answer(graph.store, self.name, self.parameters, graph.links))


class RunQuestion(msgspec.Struct, frozen=True, tag="answer"):
    """Answer a named question in a format."""

    name: str
    parameters: dict[str, str]
    format: str

    def run(self, graph: OpenGraph) -> Reply:
        from kgraph.analysis.questions import answer_query

        answer = answer_query(graph.store, self.name, self.parameters, format=self.format)
        return Reply(answer.kind, ANSWER_FORMATS[answer.format].media_type, answer.data)


class ExpandSavedQuery(msgspec.Struct, frozen=True, tag="sparql"):
    """Return the SPARQL of a saved query, with its parameters filled in."""

    name: str
    parameters: dict[str, str]

    def run(self, graph: OpenGraph) -> Reply:
        from kgraph.query.evaluate import render_saved_query

        return _json_result(render_saved_query(graph.store, self.name, self.parameters))


class Searched(msgspec.Struct, frozen=True):
    """Hits of a search, and their facets."""

    found: Found
    facets: Facets


class RunSearch(msgspec.Struct, frozen=True, tag="search"):
    """Search, and count the matches by facet."""

    request: SearchRequest

    def run(self, graph: OpenGraph) -> Reply:
        hits = run_search(graph.index, self.request)
        facets = count_facets(
            graph.index,
            hits.instead or self.request.q,
            self.request.to_filters(),
            partial=bool(hits.partial),
        )
        return _json_result(Searched(hits, facets))


class SuggestNames(msgspec.Struct, frozen=True, tag="suggest"):
    """Complete the start of a name."""

    start: str
    kinds: tuple[str, ...] = ()

    def run(self, graph: OpenGraph) -> Reply:
        return _json_result(suggest_things(graph.index, self.start, self.kinds))


class ListDecisions(msgspec.Struct, frozen=True, tag="decide"):
    """List a page of the decisions."""

    kind: str
    filters: DecisionFilter
    offset: int = 0
    limit: int = 50

    def run(self, graph: OpenGraph) -> Reply:
        records = graph.store.graph
        return _json_result(
            find_decisions(records, self.kind, self.filters, self.offset, self.limit)
        )


class RowAccounting(msgspec.Struct, frozen=True, tag="account"):
    """Count the outcomes of all rows: the audit ``rows``, as rows of list, outcome and number."""

    def run(self, graph: OpenGraph) -> Reply:
        from kgraph.views.audit_tables import tabulate_rows

        return _json_result(list(tabulate_rows(graph.store.graph).rows))


class BoundedWriter(io.RawIOBase):
    """Output stream that counts its bytes and fails above a limit."""

    def __init__(self, out: BinaryIO, max_bytes: int) -> None:
        self._out = out
        self._max_bytes = max_bytes
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Write bytes.

        Raises:
            QueryTooLargeError: the limit was passed.
        """
        self.size += len(data)
        if self.size > self._max_bytes:
            raise QueryTooLargeError(
                f"the graph passed the limit of {self._max_bytes >> 20} MB for a file: "
                "use `kgraph export` where the store is"
            )
        self._out.write(data)
        return len(data)


def write_packed_file(path: Path, max_bytes: int, write: Callable[[BinaryIO], object]) -> int:
    """Pack what ``write`` writes into a gzip file (RFC 1952); return its unpacked size in bytes.

    The same contents give the same bytes: the gzip header holds neither time nor name.

    Raises:
        QueryTooLargeError: the unpacked size passed the limit.
    """
    with replace_file(path) as file:
        packed = gzip.GzipFile("", "wb", DOWNLOAD_GZIP_LEVEL, file, mtime=0)
        bounded = BoundedWriter(packed, max_bytes)  # type: ignore[arg-type]
        with packed, io.BufferedWriter(bounded, 1 << 20) as out:
            write(out)
    return bounded.size


def write_export_file(store: Store, format: str, profile: str, path: Path, max_bytes: int) -> int:
    """Export the graph into a gzip file, and return its unpacked size in bytes.

    Raises:
        InputError: format or profile is unknown.
        QueryTooLargeError: the unpacked size passed the limit.
    """
    from kgraph.export import export
    from kgraph.export.rdf import RdfContent

    content = RdfContent(profile)
    return write_packed_file(
        path,
        max_bytes,
        lambda out: export(store.graph, format, out, content=content, base=store.meta.base),
    )


class WriteExport(msgspec.Struct, frozen=True, tag="write"):
    """Write the graph into a file; the result is its unpacked size in bytes."""

    format: str
    profile: str  #: one of :data:`kgraph.rdf.PROFILES`
    path: str
    max_bytes: int

    def run(self, graph: OpenGraph) -> Reply:
        return _json_result(
            write_export_file(
                graph.store, self.format, self.profile, Path(self.path), self.max_bytes
            )
        )


class WriteAtlas(msgspec.Struct, frozen=True, tag="draw"):
    """Write the atlas, with links to the server's pages; the result is its size in bytes."""

    title: str
    path: str
    max_bytes: int

    def run(self, graph: OpenGraph) -> Reply:
        from kgraph.atlas import draw_atlas

        return _json_result(
            write_packed_file(
                Path(self.path),
                self.max_bytes,
                lambda out: draw_atlas(
                    graph.store.graph, out, title=self.title, base=graph.base, site="/"
                ),
            )
        )


class WriteColumns(msgspec.Struct, frozen=True, tag="hold"):
    """Write the graph's column index, unless it exists."""

    draft: str  #: name of the folder, beside the index, in which it is written until it is complete

    def run(self, graph: OpenGraph) -> Reply:
        from kgraph.accel.columns.writer import ensure_columns

        folder = graph.store.build
        columns = folder / layout.COLUMNS_FOLDER
        graph.store.verify_database()
        try:
            ensure_columns(str(folder / layout.DATABASE_FOLDER), columns, folder / self.draft)
        except OSError as error:
            raise StoreError(f"{columns}: {error.strerror or error}") from error
        return _json_result(None)


class QueryWithFunctions(msgspec.Struct, frozen=True, tag="match"):
    """Evaluate SPARQL that may call ``kg:matches``."""

    text: str  #: a query that was checked to be read-only
    formats: dict[AnswerKind, str]  #: kind of answer -> name of the wanted format

    def run(self, graph: OpenGraph) -> Reply:
        from kgraph.query.evaluate import evaluate_sparql

        try:
            answer = evaluate_sparql(graph.store, self.text, self.formats)
        except InputError as error:
            if error.parameter != "format":
                raise
            raise RequestError(406, f"{error}: accept another media type") from error
        return Reply(answer.kind, ANSWER_FORMATS[answer.format].media_type, answer.data)


class RunView(msgspec.Struct, frozen=True, tag="know"):
    """Run an operation of :data:`kgraph.views.registry.VIEW_OPERATIONS`."""

    name: str
    parameters: dict[str, Any]

    def run(self, graph: OpenGraph) -> Reply:
        from kgraph.views.registry import VIEW_OPERATIONS

        view = VIEW_OPERATIONS[self.name]
        request = msgspec.convert(self.parameters, view.parameters)
        return _json_result(view.run(graph, request))


class PrepareNames(msgspec.Struct, frozen=True, tag="prepare"):
    """Load the names of the graph and of the lexicon, so that the next task finds them."""

    def run(self, graph: OpenGraph) -> Reply:
        Matcher.cached_for(graph.shared)
        return _json_result(None)


class ReconcileNames(msgspec.Struct, frozen=True, tag="reconcile"):
    """Answer a batch of reconciliation queries, in order."""

    queries: tuple[MatchQuery, ...]

    def run(self, graph: OpenGraph) -> Reply:
        return _json_result(reconciliation.answer_queries(graph, self.queries))


class SuggestEntities(msgspec.Struct, frozen=True, tag="complete"):
    """Complete the start of an entity's name, as the reconciliation service does."""

    prefix: str
    offset: int
    limit: int

    def run(self, graph: OpenGraph) -> Reply:
        return _json_result(
            reconciliation.suggest_entities(graph, self.prefix, self.offset, self.limit)
        )


class ExtendEntities(msgspec.Struct, frozen=True, tag="extend"):
    """Return the values of properties, each with its limit, of some entities."""

    ids: tuple[str, ...]
    properties: tuple[tuple[str, int], ...]

    def run(self, graph: OpenGraph) -> Reply:
        return _json_result(reconciliation.extend_entities(graph, self.ids, self.properties))


class PreviewEntity(msgspec.Struct, frozen=True, tag="preview"):
    """Describe an entity in short: an :class:`~kgraph.views.matching.EntityPreview`, or null."""

    id: str

    def run(self, graph: OpenGraph) -> Reply:
        return _json_result(preview_entity(graph, self.id))


class PreparePreviews(msgspec.Struct, frozen=True, tag="previews"):
    """Load what the previews of a graph share, so that the next one finds it."""

    def run(self, graph: OpenGraph) -> Reply:
        from kgraph.views.judgement_preview import open_built_decisions

        built = open_built_decisions(graph.store)
        return _json_result(bool(graph.lookup and built.knowledge))


class PreviewAnswer(msgspec.Struct, frozen=True, tag="judge"):
    """Preview an answer about a name: :class:`~kgraph.views.answer_preview.AnswerPreview`."""

    answer: dict[str, str]  #: fields of :class:`~kgraph.views.judge_answer.JudgeAnswer`
    file: str  #: of the judgements
    version: str  #: of the file: another content has another result

    def run(self, graph: OpenGraph) -> Reply:
        from kgraph.resolve.judgements_file import load_judgements
        from kgraph.views.answer_preview import preview_answer
        from kgraph.views.judge_answer import JudgeAnswer

        earlier = load_judgements(Path(self.file))
        return _json_result(
            preview_answer(graph.store, JudgeAnswer(**self.answer), earlier, self.file)
        )


class ListReviewCases(msgspec.Struct, frozen=True, tag="review"):
    """List the names that a person should judge first, as :class:`~kgraph.views.review.Case`."""

    file: str  #: of the judgements
    version: str  #: of the file: another content has another result
    taken_for: str  #: type of most rows of the names; "" for any
    misheard: bool  #: only names that are probably another name
    limit: int

    def run(self, graph: OpenGraph) -> Reply:
        from kgraph.views.review import list_cases

        types = (self.taken_for,) if self.taken_for else ()
        records, misheard = graph.store.graph, self.misheard
        cases = list_cases(records, self.file, types=types, misheard=misheard, limit=self.limit)
        return _json_result(cases)


#: Any task.
Task = (
    RenderQuestion
    | RunQuestion
    | ExpandSavedQuery
    | RunSearch
    | SuggestNames
    | ListDecisions
    | RowAccounting
    | WriteExport
    | WriteAtlas
    | WriteColumns
    | QueryWithFunctions
    | RunView
    | PrepareNames
    | ReconcileNames
    | SuggestEntities
    | ExtendEntities
    | PreviewEntity
    | PreparePreviews
    | PreviewAnswer
    | ListReviewCases
)
