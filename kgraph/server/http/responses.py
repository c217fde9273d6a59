"""Building blocks of endpoints: read a request, run a query for it, make the response.

An endpoint is a function from request to response that raises errors of
:mod:`kgraph.base.errors`; :func:`with_error_handling` is the one place where they become responses.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from kgraph.base.errors import KgraphError, RejectedError, RequestError, UnresolvedNameError
from kgraph.base.text import hex_digest, shorten
from kgraph.query.formats import ANSWER_FORMATS, AnswerKind
from kgraph.resolve.judgement import Judgement
from kgraph.server.html.forms import replace_name
from kgraph.server.html.templates import TEMPLATE_HASH, Hyperlink, current_session
from kgraph.server.http import problems
from kgraph.server.negotiation import HTML, add_charset, choose_media_type
from kgraph.server.service import Service
from kgraph.server.workers.messages import QueryRequest, Reply
from kgraph.views.open_graph import OpenGraph

RequestHandler = Callable[[Request], Awaitable[Response]]  #: an endpoint's function

Result = TypeVar("Result")

READ_METHODS = ("GET", "HEAD")

FORM_MEDIA_TYPE = "application/x-www-form-urlencoded"

MAX_BODY_BYTES = 256 << 10  #: bytes of a request's body: a query with some thousand values
MAX_PARAMETERS = 100  #: parameters of a request
MAX_SEARCHED_NAME_CHARS = 100  #: length of an unknown name for which a search is offered

#: Seconds after which the server starts to watch whether the client is still connected. Most
#: requests are answered before.
DISCONNECT_CHECK_DELAY_S = 0.02

CLIENT_CLOSED_REQUEST = 499  #: status in the log after a disconnect; nobody receives it


class Endpoint(msgspec.Struct, frozen=True):
    """A row of the tables that :mod:`kgraph.server.app` combines."""

    path: str  #: pattern of Starlette
    handler: RequestHandler
    methods: tuple[str, ...] = READ_METHODS  #: any other is refused with 405
    has_cors: bool = False  #: whether pages of other sites may read it

    @property
    def allow_header(self) -> str:
        """Value of the header ``Allow``."""
        return ", ".join((*self.methods, "OPTIONS"))


# -- requests ----------------------------------------------------------------------


def get_service(request: Request) -> Service:
    """Return the server's state."""
    service: Service = request.app.state.service
    return service


async def read_request_body(request: Request, advice: str = "narrow the query") -> bytes:
    """Read the request's body; ``advice`` says what to do where it is too long.

    Raises:
        RequestError: it is longer than :data:`MAX_BODY_BYTES` (413), takes longer than
            :attr:`kgraph.server.settings.ConnectionLimits.body_s` (408), or the client
            has disconnected.
    """
    timeout_s = get_service(request).settings.connections.body_s
    data = bytearray()
    try:
        async with asyncio.timeout(timeout_s):
            async for chunk in request.stream():
                data += chunk
                if len(data) > MAX_BODY_BYTES:
                    message = f"the body is longer than {MAX_BODY_BYTES >> 10} KB: {advice}"
                    raise RequestError(413, message)
    except TimeoutError:
        message = f"the body did not arrive within {timeout_s:g} s: send it again"
        raise RequestError(408, message) from None
    except ClientDisconnect:
        raise RequestError(CLIENT_CLOSED_REQUEST, "the client has gone") from None
    return bytes(data)


def parse_query_string(encoded: str) -> list[tuple[str, str]]:
    """Return names and values of a query string or a form.

    Raises:
        RequestError: it is not UTF-8, or has too many parameters.
    """
    try:
        return parse_qsl(
            encoded, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS
        )
    except UnicodeDecodeError as error:
        raise RequestError(400, "the parameters are not UTF-8: encode them again") from error
    except ValueError as error:
        raise RequestError(400, f"more than {MAX_PARAMETERS} parameters: leave some out") from error


