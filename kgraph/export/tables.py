"""Write tables (CSV, TSV, JSON) and node-link JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import BinaryIO

import msgspec

from kgraph.base.invisible import remove_invisible
from kgraph.base.text import replace_controls
from kgraph.export.networks import Network, NetworkEdge, build_network
from kgraph.export.rdf import RdfContent
from kgraph.graph import Graph

# What spreadsheets take for a formula (OWASP, "CSV Injection"): such a text gets an
# apostrophe in front, which they show as text.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

# As jq's @tsv, PostgreSQL's COPY and MySQL's batch mode write them.
_TSV_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

#: Attributes of an edge that tables leave out: one has its place, one follows from another.
_OMITTED_ATTRIBUTES = ("predicate", "cost")

_EDGE_COLUMNS = ("source", "predicate", "target", "source_label", "target_label")

TableRow = Iterable[str | float | int]


def write_edges_csv(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write a row an edge, with the names of both ends."""
    network = build_network(graph, base, content)
    labels = {node.id: node.label for node in network.nodes()}
    head = list_edge_columns(network)
    measures = head[len(_EDGE_COLUMNS) :]
    rows = (
        (
            edge.source,
            edge.predicate,
            edge.target,
            labels[edge.source],
            labels[edge.target],
            *(edge.attributes.get(name, "") for name in measures),
        )
        for edge in network.edges()
    )
    write_csv(out, head, rows)


def write_nodes_csv(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write a row a node, with a column for each attribute; some have no value for a node."""
    network = build_network(graph, base, content)
    names = tuple(network.node_attributes)
    rows = (
        (node.id, *(node.attributes.get(name, "") for name in names)) for node in network.nodes()
    )
    write_csv(out, list_node_columns(network), rows)


def list_edge_columns(network: Network) -> tuple[str, ...]:
    """Return the columns of a table of edges."""
    measures = (name for name in network.edge_attributes if name not in _OMITTED_ATTRIBUTES)
    return (*_EDGE_COLUMNS, *measures)


def list_node_columns(network: Network) -> tuple[str, ...]:
    """Return the columns of a table of nodes."""
    return ("id", *network.node_attributes)


def write_csv(out: BinaryIO, head: tuple[str, ...], rows: Iterable[TableRow]) -> None:
    """Write a table as CSV (RFC 4180)."""
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(tuple(map(make_cell, row)) for row in rows)
    text.flush()
    text.detach()


def write_tsv(out: BinaryIO, head: tuple[str, ...], rows: Iterable[TableRow]) -> None:
    """Write a table as tab-separated values: one line a row, no quotation marks.

    Tab, line feed, carriage return and backslash in a value are written as ``\\t``, ``\\n``,
    ``\\r`` and ``\\\\``.
    """
    out.write(_format_tsv_line(head))
    for row in rows:
        out.write(_format_tsv_line(map(make_cell, row)))


def _format_tsv_line(cells: TableRow) -> bytes:
    return ("\t".join(str(cell).translate(_TSV_ESCAPES) for cell in cells) + "\n").encode()


def make_cell(value: str | float | int) -> str | float | int:
    """Return a cell that no spreadsheet takes for a formula, and in which nothing is hidden.

    Controls but tabs and line breaks become U+FFFD; other marks that are not seen are left out.

    >>> make_cell("=1+1"), make_cell(-1), make_cell("a\\x1b[31m\\u202eb")
    ("'=1+1", -1, 'a\ufffd[31mb')
    """
    if not isinstance(value, str):
        return value
    text = value if value.isprintable() else remove_invisible(replace_controls(value))
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def write_json_rows(out: BinaryIO, head: tuple[str, ...], rows: Iterable[TableRow]) -> None:
    """Write a table as a JSON array of objects, one a line."""
    out.write(b"[")
    _write_json_items(out, (dict(zip(head, row, strict=True)) for row in rows))
    out.write(b"\n]\n")


def write_node_link_json(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write node-link JSON, as ``networkx.node_link_graph(data, edges="edges")`` reads it."""
    network = build_network(graph, base, content)
    # Of statements, several may lead from one node to another; their predicate is the key.
    is_multiple = network.is_directed
    nodes = ({"id": node.id, **node.attributes} for node in network.nodes())
    edges = (_format_link(edge, is_multiple) for edge in network.edges())
    kind = msgspec.json.encode({"directed": is_multiple, "multigraph": is_multiple}).decode()
    out.write(f'{kind[:-1]},"graph":{{}},"nodes":['.encode())
    _write_json_items(out, nodes)
    out.write(b'\n],"edges":[')
    _write_json_items(out, edges)
    out.write(b"\n]}\n")


def _format_link(edge: NetworkEdge, has_key: bool) -> dict[str, object]:
    attributes = {k: value for k, value in edge.attributes.items() if k not in _OMITTED_ATTRIBUTES}
    key = {"key": edge.predicate} if has_key else {}
    return {"source": edge.source, "target": edge.target, **key, **attributes}


def _write_json_items(out: BinaryIO, items: Iterable[Mapping[str, object]]) -> None:
    for number, item in enumerate(items):
        out.write(b",\n" if number else b"\n")
        out.write(msgspec.json.encode(item))
