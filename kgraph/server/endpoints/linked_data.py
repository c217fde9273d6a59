"""Linked data: each IRI of the graph, and the ontology, has a page and RDF on its path.

The path after the server's root is the IRI after the graph's base. A resource is described by all
its outgoing statements and at most :data:`MAX_INCOMING` incoming ones. A former IRI
(``kg:FormerThing``, ``kg:replaces``) redirects to its successor, or is gone; an unknown one gets
suggestions if it looks like a name. ``?format=NAME`` or a suffix overrides the Accept header.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache

import msgspec
from pyoxigraph import NamedNode, RdfFormat, parse, serialize
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kgraph.base.errors import KgraphError, RejectedError, RequestError
from kgraph.base.text import name_key, shorten
from kgraph.base.vocabulary import (
    BASE_IRI,
    ONTOLOGY_IRI,
    PREFIXES,
    compact_iri,
    data_path,
    expand_curie,
    load_terms,
)
from kgraph.export.rdf import describe_ontology
from kgraph.graph.absence import Absence, explain_withdrawal, unknown_name_error
from kgraph.operations.html import make_id_path
from kgraph.query.formats import ANSWER_FORMATS, AnswerKind
from kgraph.rdf import JsonLd, NTriples
from kgraph.server.html.templates import TEMPLATE_HASH, Hyperlink, render_template
from kgraph.server.http import responses
from kgraph.server.negotiation import FORMATS_BY_MEDIA_TYPE, HTML, add_charset, choose_format
from kgraph.server.pages.lists import TemplateValues
from kgraph.server.pages.parameters import parse_request
from kgraph.server.pages.things import (
    PAGES_WITH_PLAYER,
    PLAYER_HEADERS,
    THING_CHARTS,
    THING_PAGES,
    ThingForm,
)
from kgraph.server.workers.messages import QueryRequest
from kgraph.views.open_graph import OpenGraph

ONTOLOGY_PATH = "/ns"  #: the path of the ontology's IRI, after its w3id.org/kgraph

#: First part of an id -> the list of all that have it; that of names has the others.
LIST_PATHS = {"episode": "/episodes", "show": "/shows", "theme": "/themes"}

MAX_INCOMING = 500  #: incoming statements shown; thousands of quotes may mention a company

MAX_SUGGESTED_NAME_CHARS = 100  #: length of an unknown name for which similar ones are suggested

#: Media type -> name of an RDF format.
FORMAT_OF_MEDIA_TYPE = {f.media_type: f.name for f in ANSWER_FORMATS.values() if "graph" in f.kinds}

SVG_FORMAT = "svg"  #: the chart of a resource

#: Suffix -> name of a format.
FORMAT_OF_SUFFIX = {ANSWER_FORMATS[name].suffix: name for name in FORMAT_OF_MEDIA_TYPE.values()} | {
    ".html": "html"
}

#: Media type -> name of a format; Turtle for clients without a preference, the page for browsers.
OFFERED_MEDIA_TYPES = {**FORMATS_BY_MEDIA_TYPE["graph"], HTML: "html"}

_STATUS_QUERY = """SELECT ?new ?known {{
  BIND(EXISTS {{ {iri} ?p ?o }} || EXISTS {{ ?s ?q {iri} }} AS ?known)
  OPTIONAL {{
    {{ {iri} dcterms:isReplacedBy ?new }}
    UNION {{ ?new kg:replaces {iri} FILTER NOT EXISTS {{ {iri} ?p2 ?o2 }} }} }}
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
    """A statement about a resource."""

    direction: str  #: ``out`` if the resource is its subject, ``in`` if it is the object
    predicate: str
    value: str  #: IRI or text of the other end
    is_iri: bool
    label: str  #: name of the other end; "" if it has none


class IriStatus(msgspec.Struct, frozen=True):
    """Whether the graph has an IRI, and the IRI that replaced it ("" if none did)."""

    is_known: bool
    replaced_by: str


class DescriptionForm(msgspec.Struct, frozen=True):
    """Parameters of the ontology's description."""

    format: str = ""  #: "" for that of the Accept header


async def serve_resource(request: Request) -> Response:
    """Describe the resource whose IRI the path is."""
    graph = responses.get_service(request).get_graph()
    id_, format_, status = await _resolve_path(request, graph)
    iri = status.replaced_by
    if not (iri or status.is_known):
        iri = await run_in_threadpool(_find_term_iri, graph, id_)
    if iri:
        # A client asks again before it follows: a thing may come back with a later build.
        headers = {"Cache-Control": "no-cache"}
        query = f"?{request.url.query}" if request.url.query else ""
        suffix = request.path_params["id"].removeprefix(id_)
        path = make_id_path(iri.removeprefix(graph.base) + suffix)
        return RedirectResponse(path + query, 301, headers)
    if not status.is_known:
        path = request.path_params["id"]
        raise await run_in_threadpool(_unknown_iri_error, graph, path, id_)
    parse_request(request, ThingForm)
    is_page = format_ == "html"
    parts = [id_, format_, *([TEMPLATE_HASH] if is_page or format_ == SVG_FORMAT else [])]
    location = {"Content-Location": f"{make_id_path(id_)}?format={format_}"}
    headers = responses.make_cache_headers(request, graph, *parts, more=location)
    if is_page:
        page = await _render_resource(request, graph, id_)
        if id_.partition("/")[0] in PAGES_WITH_PLAYER:
            headers |= PLAYER_HEADERS
        return Response(page, headers=headers, media_type=HTML)
    if format_ == SVG_FORMAT:
        return await THING_CHARTS[id_.partition("/")[0]](request, graph, id_, headers)
    media_types: dict[AnswerKind, str] = {"graph": ANSWER_FORMATS[format_].media_type}
    description = QueryRequest(_fill(_CONSTRUCT_QUERY, graph.base + id_), media_types)
    reply = await responses.evaluate_query(request, graph, description)
    return responses.make_reply_response(reply, headers)


async def serve_ontology(request: Request) -> Response:
    """Describe the terms of the graph: the ontology as RDF, or as a page."""
    graph = responses.get_service(request).get_graph()
    forced = parse_request(request, DescriptionForm).format
    format_ = choose_format(request.headers.get("accept", ""), forced, OFFERED_MEDIA_TYPES)
    data = await run_in_threadpool(_render_ontology, format_)
    headers = responses.make_cache_headers(
        request,
        graph,
        hashlib.sha256(data).hexdigest(),
        more={"Content-Location": f"{ONTOLOGY_PATH}?format={format_}"},
    )
    media_type = HTML if format_ == "html" else ANSWER_FORMATS[format_].media_type
    return Response(data, headers=headers, media_type=add_charset(media_type))


@cache
def _render_ontology(format_: str) -> bytes:
    if format_ == "turtle":
        return data_path("ontology", "kgraph.ttl").read_bytes()  # with its comments
    if format_ == "html":
        return _render_ontology_page().encode()
    if format_ == "jsonld":
        writer = JsonLd(BASE_IRI)
        text = writer.header() + writer.serialize(describe_ontology()) + writer.footer()
        return text.encode()
    triples = NTriples(BASE_IRI).serialize(describe_ontology())
    syntax = RdfFormat.from_media_type(ANSWER_FORMATS[format_].media_type)
    data = serialize(parse(triples, RdfFormat.N_TRIPLES), format=syntax, prefixes=PREFIXES)
    assert data is not None
    return data


def _render_ontology_page() -> str:
    terms = [
        term
        for term in sorted(load_terms().values(), key=lambda term: term.name.lower())
        if term.is_declared and term.iri.startswith(PREFIXES["kg"])
    ]
    kinds = (("Classes", "class"), ("Properties", "property"), ("Individuals", "individual"))
    return render_template(
        "ontology.html",
        iri=ONTOLOGY_IRI,
        forms=[
            Hyperlink(media_type, f"{ONTOLOGY_PATH}?format={name}")
            for media_type, name in FORMAT_OF_MEDIA_TYPE.items()
        ],
        tables=[(caption, [t for t in terms if t.kind == kind]) for caption, kind in kinds],
    )


async def _resolve_path(request: Request, graph: OpenGraph) -> tuple[str, str, IriStatus]:
    """Return the resource's id, the format of its description, and its status."""
    id_ = request.path_params["id"]
    accept, forced = request.headers.get("accept", ""), request.query_params.get("format", "")
    forms = (SVG_FORMAT,) if id_.partition("/")[0] in THING_CHARTS else ()
    format_ = choose_format(accept, forced, OFFERED_MEDIA_TYPES, *forms)
    status = await _get_iri_status(request, graph, id_)
    stem, dot, suffix = id_.rpartition(".")
    if status.is_known or status.replaced_by or dot + suffix not in FORMAT_OF_SUFFIX:
        return id_, format_, status
    return stem, FORMAT_OF_SUFFIX[dot + suffix], await _get_iri_status(request, graph, stem)


async def _get_iri_status(request: Request, graph: OpenGraph, id_: str) -> IriStatus:
    try:
        query = _fill(_STATUS_QUERY, graph.base + id_)
    except ValueError:  # not an IRI
        return IriStatus(False, "")
    (row,) = await responses.select_rows(request, graph, query)
    return IriStatus(row["known"]["value"] == "true", row.get("new", {}).get("value", ""))


def _find_term_iri(graph: OpenGraph, id_: str) -> str:
    """Return the IRI of a topic or tag whose name stands in place of its key; "" for none."""
    kind, _, name = id_.partition("/")
    terms = {"topic": graph.shared.topics, "tag": graph.shared.tags}.get(kind, {})
    term = f"{kind}/{name_key(name)}"
    return graph.base + term if term in terms else ""


def _fill(query: str, iri: str) -> str:
    return query.format(iri=NamedNode(iri), limit=MAX_INCOMING)


def _unknown_iri_error(graph: OpenGraph, path: str, id_: str) -> KgraphError:
    if former := graph.shared.former.get(id_):
        withdrawal, kind = explain_withdrawal(id_, former), id_.partition("/")[0]
        lookup = graph.themes if kind == "theme" else graph.lookup
        is_name = kind != "episode" and not withdrawal.is_rejected
        similar = lookup.suggest(former.label) if is_name else []
        advice = f"{LIST_PATHS.get(kind, '/entities')} lists all that there is"
        message = withdrawal.advise(similar, advice)
        if withdrawal.is_rejected:
            keys = {id_, *map(name_key, (former.label, *former.names))}
            return RejectedError(message, words=withdrawal.words, keys=keys)
        return RequestError(410, message)
    name = path.rpartition("/")[2]
    lookup = graph.topics_and_tags if id_.startswith(("topic/", "tag/")) else graph.lookup
    names = lookup.suggest(name) if 0 < len(name) <= MAX_SUGGESTED_NAME_CHARS else []
    iri = shorten(path, MAX_SUGGESTED_NAME_CHARS)
    absence = Absence(f"nothing in the graph has the IRI {iri!r}")
    return unknown_name_error(
        absence, names, "search for it on /search, or ask /sparql what there is"
    )


# -- the page ------------------------------------------------------------------


async def _render_resource(request: Request, graph: OpenGraph, id_: str) -> str:
    render = THING_PAGES.get(id_.partition("/")[0])
    if render:
        return await render(request, graph, id_, _common_values(graph.base, id_))
    query = _fill(_STATEMENTS_QUERY, graph.base + id_)
    rows = await responses.select_rows(request, graph, query)
    statements = {
        Statement(
            row["way"]["value"],
            row["p"]["value"],
            row["o"]["value"],
            row["o"]["type"] == "uri",
            row.get("label", {}).get("value", ""),
        )
        for row in rows
    }
    return render_statements(graph.base, id_, statements)


def _common_values(base: str, id_: str) -> TemplateValues:
    forms = [
        Hyperlink(media_type, f"{make_id_path(id_)}?format={name}")
        for media_type, name in FORMAT_OF_MEDIA_TYPE.items()
    ]
    return {"iri": base + id_, "forms": forms}


def render_statements(base: str, id_: str, statements: Iterable[Statement]) -> str:
    """Render the page of the resource with IRI ``base + id_``: its statements, names first."""
    ordered = sorted(
        statements,
        key=lambda s: (
            s.predicate not in _NAME_PREDICATES,
            s.predicate,
            s.label or s.value,
            s.value,
        ),
    )
    outgoing = [statement for statement in ordered if statement.direction == "out"]
    incoming = [statement for statement in ordered if statement.direction == "in"]
    return render_template(
        "statements.html",
        name=next((s.value for s in outgoing if s.predicate in _NAME_PREDICATES), id_),
        **_common_values(base, id_),
        tables=[
            ("Outgoing statements", [_make_row(base, s) for s in outgoing]),
            ("Incoming statements", [_make_row(base, s) for s in incoming]),
        ],
        cut=MAX_INCOMING if len(incoming) >= MAX_INCOMING else 0,
    )


def _make_row(base: str, statement: Statement) -> tuple[Hyperlink, Hyperlink]:
    head = Hyperlink(compact_iri(statement.predicate), statement.predicate)
    if not statement.is_iri:
        return head, Hyperlink(statement.value)
    if statement.value.startswith(base):
        id_ = statement.value.removeprefix(base)
        return head, Hyperlink(statement.label or id_, make_id_path(id_))
    return head, Hyperlink(compact_iri(statement.value), statement.value)
