"""Limits of open connections: their number, their header bytes, and the time a client may take.

uvicorn limits only the pause between two requests (``timeout_keep_alive``), and any byte restarts
that timer: a request that never ends keeps its connection open for ever. Like nginx
(``client_header_timeout``, ``send_timeout``) and Node.js (``headersTimeout``), this counts from the
moment at which the client's turn began. Works with both HTTP implementations of uvicorn.

Invariants, given the :class:`~kgraph.server.settings.ConnectionLimits`:
    * there are at most ``connections`` open connections. A new one replaces the one whose client
      has taken longest, and is refused with 503 if all of them are being answered;
    * a connection is closed ``header_s`` after the client's turn began without a complete header,
      and ``write_s`` after the client took the last byte of an answer. The body is limited where it
      is read (:func:`kgraph.server.http.responses.read_request_body`).
"""

from __future__ import annotations

import asyncio
import errno
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from msgspec.structs import replace

from kgraph.server.settings import ConnectionLimits

KEEP_ALIVE_TIMEOUT_S = 5  #: seconds after an answer without a byte of the next request
SWEEP_INTERVAL_S = 1.0  #: interval in which all connections are checked
LOG_INTERVAL_S = 60.0  #: interval of log lines about open files

#: Bytes of a request line with its headers, or of data after a body: a longer query is sent as a
#: body. Counted as they arrive, in pieces.
HEADER_LIMIT_BYTES = 64 << 10

HEADER_TOO_LONG_MESSAGE = "the address and the headers are too long: send a long query as a body"

_OUT_OF_FILES_ERRNOS = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


def encode_refusal(status: str, message: str, *headers: str) -> bytes:
    """Encode an answer that is sent without the application, before the connection is closed.

    The message is ASCII; ``headers`` are further header lines.

    >>> encode_refusal("503 Service Unavailable", "try again").splitlines()[0]
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
    "503 Service Unavailable", "too many connections: try again in a second", "retry-after: 1"
)

HEADER_TOO_LONG_RESPONSE = encode_refusal(
    "431 Request Header Fields Too Large", HEADER_TOO_LONG_MESSAGE
)


DEFAULT_LIMITS = ConnectionLimits()


class Connection(Protocol):
    """Attributes of uvicorn's protocols that this module uses."""

    transport: Any  #: of asyncio
    cycle: Any  #: last request with a complete header, and its answer; None before the first
    flow: Any  #: knows whether reading is paused


#: What a connection waits for: the client's "head", "body" or "read" of an answer, and a value that
#: differs between two turns of that name; ("", None) while it is the server's turn.
Turn = tuple[str, object]

SERVER_TURN: Turn = ("", None)


def get_turn(connection: Connection) -> Turn:
    """Return whose turn it is.

    A request with more body to come is the client's turn only while its bytes are read: uvicorn
    pauses reading behind a request that is being answered.
    """
    unsent_bytes = connection.transport.get_write_buffer_size()
    if unsent_bytes:
        return ("read", unsent_bytes)
    cycle = connection.cycle
    if cycle is None or cycle.response_complete:
        return ("head", cycle)
    if cycle.more_body and not connection.flow.read_paused:
        return ("body", cycle)
    return SERVER_TURN


class Connections:
    """The open connections, ordered by the start of their turn."""

    def __init__(
        self,
        limits: ConnectionLimits = DEFAULT_LIMITS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = replace(limits, connections=min(limits.connections, _max_open_files() // 2))
        self._clock = clock
        self._turns: dict[Connection, tuple[Turn, float]] = {}
        self._logged_at = -LOG_INTERVAL_S

    def __len__(self) -> int:
        return len(self._turns)

    def add(self, connection: Connection) -> None:
        """Add a connection, in place of a waiting one if there are too many, or refuse it."""
        if len(self._turns) >= self._limits.connections and not self.close_oldest():
            connection.transport.write(BUSY_RESPONSE)
            connection.transport.close()
            return
        self._turns[connection] = (get_turn(connection), self._clock())

    def remove(self, connection: Connection) -> None:
        """Remove a closed connection."""
        self._turns.pop(connection, None)

    def close_oldest(self) -> bool:
        """Close the connection whose client has taken longest; return whether there was one."""
        for connection in list(self._turns):
            if self._is_same_turn(connection) and self._turns[connection][0] != SERVER_TURN:
                self._close(connection)
                return True
        return False

    def sweep(self) -> None:
        """Close the connections whose clients have passed a timeout."""
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
        """Handle an error of the event loop (``set_exception_handler``).

        If no connection can be accepted for lack of open files, asyncio tries again each second.
        Close the connection whose client has taken longest, and log a line a minute.
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
        """Record whose turn it is, and return whether it has not changed."""
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
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return sys.maxsize
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if soft == resource.RLIM_INFINITY else soft


# -- uvicorn's protocols -----------------------------------------------------------


def bounded_http_protocol(connections: Connections) -> type[asyncio.Protocol]:
    """Return uvicorn's protocol class with a limit of header bytes.

    Its connections are added to ``connections``, and removed when they are closed.
    """

    class TrackedProtocol(asyncio.Protocol):
        if TYPE_CHECKING:
            transport: Any
            cycle: Any
            flow: Any

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            connections.add(self)

        def connection_lost(self, exc: Exception | None) -> None:
            connections.remove(self)
            super().connection_lost(exc)

    try:
        return _bounded_httptools_protocol(TrackedProtocol)
    except ImportError:  # httptools is optional
        from uvicorn.protocols.http.h11_impl import H11Protocol

    class BoundedH11(TrackedProtocol, H11Protocol):
        """h11's protocol, which answers its limit (``h11_max_incomplete_event_size``) with 400."""

        def send_400_response(self, msg: str) -> None:
            if len(self.conn.trailing_data[0]) <= HEADER_LIMIT_BYTES:
                super().send_400_response(msg)
                return
            self.transport.write(HEADER_TOO_LONG_RESPONSE)
            self.transport.close()

    return BoundedH11


def _bounded_httptools_protocol(tracked: Any) -> type[asyncio.Protocol]:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    class BoundedHttpTools(tracked, HttpToolsProtocol):  # type: ignore[misc]
        """httptools' protocol, which has no limit of its own."""

        pending_header_bytes = 0  # received, and not part of a body

        def data_received(self, data: bytes) -> None:
            self.pending_header_bytes += len(data)
            super().data_received(data)
            if self.pending_header_bytes > HEADER_LIMIT_BYTES:
                if self.cycle is None or self.cycle.response_complete:  # else it would answer that
                    self.transport.write(HEADER_TOO_LONG_RESPONSE)
                self.transport.close()

        def send_400_response(self, msg: str) -> None:
            # An address over 64 KB cannot be parsed, and is refused before it is counted.
            if self.pending_header_bytes <= HEADER_LIMIT_BYTES:
                super().send_400_response(msg)

        def on_headers_complete(self) -> None:
            super().on_headers_complete()
            self.pending_header_bytes = 0

        def on_body(self, body: bytes) -> None:
            self.pending_header_bytes = max(0, self.pending_header_bytes - len(body))
            super().on_body(body)

        def on_message_complete(self) -> None:
            self.pending_header_bytes = 0
            super().on_message_complete()

    return BoundedHttpTools
