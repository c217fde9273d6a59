"""The RDF formats, written recording by recording."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Protocol, cast

import pyoxigraph

from kgraph.base.vocabulary import PREFIXES
from kgraph.base.xml import XmlSanitizer
from kgraph.graph import Graph
from kgraph.rdf import NTriples, SubjectBlock, Turtle, describe_episode, describe_shared

NAMED_GRAPH_ID = "dataset"
"""Id of the named graph that N-Quads and TriG put everything into."""


class _Serializer(Protocol):
    def header(self) -> str: ...
    def serialize(self, groups: Iterator[SubjectBlock]) -> str: ...


def _iterate_blocks(graph: Graph, profile: str) -> Iterator[Iterator[SubjectBlock]]:
    for episode in graph:
        yield describe_episode(episode, profile)
    yield describe_shared(graph.shared, profile)


def _write_blocks(graph: Graph, out: BinaryIO, profile: str, text: _Serializer) -> None:
    for part in _iterate_blocks(graph, profile):
        out.write(text.serialize(part).encode())


def write_turtle(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """Turtle 1.1, byte for byte what a build writes."""
    text = Turtle(base)
    out.write(text.header().encode())
    _write_blocks(graph, out, profile, text)


def write_ntriples(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """N-Triples, in the order of the Turtle."""
    _write_blocks(graph, out, profile, NTriples(base))


def write_nquads(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """N-Quads: the N-Triples, each in the named graph ``dataset``."""
    _write_blocks(graph, out, profile, NTriples(base, base + NAMED_GRAPH_ID))


def write_trig(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """TriG: the Turtle in the named graph ``dataset``."""
    text = Turtle(base)
    out.write(f"{text.header()}{text.reference(NAMED_GRAPH_ID)} {{\n\n".encode())
    _write_blocks(graph, out, profile, text)
    out.write(b"}\n")


def write_jsonld(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """JSON-LD 1.1 with a context of our prefixes."""
    triples = _iterate_triples(graph, base, profile)
    pyoxigraph.serialize(triples, out, pyoxigraph.RdfFormat.JSON_LD, prefixes=PREFIXES)


def write_rdfxml(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """RDF/XML. Characters that XML cannot hold are written as U+FFFD."""
    triples = _iterate_triples(graph, base, profile)
    kept = cast("BinaryIO", XmlSanitizer(out))
    pyoxigraph.serialize(triples, kept, pyoxigraph.RdfFormat.RDF_XML, prefixes=PREFIXES)


def _iterate_triples(graph: Graph, base: str, profile: str) -> Iterator[pyoxigraph.Triple]:
    """The engine's terms, parsed from our own text one recording at a time."""
    text = Turtle(base)
    header = text.header()
    for part in _iterate_blocks(graph, profile):
        document = header + text.serialize(part)
        for quad in pyoxigraph.parse(document, pyoxigraph.RdfFormat.TURTLE, lenient=True):
            yield quad.triple
