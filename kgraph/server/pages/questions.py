"""The named queries, each with a form, and their answers.

A query's page has its form, its answer as a table and perhaps as a chart, and the command and the
SPARQL that return the same. ``format``, or the media types that a client accepts, select CSV, TSV,
SPARQL JSON or XML instead; ``format=sparql`` returns the query, ``format=svg`` the chart.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kgraph.analysis.presentation import Cell, RenderedAnswer
from kgraph.analysis.questions import load_named_queries, unknown_query_error
from kgraph.base.errors import InputError, RequestError
from kgraph.base.text import pluralize
from kgraph.query.answer import describe_undated
from kgraph.query.formats import ANSWER_FORMATS
from kgraph.query.named import QUESTION_SECTIONS, NamedQuery, SparqlSource
from kgraph.query.share_columns import INTERVAL_COLUMNS
from kgraph.server.html.forms import SUGGESTED_KINDS, drop_empty_fields, make_fields
from kgraph.server.html.templates import TEMPLATE_HASH, Hyperlink, render_template
from kgraph.server.http import responses
from kgraph.server.http.responses import Endpoint, error_page, make_page_handler
from kgraph.server.negotiation import HTML, JSON, SOLUTION_MEDIA_TYPES, choose_format
from kgraph.server.pages.answer_evidence import link_figures
from kgraph.server.pages.charts import DrawnChart, draw_bars, link_svg, send_chart
from kgraph.server.pages.month_chart import draw_months
from kgraph.server.pages.month_rows import MonthSeries
from kgraph.server.pages.parameters import fetch_json, parse_request, query_params
from kgraph.server.workers.tasks import ExpandSavedQuery, RenderQuestion, RunQuestion
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import MonthCount, NoParameters

QUESTIONS_PATH = "/questions"

ASSOCIATION_COLUMN = "association"  #: column whose values may be chance at 0 and below
MONTH_COLUMN = "month"  #: column of months, which a chart draws as a line

#: Media type -> name of a representation.
FORM_BY_MEDIA_TYPE = {
    HTML: "html",
    **{media_type: name for name, media_type in SOLUTION_MEDIA_TYPES.items()},
    JSON: "json",
}

#: Forms with pages of their own, and the question that each answers.
FORM_LINKS = (
    (Hyperlink("Two names", "/pair"), "How often are two names mentioned together, and where?"),
    (
        Hyperlink("Compare over time", "/compare"),
        "How often are up to six names mentioned by month?",
    ),
    (Hyperlink("Why", "/why"), "Why does an episode mention a name, and how sure is it?"),
    (Hyperlink("Why not", "/why-not"), "Why does an episode not mention a name that it should?"),
    (Hyperlink("How", "/how"), "How did the mentions of a name come together as one entity?"),
)

SPARQL_FORM = "sparql"  #: representation that is the query itself
SVG_FORM = "svg"  #: representation that is the chart
SPARQL_QUERY_TYPE = "application/sparql-query"


def group_by_section(queries: Collection[NamedQuery]) -> list[tuple[str, list[NamedQuery]]]:
    """Group queries by section; return the heading and queries of each that has any."""
    groups = [
        (heading, [query for query in queries if query.section == section])
        for section, heading in QUESTION_SECTIONS.items()
    ]
    return [(heading, members) for heading, members in groups if members]


async def questions_page(request: Request, graph: OpenGraph) -> str:
    """Render the list of named queries."""
    parse_request(request, NoParameters)
    sections = group_by_section(load_named_queries().values())
    return render_template(
        "questions.html", section=QUESTIONS_PATH, sections=sections, forms=FORM_LINKS
    )


async def question_endpoint(request: Request) -> Response:
    """Return a named query's form and answer as a page, its answer as data, or its SPARQL."""
    name = request.path_params["name"]
    query = load_named_queries().get(name)
    if query is None:
        raise unknown_query_error(name, f"{QUESTIONS_PATH} lists them")
    graph = responses.get_service(request).get_graph()
    values = drop_empty_fields(query.parameters, query_params(request))
    accept, format_ = request.headers.get("accept", ""), values.pop("format", "")
    charts = (SVG_FORM,) if query.chart else ()
    form = choose_format(accept, format_, FORM_BY_MEDIA_TYPE, SPARQL_FORM, *charts)
    parts = (TEMPLATE_HASH, form, name, urlencode(sorted(values.items())))
    headers = responses.make_cache_headers(request, graph, *parts)
    if form == "html":
        return await _send_page(request, graph, query, values, headers)
    if form == SPARQL_FORM:
        if query.kind != "query":
            raise RequestError(404, f"{name}: a program answers it, not SPARQL")
        sparql = await fetch_json(request, graph, ExpandSavedQuery(name, values))
        return Response(msgspec.json.decode(sparql, type=str), 200, headers, SPARQL_QUERY_TYPE)
    if form == SVG_FORM:
        return await _send_chart(request, graph, query, values, headers)
    work = responses.get_service(request).run_task(graph, RunQuestion(name, values, form))
    reply = await responses.cancel_on_disconnect(request, work)
    suffix = ".json" if form == "json" else ANSWER_FORMATS[form].suffix
    attachment = {"Content-Disposition": f'attachment; filename="{name}{suffix}"'}
    return responses.make_reply_response(reply, headers | attachment)


