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

from kgraph.analysis.comparing import MAX_COMPARED
from kgraph.base.errors import InputError, RequestError
from kgraph.base.text import shorten
from kgraph.operations.request import read_request
from kgraph.query.parameters import NAME_SEPARATOR
from kgraph.server.html.templates import TEMPLATE_HASH, Hyperlink, render_template
from kgraph.server.http import responses
from kgraph.server.http.responses import Endpoint
from kgraph.server.negotiation import HTML
from kgraph.server.pages.charts import SVG_MEDIA_TYPE, link_svg, send_chart
from kgraph.server.pages.month_chart import draw_months, make_month_figure
from kgraph.server.pages.month_rows import MonthSeries
from kgraph.server.pages.parameters import (
    parse_request,
    parse_valid,
    run_view,
    send_form_error,
)
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
    form = parse_valid(request, CompareForm)
    names = tuple(name for name in form.x if name.strip())
    values: TemplateValues = {
        "names": names,
        "fields": MAX_COMPARED,
        "unlikely": form.unlikely,
        "facts": None,
    }
    try:
        parse_request(request, CompareForm)
        if not names:
            page = render_template("compare.html", error=None, **values)
            return Response(page, 200, headers, HTML)
        _check_format(form.format)
        asked = read_request(CompareRequest, {"x": list(names)})
        asked = msgspec.structs.replace(asked, unlikely=form.unlikely)
        facts = await run_view(request, graph, "compare", asked, CompareFacts)
    except InputError as error:
        return send_form_error(request, "compare.html", error, **values)
    labels = [each.thing.label for each in facts.things]
    title = _join(labels) + (" over time" if len(labels) == 1 else " compared")
    links = [_link_episodes([each.thing], form.unlikely) for each in facts.things]
    series = make_series(facts.things, links)
    ids = [each.thing.id for each in facts.things]
    address = make_compare_address(ids, form.unlikely)
    if form.format:
        return send_months(series, title, graph, address, headers)
    page = render_template(
        "compare.html",
        error=None,
        **{**values, "facts": facts},
        title=title,
        over_time=make_month_figure(series, title, list_chart_files(address, ids, form.unlikely)),
        links=links,
        pairs=[
            Hyperlink(
                f"{a.thing.label} and {b.thing.label}",
                _make_pair_address(a.thing, b.thing, form.unlikely),
            )
            for a, b in combinations(facts.things, 2)
            if "theme" not in (a.thing.type, b.thing.type)
        ],
    )
    return Response(page, 200, headers, HTML)


async def pair_endpoint(request: Request) -> Response:
    """Return two things together as a page, or its chart as a file."""
    graph, headers = _prepare(request)
    form = parse_valid(request, PairForm)
    try:
        form = parse_request(request, PairForm)
        if not (form.one.strip() and form.other.strip()):
            page = render_template("pair.html", error=None, form=form, facts=None)
            return Response(page, 200, headers, HTML)
        _check_format(form.format)
        asked = read_request(PairRequest, {"one": form.one, "other": form.other})
        asked = msgspec.structs.replace(asked, unlikely=form.unlikely)
        facts = await run_view(request, graph, "pair", asked, PairFacts)
    except InputError as error:
        return send_form_error(request, "pair.html", error, form=form, facts=None)
    ends = [facts.one.thing, facts.other.thing]
    both = msgspec.structs.replace(
        facts.both, thing=msgspec.structs.replace(facts.both.thing, label="both")
    )
    things = [facts.one, facts.other, both]
    title = _join([end.label for end in ends])
    links = [_link_episodes(named, form.unlikely) for named in ([ends[0]], [ends[1]], ends)]
    series = make_series(things, links)
    ids = [end.id for end in ends]
    address = _make_pair_address(ends[0], ends[1], form.unlikely)
    if form.format:
        return send_months(series, title, graph, address, headers)
    page = render_template(
        "pair.html",
        error=None,
        form=form,
        facts=facts,
        title=title,
        over_time=make_month_figure(
            series,
            title,
            list_chart_files(address, ids, form.unlikely, together=True),
        ),
        links=links,
        compare=make_compare_address(ids, form.unlikely),
        shared_links=[
            [_make_pair_address(end, row.thing, form.unlikely) for end in ends]
            for row in facts.shared
        ],
    )
    return Response(page, 200, headers, HTML)


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


def make_series(things: Sequence[ComparedThing], links: Sequence[str]) -> list[MonthSeries]:
    """Return things as series of months; ``links`` are the addresses of their episodes."""
    return [
        MonthSeries(each.thing.label, each.timeline, link, each.undated)
        for each, link in zip(things, links, strict=True)
    ]


def send_months(
    series: Sequence[MonthSeries],
    title: str,
    graph: OpenGraph,
    address: str,
    headers: dict[str, str],
    *,
    by_share: bool = True,
) -> Response:
    """Return a chart of months as a file: :func:`kgraph.server.pages.charts.send_chart`.

    Raises:
        RequestError: there is nothing to draw.
    """
    unlinked = [msgspec.structs.replace(each, href="") for each in series]
    chart = draw_months(unlinked, title, by_share)
    if chart is None:
        raise RequestError(404, "no episode has a known date of publication: there is no chart")
    return send_chart(chart, graph, address, headers)


def list_chart_files(
    address: str, ids: Sequence[str], unlikely: bool, together: bool = False
) -> list[Hyperlink]:
    """Return links to the chart of a page, given its address, and to its numbers as a table."""
    names = f"{NAME_SEPARATOR} ".join(ids)
    asked = [("x", names), *([("together", "true")] if together else [])]
    table = _make_address("/questions/compare", asked, unlikely)
    forms = [Hyperlink(form.upper(), f"{table}&format={form}") for form in ("csv", "json")]
    return [link_svg(address), *forms]


def make_compare_address(ids: Sequence[str], unlikely: bool) -> str:
    """Return the address of the page that compares some things."""
    return _make_address(COMPARE_PATH, [("x", id_) for id_ in ids], unlikely)


def _make_pair_address(one: EntityRef, other: EntityRef, unlikely: bool) -> str:
    return _make_address(PAIR_PATH, [("one", one.id), ("other", other.id)], unlikely)


def _make_address(path: str, parameters: Sequence[tuple[str, str]], unlikely: bool) -> str:
    return f"{path}?{urlencode([*parameters, *([('unlikely', 'true')] if unlikely else [])])}"


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
