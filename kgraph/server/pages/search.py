"""The search page: hits with matches marked, facets with counts, and the filters as a form."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import InputError, KgraphError, UnresolvedNameError
from kgraph.base.text import local_id, parse_bound
from kgraph.search import HIT_KINDS, SearchRequest
from kgraph.search.filters import FILTER_TYPES, KINDS_BY_FILTER, FacetCount
from kgraph.search.request import (
    DEFAULT_HITS_PER_EPISODE,
    MAX_HITS_PER_EPISODE,
    ShortText,
)
from kgraph.search.search import SearchMode
from kgraph.server.html.forms import FacetChoice, make_choices, parse_number_field
from kgraph.server.html.templates import paginate, render_template
from kgraph.server.http.responses import Endpoint, error_page, make_page_handler
from kgraph.server.pages.parameters import fetch_json, parse_request, parse_valid
from kgraph.server.workers.tasks import HitRecording, RunSearch, Searched
from kgraph.views.citations import cite_quote
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import EntityRef, EpisodeLine, QuoteLine

SEARCH_PATH = "/search"
HITS_PER_PAGE = 20
MAX_OFFSET = 1000  #: hits that can be paged through; a search with more must be narrowed

KIND_LABELS = {
    "quote": "Quotes",
    "episode": "Episodes",
    "entity": "Names",
    "insight": "Insights",
    "theme": "Themes",
    "show": "Shows",
    "topic": "Topics",
    "tag": "Tags",
}


class SearchForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fields of the form, named as the options of ``kgraph search``; "" for empty ones."""

    q: ShortText = ""
    kind: ShortText = ""
    type: ShortText = ""
    company: ShortText = ""
    theme: ShortText = ""
    show: ShortText = ""
    since: ShortText = ""
    until: ShortText = ""
    min_relevance: ShortText = ""  #: lowest relevance of quotes, from 0 to 1
    per_episode: ShortText = ""  #: "0" for all hits, "" for the default
    adverts: ShortText = ""  #: "on" to include probable adverts
    unlikely: ShortText = ""  #: "on" to count unlikely mentions
    mode: SearchMode = "words"
    offset: int = 0

    def to_request(self) -> SearchRequest:
        """Return a search for one hit more than a page has.

        Raises:
            InputError: a number is invalid.
        """
        per_episode = (
            parse_number_field("per_episode", self.per_episode, MAX_HITS_PER_EPISODE)
            if self.per_episode
            else DEFAULT_HITS_PER_EPISODE
        )
        values = msgspec.structs.asdict(self) | {
            "min_relevance": parse_number_field("min_relevance", self.min_relevance, 1),
            "adverts": bool(self.adverts),
            "unlikely": bool(self.unlikely),
            "limit": HITS_PER_PAGE + 1,
            "per_episode": int(per_episode),
        }
        return SearchRequest(**values)

    def with_whole_days(self) -> SearchForm:
        """Return the form with months and years as days, which alone a field for a day shows.

        Raises:
            InputError: a day is invalid.
        """
        days = {name: parse_bound(name, getattr(self, name)) for name in ("since", "until")}
        return msgspec.structs.replace(self, **days)

    def for_words(self) -> SearchForm:
        """Return the form for words where they were typed in place of the id of a thing."""
        is_id = "/" in self.q or not self.q.strip()
        return self if is_id else msgspec.structs.replace(self, mode="words")

    @property
    def filters(self) -> dict[str, str]:
        """The fields without the offset, and without the mode unless it is another."""
        left_out = {"offset", "mode"} if self.mode == "words" else {"offset"}
        return {
            name: getattr(self, name) for name in self.__struct_fields__ if name not in left_out
        }

    @property
    def source_id(self) -> str:
        """The id of the thing that hits are like."""
        return local_id(self.q.strip())

    @property
    def source_kind(self) -> str:
        """Its kind, as its id says."""
        place = self.source_id.partition("/")[0]
        return {"quote": "quote", "row": "insight"}.get(place, "episode")

    def with_(self, **changes: str) -> str:
        """Return the address of the first page of the search with other values."""
        values = self.filters | changes
        return f"{SEARCH_PATH}?" + urlencode({name: text for name, text in values.items() if text})


