"""Write GraphML and GEXF, the files of network programs, as streams.

The formats are those of http://graphml.graphdrawing.org and of https://gexf.net (1.3, with the days
between which nodes and edges were there). networkx would keep the graph twice, and write the date
of the export into a GEXF.

Invariants:
    * a declared attribute has one id, one type, one meaning;
    * ids of attributes are numbers in GEXF, and ``d`` and a number in GraphML, as programs write
      them: graphology takes any other id in GEXF for the attribute's name;
    * texts are unchanged, but for characters that XML cannot represent: U+FFFD.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from kgraph.base.xml import sanitize_xml
from kgraph.export.networks import (
    Attributes,
    AttributeValue,
    Days,
    Network,
    NetworkEdge,
    build_network,
)
from kgraph.export.rdf import RdfContent
from kgraph.graph import Graph

#: Type of a value -> its name in both formats.
_XML_TYPES: dict[type, str] = {bool: "boolean", int: "long", float: "double", str: "string"}

_GRAPHML = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns
        http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""
_GEXF = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" version="1.3">
<meta><creator>kgraph</creator></meta>
"""


def write_graphml(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write GraphML; edges carry their predicate, and an id that tells them apart."""
    network = build_network(graph, base, content)
    declared = [("node", *item) for item in network.node_attributes.items()]
    declared += [("edge", *item) for item in network.edge_attributes.items()]
    keys = {(scope, name): f"d{number}" for number, (scope, name, _) in enumerate(declared)}
    node_keys = {name: keys["node", name] for name in network.node_attributes}
    edge_keys = {name: keys["edge", name] for name in network.edge_attributes}
    _write(out, _GRAPHML)
    for scope, name, type_ in declared:
        key = f'id="{keys[scope, name]}" for="{scope}"'
        _write(out, f'<key {key} attr.name="{name}" attr.type="{_XML_TYPES[type_]}"/>\n')
    _write(out, f'<graph id="kgraph" edgedefault="{_direction(network)}">\n')
    for node in network.nodes():
        _write(out, f"<node id={_quote(node.id)}>", *_format_data(node_keys, node.attributes))
        _write(out, "</node>\n")
    for number, edge in enumerate(network.edges()):
        data = _format_data(edge_keys, edge.attributes)
        _write(out, f"<edge {_format_endpoints(number, edge)}>", *data, "</edge>\n")
    _write(out, "</graph>\n</graphml>\n")


def write_gexf(graph: Graph, out: BinaryIO, base: str, content: RdfContent) -> None:
    """Write GEXF 1.3: as GraphML, with labels, weights and days where Gephi expects them."""
    network = build_network(graph, base, content)
    mode = 'mode="dynamic" timeformat="date"' if network.is_dynamic else 'mode="static"'
    _write(out, _GEXF, f'<graph defaultedgetype="{_direction(network)}" {mode}>\n')
    declared = {
        "node": {name: type_ for name, type_ in network.node_attributes.items() if name != "label"},
        "edge": {
            name: type_ for name, type_ in network.edge_attributes.items() if name != "weight"
        },
    }
    for scope, types in declared.items():
        _write(out, f'<attributes class="{scope}" mode="static">\n')
        for number, (name, type_) in enumerate(types.items()):
            attribute = f'id="{number}" title="{name}" type="{_XML_TYPES[type_]}"'
            _write(out, f"<attribute {attribute}/>\n")
        _write(out, "</attributes>\n")
    _write(out, "<nodes>\n")
    for node in network.nodes():
        head = f"<node id={_quote(node.id)} label={_quote(node.label)}{_format_days(node.days)}>"
        values = _format_attvalues(declared["node"], node.attributes)
        _write(out, head, *values, "</node>\n")
    _write(out, "</nodes>\n<edges>\n")
    for number, edge in enumerate(network.edges()):
        head = f"<edge {_format_endpoints(number, edge)} label={_quote(edge.predicate)}"
        values = _format_attvalues(declared["edge"], edge.attributes)
        weight = f'weight="{edge.attributes["weight"]}"'
        _write(out, f"{head} {weight}{_format_days(edge.days)}>", *values)
        _write(out, "</edge>\n")
    _write(out, "</edges>\n</graph>\n</gexf>\n")


# -- XML -----------------------------------------------------------------------


def _write(out: BinaryIO, *parts: str) -> None:
    out.write(sanitize_xml("".join(parts).encode()))


def _direction(network: Network) -> str:
    return "directed" if network.is_directed else "undirected"


def _format_days(days: Days) -> str:
    return "".join(
        f' {name}="{day}"' for name, day in zip(("start", "end"), days, strict=True) if day
    )


def _format_data(keys: dict[str, str], values: Attributes) -> Iterator[str]:
    for name, value in values.items():
        yield f'<data key="{keys[name]}">{escape(_format_value(value))}</data>'


def _format_attvalues(types: dict[str, type], values: Attributes) -> Iterator[str]:
    yield "<attvalues>"
    for number, name in enumerate(types):
        if name in values:
            yield f'<attvalue for="{number}" value={_quote(values[name])}/>'
    yield "</attvalues>"


def _format_endpoints(number: int, edge: NetworkEdge) -> str:
    return f'id="e{number}" source={_quote(edge.source)} target={_quote(edge.target)}'


def _quote(value: AttributeValue) -> str:
    return quoteattr(_format_value(value))


def _format_value(value: AttributeValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
