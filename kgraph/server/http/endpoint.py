"""What an endpoint is: a row of the tables that :mod:`kgraph.server.http.app` puts together."""

from __future__ import annotations

import msgspec

from kgraph.server.http.responses import RequestHandler

READ_METHODS = ("GET", "HEAD")


class Endpoint(msgspec.Struct, frozen=True):
    """An endpoint of the server.

    Attributes:
        path: as Starlette writes it.
        respond: what answers there.
        methods: that it takes; any other is refused with 405.
        data: whether pages of other sites may read it (CORS).
    """

    path: str
    handler: RequestHandler
    methods: tuple[str, ...] = READ_METHODS
    has_cors: bool = False

    @property
    def allow_header(self) -> str:
        """The methods that it takes, as the header ``Allow`` says them."""
        return ", ".join((*self.methods, "OPTIONS"))
