"""Write the RDF formats, and build rdflib's graph, episode by episode."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

import pyoxigraph

from kgraph.base.vocabulary import PREFIXES
from kgraph.base.xml import XmlSanitizer
from kgraph.graph import Graph
from kgraph.rdf import (
    NTriples,
    SubjectBlock,
    Turtle,
    check_profile,
    describe_episode,
    describe_shared,
)

if TYPE_CHECKING:
    import rdflib

NAMED_GRAPH_ID = "dataset"  #: of the named graph of N-Quads and TriG


def _iterate_blocks(graph: Graph, profile: str) -> Iterator[Iterator[SubjectBlock]]:
    for episode in graph:
        yield describe_episode(episode, profile)
    yield describe_shared(graph.shared, profile)


def _write_blocks(graph: Graph, out: BinaryIO, profile: str, writer: Turtle | NTriples) -> None:
    for blocks in _iterate_blocks(graph, profile):
        out.write(writer.serialize(blocks).encode())


def write_turtle(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """Write Turtle 1.1, byte for byte what a build writes."""
    writer = Turtle(base)
    out.write(writer.header().encode())
    _write_blocks(graph, out, profile, writer)


def write_ntriples(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """Write N-Triples, in the order of the Turtle."""
    _write_blocks(graph, out, profile, NTriples(base))


def write_nquads(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """Write N-Quads in the named graph ``dataset``."""
    _write_blocks(graph, out, profile, NTriples(base, base + NAMED_GRAPH_ID))


def write_trig(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """Write TriG: the Turtle in the named graph ``dataset``."""
    writer = Turtle(base)
    out.write(f"{writer.header()}{writer.reference(NAMED_GRAPH_ID)} {{\n\n".encode())
    _write_blocks(graph, out, profile, writer)
    out.write(b"}\n")


def write_jsonld(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """Write JSON-LD 1.1 with a context of our prefixes."""
    triples = _iterate_triples(graph, base, profile)
    pyoxigraph.serialize(triples, out, pyoxigraph.RdfFormat.JSON_LD, prefixes=PREFIXES)


def write_rdfxml(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """Write RDF/XML. Characters that XML cannot represent become U+FFFD."""
    triples = _iterate_triples(graph, base, profile)
    sanitizer = cast("BinaryIO", XmlSanitizer(out))
    pyoxigraph.serialize(triples, sanitizer, pyoxigraph.RdfFormat.RDF_XML, prefixes=PREFIXES)


def _iterate_triples(graph: Graph, base: str, profile: str) -> Iterator[pyoxigraph.Triple]:
    """Yield the engine's triples, parsed from our own Turtle one episode at a time."""
    writer = Turtle(base)
    header = writer.header()
    for blocks in _iterate_blocks(graph, profile):
        document = header + writer.serialize(blocks)
        for quad in pyoxigraph.parse(document, pyoxigraph.RdfFormat.TURTLE, lenient=True):
            yield quad.triple


def to_rdflib(graph: Graph, base: str, profile: str = "full") -> rdflib.Graph:
    """Return the graph in rdflib's memory, with our prefixes bound.

    Raises:
        InputError: there is no such profile.
    """
    import rdflib

    check_profile(profile)
    result = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        result.bind(prefix, namespace)
    writer = NTriples(base)
    for blocks in _iterate_blocks(graph, profile):
        result.parse(data=writer.serialize(blocks), format="nt")
    return result
