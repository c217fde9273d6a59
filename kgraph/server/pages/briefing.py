"""The page ``/briefing``, and a briefing as a file of its own: HTML, Markdown or JSON."""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import InputError
from kgraph.base.text import shorten
from kgraph.operations.request import read_request
from kgraph.server.html.templates import TEMPLATE_HASH, Hyperlink, render_template
from kgraph.server.http import responses
from kgraph.server.http.responses import Endpoint, error_page
from kgraph.server.negotiation import HTML, JSON
from kgraph.server.pages.parameters import parse_request, parse_valid, run_view
from kgraph.views.briefing import BriefingRequest
from kgraph.views.briefing_values import BriefingFacts

BRIEFING_PATH = "/briefing"

MARKDOWN = "text/markdown"

#: Format -> media type, and suffix of a file.
BRIEFING_FORMATS = {"markdown": (MARKDOWN, ".md"), "html": (HTML, ".html"), "json": (JSON, ".json")}


class BriefingForm(msgspec.Struct, frozen=True):
    """Parameters of the page: those of the view, and the form of the answer."""

    since: str = ""
    until: str = ""
    limit: str = ""
    format: str = ""


def choose_briefing_format(format_: str, output: str = "") -> str:
    """Return the named format, else that of the output's suffix, else ``markdown``.

    Raises:
        InputError: the format is none of :data:`BRIEFING_FORMATS`.

    >>> choose_briefing_format("", "june.html"), choose_briefing_format("", "-")
    ('html', 'markdown')
    """
    if format_ and format_ not in BRIEFING_FORMATS:
        raise InputError(
            f"format {shorten(format_)}: choose one of {', '.join(BRIEFING_FORMATS)}",
            parameter="format",
        )
    suffix = PurePath(output).suffix.lower()
    by_suffix = (name for name, (_, own) in BRIEFING_FORMATS.items() if own == suffix)
    return format_ or next(by_suffix, "markdown")


def format_briefing(facts: BriefingFacts, format_: str) -> str:
    """Return a briefing as the text of a file, in one of :data:`BRIEFING_FORMATS`."""
    if format_ == "html":
        return render_template("briefing_file.html", facts=facts)
    if format_ == "json":
        return msgspec.json.format(msgspec.json.encode(facts)).decode() + "\n"
    return str(facts)


async def briefing_endpoint(request: Request) -> Response:
    """Return a briefing as a page, or as a file."""
    form = parse_valid(request, BriefingForm)
    if not form.format:
        hint = "this is a page; /api/briefing has the same data, and format=markdown is a file"
        responses.refuse_unacceptable(request, (HTML,), hint)
    graph = responses.get_service(request).get_graph()
    parts = (TEMPLATE_HASH, request.url.path, request.url.query)
    headers = responses.make_cache_headers(request, graph, *parts)
    values = {"since": form.since, "until": form.until}
    try:
        parse_request(request, BriefingForm)
        chosen = {**values, **({"limit": form.limit} if form.limit else {})}
        asked = read_request(BriefingRequest, chosen)
        facts = await run_view(request, graph, "briefing", asked, BriefingFacts)
        if form.format:
            return _send_file(facts, choose_briefing_format(form.format), headers)
    except InputError as error:
        page = render_template("briefing.html", error=error, facts=None, files=[], **values)
        return error_page(error, page)
    days = {"since": facts.since, "until": facts.until}
    files = [
        Hyperlink(name.capitalize() if name == "markdown" else name.upper(), _link(days, name))
        for name in BRIEFING_FORMATS
    ]
    page = render_template(
        "briefing.html", section=BRIEFING_PATH, error=None, facts=facts, files=files, **days
    )
    return Response(page, 200, headers, HTML)


def _link(days: dict[str, str], format_: str) -> str:
    return f"{BRIEFING_PATH}?{urlencode({**days, 'format': format_})}"


def _send_file(facts: BriefingFacts, format_: str, headers: dict[str, str]) -> Response:
    text = format_briefing(facts, format_)
    media_type, suffix = BRIEFING_FORMATS[format_]
    name = f"briefing-{facts.since}-{facts.until}{suffix}"
    attachment = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, 200, headers | attachment, media_type)


ENDPOINTS = (Endpoint(BRIEFING_PATH, responses.with_error_handling(briefing_endpoint)),)
