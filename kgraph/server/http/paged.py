"""What pages do alike: refuse who wants none, and send none that is held already.

Takes a function that makes the HTML of a page of the graph, gives an endpoint.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import KgraphError, RequestError
from kgraph.server.http import problems, responses
from kgraph.server.http.negotiation import HTML, choose_media_type
from kgraph.server.pages.templates import TEMPLATE_HASH
from kgraph.views.open_graph import OpenGraph

PageRenderer = Callable[[Request, OpenGraph], Awaitable[str | Response]]
"""What makes a page: its HTML, which stays the same as long as the graph does, or an answer."""


def make_page_handler(
    make: PageRenderer, headers: Mapping[str, str] = {}
) -> responses.RequestHandler:
    """An endpoint that answers with a page, or says that the client holds it already.

    Args:
        make: makes the page.
        headers: that go with it, beside the usual ones.
    """

    async def respond(request: Request) -> Response:
        accept = request.headers.get("accept", "")
        if choose_media_type(accept, (HTML,)) is None:
            raise RequestError(406, f"Accept: {accept}: this is a page; /api has the same as data")
        snapshot = responses.get_service(request).get_graph()
        tag = responses.make_etag(snapshot, TEMPLATE_HASH, request.url.path, request.url.query)
        told = {**responses.cache_headers(tag), **headers}
        if responses.is_not_modified(request, tag):
            return Response(status_code=304, headers=told)
        made = await make(request, snapshot)
        return Response(made, 200, told, HTML) if isinstance(made, str) else made

    return respond


def error_page(error: KgraphError, html: str) -> Response:
    """A page that says what was wrong with what was asked of it."""
    return Response(
        html, problems.describe_error(error).status, {"Cache-Control": "no-store"}, HTML
    )