async def search_page(request: Request, graph: OpenGraph) -> str | Response:
    """Render hits, facets and the form."""
    form, result = parse_valid(request, SearchForm), None
    try:
        form = parse_request(request, SearchForm)
        form = form.for_words()
        form = form.with_whole_days()
        if form.q.strip():
            if form.offset < 0:
                raise InputError(f"offset={form.offset}: write 0 or more")
            if form.offset > MAX_OFFSET:
                raise InputError(f"limited to {MAX_OFFSET} hits: narrow the search")
            data = await fetch_json(request, graph, RunSearch(form.to_request()))
            result = msgspec.json.decode(data, type=Searched)
    except InputError as error:
        return error_page(error, render_search(form, None, error))
    return render_search(form, result)


def render_search(
    form: SearchForm, result: Searched | None, error: KgraphError | None = None
) -> str:
    """Render the page, with the result or the error of a search, if any."""
    similar: list[tuple[str, str]] = []  # names for an unknown one of a filter, and its searches
    if isinstance(error, UnresolvedNameError) and error.parameter in KINDS_BY_FILTER:
        similar = [(name, form.with_(**{error.parameter: name})) for name in error.suggestions]
    facets, slice_ = [], None
    if result:
        # Facets count things, of which a limit for each episode may leave out some.
        known_hits = form.offset + len(result.found.hits)
        slice_ = paginate(SEARCH_PATH, form.filters, known_hits, form.offset, HITS_PER_PAGE)
        after = slice_.after if form.offset + HITS_PER_PAGE <= MAX_OFFSET else ""
        slice_ = msgspec.structs.replace(slice_, total=result.facets.total, after=after)
        counts = result.facets
        facets = [
            ("Kind", facet_choices(form, "kind", counts.kinds)),
            ("Type", facet_choices(form, "type", counts.types)),
            ("Show", facet_choices(form, "show", counts.shows)),
            ("Theme", facet_choices(form, "theme", counts.themes)),
        ]
    kinds = filter(None, dict.fromkeys((*HIT_KINDS, form.kind)))  # several, or a type
    return render_template(
        "search.html",
        section=SEARCH_PATH,
        wanted=form,
        error=error,
        near=similar,
        found=result.found if result else None,
        recordings=result.recordings if result else {},
        citations=cite_hits(result) if result else {},
        hits=result.found.hits[:HITS_PER_PAGE] if result else (),
        facets=[(heading, choices) for heading, choices in facets if choices],
        slice=slice_,
        kinds=[("", "Anything"), *((kind, KIND_LABELS.get(kind, kind)) for kind in kinds)],
        types=FILTER_TYPES,
    )


def cite_hits(result: Searched) -> dict[str, str]:
    """Return a citation of each quote among the hits, by its id."""
    citations = {}
    for hit in result.found.hits:
        if hit.kind == "quote" and hit.episode:
            source, heard = hit.episode, result.recordings.get(hit.id, HitRecording(""))
            show = EntityRef("", source.show, "show") if source.show else None
            id_ = f"episode/{source.slug}"
            episode = EpisodeLine(id_, source.title, source.date, source.dated, show)
            address, minute = heard.recording, heard.minute
            quote = QuoteLine(
                hit.id, hit.text, hit.weight, episode, recording=address, minute=minute
            )
            citations[hit.id] = cite_quote(quote)
    return citations


def facet_choices(form: SearchForm, name: str, counts: Iterable[FacetCount]) -> list[FacetChoice]:
    """Return the values of a facet as links."""
    # A kind and a type exclude each other: only entities have types.
    reset = {"kind": {"type": ""}, "type": {"kind": ""}}.get(name, {})
    return make_choices(
        ((count.value, count.things) for count in counts),
        getattr(form, name),
        lambda value: form.with_(**{name: value}, **reset),
        KIND_LABELS if name == "kind" else {},
    )


ENDPOINTS = (Endpoint(SEARCH_PATH, make_page_handler(search_page)),)
