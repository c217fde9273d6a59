"""The server's ASGI application, made of tables of endpoints.

A new endpoint is a function and a row; the last row matches every other path. Static files of
pages, below ``/assets/``, are read once, when the server starts. A browser caches them, and
revalidates each time. ``marks.css`` is generated from :mod:`kgraph.draw.legend`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from kgraph.base.errors import RequestError
from kgraph.base.files import remove_abandoned_folders
from kgraph.base.text import hex_digest
from kgraph.draw.legend import TYPE_STYLES, css_clip_path, css_switched_variables
from kgraph.server.endpoints import atlas_page, data_records, downloads, llms_text
from kgraph.server.endpoints.api import API_ENDPOINTS
from kgraph.server.endpoints.linked_data import ONTOLOGY_PATH, serve_ontology, serve_resource
from kgraph.server.endpoints.reconcile import RECONCILE_ENDPOINTS
from kgraph.server.endpoints.sparql import serve_sparql, serve_void
from kgraph.server.html.templates import compile_templates
from kgraph.server.http import problems
from kgraph.server.http.judge_access import JUDGE_PATHS, JudgeAccess, JudgeSessionMiddleware
from kgraph.server.http.middleware import HostAndHeadersMiddleware, encode_headers
from kgraph.server.http.responses import (
    READ_METHODS,
    Endpoint,
    RequestHandler,
    raise_if_cached,
    with_error_handling,
)
from kgraph.server.pages import (
    briefing,
    compare,
    editor,
    explanations,
    questions,
    search,
)
from kgraph.server.pages.lists import PAGE_ENDPOINTS
from kgraph.server.service import Service
from kgraph.server.settings import Settings

# -- static files ------------------------------------------------------------------

#: Suffix -> media type; files with other suffixes are not sent.
ASSET_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}

ASSETS_FOLDER = Path(__file__).parent / "html" / "assets"

#: Start of a name -> folder; a missing folder is ignored.
ASSET_FOLDERS = {"": ASSETS_FOLDER, "atlas/": Path(__file__).parents[1] / "atlas" / "assets"}


def type_styles() -> str:
    """Return the style sheet of entity types: colours as custom properties, and marks.

    Marks accompany words and never replace them, so a contrast of 3:1 is enough (WCAG 2.2,
    1.4.11).
    """
    rules = (
        f".type.{type_}::before {{ background: var(--{type_}); "
        f"clip-path: {css_clip_path(style.shape)}; }}\n"
        f".picture .{type_} :is(circle, polygon) {{ fill: var(--{type_}); }}\n"
        for type_, style in TYPE_STYLES.items()
    )
    return css_switched_variables() + "".join(rules)


#: Name -> bytes and media type.
ASSETS = {
    "marks.css": (type_styles().encode(), ASSET_MEDIA_TYPES[".css"]),
    **{
        start + path.relative_to(root).as_posix(): (
            path.read_bytes(),
            ASSET_MEDIA_TYPES[path.suffix],
        )
        for start, root in ASSET_FOLDERS.items()
        for path in sorted(root.rglob("*"))
        if path.suffix in ASSET_MEDIA_TYPES
    },
}

ASSET_ETAGS = {name: f'"{hex_digest(data.hex(), 24)}"' for name, (data, _) in ASSETS.items()}


async def serve_asset(request: Request) -> Response:
    """Answer with a static file."""
    name = request.path_params["name"]
    if name not in ASSETS:
        raise RequestError(404, f"{name}: no such file")
    data, media_type = ASSETS[name]
    headers = {"ETag": ASSET_ETAGS[name], "Cache-Control": "no-cache"}
    raise_if_cached(request, headers)
    return Response(data, media_type=media_type, headers=headers)


# -- the application ---------------------------------------------------------------

#: Methods that reach an endpoint; those that it does not accept get our own message.
HTTP_METHODS = (*READ_METHODS, "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

#: All endpoints. No id of the graph starts with the first segment of one.
ENDPOINTS: tuple[Endpoint, ...] = (
    *PAGE_ENDPOINTS,
    Endpoint("/sparql", serve_sparql, (*READ_METHODS, "POST"), has_cors=True),
    Endpoint("/.well-known/void", serve_void, has_cors=True),
    Endpoint("/void", serve_void, has_cors=True),
    Endpoint(ONTOLOGY_PATH, serve_ontology, has_cors=True),
    Endpoint("/assets/{name:path}", serve_asset),
    *search.ENDPOINTS,
    *questions.ENDPOINTS,
    *editor.ENDPOINTS,
    *explanations.ENDPOINTS,
    *compare.ENDPOINTS,
    *briefing.ENDPOINTS,
    *llms_text.ENDPOINTS,
    *downloads.ENDPOINTS,
    *atlas_page.ENDPOINTS,
    *data_records.ENDPOINTS,
    *API_ENDPOINTS,
    *RECONCILE_ENDPOINTS,
    Endpoint("/{id:path}", serve_resource, has_cors=True),
)


async def refuse_judging(request: Request) -> Response:
    """Answer where a server that names can be judged on has a page: there is none."""
    raise RequestError(404, f"{request.url.path}: no such page: serve with --judge to judge names")


def create_app(
    settings: Settings,
    endpoints: tuple[Endpoint, ...] = ENDPOINTS,
    access: JudgeAccess | None = None,
) -> HostAndHeadersMiddleware:
    """Return the application of a server.

    Args:
        access: who may judge names, if the settings have that.
    """
    if settings.judge:
        from kgraph.server.pages import judge_pages

        endpoints = (*judge_pages.ENDPOINTS, *endpoints)
    else:
        refused = (Endpoint(path, refuse_judging, HTTP_METHODS) for path in JUDGE_PATHS)
        endpoints = (*refused, *endpoints)
    handlers = {endpoint.path: _make_handler(endpoint, settings.origin) for endpoint in endpoints}
    app = Starlette(
        routes=[Route(path, handler, methods=HTTP_METHODS) for path, handler in handlers.items()],
        exception_handlers={HTTPException: _handle_http_exception},
        lifespan=_lifespan,
    )
    app.state.service = Service(settings)
    app.state.files = downloads.DownloadCache(app.state.service)
    app.state.judge_job = None
    routes: ASGIApp = _StaticRoutes(app, handlers)
    if settings.judge:
        from kgraph.server.judge_job import JudgeJob

        app.state.judge_access = access or JudgeAccess()
        app.state.judge_job = JudgeJob(settings.store, settings.judge)
        routes = JudgeSessionMiddleware(routes, app.state.judge_access)
    return HostAndHeadersMiddleware(routes, settings.hosts)


class _StaticRoutes:
    """Dispatches paths without parameters by dictionary lookup.

    Starlette's router tries all patterns in turn, 3 to 7 % of a cached answer's time.
    """

    def __init__(self, app: Starlette, handlers: Mapping[str, RequestHandler]) -> None:
        self._app = app
        self._handlers = {path: handler for path, handler in handlers.items() if "{" not in path}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handler = self._handlers.get(scope["path"]) if scope["type"] == "http" else None
        if handler is None:
            await self._app(scope, receive, send)
            return
        scope["app"] = self._app
        response = await handler(Request(scope, receive, send))
        await response(scope, receive, send)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    service: Service = app.state.service
    await asyncio.to_thread(remove_abandoned_folders)
    await service.open()
    preparing = [asyncio.create_task(compile_templates())]
    if app.state.judge_job:
        from kgraph.server.pages.judge_pages import prepare_review

        await app.state.judge_job.open()
        preparing.append(asyncio.create_task(prepare_review(service, app.state.judge_job)))
    try:
        yield
    finally:
        for task in preparing:
            task.cancel()
        await asyncio.gather(*preparing, return_exceptions=True)
        if app.state.judge_job:
            await app.state.judge_job.close()
        app.state.files.close()
        await service.close()


def _make_handler(endpoint: Endpoint, origin: str) -> RequestHandler:
    """Return the endpoint's function with check of the method, error handling and CORS."""

    async def check_method(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": endpoint.allow_header})
        if request.method not in endpoint.methods:
            raise RequestError(
                405,
                f"{request.method}: this endpoint accepts {endpoint.allow_header}",
                (*endpoint.methods, "OPTIONS"),
            )
        return await endpoint.handler(request)

    handler = with_error_handling(check_method)
    if not endpoint.has_cors or not origin:
        return handler
    # https://fetch.spec.whatwg.org/#http-cors-protocol
    headers = {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "ETag, Retry-After, Content-Location",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    preflight = {
        "Access-Control-Allow-Methods": endpoint.allow_header,
        "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }
    raw_headers, raw_preflight = encode_headers(headers), encode_headers(headers | preflight)

    async def add_cors(request: Request) -> Response:
        response = await handler(request)
        response.raw_headers += raw_preflight if request.method == "OPTIONS" else raw_headers
        return response

    return add_cors


async def _handle_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem = problems.HttpProblem(
        error.status_code, error.detail, headers=dict(error.headers or {})
    )
    return problems.render_problem(problem, request.headers.get("accept", ""))
