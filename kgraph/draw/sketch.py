"""A small picture for a notebook: SVG, without a script.

Takes the same choice as :func:`kgraph.draw.draw`, gives a :class:`Sketch`, which notebooks
show by themselves, on GitHub and on paper as well. It moves nowhere and asks nothing of any
other place; the page that :func:`kgraph.draw.draw` writes can be searched and clicked.

Invariants:
    * a text of the input becomes text of an element, escaped, and nothing else;
    * the same graph gives the same picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import msgspec

from kgraph.base.text import counted
from kgraph.draw import legend
from kgraph.draw.captions import Drawing, caption_of, title_of
from kgraph.draw.draw import compose
from kgraph.draw.network import FONT, draw, frame_of
from kgraph.draw.shapes import points
from kgraph.graph import Graph

GROUND, INK, LINE = legend.GROUND[0], "#1c1e21", "#9aa3ad"

MARGIN = 12
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


def sketch(
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
    :func:`kgraph.draw.draw`, with fewer things, as a notebook has less room."""
    _, drawing = compose(
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
    return Sketch(_svg(drawing), len(drawing.entities), len(drawing.pairs))


def _svg(drawing: Drawing) -> str:
    network = draw(drawing.entities, drawing.pairs, drawing.focus)
    left, top, right, bottom = frame_of(network)
    width, height = right - left + 2 * MARGIN, bottom - top + 2 * MARGIN
    box = f"{left - MARGIN:.0f} {top - MARGIN:.0f} {width:.0f} {height:.0f}"
    nodes = {node["id"]: node for node in network.nodes}
    title, words = escape(title_of(drawing)), escape(caption_of(drawing))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" '
            f'aria-label="{title}" width="{width:.0f}" height="{height:.0f}" '
            f'style="max-width:100%;height:auto;background:{GROUND}" '
            f'font-family="sans-serif" font-size="{FONT}" text-anchor="middle">',
            f"<title>{title}</title>",
            f"<desc>{words}</desc>",
            f'<g stroke="{LINE}">',
            *(_line(edge, nodes) for edge in network.edges),
            "</g>",
            *(
                _mark(node, names)
                for node, names in zip(network.nodes, _names(drawing), strict=True)
            ),
            "</svg>",
        ]
    )


def _names(drawing: Drawing) -> Iterator[str]:
    """What is said of each thing when a pointer rests on it."""
    for entity in drawing.entities:
        yield f"{entity.label}: {entity.type}, {counted(entity.episodes, 'episode')}"


def _line(edge: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> str:
    one, other = nodes[edge["from"]], nodes[edge["to"]]
    dashes = ' stroke-dasharray="6 4"' if edge["dashes"] else ""
    return (
        f'<line x1="{one["x"]}" y1="{one["y"]}" x2="{other["x"]}" y2="{other["y"]}" '
        f'stroke-width="{edge["width"]}"{dashes}/>'
    )


def _mark(node: dict[str, Any], words: str) -> str:
    x, y, size = node["x"], node["y"], node["size"]
    colour = legend.LOOKS[node["group"]].light
    corners = points(node["shape"], x, y, size)
    disc = f'<circle cx="{x}" cy="{y}" r="{size}"/>'
    shape = f'<polygon points="{corners}"/>' if corners else disc
    rim = INK if node.get("borderWidth", 0) > 2 else GROUND
    return (
        f'<g><title>{escape(words)}</title><g fill="{colour}" stroke="{rim}" stroke-width="1.5">'
        f'{shape}</g><text x="{x}" y="{y + size + FONT}" fill="{INK}" stroke="{GROUND}" '
        f'stroke-width="4" paint-order="stroke">{escape(node["label"])}</text></g>'
    )
