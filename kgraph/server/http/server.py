"""Runs an application until it is interrupted."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import sys

import uvicorn
from starlette.types import ASGIApp

from kgraph.base.errors import InputError
from kgraph.server.http.connections import (
    DEFAULT_LIMITS,
    HEADER_LIMIT_BYTES,
    KEEP_ALIVE_TIMEOUT_S,
    Connections,
    bounded_http_protocol,
)
from kgraph.server.settings import ConnectionLimits

SHUTDOWN_TIMEOUT_S = 3  #: seconds in which running requests may end when the server stops

LISTEN_BACKLOG = 256  #: connections that the system queues until they are accepted

#: Connections that are accepted in one turn of the event loop. They are counted only in the next,
#: in which also a connection that was closed for them releases its open file.
MAX_ACCEPTS_PER_TURN = 32


def run_app(
    app: ASGIApp,
    host: str,
    port: int,
    path: str = "/",
    *,
    note: str = "",
    start_path: str = "",
    limits: ConnectionLimits = DEFAULT_LIMITS,
    proxies: str = "",
    port_option: str = "--port",
) -> None:
    """Serve an application until interrupted.

    Args:
        app: the application.
        host: address or name to listen at.
        port: 0 for any free one.
        path: path of the printed address.
        note: a further line to print at the start.
        start_path: path of a further address, which only who judges names should know; "" for
            none.
        limits: of connections.
        proxies: trusted proxies (``X-Forwarded-For`` and ``-Proto``), comma-separated; ``*`` for
            any, "" for none.
        port_option: option of the command line that gives the port, for messages.

    Raises:
        InputError: the address cannot be listened at.
    """
    connections = Connections(limits)
    listener = open_listener(host, port, port_option)
    config = uvicorn.Config(
        app,
        loop="asyncio",  # uvloop, if installed, starts no process in a group of its own
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
    name, bound_port = listener.getsockname()[:2]
    name = f"[{name}]" if ":" in name else name
    if start_path:
        address = f"http://{name}:{bound_port}{start_path}"
        note += f"to judge names, open {address} (whoever has this address can judge)\n"
    sys.stderr.write(f"serving at http://{name}:{bound_port}{path} until Ctrl-C\n{note}")
    with listener:
        try:
            _Server(config, connections).run(sockets=[listener])
        except KeyboardInterrupt:
            # A second Ctrl-C would interrupt the rest of the shutdown.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            raise


class _Server(uvicorn.Server):
    """uvicorn's server, with limited connections."""

    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self._connections = connections

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._connections.handle_loop_error)
        await super().startup(sockets)
        for listener in sockets or ():
            # uvicorn's `backlog` is both this and the number of accepts per turn.
            listener.listen(LISTEN_BACKLOG)
        self._connections.schedule_sweeps(loop)


#: Error of the system -> what is wrong with an address, and what to do.
_LISTEN_PROBLEMS = {
    errno.EADDRINUSE: (
        "another program listens there",
        "choose another port ({option}); 0 is any free one",
    ),
    errno.EADDRNOTAVAIL: (
        "this machine has no such address",
        "choose another host, such as 127.0.0.1, or 0.0.0.0 for all of its addresses",
    ),
    errno.EACCES: (
        "the port needs the rights of an administrator",
        "choose a port from 1024 on ({option})",
    ),
}


def open_listener(host: str, port: int, option: str = "--port") -> socket.socket:
    """Open a socket that listens at an address; InputError if that is not possible.

    Args:
        host: address or name; ``port``: 0 for any free one.
        option: of the command line that gives the port, for messages.
    """
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(address[:2], family=family, backlog=LISTEN_BACKLOG)
    except (OSError, OverflowError) as error:
        code = error.errno if isinstance(error, OSError) else 0
        if isinstance(error, socket.gaierror):
            code = errno.EADDRNOTAVAIL
        unknown = f"cannot listen there: {error}", "choose another address"
        reason, advice = _LISTEN_PROBLEMS.get(code or 0, unknown)
        raise InputError(f"{host}:{port}: {reason}: {advice.format(option=option)}") from error
    # Connections inherit it. Otherwise the second half of an answer on a kept connection waits
    # 40 ms for the client's acknowledgement of the first (RFC 896 and RFC 1122).
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
