"""Tasks that need Python, run by :mod:`kgraph.server.workers.task_worker`.

A task is a plain value, so that it can be sent to a process and can be the key of a cached
reply. Its method ``run`` takes an open graph and returns a
:class:`kgraph.server.workers.messages.Reply`. A new task is a struct and an entry of :data:`Task`.
Modules that only a task needs are imported late, since the server imports this module too.
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import msgspec

from kgraph.base.errors import InputError, RequestError, StoreError
from kgraph.base.identity import load_shipped_identities
from kgraph.base.media import link_minute
from kgraph.graph.matcher import Matcher
from kgraph.query.formats import ANSWER_FORMATS, AnswerKind
from kgraph.search import Found, SearchRequest
from kgraph.search.filters import Facets, count_facets
from kgraph.search.request import run_search
from kgraph.search.search import filter_similar
from kgraph.search.similar import build_similar_query, find_document
from kgraph.search.suggest import suggest_things
from kgraph.server.workers.file_tasks import WriteAtlas, WriteExport
from kgraph.server.workers.messages import Reply, json_reply
from kgraph.store import layout
from kgraph.views import reconciliation
from kgraph.views.matching import MatchQuery, preview_entity
from kgraph.views.open_graph import OpenGraph


class RenderQuestion(msgspec.Struct, frozen=True, tag="show"):
    """Answer a named question for a page."""

    name: str
    parameters: dict[str, str]

    def run(self, graph: OpenGraph) -> Reply:
        from kgraph.analysis.presentation import render_answer

        return json_reply(render_answer(graph.store, self.name, self.parameters, graph.links))


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

        return json_reply(render_saved_query(graph.store, self.name, self.parameters))


class HitRecording(msgspec.Struct, frozen=True):
    """The recording of a hit.

    Attributes:
        recording: address of the recording, from ``minute`` on if that is known; "" if unknown.
        minute: about when a quote begins; None if unknown.
    """

    recording: str
    minute: int | None = None


class Searched(msgspec.Struct, frozen=True):
    """Hits of a search, and their facets.

    Attributes:
        found: the hits.
        facets: numbers of hits by kind, type, show and theme.
        recordings: those of the quotes and insights among the hits, by id.
    """

    found: Found
    facets: Facets
    recordings: dict[str, HitRecording] = {}


class RunSearch(msgspec.Struct, frozen=True, tag="search"):
    """Search, and count the matches by facet."""

    request: SearchRequest

    def run(self, graph: OpenGraph) -> Reply:
        hits = run_search(graph.index, self.request)
        facets = _count_hits(graph, self.request, hits)
        return json_reply(Searched(hits, facets, _find_recordings(graph, hits)))


def _count_hits(graph: OpenGraph, request: SearchRequest, hits: Found) -> Facets:
    """Count what fits a search that found some hits."""
    text, filters, query = hits.instead or request.q, request.to_filters(), None
    if request.mode == "similar":
        document = find_document(graph.index, text)
        query = build_similar_query(graph.index, document)
        if not query:
            return Facets(0)
        filters = filter_similar(filters, document)
    return count_facets(graph.index, text, filters, partial=bool(hits.partial), query=query)


def _find_recordings(graph: OpenGraph, hits: Found) -> dict[str, HitRecording]:
    """Return the recordings of hits that stand in an episode, by the hit's id."""
    recordings = {}
    for hit in hits.hits:
        if hit.episode and hit.kind in ("quote", "insight"):
            recording = graph.find_recording(hit.episode.slug)
            minute = recording.estimate_minute(hit.text) if hit.kind == "quote" else None
            if recording.address:
                address = link_minute(recording.address, minute)
                recordings[hit.id] = HitRecording(address, minute)
    return recordings


class SuggestNames(msgspec.Struct, frozen=True, tag="suggest"):
    """Complete the start of a name."""

    start: str
    kinds: tuple[str, ...] = ()

    def run(self, graph: OpenGraph) -> Reply:
        return json_reply(suggest_things(graph.index, self.start, self.kinds))


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
        except (OSError, RuntimeError) as error:  # the engine raises both
            raise StoreError(f"{columns}: {getattr(error, 'strerror', '') or error}") from error
        return json_reply(None)


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
        return json_reply(view.run(graph, request))