# -- errors ------------------------------------------------------------------------


def with_error_handling(handler: RequestHandler, accept: str = "") -> RequestHandler:
    """Wrap an endpoint so that its errors become responses.

    ``accept`` replaces the client's Accept header, if it is given.
    """

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except NotModified as cached:
            return Response(status_code=304, headers=cached.headers)
        except KgraphError as error:
            problem = problems.describe_error(error, is_read=request.method in READ_METHODS)
            if problem.detail != str(error):  # the message is not for clients
                sys.stderr.write(f"kgraph: {error}\n")
            accepted = accept or request.headers.get("accept", "")
            return problems.render_problem(
                problem,
                accepted,
                link_similar(request, error),
                list_rejections(request, error),
                link_search(request, error),
            )

    return handle


def list_rejections(request: Request, error: KgraphError) -> list[Judgement]:
    """Return the judgements that rejected what a request asks for, in a session that can undo them.

    It is empty without such a session, and if the file of judgements cannot be read.
    """
    if not isinstance(error, RejectedError) or current_session.get() is None:
        return []
    with suppress(KgraphError):  # the page of judgements says what is wrong
        return [
            judgement
            for judgement in request.app.state.judge_job.load()
            if judgement.verb == "reject" and not error.keys.isdisjoint(judgement.keys)
        ]
    return []


def link_search(request: Request, error: KgraphError) -> Hyperlink | None:
    """Return a link that searches for a name that nothing has: of a parameter, or of the path."""
    name = request.query_params.get(getattr(error, "parameter", "") or "", "")
    name = name or request.scope["path"].rpartition("/")[2]  # decoded, unlike that of its URL
    is_searchable = name.isprintable() and 0 < len(name) <= MAX_SEARCHED_NAME_CHARS
    if not isinstance(error, UnresolvedNameError) or not is_searchable:
        return None
    return Hyperlink(f"Search for “{name}”", f"/search?{urlencode({'q': name})}")


def link_similar(request: Request, error: KgraphError) -> list[Hyperlink]:
    """Return the similar names of an error as links.

    They repeat the request with that name where a parameter has the wrong one, else search for it.
    """
    if not isinstance(error, UnresolvedNameError):
        return []
    pairs = request.query_params.multi_items()
    if error.parameter not in dict(pairs):
        return [Hyperlink(n, f"/search?{urlencode({'q': n})}") for n in error.suggestions]
    links = []
    for name in error.suggestions:
        repeated = [
            (key, replace_name(text, error.value, name) if key == error.parameter else text)
            for key, text in pairs
        ]
        links.append(Hyperlink(name, f"?{urlencode(repeated)}"))
    return links


def error_page(error: KgraphError, html: str) -> Response:
    """Return a page with the status of an error."""
    return Response(
        html, problems.describe_error(error).status, {"Cache-Control": "no-store"}, HTML
    )


# -- queries -----------------------------------------------------------------------


