"""The pages ``/how`` and ``/why-not``, and the evidence of ``/why`` with its waterfalls."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import InputError, QueryError
from kgraph.server.http.responses import Endpoint, error_page, make_page_handler
from kgraph.server.pages.parameters import parse_params, query_params, run_view
from kgraph.server.pages.templates import Hyperlink, render_template
from kgraph.views.how import HowFacts, HowRequest
from kgraph.views.how_tables import list_groups
from kgraph.views.name_rows import RowGroups
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import MAX_VIEW_ROWS
from kgraph.views.why import WhyFacts, WhyRequest
from kgraph.views.why_not_facts import WhyNotFacts, WhyNotRequest

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
        if edge.type != "noise"
    ]


def make_how_address(id_: str) -> str:
    """Return the address of the page that tells how an entity came together.

    >>> make_how_address("company/acme")
    '/how?name=company%2Facme'
    """
    return f"{HOW_PATH}?{urlencode({'name': id_})}"


class GroupTable(msgspec.Struct, frozen=True):
    """A list of groups of rows for the page: its name, heading, explanation, and rows."""

    name: str
    heading: str
    words: str
    groups: RowGroups


async def how_page(request: Request, graph: OpenGraph) -> str:
    """Render how an entity came together."""
    params = parse_params(query_params(request), HowRequest)
    facts = await run_view(request, graph, "how", params, HowFacts)
    tables = [
        GroupTable(name, *GROUP_TEXTS[name], groups)
        for name, groups in list_groups(facts)
        if groups.total
    ]
    more = urlencode({"name": facts.thing.id, "limit": MAX_VIEW_ROWS})
    is_cut = any(len(table.groups.groups) < table.groups.total for table in tables)
    address = f"{HOW_PATH}?{more}" if is_cut and params.limit < MAX_VIEW_ROWS else ""
    return render_template("how.html", facts=facts, tables=tables, more=address)


class WhyNotForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fields of the form; "" for empty ones."""

    name: str = ""
    other: str = ""


async def why_not_page(request: Request, graph: OpenGraph) -> str | Response:
    """Render why two names are not one thing, or why an episode does not mention a name."""
    form = parse_params(query_params(request), WhyNotForm)
    if not form.name or not form.other:
        return render_template("why_not.html", form=form, facts=None, error=None)
    try:
        params = parse_params({"name": form.name, "other": form.other}, WhyNotRequest)
        facts = await run_view(request, graph, "why-not", params, WhyNotFacts)
    except InputError as error:
        page = render_template("why_not.html", form=form, facts=None, error=error)
        return error_page(error, page)
    return render_template("why_not.html", form=form, facts=facts, error=None)


ENDPOINTS = (
    Endpoint(HOW_PATH, make_page_handler(how_page)),
    Endpoint(WHY_NOT_PATH, make_page_handler(why_not_page)),
)