class PrepareViews(msgspec.Struct, frozen=True, tag="views"):
    """Load what most pages need, and what the slowest import, before a page waits for that.

    The loaded data stay until the next build, so collections of garbage leave them out. Networks
    have reference cycles: what is left of the last build is collected first.
    """

    def run(self, graph: OpenGraph) -> Reply:
        import kgraph.analysis.presentation
        import kgraph.views.registry  # noqa: F401
        from kgraph.analysis.co_mentions import EntityNetwork

        _ = (graph.lookup, graph.calendar, graph.index, graph.entity_weights, graph.store.columns)
        graph.links.find_id("theme", "")
        _ = EntityNetwork.cached_for(graph.shared).groups
        _ = load_shipped_identities().index
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        return json_reply(None)


class PrepareNames(msgspec.Struct, frozen=True, tag="prepare"):
    """Load the names of the graph and of the lexicon, so that the next task finds them."""

    def run(self, graph: OpenGraph) -> Reply:
        Matcher.cached_for(graph.shared)
        return json_reply(None)


class ReconcileNames(msgspec.Struct, frozen=True, tag="reconcile"):
    """Answer a batch of reconciliation queries, in order."""

    queries: tuple[MatchQuery, ...]

    def run(self, graph: OpenGraph) -> Reply:
        return json_reply(reconciliation.answer_queries(graph, self.queries))


class SuggestEntities(msgspec.Struct, frozen=True, tag="complete"):
    """Complete the start of an entity's name, as the reconciliation service does."""

    prefix: str
    offset: int
    limit: int

    def run(self, graph: OpenGraph) -> Reply:
        return json_reply(
            reconciliation.suggest_entities(graph, self.prefix, self.offset, self.limit)
        )


class ExtendEntities(msgspec.Struct, frozen=True, tag="extend"):
    """Return the values of properties, each with its limit, of some entities."""

    ids: tuple[str, ...]
    properties: tuple[tuple[str, int], ...]

    def run(self, graph: OpenGraph) -> Reply:
        return json_reply(reconciliation.extend_entities(graph, self.ids, self.properties))


class PreviewEntity(msgspec.Struct, frozen=True, tag="preview"):
    """Describe an entity in short: an :class:`~kgraph.views.matching.EntityPreview`, or null."""

    id: str

    def run(self, graph: OpenGraph) -> Reply:
        return json_reply(preview_entity(graph, self.id))


class PreparePreviews(msgspec.Struct, frozen=True, tag="previews"):
    """Load what the previews of a graph share, so that the next one finds it."""

    def run(self, graph: OpenGraph) -> Reply:
        from kgraph.judging.judgement_preview import open_built_decisions

        built = open_built_decisions(graph.store)
        return json_reply(bool(graph.lookup and built.knowledge))


class PreviewAnswer(msgspec.Struct, frozen=True, tag="judge"):
    """Preview an answer about a name: :class:`~kgraph.judging.answer_preview.AnswerPreview`."""

    answer: dict[str, str]  #: fields of :class:`~kgraph.judging.judge_answer.JudgeAnswer`
    file: str  #: of the judgements
    state: tuple[int, ...]  #: of the file: another content has another result

    def run(self, graph: OpenGraph) -> Reply:
        from kgraph.judging.answer_preview import preview_answer
        from kgraph.judging.judge_answer import JudgeAnswer
        from kgraph.resolve.judgements_file import load_judgements

        earlier = load_judgements(Path(self.file))
        return json_reply(
            preview_answer(graph.store, JudgeAnswer(**self.answer), earlier, self.file)
        )


class ListReviewCases(msgspec.Struct, frozen=True, tag="review"):
    """List names to judge, as a :class:`~kgraph.judging.review_queue.ReviewQueue`."""

    file: str  #: of the judgements
    state: tuple[int, ...]  #: of the file: another content has another result
    taken_for: str  #: type of most rows of the names; "" for any
    misheard: bool  #: only names that are probably another name
    all: bool  #: also names that are not worth a card
    limit: int

    def run(self, graph: OpenGraph) -> Reply:
        from kgraph.judging.review import load_review_queue

        types = (self.taken_for,) if self.taken_for else ()
        return json_reply(
            load_review_queue(
                graph.store.graph,
                self.file,
                types=types,
                misheard=self.misheard,
                limit=self.limit,
                all=self.all,
            )
        )


#: Any task.
Task = (
    RenderQuestion
    | RunQuestion
    | ExpandSavedQuery
    | RunSearch
    | SuggestNames
    | WriteExport
    | WriteAtlas
    | WriteColumns
    | QueryWithFunctions
    | RunView
    | PrepareViews
    | PrepareNames
    | ReconcileNames
    | SuggestEntities
    | ExtendEntities
    | PreviewEntity
    | PreparePreviews
    | PreviewAnswer
    | ListReviewCases
)
