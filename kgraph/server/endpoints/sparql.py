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

import asyncio
from contextlib import suppress

import msgspec
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import (
    QueryError,
    QueryRefusedError,
    RequestError,
)
from kgraph.base.text import shorten
from kgraph.base.vocabulary import PREFIXES
from kgraph.export.export import RDF_FORMATS
from kgraph.query.answer import serialize_triples
from kgraph.query.formats import ANSWER_FORMATS
from kgraph.query.sparql_text import check_no_from_clause, check_read_only
from kgraph.rdf.shared import DATASET_ID
from kgraph.server.endpoints.downloads import DOWNLOADS, DOWNLOADS_PATH, GZIP_SUFFIX
from kgraph.server.http import responses
from kgraph.server.negotiation import (
    FORMATS_BY_MEDIA_TYPE,
    HTML,
    choose_media_type,
    choose_media_types,
)
from kgraph.server.workers.messages import QueryRequest, Reply
from kgraph.views.open_graph import OpenGraph

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
    operation = await read_operation(request)
    graph = responses.get_service(request).get_graph()
    check_read_only(operation.query)
    refuse_other_graphs(operation, graph.base + DATASET_ID)
    media_types = choose_media_types(request.headers.get("accept", ""), operation.format)
    query = QueryRequest(operation.query, media_types)
    headers = responses.make_cache_headers(request, graph, *query.cache_key)
    reply = await responses.evaluate_query(request, graph, query, "queries")
    return responses.make_reply_response(reply, headers)


