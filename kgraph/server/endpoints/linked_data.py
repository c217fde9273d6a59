"""Linked data: each IRI of the graph answers on its path, as a page or as RDF.

Takes the path after the server's root, which is the IRI after the graph's base. A thing is
described by all that it says, and by at most :data:`MAX_INCOMING` statements that are said of
it. An IRI that was replaced (``kg:replaces``) leads to what replaced it; an unknown one gets
suggestions where it looks like a name. ``?format=NAME`` or a suffix forces a form.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kgraph.base.errors import UnknownNameError
from kgraph.base.text import shorten
from kgraph.base.vocabulary import compact_iri, expand_curie
from kgraph.query.formats import ANSWER_FORMATS, AnswerKind
from kgraph.server.http import responses
from kgraph.server.http.negotiation import FORMATS_BY_MEDIA_TYPE, HTML, choose_format
from kgraph.server.pages.templates import TEMPLATE_HASH, Hyperlink, local_path, render_template
from kgraph.server.pages.things import THING_PAGES, TemplateValues
from kgraph.server.workers.messages import QueryRequest, Reply
from kgraph.views.open_graph import OpenGraph

MAX_INCOMING = 500
"""Statements about a thing that are shown; a company may be mentioned by thousands."""

MAX_SUGGESTED_NAME_CHARS = 100
"""Characters of an unknown name for which near ones are looked for."""

SOLUTIONS_AS_JSON: dict[AnswerKind, str] = {"solutions": ANSWER_FORMATS["json"].media_type}

FORMAT_OF_MEDIA_TYPE = {f.media_type: f.name for f in ANSWER_FORMATS.values() if "graph" in f.kinds}
"""Media type -> name of an RDF format."""

FORMAT_OF_SUFFIX = {ANSWER_FORMATS[name].suffix: name for name in FORMAT_OF_MEDIA_TYPE.values()} | {
    ".html": "html"
}
"""Suffix -> name of a form."""

OFFERED_MEDIA_TYPES = {**FORMATS_BY_MEDIA_TYPE["graph"], HTML: "html"}
"""Media type -> name of a form; who does not care gets Turtle, a browser the page."""

_STATUS_QUERY = """SELECT ?new ?known {{
  BIND(EXISTS {{ {iri} ?p ?o }} || EXISTS {{ ?s ?q {iri} }} AS ?known)
  OPTIONAL {{ ?new kg:replaces {iri} FILTER NOT EXISTS {{ {iri} ?p2 ?o2 }} }}
}} ORDER BY ?new LIMIT 1"""

_CONSTRUCT_QUERY = """CONSTRUCT {{ {iri} ?p ?o . ?s ?q {iri} }} WHERE {{
  {{ {iri} ?p ?o }} UNION {{ SELECT ?s ?q {{ ?s ?q {iri} }} LIMIT {limit} }} }}"""

_STATEMENTS_QUERY = """SELECT ?way ?p ?o ?label {{
  {{ {iri} ?p ?o BIND("out" AS ?way) }}
  UNION {{ SELECT ("in" AS ?way) ?p ?o {{ ?o ?p {iri} }} LIMIT {limit} }}
  OPTIONAL {{ ?o schema:name|skos:prefLabel|rdfs:label|schema:text ?label }} }}"""

_NAME_PREDICATES = tuple(
    map(expand_curie, ("schema:name", "skos:prefLabel", "rdfs:label", "schema:text"))
)


class Statement(msgspec.Struct, frozen=True):
    """A statement of a thing, or about it.

    Attributes:
        way: ``out`` for what it says, ``in`` for what is said of it.
        predicate: IRI.
        value: IRI or text of the other end.
        is_iri: which of the two.
        label: the other end's name, "" where it has none.
    """

    direction: str
    predicate: str
    value: str
    is_iri: bool
    label: str


class IriStatus(msgspec.Struct, frozen=True):
    """What became of an IRI.

    Attributes:
        known: whether the graph says anything of it.
        new: IRI of what replaced it; "" for none.
    """

    is_known: bool
    replaced_by: str


async def serve_resource(request: Request) -> Response:
    """Describe the thing whose IRI the path is."""
    snapshot = responses.get_service(request).get_graph()
    id_, form, fate = await _resolve_path(request, snapshot)
    if fate.replaced_by:
        # Not for ever: deleting the judgement undoes it.
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(
            local_path(fate.replaced_by.removeprefix(snapshot.base)) + query, 307
        )
    if not fate.is_known:
        raise await run_in_threadpool(_unknown_iri_error, snapshot, request.path_params["id"])
    tag = responses.make_etag(snapshot, id_, form, *([TEMPLATE_HASH] if form == "html" else []))
    headers = responses.cache_headers(tag) | {
        "Content-Location": f"{local_path(id_)}?format={form}"
    }
    if responses.is_not_modified(request, tag):
        return Response(status_code=304, headers=headers)
    if form == "html":
        return Response(
            await _render_resource(request, snapshot, id_), headers=headers, media_type=HTML
        )
    types: dict[AnswerKind, str] = {"graph": ANSWER_FORMATS[form].media_type}
    return responses.make_reply_response(
        await _run_query(request, snapshot, _CONSTRUCT_QUERY, id_, types), headers
    )


async def _resolve_path(request: Request, snapshot: OpenGraph) -> tuple[str, str, IriStatus]:
    """The id that is meant, the form that is wanted, and what became of the id."""
    id_ = request.path_params["id"]
    accept, forced = request.headers.get("accept", ""), request.query_params.get("format", "")
    form = choose_format(accept, forced, OFFERED_MEDIA_TYPES)
    fate = await _get_iri_status(request, snapshot, id_)
    stem, dot, suffix = id_.rpartition(".")
    if fate.is_known or fate.replaced_by or dot + suffix not in FORMAT_OF_SUFFIX:
        return id_, form, fate
    return stem, FORMAT_OF_SUFFIX[dot + suffix], await _get_iri_status(request, snapshot, stem)


async def _get_iri_status(request: Request, snapshot: OpenGraph, id_: str) -> IriStatus:
    try:
        NamedNode(snapshot.base + id_)
    except ValueError:  # no IRI, so no thing's
        return IriStatus(False, "")
    (row,) = _decode_bindings(
        await _run_query(request, snapshot, _STATUS_QUERY, id_, SOLUTIONS_AS_JSON)
    )
    return IriStatus(row["known"]["value"] == "true", row.get("new", {}).get("value", ""))


async def _run_query(
    request: Request, snapshot: OpenGraph, text: str, id_: str, types: dict[AnswerKind, str]
) -> Reply:
    query = text.format(iri=NamedNode(snapshot.base + id_), limit=MAX_INCOMING)
    asking = responses.get_service(request).run_query(snapshot, QueryRequest(query, types), "pages")
    return await responses.cancel_on_disconnect(request, asking)


def _decode_bindings(reply: Reply) -> list[dict[str, dict[str, str]]]:
    data = reply.body if isinstance(reply.body, bytes) else reply.body.read_all()
    found: list[dict[str, dict[str, str]]] = msgspec.json.decode(data)["results"]["bindings"]
    return found


def _unknown_iri_error(snapshot: OpenGraph, id_: str) -> UnknownNameError:
    """That there is no such thing, with near names where its last part may be one."""
    name = id_.rpartition("/")[2]
    near = snapshot.lookup.suggest(name) if 0 < len(name) <= MAX_SUGGESTED_NAME_CHARS else []
    hint = f": did you mean {', '.join(near)}?" if near else ": ask /sparql what there is"
    return UnknownNameError(
        f"nothing in the graph has the IRI {shorten(id_, MAX_SUGGESTED_NAME_CHARS)!r}{hint}", near
    )


# -- the page ------------------------------------------------------------------


async def _render_resource(request: Request, snapshot: OpenGraph, id_: str) -> str:
    make = THING_PAGES.get(id_.partition("/")[0])
    if make:
        return await make(request, snapshot, id_, _common_context(snapshot.base, id_))
    rows = _decode_bindings(
        await _run_query(request, snapshot, _STATEMENTS_QUERY, id_, SOLUTIONS_AS_JSON)
    )
    statements = sorted({_parse_statement(row) for row in rows}, key=_sort_key)
    return render_statements(snapshot.base, id_, statements)


def _parse_statement(row: dict[str, dict[str, str]]) -> Statement:
    return Statement(
        row["way"]["value"],
        row["p"]["value"],
        row["o"]["value"],
        row["o"]["type"] == "uri",
        row.get("label", {}).get("value", ""),
    )


def _sort_key(statement: Statement) -> tuple[str, bool, str, str, str]:
    """Names first, then by predicate and by what is read."""
    named = statement.predicate in _NAME_PREDICATES
    return (
        statement.direction,
        not named,
        statement.predicate,
        statement.label or statement.value,
        statement.value,
    )


def render_statements(base: str, id_: str, statements: Sequence[Statement]) -> str:
    """The page of one thing.

    Args:
        base: of the graph's IRIs.
        id_: the thing's IRI after the base.
        statements: in order.
    """
    said = [statement for statement in statements if statement.direction == "out"]
    incoming = [statement for statement in statements if statement.direction == "in"]
    return render_template(
        "statements.html",
        name=next((s.value for s in said if s.predicate in _NAME_PREDICATES), id_),
        **_common_context(base, id_),
        tables=[
            ("What it says", [_statement_links(base, s) for s in said]),
            ("What is said of it", [_statement_links(base, s) for s in incoming]),
        ],
        cut=MAX_INCOMING if len(incoming) >= MAX_INCOMING else 0,
    )


def _common_context(base: str, id_: str) -> TemplateValues:
    """What every page of a thing says of it: its IRI, and where its other forms are."""
    forms = [
        Hyperlink(type_, f"{local_path(id_)}?format={form}")
        for type_, form in FORMAT_OF_MEDIA_TYPE.items()
    ]
    return {"iri": base + id_, "forms": forms}


def _statement_links(base: str, statement: Statement) -> tuple[Hyperlink, Hyperlink]:
    head = Hyperlink(compact_iri(statement.predicate), statement.predicate)
    if not statement.is_iri:
        return head, Hyperlink(statement.value)
    if statement.value.startswith(base):
        id_ = statement.value.removeprefix(base)
        return head, Hyperlink(statement.label or id_, local_path(id_))
    return head, Hyperlink(compact_iri(statement.value), statement.value)
