"""The server's frame: what holds for every answer, whatever place it comes from.

Takes an ASGI application, gives one around it that

* answers only under a name of this machine's own: a page of another site cannot make a name
  of its own lead here and read what is here (DNS rebinding). An address in numbers is no
  name, so it is always let through;
* adds the headers by which a browser runs nothing that is not ours;
* writes a line for each request on standard error;
* makes any error that nobody expected an answer without details.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kgraph.base.errors import RequestError
from kgraph.server.http import problems
from kgraph.server.http.heads import HEADER_LIMIT_BYTES, HEADER_TOO_LONG_MESSAGE

LOCAL_HOST_NAMES = frozenset({"localhost"})
"""Names that lead to this machine wherever one stands."""

_HOST_NAME = re.compile(r"[a-z0-9_.-]+")
"""What a name may hold (RFC 952, and the underscore): it is written into answers."""

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Of every answer, where its place does not say otherwise."""


def encode_headers(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as they are sent."""
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]


_RAW_SECURITY_HEADERS = encode_headers(SECURITY_HEADERS)


class HostAndHeadersMiddleware:
    """An application with its frame.

    Args:
        app: what is framed.
        hosts: further names under which it answers; ``*`` for any.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts) | LOCAL_HOST_NAMES
        self._is_allowed_host_cached = lru_cache(16)(self._is_allowed_host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass on what is none."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sender = _ResponseRecorder(send)
        try:
            await self._forward_if_allowed(scope, receive, sender)
        except asyncio.CancelledError:  # the server stops, and this took too long to end
            stopping = problems.HttpProblem(503, "the server is stopping: ask again in a moment")
            await _send_if_not_started(stopping, scope, receive, sender)
        except Exception as error:
            sys.stderr.write(f"kgraph: {type(error).__name__}: {error}\n")
            unexpected = problems.HttpProblem(
                500, "something went wrong: the server's log says what"
            )
            await _send_if_not_started(unexpected, scope, receive, sender)
        finally:
            sender.write_log_line(scope)

    async def _forward_if_allowed(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        is_short = _header_bytes(scope) <= HEADER_LIMIT_BYTES
        if len(hosts) < 2 and self._is_allowed_host_cached(*hosts or [""]) and is_short:
            await self._app(scope, receive, send)
            return
        error = RequestError(
            421, "this name is not this server's: use its address, or start it with --allow-host"
        )
        if len(hosts) > 1:
            error = RequestError(400, f"{len(hosts)} Host headers: send one")
        elif not is_short:
            error = RequestError(431, HEADER_TOO_LONG_MESSAGE)
        refused = problems.render_problem(problems.describe_error(error), headers.get("accept", ""))
        await refused(scope, receive, send)

    def _is_allowed_host(self, host: str) -> bool:
        name = parse_host(host)
        named = _HOST_NAME.fullmatch(name) is not None and bool(self._hosts & {"*", name})
        return named or is_ip_address(name)


def _header_bytes(scope: Scope) -> int:
    """Bytes of the address and the headers: a parser lets those through that come at once."""
    address = len(scope.get("raw_path", b"")) + len(scope["query_string"])
    return address + sum(len(name) + len(value) for name, value in scope["headers"])


def parse_host(host: str) -> str:
    """The name in a Host header, without its port.

    >>> parse_host("Example.org:8000"), parse_host("[::1]:80"), parse_host("::1")
    ('example.org', '::1', '::1')
    """
    if host.startswith("["):
        address, closed, _ = host[1:].partition("]")
        return address.lower() if closed else host
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() and ":" not in name else host).lower()


def is_ip_address(name: str) -> bool:
    """Whether it is an address in numbers.

    >>> is_ip_address("127.0.0.1"), is_ip_address("::1"), is_ip_address("example.org")
    (True, True, False)
    """
    with suppress(ValueError):
        ipaddress.ip_address(name)
        return True
    return False


class _ResponseRecorder:
    """Sends, adds the headers, and counts what goes out."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start = time.perf_counter()
        self._body_bytes = 0
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            said = {name for name, _ in message["headers"]}
            own = [pair for pair in _RAW_SECURITY_HEADERS if pair[0] not in said]
            message = {**message, "headers": [*message["headers"], *own]}
        else:
            self._body_bytes += len(message.get("body", b""))
        await self._send(message)

    def write_log_line(self, scope: Scope) -> None:
        """One line: client, method, path, status, bytes, milliseconds."""
        client = scope["client"][0] if scope.get("client") else "-"
        # As it came, percent-encoded: no control character reaches a terminal.
        path = ascii(scope.get("raw_path", b"").decode("latin-1"))[1:-1]
        took = 1000 * (time.perf_counter() - self._start)
        what = f"{scope['method']} {path} {self.status or '-'}"
        sys.stderr.write(f"{client} {what} {self._body_bytes} B {took:.0f} ms\n")


async def _send_if_not_started(
    problem: problems.HttpProblem, scope: Scope, receive: Receive, sender: _ResponseRecorder
) -> None:
    """Say what happened, if nothing was said yet."""
    if not sender.status:
        await problems.render_problem(problem, "")(scope, receive, sender)
