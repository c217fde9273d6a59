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
from kgraph.base.vocabulary import PREFIXES, expand
from kgraph.query.formats import FORMATS
from kgraph.server.http import responses
from kgraph.server.http.negotiation import OFFERS, choose
from kgraph.server.workers.messages import Question, Reply
from kgraph.store.current import Snapshot

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMAT = "http://www.w3.org/ns/formats/"

FORMAT_NAMES = {
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

CLASSES = "SELECT ?class (COUNT(?s) AS ?entities) { ?s a ?class } GROUP BY ?class ORDER BY ?class"

Object = NamedNode | Literal


async def service_description(request: Request) -> Response:
    """What can be asked, how, and in which forms the answers come."""
    snapshot = responses.service(request).snapshot()
    address = str(request.base_url) + "sparql"
    return _answer(request, snapshot, address, service_triples(snapshot, address))


async def void(request: Request) -> Response:
    """What the graph holds."""
    snapshot = responses.service(request).snapshot()
    question = Question(CLASSES, {"solutions": FORMATS["json"].media_type})
    counted = await responses.while_connected(
        request, responses.service(request).ask(snapshot, question, "pages")
    )
    triples = void_triples(snapshot, str(request.base_url), _rows(counted))
    return _answer(request, snapshot, str(request.url), triples)


def _answer(request: Request, snapshot: Snapshot, address: str, triples: list[Triple]) -> Response:
    accept = request.headers.get("accept", "")
    name, media_type = _form(accept)
    tag = responses.etag(snapshot, address, name, media_type)
    if responses.unchanged(request, tag):
        return Response(status_code=304, headers=responses.cached(tag))
    return responses.send(Reply("graph", media_type, write(triples, name)), responses.cached(tag))


def _form(accept: str) -> tuple[str, str]:
    """Name of the RDF format that the client likes best, and the media type that it is sent as.

    Raises:
        RequestError: it takes no RDF (406).
    """
    media_type = choose(accept, OFFERS["graph"])
    if media_type:
        return OFFERS["graph"][media_type], media_type
    if choose(accept, ["text/html"]):  # a browser can show Turtle as text
        return "turtle", "text/plain"
    raise RequestError(406, f"Accept: {accept}: this is RDF; accept text/turtle, for example")


def write(triples: list[Triple], name: str) -> bytes:
    """The statements in the RDF format of that name."""
    format_ = RdfFormat.from_media_type(FORMATS[name].media_type)
    assert format_ is not None
    data = serialize(triples, format=format_, prefixes={**PREFIXES, "sd": SD})
    assert data is not None
    return data


def _rows(reply: Reply) -> list[tuple[str, int]]:
    assert isinstance(reply.body, bytes)
    found = msgspec.json.decode(reply.body)["results"]["bindings"]
    return [(row["class"]["value"], int(row["entities"]["value"])) for row in found]


def service_triples(snapshot: Snapshot, address: str) -> list[Triple]:
    """The service's description.

    Args:
        snapshot: the graph that it answers from.
        address: of the endpoint.
    """
    here = NamedNode(address)
    dataset, graph = (NamedNode(f"{address}#{name}") for name in ("dataset", "graph"))
    return [
        _type(here, SD + "Service"),
        Triple(here, NamedNode(SD + "endpoint"), here),
        Triple(here, NamedNode(SD + "supportedLanguage"), NamedNode(SD + "SPARQL11Query")),
        *(
            Triple(here, NamedNode(SD + "resultFormat"), NamedNode(FORMAT + FORMAT_NAMES[name]))
            for name in FORMATS
        ),
        Triple(here, NamedNode(SD + "defaultDataset"), dataset),
        _type(dataset, SD + "Dataset"),
        Triple(dataset, NamedNode(SD + "defaultGraph"), graph),
        _type(graph, SD + "Graph"),
        _void(graph, "triples", _number(snapshot.store.meta.triples)),
        Triple(graph, NamedNode(expand("rdfs:seeAlso")), NamedNode(snapshot.base + "dataset")),
    ]


def void_triples(snapshot: Snapshot, root: str, classes: list[tuple[str, int]]) -> list[Triple]:
    """The data set's description.

    Args:
        snapshot: the graph.
        root: address of the server, ending in ``/``.
        classes: IRI of a class, how many things are in it.
    """
    here = NamedNode(snapshot.base + "dataset")
    triples = [
        _type(here, expand("void:Dataset")),
        _void(here, "sparqlEndpoint", NamedNode(root + "sparql")),
        _void(here, "uriSpace", Literal(snapshot.base)),
        _void(here, "triples", _number(snapshot.store.meta.triples)),
        *(_void(here, "vocabulary", NamedNode(PREFIXES[prefix])) for prefix in VOCABULARIES),
    ]
    for n, (class_, entities) in enumerate(classes, 1):
        part = NamedNode(f"{root}.well-known/void#class-{n}")
        triples += [
            _void(here, "classPartition", part),
            _void(part, "class", NamedNode(class_)),
            _void(part, "entities", _number(entities)),
        ]
    return triples


def _type(subject: NamedNode, class_: str) -> Triple:
    return Triple(subject, NamedNode(expand("rdf:type")), NamedNode(class_))


def _void(subject: NamedNode, term: str, object_: Object) -> Triple:
    return Triple(subject, NamedNode(expand(f"void:{term}")), object_)


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=NamedNode(expand("xsd:integer")))
