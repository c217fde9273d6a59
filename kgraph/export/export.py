"""Export the graph in one of the formats of :data:`EXPORT_FORMATS`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec
import pyoxigraph

from kgraph.base.errors import InputError, unknown_format_error
from kgraph.base.files import open_output_file, open_output_folder
from kgraph.base.model import MENTION_FLOOR
from kgraph.base.text import shorten
from kgraph.base.vocabulary import BASE_IRI
from kgraph.export import (
    bulk,
    database,
    neo4j,
    network_xml,
    parquet,
    rdf,
    sssom,
    tables,
    vault,
    vault_folder,
)
from kgraph.export.networks import NETWORKS
from kgraph.export.rdf import RdfContent, check_graph_iri
from kgraph.graph import Graph, Selection
from kgraph.graph.selection import check_selection
from kgraph.rdf import check_profile


class ExportFormat(msgspec.Struct, frozen=True):
    """A format in which the graph can be exported."""

    name: str  #: as ``kgraph export`` takes it
    suffix: str  #: of files in it
    media_type: str  #: as registered with IANA, or usual
    description: str  #: for help texts
    #: Takes graph, output, base, and what the format holds.
    write: Callable[[Graph, BinaryIO, str, RdfContent], None]
    has_rdf12: bool = False  #: whether it has triple terms (RDF 1.2)
    holds: Literal["rdf", "network", "tables", "mappings"] = "rdf"


_FORMATS = (
    ("turtle", ".ttl", "text/turtle", "RDF that a person likes to read", rdf.write_turtle, True),
    ("ntriples", ".nt", "application/n-triples", "RDF, a line a fact", rdf.write_ntriples, True),
    ("nquads", ".nq", "application/n-quads", "the same in a named graph", rdf.write_nquads, True),
    ("trig", ".trig", "application/trig", "Turtle in a named graph", rdf.write_trig, True),
    (
        "jsonld",
        ".jsonld",
        "application/ld+json",
        "RDF as JSON-LD 1.1, a line a thing",
        rdf.write_jsonld,
    ),
    ("rdfxml", ".rdf", "application/rdf+xml", "RDF as XML", rdf.write_rdfxml),
    (
        "graphml",
        ".graphml",
        "application/graphml+xml",
        "yEd, Gephi",
        network_xml.write_graphml,
        False,
        "network",
    ),
    ("gexf", ".gexf", "application/gexf+xml", "Gephi", network_xml.write_gexf, False, "network"),
    (
        "json",
        ".json",
        "application/json",
        "node-link JSON: D3, networkx",
        tables.write_node_link_json,
        False,
        "network",
    ),
    ("csv", ".csv", "text/csv", "a table of the edges", tables.write_edges_csv, False, "network"),
    (
        "csv-nodes",
        ".csv",
        "text/csv",
        "a table of the nodes",
        tables.write_nodes_csv,
        False,
        "network",
    ),
    (
        "sqlite",
        ".sqlite",
        "application/vnd.sqlite3",
        "a database of tables: SQLite, Datasette",
        database.write_sqlite,
        False,
        "tables",
    ),
    (
        "sssom",
        ".sssom.tsv",
        "text/tab-separated-values",
        "ids in other registers, as SSSOM",
        sssom.write_sssom,
        False,
        "mappings",
    ),
)

#: By name. A format is one function and one row.
EXPORT_FORMATS = {row[0]: ExportFormat(*row) for row in _FORMATS}


class FolderFormat(msgspec.Struct, frozen=True):
    """A format that is a folder of files."""

    name: str  #: as ``kgraph export`` takes it
    description: str  #: for help texts
    #: Takes graph, empty folder, base, and what the format holds.
    write: Callable[[Graph, Path, str, RdfContent], None]
    is_export: Callable[[Path], bool]  #: whether a folder holds an earlier export alone
    has_rdf12: bool = False
    holds: Literal["rdf", "tables", "notes"] = "tables"
    #: Takes a draft and an earlier export, and updates this; None to replace it as a whole.
    update: Callable[[Path, Path], None] | None = None


#: By name.
FOLDER_FORMATS = {
    "neo4j": FolderFormat(
        "neo4j", "CSV files and scripts for Neo4j", neo4j.write_neo4j, neo4j.is_export
    ),
    "parquet": FolderFormat(
        "parquet",
        "a file a table: pandas, polars, DuckDB",
        parquet.write_parquet,
        parquet.is_export,
    ),
    "virtuoso": FolderFormat(
        "virtuoso",
        "N-Triples and a script for Virtuoso's bulk loader",
        bulk.write_virtuoso,
        bulk.is_virtuoso_export,
        holds="rdf",
    ),
    "qlever": FolderFormat(
        "qlever",
        "N-Quads and a Qleverfile",
        bulk.write_qlever,
        bulk.is_qlever_export,
        holds="rdf",
    ),
    "neptune": FolderFormat(
        "neptune",
        "N-Quads and a request for the loader of Amazon Neptune",
        bulk.write_neptune,
        bulk.is_neptune_export,
        holds="rdf",
    ),
    "vault": FolderFormat(
        "vault",
        "linked Markdown notes: Obsidian, Open Knowledge Format",
        vault.write_vault,
        vault_folder.is_export,
        holds="notes",
        update=vault_folder.update_vault,
    ),
}

#: Suffix of a file -> name of its format, of several the first.
FORMAT_BY_SUFFIX = {format_.suffix: format_.name for format_ in reversed(EXPORT_FORMATS.values())}


#: Formats that hold RDF, and take every :class:`kgraph.export.rdf.RdfContent`.
RDF_FORMATS = ("turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml")

#: Formats whose statements are in a named graph.
GRAPH_FORMATS = ("nquads", "trig", "virtuoso", "qlever", "neptune")

DEFAULT_CONTENT = RdfContent()

SPDX_LICENCES = "https://spdx.org/licenses/"  #: followed by an identifier, the IRI of a licence

_SPDX_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*")


def parse_licence(licence: str) -> str:
    """Return the IRI of a licence, given as an IRI or by its SPDX identifier.

    Raises:
        InputError: it is neither.

    >>> parse_licence("CC-BY-4.0")
    'https://spdx.org/licenses/CC-BY-4.0'
    """
    if _SPDX_IDENTIFIER.fullmatch(licence):
        return SPDX_LICENCES + licence
    try:
        pyoxigraph.NamedNode(licence)
        is_address = licence.startswith(("http://", "https://"))
    except ValueError:
        is_address = False
    if not is_address:
        raise InputError(
            f"{shorten(licence)!r}: not a licence: give its address, such as "
            "https://creativecommons.org/licenses/by/4.0/, or its SPDX identifier: CC-BY-4.0"
        )
    return licence


def check_content(
    content: RdfContent, format_: ExportFormat | FolderFormat, selection: Selection
) -> None:
    """Raise InputError if profile and format cannot hold what is wanted."""
    check_profile(content.profile)
    if content.quotes < 0:
        raise InputError(f"quotes={content.quotes}: give a number of quotes of an episode, or 0")
    _check_network(content, format_)
    _check_graph(content, format_)
    if format_.holds == "rdf":
        _check_rdf(content, format_)
    else:
        _check_other(content, format_)
    has_floor = format_.holds == "notes" or (format_.holds == "rdf" and content.profile == "kb")
    if has_floor and selection.counts_unlikely:
        what = "the vault" if format_.holds == "notes" else "the profile kb"
        others = "sqlite or neo4j" if format_.holds == "notes" else "the profile full or edges"
        raise InputError(
            f"{what} has no mentions with a confidence below {MENTION_FLOOR:g}: choose {others}, "
            "or leave them out"
        )


def _check_graph(content: RdfContent, format_: ExportFormat | FolderFormat) -> None:
    if content.graph and format_.name not in GRAPH_FORMATS:
        names = ", ".join(GRAPH_FORMATS)
        raise InputError(f"{format_.name} has no named graph: choose one of {names}")
    if content.graph:
        check_graph_iri(content.graph)


def _check_rdf(content: RdfContent, format_: ExportFormat | FolderFormat) -> None:
    if content.profile != "kb" and (content.quotes or content.rdf12):
        option = "quotes" if content.quotes else "rdf12"
        raise InputError(
            f"{option} is of the profile kb: leave out the profile {content.profile}, or {option}"
        )
    if content.rdf12 and not format_.has_rdf12:
        names = ", ".join(name for name, other in EXPORT_FORMATS.items() if other.has_rdf12)
        raise InputError(f"{format_.name} has no triple terms of RDF 1.2: choose one of {names}")


def _check_other(content: RdfContent, format_: ExportFormat | FolderFormat) -> None:
    is_mapping = format_.holds == "mappings"
    wanted = {
        f"the profile {content.profile}": content.profile != "kb",
        "rdf12": content.rdf12,
        "quotes": content.quotes and is_mapping,
        "a licence": content.licence and format_.holds not in ("mappings", "notes"),
        "the ontology": content.ontology,
    }
    for option in (name for name, is_wanted in wanted.items() if is_wanted):
        names = ", ".join((*RDF_FORMATS, *(["vault"] if option == "a licence" else [])))
        raise InputError(
            f"{format_.name} has no place for {option}: leave it out, or choose one of {names}"
        )


def _check_network(content: RdfContent, format_: ExportFormat | FolderFormat) -> None:
    if content.network not in NETWORKS:
        choice = ", ".join(NETWORKS)
        raise InputError(f"{content.network}: no such network; choose one of {choice}")
    if content.network == "statements":
        return
    if format_.holds != "network":
        names = ", ".join(
            name for name, other in EXPORT_FORMATS.items() if other.holds == "network"
        )
        raise InputError(f"{format_.name} holds no network: choose one of {names}")
    if content.quotes:
        raise InputError(f"quotes is of the network statements: leave out {content.network}")


def export(
    graph: Graph,
    format: str,
    output: str | Path | BinaryIO,
    *,
    selection: Selection | None = None,
    content: RdfContent = DEFAULT_CONTENT,
    base: str = BASE_IRI,
) -> None:
    """Write the graph, or the part of it that is selected.

    Args:
        format: a name in :data:`EXPORT_FORMATS` or :data:`FOLDER_FORMATS`.
        output: a path, written completely or not at all; ``-`` for standard output; or an
            open binary file. A folder replaces an earlier export of it, and nothing else.
        content: which statements or which network the format holds.
        base: base of the instances' IRIs.

    Raises:
        InputError: the format or profile does not exist, the profile or the format does not have
            what is wanted, or no episode is selected.
        TypeError: the selection is something else.
        ExportError: the output cannot be written.
    """
    formats = EXPORT_FORMATS | FOLDER_FORMATS
    if format not in formats:
        raise unknown_format_error(format, formats)
    selection = selection or Selection()
    check_selection(selection)
    check_content(content, formats[format], selection)
    selected = graph.select(selection)
    if selected is not graph and not selected.shared.summaries:
        raise InputError(f"no episode is {selection.description}: widen the days, or name others")
    if format in FOLDER_FORMATS:
        folder_format = FOLDER_FORMATS[format]
        with open_output_folder(output, folder_format.is_export, folder_format.update) as folder:
            folder_format.write(selected, folder, base, content)
    else:
        with open_output_file(output) as out:
            EXPORT_FORMATS[format].write(selected, out, base, content)


def guess_format(output: str | Path) -> str:
    """Return the name of the format of an output's suffix.

    Raises:
        InputError: the suffix is of no format.

    >>> guess_format("exports/graph.ttl")
    'turtle'
    """
    name = Path(output).name.lower()
    suffix = next((s for s in FORMAT_BY_SUFFIX if name.endswith(s)), "")
    if not suffix:
        raise InputError(
            "no format is named: write `kgraph export FORMAT`, or an --output that ends in "
            f"{', '.join(sorted(FORMAT_BY_SUFFIX))}"
        )
    return FORMAT_BY_SUFFIX[suffix]
