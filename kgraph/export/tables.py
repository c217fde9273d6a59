"""Write tables (CSV, TSV, JSON) and node-link JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import BinaryIO

import msgspec

from kgraph.export.rdf import RdfContent
from kgraph.graph import Graph

# What spreadsheets take for a formula (OWASP, "CSV Injection"): such a text gets an
# apostrophe in front, which they show as text.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

# As jq's @tsv, PostgreSQL's COPY and MySQL's batch mode write them.
_TSV_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

TableRow = Iterable[str | float | int]


def write_edges_csv(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write a row an edge, with the names of both ends."""
    labels = {node.id: node.label for node in graph.nodes()}
    head = ("source", "predicate", "target", "source_label", "target_label")
    rows = (
        (
            edge.source,
            edge.predicate,
            edge.target,
            labels.get(edge.source, ""),
            labels.get(edge.target, ""),
            edge.confidence,
            edge.weight,
            edge.count,
        )
        for edge in graph.edges()
    )
    write_csv(out, (*head, "confidence", "weight", "count"), rows)


def write_nodes_csv(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write a row a node, its further attributes as JSON."""
    rows = (
        (node.id, node.type, node.label, msgspec.json.encode(node.attributes).decode())
        for node in graph.nodes()
    )
    write_csv(out, ("id", "type", "label", "attributes"), rows)


def write_csv(out: BinaryIO, head: tuple[str, ...], rows: Iterable[TableRow]) -> None:
    """Write a table as CSV (RFC 4180)."""
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(tuple(map(_escape_formula, row)) for row in rows)
    text.flush()
    text.detach()


def write_tsv(out: BinaryIO, head: tuple[str, ...], rows: Iterable[TableRow]) -> None:
    """Write a table as tab-separated values: one line a row, no quotation marks.

    Tab, line feed, carriage return and backslash in a value are written as ``\\t``, ``\\n``,
    ``\\r`` and ``\\\\``.
    """
    out.write(_format_tsv_line(head))
    for row in rows:
        out.write(_format_tsv_line(map(_escape_formula, row)))


def _format_tsv_line(cells: TableRow) -> bytes:
    return ("\t".join(str(cell).translate(_TSV_ESCAPES) for cell in cells) + "\n").encode()


def _escape_formula(value: str | float | int) -> str | float | int:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def write_json_rows(out: BinaryIO, head: tuple[str, ...], rows: Iterable[TableRow]) -> None:
    """Write a table as a JSON array of objects, one a line."""
    out.write(b"[")
    _write_json_items(out, (dict(zip(head, row, strict=True)) for row in rows))
    out.write(b"\n]\n")


def write_node_link_json(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write node-link JSON, as ``networkx.node_link_graph(data, edges="edges")`` reads it."""
    nodes = ({"id": n.id, "type": n.type, "label": n.label, **n.attributes} for n in graph.nodes())
    edges = (
        {
            "source": edge.source,
            "target": edge.target,
            "key": edge.predicate,
            "confidence": edge.confidence,
            "weight": edge.weight,
            "count": edge.count,
        }
        for edge in graph.edges()
    )
    out.write(b'{"directed":true,"multigraph":true,"graph":{},"nodes":[')
    _write_json_items(out, nodes)
    out.write(b'\n],"edges":[')
    _write_json_items(out, edges)
    out.write(b"\n]}\n")


def _write_json_items(out: BinaryIO, items: Iterable[Mapping[str, object]]) -> None:
    for number, item in enumerate(items):
        out.write(b",\n" if number else b"\n")
        out.write(msgspec.json.encode(item))
