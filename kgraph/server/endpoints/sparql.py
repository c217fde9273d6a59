"""The SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/), its query operation.

Takes requests, gives answers in the form that the client accepts. There is one graph, the
default graph. Under its own IRI (``<base>dataset``) it may be named as the data set of a
query; any other data set is refused in words (section 2.1.4 leaves that to the service),
where an empty answer would be taken for the truth. Updates and SERVICE are refused.
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
    """A query operation.

    Attributes:
        query: its text.
        graphs: IRIs of the data set that it names (default-graph-uri).
        named: IRIs of named graphs (named-graph-uri).
        format: name of a format, which wins over what the client accepts; "" for none.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str = ""


async def serve_sparql(request: Request) -> Response:
    """Answer a query; without one, say what the service can do."""
    if request.method != "POST" and not request.scope["query_string"]:
        return await serve_service_description(request)
    asked = await _read_operation(request)
    snapshot = responses.get_service(request).get_graph()
    check_read_only(asked.query)
    refuse_other_graphs(asked, snapshot.base + "dataset")
    question = QueryRequest(
        asked.query, choose_media_types(request.headers.get("accept", ""), asked.format)
    )
    tag = responses.make_etag(snapshot, *question.cache_key)
    if responses.is_not_modified(request, tag):
        return Response(status_code=304, headers=responses.cache_headers(tag))
    reply = await responses.cancel_on_disconnect(
        request, responses.get_service(request).run_query(snapshot, question)
    )
    return responses.make_reply_response(reply, responses.cache_headers(tag))


async def _read_operation(request: Request) -> QueryOperation:
    pairs = responses.parse_query_string(request.scope["query_string"].decode("latin-1"))
    if request.method == "POST":
        coding = request.headers.get("content-encoding", "identity")
        if coding.strip().lower() not in ("", "identity"):
            raise RequestError(415, f"Content-Encoding: {shorten(coding)}: send it as it is")
        kind, _, options = request.headers.get("content-type", "").partition(";")
        text = _decode_utf8(await responses.read_request_body(request), options)
        kind = kind.strip().lower()
        if kind == FORM_MEDIA_TYPE:
            pairs += responses.parse_query_string(text)
        elif kind == QUERY_MEDIA_TYPE:
            pairs.append(("query", text))
        else:
            _refuse_content_type(kind)
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


def _refuse_content_type(kind: str) -> None:
    if kind == UPDATE_MEDIA_TYPE:
        refuse_update()
    raise RequestError(
        415,
        f"Content-Type: {shorten(kind) or 'none'}: a query is sent as {QUERY_MEDIA_TYPE} or as {FORM_MEDIA_TYPE}",
    )


def refuse_update() -> None:
    """Say that nothing is changed here.

    Raises:
        QueryRefusedError: always.
    """
    raise QueryRefusedError(
        "updates are refused: the graph is read-only, and changes when it is built anew"
    )


def parse_operation(pairs: list[tuple[str, str]]) -> QueryOperation:
    """A query operation from its parameters.

    Raises:
        RequestError: there is no query, or more than one (400).
        QueryRefusedError: it is an update.

    >>> parse_operation([("query", "ASK {}"), ("format", "json")])
    QueryOperation(query='ASK {}', default_graphs=(), named_graphs=(), format='json')
    """
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    if "update" in found:
        refuse_update()
    queries = found.get("query", [])
    if len(queries) != 1:
        raise RequestError(400, f"{len(queries)} queries: give one, as the parameter `query`")
    return QueryOperation(
        queries[0].removeprefix("\ufeff"),
        tuple(found.get("default-graph-uri", ())),
        tuple(found.get("named-graph-uri", ())),
        found.get("format", [""])[-1],
    )


def refuse_other_graphs(asked: QueryOperation, own: str) -> None:
    """Let only queries of our one graph through.

    Args:
        asked: the operation.
        own: IRI of the graph.

    Raises:
        QueryError: it names another graph.
    """
    others = [graph for graph in asked.default_graphs if graph != own] + list(asked.named_graphs)
    if others:
        raise QueryError(
            f"{shorten(others[0], 200)}: no such graph here, and none is fetched from elsewhere: "
            f"leave it out, or name the default graph, {own}"
        )
    if not asked.default_graphs:
        check_no_from_clause(asked.query)
