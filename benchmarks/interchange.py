"""Does the graph arrive in other programs as it left?

    python benchmarks/interchange.py STORE_OR_FOLDER [--json]

Exports every RDF format and reads each with rdflib, pyoxigraph and, where they are
installed, rapper (raptor2-utils) and serdi. A reader must not warn, and what it reads must
be isomorphic to what pyoxigraph reads in the N-Triples: the graph has no blank nodes, so two
graphs are isomorphic when their sets of canonical N-Triples lines are equal; the sets are
compared by their size and the sum of the lines' digests, which needs no order and no memory.
GraphML, GEXF and node-link JSON are opened in networkx and compared node by node and edge
by edge with the graph itself. Ends with status 1 when something differs.

rdflib holds what it reads: some 2 kB a statement.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import logging
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import networkx
import pyoxigraph
import rdflib
from measuring import megabytes, table

from kgraph.base.errors import KgraphError
from kgraph.export import EXPORT_FORMATS, export
from kgraph.export.networks import ALL_QUOTES
from kgraph.export.rdf import RdfContent
from kgraph.graph import Graph
from kgraph.pipeline import build
from kgraph.store import Store

RDF = ("ntriples", "turtle", "nquads", "trig", "rdfxml", "jsonld")
NETWORKS = ("graphml", "gexf", "json")


class Print(NamedTuple):
    """Identify a set of statements by its size and the sum of its digests."""

    statements: int
    digest: int


class Found(NamedTuple):
    """Result of reading a file.

    Attributes:
        what: its print, or what stands for one in a network.
        warnings: what the reader complained of; "" for nothing.
    """

    fingerprint: Any
    warnings: str


class Row(NamedTuple):
    """One line of the result; ``verdict`` is "same", or what is wrong."""

    format: str
    reader: str
    size: int
    seconds: float
    verdict: str


# -- readers of RDF ------------------------------------------------------------


def fingerprint(triples: Iterable[pyoxigraph.Triple]) -> Print:
    """The print of a stream of different statements."""
    count, total = 0, 0
    for triple in triples:
        count += 1
        total += int.from_bytes(hashlib.blake2b(str(triple).encode(), digest_size=16).digest())
    return Print(count, total % (1 << 128))


def by_pyoxigraph(path: Path, format: str) -> Found:
    """Read by the engine that kgraph's store is."""
    syntax = pyoxigraph.RdfFormat.from_media_type(EXPORT_FORMATS[format].media_type)
    assert syntax is not None
    quads = pyoxigraph.parse(path=path, format=syntax)
    return Found(fingerprint(quad.triple for quad in quads), "")


def by_rdflib(path: Path, format: str) -> Found:
    """Read by rdflib, literals as written."""
    rdflib.NORMALIZE_LITERALS = False
    names = {"ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld"}
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger("rdflib").addHandler(handler)
    graph = rdflib.Dataset(default_union=True)
    graph.parse(path, format=names.get(format, format))
    logging.getLogger("rdflib").removeHandler(handler)
    return Found(fingerprint(map(_triple, graph.triples((None, None, None)))), log.getvalue())


def _triple(triple: tuple[Any, Any, Any]) -> pyoxigraph.Triple:
    subject, predicate, value = triple
    node = pyoxigraph.NamedNode
    if isinstance(value, rdflib.Literal):
        datatype = node(value.datatype) if value.datatype else None
        return pyoxigraph.Triple(
            node(subject), node(predicate), pyoxigraph.Literal(value, datatype=datatype)
        )
    return pyoxigraph.Triple(node(subject), node(predicate), node(value))


def by_rapper(path: Path, format: str) -> Found:
    """Read by Raptor."""
    return _by_program(["rapper", "-q", "-i", format, "-o", "nquads", str(path)])


def by_serdi(path: Path, format: str) -> Found:
    """Read by Serd."""
    return _by_program(["serdi", "-i", format, "-o", "nquads", str(path)])


