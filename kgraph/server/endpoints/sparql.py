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
from kgraph.query.sparql_text import refuse_graphs, refuse_unsafe
from kgraph.server.endpoints.void import service_description
from kgraph.server.http import responses
from kgraph.server.http.negotiation import media_types
from kgraph.server.workers.messages import Question

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"


class Asked(msgspec.Struct, frozen=True):
    """A query operation.

    Attributes:
        query: its text.
        graphs: IRIs of the data set that it names (default-graph-uri).
        named: IRIs of named graphs (named-graph-uri).
        format: name of a format, which wins over what the client accepts; "" for none.
    """

    query: str
    graphs: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    format: str = ""


async def sparql(request: Request) -> Response:
    """Answer a query; without one, say what the service can do."""
    if request.method != "POST" and not request.scope["query_string"]:
        return await service_description(request)
    asked = await _asked(request)
    snapshot = responses.service(request).snapshot()
    refuse_unsafe(asked.query)
    refuse_other_graphs(asked, snapshot.base + "dataset")
    question = Question(asked.query, media_types(request.headers.get("accept", ""), asked.format))
    tag = responses.etag(snapshot, *question.key)
    if responses.unchanged(request, tag):
        return Response(status_code=304, headers=responses.cached(tag))
    reply = await responses.while_connected(
        request, responses.service(request).ask(snapshot, question)
    )
    return responses.send(reply, responses.cached(tag))


async def _asked(request: Request) -> Asked:
    pairs = responses.parameters(request.scope["query_string"].decode("latin-1"))
    if request.method == "POST":
        coding = request.headers.get("content-encoding", "identity")
        if coding.strip().lower() not in ("", "identity"):
            raise RequestError(415, f"Content-Encoding: {shorten(coding)}: send it as it is")
        kind, _, options = request.headers.get("content-type", "").partition(";")
        text = _utf8(await responses.body(request), options)
        kind = kind.strip().lower()
        if kind == FORM:
            pairs += responses.parameters(text)
        elif kind == DIRECT:
            pairs.append(("query", text))
        else:
            _refuse_content(kind)
    return read(pairs)


def _utf8(data: bytes, options: str) -> str:
    for option in options.lower().split(";"):
        name, _, charset = option.strip().partition("=")
        if name == "charset" and charset.strip('"') not in ("utf-8", "utf8", "us-ascii"):
            raise RequestError(415, f"charset {shorten(charset)}: a query is sent in UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError(400, f"byte {error.start} of the body is not UTF-8") from error


def _refuse_content(kind: str) -> None:
    if kind == UPDATE:
        refuse_update()
    raise RequestError(
        415, f"Content-Type: {shorten(kind) or 'none'}: a query is sent as {DIRECT} or as {FORM}"
    )


def refuse_update() -> None:
    """Say that nothing is changed here.

    Raises:
        QueryRefusedError: always.
    """
    raise QueryRefusedError(
        "updates are refused: the graph is read-only, and changes when it is built anew"
    )


def read(pairs: list[tuple[str, str]]) -> Asked:
    """A query operation from its parameters.

    Raises:
        RequestError: there is no query, or more than one (400).
        QueryRefusedError: it is an update.

    >>> read([("query", "ASK {}"), ("format", "json")])
    Asked(query='ASK {}', graphs=(), named=(), format='json')
    """
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    if "update" in found:
        refuse_update()
    queries = found.get("query", [])
    if len(queries) != 1:
        raise RequestError(400, f"{len(queries)} queries: give one, as the parameter `query`")
    return Asked(
        queries[0].removeprefix("\ufeff"),
        tuple(found.get("default-graph-uri", ())),
        tuple(found.get("named-graph-uri", ())),
        found.get("format", [""])[-1],
    )


def refuse_other_graphs(asked: Asked, own: str) -> None:
    """Let only queries of our one graph through.

    Args:
        asked: the operation.
        own: IRI of the graph.

    Raises:
        QueryError: it names another graph.
    """
    others = [graph for graph in asked.graphs if graph != own] + list(asked.named)
    if others:
        raise QueryError(
            f"{shorten(others[0], 200)}: no such graph here, and none is fetched from elsewhere: "
            f"leave it out, or name the default graph, {own}"
        )
    if not asked.graphs:
        refuse_graphs(asked.query)
