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
from kgraph.server.http.negotiation import HTML, add_charset, choose_media_type
from kgraph.server.pages.templates import render_template

PROBLEM_JSON = "application/problem+json"
_RESPONSE_TYPES = {
    "text/plain": "text/plain",
    PROBLEM_JSON: PROBLEM_JSON,
    "application/json": PROBLEM_JSON,
    HTML: HTML,
}
"""Media type asked for -> media type given, ours first."""

ERROR_STATUSES: tuple[tuple[type[KgraphError], int], ...] = (
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

STORE_ERROR_MESSAGES: tuple[tuple[type[StoreError], str], ...] = (
    (StoreMissingError, "there is no graph here yet: ask again when `kgraph build` has ended"),
    (
        StoreOutdatedError,
        "the graph was built by another version of kgraph: ask again when it is built anew",
    ),
    (StoreBusyError, "the graph is being built: ask again in a moment"),
    (StoreError, "the graph cannot be read now: ask again in a moment"),
)
"""What may be said of a store: its own errors name folders of the machine."""

STORE_RETRY_AFTER_S = 5
"""Seconds after which a store is worth asking again."""


CONNECTION_CLOSING_STATUSES = (408, 431)
"""Statuses after which the connection is closed: what else the client sends is not read."""


class HttpProblem(msgspec.Struct, frozen=True):
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


def describe_error(error: KgraphError) -> HttpProblem:
    """What a client is told of an error."""
    if isinstance(error, RequestError):
        headers = {"Allow": ", ".join(error.allow)} if error.allow else {}
        if error.status in CONNECTION_CLOSING_STATUSES:
            headers["Connection"] = "close"
        return HttpProblem(error.status, str(error), headers=headers)
    status = next(status for type_, status in ERROR_STATUSES if isinstance(error, type_))
    if isinstance(error, StoreError):
        words = next(words for type_, words in STORE_ERROR_MESSAGES if isinstance(error, type_))
        return HttpProblem(status, words, headers={"Retry-After": str(STORE_RETRY_AFTER_S)})
    if isinstance(error, QueryBusyError):
        return HttpProblem(status, str(error), headers={"Retry-After": str(error.retry_after)})
    suggestions = error.suggestions if isinstance(error, UnknownNameError) else ()
    return HttpProblem(status, str(error), suggestions)


def render_problem(problem: HttpProblem, accept: str) -> Response:
    """The problem in the form that the client likes best; plain text where it likes none."""
    media_type = _RESPONSE_TYPES[choose_media_type(accept, _RESPONSE_TYPES) or "text/plain"]
    return Response(
        _RENDERERS[media_type](problem),
        problem.status,
        {**problem.headers, "Vary": "Accept", "Cache-Control": "no-store"},
        add_charset(media_type),
    )


def _render_text(problem: HttpProblem) -> str:
    return problem.detail + "\n"


def _render_json(problem: HttpProblem) -> bytes:
    fields: dict[str, object] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.suggestions:
        fields["suggestions"] = problem.suggestions
    return msgspec.json.encode(fields)


def _render_page(problem: HttpProblem) -> str:
    return render_template("problem.html", problem=problem)


_RENDERERS = {"text/plain": _render_text, PROBLEM_JSON: _render_json, HTML: _render_page}
