"""Runs the server until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from kgraph.base.errors import InputError, StoreError, StoreMissingError
from kgraph.server.http.app import create_app
from kgraph.server.http.connections import (
    DEFAULT_LIMITS,
    KEEP_ALIVE_TIMEOUT_S,
    ConnectionLimits,
    Connections,
)
from kgraph.server.http.heads import HEADER_LIMIT_BYTES, bounded_http_protocol
from kgraph.server.service import Settings
from kgraph.store.layout import find_current_build

SHUTDOWN_TIMEOUT_S = 3
"""Seconds that requests in flight have to end when the server is told to stop."""

LISTEN_BACKLOG = 256
"""Connections that the system holds until they are accepted."""

MAX_ACCEPTS_PER_TURN = 32
"""Connections that are accepted in one turn of the loop: only in the next one are they counted, and
does one that is closed for them give back its open file."""


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Answer over HTTP until interrupted.

    Args:
        settings: what is served, and how.
        host: address or name to listen at.
        port: 0 for any that is free.

    Raises:
        InputError: that address cannot be listened at.
    """
    run_app(
        create_app(settings),
        host,
        port,
        note=_missing_store_note(settings.store),
        limits=settings.connections,
        proxies=settings.proxies,
    )


def _missing_store_note(store: Path) -> str:
    """What whoever starts a server over nothing is told; "" where there is a graph."""
    try:
        find_current_build(store)
    except StoreMissingError as error:
        return f"{error}; it is served as soon as it is whole\n"
    except StoreError:  # is told to whoever asks, and mended by the next build
        pass
    return ""


def run_app(
    app: ASGIApp,
    host: str,
    port: int,
    path: str = "/",
    *,
    note: str = "",
    limits: ConnectionLimits = DEFAULT_LIMITS,
    proxies: str = "",
) -> None:
    """Answer with an application until interrupted.

    Args:
        app: what answers.
        host: address or name to listen at.
        port: 0 for any that is free.
        path: where a person or a program is to begin.
        note: what else is told at the start, a whole line.
        limits: what connections may take.
        proxies: addresses, apart by commas, whose ``X-Forwarded-For`` and ``-Proto`` are believed;
            ``*`` for any, "" for none.

    Raises:
        InputError: that address cannot be listened at.
    """
    connections = Connections(limits)
    listener = _open_listener(host, port)
    config = uvicorn.Config(
        app,
        loop="asyncio",  # uvloop, where it is installed, starts no process in a group of its own
        http=bounded_http_protocol(connections),
        ws="none",
        h11_max_incomplete_event_size=HEADER_LIMIT_BYTES,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        backlog=MAX_ACCEPTS_PER_TURN,
        timeout_keep_alive=KEEP_ALIVE_TIMEOUT_S,
        timeout_graceful_shutdown=SHUTDOWN_TIMEOUT_S,
    )
    sys.stderr.write(f"serving at {_format_url(listener)}{path[1:]} until Ctrl-C\n{note}")
    with listener:
        try:
            _Server(config, connections).run(sockets=[listener])
        except KeyboardInterrupt:
            # A second Ctrl-C would interrupt what is left of the end, which is then no clean one.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            raise


class _Server(uvicorn.Server):
    """uvicorn's server, whose connections are watched."""

    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self._connections = connections

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept connections, and to watch them."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._connections.handle_loop_error)
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(LISTEN_BACKLOG)  # uvicorn's `backlog` is both this and MAX_ACCEPTS
        self._connections.schedule_sweeps(loop)


def _open_listener(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(address[:2], family=family, backlog=LISTEN_BACKLOG)
    except (OSError, OverflowError) as error:
        raise InputError(
            f"{host}:{port}: cannot listen there ({error}): choose another --host or --port"
        ) from error
    # Connections inherit it. Without, the second half of an answer on a connection that is
    # kept waits 40 ms for the client to say that it has the first (RFC 896 and RFC 1122).
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _format_url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
