"""The pages of facts: front page, lists, evidence; and of things, by kind of thing.

Takes requests, gives HTML made from the same values that the API sends
(:mod:`kgraph.views`). Pages of things answer on the paths of their IRIs
(:mod:`kgraph.server.endpoints.linked_data`); what has no page of its own there is shown by its statements.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import groupby
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request

from kgraph.draw.captions import TYPE_PLURALS
from kgraph.server.http.endpoint import Endpoint
from kgraph.server.http.paged import make_page_handler
from kgraph.server.http.static import ASSETS
from kgraph.server.pages.charts import draw_neighbourhood, make_bars
from kgraph.server.pages.markdown import parse_markdown
from kgraph.server.pages.parameters import parse_params, query_params, run_view
from kgraph.server.pages.templates import Pagination, paginate, render_template
from kgraph.views.entity import EntityFacts, NameRequest
from kgraph.views.episode import EpisodeFacts
from kgraph.views.lists import (
    EntitiesRequest,
    EntityList,
    EpisodeList,
    EpisodesRequest,
    ShowList,
    ShowsRequest,
    ThemeList,
    ThemesRequest,
)
from kgraph.views.neighbourhood import Neighbourhood, NeighbourhoodRequest
from kgraph.views.open_graph import OpenGraph
from kgraph.views.overview import FrontFacts, OverviewRequest
from kgraph.views.show_page import ShowFacts
from kgraph.views.theme import ThemeFacts
from kgraph.views.values import MonthCount
from kgraph.views.why import WhyFacts, WhyRequest

EXTRACTOR_LABELS = {
    "llm": "the language model",
    "regex": "the regular expressions over the transcript",
    "hand": "a person, who listed it by hand",
}

RENDERER_URL = "/assets/atlas/embed.js" if "atlas/embed.js" in ASSETS else ""
"""What makes a picture one that moves; without it the still one stays."""

Given = TypeVar("Given", bound=msgspec.Struct)
Known = TypeVar("Known", bound=msgspec.Struct)

TemplateValues = dict[str, Any]


async def front_page(request: Request, snapshot: OpenGraph) -> str:
    """What is in the graph."""
    facts = await run_view(request, snapshot, "front", OverviewRequest(), FrontFacts)
    return render_template("home.html", section="/", facts=facts, plurals=TYPE_PLURALS)


async def companies_page(request: Request, snapshot: OpenGraph) -> str:
    """Companies to walk through."""
    return await _entity_list_page(request, snapshot, {"type": "company", **query_params(request)})


async def entities_page(request: Request, snapshot: OpenGraph) -> str:
    """Entities of a type to walk through."""
    return await _entity_list_page(request, snapshot, query_params(request))


async def _entity_list_page(request: Request, snapshot: OpenGraph, given: dict[str, str]) -> str:
    question = parse_params(given, EntitiesRequest)
    facts = await run_view(request, snapshot, "entities", question, EntityList)
    slice_ = _paginate_request(request, given, facts.total, question.offset, question.limit)
    return render_template(
        "entities.html", asked=question, facts=facts, slice=slice_, plurals=TYPE_PLURALS
    )


async def episodes_page(request: Request, snapshot: OpenGraph) -> str:
    """Episodes to walk through: all, or those that are the evidence of a count."""
    given = query_params(request)
    question = parse_params(given, EpisodesRequest)
    facts = await run_view(request, snapshot, "episodes", question, EpisodeList)
    slice_ = _paginate_request(request, given, facts.total, question.offset, question.limit)
    is_narrowed = bool(
        facts.mentions or facts.advertises or facts.theme or facts.show or question.month
    )
    return render_template(
        "episodes.html",
        asked=question,
        facts=facts,
        slice=slice_,
        is_narrowed=is_narrowed,
        heading=_make_heading(facts, question.month),
    )


def _make_heading(facts: EpisodeList, month: str) -> str:
    names = [thing.label for thing in facts.mentions]
    said = [f"mention {' and '.join(names)}"] if names else []
    said += [f"only advertise {facts.advertises.label}"] if facts.advertises else []
    said += [f"speak of {facts.theme.label}"] if facts.theme else []
    said += [f"belong to {facts.show.label}"] if facts.show else []
    said += [f"were published in {month}"] if month else []
    return f"Episodes that {' and '.join(said)}" if said else "Episodes"


async def themes_page(request: Request, snapshot: OpenGraph) -> str:
    """The scheme of themes, each uppermost one with what is under it."""
    parse_params(query_params(request), OverviewRequest)
    facts = await run_view(request, snapshot, "themes", ThemesRequest(), ThemeList)
    under = {
        id_: list(rows)
        for id_, rows in groupby(
            sorted(facts.rows, key=lambda row: row.broader.id if row.broader else ""),
            key=lambda row: row.broader.id if row.broader else "",
        )
    }
    groups = [(row, under.get(row.thing.id, [])) for row in under.get("", [])]
    groups.sort(key=lambda group: -sum(row.rows for row in (group[0], *group[1])))
    return render_template("themes.html", facts=facts, groups=groups)


async def shows_page(request: Request, snapshot: OpenGraph) -> str:
    """Shows to walk through."""
    given = query_params(request)
    question = parse_params(given, ShowsRequest)
    facts = await run_view(request, snapshot, "shows", question, ShowList)
    slice_ = _paginate_request(request, given, facts.total, question.offset, question.limit)
    return render_template("shows.html", facts=facts, slice=slice_)


async def why_page(request: Request, snapshot: OpenGraph) -> str:
    """The rows and reasons behind an edge."""
    question = parse_params(query_params(request), WhyRequest)
    facts = await run_view(request, snapshot, "why", question, WhyFacts)
    labels = [edge.label for edge in facts.edges]
    labels += [facts.show.show.label] if facts.show else []
    return render_template("why.html", facts=facts, name=labels[0], extractors=EXTRACTOR_LABELS)


def _paginate_request(
    request: Request, given: dict[str, str], total: int, offset: int, limit: int
) -> Pagination:
    others = {name: value for name, value in given.items() if name != "offset"}
    return paginate(request.url.path, others, total, offset, limit)


# -- things ------------------------------------------------------------------------------


async def entity_page(
    request: Request, snapshot: OpenGraph, id_: str, frame: TemplateValues
) -> str:
    """The page of an entity."""
    facts = await run_view(request, snapshot, "entity", NameRequest(id_), EntityFacts)
    around = await run_view(
        request, snapshot, "neighbourhood", NeighbourhoodRequest(id_), Neighbourhood
    )
    return render_template(
        "entity.html",
        facts=facts,
        plurals=TYPE_PLURALS,
        picture=draw_neighbourhood(around),
        renderer=RENDERER_URL,
        bars=_make_bars(facts.timeline, {"mentions": id_}),
        **frame,
    )


async def episode_page(
    request: Request, snapshot: OpenGraph, id_: str, frame: TemplateValues
) -> str:
    """The page of an episode."""
    facts = await run_view(request, snapshot, "episode", NameRequest(id_), EpisodeFacts)
    order = list(TYPE_PLURALS)
    rows = sorted(facts.mentions, key=lambda row: order.index(row.thing.type))
    return render_template(
        "episode.html",
        facts=facts,
        plurals=TYPE_PLURALS,
        summary=parse_markdown(facts.summary),
        mentions=[(type_, list(of)) for type_, of in groupby(rows, lambda row: row.thing.type)],
        quotes=[saying for saying in facts.quotes if not saying.advert],
        adverts=[saying for saying in facts.quotes if saying.advert],
        **frame,
    )


async def theme_page(request: Request, snapshot: OpenGraph, id_: str, frame: TemplateValues) -> str:
    """The page of a theme."""
    facts = await run_view(request, snapshot, "theme", NameRequest(id_), ThemeFacts)
    return render_template(
        "theme.html", facts=facts, bars=_make_bars(facts.timeline, {"theme": id_}), **frame
    )


async def show_page(request: Request, snapshot: OpenGraph, id_: str, frame: TemplateValues) -> str:
    """The page of a show."""
    facts = await run_view(request, snapshot, "show", NameRequest(id_), ShowFacts)
    drawn = _make_bars(facts.timeline, {"show": id_}, by_share=False)
    return render_template("show.html", facts=facts, bars=drawn, **frame)


def _make_bars(months: list[MonthCount], asked: dict[str, str], by_share: bool = True) -> list[Any]:
    return make_bars(months, "/episodes", asked, by_share)


THING_PAGES: dict[str, Callable[[Request, OpenGraph, str, TemplateValues], Awaitable[str]]] = {
    **dict.fromkeys(TYPE_PLURALS, entity_page),
    "show": show_page,
    "episode": episode_page,
    "theme": theme_page,
}
"""First segment of an id -> what makes the page of such a thing."""

PAGE_ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("/", make_page_handler(front_page)),
    Endpoint("/companies", make_page_handler(companies_page)),
    Endpoint("/entities", make_page_handler(entities_page)),
    Endpoint("/episodes", make_page_handler(episodes_page)),
    Endpoint("/themes", make_page_handler(themes_page)),
    Endpoint("/shows", make_page_handler(shows_page)),
    Endpoint("/why", make_page_handler(why_page)),
)
"""Where what is answered."""
