"""Endpoints of the reconciliation service below ``/reconcile``.

They follow the Reconciliation Service API 0.2 of the W3C Entity Reconciliation Community Group
(https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/), which OpenRefine
and other clients speak: manifest, query batches, data extension, suggestions, flyouts, previews.
Answers are made in a worker (:mod:`kgraph.views.reconciliation`). Every error is
``application/problem+json``.

JSONP (``callback=NAME``) is answered only where any site may read the data: a script of another
site cannot be told from one of an allowed site.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kgraph.base import VERSION
from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import QueryRefusedError, RequestError, UnknownNameError
from kgraph.base.text import pluralize, shorten
from kgraph.base.vocabulary import PREFIXES
from kgraph.operations.html import make_id_path
from kgraph.server.endpoints import reconcile_requests as requests
from kgraph.server.html.templates import render_template
from kgraph.server.http import responses
from kgraph.server.http.problems import PROBLEM_JSON
from kgraph.server.http.responses import (
    READ_METHODS,
    Endpoint,
    RequestHandler,
    get_service,
    with_error_handling,
)
from kgraph.server.negotiation import HTML, JSON
from kgraph.server.workers.tasks import (
    ExtendEntities,
    PreviewEntity,
    ReconcileNames,
    SuggestEntities,
    Task,
)
from kgraph.views.entity_properties import (
    DEFAULT_PROPERTY_VALUES,
    ENTITY_PROPERTIES,
    MAX_PROPERTY_VALUES,
)
from kgraph.views.matching import EntityPreview
from kgraph.views.open_graph import OpenGraph
from kgraph.views.reconciliation import (
    describe_property,
    describe_thing,
    describe_type,
    propose_properties,
    suggest_rows,
)

PATH = "/reconcile"
API_VERSION = "0.2"

PREVIEW_WIDTH_PX = 400
PREVIEW_HEIGHT_PX = 220

JAVASCRIPT = "text/javascript"

#: Name of a JSONP function: identifiers with dots, as jQuery makes them; no code fits.
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*", re.ASCII)
MAX_CALLBACK_CHARS = 100

#: The setting of a property in a data extension (section 7.1).
_LIMIT_SETTING = {
    "name": "limit",
    "label": "Values at most",
    "type": "number",
    "default": DEFAULT_PROPERTY_VALUES,
    "help_text": f"of each property of an entity, from 1 to {MAX_PROPERTY_VALUES}",
}

#: Kinds of things that are suggested.
SUGGESTED_KINDS = ("entity", "type", "property")


# -- the service ---------------------------------------------------------------------


async def serve_reconciliation(request: Request) -> Response:
    """Answer a batch of queries or a data extension; without either, with the manifest."""
    values = _read_query(request)
    if request.method == "POST":
        values |= await _read_form(request)
    requests.check_keys([key for key in ("queries", "extend") if key in values])
    graph = get_service(request).get_graph()
    if "queries" in values:
        return _make_response(request, await _answer_batch(request, graph, values["queries"]))
    if "extend" in values:
        task = ExtendEntities(*requests.parse_extension(values["extend"]))
        return _make_response(request, await _run_task(request, graph, task))
    if request.method == "POST" or "query" in values:
        raise RequestError(400, "give the parameter queries: a batch of queries in JSON; or extend")
    get_service(request).start_preparing_names(graph)
    manifest = build_manifest(str(request.base_url), graph, get_service(request).settings.origin)
    return _make_response(request, msgspec.json.encode(manifest))


def _read_query(request: Request) -> dict[str, str]:
    return dict(responses.parse_query_string(request.url.query))


async def _read_form(request: Request) -> dict[str, str]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != responses.FORM_MEDIA_TYPE:
        raise RequestError(
            415,
            f"Content-Type: {shorten(media_type) or 'none'}: send a form, as "
            f"{responses.FORM_MEDIA_TYPE}",
        )
    advice = f"send at most {requests.BATCH_SIZE} queries in a request, or shorter ones"
    body = await responses.read_request_body(request, advice)
    # A form is ASCII: other characters are percent-encoded.
    return dict(responses.parse_query_string(body.decode("latin-1")))


async def _run_task(request: Request, graph: OpenGraph, task: Task) -> bytes:
    work = get_service(request).run_names_task(graph, task)
    return (await responses.cancel_on_disconnect(request, work)).read_all()


async def _answer_batch(request: Request, graph: OpenGraph, text: str) -> bytes:
    batch = requests.parse_batch(text)
    data = await _run_task(request, graph, ReconcileNames(tuple(batch.values())))
    results = msgspec.json.decode(data, type=list[msgspec.Raw])
    return msgspec.json.encode(dict(zip(batch, results, strict=True)))


def build_manifest(root: str, graph: OpenGraph, origin: str = "*") -> dict[str, Any]:
    """Return the service manifest (section 3.1).

    Args:
        root: address of the server, which ends in ``/``.
        origin: site whose pages may read the data; without one, previews cannot be embedded.
    """
    address = root.rstrip("/")
    service = {"service_url": address}
    manifest = {
        "versions": [API_VERSION],
        "name": f"kgraph: names of {pluralize(len(graph.summaries), 'episode')}",
        "identifierSpace": graph.base,
        "schemaSpace": PREFIXES["kg"],
        "defaultTypes": [describe_type(type_) for type_ in TYPE_NAMES],
        "documentation": f"{address}/api",
        "logo": f"{address}/assets/icon.svg",
        "serviceVersion": f"kgraph {VERSION}",
        "batchSize": requests.BATCH_SIZE,
        "view": {"url": f"{address}{PATH}/view?id={{{{id}}}}"},
        "preview": {
            "url": f"{address}{PATH}/preview?id={{{{id}}}}",
            "width": PREVIEW_WIDTH_PX,
            "height": PREVIEW_HEIGHT_PX,
        },
        "suggest": {
            kind: {
                **service,
                "service_path": f"{PATH}/suggest/{kind}",
                "flyout_service_url": address,
                "flyout_service_path": f"{PATH}/flyout/{kind}?id=${{id}}",
            }
            for kind in SUGGESTED_KINDS
        },
        "extend": {
            "propose_properties": {**service, "service_path": f"{PATH}/properties"},
            "property_settings": [_LIMIT_SETTING],
        },
    }
    if not origin:
        del manifest["preview"]
    return manifest


# -- suggestions, flyouts, proposals ---------------------------------------------------


async def suggest(request: Request) -> Response:
    """Suggest entities, types or properties whose name begins with a text."""
    kind, values = _get_kind(request), _read_query(request)
    prefix, offset = requests.parse_prefix(values)
    limit = requests.SUGGESTIONS_PER_PAGE
    if kind == "entity":
        task = SuggestEntities(prefix, offset, limit)
        data = await _run_task(request, get_service(request).get_graph(), task)
        return _make_response(request, data)
    rows = _describe_rows(kind).values()
    return _make_response(request, msgspec.json.encode(suggest_rows(rows, prefix, offset, limit)))


async def serve_flyout(request: Request) -> Response:
    """Describe an entity, type or property in a fragment of HTML."""
    kind, id_ = _get_kind(request), _get_id(request)
    if kind == "entity":
        preview = await _fetch_preview(request, id_)
        if preview is None:
            raise _unknown_id_error(id_)
        name, description = preview.thing.name, describe_thing(preview.thing)
    else:
        row = _describe_rows(kind).get(id_)
        if row is None:
            raise RequestError(404, f"{shorten(id_)}: no such {kind}")
        name, description = row["name"], row.get("description", "")
    html = render_template("flyout.html", name=name, description=description, id=id_)
    return _make_response(request, msgspec.json.encode({"id": id_, "html": html}))


async def serve_properties(request: Request) -> Response:
    """Propose the properties that entities of a type can be extended with."""
    values = _read_query(request)
    limit = values.get("limit", "")
    if limit and not (limit.isascii() and limit.isdigit() and int(limit[:9])):
        raise RequestError(400, f"limit={shorten(limit)}: expected a whole number from 1")
    type_ = requests.check_length("type", values.get("type", ""))
    proposal = propose_properties(requests.parse_type(type_), int(limit[:9]) if limit else None)
    return _make_response(request, msgspec.json.encode({**proposal, "type": type_}))


def _get_kind(request: Request) -> str:
    kind: str = request.path_params["kind"]
    if kind not in SUGGESTED_KINDS:
        raise RequestError(
            404, f"{shorten(kind)}: no such kind; choose one of {', '.join(SUGGESTED_KINDS)}"
        )
    return kind


def _describe_rows(kind: str) -> dict[str, dict[str, Any]]:
    """Return all types or properties by id."""
    if kind == "type":
        return {type_: describe_type(type_) for type_ in TYPE_NAMES}
    return {id_: describe_property(row) for id_, row in ENTITY_PROPERTIES.items()}


# -- pages of entities -----------------------------------------------------------------


async def serve_preview(request: Request) -> Response:
    """Show an entity in short, on a page for a frame."""
    id_ = _get_id(request)
    preview = await _fetch_preview(request, id_)
    status = 200 if preview else 404
    service = get_service(request)
    page = render_template("preview.html", id=id_, preview=preview)
    return Response(page, status, _preview_headers(service.settings.origin), HTML)


async def view_entity_page(request: Request) -> Response:
    """Lead to the page of an entity; where no episode mentions it, show it in short."""
    preview = await _fetch_preview(request, _get_id(request))
    if preview is None or not preview.thing.in_graph:
        return await serve_preview(request)
    return RedirectResponse(make_id_path(preview.thing.id), 303)


async def _fetch_preview(request: Request, id_: str) -> EntityPreview | None:
    graph = get_service(request).get_graph()
    data = await _run_task(request, graph, PreviewEntity(id_))
    return msgspec.json.decode(data, type=EntityPreview | None)


def _preview_headers(origin: str) -> dict[str, str]:
    """Return headers that let pages of the allowed sites embed a page without scripts."""
    return {
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors " + (origin or "'none'"),
        "Cache-Control": "no-cache",
    }


def _get_id(request: Request) -> str:
    id_ = _read_query(request).get("id", "")
    if not id_:
        raise RequestError(400, "give the parameter id: that of an entity, such as company/nvidia")
    return requests.check_length("id", id_)


def _unknown_id_error(id_: str) -> UnknownNameError:
    return UnknownNameError(
        f"{shorten(id_)}: no entity has that id: {PATH}/suggest/entity?prefix= finds ids by names"
    )


# -- responses -------------------------------------------------------------------------


def _make_response(request: Request, data: bytes) -> Response:
    """Return JSON; with the parameter ``callback`` a script that calls it (JSONP).

    Raises:
        RequestError: the callback is no name of a function.
        QueryRefusedError: only certain sites may read the data.
    """
    headers = {"Cache-Control": "no-cache"}
    callback = request.query_params.get("callback", "")
    if not callback:
        return Response(data, headers=headers, media_type=JSON)
    if get_service(request).settings.origin != "*":
        raise QueryRefusedError("callback: this server has no JSONP: use CORS")
    if len(callback) > MAX_CALLBACK_CHARS or not _CALLBACK.fullmatch(callback):
        raise RequestError(400, f"callback={shorten(callback)}: not the name of a function")
    # The comment keeps the start of the script out of the client's hands; both separators end a
    # line in older JavaScript.
    text = data.decode().replace("\u2028", r"\u2028").replace("\u2029", r"\u2029")
    return Response(f"/**/{callback}({text});", headers=headers, media_type=JAVASCRIPT)


def _endpoint(
    path: str, handler: RequestHandler, methods: tuple[str, ...] = READ_METHODS
) -> Endpoint:
    handle = with_error_handling(handler, PROBLEM_JSON)
    return Endpoint(f"{PATH}{path}", handle, methods, has_cors=True)


RECONCILE_ENDPOINTS: tuple[Endpoint, ...] = (
    _endpoint("", serve_reconciliation, (*READ_METHODS, "POST")),
    _endpoint("/suggest/{kind}", suggest),
    _endpoint("/flyout/{kind}", serve_flyout),
    _endpoint("/properties", serve_properties),
    _endpoint("/preview", serve_preview),
    _endpoint("/view", view_entity_page),
)
