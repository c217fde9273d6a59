"""A small picture for a notebook: SVG, without a script.

Takes the same choice as :func:`kgraph.draw.build_vis_network`, gives a :class:`Sketch`, which notebooks
show by themselves, on GitHub and on paper as well. It moves nowhere and asks nothing of any
other place; the page that :func:`kgraph.draw.build_vis_network` writes can be searched and clicked.

Invariants:
    * a text of the input becomes text of an element, escaped, and nothing else;
    * the same graph gives the same picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import msgspec

from kgraph.base.text import pluralize
from kgraph.draw import legend
from kgraph.draw.captions import PictureContent, make_caption, make_title
from kgraph.draw.draw import choose_content
from kgraph.draw.network import FONT_PX, build_vis_network, measure_bounds
from kgraph.draw.shapes import svg_points
from kgraph.graph import Graph

BACKGROUND_COLOUR, TEXT_COLOUR, LINE_COLOUR = legend.BACKGROUNDS[0], "#1c1e21", "#9aa3ad"

MARGIN_PX = 12
"""Pixels around all marks."""

Point = tuple[float, float]


class Sketch(msgspec.Struct, frozen=True):
    """A picture.

    Attributes:
        svg: what to show.
        nodes: how many things it shows.
        edges: how many links between them.
    """

    svg: str
    nodes: int
    edges: int

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return self.svg


def draw_sketch(
    graph: Graph,
    *,
    focus: str | None = None,
    depth: int = 1,
    types: frozenset[str] = frozenset({"company"}),
    min_confidence: float = 0.5,
    since: str = "",
    until: str = "",
    episodes: frozenset[str] = frozenset(),
    limit: int = 25,
) -> Sketch:
    """Draw what is mentioned together; arguments and errors are those of
    :func:`kgraph.draw.build_vis_network`, with fewer things, as a notebook has less room."""
    _, drawing = choose_content(
        graph,
        focus=focus,
        depth=depth,
        types=types,
        min_confidence=min_confidence,
        since=since,
        until=until,
        episodes=episodes,
        limit=limit,
    )
    return Sketch(_render_svg(drawing), len(drawing.entities), len(drawing.pairs))


def _render_svg(drawing: PictureContent) -> str:
    network = build_vis_network(drawing.entities, drawing.pairs, drawing.focus)
    left, top, right, bottom = measure_bounds(network)
    width, height = right - left + 2 * MARGIN_PX, bottom - top + 2 * MARGIN_PX
    box = f"{left - MARGIN_PX:.0f} {top - MARGIN_PX:.0f} {width:.0f} {height:.0f}"
    nodes = {node["id"]: node for node in network.nodes}
    title, words = escape(make_title(drawing)), escape(make_caption(drawing))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" '
            f'aria-label="{title}" width="{width:.0f}" height="{height:.0f}" '
            f'style="max-width:100%;height:auto;background:{BACKGROUND_COLOUR}" '
            f'font-family="sans-serif" font-size="{FONT_PX}" text-anchor="middle">',
            f"<title>{title}</title>",
            f"<desc>{words}</desc>",
            f'<g stroke="{LINE_COLOUR}">',
            *(_svg_line(edge, nodes) for edge in network.edges),
            "</g>",
            *(
                _svg_node(node, names)
                for node, names in zip(network.nodes, _tooltips(drawing), strict=True)
            ),
            "</svg>",
        ]
    )


def _tooltips(drawing: PictureContent) -> Iterator[str]:
    """What is said of each thing when a pointer rests on it."""
    for entity in drawing.entities:
        yield f"{entity.label}: {entity.type}, {pluralize(entity.episodes, 'episode')}"


def _svg_line(edge: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> str:
    one, other = nodes[edge["from"]], nodes[edge["to"]]
    dashes = ' stroke-dasharray="6 4"' if edge["dashes"] else ""
    return (
        f'<line x1="{one["x"]}" y1="{one["y"]}" x2="{other["x"]}" y2="{other["y"]}" '
        f'stroke-width="{edge["width"]}"{dashes}/>'
    )


def _svg_node(node: dict[str, Any], words: str) -> str:
    x, y, size = node["x"], node["y"], node["size"]
    colour = legend.TYPE_STYLES[node["group"]].light
    corners = svg_points(node["shape"], x, y, size)
    disc = f'<circle cx="{x}" cy="{y}" r="{size}"/>'
    shape = f'<polygon points="{corners}"/>' if corners else disc
    rim = TEXT_COLOUR if node.get("borderWidth", 0) > 2 else BACKGROUND_COLOUR
    return (
        f'<g><title>{escape(words)}</title><g fill="{colour}" stroke="{rim}" stroke-width="1.5">'
        f'{shape}</g><text x="{x}" y="{y + size + FONT_PX}" fill="{TEXT_COLOUR}" stroke="{BACKGROUND_COLOUR}" '
        f'stroke-width="4" paint-order="stroke">{escape(node["label"])}</text></g>'
    )