async def _send_page(
    request: Request,
    graph: OpenGraph,
    query: NamedQuery,
    values: dict[str, str],
    headers: Mapping[str, str],
) -> Response:
    """Return the form, with the answer if all required parameters are given.

    Without any, the form says why the defaults have no answer in this graph: the address is right.
    """
    answer = None
    try:
        for parameter in query.parameters if values else ():
            if parameter.default is None and parameter.name not in values:
                raise InputError(f"give this: {parameter.words}", parameter=parameter.name)
        if values or all(parameter.default is not None for parameter in query.parameters):
            answer = await _fetch_answer(request, graph, query, values)
    except InputError as error:
        page = render_question(graph, query, values, error=error)
        return error_page(error, page) if values else Response(page, 200, headers, HTML)
    return Response(render_question(graph, query, values, answer), 200, headers, HTML)


async def _fetch_answer(
    request: Request, graph: OpenGraph, query: NamedQuery, values: dict[str, str]
) -> RenderedAnswer:
    data = await fetch_json(request, graph, RenderQuestion(query.name, values))
    return msgspec.json.decode(data, type=RenderedAnswer)


async def _send_chart(
    request: Request,
    graph: OpenGraph,
    query: NamedQuery,
    values: dict[str, str],
    headers: dict[str, str],
) -> Response:
    """Return the chart of an answer as a file.

    Raises:
        RequestError: the answer has too few rows for a chart.
    """
    answer = await _fetch_answer(request, graph, query, values)
    chart = draw_answer(graph, query, values, answer)
    if chart is None:
        raise RequestError(404, f"{query.name}: the answer has no chart: format=csv has its rows")
    return send_chart(chart, graph, _make_address(query, values), headers)


def draw_answer(
    graph: OpenGraph, query: NamedQuery, values: Mapping[str, str], answer: RenderedAnswer
) -> DrawnChart | None:
    """Return the chart of an answer: a line if its labels are months, otherwise bars; None if the
    answer has none."""
    if not answer.bars or query.chart is None:
        return None
    subjects = []
    for parameter in query.parameters:
        text = values.get(parameter.name, parameter.default)
        if text and parameter.type in SUGGESTED_KINDS:
            ref = graph.find_ref(text)
            subjects.append(ref.label if ref else text)
    named = ", ".join(subjects)
    title = f"{named}: {query.summary}" if named else query.summary
    title = title.removesuffix(".")
    if query.chart.labels == MONTH_COLUMN:
        months = [_read_month(dict(zip(answer.columns, row, strict=True))) for row in answer.rows]
        return draw_months([MonthSeries(named, months, "", answer.undated)], title)
    undrawn = answer.total - len(answer.bars)
    note = f"{pluralize(undrawn, 'further row')} of the table not drawn." if undrawn else ""
    of_nothing = "may be chance" if query.chart.values == ASSOCIATION_COLUMN else ""
    return draw_bars(answer.bars, query.chart.measure, title, note, of_nothing)


def _read_month(cells: Mapping[str, Cell]) -> MonthCount:
    """Read a row of :data:`kgraph.query.share_columns.MONTH_SHARE_COLUMNS`."""

    def read(column: str) -> float | None:
        text = cells[column].text
        return float(text) / 100 if text else None

    def count(column: str) -> int:
        return int(cells[column].text or 0)

    direction = cells["direction"].text
    return MonthCount(
        cells[MONTH_COLUMN].text,
        count("episodes"),
        count("all"),
        count("shows"),
        read("standardShare"),
        read(INTERVAL_COLUMNS[0]),
        read(INTERVAL_COLUMNS[1]),
        read("change"),
        read("changeLow"),
        read("changeHigh"),
        count("sameShows"),
        "rose" if direction == "rose" else "fell" if direction == "fell" else "",
        count("unknownShow"),
        count("standardEpisodes"),
    )


def render_question(
    graph: OpenGraph,
    query: NamedQuery,
    values: Mapping[str, str],
    answer: RenderedAnswer | None = None,
    error: InputError | None = None,
) -> str:
    """Render the page of a named query with the values of its form, and its answer or error."""
    downloads = [
        Hyperlink(label, _make_address(query, {**values, "format": form}))
        for label, form in (("CSV", "csv"), ("TSV", "tsv"), ("JSON", "json"))
    ]
    chart = draw_answer(graph, query, values, answer) if answer else None
    return render_template(
        "question.html",
        section=QUESTIONS_PATH,
        question=query,
        fields=make_fields(query.parameters, values, error),
        error=error,
        shown=answer,
        chart=chart,
        evidence=link_figures(graph, query, values, answer) if answer else [],
        chart_files=[link_svg(_make_address(query, values))],
        command=format_command(query.name, values),
        downloads=downloads if answer else [],
        undated=describe_undated(answer.undated) if answer else "",
        keep=query.source.thinning if isinstance(query.source, SparqlSource) else None,
        computed=query.source.computed or query.source.recordings
        if isinstance(query.source, SparqlSource)
        else None,
    )


def _make_address(query: NamedQuery, values: Mapping[str, str]) -> str:
    path = f"{QUESTIONS_PATH}/{query.name}"
    return f"{path}?{urlencode(values)}" if values else path


def format_command(name: str, values: Mapping[str, str]) -> str:
    """Return the command that runs a named query.

    >>> format_command("by-month", {"entity": "JP Morgan"})
    "kgraph query by-month --param 'entity=JP Morgan'"
    """
    parameters = [f"--param {shlex.quote(f'{key}={value}')}" for key, value in values.items()]
    return " ".join(["kgraph query", name, *parameters])


ENDPOINTS = (
    Endpoint(QUESTIONS_PATH, make_page_handler(questions_page)),
    Endpoint(QUESTIONS_PATH + "/{name}", question_endpoint, has_cors=True),
)
