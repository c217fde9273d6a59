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

from kgraph.draw.captions import PLURALS
from kgraph.server.http.endpoint import Endpoint
from kgraph.server.http.paged import paged
from kgraph.server.http.static import FILES
from kgraph.server.pages.charts import bars, picture
from kgraph.server.pages.markdown import parts
from kgraph.server.pages.parameters import asked, know, pairs
from kgraph.server.pages.templates import Slice, render, slice_of
from kgraph.store.current import Snapshot
from kgraph.views.entity import EntityFacts, Named
from kgraph.views.episode import EpisodeFacts
from kgraph.views.evidence import Why, WhyFacts
from kgraph.views.lists import (
    Entities,
    EntityList,
    EpisodeList,
    Episodes,
    ShowList,
    Shows,
    ThemeList,
    Themes,
)
from kgraph.views.neighbourhood import Around, Neighbourhood
from kgraph.views.overview import Front, FrontFacts
from kgraph.views.show_page import ShowFacts
from kgraph.views.theme import ThemeFacts
from kgraph.views.values import Month

EXTRACTORS = {
    "llm": "the language model",
    "regex": "the regular expressions over the transcript",
    "hand": "a person, who listed it by hand",
}

RENDERER = "/assets/atlas/embed.js" if "atlas/embed.js" in FILES else ""
"""What makes a picture one that moves; without it the still one stays."""

Given = TypeVar("Given", bound=msgspec.Struct)
Known = TypeVar("Known", bound=msgspec.Struct)

Values = dict[str, Any]


async def front(request: Request, snapshot: Snapshot) -> str:
    """What is in the graph."""
    facts = await know(request, snapshot, "front", Front(), FrontFacts)
    return render("home.html", here="/", facts=facts, plurals=PLURALS)


async def companies(request: Request, snapshot: Snapshot) -> str:
    """Companies to walk through."""
    return await _entities(request, snapshot, {"type": "company", **pairs(request)})


async def entities(request: Request, snapshot: Snapshot) -> str:
    """Entities of a type to walk through."""
    return await _entities(request, snapshot, pairs(request))


async def _entities(request: Request, snapshot: Snapshot, given: dict[str, str]) -> str:
    question = asked(given, Entities)
    facts = await know(request, snapshot, "entities", question, EntityList)
    slice_ = _slice(request, given, facts.total, question.offset, question.limit)
    return render("entities.html", asked=question, facts=facts, slice=slice_, plurals=PLURALS)


async def episodes(request: Request, snapshot: Snapshot) -> str:
    """Episodes to walk through: all, or those that are the evidence of a count."""
    given = pairs(request)
    question = asked(given, Episodes)
    facts = await know(request, snapshot, "episodes", question, EpisodeList)
    slice_ = _slice(request, given, facts.total, question.offset, question.limit)
    is_narrowed = bool(
        facts.mentions or facts.advertises or facts.theme or facts.show or question.month
    )
    return render(
        "episodes.html",
        asked=question,
        facts=facts,
        slice=slice_,
        is_narrowed=is_narrowed,
        heading=_heading(facts, question.month),
    )


def _heading(facts: EpisodeList, month: str) -> str:
    names = [thing.label for thing in facts.mentions]
    said = [f"mention {' and '.join(names)}"] if names else []
    said += [f"only advertise {facts.advertises.label}"] if facts.advertises else []
    said += [f"speak of {facts.theme.label}"] if facts.theme else []
    said += [f"belong to {facts.show.label}"] if facts.show else []
    said += [f"were published in {month}"] if month else []
    return f"Episodes that {' and '.join(said)}" if said else "Episodes"


async def themes(request: Request, snapshot: Snapshot) -> str:
    """The scheme of themes, each uppermost one with what is under it."""
    asked(pairs(request), Front)
    facts = await know(request, snapshot, "themes", Themes(), ThemeList)
    under = {
        id_: list(rows)
        for id_, rows in groupby(
            sorted(facts.rows, key=lambda row: row.broader.id if row.broader else ""),
            key=lambda row: row.broader.id if row.broader else "",
        )
    }
    groups = [(row, under.get(row.thing.id, [])) for row in under.get("", [])]
    groups.sort(key=lambda group: -sum(row.rows for row in (group[0], *group[1])))
    return render("themes.html", facts=facts, groups=groups)


