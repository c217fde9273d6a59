"""What the service is and what the graph holds, as RDF: Service Description and VoID.

Takes the snapshot and the server's own address, gives statements in the RDF format that the
client accepts (https://www.w3.org/TR/sparql11-service-description/,
https://www.w3.org/TR/void/).
"""

from __future__ import annotations

import msgspec
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize
from starlette.requests import Request
from starlette.responses import Response

from kgraph.base.errors import RequestError
from kgraph.base.vocabulary import PREFIXES, expand_curie
from kgraph.query.formats import ANSWER_FORMATS
from kgraph.server.http import responses
from kgraph.server.http.negotiation import FORMATS_BY_MEDIA_TYPE, choose_media_type
from kgraph.server.workers.messages import QueryRequest, Reply
from kgraph.views.open_graph import OpenGraph

SD_NAMESPACE = "http://www.w3.org/ns/sparql-service-description#"
FORMAT_NAMESPACE = "http://www.w3.org/ns/formats/"

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
"""Format -> its name at https://www.w3.org/ns/formats/."""

VOCABULARIES = ("kg", "schema", "skos", "prov", "oa")
"""Prefixes of what the graph is written in."""

CLASSES_QUERY = (
    "SELECT ?class (COUNT(?s) AS ?entities) { ?s a ?class } GROUP BY ?class ORDER BY ?class"
)

RdfObject = NamedNode | Literal


async def serve_service_description(request: Request) -> Response:
    """What can be asked, how, and in which forms the answers come."""
    snapshot = responses.get_service(request).get_graph()
    address = str(request.base_url) + "sparql"
    return _rdf_response(request, snapshot, address, describe_service(snapshot, address))


async def serve_void(request: Request) -> Response:
    """What the graph holds."""
    snapshot = responses.get_service(request).get_graph()
    question = QueryRequest(CLASSES_QUERY, {"solutions": ANSWER_FORMATS["json"].media_type})
    counted = await responses.cancel_on_disconnect(
        request, responses.get_service(request).run_query(snapshot, question, "pages")
    )
    triples = describe_dataset(snapshot, str(request.base_url), _decode_class_counts(counted))
    return _rdf_response(request, snapshot, str(request.url), triples)


def _rdf_response(
    request: Request, snapshot: OpenGraph, address: str, triples: list[Triple]
) -> Response:
    accept = request.headers.get("accept", "")
    name, media_type = _choose_rdf_format(accept)
    tag = responses.make_etag(snapshot, address, name, media_type)
    if responses.is_not_modified(request, tag):
        return Response(status_code=304, headers=responses.cache_headers(tag))
    return responses.make_reply_response(
        Reply("graph", media_type, serialize_triples(triples, name)), responses.cache_headers(tag)
    )


def _choose_rdf_format(accept: str) -> tuple[str, str]:
    """Name of the RDF format that the client likes best, and the media type that it is sent as.

    Raises:
        RequestError: it takes no RDF (406).
    """
    media_type = choose_media_type(accept, FORMATS_BY_MEDIA_TYPE["graph"])
    if media_type:
        return FORMATS_BY_MEDIA_TYPE["graph"][media_type], media_type
    if choose_media_type(accept, ["text/html"]):  # a browser can show Turtle as text
        return "turtle", "text/plain"
    raise RequestError(406, f"Accept: {accept}: this is RDF; accept text/turtle, for example")


def serialize_triples(triples: list[Triple], name: str) -> bytes:
    """The statements in the RDF format of that name."""
    format_ = RdfFormat.from_media_type(ANSWER_FORMATS[name].media_type)
    assert format_ is not None
    data = serialize(triples, format=format_, prefixes={**PREFIXES, "sd": SD_NAMESPACE})
    assert data is not None
    return data


def _decode_class_counts(reply: Reply) -> list[tuple[str, int]]:
    assert isinstance(reply.body, bytes)
    found = msgspec.json.decode(reply.body)["results"]["bindings"]
    return [(row["class"]["value"], int(row["entities"]["value"])) for row in found]


def describe_service(snapshot: OpenGraph, address: str) -> list[Triple]:
    """The service's description.

    Args:
        snapshot: the graph that it answers from.
        address: of the endpoint.
    """
    here = NamedNode(address)
    dataset, graph = (NamedNode(f"{address}#{name}") for name in ("dataset", "graph"))
    return [
        _type_triple(here, SD_NAMESPACE + "Service"),
        Triple(here, NamedNode(SD_NAMESPACE + "endpoint"), here),
        Triple(
            here,
            NamedNode(SD_NAMESPACE + "supportedLanguage"),
            NamedNode(SD_NAMESPACE + "SPARQL11Query"),
        ),
        *(
            Triple(
                here,
                NamedNode(SD_NAMESPACE + "resultFormat"),
                NamedNode(FORMAT_NAMESPACE + W3C_FORMAT_NAMES[name]),
            )
            for name in ANSWER_FORMATS
        ),
        Triple(here, NamedNode(SD_NAMESPACE + "defaultDataset"), dataset),
        _type_triple(dataset, SD_NAMESPACE + "Dataset"),
        Triple(dataset, NamedNode(SD_NAMESPACE + "defaultGraph"), graph),
        _type_triple(graph, SD_NAMESPACE + "Graph"),
        _void_triple(graph, "triples", _integer_literal(snapshot.store.meta.triples)),
        Triple(
            graph, NamedNode(expand_curie("rdfs:seeAlso")), NamedNode(snapshot.base + "dataset")
        ),
    ]


def describe_dataset(
    snapshot: OpenGraph, root: str, classes: list[tuple[str, int]]
) -> list[Triple]:
    """The data set's description.

    Args:
        snapshot: the graph.
        root: address of the server, ending in ``/``.
        classes: IRI of a class, how many things are in it.
    """
    here = NamedNode(snapshot.base + "dataset")
    triples = [
        _type_triple(here, expand_curie("void:Dataset")),
        _void_triple(here, "sparqlEndpoint", NamedNode(root + "sparql")),
        _void_triple(here, "uriSpace", Literal(snapshot.base)),
        _void_triple(here, "triples", _integer_literal(snapshot.store.meta.triples)),
        *(_void_triple(here, "vocabulary", NamedNode(PREFIXES[prefix])) for prefix in VOCABULARIES),
    ]
    for n, (class_, entities) in enumerate(classes, 1):
        part = NamedNode(f"{root}.well-known/void#class-{n}")
        triples += [
            _void_triple(here, "classPartition", part),
            _void_triple(part, "class", NamedNode(class_)),
            _void_triple(part, "entities", _integer_literal(entities)),
        ]
    return triples


def _type_triple(subject: NamedNode, class_: str) -> Triple:
    return Triple(subject, NamedNode(expand_curie("rdf:type")), NamedNode(class_))


def _void_triple(subject: NamedNode, term: str, object_: RdfObject) -> Triple:
    return Triple(subject, NamedNode(expand_curie(f"void:{term}")), object_)


def _integer_literal(value: int) -> Literal:
    return Literal(str(value), datatype=NamedNode(expand_curie("xsd:integer")))
