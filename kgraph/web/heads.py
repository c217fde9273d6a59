"""Requests whose head never ends: refused before they fill the memory.

The parser keeps whatever a client sends until a head is whole, and what stands behind a body, too.
Here that has a limit; a body has one where it is read (:data:`kgraph.web.exchange.BODY`).
"""

from __future__ import annotations

from typing import Any

HEAD = 64 << 10
"""Bytes of a request line with its headers, or of what stands behind a body: a query that is
longer is sent as a body. They are counted as they come, some at a time."""

_WORDS = b"the address and the headers are too long: send a long query as a body\n"

REFUSED = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n%s" % (len(_WORDS), _WORDS)
)


def protocol() -> Any:
    """What :class:`uvicorn.Config` takes for its protocol; without httptools that of h11, which has
    a limit of its own (``h11_max_incomplete_event_size``)."""
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:  # an optional dependency; all works without it
        return "h11"

    class Bounded(HttpToolsProtocol):
        """The protocol of uvicorn, with a limit of what is no body."""

        loose = 0  # bytes that came and are of no body

        def data_received(self, data: bytes) -> None:
            self.loose += len(data)
            super().data_received(data)
            if self.loose > HEAD:
                if self.cycle is None or self.cycle.response_complete:  # else it would answer that
                    self.transport.write(REFUSED)
                self.transport.close()

        def on_headers_complete(self) -> None:
            self.loose = 0
            super().on_headers_complete()

        def on_body(self, body: bytes) -> None:
            self.loose = max(0, self.loose - len(body))
            super().on_body(body)

        def on_message_complete(self) -> None:
            self.loose = 0
            super().on_message_complete()

    return Bounded
