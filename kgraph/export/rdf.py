"""Write the RDF formats, and build rdflib's graph, episode by episode."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

import msgspec
import pyoxigraph

from kgraph.base.errors import DataError, InputError
from kgraph.base.vocabulary import PREFIXES, compact_iri, data_path
from kgraph.base.xml import XmlSanitizer
from kgraph.graph import EpisodeGraph, Graph, SharedData
from kgraph.pipeline.id_sources import NO_ID_SOURCES, IdSources
from kgraph.rdf import (
    JsonLd,
    NTriples,
    SubjectBlock,
    Turtle,
    batch_blocks,
    check_profile,
    describe_dataset,
    describe_episode,
    describe_episode_for_kb,
    describe_shared,
    describe_shared_for_kb,
    list_best_quotes,
)
from kgraph.rdf.terms import iri_ref, string_literal

if TYPE_CHECKING:
    import rdflib

NAMED_GRAPH_ID = "dataset"  #: of the named graph of N-Quads and TriG

_CURIE = re.compile(r"[a-z]+:\w+")


def check_graph_iri(graph: str) -> str:
    """Return the IRI of a named graph; InputError if it is not absolute.

    >>> check_graph_iri("https://example.org/graph")
    'https://example.org/graph'
    """
    try:
        return pyoxigraph.NamedNode(graph).value
    except ValueError as error:
        raise InputError(
            f"{graph!r}: not the IRI of a graph: write an absolute one, "
            "such as https://example.org/graph"
        ) from error


class RdfContent(msgspec.Struct, frozen=True):
    """Choice of what an export holds.

    Attributes:
        profile: of RDF, one of :data:`kgraph.rdf.PROFILES`.
        quotes: most relevant quotes of an episode, in the profile ``kb`` and in networks of
            statements; ``full`` has all.
        rdf12: whether nodes of mentions reify their statements, in the profile ``kb``.
        network: of network formats and tables, one of :data:`kgraph.export.networks.NETWORKS`.
        licence: IRI of the licence under which the export is given away; "" for none.
        ontology: whether the statements of ``ontology/kgraph.ttl`` are in it.
        graph: IRI of the named graph, of formats that have one; "" for that of the data set.
        id_sources: where ids in other registers come from, of formats that state it.
    """

    profile: str = "kb"
    quotes: int = 0
    rdf12: bool = False
    network: str = "statements"
    licence: str = ""
    ontology: bool = False
    graph: str = ""
    id_sources: IdSources = NO_ID_SOURCES

    def name_graph(self, base: str) -> str:
        """Return the IRI of the named graph, which may be that of the data set.

        Args:
            base: base of the instances' IRIs.
        """
        return self.graph or base + NAMED_GRAPH_ID


def _iterate_blocks(graph: Graph, content: RdfContent) -> Iterator[Iterator[SubjectBlock]]:
    shared = graph.shared
    yield describe_dataset(shared.digest, len(shared.summaries), content.profile, content.licence)
    if content.ontology:
        yield describe_ontology()
    best: set[str] = set()
    if content.profile == "kb" and content.quotes:
        for episode in graph:
            best.update(item.quote for item in list_best_quotes(episode, content.quotes))
    for episode in graph:
        yield describe_one_episode(episode, content, best)
    yield from batch_blocks(describe_rest(shared, content))


def describe_one_episode(
    episode: EpisodeGraph, content: RdfContent, best: Collection[str] = ()
) -> Iterator[SubjectBlock]:
    """Yield the blocks of an episode in the profile of an export.

    Args:
        best: keys of the quotes that are among the best of any episode.
    """
    if content.profile == "kb":
        return describe_episode_for_kb(episode, content.quotes, also=best, reify=content.rdf12)
    return describe_episode(episode, content.profile)


def describe_rest(shared: SharedData, content: RdfContent) -> Iterator[SubjectBlock]:
    """Yield the blocks of what episodes share in the profile of an export."""
    if content.profile == "kb":
        return describe_shared_for_kb(shared)
    return describe_shared(shared, content.profile)


def describe_ontology() -> Iterator[SubjectBlock]:
    """Yield the blocks of ``ontology/kgraph.ttl``, in its order.

    Raises:
        DataError: it is not Turtle, or has blank nodes.
    """
    path = data_path("ontology", "kgraph.ttl")
    blocks: dict[str, dict[str, list[str]]] = {}
    try:
        for statement in pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE):
            predicate = _make_token(statement.predicate)
            objects = blocks.setdefault(statement.subject.value, {})
            key = "a" if predicate == "rdf:type" else predicate
            objects.setdefault(key, []).append(_make_token(statement.object))
    except (SyntaxError, TypeError) as error:
        raise DataError(f"{path}: {error}: write Turtle without blank nodes") from error
    yield from ((subject, list(pairs.items())) for subject, pairs in blocks.items())


def _make_token(term: object) -> str:
    """Return a term as the token of blocks; TypeError if it is a blank node."""
    if isinstance(term, pyoxigraph.NamedNode):
        name = compact_iri(term.value)
        return name if _CURIE.fullmatch(name) else iri_ref(term.value)
    if not isinstance(term, pyoxigraph.Literal):
        raise TypeError(f"{term} is neither an IRI nor a literal")
    text = string_literal(term.value)
    if term.language:
        return f"{text}@{term.language}"
    datatype = compact_iri(term.datatype.value)
    return text if datatype == "xsd:string" else f"{text}^^{datatype}"


def _write_blocks(
    graph: Graph, out: BinaryIO, content: RdfContent, writer: Turtle | NTriples | JsonLd
) -> None:
    for blocks in _iterate_blocks(graph, content):
        out.write(writer.serialize(blocks).encode())


def write_turtle(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write Turtle 1.1, byte for byte what a build writes."""
    writer = Turtle(base)
    out.write(writer.header().encode())
    _write_blocks(graph, out, content, writer)


def write_ntriples(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write N-Triples, in the order of the Turtle."""
    _write_blocks(graph, out, content, NTriples(base))


def write_nquads(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write N-Quads in the named graph ``dataset``, or the one that the content names."""
    _write_blocks(graph, out, content, NTriples(base, content.name_graph(base)))


def write_trig(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write TriG: the Turtle in the named graph ``dataset``, or the one that the content names."""
    writer = Turtle(base)
    name = f"<{content.graph}>" if content.graph else writer.reference(NAMED_GRAPH_ID)
    out.write(f"{writer.header()}{name} {{\n\n".encode())
    _write_blocks(graph, out, content, writer)
    out.write(b"}\n")


def write_jsonld(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write JSON-LD 1.1 with ``ontology/context.jsonld``, one node a line."""
    writer = JsonLd(base)
    out.write(writer.header().encode())
    _write_blocks(graph, out, content, writer)
    out.write(writer.footer().encode())


def write_rdfxml(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write RDF/XML. Characters that XML cannot represent become U+FFFD."""
    triples = _iterate_triples(graph, base, content)
    sanitizer = cast("BinaryIO", XmlSanitizer(out))
    pyoxigraph.serialize(triples, sanitizer, pyoxigraph.RdfFormat.RDF_XML, prefixes=PREFIXES)


def _iterate_triples(graph: Graph, base: str, content: RdfContent) -> Iterator[pyoxigraph.Triple]:
    """Yield the engine's triples, parsed from our own Turtle one episode at a time."""
    writer = Turtle(base)
    header = writer.header()
    for blocks in _iterate_blocks(graph, content):
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
    for blocks in _iterate_blocks(graph, RdfContent(profile)):
        result.parse(data=writer.serialize(blocks), format="nt")
    return result
