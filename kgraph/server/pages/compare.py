"""The pages ``/compare``, of up to six things over time, and ``/pair``, of two things together.

``format=svg`` gives the chart of a page as a file, with its title and source. Its numbers as a
table are those of the question ``compare``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kgraph.analysis.comparing import MAX_COMPARED, NAME_SEPARATOR
from kgraph.base.errors import InputError, RequestError, UnknownNameError
from kgraph.base.text import pluralize, shorten
from kgraph.draw.draw import TYPE_PLURALS
from kgraph.server.http import responses
from kgraph.server.http.negotiation import HTML
from kgraph.server.http.responses import Endpoint, error_page
from kgraph.server.pages.line_chart import draw_line_chart, list_month_rows
from kgraph.server.pages.parameters import parse_params, parse_request, run_view
from kgraph.server.pages.templates import TEMPLATE_HASH, Hyperlink, render_template
from kgraph.views.compare import (
    ComparedThing,
    CompareFacts,
    CompareRequest,
    PairFacts,
    PairRequest,
)
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import EntityRef

COMPARE_PATH, PAIR_PATH = "/compare", "/pair"

SVG_MEDIA_TYPE = "image/svg+xml"

TemplateValues = dict[str, Any]


class CompareForm(msgspec.Struct, frozen=True):
    """Parameters of the page: those of the view, and the form of the answer."""

    x: tuple[str, ...] = ()
    unlikely: bool = False
    format: str = ""


class PairForm(msgspec.Struct, frozen=True):
    """Parameters of the page, "" for empty fields."""

    one: str = ""
    other: str = ""
    unlikely: bool = False
    format: str = ""


async def compare_endpoint(request: Request) -> Response:
    """Return the comparison of things as a page, or its chart as a file."""
    graph, headers = _prepare(request)
    form = parse_request(request, CompareForm)
    names = tuple(name for name in form.x if name.strip())
    values: TemplateValues = {
        "names": names,
        "fields": MAX_COMPARED,
        "unlikely": form.unlikely,
        "facts": None,
    }
    if not names:
        return Response(render_template("compare.html", error=None, **values), 200, headers, HTML)
    try:
        _check_format(form.format)
        asked = parse_params({"x": list(names)}, CompareRequest)
        asked = msgspec.structs.replace(asked, unlikely=form.unlikely)
        facts = await run_view(request, graph, "compare", asked, CompareFacts)
    except InputError as error:
        return _send_error("compare.html", error, values)
    labels = [each.thing.label for each in facts.things]
    title = _join(labels) + (" over time" if len(labels) == 1 else " compared")
    if form.format:
        return _send_chart(request, graph, facts.things, title, headers)
    links = [_link_episodes([each.thing], form.unlikely) for each in facts.things]
    chart = draw_line_chart(facts.things, links, title)
    parameters = [("x", each.thing.id) for each in facts.things]
    page = render_template(
        "compare.html",
        error=None,
        **{**values, "facts": facts},
        title=title,
        chart=chart,
        rows=list_month_rows(facts.things),
        links=links,
        files=_list_files(COMPARE_PATH, parameters, facts.things, form.unlikely),
        pairs=[
            Hyperlink(f"{a.thing.label} and {b.thing.label}", _make_pair_address(a, b))
            for a, b in combinations(facts.things, 2)
            if "theme" not in (a.thing.type, b.thing.type)
        ],
    )
    return Response(page, 200, headers, HTML)


async def pair_endpoint(request: Request) -> Response:
    """Return two things together as a page, or its chart as a file."""
    graph, headers = _prepare(request)
    form = parse_request(request, PairForm)
    values: TemplateValues = {"form": form, "facts": None}
    if not (form.one.strip() and form.other.strip()):
        return Response(render_template("pair.html", error=None, **values), 200, headers, HTML)
    try:
        _check_format(form.format)
        asked = parse_params({"one": form.one, "other": form.other}, PairRequest)
        asked = msgspec.structs.replace(asked, unlikely=form.unlikely)
        facts = await run_view(request, graph, "pair", asked, PairFacts)
    except InputError as error:
        return _send_error("pair.html", error, values)
    ends = [facts.one.thing, facts.other.thing]
    both = msgspec.structs.replace(
        facts.both, thing=msgspec.structs.replace(facts.both.thing, label="both")
    )
    things = [facts.one, facts.other, both]
    title = _join([end.label for end in ends])
    if form.format:
        return _send_chart(request, graph, things, title, headers)
    links = [_link_episodes(named, form.unlikely) for named in ([ends[0]], [ends[1]], ends)]
    chart = draw_line_chart(things, links, title)
    parameters = [("one", ends[0].id), ("other", ends[1].id)]
    page = render_template(
        "pair.html",
        error=None,
        **{**values, "facts": facts},
        title=title,
        plurals=TYPE_PLURALS,
        chart=chart,
        rows=list_month_rows(things),
        things=things,
        links=links,
        files=_list_files(PAIR_PATH, parameters, things[:2], form.unlikely, together=True),
        compare=f"{COMPARE_PATH}?{urlencode([('x', end.id) for end in ends])}",
    )
    return Response(page, 200, headers, HTML)


def _make_pair_address(first: ComparedThing, second: ComparedThing) -> str:
    return f"{PAIR_PATH}?{urlencode({'one': first.thing.id, 'other': second.thing.id})}"


def _prepare(request: Request) -> tuple[OpenGraph, dict[str, str]]:
    """Return the graph and the headers of a page, unless the client already has it."""
    media_types = (HTML, SVG_MEDIA_TYPE)
    responses.refuse_unacceptable(request, media_types, "this is a page; /api has the same data")
    graph = responses.get_service(request).get_graph()
    parts = (TEMPLATE_HASH, request.url.path, request.url.query)
    return graph, responses.make_cache_headers(request, graph, *parts)


def _check_format(format_: str) -> None:
    if format_ not in ("", "svg"):
        raise InputError(f"format={shorten(format_)}: write format=svg, or leave it out")


def _send_error(template: str, error: InputError, values: TemplateValues) -> Response:
    near = error.suggestions if isinstance(error, UnknownNameError) else ()
    return error_page(error, render_template(template, error=error, near=near, **values))


def _send_chart(
    request: Request,
    graph: OpenGraph,
    things: Sequence[ComparedThing],
    title: str,
    headers: dict[str, str],
) -> Response:
    """Return a chart as a file, without links: it leaves this server.

    Raises:
        RequestError: there is nothing to draw.
    """
    chart = draw_line_chart(things, [""] * len(things), title)
    if chart is None:
        raise RequestError(404, "no episode has a known date of publication: there is no chart")
    days = [summary.date[:10] for summary in graph.summaries.values() if summary.is_dated]
    source = (
        f"Source: kgraph, {pluralize(len(graph.summaries), 'episode')} from {min(days)} to "
        f"{max(days)}, {request.url.path}"
    )
    data = render_template("line_chart.svg", chart=chart, source=source)
    attachment = {"Content-Disposition": 'attachment; filename="chart.svg"'}
    return Response(data, 200, headers | attachment, SVG_MEDIA_TYPE)


def _list_files(
    path: str,
    parameters: Sequence[tuple[str, str]],
    things: Sequence[ComparedThing],
    unlikely: bool,
    together: bool = False,
) -> list[Hyperlink]:
    """Return links to a chart as a file, and to its numbers as a table."""
    shown = [("unlikely", "true")] if unlikely else []
    asked = [("x", f"{NAME_SEPARATOR} ".join(each.thing.id for each in things)), *shown]
    asked += [("together", "true")] if together else []
    return [
        Hyperlink("SVG", f"{path}?{urlencode([*parameters, *shown, ('format', 'svg')])}"),
        *(
            Hyperlink(form.upper(), f"/questions/compare?{urlencode([*asked, ('format', form)])}")
            for form in ("csv", "json")
        ),
    ]


def _link_episodes(things: Sequence[EntityRef], unlikely: bool) -> str:
    """Return the address of the episodes that mention all of some entities, or are of a theme."""
    names = ("theme",) if things[0].type == "theme" else ("mentions", "beside")
    query = {name: thing.id for name, thing in zip(names, things, strict=False)}
    return f"/episodes?{urlencode({**query, **({'unlikely': 'true'} if unlikely else {})})}"


def _join(labels: Sequence[str]) -> str:
    """Join labels as in a sentence.

    >>> _join(["A"]), _join(["A", "B", "C"])
    ('A', 'A, B and C')
    """
    return " and ".join(filter(None, (", ".join(labels[:-1]), labels[-1])))


ENDPOINTS = (
    Endpoint(COMPARE_PATH, responses.with_error_handling(compare_endpoint)),
    Endpoint(PAIR_PATH, responses.with_error_handling(pair_endpoint)),
)
