"""A pyvis network of what was chosen: where each thing stands, how it and its links look.

Takes entities and pairs, gives :class:`pyvis.network.Network` with coordinates worked out
beforehand, so that the page draws at once and never moves on its own. No text of the
input reaches vis-network but as a label, which it paints on a canvas: no ``title``, which
pyvis's own page would read as HTML. Shapes and colours are those of :mod:`kgraph.draw.legend`;
here are sizes and widths.

Invariants:
    * size says in how many episodes, width how strong the association, dashes that the
      confidence is low: nothing is said by colour alone.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kgraph.base.text import shorten
from kgraph.draw.layout import Box, LayoutLink, Point, layout_boxes
from kgraph.draw.legend import TYPE_STYLES
from kgraph.graph import Entity
from kgraph.graph.cooccurrence import CoMention

if TYPE_CHECKING:
    from pyvis.network import Network

MAX_LABEL_CHARS = 24
"""Longest label, in characters: longer ones cover their neighbours."""

FONT_PX = 14
"""Height of a label, in pixels at zoom 1."""

MIN_RADIUS_PX, MAX_RADIUS_PX = 6.0, 23.0
"""Radius of a thing of one episode, and of the one with most, in pixels at zoom 1."""

DASHED_BELOW_CONFIDENCE = 0.7
"""A link below this confidence is dashed."""

VIS_OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"randomSeed": 1, "improvedLayout": False},
    "interaction": {
        "hover": True,
        "hoverConnectedEdges": False,
        "selectConnectedEdges": False,
        "tooltipDelay": 120,
        "keyboard": {"enabled": True, "bindToWindow": False, "autoFocus": False},
    },
    "nodes": {"font": {"size": FONT_PX, "strokeWidth": 4, "vadjust": -2}, "borderWidth": 1.5},
    "edges": {"smooth": False, "selectionWidth": 1.5, "hoverWidth": 1},
}
"""What vis-network is told; the page adds the colours."""


def build_vis_network(
    entities: Sequence[Entity], pairs: Sequence[CoMention], focus: str | None = None
) -> Network:
    """The network: nodes by id in the order given, edges ``e0``, ``e1``, … in theirs.

    Args:
        entities: what to draw; the first stands in the middle.
        pairs: what to link; both ends are among the entities.
        focus: id of the thing that the picture is about.
    """
    from pyvis.network import Network

    network = Network(cdn_resources="in_line")
    most = max((entity.episodes for entity in entities), default=1)
    for entity, (x, y) in zip(entities, position_nodes(entities, pairs, most), strict=True):
        network.add_node(
            entity.id,
            label=shorten(entity.label, MAX_LABEL_CHARS),
            shape=TYPE_STYLES[entity.type].shape,
            group=entity.type,
            size=round(node_radius(entity.episodes, most), 1),
            x=round(x),
            y=round(y),
            **({"borderWidth": 4} if entity.id == focus else {}),
        )
    # add_edge looks through all edges for each new one; the list itself takes them at once.
    network.edges = [_edge_data(number, pair) for number, pair in enumerate(pairs)]
    network.options = VIS_OPTIONS
    return network


def measure_bounds(network: Network) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of all marks with their labels, in pixels at zoom 1."""
    halves = [max(node["size"], label_width(node["label"]) / 2) for node in network.nodes]
    return (
        min(node["x"] - half for node, half in zip(network.nodes, halves, strict=True)),
        min(node["y"] - node["size"] for node in network.nodes),
        max(node["x"] + half for node, half in zip(network.nodes, halves, strict=True)),
        max(node["y"] + node["size"] + FONT_PX + 4 for node in network.nodes),
    )


def _edge_data(number: int, pair: CoMention) -> dict[str, Any]:
    return {
        "id": f"e{number}",
        "from": pair.source,
        "to": pair.target,
        "width": round(0.8 + 4 * max(pair.association, 0.0), 2),
        "dashes": pair.confidence < DASHED_BELOW_CONFIDENCE,
    }


def node_radius(episodes: int, most: int) -> float:
    """Radius in pixels at zoom 1: areas, not radii, grow with the number of episodes.

    >>> node_radius(100, 100), node_radius(0, 100)
    (23.0, 6.0)
    """
    return MIN_RADIUS_PX + (MAX_RADIUS_PX - MIN_RADIUS_PX) * math.sqrt(
        min(episodes / max(most, 1), 1.0)
    )


def position_nodes(
    entities: Sequence[Entity], pairs: Sequence[CoMention], most: int
) -> list[Point]:
    """The middle of each mark; its label stands below.

    Args:
        entities: what is drawn; the first stands in the middle.
        pairs: what is linked.
        most: episodes of the thing that has most of them.
    """
    number = {entity.id: n for n, entity in enumerate(entities)}
    boxes = [_node_box(entity, most) for entity in entities]
    links = [
        LayoutLink(number[pair.source], number[pair.target], 1.3 - 0.8 * max(pair.association, 0.0))
        for pair in pairs
    ]
    return [(x, y - FONT_PX / 2) for x, y in layout_boxes(boxes, links)]


def _node_box(entity: Entity, most: int) -> Box:
    wide = 2 * node_radius(entity.episodes, most)
    return Box(max(wide, label_width(shorten(entity.label, MAX_LABEL_CHARS))), wide + FONT_PX + 4)


def label_width(label: str) -> float:
    """Width of a label in pixels at zoom 1, roughly.

    A letter is about half as wide as high, an East Asian one as wide as high (UAX #11).
    """
    return sum(
        FONT_PX * (1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.54)
        for letter in label
    )
