"""Requests whose head never ends: refused before they fill the memory.

The parser keeps whatever a client sends until a head is whole. Here a request line with its headers
has a limit; a body has one where it is read (:data:`kgraph.web.exchange.BODY`).
"""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD = 64 << 10
"""Bytes of a request line with its headers: a query that is longer is sent as a body."""

_WORDS = b"the address and the headers are too long: send a long query as a body\n"

REFUSED = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n%s" % (len(_WORDS), _WORDS)
)


class Bounded(HttpToolsProtocol):
    """The protocol of uvicorn, with a limit of what stands before a body."""

    _head = 0
    _is_in_head = True

    def data_received(self, data: bytes) -> None:
        """Hear what the client sends."""
        if self._is_in_head:
            self._head += len(data)
        super().data_received(data)
        if self._is_in_head and self._head > HEAD:
            self.transport.write(REFUSED)
            self.transport.close()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._head, self._is_in_head = 0, False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is whole: another head may follow."""
        self._is_in_head = True
        super().on_message_complete()
