"""The drawing of a neighbourhood as SVG, which stands where there is no script."""

from __future__ import annotations

import msgspec

from kgraph.base.text import pluralize, shorten
from kgraph.draw.legend import TYPE_STYLES, svg_points
from kgraph.draw.network import (
    DASHED_BELOW_CONFIDENCE,
    FONT_PX,
    MAX_LABEL_CHARS,
    line_width,
    measure_bounds,
)
from kgraph.views.neighbourhood import Neighbourhood

MARGIN_PX = 8.0


class NodeMark(msgspec.Struct, frozen=True):
    """A node of a drawing: its mark and its label."""

    id: str
    type: str
    words: str
    label: str
    x: float
    y: float
    radius: float
    points: str
    text_y: float
    is_focus: bool


class LinkLine(msgspec.Struct, frozen=True):
    """A link of a drawing; dashed if its confidence is low."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    dashed: bool


class NeighbourhoodPicture(msgspec.Struct, frozen=True):
    """A drawing in pixels, its top left corner at 0, 0."""

    width: float
    height: float
    marks: list[NodeMark]
    lines: list[LinkLine]
    font: int = FONT_PX


def draw_neighbourhood(neighbourhood: Neighbourhood) -> NeighbourhoodPicture:
    """Return the drawing of a neighbourhood."""
    nodes = [(node, shorten(node.thing.label, MAX_LABEL_CHARS)) for node in neighbourhood.nodes]
    left, top, right, bottom = measure_bounds(
        {"x": node.x, "y": node.y, "size": node.radius, "label": label} for node, label in nodes
    )
    left, top = left - MARGIN_PX, top - MARGIN_PX
    positions = {node.thing.id: (node.x - left, node.y - top) for node, _ in nodes}
    lines = []
    for link in neighbourhood.edges:
        ends = (*positions[link.source], *positions[link.target])
        x1, y1, x2, y2 = (round(value, 1) for value in ends)
        width = round(line_width(link.association), 1)
        lines.append(LinkLine(x1, y1, x2, y2, width, link.confidence < DASHED_BELOW_CONFIDENCE))
    marks = []
    for node, label in nodes:
        thing, radius, (x, y) = node.thing, node.radius, positions[node.thing.id]
        marks.append(
            NodeMark(
                thing.id,
                thing.type,
                f"{thing.label}, {thing.type}, {pluralize(node.episodes, 'episode')}",
                label,
                round(x, 1),
                round(y, 1),
                radius,
                svg_points(TYPE_STYLES[thing.type].shape, x, y, radius),
                round(y + radius + FONT_PX, 1),
                thing.id == neighbourhood.focus.id,
            )
        )
    width, height = right + MARGIN_PX - left, bottom + MARGIN_PX - top
    return NeighbourhoodPicture(round(width), round(height), marks, lines)
