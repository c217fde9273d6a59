"""The pages ``/why`` with its waterfalls, ``/how`` and ``/why-not``.

Each is a form until it has all names that it needs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlencode

import msgspec
from msgspec.structs import asdict, fields, replace
from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import InputError, QueryError
from kgraph.graph.absence import format_names_command
from kgraph.server.html.templates import Hyperlink, render_template
from kgraph.server.http.responses import Endpoint, make_page_handler
from kgraph.server.pages.parameters import (
    parse_params,
    parse_request,
    parse_valid,
    run_view,
    send_form_error,
)
from kgraph.server.pages.waterfall import draw_waterfall
from kgraph.views.explanation import TERM_EDGE_RULES
from kgraph.views.how import HowFacts, HowRequest
from kgraph.views.how_tables import list_groups
from kgraph.views.name_rows import RowGroups
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import MAX_VIEW_ROWS
from kgraph.views.why import WhyFacts, WhyRequest
from kgraph.views.why_not_facts import WhyNotFacts, WhyNotRequest

WHY_PATH = "/why"
HOW_PATH = "/how"
WHY_NOT_PATH = "/why-not"

#: List of rows -> its heading and its explanation on the page.
GROUP_TEXTS = {
    "joined": ("Rows that joined", "As written, most rows first."),
    "below": (
        "Below the floor",
        "Rows of mentions that are more likely wrong than right, so they are not counted.",
    ),
    "rejected": ("Rejected rows of its name", "Rows with its name that were rejected as names."),
    "elsewhere": (
        "Taken for something else",
        "Rows with its name that were resolved to something else.",
    ),
}


EXTRACTOR_LABELS = {
    "llm": "the language model",
    "regex": "the regular expressions over the transcript",
    "hand": "a person, who listed it by hand",
}


async def fetch_evidence(request: Request, graph: OpenGraph, params: WhyRequest) -> WhyFacts:
    """Return the evidence of edges, with steps of their confidence unless these take too long."""
    try:
        return await run_view(request, graph, "why", replace(params, steps=True), WhyFacts)
    except QueryError as error:
        facts = await run_view(request, graph, "why", replace(params, steps=False), WhyFacts)
        return replace(facts, note=f"{error}: reload the page in a moment")


def link_explanations(facts: WhyFacts) -> list[Hyperlink]:
    """Return links from the evidence of an edge to how its entity came together."""
    return [
        Hyperlink(f"How {edge.label} came together", make_how_address(edge.target))
        for edge in facts.edges
        if edge.type != "noise" and edge.rule not in TERM_EDGE_RULES
    ]


def make_how_address(id_: str) -> str:
    """Return the address of the page that tells how an entity came together.

    >>> make_how_address("company/acme")
    '/how?name=company%2Facme'
    """
    return f"{HOW_PATH}?{urlencode({'name': id_})}"


def format_table_command(command: str, *names: str) -> str:
    """Return the command line that gives the same answer as a table.

    >>> format_table_command("why-not", "Acme Labs", "-1")
    "kgraph why-not --format tsv -- 'Acme Labs' -1"
    """
    return format_names_command(f"{command} --format tsv", *names)


class GroupTable(msgspec.Struct, frozen=True):
    """A list of groups of rows for the page: its name, heading, explanation, and rows."""

    name: str
    heading: str
    words: str
    groups: RowGroups


class WhyForm(msgspec.Struct, frozen=True):
    """The fields of the form that asks why; "" for empty ones."""

    episode: str = ""
    name: str = ""


class HowForm(msgspec.Struct, frozen=True):
    """The fields of the form that asks how."""

    name: str = ""
    limit: str = ""


class WhyNotForm(msgspec.Struct, frozen=True):
    """The fields of the form that asks why not."""

    name: str = ""
    other: str = ""


FormT = TypeVar("FormT", WhyForm, HowForm, WhyNotForm)
RequestT = TypeVar("RequestT", WhyRequest, HowRequest, WhyNotRequest)


async def _answer_form(
    request: Request,
    template: str,
    form_type: type[FormT],
    params: type[RequestT],
    render: Callable[[RequestT], Awaitable[str]],
) -> str | Response:
    """Return the answer to a form; the form alone as long as one of its names is missing."""
    form = parse_valid(request, form_type)
    try:
        form = parse_request(request, form_type)
        values = {name: text for name, text in asdict(form).items() if text.strip()}
        required = (field.name for field in fields(params) if field.required)
        if all(name in values for name in required):
            return await render(parse_params(values, params))
    except InputError as error:
        return send_form_error(request, template, error, form=form, facts=None)
    return render_template(template, form=form, facts=None, error=None)


async def why_page(request: Request, graph: OpenGraph) -> str | Response:
    """Render the rows and reasons of an edge, with waterfalls of their confidence."""

    async def render(params: WhyRequest) -> str:
        facts = await fetch_evidence(request, graph, params)
        labels = [edge.label for edge in facts.edges]
        labels += [facts.show.show.label] if facts.show else []
        return render_template(
            "why.html",
            facts=facts,
            name=labels[0],
            extractors=EXTRACTOR_LABELS,
            draw_waterfall=draw_waterfall,
            asked_names=link_explanations(facts),
        )

    return await _answer_form(request, "why.html", WhyForm, WhyRequest, render)


async def how_page(request: Request, graph: OpenGraph) -> str | Response:
    """Render how an entity came together."""

    async def render(params: HowRequest) -> str:
        facts = await run_view(request, graph, "how", params, HowFacts)
        tables = [
            GroupTable(name, *GROUP_TEXTS[name], groups)
            for name, groups in list_groups(facts)
            if groups.total
        ]
        more = urlencode({"name": facts.thing.id, "limit": MAX_VIEW_ROWS})
        is_cut = any(len(table.groups.groups) < table.groups.total for table in tables)
        is_cut = is_cut or len(facts.stated.names) < facts.stated.total
        address = f"{HOW_PATH}?{more}" if is_cut and params.limit < MAX_VIEW_ROWS else ""
        command = format_table_command("how", facts.thing.id)
        return render_template(
            "how.html", facts=facts, tables=tables, more=address, command=command
        )

    return await _answer_form(request, "how.html", HowForm, HowRequest, render)


async def why_not_page(request: Request, graph: OpenGraph) -> str | Response:
    """Render why two names are not one thing, or why an episode does not mention a name."""

    async def render(params: WhyNotRequest) -> str:
        facts = await run_view(request, graph, "why-not", params, WhyNotFacts)
        command = format_table_command("why-not", params.name, params.other)
        return render_template(
            "why_not.html", form=params, facts=facts, error=None, command=command
        )

    return await _answer_form(request, "why_not.html", WhyNotForm, WhyNotRequest, render)


ENDPOINTS = (
    Endpoint(WHY_PATH, make_page_handler(why_page)),
    Endpoint(HOW_PATH, make_page_handler(how_page)),
    Endpoint(WHY_NOT_PATH, make_page_handler(why_not_page)),
)