async def shows(request: Request, snapshot: Snapshot) -> str:
    """Shows to walk through."""
    given = pairs(request)
    question = asked(given, Shows)
    facts = await know(request, snapshot, "shows", question, ShowList)
    slice_ = _slice(request, given, facts.total, question.offset, question.limit)
    return render("shows.html", facts=facts, slice=slice_)


async def why(request: Request, snapshot: Snapshot) -> str:
    """The rows and reasons behind an edge."""
    question = asked(pairs(request), Why)
    facts = await know(request, snapshot, "why", question, WhyFacts)
    labels = [edge.label for edge in facts.edges]
    labels += [facts.show.show.label] if facts.show else []
    return render("why.html", facts=facts, name=labels[0], extractors=EXTRACTORS)


def _slice(request: Request, given: dict[str, str], total: int, offset: int, limit: int) -> Slice:
    others = {name: value for name, value in given.items() if name != "offset"}
    return slice_of(request.url.path, others, total, offset, limit)


# -- things ------------------------------------------------------------------------------


async def entity(request: Request, snapshot: Snapshot, id_: str, frame: Values) -> str:
    """The page of an entity."""
    facts = await know(request, snapshot, "entity", Named(id_), EntityFacts)
    around = await know(request, snapshot, "neighbourhood", Around(id_), Neighbourhood)
    return render(
        "entity.html",
        facts=facts,
        plurals=PLURALS,
        picture=picture(around),
        renderer=RENDERER,
        bars=_bars(facts.timeline, {"mentions": id_}),
        **frame,
    )


async def episode(request: Request, snapshot: Snapshot, id_: str, frame: Values) -> str:
    """The page of an episode."""
    facts = await know(request, snapshot, "episode", Named(id_), EpisodeFacts)
    order = list(PLURALS)
    rows = sorted(facts.mentions, key=lambda row: order.index(row.thing.type))
    return render(
        "episode.html",
        facts=facts,
        plurals=PLURALS,
        summary=parts(facts.summary),
        mentions=[(type_, list(of)) for type_, of in groupby(rows, lambda row: row.thing.type)],
        quotes=[saying for saying in facts.quotes if not saying.advert],
        adverts=[saying for saying in facts.quotes if saying.advert],
        **frame,
    )


async def theme(request: Request, snapshot: Snapshot, id_: str, frame: Values) -> str:
    """The page of a theme."""
    facts = await know(request, snapshot, "theme", Named(id_), ThemeFacts)
    return render("theme.html", facts=facts, bars=_bars(facts.timeline, {"theme": id_}), **frame)


async def show(request: Request, snapshot: Snapshot, id_: str, frame: Values) -> str:
    """The page of a show."""
    facts = await know(request, snapshot, "show", Named(id_), ShowFacts)
    drawn = _bars(facts.timeline, {"show": id_}, by_share=False)
    return render("show.html", facts=facts, bars=drawn, **frame)


def _bars(months: list[Month], asked: dict[str, str], by_share: bool = True) -> list[Any]:
    return bars(months, "/episodes", asked, by_share)


THINGS: dict[str, Callable[[Request, Snapshot, str, Values], Awaitable[str]]] = {
    **dict.fromkeys(PLURALS, entity),
    "show": show,
    "episode": episode,
    "theme": theme,
}
"""First segment of an id -> what makes the page of such a thing."""

PAGES: tuple[Endpoint, ...] = (
    Endpoint("/", paged(front)),
    Endpoint("/companies", paged(companies)),
    Endpoint("/entities", paged(entities)),
    Endpoint("/episodes", paged(episodes)),
    Endpoint("/themes", paged(themes)),
    Endpoint("/shows", paged(shows)),
    Endpoint("/why", paged(why)),
)
"""Where what is answered."""