def _by_program(command: list[str]) -> Found:
    """A program that writes N-Quads, and its complaints to standard error."""
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log) as process,
    ):
        assert process.stdout is not None
        quads = pyoxigraph.parse(process.stdout, pyoxigraph.RdfFormat.N_QUADS)
        try:
            result = fingerprint(quad.triple for quad in quads)
        except SyntaxError as error:  # it ended in the middle of a line
            return Found(None, str(error))
        process.wait()
        log.seek(0)
        return Found(result, log.read().decode("utf-8", "replace"))


READERS: dict[str, tuple[Callable[[Path, str], Found], tuple[str, ...]]] = {
    "pyoxigraph": (by_pyoxigraph, RDF),
    "rdflib": (by_rdflib, RDF),
    # Raptor 2.0.16 crashes on any TriG of more than some kilobytes.
    "rapper": (by_rapper, ("ntriples", "turtle", "nquads", "rdfxml")),
    "serdi": (by_serdi, ("ntriples", "turtle", "nquads", "trig")),
}
"""Reader -> function, and the formats it knows."""
PROGRAMS = ("rapper", "serdi")


# -- readers of networks -------------------------------------------------------


def by_networkx(path: Path, format: str) -> Found:
    """Nodes with their attributes, and edges with theirs."""
    if format == "json":
        network = networkx.node_link_graph(json.loads(path.read_bytes()), edges="edges")
    else:
        network = (networkx.read_gexf if format == "gexf" else networkx.read_graphml)(path)
    return Found(_content(networkx.MultiDiGraph(network)), "")


def _content(network: networkx.MultiDiGraph[str]) -> tuple[list[Any], list[Any]]:
    nodes = sorted((id_, it["type"], it["label"]) for id_, it in network.nodes(data=True))
    edges = sorted(
        (source, target, it.get("predicate", key), it["confidence"], it["weight"], it["count"])
        for source, target, key, it in network.edges(keys=True, data=True)
    )
    return nodes, edges


# -- the run -------------------------------------------------------------------


def check(graph: Graph, folder: Path) -> Iterator[Row]:
    """A row for each format and reader."""
    for format in RDF:
        export(graph, format, folder / format)
    expected: Any = by_pyoxigraph(folder / "ntriples", "ntriples").fingerprint
    for reader, (read, formats) in READERS.items():
        for format in formats:
            if reader in PROGRAMS and not shutil.which(reader):
                yield Row(format, reader, 0, 0.0, "not installed")
            else:
                yield _row(folder / format, reader, read, expected)
    expected = _content(graph.to_networkx())
    for format in NETWORKS:
        export(graph, format, folder / format, content=RdfContent(quotes=ALL_QUOTES))
        yield _row(folder / format, "networkx", by_networkx, expected)


def _row(path: Path, reader: str, read: Callable[[Path, str], Found], expected: Any) -> Row:
    start = time.perf_counter()
    result = read(path, path.name)
    seconds = time.perf_counter() - start
    verdict = "same" if result.fingerprint == expected else "differs"
    if result.warnings:
        verdict = f"warns: {result.warnings.splitlines()[0]}"
    return Row(path.name, reader, path.stat().st_size, seconds, verdict)


def opened(path: Path, home: Path) -> Graph:
    """The graph of a store, or of a folder of episodes."""
    if (path / "current").exists():
        return Store(path).graph
    build([path], home / "store")
    return Store(home / "store").graph


def main() -> None:
    """Read the command line, and check."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("path", type=Path, metavar="STORE_OR_FOLDER")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kgraph-interchange-") as home:
        try:
            rows = list(check(opened(arguments.path, Path(home)), Path(home)))
        except KgraphError as error:
            sys.exit(str(error))
    if arguments.json:
        json.dump([row._asdict() for row in rows], sys.stdout)
    else:
        table_rows = [(r.format, r.reader, megabytes(r.size), r.seconds, r.verdict) for r in rows]
        print(table(("format", "reader", "size", "s", "verdict"), table_rows))
    sys.exit(any(row.verdict not in ("same", "not installed") for row in rows))


if __name__ == "__main__":
    main()
