"""ASGI middleware for every answer: Host check, security headers, log, unexpected errors.

* A request is answered only under a name of this machine's own, so that a page of another site
  cannot read the graph through a name that resolves to this machine (DNS rebinding). Numeric
  addresses are always accepted.
* Security headers let a browser run only our own scripts.
* Each request gives one line on standard error.
* An unexpected error becomes an answer without details.
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
from kgraph.server.http.connections import HEADER_LIMIT_BYTES, HEADER_TOO_LONG_MESSAGE

LOCAL_HOST_NAMES = frozenset({"localhost"})  #: names that mean this machine everywhere

# Characters of a name (RFC 952, and the underscore): it is written into answers.
_HOST_NAME = re.compile(r"[a-z0-9_.-]+")

#: Headers of every answer, unless its endpoint sets them.
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def encode_headers(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Encode headers for ASGI."""
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]


_RAW_SECURITY_HEADERS = encode_headers(SECURITY_HEADERS)


class HostAndHeadersMiddleware:
    """Middleware around an ASGI application that accepts further Host names, or ``*`` for any."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts) | LOCAL_HOST_NAMES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; pass other scopes on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        recorder = _ResponseRecorder(send)
        try:
            error = self._check_request(scope)
            if error is None:
                await self._app(scope, receive, recorder)
            else:
                accept = Headers(scope=scope).get("accept", "")
                response = problems.render_problem(problems.describe_error(error), accept)
                await response(scope, receive, recorder)
        except asyncio.CancelledError:  # the server stops, and this request did not end in time
            problem = problems.HttpProblem(503, "the server is stopping: try again in a moment")
            await _send_if_not_started(problem, scope, receive, recorder)
        except Exception as error:
            sys.stderr.write(f"kgraph: {type(error).__name__}: {error}\n")
            problem = problems.HttpProblem(500, "unexpected error: see the server's log")
            await _send_if_not_started(problem, scope, receive, recorder)
        finally:
            recorder.write_log_line(scope)

    def _check_request(self, scope: Scope) -> RequestError | None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) > 1:
            return RequestError(400, f"{len(hosts)} Host headers: send one")
        # A parser lets headers through that arrive at once.
        header_bytes = len(scope.get("raw_path", b"")) + len(scope["query_string"])
        header_bytes += sum(len(name) + len(value) for name, value in scope["headers"])
        if header_bytes > HEADER_LIMIT_BYTES:
            return RequestError(431, HEADER_TOO_LONG_MESSAGE)
        host = hosts[0].decode("latin-1") if hosts else ""
        if _is_allowed_host(host, self._hosts):
            return None
        return RequestError(
            421, "this name is not this server's: use its address, or start it with --allow-host"
        )


@lru_cache(16)
def _is_allowed_host(host: str, allowed: frozenset[str]) -> bool:
    name = parse_host(host)
    is_named = _HOST_NAME.fullmatch(name) is not None and bool(allowed & {"*", name})
    return is_named or is_ip_address(name)


def parse_host(host: str) -> str:
    """Return the name in a Host header, without its port.

    >>> parse_host("Example.org:8000"), parse_host("[::1]:80"), parse_host("::1")
    ('example.org', '::1', '::1')
    """
    if host.startswith("["):
        address, bracket, _ = host[1:].partition("]")
        return address.lower() if bracket else host
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() and ":" not in name else host).lower()


def is_ip_address(name: str) -> bool:
    """Whether a host name is a numeric address.

    >>> is_ip_address("127.0.0.1"), is_ip_address("::1"), is_ip_address("example.org")
    (True, True, False)
    """
    with suppress(ValueError):
        ipaddress.ip_address(name)
        return True
    return False


class _ResponseRecorder:
    """Adds the security headers to an answer, and counts its bytes."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start = time.perf_counter()
        self._body_bytes = 0
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            names = {name for name, _ in message["headers"]}
            added = [pair for pair in _RAW_SECURITY_HEADERS if pair[0] not in names]
            message = {**message, "headers": [*message["headers"], *added]}
        else:
            self._body_bytes += len(message.get("body", b""))
        await self._send(message)

    def write_log_line(self, scope: Scope) -> None:
        """Log client, method, path, status, bytes and milliseconds.

        The style sheets and scripts of a page are logged only if something was wrong.
        """
        if scope["path"].startswith("/assets/") and self.status in (200, 304):
            return
        client = scope["client"][0] if scope.get("client") else "-"
        # As received, percent-encoded: no control character reaches a terminal.
        path = ascii(scope.get("raw_path", b"").decode("latin-1"))[1:-1]
        elapsed_ms = 1000 * (time.perf_counter() - self._start)
        request = f"{scope['method']} {path} {self.status or '-'}"
        sys.stderr.write(f"{client} {request} {self._body_bytes} B {elapsed_ms:.0f} ms\n")


async def _send_if_not_started(
    problem: problems.HttpProblem, scope: Scope, receive: Receive, recorder: _ResponseRecorder
) -> None:
    if not recorder.status:
        await problems.render_problem(problem, "")(scope, receive, recorder)
