"""The pages of entities, episodes, quotes, shows, themes, topics and tags.

Pages show the values that the API sends (:mod:`kgraph.views`). The page of an entity answers on the
path of its IRI (:mod:`kgraph.server.endpoints.linked_data`, which shows the statements of whatever
has no page here).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from itertools import groupby
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.markdown import parse_markdown
from kgraph.draw.draw import TYPE_PLURALS
from kgraph.operations.html import make_id_path
from kgraph.server.html.templates import render_template
from kgraph.server.http.middleware import SECURITY_HEADERS
from kgraph.server.pages.charts import link_svg
from kgraph.server.pages.compare import list_chart_files, make_compare_address, send_months
from kgraph.server.pages.lists import TemplateValues, link_unlikely
from kgraph.server.pages.month_chart import MonthFigure, make_month_figure
from kgraph.server.pages.month_rows import MonthSeries
from kgraph.server.pages.neighbourhood_picture import draw_neighbourhood
from kgraph.server.pages.parameters import parse_request, run_view
from kgraph.views.entity import EntityFacts, NameRequest
from kgraph.views.episode import EpisodeFacts
from kgraph.views.neighbourhood import Neighbourhood, NeighbourhoodRequest
from kgraph.views.open_graph import OpenGraph
from kgraph.views.quote import QuoteFacts, QuoteRequest
from kgraph.views.theme_and_show import ShowFacts, ThemeFacts
from kgraph.views.values import MAX_VIEW_ROWS


class ThingForm(msgspec.Struct, frozen=True):
    """Parameters of the page of a thing."""

    unlikely: bool = False  #: whether unlikely mentions count
    format: str = ""  #: of its description, "" for that of the Accept header


def _asks_unlikely(request: Request) -> bool:
    return parse_request(request, ThingForm).unlikely


async def entity_page(request: Request, graph: OpenGraph, id_: str, context: TemplateValues) -> str:
    """Render the page of an entity."""
    unlikely = _asks_unlikely(request)
    facts = await run_view(request, graph, "entity", NameRequest(id_, unlikely), EntityFacts)
    params = NeighbourhoodRequest(id_, unlikely=unlikely)
    neighbourhood = await run_view(request, graph, "neighbourhood", params, Neighbourhood)
    links = link_unlikely(request, unlikely)
    return render_template(
        "entity.html",
        facts=facts,
        lead=_link_query("/pair", links["with_unlikely"]({"one": id_}), "other"),
        link_ties=_link_ties("associated", {"entity": id_}, links),
        plurals=TYPE_PLURALS,
        picture=draw_neighbourhood(neighbourhood),
        over_time=_draw_over_time(facts, "mentions", unlikely),
        **links,
        **context,
    )


async def episode_page(
    request: Request, graph: OpenGraph, id_: str, context: TemplateValues
) -> str:
    """Render the page of an episode."""
    unlikely = _asks_unlikely(request)
    facts = await run_view(request, graph, "episode", NameRequest(id_, unlikely), EpisodeFacts)
    order = list(TYPE_PLURALS)
    rows = sorted(facts.mentions, key=lambda row: order.index(row.thing.type))
    return render_template(
        "episode.html",
        facts=facts,
        plurals=TYPE_PLURALS,
        summary=parse_markdown(facts.summary),
        mentions=[(type_, list(of)) for type_, of in groupby(rows, lambda row: row.thing.type)],
        quotes=[quote for quote in facts.quotes if not quote.advert],
        adverts=[quote for quote in facts.quotes if quote.advert],
        **link_unlikely(request, unlikely),
        **context,
    )


async def quote_page(request: Request, graph: OpenGraph, id_: str, context: TemplateValues) -> str:
    """Render the page of a quote."""
    facts = await run_view(request, graph, "quote", QuoteRequest(id_), QuoteFacts)
    return render_template("quote.html", facts=facts, **context)


async def theme_page(request: Request, graph: OpenGraph, id_: str, context: TemplateValues) -> str:
    """Render the page of a theme, a topic or a tag."""
    unlikely = _asks_unlikely(request)
    facts = await run_view(request, graph, "theme", NameRequest(id_, unlikely), ThemeFacts)
    links, is_theme = link_unlikely(request, unlikely), facts.thing.type == "theme"
    return render_template(
        "theme.html",
        facts=facts,
        is_theme=is_theme,
        over_time=_draw_over_time(facts, "theme", unlikely),
        plurals=TYPE_PLURALS,
        lead=_link_query("/episodes", links["with_unlikely"]({"theme": id_}), "mentions"),
        link_ties=_link_ties("group-names", {"of": id_}, links) if is_theme else None,
        **links,
        **context,
    )


async def show_page(request: Request, graph: OpenGraph, id_: str, context: TemplateValues) -> str:
    """Render the page of a show."""
    unlikely = _asks_unlikely(request)
    facts = await run_view(request, graph, "show", NameRequest(id_, unlikely), ShowFacts)
    series, title = _make_show_series(facts)
    links = link_unlikely(request, unlikely)
    return render_template(
        "show.html",
        facts=facts,
        over_time=make_month_figure([series], title, [link_svg(make_id_path(id_))], by_share=False),
        plurals=TYPE_PLURALS,
        lead=_link_query("/episodes", links["with_unlikely"]({"show": id_}), "mentions"),
        link_ties=_link_ties("group-names", {"of": id_}, links),
        **links,
        **context,
    )


async def show_chart(
    request: Request, graph: OpenGraph, id_: str, headers: dict[str, str]
) -> Response:
    """Return the chart of a show's episodes by month as a file."""
    facts = await run_view(request, graph, "show", NameRequest(id_), ShowFacts)
    series, title = _make_show_series(facts)
    return send_months([series], title, graph, make_id_path(id_), headers, by_share=False)