async def read_operation(request: Request) -> QueryOperation:
    """Read the query operation of a request.

    Raises:
        RequestError: it has none, or is no request of the protocol.
        QueryRefusedError: it is an update.
    """
    pairs = responses.parse_query_string(request.scope["query_string"].decode("latin-1"))
    if request.method == "POST":
        coding = request.headers.get("content-encoding", "identity")
        if coding.strip().lower() not in ("", "identity"):
            raise RequestError(415, f"Content-Encoding: {shorten(coding)}: send it uncompressed")
        media_type, _, parameters = request.headers.get("content-type", "").partition(";")
        text = _decode_utf8(await responses.read_request_body(request), parameters)
        media_type = media_type.strip().lower()
        if media_type == responses.FORM_MEDIA_TYPE:
            pairs += responses.parse_query_string(text)
        elif media_type == QUERY_MEDIA_TYPE:
            pairs.append(("query", text))
        elif media_type == UPDATE_MEDIA_TYPE:
            refuse_update()
        else:
            raise RequestError(
                415,
                f"Content-Type: {shorten(media_type) or 'none'}: "
                f"a query is sent as {QUERY_MEDIA_TYPE} or as {responses.FORM_MEDIA_TYPE}",
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

#: Of the records for catalogues (:mod:`kgraph.server.endpoints.data_records`).
RECORD_PATHS = ("dcat", "croissant")

VOID_PATH = ".well-known/void"  #: of the description of the graph, below the server's root

VOCABULARIES = ("kg", "schema", "skos", "prov")  #: prefixes of the graph's vocabularies

#: What VoID counts; each query scans the graph once.
CLASSES_QUERY = (
    "SELECT ?class (COUNT(?s) AS ?entities) { ?s a ?class } GROUP BY ?class ORDER BY ?class"
)
PROPERTIES_QUERY = (
    "SELECT ?property (COUNT(*) AS ?triples) { ?s ?property ?o } "
    "GROUP BY ?property ORDER BY ?property"
)
#: Property of VoID -> query of its value, for the whole graph.
DISTINCT_QUERIES = {
    "void:distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?number) { ?s ?p ?o }",
    "void:distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?number) { ?s ?p ?o }",
}

#: Seconds for the distinct counts, which are left out if they take longer. Of 2.5 million
#: statements they take 2.5 s of CPU and 144 MB, and on a busy machine a minute.
DISTINCT_TIMEOUT_S = 10

HEADER_QUERY = """SELECT ?property ?value {{ {void} ?property ?value
  FILTER(STRSTARTS(STR(?property), STR(dcterms:)) || ?property = prov:wasGeneratedBy) }}
ORDER BY ?property ?value"""

_PREFIXES = {**PREFIXES, "foaf": "http://xmlns.com/foaf/0.1/"}

#: LATERAL, the engine's extension of SPARQL 1.1, as the community group calls it.
LATERAL_IRI = "https://github.com/w3c/sparql-dev/blob/main/SEP/SEP-0006/sep-0006.md"

_SERVICE_TURTLE = """
{service} a sd:Service ;
    sd:endpoint {service} ;
    sd:supportedLanguage sd:SPARQL11Query ;
    sd:languageExtension {lateral} ;
    sd:feature {lateral} ;
    sd:extensionFunction kg:matches ;
    sd:resultFormat {formats} ;
    sd:defaultDataset {dataset} .
{lateral} a sd:Feature .
kg:matches a sd:Function .
{dataset} a sd:Dataset ; sd:defaultGraph {graph} .
{graph} a sd:Graph, void:Dataset ; void:triples {triples} ; rdfs:seeAlso {description} .
"""

_DATASET_TURTLE = """
{description} a void:DatasetDescription ;
    foaf:primaryTopic {void} ;
    rdfs:seeAlso {records} .
{void} a void:Dataset, dcat:Dataset ;
    void:sparqlEndpoint {endpoint} ;
    void:uriSpace {base} ;
    void:triples {triples} ;
    void:vocabulary {vocabularies} .
"""

_CLASS_TURTLE = """
{void} void:classPartition {partition} .
{partition} void:class {term} ; void:entities {number} .
"""

_PROPERTY_TURTLE = """
{void} void:propertyPartition {partition} .
{partition} void:property {term} ; void:triples {number} .
"""

_SUBSET_TURTLE = """
{void} void:subset {subset} .
{subset} a void:Dataset ; dcterms:title {title} .
"""


class GraphFigures(msgspec.Struct, frozen=True):
    """Counts and statements of VoID besides the size and address of the graph."""

    classes: list[tuple[str, int]]  #: IRI and number of entities of each class
    properties: list[tuple[str, int]] = []  #: IRI and number of triples of each property
    distinct: dict[str, int] = {}  #: keys of :data:`DISTINCT_QUERIES` -> number
    header: list[tuple[str, dict[str, str]]] = []  #: property and SPARQL JSON value, of the graph


async def serve_service_description(request: Request) -> Response:
    """Describe the SPARQL endpoint: its language, formats and data set."""
    graph = responses.get_service(request).get_graph()
    address = str(request.base_url) + "sparql"
    return make_rdf_response(request, graph, address, describe_service(graph, address))


async def serve_void(request: Request) -> Response:
    """Describe the graph: its size, vocabularies, classes, properties and files."""
    graph = responses.get_service(request).get_graph()
    figures = await _count_figures(request, graph)
    triples = describe_void(graph, str(request.base_url), figures)
    return make_rdf_response(request, graph, str(request.url), triples)


async def _count_figures(request: Request, graph: OpenGraph) -> GraphFigures:
    async def count(query: str, *names: str) -> list[tuple[str, int]]:
        rows = await responses.select_rows(request, graph, query)
        return [(row[names[0]]["value"], int(row[names[1]]["value"])) for row in rows]

    distinct: dict[str, int] = {}
    # All else can be told without them.
    with suppress(TimeoutError, QueryError):
        async with asyncio.timeout(DISTINCT_TIMEOUT_S):
            for property_, query in DISTINCT_QUERIES.items():
                [row] = await responses.select_rows(request, graph, query)
                distinct[property_] = int(row["number"]["value"])
    header = HEADER_QUERY.format(void=NamedNode(graph.base + DATASET_ID))
    return GraphFigures(
        await count(CLASSES_QUERY, "class", "entities"),
        await count(PROPERTIES_QUERY, "property", "triples"),
        distinct,
        [
            (row["property"]["value"], row["value"])
            for row in await responses.select_rows(request, graph, header)
        ],
    )


def make_rdf_response(
    request: Request, graph: OpenGraph, address: str, triples: list[Triple]
) -> Response:
    """Return statements in the format that the client accepts.

    Raises:
        RequestError: it accepts no RDF.
    """
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
    data = serialize_triples(triples, ANSWER_FORMATS[name].media_type)
    return responses.make_reply_response(Reply("graph", media_type, data), headers)


def describe_service(graph: OpenGraph, address: str) -> list[Triple]:
    """Return the description of the SPARQL endpoint at an address."""
    formats = (NamedNode(FORMAT_NAMESPACE + W3C_FORMAT_NAMES[name]) for name in ANSWER_FORMATS)
    return _parse_turtle(
        _SERVICE_TURTLE.format(
            service=NamedNode(address),
            lateral=NamedNode(LATERAL_IRI),
            formats=", ".join(map(str, formats)),
            dataset=NamedNode(f"{address}#dataset"),
            graph=NamedNode(graph.base + DATASET_ID),
            triples=graph.store.meta.triples,
            description=NamedNode(address.removesuffix("sparql") + VOID_PATH),
        )
    )


def describe_void(graph: OpenGraph, root: str, figures: GraphFigures) -> list[Triple]:
    """Return the description of the graph on a server whose address ends in ``/``."""
    void, description = NamedNode(graph.base + DATASET_ID), root + VOID_PATH
    turtle = _DATASET_TURTLE.format(
        description=NamedNode(description),
        records=", ".join(str(NamedNode(root + path)) for path in RECORD_PATHS),
        void=void,
        endpoint=NamedNode(root + "sparql"),
        base=Literal(graph.base),
        triples=graph.store.meta.triples,
        vocabularies=", ".join(str(NamedNode(PREFIXES[prefix])) for prefix in VOCABULARIES),
    )
    for kind, template, counts in (
        ("class", _CLASS_TURTLE, figures.classes),
        ("property", _PROPERTY_TURTLE, figures.properties),
    ):
        for n, (term, number) in enumerate(counts, 1):
            partition = NamedNode(f"{description}#{kind}-{n}")
            turtle += template.format(
                void=void, partition=partition, term=NamedNode(term), number=number
            )
    for property_, number in figures.distinct.items():
        turtle += f"{void} {property_} {number} .\n"
    for property_, value in figures.header:
        is_iri = value["type"] == "uri"
        text = value["value"]
        turtle += f"{void} <{property_}> {NamedNode(text) if is_iri else Literal(text)} .\n"
    return _parse_turtle(turtle + _describe_files(void, root))


def _describe_files(void: NamedNode, root: str) -> str:
    """Describe the downloads: those of the whole graph, and those of its profiles as subsets."""
    turtle = ""
    for profile in dict.fromkeys(file.profile for file in DOWNLOADS.values()):
        dataset = void
        if profile != "full":
            dataset = NamedNode(f"{root}{VOID_PATH}#{profile}")
            title = Literal(f"Profile {profile}")
            turtle += _SUBSET_TURTLE.format(void=void, subset=dataset, title=title)
        for file in DOWNLOADS.values():
            if file.profile == profile and file.format.name in RDF_FORMATS:
                address = f"{root}{DOWNLOADS_PATH.removeprefix('/')}/{file.name}"
                dumps = (NamedNode(address), NamedNode(address + GZIP_SUFFIX))
                turtle += f"{dataset} void:dataDump {dumps[0]}, {dumps[1]} .\n"
    return turtle


def _parse_turtle(text: str) -> list[Triple]:
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in _PREFIXES.items())
    return [quad.triple for quad in parse(prefixes + text, format=RdfFormat.TURTLE)]
