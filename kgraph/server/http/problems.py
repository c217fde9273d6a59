"""What went wrong, as a client wants to hear it: a line of text, problem details, a page.

Takes one of our errors, gives status, words and headers (RFC 9457 for the details). No path
of the machine is in them: what the store's errors say goes to the log alone.
"""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from starlette.responses import Response

from kgraph.base.errors import (
    KgraphError,
    QueryBusyError,
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    QueryTooLargeError,
    RequestError,
    StoreBusyError,
    StoreError,
    StoreMissingError,
    StoreOutdatedError,
    UnknownNameError,
)
from kgraph.server.http.negotiation import HTML, choose, content_type
from kgraph.server.pages.templates import render

DETAILS = "application/problem+json"
_TYPES = {"text/plain": "text/plain", DETAILS: DETAILS, "application/json": DETAILS, HTML: HTML}
"""Media type asked for -> media type given, ours first."""

STATUSES: tuple[tuple[type[KgraphError], int], ...] = (
    (QueryRefusedError, 403),
    (QueryTimeoutError, 503),
    (QueryTooLargeError, 503),
    (QueryBusyError, 503),
    (StoreError, 503),
    (UnknownNameError, 404),
    (QueryError, 400),
    (KgraphError, 400),
)
"""Error -> status; the first that fits."""

SENTENCES: tuple[tuple[type[StoreError], str], ...] = (
    (StoreMissingError, "there is no graph here yet: ask again when `kgraph build` has ended"),
    (
        StoreOutdatedError,
        "the graph was built by another version of kgraph: ask again when it is built anew",
    ),
    (StoreBusyError, "the graph is being built: ask again in a moment"),
    (StoreError, "the graph cannot be read now: ask again in a moment"),
)
"""What may be said of a store: its own errors name folders of the machine."""

RETRY_AFTER = 5
"""Seconds after which a store is worth asking again."""


UNREAD = (408, 431)
"""Statuses after which the connection is closed: what else the client sends is not read."""


class Problem(msgspec.Struct, frozen=True):
    """What went wrong.

    Attributes:
        status: of HTTP.
        detail: words for the client.
        suggestions: near names, where a name was not found.
        headers: that go with it.
    """

    status: int
    detail: str
    suggestions: tuple[str, ...] = ()
    headers: dict[str, str] = {}

    @property
    def title(self) -> str:
        """The status in words."""
        try:
            return HTTPStatus(self.status).phrase
        except ValueError:  # 499, which no standard knows and nobody receives
            return "The client has gone"


def problem(error: KgraphError) -> Problem:
    """What a client is told of an error."""
    if isinstance(error, RequestError):
        headers = {"Allow": ", ".join(error.allow)} if error.allow else {}
        if error.status in UNREAD:
            headers["Connection"] = "close"
        return Problem(error.status, str(error), headers=headers)
    status = next(status for type_, status in STATUSES if isinstance(error, type_))
    if isinstance(error, StoreError):
        words = next(words for type_, words in SENTENCES if isinstance(error, type_))
        return Problem(status, words, headers={"Retry-After": str(RETRY_AFTER)})
    if isinstance(error, QueryBusyError):
        return Problem(status, str(error), headers={"Retry-After": str(error.retry_after)})
    suggestions = error.suggestions if isinstance(error, UnknownNameError) else ()
    return Problem(status, str(error), suggestions)


def response(problem: Problem, accept: str) -> Response:
    """The problem in the form that the client likes best; plain text where it likes none."""
    media_type = _TYPES[choose(accept, _TYPES) or "text/plain"]
    return Response(
        _WRITERS[media_type](problem),
        problem.status,
        {**problem.headers, "Vary": "Accept", "Cache-Control": "no-store"},
        content_type(media_type),
    )


def _text(problem: Problem) -> str:
    return problem.detail + "\n"


def _details(problem: Problem) -> bytes:
    fields: dict[str, object] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.suggestions:
        fields["suggestions"] = problem.suggestions
    return msgspec.json.encode(fields)


def _page(problem: Problem) -> str:
    return render("problem.html", problem=problem)


_WRITERS = {"text/plain": _text, DETAILS: _details, HTML: _page}
