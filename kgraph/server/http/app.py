"""The endpoints of the server as a table, and the application made of it.

Takes :class:`kgraph.server.service.Settings`, gives an ASGI application. A new one is a
function and a row; the last row takes every path that no other does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kgraph.base.errors import RequestError
from kgraph.server.endpoints import downloads
from kgraph.server.endpoints.api import API_ENDPOINTS
from kgraph.server.endpoints.linked_data import serve_resource
from kgraph.server.endpoints.sparql import serve_sparql
from kgraph.server.endpoints.void import serve_void
from kgraph.server.http import problems
from kgraph.server.http.endpoint import READ_METHODS, Endpoint
from kgraph.server.http.middleware import HostAndHeadersMiddleware, encode_headers
from kgraph.server.http.responses import RequestHandler, with_error_handling
from kgraph.server.http.static import serve_asset
from kgraph.server.pages import decisions, editor, questions, search
from kgraph.server.pages.things import PAGE_ENDPOINTS
from kgraph.server.service import Service, Settings
from kgraph.store.scratch import remove_abandoned_folders

HTTP_METHODS = (*READ_METHODS, "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
"""Methods that are asked with; those that an endpoint does not take are refused in our words."""


ENDPOINTS: tuple[Endpoint, ...] = (
    *PAGE_ENDPOINTS,
    Endpoint("/sparql", serve_sparql, (*READ_METHODS, "POST"), has_cors=True),
    Endpoint("/.well-known/void", serve_void, has_cors=True),
    Endpoint("/assets/{name:path}", serve_asset),
    *search.ENDPOINTS,
    *questions.ENDPOINTS,
    *editor.ENDPOINTS,
    *decisions.ENDPOINTS,
    *downloads.ENDPOINTS,
    *API_ENDPOINTS,
    Endpoint("/{id:path}", serve_resource, has_cors=True),
)
"""Where what is answered. Ids of the graph start with none of the first segments."""


def create_app(
    settings: Settings, endpoints: tuple[Endpoint, ...] = ENDPOINTS
) -> HostAndHeadersMiddleware:
    """The server.

    Args:
        settings: how it is set up.
        endpoints: what is where.
    """
    app = Starlette(
        routes=[_make_route(endpoint, settings.origin) for endpoint in endpoints],
        exception_handlers={HTTPException: _handle_http_exception},
        lifespan=_lifespan,
    )
    app.state.service = Service(settings)
    app.state.files = downloads.DownloadCache(app.state.service)
    return HostAndHeadersMiddleware(_StaticRoutes(app), settings.hosts)


class _StaticRoutes:
    """An application whose places without parameters are found at once, not by trying each.

    Args:
        app: the application.
    """

    def __init__(self, app: Starlette) -> None:
        self._app = app
        routes = [route for route in app.routes if isinstance(route, Route)]
        self._handlers: dict[str, RequestHandler] = {}
        for route in routes:
            first = next(other for other in routes if other.path_regex.match(route.path))
            if "{" not in route.path and first is route:
                self._handlers[route.path] = route.endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass on what is none."""
        respond = self._handlers.get(scope["path"]) if scope["type"] == "http" else None
        if respond is None:
            await self._app(scope, receive, send)
            return
        scope["app"] = self._app
        request = Request(scope, receive, send)
        try:
            response = await respond(request)
        except HTTPException as error:
            response = await _handle_http_exception(request, error)
        await response(scope, receive, send)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    service: Service = app.state.service
    await asyncio.to_thread(remove_abandoned_folders)
    await service.open()
    try:
        yield
    finally:
        app.state.files.close()
        await service.close()


def _make_route(endpoint: Endpoint, origin: str) -> Route:
    respond = with_error_handling(_check_method(endpoint))
    if endpoint.has_cors and origin:
        respond = _with_cors(respond, endpoint, origin)
    return Route(endpoint.path, respond, methods=HTTP_METHODS)


def _check_method(endpoint: Endpoint) -> RequestHandler:
    async def respond(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": endpoint.allow_header})
        if request.method not in endpoint.methods:
            raise RequestError(
                405,
                f"{request.method}: this place takes {endpoint.allow_header}",
                (*endpoint.methods, "OPTIONS"),
            )
        return await endpoint.handler(request)

    return respond


def _with_cors(respond: RequestHandler, endpoint: Endpoint, origin: str) -> RequestHandler:
    """The endpoint, readable by pages of other sites (https://fetch.spec.whatwg.org/)."""
    headers = {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "ETag, Retry-After, Content-Location",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    before = {
        "Access-Control-Allow-Methods": endpoint.allow_header,
        "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }
    always, asked = encode_headers(headers), encode_headers(headers | before)

    async def shared(request: Request) -> Response:
        response = await respond(request)
        response.raw_headers += asked if request.method == "OPTIONS" else always
        return response

    return shared


async def _handle_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    told = problems.HttpProblem(error.status_code, error.detail, headers=dict(error.headers or {}))
    return problems.render_problem(told, request.headers.get("accept", ""))
