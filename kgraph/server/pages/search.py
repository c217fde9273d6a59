"""The search page.

Takes the parameters of a request (:class:`SearchForm`, whose names are those of ``kgraph
search``), gives a page: hits in pieces with what fits marked, how many there are of each kind,
type, show and theme, the filters as a form. It is whole without script; with it, names are
offered while one types.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import InputError, KgraphError, UnknownNameError
from kgraph.base.text import parse_bound
from kgraph.search import HIT_KINDS, Filters
from kgraph.search.facets import Count
from kgraph.search.filters import FILTER_TYPES, KINDS_BY_FILTER
from kgraph.server.endpoints.operations import ShortText
from kgraph.server.http.endpoint import Endpoint
from kgraph.server.http.paged import error_page, make_page_handler
from kgraph.server.pages.forms import FacetChoice, parse_number_field
from kgraph.server.pages.parameters import fetch_json, parse_params, query_params
from kgraph.server.pages.templates import Pagination, render_template
from kgraph.server.workers.tasks import RunSearch, Searched
from kgraph.views.open_graph import OpenGraph

SEARCH_PATH = "/search"

HITS_PER_PAGE = 20
"""Hits of a page: as many as one looks through."""

MAX_OFFSET = 1000
"""Hits that can be paged through; who wants more narrows the search, or asks SPARQL."""

KIND_LABELS = {
    "quote": "Quotes",
    "episode": "Episodes",
    "entity": "Names",
    "insight": "Insights",
    "theme": "Themes",
    "show": "Shows",
}
"""Kind of a hit -> what many of them are called."""


class SearchForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is searched for, as the form sends it; "" for what is not filled in.

    Attributes:
        q: the words.
        kind, type: of hits.
        company, theme, show: names of what a hit stands beside, under or in.
        since, until: days.
        relevance: lowest relevance of quotes, of ten.
        per_episode: hits of one episode at the most.
        adverts: "on" for quotes that are probably adverts, too.
        offset: hits to pass over.
    """

    q: ShortText = ""
    kind: ShortText = ""
    type: ShortText = ""
    company: ShortText = ""
    theme: ShortText = ""
    show: ShortText = ""
    since: ShortText = ""
    until: ShortText = ""
    relevance: ShortText = ""
    per_episode: ShortText = ""
    adverts: ShortText = ""
    offset: int = 0

    def to_filters(self) -> Filters:
        """The same as the search takes it.

        Raises:
            InputError: a day or number is none.
        """
        relevance = parse_number_field("relevance", self.relevance, 10) / 10
        return Filters(
            frozenset({self.kind} - {""}),
            frozenset({self.type} - {""}),
            self.company.strip(),
            self.theme.strip(),
            self.show.strip(),
            parse_bound("since", self.since),
            parse_bound("until", self.until),
            relevance,
            bool(self.adverts),
        )

    def with_(self, **changed: str) -> str:
        """Address of the same search with other values, from its start."""
        values = msgspec.structs.asdict(self) | {"offset": 0} | changed
        return (
            f"{SEARCH_PATH}?{urlencode([(key, value) for key, value in values.items() if value])}"
        )

    def address_at(self, offset: int) -> str:
        """Address of another part of the same search."""
        return self.with_(**({"offset": str(offset)} if offset else {}))


async def search_page(request: Request, snapshot: OpenGraph) -> str | Response:
    """Hits, facets and the form."""
    wanted = SearchForm()
    try:
        wanted = parse_params(query_params(request), SearchForm)
        found = await _run_search(request, snapshot, wanted) if wanted.q.strip() else None
    except InputError as error:
        return error_page(error, render_search(wanted, None, error))
    return render_search(wanted, found)


async def _run_search(request: Request, snapshot: OpenGraph, wanted: SearchForm) -> Searched:
    if not 0 <= wanted.offset <= MAX_OFFSET:
        raise InputError(f"only the first {MAX_OFFSET} hits are shown: narrow the search")
    per_episode = parse_number_field("per_episode", wanted.per_episode, 1000)
    task = RunSearch(
        wanted.q, wanted.to_filters(), wanted.offset, HITS_PER_PAGE + 1, int(per_episode)
    )
    return msgspec.json.decode(await fetch_json(request, snapshot, task), type=Searched)


def render_search(
    wanted: SearchForm, searched: Searched | None, error: KgraphError | None = None
) -> str:
    """The search page.

    Args:
        wanted: what was searched for.
        searched: what was found, one hit more than is shown where there are more.
        error: what was wrong, if anything.
    """
    return render_template(
        "search.html",
        section=SEARCH_PATH,
        wanted=wanted,
        error=error,
        near=_suggest_searches(wanted, error),
        found=searched.found if searched else None,
        hits=searched.found.hits[:HITS_PER_PAGE] if searched else (),
        facets=_list_facets(wanted, searched) if searched else [],
        slice=_paginate_hits(wanted, searched) if searched else None,
        kinds=[("", "Anything"), *((kind, KIND_LABELS[kind]) for kind in HIT_KINDS)],
        types=FILTER_TYPES,
    )


def _suggest_searches(wanted: SearchForm, error: KgraphError | None) -> list[tuple[str, str]]:
    """What may have been meant by a name of a filter: names, and the search with each."""
    if not isinstance(error, UnknownNameError) or error.parameter not in KINDS_BY_FILTER:
        return []
    return [(name, wanted.with_(**{error.parameter: name})) for name in error.suggestions]


def _paginate_hits(wanted: SearchForm, searched: Searched) -> Pagination:
    """The part that is shown; how many hits there are when few of each episode count is open."""
    shown = min(len(searched.found.hits), HITS_PER_PAGE)
    more = len(searched.found.hits) > HITS_PER_PAGE and wanted.offset + HITS_PER_PAGE <= MAX_OFFSET
    return Pagination(
        searched.facets.total,
        wanted.offset + 1 if shown else 0,
        wanted.offset + shown,
        wanted.address_at(max(wanted.offset - HITS_PER_PAGE, 0)) if wanted.offset else "",
        wanted.address_at(wanted.offset + HITS_PER_PAGE) if more else "",
    )


def _list_facets(wanted: SearchForm, searched: Searched) -> list[tuple[str, list[FacetChoice]]]:
    """Heading and choices of each facet that has any."""
    counted = searched.facets
    found = [
        ("Kind", facet_choices(wanted, "kind", counted.kinds)),
        ("Type", facet_choices(wanted, "type", counted.types)),
        ("Show", facet_choices(wanted, "show", counted.shows)),
        ("Theme", facet_choices(wanted, "theme", counted.themes)),
    ]
    return [(heading, some) for heading, some in found if some]


def facet_choices(wanted: SearchForm, name: str, counts: Iterable[Count]) -> list[FacetChoice]:
    """The values of a facet as links; the one that is chosen leads back."""
    chosen = getattr(wanted, name)
    # A kind and a type shut each other out: only names have types.
    other = {"kind": {"type": ""}, "type": {"kind": ""}}.get(name, {})
    return [
        FacetChoice(
            KIND_LABELS.get(count.value, count.value) if name == "kind" else count.value,
            count.things,
            wanted.with_(**{name: "" if count.value == chosen else count.value}, **other),
            count.value == chosen,
        )
        for count in counts
    ]


ENDPOINTS = (Endpoint(SEARCH_PATH, make_page_handler(search_page)),)
