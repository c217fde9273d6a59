"""uvicorn's protocols, with a limit to what is no body, and with their connections watched.

The parsers keep whatever a client sends until a head is whole, and what stands behind a body, too.
Here that has a limit; a body has one where it is read (:data:`kgraph.server.http.responses.MAX_BODY_BYTES`). How many
connections there may be and for how long is said by :mod:`kgraph.server.http.connections`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from kgraph.server.http.connections import Connections, encode_refusal

HEADER_LIMIT_BYTES = 64 << 10
"""Bytes of a request line with its headers, or of what stands behind a body: a query that is
longer is sent as a body. They are counted as they come, some at a time."""

HEADER_TOO_LONG_MESSAGE = "the address and the headers are too long: send a long query as a body"

HEADER_TOO_LONG_RESPONSE = encode_refusal(
    "431 Request Header Fields Too Large", HEADER_TOO_LONG_MESSAGE
)


def bounded_http_protocol(connections: Connections) -> type[asyncio.Protocol]:
    """Return what :class:`uvicorn.Config` takes for its protocol.

    Args:
        connections: where its connections are watched.
    """
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:  # an optional dependency; all works without it
        return _bounded_h11_protocol(connections)

    class Bounded(_tracked_protocol(connections), HttpToolsProtocol):  # type: ignore[misc]
        """httptools' protocol: it has no limit of a head."""

        loose = 0  # bytes that came and are of no body

        def data_received(self, data: bytes) -> None:
            self.loose += len(data)
            super().data_received(data)
            if self.loose > HEADER_LIMIT_BYTES:
                if self.cycle is None or self.cycle.response_complete:  # else it would answer that
                    self.transport.write(HEADER_TOO_LONG_RESPONSE)
                self.transport.close()

        def send_400_response(self, msg: str) -> None:
            # An address over 64 KB cannot be parsed, so that it is refused before it is counted.
            if self.loose > HEADER_LIMIT_BYTES:
                return
            super().send_400_response(msg)

        def on_headers_complete(self) -> None:
            super().on_headers_complete()
            self.loose = 0

        def on_body(self, body: bytes) -> None:
            self.loose = max(0, self.loose - len(body))
            super().on_body(body)

        def on_message_complete(self) -> None:
            self.loose = 0
            super().on_message_complete()

    return Bounded


def _bounded_h11_protocol(connections: Connections) -> type[asyncio.Protocol]:
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Bounded(_tracked_protocol(connections), H11Protocol):  # type: ignore[misc]
        """h11's protocol: its limit (``h11_max_incomplete_event_size``) is told as 400."""

        def send_400_response(self, msg: str) -> None:
            if len(self.conn.trailing_data[0]) > HEADER_LIMIT_BYTES:
                self.transport.write(HEADER_TOO_LONG_RESPONSE)
                self.transport.close()
                return
            super().send_400_response(msg)

    return Bounded


def _tracked_protocol(connections: Connections) -> Any:
    """Return a class whose connections are added to others, and removed at their end."""

    class Watched(asyncio.Protocol):
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

    return Watched