async def cancel_on_disconnect(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """Await the work, and cancel it when the client disconnects.

    Raises:
        RequestError: the client has disconnected.
    """
    caller = asyncio.current_task()
    assert caller is not None
    watcher: asyncio.Task[None] | None = None
    is_waiting = True

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        if is_waiting:
            caller.cancel()

    def start_watching() -> None:
        nonlocal watcher
        watcher = asyncio.create_task(watch())

    timer = asyncio.get_running_loop().call_later(DISCONNECT_CHECK_DELAY_S, start_watching)
    try:
        return await work
    except asyncio.CancelledError:
        if watcher is not None and watcher.done() and caller.uncancel() == 0:
            raise RequestError(CLIENT_CLOSED_REQUEST, "the client has gone") from None
        raise
    finally:
        is_waiting = False
        timer.cancel()
        if watcher is not None:
            watcher.cancel()


async def evaluate_query(
    request: Request, graph: OpenGraph, query: QueryRequest, pool: str = "pages"
) -> Reply:
    """Evaluate a query for a request: :meth:`kgraph.server.service.Service.run_query`."""
    work = get_service(request).run_query(graph, query, pool)
    return await cancel_on_disconnect(request, work)


async def select_rows(
    request: Request, graph: OpenGraph, query: str
) -> list[dict[str, dict[str, str]]]:
    """Evaluate a SELECT query of a page; return its bindings as in SPARQL JSON results."""
    media_types: dict[AnswerKind, str] = {"solutions": ANSWER_FORMATS["json"].media_type}
    reply = await evaluate_query(request, graph, QueryRequest(query, media_types))
    rows: list[dict[str, dict[str, str]]]
    rows = msgspec.json.decode(reply.read_all())["results"]["bindings"]
    return rows


# -- responses ---------------------------------------------------------------------


class NotModified(Exception):
    """Ends a request with 304 and the headers: the client already has the answer."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__(headers)
        self.headers = headers


def make_cache_headers(
    request: Request, graph: OpenGraph, *parts: str, more: Mapping[str, str] = {}
) -> dict[str, str]:
    """Return headers of an answer that a client may cache and has to revalidate.

    The ETag is weak, since rows may change their order between two runs.

    Args:
        parts: texts that, together with the graph, determine the answer.
        more: further headers.

    Raises:
        NotModified: the client already has that answer.
    """
    vary = "Accept"
    if session := current_session.get():  # the page has controls that others lack
        parts, vary = (*parts, session.form_token), "Accept, Cookie"
    tag = f'W/"{hex_digest(chr(0).join((graph.tag, *parts)), 24)}"'
    headers = {"ETag": tag, "Vary": vary, "Cache-Control": "no-cache", **more}
    raise_if_cached(request, headers)
    return headers


def raise_if_cached(request: Request, headers: dict[str, str]) -> None:
    """Raise NotModified if the client has the answer with that ETag (RFC 9110 section 13.1.2).

    The value ``*`` is ignored: it would match if there is an answer, which is not known yet.
    """
    header = request.headers.get("if-none-match", "")
    opaque_tags = {value.strip().removeprefix("W/") for value in header.split(",")}
    if request.method in READ_METHODS and headers["ETag"].removeprefix("W/") in opaque_tags:
        raise NotModified(headers)


def refuse_unacceptable(request: Request, media_types: tuple[str, ...], hint: str) -> None:
    """Raise RequestError (406) if the client accepts none of the media types."""
    accept = request.headers.get("accept", "")
    if choose_media_type(accept, media_types) is None:
        raise RequestError(406, f"Accept: {shorten(accept)}: {hint}")


def make_reply_response(reply: Reply, headers: dict[str, str]) -> Response:
    """Return the response of a reply, streamed if it is spooled to disk."""
    media_type = add_charset(reply.media_type)
    if isinstance(reply.body, bytes):
        return Response(reply.body, headers=headers, media_type=media_type)
    headers = {**headers, "Content-Length": str(reply.size)}
    return StreamingResponse(reply.body.iter_chunks(), headers=headers, media_type=media_type)


#: Makes a page: its HTML, which depends only on the request and the graph, or a response.
PageRenderer = Callable[[Request, OpenGraph], Awaitable[str | Response]]


def make_page_handler(render: PageRenderer, headers: Mapping[str, str] = {}) -> RequestHandler:
    """Return an endpoint that answers with a page."""

    async def handle(request: Request) -> Response:
        refuse_unacceptable(request, (HTML,), "this is a page; /api has the same data")
        graph = get_service(request).get_graph()
        parts = (TEMPLATE_HASH, request.url.path, request.url.query)
        all_headers = make_cache_headers(request, graph, *parts, more=headers)
        page = await render(request, graph)
        return Response(page, 200, all_headers, HTML) if isinstance(page, str) else page

    return handle