def _make_show_series(facts: ShowFacts) -> tuple[MonthSeries, str]:
    """Return the episodes of a show by month, and the title of their chart."""
    address = f"/episodes?{urlencode({'show': facts.thing.id})}"
    series = MonthSeries(facts.thing.label, facts.timeline, address, facts.undated)
    return series, f"Episodes of {facts.thing.label}"


def _draw_over_time(facts: EntityFacts | ThemeFacts, parameter: str, unlikely: bool) -> MonthFigure:
    """Return the chart of a thing; ``parameter`` of the list of episodes selects its own."""
    id_, label = facts.thing.id, facts.thing.label
    query = {parameter: id_, **({"unlikely": "true"} if unlikely else {})}
    series = MonthSeries(label, facts.timeline, f"/episodes?{urlencode(query)}", facts.undated)
    is_compared = facts.thing.type not in ("topic", "tag")
    address = make_compare_address([id_], unlikely)
    files = list_chart_files(address, [id_], unlikely) if is_compared else []
    return make_month_figure([series], f"{label} over time", files)


def _link_query(path: str, query: Mapping[str, str], name: str) -> Callable[[str], str]:
    return lambda id_: f"{path}?{urlencode({**query, name: id_})}"


def _link_ties(
    question: str, query: Mapping[str, str], links: TemplateValues
) -> Callable[[str], str]:
    """Return a function from a type to the address of all names of the type, as an answer."""
    asked = links["with_unlikely"]({**query, "count": str(MAX_VIEW_ROWS)})
    return _link_query(f"/questions/{question}", asked, "type")


#: First segment of an id -> function that renders its page.
THING_PAGES: dict[str, Callable[[Request, OpenGraph, str, TemplateValues], Awaitable[str]]] = {
    **dict.fromkeys(TYPE_PLURALS, entity_page),
    "show": show_page,
    "episode": episode_page,
    "quote": quote_page,
    **dict.fromkeys(("theme", "topic", "tag"), theme_page),
}

#: Policies of pages that may play a recording, which no other page may load. The address that is
#: linked often leads to other ones, so no site can be named; nothing is loaded before a press.
PLAYER_HEADERS = {
    "Content-Security-Policy": f"{SECURITY_HEADERS['Content-Security-Policy']}; "
    "media-src http: https:"
}
PAGES_WITH_PLAYER = ("episode", "quote")  #: first segments of ids

#: First segment of an id -> function that sends its chart, where no page of comparisons has it.
THING_CHARTS = {"show": show_chart}
