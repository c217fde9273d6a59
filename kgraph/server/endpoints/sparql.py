"""Query operation of the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/).

There is one graph, the default graph. A query may name it as its data set, by its IRI
(``<base>dataset``). Any other data set is refused with a message (section 2.1.4 leaves that to the
service): an empty answer would be misleading. Updates and SERVICE are refused.
"""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import QueryError, QueryRefusedError, RequestError
from kgraph.base.text import shorten
from kgraph.query.sparql_text import check_no_from_clause, check_read_only
from kgraph.server.endpoints.void import serve_service_description
from kgraph.server.http import responses
from kgraph.server.http.negotiation import choose_media_types
from kgraph.server.workers.messages import QueryRequest

FORM_MEDIA_TYPE = "application/x-www-form-urlencoded"
QUERY_MEDIA_TYPE = "application/sparql-query"
UPDATE_MEDIA_TYPE = "application/sparql-update"


class QueryOperation(msgspec.Struct, frozen=True):
    """Parameters of a query operation."""

    query: str
    default_graphs: tuple[str, ...] = ()  #: default-graph-uri
    named_graphs: tuple[str, ...] = ()  #: named-graph-uri
    format: str = ""  #: name of a format, which overrides the Accept header


async def serve_sparql(request: Request) -> Response:
    """Answer a query; without one, describe the service."""
    if request.method != "POST" and not request.scope["query_string"]:
        return await serve_service_description(request)
    operation = await _read_operation(request)
    graph = responses.get_service(request).get_graph()
    check_read_only(operation.query)
    refuse_other_graphs(operation, graph.base + "dataset")
    media_types = choose_media_types(request.headers.get("accept", ""), operation.format)
    query = QueryRequest(operation.query, media_types)
    headers = responses.make_cache_headers(request, graph, *query.cache_key)
    reply = await responses.run_query(request, graph, query, "queries")
    return responses.make_reply_response(reply, headers)


async def _read_operation(request: Request) -> QueryOperation:
    pairs = responses.parse_query_string(request.scope["query_string"].decode("latin-1"))
    if request.method == "POST":
        coding = request.headers.get("content-encoding", "identity")
        if coding.strip().lower() not in ("", "identity"):
            raise RequestError(415, f"Content-Encoding: {shorten(coding)}: send it uncompressed")
        media_type, _, options = request.headers.get("content-type", "").partition(";")
        text = _decode_utf8(await responses.read_request_body(request), options)
        media_type = media_type.strip().lower()
        if media_type == FORM_MEDIA_TYPE:
            pairs += responses.parse_query_string(text)
        elif media_type == QUERY_MEDIA_TYPE:
            pairs.append(("query", text))
        elif media_type == UPDATE_MEDIA_TYPE:
            refuse_update()
        else:
            raise RequestError(
                415,
                f"Content-Type: {shorten(media_type) or 'none'}: "
                f"a query is sent as {QUERY_MEDIA_TYPE} or as {FORM_MEDIA_TYPE}",
            )
    return parse_operation(pairs)


def _decode_utf8(data: bytes, options: str) -> str:
    for option in options.lower().split(";"):
        name, _, charset = option.strip().partition("=")
        if name == "charset" and charset.strip('"') not in ("utf-8", "utf8", "us-ascii"):
            raise RequestError(415, f"charset {shorten(charset)}: a query is sent in UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError(400, f"byte {error.start} of the body is not UTF-8") from error


def refuse_update() -> None:
    """Raise QueryRefusedError."""
    raise QueryRefusedError(
        "updates are refused: the graph is read-only, and changes when it is rebuilt"
    )


def parse_operation(pairs: list[tuple[str, str]]) -> QueryOperation:
    """Return the query operation of a request's parameters.

    Raises:
        RequestError: there is no query, or more than one (400).
        QueryRefusedError: it is an update.

    >>> parse_operation([("query", "ASK {}"), ("format", "json")])
    QueryOperation(query='ASK {}', default_graphs=(), named_graphs=(), format='json')
    """
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    if "update" in values:
        refuse_update()
    queries = values.get("query", [])
    if len(queries) != 1:
        raise RequestError(400, f"{len(queries)} queries: give one, as the parameter `query`")
    return QueryOperation(
        queries[0].removeprefix("\ufeff"),
        tuple(values.get("default-graph-uri", ())),
        tuple(values.get("named-graph-uri", ())),
        values.get("format", [""])[-1],
    )


def refuse_other_graphs(operation: QueryOperation, own: str) -> None:
    """Raise QueryError if a query names another graph than our own."""
    foreign = [graph for graph in operation.default_graphs if graph != own]
    foreign += operation.named_graphs
    if foreign:
        raise QueryError(
            f"{shorten(foreign[0], 200)}: no such graph here, and none is fetched from elsewhere: "
            f"leave it out, or name the default graph, {own}"
        )
    if not operation.default_graphs:
        check_no_from_clause(operation.query)
