"""What pages do alike: refuse who wants none, and send none that is held already.

Takes a function that makes the HTML of a page of the graph, gives an endpoint.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import KgraphError, RequestError
from kgraph.server.http import problems, responses
from kgraph.server.http.negotiation import HTML, choose
from kgraph.server.pages.templates import LOOK
from kgraph.store.current import Snapshot

Make = Callable[[Request, Snapshot], Awaitable[str | Response]]
"""What makes a page: its HTML, which stays the same as long as the graph does, or an answer."""


def paged(make: Make, headers: Mapping[str, str] = {}) -> responses.Respond:
    """An endpoint that answers with a page, or says that the client holds it already.

    Args:
        make: makes the page.
        headers: that go with it, beside the usual ones.
    """

    async def respond(request: Request) -> Response:
        accept = request.headers.get("accept", "")
        if choose(accept, (HTML,)) is None:
            raise RequestError(406, f"Accept: {accept}: this is a page; /api has the same as data")
        snapshot = responses.service(request).snapshot()
        tag = responses.etag(snapshot, LOOK, request.url.path, request.url.query)
        told = {**responses.cached(tag), **headers}
        if responses.unchanged(request, tag):
            return Response(status_code=304, headers=told)
        made = await make(request, snapshot)
        return Response(made, 200, told, HTML) if isinstance(made, str) else made

    return respond


def wrong(error: KgraphError, html: str) -> Response:
    """A page that says what was wrong with what was asked of it."""
    return Response(html, problems.problem(error).status, {"Cache-Control": "no-store"}, HTML)
