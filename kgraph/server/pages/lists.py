"""The front page, and lists of entities, episodes, themes, topics, tags and shows.

Pages show the values that the API sends (:mod:`kgraph.views.lists`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from kgraph.draw.draw import TYPE_PLURALS
from kgraph.graph.rises import MIN_CHANGE_EPISODES
from kgraph.operations.request import read_request
from kgraph.server.html.templates import Pagination, paginate, render_template
from kgraph.server.http.responses import Endpoint, PageRenderer, make_page_handler
from kgraph.server.pages.list_files import send_list
from kgraph.server.pages.parameters import parse_request, query_params, run_view
from kgraph.views.lists import (
    EntitiesRequest,
    EntityList,
    EpisodeList,
    EpisodesRequest,
    ShowList,
    ShowsRequest,
    TermList,
    TermsRequest,
    ThemeLine,
    ThemeList,
    ThemesRequest,
)
from kgraph.views.open_graph import OpenGraph
from kgraph.views.overview import FrontFacts
from kgraph.views.values import MAX_VIEW_ROWS, EntityRef, NoParameters

TemplateValues = dict[str, Any]

CSV_FORM = "csv"  #: representation of a list that has all its rows

ListRequestT = TypeVar("ListRequestT", EntitiesRequest, EpisodesRequest, TermsRequest, ShowsRequest)
ListT = TypeVar("ListT", EntityList, EpisodeList, TermList, ShowList)


async def front_page(request: Request, graph: OpenGraph) -> str:
    """Render the overview of the graph."""
    params = parse_request(request, NoParameters)
    facts = await run_view(request, graph, "front", params, FrontFacts)
    return render_template(
        "home.html", section="/", facts=facts, plurals=TYPE_PLURALS, least=MIN_CHANGE_EPISODES
    )


async def entities_page(
    request: Request, graph: OpenGraph, defaults: Mapping[str, str] = {}
) -> str:
    """Render a list of entities; ``defaults`` are values of parameters that are not given."""
    values = {**defaults, **query_params(request)}
    params, facts, slice_ = await _fetch_list(
        request, graph, "entities", values, params=EntitiesRequest, result=EntityList
    )
    return render_template(
        "entities.html",
        asked=params,
        facts=facts,
        slice=slice_,
        plurals=TYPE_PLURALS,
        **link_unlikely(request, params.unlikely),
    )


async def episodes_page(request: Request, graph: OpenGraph) -> str:
    """Render a list of episodes: all, or those that a count refers to."""
    params, facts, slice_ = await _fetch_list(
        request,
        graph,
        "episodes",
        query_params(request),
        params=EpisodesRequest,
        result=EpisodeList,
    )
    names = [thing.label for thing in facts.mentions]
    filters = [f"mention {' and '.join(names)}"] if names else []
    filters += [f"only advertise {facts.advertises.label}"] if facts.advertises else []
    filters += [_describe_theme_filter(facts.theme)] if facts.theme else []
    filters += [f"belong to {facts.show.label}"] if facts.show else []
    filters += [f"were published in {params.month}"] if params.month else []
    return render_template(
        "episodes.html",
        asked=params,
        facts=facts,
        slice=slice_,
        is_narrowed=bool(filters),
        heading=f"Episodes that {' and '.join(filters)}" if filters else "Episodes",
        **link_unlikely(request, params.unlikely),
    )


def _describe_theme_filter(term: EntityRef) -> str:
    if term.type == "theme":
        return f"speak of {term.label}"
    return f"list {term.label} under {term.type}s"


async def themes_page(request: Request, graph: OpenGraph) -> str:
    """Render the top themes that an episode is of, each with its narrower ones."""
    parse_request(request, NoParameters)
    facts = await run_view(request, graph, "themes", ThemesRequest(), ThemeList)
    rows = [row for row in facts.rows if row.episodes]
    narrower: dict[str, list[ThemeLine]] = defaultdict(list)
    for row in rows:
        narrower[row.broader.id if row.broader else ""].append(row)
    groups = [(row, narrower.get(row.thing.id, [])) for row in narrower[""]]
    groups.sort(key=lambda group: group[0].common)
    return render_template("themes.html", total=len(rows), groups=groups)


async def terms_page(request: Request, graph: OpenGraph, kind: str) -> str:
    """Render a list of topics or tags; ``kind`` is the name of its view."""
    params, facts, slice_ = await _fetch_list(
        request, graph, kind, query_params(request), params=TermsRequest, result=TermList
    )
    return render_template(
        "terms.html",
        kind=kind,
        asked=params,
        facts=facts,
        slice=slice_,
        whole=_link_whole(request),
    )


async def shows_page(request: Request, graph: OpenGraph) -> str:
    """Render a list of shows."""
    _, facts, slice_ = await _fetch_list(
        request, graph, "shows", query_params(request), params=ShowsRequest, result=ShowList
    )
    return render_template("shows.html", facts=facts, slice=slice_, whole=_link_whole(request))


def link_unlikely(request: Request, unlikely: bool) -> TemplateValues:
    """Return the values by which a page links itself with and without unlikely mentions."""
    others = {
        name: text
        for name, text in query_params(request).items()
        if name not in ("unlikely", "offset")
    }
    path = request.url.path
    shown = {"unlikely": "true"} if unlikely else {}
    return {
        "whole": _link_whole(request),
        "unlikely": unlikely,
        "href_with": f"{path}?{urlencode({**others, 'unlikely': 'true'})}",
        "href_without": f"{path}?{urlencode(others)}" if others else path,
        "with_unlikely": lambda query: {**query, **shown},
    }


def _link_whole(request: Request) -> str:
    """Return the address of all rows of a list as a file."""
    query = {**query_params(request), "format": CSV_FORM}
    filters = {name: text for name, text in query.items() if name not in ("offset", "limit")}
    return f"{request.url.path}?{urlencode(filters)}"


def _with_file(
    render: PageRenderer,
    name: str,
    params: type[ListRequestT],
    result: type[ListT],
    defaults: Mapping[str, str] = {},
) -> PageRenderer:
    """Return a page that with ``format=csv`` sends all rows of its list as a file instead."""

    async def render_or_send(request: Request, graph: OpenGraph) -> str | Response:
        values = {**defaults, **query_params(request)}
        if values.pop("format", "") != CSV_FORM:
            return await render(request, graph)
        pages: list[ListT] = []
        while not pages or len(pages) * MAX_VIEW_ROWS < pages[0].total:
            window = {"offset": str(len(pages) * MAX_VIEW_ROWS), "limit": str(MAX_VIEW_ROWS)}
            parsed = read_request(params, {**values, **window})
            pages.append(await run_view(request, graph, name, parsed, result))
        return send_list(values.get("type", name), pages)

    return render_or_send


async def _fetch_list(
    request: Request,
    graph: OpenGraph,
    name: str,
    values: dict[str, str],
    *,
    params: type[ListRequestT],
    result: type[ListT],
) -> tuple[ListRequestT, ListT, Pagination]:
    parsed = read_request(params, values)
    facts = await run_view(request, graph, name, parsed, result)
    filters = {name: value for name, value in values.items() if name != "offset"}
    slice_ = paginate(request.url.path, filters, facts.total, parsed.offset, parsed.limit)
    return parsed, facts, slice_


COMPANIES = {"type": "company"}  #: defaults of the list of companies

PAGE_ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("/", make_page_handler(front_page)),
    Endpoint(
        "/companies",
        make_page_handler(
            _with_file(
                partial(entities_page, defaults=COMPANIES),
                *("entities", EntitiesRequest, EntityList, COMPANIES),
            )
        ),
    ),
    Endpoint(
        "/entities",
        make_page_handler(_with_file(entities_page, "entities", EntitiesRequest, EntityList)),
    ),
    Endpoint(
        "/episodes",
        make_page_handler(_with_file(episodes_page, "episodes", EpisodesRequest, EpisodeList)),
    ),
    Endpoint("/themes", make_page_handler(themes_page)),
    *(
        Endpoint(
            f"/{kind}",
            make_page_handler(
                _with_file(partial(terms_page, kind=kind), kind, TermsRequest, TermList)
            ),
        )
        for kind in ("topics", "tags")
    ),
    Endpoint("/shows", make_page_handler(_with_file(shows_page, "shows", ShowsRequest, ShowList))),
)
