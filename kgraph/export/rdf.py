"""The RDF formats, written recording by recording."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Protocol, cast

import pyoxigraph

from kgraph.base.vocabulary import PREFIXES
from kgraph.base.xml import Wellformed
from kgraph.graph import Graph
from kgraph.rdf import Group, NTriples, Turtle, groups_of_episode, groups_of_shared

NAMED_GRAPH = "dataset"
"""Id of the named graph that N-Quads and TriG put everything into."""


class _Text(Protocol):
    def header(self) -> str: ...
    def paragraphs(self, groups: Iterator[Group]) -> str: ...


def _parts(graph: Graph, profile: str) -> Iterator[Iterator[Group]]:
    for episode in graph:
        yield groups_of_episode(episode, profile)
    yield groups_of_shared(graph.shared, profile)


def _write(graph: Graph, out: BinaryIO, profile: str, text: _Text) -> None:
    for part in _parts(graph, profile):
        out.write(text.paragraphs(part).encode())


def turtle(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """Turtle 1.1, byte for byte what a build writes."""
    text = Turtle(base)
    out.write(text.header().encode())
    _write(graph, out, profile, text)


def ntriples(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """N-Triples, in the order of the Turtle."""
    _write(graph, out, profile, NTriples(base))


def nquads(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """N-Quads: the N-Triples, each in the named graph ``dataset``."""
    _write(graph, out, profile, NTriples(base, base + NAMED_GRAPH))


def trig(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """TriG: the Turtle in the named graph ``dataset``."""
    text = Turtle(base)
    out.write(f"{text.header()}{text.name(NAMED_GRAPH)} {{\n\n".encode())
    _write(graph, out, profile, text)
    out.write(b"}\n")


def jsonld(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """JSON-LD 1.1 with a context of our prefixes."""
    triples = _triples(graph, base, profile)
    pyoxigraph.serialize(triples, out, pyoxigraph.RdfFormat.JSON_LD, prefixes=PREFIXES)


def rdfxml(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """RDF/XML. Characters that XML cannot hold are written as U+FFFD."""
    triples = _triples(graph, base, profile)
    kept = cast("BinaryIO", Wellformed(out))
    pyoxigraph.serialize(triples, kept, pyoxigraph.RdfFormat.RDF_XML, prefixes=PREFIXES)


def _triples(graph: Graph, base: str, profile: str) -> Iterator[pyoxigraph.Triple]:
    """The engine's terms, parsed from our own text one recording at a time."""
    text = Turtle(base)
    header = text.header()
    for part in _parts(graph, profile):
        document = header + text.paragraphs(part)
        for quad in pyoxigraph.parse(document, pyoxigraph.RdfFormat.TURTLE, lenient=True):
            yield quad.triple
