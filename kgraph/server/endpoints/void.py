"""Descriptions of the service and of the graph in RDF: Service Description and VoID.

See https://www.w3.org/TR/sparql11-service-description/ and https://www.w3.org/TR/void/.
"""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize
from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import RequestError
from kgraph.base.text import shorten
from kgraph.base.vocabulary import PREFIXES
from kgraph.query.formats import ANSWER_FORMATS
from kgraph.server.http import responses
from kgraph.server.http.negotiation import FORMATS_BY_MEDIA_TYPE, HTML, choose_media_type
from kgraph.server.workers.messages import Reply
from kgraph.views.open_graph import OpenGraph

FORMAT_NAMESPACE = "http://www.w3.org/ns/formats/"  #: of formats' names

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

VOCABULARIES = ("kg", "schema", "skos", "prov", "oa")  #: prefixes of the graph's vocabularies

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
