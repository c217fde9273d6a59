"""Error responses: a line of text, problem details (RFC 9457), or a page.

They name no path of this machine: the store's own messages go to the log alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from starlette.responses import Response

from kgraph.base.errors import (
    DataError,
    EndpointError,
    KgraphError,
    QueryBusyError,
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    QueryTooLargeError,
    RejectedError,
    RequestError,
    StoreBusyError,
    StoreError,
    StoreMissingError,
    StoreOutdatedError,
    UnresolvedNameError,
)
from kgraph.base.text import make_printable
from kgraph.resolve.judgement import Judgement
from kgraph.server.html.templates import Hyperlink, render_template
from kgraph.server.negotiation import HTML, JSON, add_charset, choose_media_type

PROBLEM_JSON = "application/problem+json"

#: Accepted media type -> media type of the response, most preferred first.
_RESPONSE_TYPES = {
    "text/plain": "text/plain",
    PROBLEM_JSON: PROBLEM_JSON,
    JSON: PROBLEM_JSON,
    HTML: HTML,
}

#: Error -> status; the first match counts.
ERROR_STATUSES: tuple[tuple[type[KgraphError], int], ...] = (
    (QueryRefusedError, 403),
    (QueryTimeoutError, 503),
    (QueryTooLargeError, 503),
    (QueryBusyError, 503),
    (EndpointError, 502),
    (StoreError, 503),
    (UnresolvedNameError, 404),
    (QueryError, 400),
    (KgraphError, 400),
)

#: Error of a store -> message for clients: its own names folders of this machine.
STORE_ERROR_MESSAGES: tuple[tuple[type[StoreError], str], ...] = (
    (
        StoreMissingError,
        "there is no graph here yet: make one with `kgraph build`, then try again",
    ),
    (
        StoreOutdatedError,
        "the graph was built by another version of kgraph: try again when it is rebuilt",
    ),
    (StoreBusyError, "the graph is being built: try again in a moment"),
    (StoreError, "the graph cannot be read now: try again in a moment"),
)

RETRY_AFTER_S = 5  #: seconds after which a client may try a store or a wrong file again

#: Statuses after which the connection is closed, since the rest of the request is not read.
CONNECTION_CLOSING_STATUSES = (408, 431)


class HttpProblem(msgspec.Struct, frozen=True):
    """An error as a client sees it."""

    status: int
    detail: str
    suggestions: tuple[str, ...] = ()  #: similar names, if a name is unknown
    heading: str = ""  #: of a page; "" for the status in words
    rejection: str = ""  #: that judgements rejected it, without advice for a command line
    headers: dict[str, str] = {}

    @property
    def title(self) -> str:
        """The status in words."""
        try:
            return HTTPStatus(self.status).phrase
        except ValueError:  # 499, which no standard defines and nobody receives
            return "The client has gone"


def describe_error(error: KgraphError, *, is_read: bool = False) -> HttpProblem:
    """Return an error as a client sees it.

    Args:
        is_read: whether the request changes nothing, so that a fault in a file is not the client's.
    """
    if isinstance(error, RequestError):
        headers = {"Allow": ", ".join(error.allow)} if error.allow else {}
        if error.status in CONNECTION_CLOSING_STATUSES:
            headers["Connection"] = "close"
        words = error.words if isinstance(error, RejectedError) else ""
        return HttpProblem(error.status, str(error), headers=headers, rejection=words)
    status = next(status for type_, status in ERROR_STATUSES if isinstance(error, type_))
    if isinstance(error, StoreError):
        message = next(text for type_, text in STORE_ERROR_MESSAGES if isinstance(error, type_))
        return HttpProblem(status, message, headers={"Retry-After": str(RETRY_AFTER_S)})
    if isinstance(error, QueryBusyError):
        return HttpProblem(status, str(error), headers={"Retry-After": str(error.retry_after)})
    suggestions = error.suggestions if isinstance(error, UnresolvedNameError) else ()
    if isinstance(error, DataError):
        headers = {"Retry-After": str(RETRY_AFTER_S)} if is_read else {}
        status = 503 if is_read else status
        return HttpProblem(status, error.words, heading="A file is wrong", headers=headers)
    return HttpProblem(status, str(error), suggestions)


def render_problem(
    problem: HttpProblem,
    accept: str,
    near: Sequence[Hyperlink] = (),
    rejections: Sequence[Judgement] = (),
    search: Hyperlink | None = None,
) -> Response:
    """Render a problem in the media type that the client prefers; by default as plain text.

    Args:
        near: similar names, as links of a page.
        rejections: judgements that a page can undo, and that took away what was asked for.
        search: a link that searches for the name that nothing has.
    """
    media_type = _RESPONSE_TYPES[choose_media_type(accept, _RESPONSE_TYPES) or "text/plain"]
    # Clients print it on terminals, and names of the input may hold escape sequences.
    content: str | bytes = make_printable(problem.detail, keep="\n") + "\n"
    if media_type == HTML:
        content = render_template(
            "problem.html", problem=problem, near=near, rejections=rejections, search=search
        )
    elif media_type == PROBLEM_JSON:
        fields: dict[str, object] = {
            "type": "about:blank",
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail,
        }
        if problem.suggestions:
            fields["suggestions"] = problem.suggestions
        content = msgspec.json.encode(fields)
    return Response(
        content,
        problem.status,
        {**problem.headers, "Vary": "Accept", "Cache-Control": "no-store"},
        add_charset(media_type),
    )
