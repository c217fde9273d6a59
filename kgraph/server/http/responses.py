"""What endpoints do alike: read a request, answer it, stop when nobody listens.

Takes Starlette requests, gives Starlette responses. An endpoint is a plain function from
request to response that raises our errors; :func:`with_error_handling` turns it into what a route
takes, and is the one seam where errors become answers.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from kgraph.base.errors import KgraphError, RequestError
from kgraph.base.text import hex_digest
from kgraph.server.http import problems
from kgraph.server.http.negotiation import add_charset
from kgraph.server.service import Service
from kgraph.server.workers.messages import Reply
from kgraph.views.open_graph import OpenGraph

RequestHandler = Callable[[Request], Awaitable[Response]]
"""An endpoint: request -> response, or one of our errors."""

Result = TypeVar("Result")

MAX_BODY_BYTES = 256 << 10
"""Bytes of a request's body: a query with some thousand values; one that is longer is refused."""

MAX_PARAMETERS = 100
"""Parameters of a request."""

DISCONNECT_CHECK_DELAY_S = 0.02
"""Seconds in which most is answered, and nobody looks whether the client is still there."""

CLIENT_CLOSED_REQUEST = 499
"""Status in the log of a request whose client has gone; nobody receives it."""


def get_service(request: Request) -> Service:
    """The server's state."""
    found: Service = request.app.state.service
    return found


def with_error_handling(respond: RequestHandler) -> RequestHandler:
    """The endpoint with its errors answered as :mod:`kgraph.server.http.problems` says."""

    async def answered(request: Request) -> Response:
        try:
            return await respond(request)
        except KgraphError as error:
            return error_response(error, request.headers.get("accept", ""))

    return answered


def error_response(error: KgraphError, accept: str) -> Response:
    """The answer that an error is, in a form that the client accepts."""
    told = problems.describe_error(error)
    if told.detail != str(error):  # what clients are not told
        sys.stderr.write(f"kgraph: {error}\n")
    return problems.render_problem(told, accept)


async def cancel_on_disconnect(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """Do the work, and stop it when the client goes.

    Raises:
        RequestError: it has gone.
    """
    asking = asyncio.current_task()
    assert asking is not None
    watch: asyncio.Task[None] | None = None
    is_waiting = True

    async def stop() -> None:
        await _wait_for_disconnect(request)
        if is_waiting:
            asking.cancel()

    def look() -> None:
        nonlocal watch
        watch = asyncio.create_task(stop())

    later = asyncio.get_running_loop().call_later(DISCONNECT_CHECK_DELAY_S, look)
    try:
        return await work
    except asyncio.CancelledError:
        if watch is not None and watch.done() and asking.uncancel() == 0:
            raise RequestError(CLIENT_CLOSED_REQUEST, "the client has gone") from None
        raise
    finally:
        is_waiting = False
        later.cancel()
        if watch is not None:
            watch.cancel()


async def _wait_for_disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def read_request_body(request: Request) -> bytes:
    """The request's body.

    Raises:
        RequestError: it is longer than :data:`MAX_BODY_BYTES` (413), takes longer than
            :attr:`kgraph.server.http.connections.ConnectionLimits.body_s` (408), or its client has gone.
    """
    seconds = get_service(request).settings.connections.body_s
    data = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for piece in request.stream():
                data += piece
                if len(data) > MAX_BODY_BYTES:
                    words = f"the body is longer than {MAX_BODY_BYTES >> 10} KB: narrow the query"
                    raise RequestError(413, words)
    except TimeoutError:
        words = f"the body did not arrive within {seconds:g} s: send it again"
        raise RequestError(408, words) from None
    except ClientDisconnect:
        raise RequestError(CLIENT_CLOSED_REQUEST, "the client has gone") from None
    return bytes(data)


def parse_query_string(encoded: str) -> list[tuple[str, str]]:
    """Names and values of a query string or a form.

    Raises:
        RequestError: it is not UTF-8, or there are too many.
    """
    try:
        return parse_qsl(
            encoded, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS
        )
    except UnicodeDecodeError as error:
        raise RequestError(400, "the parameters are not UTF-8: encode them anew") from error
    except ValueError as error:
        raise RequestError(400, f"more than {MAX_PARAMETERS} parameters: leave some out") from error


def make_etag(snapshot: OpenGraph, *parts: str) -> str:
    """Names an answer: weak, since two askings may give the same rows in another order."""
    return f'W/"{hex_digest(chr(0).join((snapshot.tag, *parts)), 24)}"'


def is_not_modified(request: Request, tag: str) -> bool:
    """Whether the client holds that answer already (RFC 9110 section 13.1.2).

    ``*`` asks whether there is any answer, which is known when it has been made: it is.
    """
    held = request.headers.get("if-none-match", "")
    opaque = {part.strip().removeprefix("W/") for part in held.split(",")}
    return request.method in ("GET", "HEAD") and tag.removeprefix("W/") in opaque


def cache_headers(tag: str) -> dict[str, str]:
    """Headers of an answer that may be kept as long as it is asked for again each time."""
    return {"ETag": tag, "Vary": "Accept", "Cache-Control": "no-cache"}


def make_reply_response(reply: Reply, headers: dict[str, str]) -> Response:
    """A whole answer, in one piece or in several."""
    media_type = add_charset(reply.media_type)
    if isinstance(reply.body, bytes):
        return Response(reply.body, headers=headers, media_type=media_type)
    headers = {**headers, "Content-Length": str(reply.size)}
    return StreamingResponse(reply.body.iter_chunks(), headers=headers, media_type=media_type)
