"""The table of formats, and :func:`export`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.files import open_output_file
from kgraph.base.vocabulary import BASE_IRI
from kgraph.export import network_xml, rdf, tables
from kgraph.graph import Graph, Selection
from kgraph.rdf import check_profile


class ExportFormat(msgspec.Struct, frozen=True):
    """A format that the graph can leave in.

    Attributes:
        name: as ``kgraph export`` takes it.
        suffix: of files in it.
        media_type: as registered with IANA, or usual.
        words: what it is, for help texts.
        write: writes the graph.
    """

    name: str
    suffix: str
    media_type: str
    description: str
    write: Callable[[Graph, BinaryIO, str, str], None]


EXPORT_FORMATS: dict[str, ExportFormat] = {
    format_.name: format_
    for format_ in (
        ExportFormat(
            "turtle", ".ttl", "text/turtle", "RDF that a person likes to read", rdf.write_turtle
        ),
        ExportFormat(
            "ntriples", ".nt", "application/n-triples", "RDF, a line a fact", rdf.write_ntriples
        ),
        ExportFormat(
            "nquads", ".nq", "application/n-quads", "the same in a named graph", rdf.write_nquads
        ),
        ExportFormat(
            "trig", ".trig", "application/trig", "Turtle in a named graph", rdf.write_trig
        ),
        ExportFormat(
            "jsonld", ".jsonld", "application/ld+json", "RDF as JSON-LD 1.1", rdf.write_jsonld
        ),
        ExportFormat("rdfxml", ".rdf", "application/rdf+xml", "RDF as XML", rdf.write_rdfxml),
        ExportFormat(
            "graphml",
            ".graphml",
            "application/graphml+xml",
            "yEd, Gephi",
            network_xml.write_graphml,
        ),
        ExportFormat("gexf", ".gexf", "application/gexf+xml", "Gephi", network_xml.write_gexf),
        ExportFormat(
            "json",
            ".json",
            "application/json",
            "node-link JSON: D3, networkx",
            tables.write_node_link_json,
        ),
        ExportFormat("csv", ".csv", "text/csv", "a table of the edges", tables.write_edges_csv),
        ExportFormat(
            "csv-nodes", ".csv", "text/csv", "a table of the nodes", tables.write_nodes_csv
        ),
    )
}
"""By name. A format is one function and one row."""

FORMAT_BY_SUFFIX = {format_.suffix: format_.name for format_ in reversed(EXPORT_FORMATS.values())}
"""How a file's name ends -> name of the format that is written there, of several the first."""


def export(
    graph: Graph,
    format: str,
    output: str | Path | BinaryIO,
    *,
    selection: Selection | None = None,
    profile: str = "full",
    base: str = BASE_IRI,
) -> None:
    """Write the graph, or the part of it that is selected.

    Args:
        graph: what to write.
        format: a name in :data:`EXPORT_FORMATS`.
        output: a path, written whole or not at all; ``-`` for standard output; or an
            open binary file.
        selection: which part; by default everything.
        profile: ``full`` (all evidence) or ``edges`` (plain statements with labels);
            the network formats hold edges only.
        base: base of the instances' IRIs.

    Raises:
        InputError: format or profile are not known, or no episode is selected.
        ExportError: the output cannot be written.
    """
    if format not in EXPORT_FORMATS:
        raise InputError(f"{format}: no such format; choose one of {', '.join(EXPORT_FORMATS)}")
    check_profile(profile)
    chosen = _select(graph, Selection() if selection is None else selection)
    with open_output_file(output) as out:
        EXPORT_FORMATS[format].write(chosen, out, base, profile)


def guess_format(output: str | Path) -> str:
    """The name of the format that an output's suffix names.

    Raises:
        InputError: it names none.

    >>> guess_format("exports/graph.ttl")
    'turtle'
    """
    suffix = Path(output).suffix.lower()
    if suffix not in FORMAT_BY_SUFFIX:
        raise InputError(
            "no format is named: write `kgraph export FORMAT`, or an --output that ends in "
            f"{', '.join(sorted(FORMAT_BY_SUFFIX))}"
        )
    return FORMAT_BY_SUFFIX[suffix]


def _select(graph: Graph, selection: Selection) -> Graph:
    chosen = graph.select(selection)
    if chosen is not graph and not chosen.shared.summaries:
        raise InputError(f"no episode is {selection.description}: widen the days, or name others")
    return chosen
