"""The search page.

Takes the parameters of a request (:class:`SearchAsked`, whose names are those of ``kgraph
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
from kgraph.search import KINDS, Filters
from kgraph.search.facets import Count
from kgraph.search.filters import NAMED_BY, TYPES
from kgraph.server.endpoints.operations import Text
from kgraph.server.http.endpoint import Endpoint
from kgraph.server.http.paged import paged, wrong
from kgraph.server.pages.forms import Choice, day, number
from kgraph.server.pages.parameters import answer, asked, pairs
from kgraph.server.pages.templates import Slice, render
from kgraph.server.workers.tasks import Search, Searched
from kgraph.store.current import Snapshot

HERE = "/search"

SIZE = 20
"""Hits of a page: as many as one looks through."""

DEEPEST = 1000
"""Hits that can be paged through; who wants more narrows the search, or asks SPARQL."""

PLURALS = {
    "quote": "Quotes",
    "episode": "Episodes",
    "entity": "Names",
    "insight": "Insights",
    "theme": "Themes",
    "show": "Shows",
}
"""Kind of a hit -> what many of them are called."""


class SearchAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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

    q: Text = ""
    kind: Text = ""
    type: Text = ""
    company: Text = ""
    theme: Text = ""
    show: Text = ""
    since: Text = ""
    until: Text = ""
    relevance: Text = ""
    per_episode: Text = ""
    adverts: Text = ""
    offset: int = 0

    def filters(self) -> Filters:
        """The same as the search takes it.

        Raises:
            InputError: a day or number is none.
        """
        relevance = number("relevance", self.relevance, 10) / 10
        return Filters(
            frozenset({self.kind} - {""}),
            frozenset({self.type} - {""}),
            self.company.strip(),
            self.theme.strip(),
            self.show.strip(),
            day("since", self.since),
            day("until", self.until),
            relevance,
            bool(self.adverts),
        )

    def with_(self, **changed: str) -> str:
        """Address of the same search with other values, from its start."""
        values = msgspec.structs.asdict(self) | {"offset": 0} | changed
        return f"{HERE}?{urlencode([(key, value) for key, value in values.items() if value])}"

    def at(self, offset: int) -> str:
        """Address of another part of the same search."""
        return self.with_(**({"offset": str(offset)} if offset else {}))


async def search_page(request: Request, snapshot: Snapshot) -> str | Response:
    """Hits, facets and the form."""
    wanted = SearchAsked()
    try:
        wanted = asked(pairs(request), SearchAsked)
        found = await _search(request, snapshot, wanted) if wanted.q.strip() else None
    except InputError as error:
        return wrong(error, render_search(wanted, None, error))
    return render_search(wanted, found)


async def _search(request: Request, snapshot: Snapshot, wanted: SearchAsked) -> Searched:
    if not 0 <= wanted.offset <= DEEPEST:
        raise InputError(f"only the first {DEEPEST} hits are shown: narrow the search")
    per_episode = number("per_episode", wanted.per_episode, 1000)
    task = Search(wanted.q, wanted.filters(), wanted.offset, SIZE + 1, int(per_episode))
    return msgspec.json.decode(await answer(request, snapshot, task), type=Searched)


def render_search(
    wanted: SearchAsked, searched: Searched | None, error: KgraphError | None = None
) -> str:
    """The search page.

    Args:
        wanted: what was searched for.
        searched: what was found, one hit more than is shown where there are more.
        error: what was wrong, if anything.
    """
    return render(
        "search.html",
        here=HERE,
        wanted=wanted,
        error=error,
        near=_near(wanted, error),
        found=searched.found if searched else None,
        hits=searched.found.hits[:SIZE] if searched else (),
        facets=_facets(wanted, searched) if searched else [],
        slice=_slice(wanted, searched) if searched else None,
        kinds=[("", "Anything"), *((kind, PLURALS[kind]) for kind in KINDS)],
        types=TYPES,
    )


def _near(wanted: SearchAsked, error: KgraphError | None) -> list[tuple[str, str]]:
    """What may have been meant by a name of a filter: names, and the search with each."""
    if not isinstance(error, UnknownNameError) or error.parameter not in NAMED_BY:
        return []
    return [(name, wanted.with_(**{error.parameter: name})) for name in error.suggestions]


def _slice(wanted: SearchAsked, searched: Searched) -> Slice:
    """The part that is shown; how many hits there are when few of each episode count is open."""
    shown = min(len(searched.found.hits), SIZE)
    more = len(searched.found.hits) > SIZE and wanted.offset + SIZE <= DEEPEST
    return Slice(
        searched.facets.total,
        wanted.offset + 1 if shown else 0,
        wanted.offset + shown,
        wanted.at(max(wanted.offset - SIZE, 0)) if wanted.offset else "",
        wanted.at(wanted.offset + SIZE) if more else "",
    )


def _facets(wanted: SearchAsked, searched: Searched) -> list[tuple[str, list[Choice]]]:
    """Heading and choices of each facet that has any."""
    counted = searched.facets
    found = [
        ("Kind", choices(wanted, "kind", counted.kinds)),
        ("Type", choices(wanted, "type", counted.types)),
        ("Show", choices(wanted, "show", counted.shows)),
        ("Theme", choices(wanted, "theme", counted.themes)),
    ]
    return [(heading, some) for heading, some in found if some]


def choices(wanted: SearchAsked, name: str, counts: Iterable[Count]) -> list[Choice]:
    """The values of a facet as links; the one that is chosen leads back."""
    chosen = getattr(wanted, name)
    # A kind and a type shut each other out: only names have types.
    other = {"kind": {"type": ""}, "type": {"kind": ""}}.get(name, {})
    return [
        Choice(
            PLURALS.get(count.value, count.value) if name == "kind" else count.value,
            count.things,
            wanted.with_(**{name: "" if count.value == chosen else count.value}, **other),
            count.value == chosen,
        )
        for count in counts
    ]


ENDPOINTS = (Endpoint(HERE, paged(search_page)),)
