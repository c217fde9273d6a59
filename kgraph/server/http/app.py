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
from kgraph.server.endpoints.api import API
from kgraph.server.endpoints.linked_data import resource
from kgraph.server.endpoints.sparql import sparql
from kgraph.server.endpoints.void import void
from kgraph.server.http import problems
from kgraph.server.http.endpoint import READ, Endpoint
from kgraph.server.http.middleware import Frame, raw
from kgraph.server.http.responses import Respond, answering
from kgraph.server.http.static import asset
from kgraph.server.pages import decisions, editor, questions, search
from kgraph.server.pages.things import PAGES
from kgraph.server.service import Service, Settings
from kgraph.store.scratch import remove_abandoned_folders

METHODS = (*READ, "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
"""Methods that are asked with; those that an endpoint does not take are refused in our words."""


ENDPOINTS: tuple[Endpoint, ...] = (
    *PAGES,
    Endpoint("/sparql", sparql, (*READ, "POST"), data=True),
    Endpoint("/.well-known/void", void, data=True),
    Endpoint("/assets/{name:path}", asset),
    *search.ENDPOINTS,
    *questions.ENDPOINTS,
    *editor.ENDPOINTS,
    *decisions.ENDPOINTS,
    *downloads.ENDPOINTS,
    *API,
    Endpoint("/{id:path}", resource, data=True),
)
"""Where what is answered. Ids of the graph start with none of the first segments."""


def application(settings: Settings, endpoints: tuple[Endpoint, ...] = ENDPOINTS) -> Frame:
    """The server.

    Args:
        settings: how it is set up.
        endpoints: what is where.
    """
    app = Starlette(
        routes=[_route(endpoint, settings.origin) for endpoint in endpoints],
        exception_handlers={HTTPException: _refuse},
        lifespan=_lifespan,
    )
    app.state.service = Service(settings)
    app.state.files = downloads.Files(app.state.service)
    return Frame(_Direct(app), settings.hosts)


class _Direct:
    """An application whose places without parameters are found at once, not by trying each.

    Args:
        app: the application.
    """

    def __init__(self, app: Starlette) -> None:
        self._app = app
        routes = [route for route in app.routes if isinstance(route, Route)]
        self._responds: dict[str, Respond] = {}
        for route in routes:
            first = next(other for other in routes if other.path_regex.match(route.path))
            if "{" not in route.path and first is route:
                self._responds[route.path] = route.endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass on what is none."""
        respond = self._responds.get(scope["path"]) if scope["type"] == "http" else None
        if respond is None:
            await self._app(scope, receive, send)
            return
        scope["app"] = self._app
        request = Request(scope, receive, send)
        try:
            response = await respond(request)
        except HTTPException as error:
            response = await _refuse(request, error)
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


def _route(endpoint: Endpoint, origin: str) -> Route:
    respond = answering(_only(endpoint))
    if endpoint.data and origin:
        respond = _shared(respond, endpoint, origin)
    return Route(endpoint.path, respond, methods=METHODS)


def _only(endpoint: Endpoint) -> Respond:
    async def respond(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": endpoint.allowed})
        if request.method not in endpoint.methods:
            raise RequestError(
                405,
                f"{request.method}: this place takes {endpoint.allowed}",
                (*endpoint.methods, "OPTIONS"),
            )
        return await endpoint.respond(request)

    return respond


def _shared(respond: Respond, endpoint: Endpoint, origin: str) -> Respond:
    """The endpoint, readable by pages of other sites (https://fetch.spec.whatwg.org/)."""
    headers = {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "ETag, Retry-After, Content-Location",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    before = {
        "Access-Control-Allow-Methods": endpoint.allowed,
        "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }
    always, asked = raw(headers), raw(headers | before)

    async def shared(request: Request) -> Response:
        response = await respond(request)
        response.raw_headers += asked if request.method == "OPTIONS" else always
        return response

    return shared


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    told = problems.Problem(error.status_code, error.detail, headers=dict(error.headers or {}))
    return problems.response(told, request.headers.get("accept", ""))
