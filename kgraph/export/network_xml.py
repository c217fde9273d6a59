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

from kgraph.base.xml import clean
from kgraph.graph import Edge, Graph, Node
from kgraph.graph.network import LOWEST_WEIGHT

Value = str | int | float | bool

_TYPES: dict[type, str] = {bool: "boolean", int: "long", float: "double", str: "string"}
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


class Column(msgspec.Struct, frozen=True):
    """A declared attribute: its id in the document, its name and its type."""

    id: str
    name: str
    type: str


Columns = dict[str, Column]


def graphml(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """GraphML; edges carry their predicate, and an id that tells them apart."""
    nodes, edges = _columns("n", map(_of_node, graph.nodes())), _edge_columns()
    _put(out, _GRAPHML, *_keys(nodes, "node"), *_keys(edges, "edge"))
    _put(out, '<graph id="kgraph" edgedefault="directed">\n')
    for node in graph.nodes():
        _put(out, f"<node id={_quoted(node.id)}>", *_data(_of_node(node), nodes), "</node>\n")
    for number, edge in enumerate(graph.edges()):
        _put(out, f"<edge {_ends(number, edge)}>", *_data(_of_edge(edge), edges), "</edge>\n")
    _put(out, "</graph>\n</graphml>\n")


def gexf(graph: Graph, out: BinaryIO, base: str, profile: str) -> None:
    """GEXF 1.2draft; as GraphML, with labels and weights where Gephi looks for them."""
    nodes, edges = _columns("n", map(_more_of_node, graph.nodes())), _edge_columns("weight")
    _put(out, _GEXF, *_attributes(nodes, "node"), *_attributes(edges, "edge"), "<nodes>\n")
    for node in graph.nodes():
        head = f"<node id={_quoted(node.id)} label={_quoted(node.label)}>"
        _put(out, head, *_attvalues(_more_of_node(node), nodes), "</node>\n")
    _put(out, "</nodes>\n<edges>\n")
    for number, edge in enumerate(graph.edges()):
        head = f"<edge {_ends(number, edge)} label={_quoted(edge.predicate)}"
        _put(
            out, f'{head} weight="{edge.weight}">', *_attvalues(_of_edge(edge), edges), "</edge>\n"
        )
    _put(out, "</edges>\n</graph>\n</gexf>\n")


# -- what nodes and edges carry ------------------------------------------------


def _of_node(node: Node) -> dict[str, Value]:
    return {"type": node.type, "label": node.label, **node.attributes}


def _more_of_node(node: Node) -> dict[str, Value]:
    return {"type": node.type, **node.attributes}


def _of_edge(edge: Edge) -> dict[str, Value]:
    return {
        "predicate": edge.predicate,
        "confidence": edge.confidence,
        "weight": edge.weight,
        "cost": -math.log(max(edge.weight, LOWEST_WEIGHT)),
        "count": edge.count,
    }


def _edge_columns(*without: str) -> Columns:
    carried = _of_edge(Edge("", "", "", 1.0, 1.0))
    return _columns("e", [{name: carried[name] for name in carried if name not in without}])


def _columns(prefix: str, rows: Iterable[dict[str, Value]]) -> Columns:
    """The attributes in use, in order of appearance, each of the widest type in use."""
    order = list(_TYPES)
    widest: dict[str, int] = {}
    for row in rows:
        for name, value in row.items():
            widest[name] = max(widest.get(name, 0), order.index(type(value)))
    return {
        name: Column(f"{prefix}-{name}", name, _TYPES[order[rank]]) for name, rank in widest.items()
    }


# -- how they are written ------------------------------------------------------


def _put(out: BinaryIO, *parts: str) -> None:
    out.write(clean("".join(parts).encode()))


def _keys(columns: Columns, scope: str) -> Iterator[str]:
    for c in columns.values():
        yield f'<key id="{c.id}" for="{scope}" attr.name="{c.name}" attr.type="{c.type}"/>\n'


def _attributes(columns: Columns, scope: str) -> Iterator[str]:
    yield f'<attributes class="{scope}" mode="static">\n'
    for c in columns.values():
        yield f'<attribute id="{c.id}" title="{c.name}" type="{c.type}"/>\n'
    yield "</attributes>\n"


def _data(values: dict[str, Value], columns: Columns) -> Iterator[str]:
    for name, value in values.items():
        yield f'<data key="{columns[name].id}">{escape(_text(value))}</data>'


def _attvalues(values: dict[str, Value], columns: Columns) -> Iterator[str]:
    yield "<attvalues>"
    for name, column in columns.items():
        if name in values:
            yield f'<attvalue for="{column.id}" value={_quoted(values[name])}/>'
    yield "</attvalues>"


def _ends(number: int, edge: Edge) -> str:
    return f'id="e{number}" source={_quoted(edge.source)} target={_quoted(edge.target)}'


def _quoted(value: Value) -> str:
    return quoteattr(_text(value))


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
