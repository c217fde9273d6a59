"""Open connections: how many there may be, and how long each may keep the server waiting.

Takes the connections of uvicorn, either of its HTTP implementations, and closes what waits too
long. uvicorn itself limits only the pause between two requests (``timeout_keep_alive``), and any
byte that a client sends starts that anew, so that a request that never ends holds its connection
for ever. Like nginx (``client_header_timeout``, ``send_timeout``) and Node.js
(``headersTimeout``), this counts from the moment at which the client's turn began.

Invariants:
    * there are at most :attr:`ConnectionLimits.connections` open connections: a new one takes the
      place of the one that has kept the server waiting longest, and is refused with 503 when all
      of them are being answered;
    * a connection is closed :attr:`ConnectionLimits.header_s` after the client's turn began
      without a whole head, and :attr:`ConnectionLimits.write_s` after the client took the last
      byte of an answer. The body has its limit where it is read
      (:func:`kgraph.server.http.responses.read_request_body`).
"""

from __future__ import annotations

import asyncio
import errno
import sys
import time
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

MAX_CONNECTIONS = 500
"""Open connections: a browser has six at most. Where the system allows the process fewer than
1,000 open files, half of what it allows, since processes and answers on disk need some, too."""

HEADER_TIMEOUT_S = 10.0
"""Seconds for a whole head, from the connection's start or from the answer before."""

BODY_TIMEOUT_S = 30.0
"""Seconds for a whole body (at most 256 KB), from the end of its head."""

WRITE_TIMEOUT_S = 60.0
"""Seconds without a byte of the answer being taken by the client."""

KEEP_ALIVE_TIMEOUT_S = 5
"""Seconds that a connection stays open after an answer without a byte of the next request."""

SWEEP_INTERVAL_S = 1.0
"""Seconds between two looks at all connections."""

LOG_INTERVAL_S = 60.0
"""Seconds between two lines of the log about open files."""


def encode_refusal(status: str, message: str, *headers: str) -> bytes:
    """Encode an answer that is sent without the application, before the connection is closed.

    Args:
        status: its number and phrase.
        message: what the client is told, in ASCII.
        headers: further lines of its head.

    >>> encode_refusal("503 Service Unavailable", "ask again").splitlines()[0]
    b'HTTP/1.1 503 Service Unavailable'
    """
    head = (
        f"HTTP/1.1 {status}",
        "content-type: text/plain; charset=utf-8",
        f"content-length: {len(message) + 1}",
        *headers,
        "connection: close",
    )
    return "\r\n".join((*head, "", f"{message}\n")).encode("ascii")


BUSY_RESPONSE = encode_refusal(
    "503 Service Unavailable", "too many connections: ask again in a second", "retry-after: 1"
)

_OUT_OF_FILES_ERRNOS = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class ConnectionLimits(msgspec.Struct, frozen=True):
    """What a connection may take.

    Attributes:
        connections: how many may be open.
        header_s: seconds for a whole head.
        body_s: seconds for a whole body.
        write_s: seconds without a byte of an answer being taken.
    """

    connections: int = MAX_CONNECTIONS
    header_s: float = HEADER_TIMEOUT_S
    body_s: float = BODY_TIMEOUT_S
    write_s: float = WRITE_TIMEOUT_S


DEFAULT_LIMITS = ConnectionLimits()


class Connection(Protocol):
    """What this module knows of uvicorn's protocols.

    Attributes:
        transport: of asyncio.
        cycle: the last request whose head is whole, and its answer; None before the first.
        flow: whether reading has been paused.
    """

    transport: Any
    cycle: Any
    flow: Any


Turn = tuple[str, object]
"""What a connection waits for: its client's "head", "body" or "read" of an answer, and what tells
one turn of that name from the next; ("", None) while it is the server's turn."""

SERVER_TURN: Turn = ("", None)


def get_turn(connection: Connection) -> Turn:
    """Return whose turn it is now.

    A request with more body to come is the client's turn only while its bytes are read: uvicorn
    pauses reading behind a request that is being answered.
    """
    unsent = connection.transport.get_write_buffer_size()
    if unsent:
        return ("read", unsent)
    cycle = connection.cycle
    if cycle is None or cycle.response_complete:
        return ("head", cycle)
    if cycle.more_body and not connection.flow.read_paused:
        return ("body", cycle)
    return SERVER_TURN


class Connections:
    """The connections that are open, the one whose turn began first standing first.

    Args:
        limits: what they may take.
        clock: seconds, from any start.
    """

    def __init__(
        self,
        limits: ConnectionLimits = DEFAULT_LIMITS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = msgspec.structs.replace(
            limits, connections=min(limits.connections, _max_open_files() // 2)
        )
        self._clock = clock
        self._turns: dict[Connection, tuple[Turn, float]] = {}
        self._logged_at = -LOG_INTERVAL_S

    def __len__(self) -> int:
        return len(self._turns)

    def add(self, connection: Connection) -> None:
        """Let a connection in, in the place of one that waits, or refuse it."""
        if len(self._turns) >= self._limits.connections and not self.close_oldest():
            connection.transport.write(BUSY_RESPONSE)
            connection.transport.close()
            return
        self._turns[connection] = (get_turn(connection), self._clock())

    def remove(self, connection: Connection) -> None:
        """Forget a connection that was closed."""
        self._turns.pop(connection, None)

    def close_oldest(self) -> bool:
        """Close the connection that has kept the server waiting longest.

        Returns:
            Whether there was one.
        """
        for connection in list(self._turns):
            if self._is_same_turn(connection) and self._turns[connection][0] != SERVER_TURN:
                self._close(connection)
                return True
        return False

    def sweep(self) -> None:
        """Close the connections that have kept the server waiting for too long."""
        limits = {"head": self._limits.header_s, "read": self._limits.write_s}
        now = self._clock()
        for connection in list(self._turns):
            if not self._is_same_turn(connection):
                continue
            (name, _), since = self._turns[connection]
            if now - since >= limits.get(name, float("inf")):
                self._close(connection)

    def schedule_sweeps(self, loop: asyncio.AbstractEventLoop) -> None:
        """Sweep now and at every :data:`SWEEP_INTERVAL_S`, as long as the loop runs."""
        self.sweep()
        loop.call_later(SWEEP_INTERVAL_S, self.schedule_sweeps, loop)

    def handle_loop_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handle an error that asyncio tells its loop (``set_exception_handler``).

        Where no connection can be accepted for want of open files, asyncio tries again each
        second; the log gets a line a minute, and the connection that waits longest is closed.
        """
        error = context.get("exception")
        is_accepting = "accept" in context.get("message", "")
        if not (
            is_accepting and isinstance(error, OSError) and error.errno in _OUT_OF_FILES_ERRNOS
        ):
            loop.default_exception_handler(context)
            return
        self.close_oldest()
        if self._clock() - self._logged_at >= LOG_INTERVAL_S:
            self._logged_at = self._clock()
            sys.stderr.write(
                f"kgraph: no connection can be accepted: {error}: "
                "allow more open files (ulimit -n)\n"
            )

    def _is_same_turn(self, connection: Connection) -> bool:
        """Note whose turn it is; return whether it was the same at the last look."""
        turn = get_turn(connection)
        if self._turns[connection][0] == turn:
            return True
        del self._turns[connection]
        self._turns[connection] = (turn, self._clock())
        return False

    def _close(self, connection: Connection) -> None:
        del self._turns[connection]
        connection.transport.abort()


def _max_open_files() -> int:
    """Return how many open files the system allows this process."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return sys.maxsize
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if soft == resource.RLIM_INFINITY else soft
