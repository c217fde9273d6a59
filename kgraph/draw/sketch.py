"""A small SVG picture without a script, for notebooks, GitHub and paper.

Takes the same content as :func:`kgraph.draw.write_view`, which writes a page that can be searched.

Invariants:
    * a text of the input becomes the escaped text of an element, and nothing else;
    * the same graph gives the same picture.
"""

from __future__ import annotations

from html import escape

import msgspec

from kgraph.base.text import pluralize
from kgraph.draw import legend
from kgraph.draw.draw import choose_content, make_caption, make_title
from kgraph.draw.network import FONT_PX, build_vis_network, measure_bounds
from kgraph.graph import Graph, Selection

BACKGROUND_COLOUR, TEXT_COLOUR, LINE_COLOUR = legend.BACKGROUNDS[0], "#1c1e21", "#9aa3ad"
MARGIN_PX = 12  #: around all marks


class Sketch(msgspec.Struct, frozen=True):
    """A picture, and how many nodes and edges it shows."""

    svg: str
    nodes: int
    edges: int

    def _repr_html_(self) -> str:
        return self.svg


def draw_sketch(
    graph: Graph, selection: Selection, *, focus: str | None = None, depth: int = 1, limit: int = 25
) -> Sketch:
    """Draw names that are mentioned together; see :func:`kgraph.draw.write_view`."""
    _, content = choose_content(graph, selection, focus=focus, depth=depth, limit=limit)
    network = build_vis_network(content.entities, content.pairs, content.focus)
    left, top, right, bottom = measure_bounds(network.nodes)
    width, height = right - left + 2 * MARGIN_PX, bottom - top + 2 * MARGIN_PX
    box = f"{left - MARGIN_PX:.0f} {top - MARGIN_PX:.0f} {width:.0f} {height:.0f}"
    title, caption = escape(make_title(content)), escape(make_caption(content))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" '
        f'aria-label="{title}" width="{width:.0f}" height="{height:.0f}" '
        f'style="max-width:100%;height:auto;background:{BACKGROUND_COLOUR}" '
        f'font-family="sans-serif" font-size="{FONT_PX}" text-anchor="middle">',
        f"<title>{title}</title>",
        f"<desc>{caption}</desc>",
        f'<g stroke="{LINE_COLOUR}">',
    ]
    nodes = {node["id"]: node for node in network.nodes}
    for edge in network.edges:
        source, target = nodes[edge["from"]], nodes[edge["to"]]
        dashes = ' stroke-dasharray="6 4"' if edge["dashes"] else ""
        lines.append(
            f'<line x1="{source["x"]}" y1="{source["y"]}" x2="{target["x"]}" y2="{target["y"]}" '
            f'stroke-width="{edge["width"]}"{dashes}/>'
        )
    lines.append("</g>")
    for node, entity in zip(network.nodes, content.entities, strict=True):
        tooltip = f"{entity.label}: {entity.type}, {pluralize(entity.episodes, 'episode')}"
        x, y, size = node["x"], node["y"], node["size"]
        colour = legend.TYPE_STYLES[node["group"]].light
        corners = legend.svg_points(node["shape"], x, y, size)
        disc = f'<circle cx="{x}" cy="{y}" r="{size}"/>'
        shape = f'<polygon points="{corners}"/>' if corners else disc
        rim = TEXT_COLOUR if node.get("borderWidth", 0) > 2 else BACKGROUND_COLOUR
        lines.append(
            f'<g><title>{escape(tooltip)}</title><g fill="{colour}" stroke="{rim}" '
            f'stroke-width="1.5">{shape}</g><text x="{x}" y="{y + size + FONT_PX}" '
            f'fill="{TEXT_COLOUR}" stroke="{BACKGROUND_COLOUR}" stroke-width="4" '
            f'paint-order="stroke">{escape(node["label"])}</text></g>'
        )
    svg = "\n".join([*lines, "</svg>"])
    return Sketch(svg, len(content.entities), len(content.pairs))
