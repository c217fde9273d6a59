"""The SPARQL endpoint, and descriptions of the service and of the graph in RDF.

The endpoint has the query operation of the SPARQL 1.1 Protocol
(https://www.w3.org/TR/sparql11-protocol/). There is one graph, the default graph. A query may name
it as its data set, by its IRI (``<base>dataset``). Any other data set is refused with a message
(section 2.1.4 leaves that to the service): an empty answer would be misleading. Updates and SERVICE
are refused.

The descriptions are a Service Description (https://www.w3.org/TR/sparql11-service-description/) and
VoID (https://www.w3.org/TR/void/).
"""

from __future__ import annotations

import msgspec
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize
from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import QueryError, QueryRefusedError, RequestError
from kgraph.base.text import shorten
from kgraph.base.vocabulary import PREFIXES
from kgraph.query.formats import ANSWER_FORMATS
from kgraph.query.sparql_text import check_no_from_clause, check_read_only
from kgraph.server.http import responses
from kgraph.server.http.negotiation import (
    FORMATS_BY_MEDIA_TYPE,
    HTML,
    choose_media_type,
    choose_media_types,
)
from kgraph.server.workers.messages import QueryRequest, Reply
from kgraph.views.open_graph import OpenGraph

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
        media_type, _, parameters = request.headers.get("content-type", "").partition(";")
        text = _decode_utf8(await responses.read_request_body(request), parameters)
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


def _decode_utf8(data: bytes, parameters: str) -> str:
    """Decode a body; ``parameters`` are those of its media type, such as ``charset=utf-8``."""
    for parameter in parameters.lower().split(";"):
        name, _, charset = parameter.strip().partition("=")
        if name == "charset" and charset.strip('"') not in ("utf-8", "utf8", "us-ascii"):
            raise RequestError(415, f"charset {shorten(charset)}: a query is sent in UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError(400, f"byte {error.start} of the body is not UTF-8") from error


def refuse_update() -> None:
    """Raise QueryRefusedError for an update."""
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


def refuse_other_graphs(operation: QueryOperation, default_graph: str) -> None:
    """Raise QueryError if a query names another graph than the default graph, given by its IRI."""
    foreign = [graph for graph in operation.default_graphs if graph != default_graph]
    foreign += operation.named_graphs
    if foreign:
        raise QueryError(
            f"{shorten(foreign[0], 200)}: no such graph here, and none is fetched from elsewhere: "
            f"leave it out, or name the default graph, {default_graph}"
        )
    if not operation.default_graphs:
        check_no_from_clause(operation.query)


# -- descriptions ------------------------------------------------------------------

FORMAT_NAMESPACE = "http://www.w3.org/ns/formats/"  #: of the IRIs by which W3C names formats

#: Format -> its local name in :data:`FORMAT_NAMESPACE`.
W3C_FORMAT_NAMES = {
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "nquads": "N-Quads",
    "trig": "TriG",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
}

VOCABULARIES = ("kg", "schema", "skos", "prov")  #: prefixes of the graph's vocabularies

CLASSES_QUERY = (
    "SELECT ?class (COUNT(?s) AS ?entities) { ?s a ?class } GROUP BY ?class ORDER BY ?class"
)

_PREFIXES = {**PREFIXES, "sd": "http://www.w3.org/ns/sparql-service-description#"}

_SERVICE_TURTLE = """
{service} a sd:Service ;
    sd:endpoint {service} ;
    sd:supportedLanguage sd:SPARQL11Query ;
    sd:resultFormat {formats} ;
    sd:defaultDataset {dataset} .
{dataset} a sd:Dataset ; sd:defaultGraph {graph} .
{graph} a sd:Graph ; void:triples {triples} ; rdfs:seeAlso {void} .
"""

_DATASET_TURTLE = """
{void} a void:Dataset ;
    void:sparqlEndpoint {endpoint} ;
    void:uriSpace {base} ;
    void:triples {triples} ;
    void:vocabulary {vocabularies} .
"""

_CLASS_TURTLE = """
{void} void:classPartition {partition} .
{partition} void:class {class_} ; void:entities {entities} .
"""


async def serve_service_description(request: Request) -> Response:
    """Describe the SPARQL endpoint: its language, formats and data set."""
    graph = responses.get_service(request).get_graph()
    address = str(request.base_url) + "sparql"
    return _rdf_response(request, graph, address, describe_service(graph, address))


async def serve_void(request: Request) -> Response:
    """Describe the graph: its size, vocabularies and classes."""
    graph = responses.get_service(request).get_graph()
    rows = await responses.select_rows(request, graph, CLASSES_QUERY)
    classes = [(row["class"]["value"], int(row["entities"]["value"])) for row in rows]
    triples = describe_dataset(graph, str(request.base_url), classes)
    return _rdf_response(request, graph, str(request.url), triples)


def _rdf_response(
    request: Request, graph: OpenGraph, address: str, triples: list[Triple]
) -> Response:
    accept = request.headers.get("accept", "")
    media_type = choose_media_type(accept, FORMATS_BY_MEDIA_TYPE["graph"])
    if media_type:
        name = FORMATS_BY_MEDIA_TYPE["graph"][media_type]
    elif choose_media_type(accept, [HTML]):  # a browser can show Turtle as text
        name, media_type = "turtle", "text/plain"
    else:
        raise RequestError(
            406, f"Accept: {shorten(accept)}: this is RDF; accept text/turtle, for example"
        )
    headers = responses.make_cache_headers(request, graph, address, name, media_type)
    format_ = RdfFormat.from_media_type(ANSWER_FORMATS[name].media_type)
    assert format_ is not None
    data = serialize(triples, format=format_, prefixes=_PREFIXES)
    assert data is not None
    return responses.make_reply_response(Reply("graph", media_type, data), headers)


def describe_service(graph: OpenGraph, address: str) -> list[Triple]:
    """Return the description of the SPARQL endpoint at an address."""
    formats = (NamedNode(FORMAT_NAMESPACE + W3C_FORMAT_NAMES[name]) for name in ANSWER_FORMATS)
    return _parse_turtle(
        _SERVICE_TURTLE.format(
            service=NamedNode(address),
            formats=", ".join(map(str, formats)),
            dataset=NamedNode(f"{address}#dataset"),
            graph=NamedNode(f"{address}#graph"),
            triples=graph.store.meta.triples,
            void=NamedNode(graph.base + "dataset"),
        )
    )


def describe_dataset(graph: OpenGraph, root: str, classes: list[tuple[str, int]]) -> list[Triple]:
    """Return the description of the graph on a server whose address ends in ``/``.

    ``classes`` holds IRI and number of entities of each class.
    """
    void = NamedNode(graph.base + "dataset")
    turtle = _DATASET_TURTLE.format(
        void=void,
        endpoint=NamedNode(root + "sparql"),
        base=Literal(graph.base),
        triples=graph.store.meta.triples,
        vocabularies=", ".join(str(NamedNode(PREFIXES[prefix])) for prefix in VOCABULARIES),
    )
    for n, (class_, entities) in enumerate(classes, 1):
        turtle += _CLASS_TURTLE.format(
            void=void,
            partition=NamedNode(f"{root}.well-known/void#class-{n}"),
            class_=NamedNode(class_),
            entities=entities,
        )
    return _parse_turtle(turtle)


def _parse_turtle(text: str) -> list[Triple]:
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in _PREFIXES.items())
    return [quad.triple for quad in parse(prefixes + text, format=RdfFormat.TURTLE)]
