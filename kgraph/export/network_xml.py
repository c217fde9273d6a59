"""Write GraphML and GEXF, the files of network programs, as streams.

The formats are those of http://graphml.graphdrawing.org and of https://gexf.net (1.2draft, which
every Gephi reads). Both declare attributes before the first node, so the graph is walked twice and
never kept; networkx would keep it twice, and write the date of the export into a GEXF.

Invariants:
    * a declared attribute has one id, one type, one meaning;
    * texts are unchanged, but for characters that XML cannot represent: U+FFFD.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from kgraph.base.xml import sanitize_xml
from kgraph.export.rdf import RdfContent
from kgraph.graph import Edge, Graph, GraphNode
from kgraph.graph.network import MIN_EDGE_WEIGHT

AttributeValue = str | int | float | bool
Attributes = dict[str, AttributeValue]

#: Type of a value -> its name in both formats, narrowest first.
_XML_TYPES: dict[type, str] = {bool: "boolean", int: "long", float: "double", str: "string"}

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


def write_graphml(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write GraphML; edges carry their predicate, and an id that tells them apart."""
    node_types = _find_types(map(_node_attributes, graph.nodes()))
    edge_types = _find_edge_types()
    _write(out, _GRAPHML)
    for scope, types in (("node", node_types), ("edge", edge_types)):
        for name, type_ in types.items():
            key = f'id="{scope[0]}-{name}" for="{scope}" attr.name="{name}" attr.type="{type_}"'
            _write(out, f"<key {key}/>\n")
    _write(out, '<graph id="kgraph" edgedefault="directed">\n')
    for node in graph.nodes():
        data = _format_data("n", _node_attributes(node))
        _write(out, f"<node id={_quote(node.id)}>", *data, "</node>\n")
    for number, edge in enumerate(graph.edges()):
        data = _format_data("e", _edge_attributes(edge))
        _write(out, f"<edge {_format_endpoints(number, edge)}>", *data, "</edge>\n")
    _write(out, "</graph>\n</graphml>\n")


def write_gexf(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write GEXF 1.2draft: as GraphML, with labels and weights where Gephi expects them."""
    node_types = _find_types(map(_node_attributes, graph.nodes()))
    edge_types = _find_edge_types()
    node_types.pop("label", None)
    del edge_types["weight"]
    _write(out, _GEXF)
    for scope, types in (("node", node_types), ("edge", edge_types)):
        _write(out, f'<attributes class="{scope}" mode="static">\n')
        for name, type_ in types.items():
            _write(out, f'<attribute id="{scope[0]}-{name}" title="{name}" type="{type_}"/>\n')
        _write(out, "</attributes>\n")
    _write(out, "<nodes>\n")
    for node in graph.nodes():
        head = f"<node id={_quote(node.id)} label={_quote(node.label)}>"
        values = _format_attvalues("n", node_types, _node_attributes(node))
        _write(out, head, *values, "</node>\n")
    _write(out, "</nodes>\n<edges>\n")
    for number, edge in enumerate(graph.edges()):
        head = f"<edge {_format_endpoints(number, edge)} label={_quote(edge.predicate)}"
        values = _format_attvalues("e", edge_types, _edge_attributes(edge))
        _write(out, f'{head} weight="{edge.weight}">', *values, "</edge>\n")
    _write(out, "</edges>\n</graph>\n</gexf>\n")


# -- attributes ----------------------------------------------------------------


def _node_attributes(node: GraphNode) -> Attributes:
    return {"type": node.type, "label": node.label, **node.attributes}


def _edge_attributes(edge: Edge) -> Attributes:
    return {
        "predicate": edge.predicate,
        "confidence": edge.confidence,
        "weight": edge.weight,
        "cost": -math.log(max(edge.weight, MIN_EDGE_WEIGHT)),
        "count": edge.count,
    }


def _find_edge_types() -> dict[str, str]:
    return _find_types([_edge_attributes(Edge("", "", "", 1.0, 1.0))])


def _find_types(rows: Iterable[Attributes]) -> dict[str, str]:
    """Return the attributes in use, in order of appearance, each with the widest type in use."""
    order = list(_XML_TYPES)
    widest: dict[str, int] = {}
    for row in rows:
        for name, value in row.items():
            widest[name] = max(widest.get(name, 0), order.index(type(value)))
    return {name: _XML_TYPES[order[rank]] for name, rank in widest.items()}


# -- XML -----------------------------------------------------------------------


def _write(out: BinaryIO, *parts: str) -> None:
    out.write(sanitize_xml("".join(parts).encode()))


def _format_data(scope: str, values: Attributes) -> Iterator[str]:
    for name, value in values.items():
        yield f'<data key="{scope}-{name}">{escape(_format_value(value))}</data>'


def _format_attvalues(scope: str, types: dict[str, str], values: Attributes) -> Iterator[str]:
    yield "<attvalues>"
    for name in types:
        if name in values:
            yield f'<attvalue for="{scope}-{name}" value={_quote(values[name])}/>'
    yield "</attvalues>"


def _format_endpoints(number: int, edge: Edge) -> str:
    return f'id="e{number}" source={_quote(edge.source)} target={_quote(edge.target)}'


def _quote(value: AttributeValue) -> str:
    return quoteattr(_format_value(value))


def _format_value(value: AttributeValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
