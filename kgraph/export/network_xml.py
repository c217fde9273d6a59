"""GraphML and GEXF, the files of network programs, as streams.

Takes a graph, gives XML in UTF-8. The formats are those of http://graphml.graphdrawing.org
and of https://gexf.net (1.2draft, which every Gephi reads). Both want their attributes
declared before the first node, so the graph is walked twice and never held; networkx would
hold it twice over, and write the day of the export into a GEXF.

Invariants:
    * a declared attribute has one id, one type, one meaning;
    * a text comes back as it was, but for characters that no XML can hold: U+FFFD.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

import msgspec

from kgraph.base.xml import sanitize_xml
from kgraph.graph import Edge, Graph, Node
from kgraph.graph.network import MIN_EDGE_WEIGHT

AttributeValue = str | int | float | bool

_XML_TYPES: dict[type, str] = {bool: "boolean", int: "long", float: "double", str: "string"}
"""Type of a value -> its name in both formats, narrowest first."""

_GRAPHML = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns
        http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""
_GEXF = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">
<meta><creator>kgraph</creator></meta>
<graph defaultedgetype="directed" mode="static">
"""


class AttributeDeclaration(msgspec.Struct, frozen=True):
    """A declared attribute: its id in the document, its name and its type."""

    id: str
    name: str
    type: str


AttributeDeclarations = dict[str, AttributeDeclaration]


def write_graphml(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """GraphML; edges carry their predicate, and an id that tells them apart."""
    nodes, edges = (
        _declare_attributes("n", map(_graphml_node_values, graph.nodes())),
        _declare_edge_attributes(),
    )
    _write(out, _GRAPHML, *_format_keys(nodes, "node"), *_format_keys(edges, "edge"))
    _write(out, '<graph id="kgraph" edgedefault="directed">\n')
    for node in graph.nodes():
        _write(
            out,
            f"<node id={_quote_value(node.id)}>",
            *_format_data(_graphml_node_values(node), nodes),
            "</node>\n",
        )
    for number, edge in enumerate(graph.edges()):
        _write(
            out,
            f"<edge {_format_endpoints(number, edge)}>",
            *_format_data(_edge_values(edge), edges),
            "</edge>\n",
        )
    _write(out, "</graph>\n</graphml>\n")


def write_gexf(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """GEXF 1.2draft; as GraphML, with labels and weights where Gephi looks for them."""
    nodes, edges = (
        _declare_attributes("n", map(_gexf_node_values, graph.nodes())),
        _declare_edge_attributes("weight"),
    )
    _write(
        out,
        _GEXF,
        *_format_attributes(nodes, "node"),
        *_format_attributes(edges, "edge"),
        "<nodes>\n",
    )
    for node in graph.nodes():
        head = f"<node id={_quote_value(node.id)} label={_quote_value(node.label)}>"
        _write(out, head, *_format_attvalues(_gexf_node_values(node), nodes), "</node>\n")
    _write(out, "</nodes>\n<edges>\n")
    for number, edge in enumerate(graph.edges()):
        head = f"<edge {_format_endpoints(number, edge)} label={_quote_value(edge.predicate)}"
        _write(
            out,
            f'{head} weight="{edge.weight}">',
            *_format_attvalues(_edge_values(edge), edges),
            "</edge>\n",
        )
    _write(out, "</edges>\n</graph>\n</gexf>\n")


# -- what nodes and edges carry ------------------------------------------------


def _graphml_node_values(node: Node) -> dict[str, AttributeValue]:
    return {"type": node.type, "label": node.label, **node.attributes}


def _gexf_node_values(node: Node) -> dict[str, AttributeValue]:
    return {"type": node.type, **node.attributes}


def _edge_values(edge: Edge) -> dict[str, AttributeValue]:
    return {
        "predicate": edge.predicate,
        "confidence": edge.confidence,
        "weight": edge.weight,
        "cost": -math.log(max(edge.weight, MIN_EDGE_WEIGHT)),
        "count": edge.count,
    }


def _declare_edge_attributes(*without: str) -> AttributeDeclarations:
    carried = _edge_values(Edge("", "", "", 1.0, 1.0))
    return _declare_attributes(
        "e", [{name: carried[name] for name in carried if name not in without}]
    )


def _declare_attributes(
    prefix: str, rows: Iterable[dict[str, AttributeValue]]
) -> AttributeDeclarations:
    """The attributes in use, in order of appearance, each of the widest type in use."""
    order = list(_XML_TYPES)
    widest: dict[str, int] = {}
    for row in rows:
        for name, value in row.items():
            widest[name] = max(widest.get(name, 0), order.index(type(value)))
    return {
        name: AttributeDeclaration(f"{prefix}-{name}", name, _XML_TYPES[order[rank]])
        for name, rank in widest.items()
    }


# -- how they are written ------------------------------------------------------


def _write(out: BinaryIO, *parts: str) -> None:
    out.write(sanitize_xml("".join(parts).encode()))


def _format_keys(columns: AttributeDeclarations, scope: str) -> Iterator[str]:
    for c in columns.values():
        yield f'<key id="{c.id}" for="{scope}" attr.name="{c.name}" attr.type="{c.type}"/>\n'


def _format_attributes(columns: AttributeDeclarations, scope: str) -> Iterator[str]:
    yield f'<attributes class="{scope}" mode="static">\n'
    for c in columns.values():
        yield f'<attribute id="{c.id}" title="{c.name}" type="{c.type}"/>\n'
    yield "</attributes>\n"


def _format_data(
    values: dict[str, AttributeValue], columns: AttributeDeclarations
) -> Iterator[str]:
    for name, value in values.items():
        yield f'<data key="{columns[name].id}">{escape(_format_value(value))}</data>'


def _format_attvalues(
    values: dict[str, AttributeValue], columns: AttributeDeclarations
) -> Iterator[str]:
    yield "<attvalues>"
    for name, column in columns.items():
        if name in values:
            yield f'<attvalue for="{column.id}" value={_quote_value(values[name])}/>'
    yield "</attvalues>"


def _format_endpoints(number: int, edge: Edge) -> str:
    return f'id="e{number}" source={_quote_value(edge.source)} target={_quote_value(edge.target)}'


def _quote_value(value: AttributeValue) -> str:
    return quoteattr(_format_value(value))


def _format_value(value: AttributeValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
