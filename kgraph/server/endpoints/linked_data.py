"""Linked data: each IRI of the graph answers on its path, as a page or as RDF.

Takes the path after the server's root, which is the IRI after the graph's base. A thing is
described by all that it says, and by at most :data:`INCOMING` statements that are said of
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
from kgraph.base.vocabulary import curie, expand
from kgraph.query.formats import FORMATS, Kind
from kgraph.server.http import responses
from kgraph.server.http.negotiation import HTML, OFFERS, form_of
from kgraph.server.pages.templates import LOOK, Link, local, render
from kgraph.server.pages.things import THINGS, Values
from kgraph.server.workers.messages import Question, Reply
from kgraph.store.current import Snapshot

INCOMING = 500
"""Statements about a thing that are shown; a company may be mentioned by thousands."""

NAME = 100
"""Characters of an unknown name for which near ones are looked for."""

JSON: dict[Kind, str] = {"solutions": FORMATS["json"].media_type}

FORMS = {f.media_type: f.name for f in FORMATS.values() if "graph" in f.kinds}
"""Media type -> name of an RDF format."""

SUFFIXES = {FORMATS[name].suffix: name for name in FORMS.values()} | {".html": "html"}
"""Suffix -> name of a form."""

MEDIA_TYPES = {**OFFERS["graph"], HTML: "html"}
"""Media type -> name of a form; who does not care gets Turtle, a browser the page."""

_KNOWN = """SELECT ?new ?known {{
  BIND(EXISTS {{ {iri} ?p ?o }} || EXISTS {{ ?s ?q {iri} }} AS ?known)
  OPTIONAL {{ ?new kg:replaces {iri} FILTER NOT EXISTS {{ {iri} ?p2 ?o2 }} }}
}} ORDER BY ?new LIMIT 1"""

_GRAPH = """CONSTRUCT {{ {iri} ?p ?o . ?s ?q {iri} }} WHERE {{
  {{ {iri} ?p ?o }} UNION {{ SELECT ?s ?q {{ ?s ?q {iri} }} LIMIT {limit} }} }}"""

_STATEMENTS = """SELECT ?way ?p ?o ?label {{
  {{ {iri} ?p ?o BIND("out" AS ?way) }}
  UNION {{ SELECT ("in" AS ?way) ?p ?o {{ ?o ?p {iri} }} LIMIT {limit} }}
  OPTIONAL {{ ?o schema:name|skos:prefLabel|rdfs:label|schema:text ?label }} }}"""

_NAMES = tuple(map(expand, ("schema:name", "skos:prefLabel", "rdfs:label", "schema:text")))


class Statement(msgspec.Struct, frozen=True):
    """A statement of a thing, or about it.

    Attributes:
        way: ``out`` for what it says, ``in`` for what is said of it.
        predicate: IRI.
        value: IRI or text of the other end.
        is_iri: which of the two.
        label: the other end's name, "" where it has none.
    """

    way: str
    predicate: str
    value: str
    is_iri: bool
    label: str


class Fate(msgspec.Struct, frozen=True):
    """What became of an IRI.

    Attributes:
        known: whether the graph says anything of it.
        new: IRI of what replaced it; "" for none.
    """

    known: bool
    new: str


async def resource(request: Request) -> Response:
    """Describe the thing whose IRI the path is."""
    snapshot = responses.service(request).snapshot()
    id_, form, fate = await _place(request, snapshot)
    if fate.new:
        # Not for ever: deleting the judgement undoes it.
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(local(fate.new.removeprefix(snapshot.base)) + query, 307)
    if not fate.known:
        raise await run_in_threadpool(_unknown, snapshot, request.path_params["id"])
    tag = responses.etag(snapshot, id_, form, *([LOOK] if form == "html" else []))
    headers = responses.cached(tag) | {"Content-Location": f"{local(id_)}?format={form}"}
    if responses.unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    if form == "html":
        return Response(await _page(request, snapshot, id_), headers=headers, media_type=HTML)
    types: dict[Kind, str] = {"graph": FORMATS[form].media_type}
    return responses.send(await _ask(request, snapshot, _GRAPH, id_, types), headers)


async def _place(request: Request, snapshot: Snapshot) -> tuple[str, str, Fate]:
    """The id that is meant, the form that is wanted, and what became of the id."""
    id_ = request.path_params["id"]
    accept, forced = request.headers.get("accept", ""), request.query_params.get("format", "")
    form = form_of(accept, forced, MEDIA_TYPES)
    fate = await _fate(request, snapshot, id_)
    stem, dot, suffix = id_.rpartition(".")
    if fate.known or fate.new or dot + suffix not in SUFFIXES:
        return id_, form, fate
    return stem, SUFFIXES[dot + suffix], await _fate(request, snapshot, stem)


async def _fate(request: Request, snapshot: Snapshot, id_: str) -> Fate:
    try:
        NamedNode(snapshot.base + id_)
    except ValueError:  # no IRI, so no thing's
        return Fate(False, "")
    (row,) = _bindings(await _ask(request, snapshot, _KNOWN, id_, JSON))
    return Fate(row["known"]["value"] == "true", row.get("new", {}).get("value", ""))


async def _ask(
    request: Request, snapshot: Snapshot, text: str, id_: str, types: dict[Kind, str]
) -> Reply:
    query = text.format(iri=NamedNode(snapshot.base + id_), limit=INCOMING)
    asking = responses.service(request).ask(snapshot, Question(query, types), "pages")
    return await responses.while_connected(request, asking)


def _bindings(reply: Reply) -> list[dict[str, dict[str, str]]]:
    data = reply.body if isinstance(reply.body, bytes) else reply.body.whole()
    found: list[dict[str, dict[str, str]]] = msgspec.json.decode(data)["results"]["bindings"]
    return found


def _unknown(snapshot: Snapshot, id_: str) -> UnknownNameError:
    """That there is no such thing, with near names where its last part may be one."""
    name = id_.rpartition("/")[2]
    near = snapshot.lookup.near(name) if 0 < len(name) <= NAME else []
    hint = f": did you mean {', '.join(near)}?" if near else ": ask /sparql what there is"
    return UnknownNameError(f"nothing in the graph has the IRI {shorten(id_, NAME)!r}{hint}", near)


# -- the page ------------------------------------------------------------------


async def _page(request: Request, snapshot: Snapshot, id_: str) -> str:
    make = THINGS.get(id_.partition("/")[0])
    if make:
        return await make(request, snapshot, id_, _frame(snapshot.base, id_))
    rows = _bindings(await _ask(request, snapshot, _STATEMENTS, id_, JSON))
    statements = sorted({_statement(row) for row in rows}, key=_order)
    return page(snapshot.base, id_, statements)


def _statement(row: dict[str, dict[str, str]]) -> Statement:
    return Statement(
        row["way"]["value"],
        row["p"]["value"],
        row["o"]["value"],
        row["o"]["type"] == "uri",
        row.get("label", {}).get("value", ""),
    )


def _order(statement: Statement) -> tuple[str, bool, str, str, str]:
    """Names first, then by predicate and by what is read."""
    named = statement.predicate in _NAMES
    return (
        statement.way,
        not named,
        statement.predicate,
        statement.label or statement.value,
        statement.value,
    )


def page(base: str, id_: str, statements: Sequence[Statement]) -> str:
    """The page of one thing.

    Args:
        base: of the graph's IRIs.
        id_: the thing's IRI after the base.
        statements: in order.
    """
    said = [statement for statement in statements if statement.way == "out"]
    incoming = [statement for statement in statements if statement.way == "in"]
    return render(
        "statements.html",
        name=next((s.value for s in said if s.predicate in _NAMES), id_),
        **_frame(base, id_),
        tables=[
            ("What it says", [_row(base, s) for s in said]),
            ("What is said of it", [_row(base, s) for s in incoming]),
        ],
        cut=INCOMING if len(incoming) >= INCOMING else 0,
    )


def _frame(base: str, id_: str) -> Values:
    """What every page of a thing says of it: its IRI, and where its other forms are."""
    forms = [Link(type_, f"{local(id_)}?format={form}") for type_, form in FORMS.items()]
    return {"iri": base + id_, "forms": forms}


def _row(base: str, statement: Statement) -> tuple[Link, Link]:
    head = Link(curie(statement.predicate), statement.predicate)
    if not statement.is_iri:
        return head, Link(statement.value)
    if statement.value.startswith(base):
        id_ = statement.value.removeprefix(base)
        return head, Link(statement.label or id_, local(id_))
    return head, Link(curie(statement.value), statement.value)
