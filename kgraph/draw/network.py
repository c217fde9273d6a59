"""Builds a pyvis network: positions, sizes and widths of nodes and links.

Coordinates are computed, so that the page draws at once and does not move by itself. Input text
reaches vis-network only as labels, which it paints on a canvas; ``title``, which pyvis's own page
would read as HTML, is not used.

Invariant: colour alone shows nothing: size is the number of episodes, width the strength of the
association, dashes are low confidence, and dots that a pair may be chance.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from kgraph.base.text import shorten
from kgraph.draw.layout import Box, LayoutLink, Point, layout_boxes
from kgraph.draw.legend import TYPE_STYLES
from kgraph.graph import Entity
from kgraph.graph.cooccurrence import CoMention

if TYPE_CHECKING:
    from pyvis.network import Network

MAX_LABEL_CHARS = 24  #: longer labels cover their neighbours
FONT_PX = 14  #: height of a label, in pixels at zoom 1

#: Radius of an entity of one episode, and of the one with most, in pixels at zoom 1.
MIN_RADIUS_PX, MAX_RADIUS_PX = 6.0, 23.0

GROUP_WIDTH = 0.3  #: length within a group without a link, by the root of its size

#: Factors of a link's length within a group, between two groups, and to the focus. With 1 for all,
#: a focus makes a star in which no group is seen.
WITHIN_GROUP_STRETCH, BETWEEN_GROUPS_STRETCH, FOCUS_STRETCH = 0.7, 2.4, 1.9

AROUND_STRETCH = 0.6  #: the same factor to the focus, where all others are one group

DASHED_BELOW_CONFIDENCE = 0.7
CHANCE_DASHES = [1, 5]  #: dashes and gaps, in pixels, of a pair that may be chance
MIN_LINE_PX, LINE_PX_PER_ASSOCIATION = 0.8, 4.0  #: width of a link

#: Options of vis-network; the page adds the colours.
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


def build_vis_network(
    entities: Sequence[Entity],
    pairs: Sequence[CoMention],
    focus: str | None = None,
    groups: Mapping[str, int] = {},
) -> Network:
    """Build the network: nodes and edges in the given order; ids of edges are ``e0``, ``e1``, …

    The first entity is in the middle; the ends of pairs are among the entities; ``focus`` is the
    id of the entity to emphasize; ``groups`` are the numbers of the entities' groups, which are
    drawn apart.
    """
    from pyvis.network import Network

    network = Network(cdn_resources="in_line")
    max_episodes = max((entity.episodes for entity in entities), default=1)
    points = position_nodes(entities, pairs, max_episodes, groups)
    for entity, (x, y) in zip(entities, points, strict=True):
        network.add_node(
            entity.id,
            label=shorten(entity.label, MAX_LABEL_CHARS),
            shape=TYPE_STYLES[entity.type].shape,
            group=entity.type,
            size=round(node_radius(entity.episodes, max_episodes), 1),
            x=round(x),
            y=round(y),
            **({"borderWidth": 4} if entity.id == focus else {}),
        )
    # add_edge compares each new edge with all others; the list itself takes them at once.
    network.edges = [
        {
            "id": f"e{number}",
            "from": pair.source,
            "to": pair.target,
            "width": round(line_width(pair.association), 2),
            "dashes": _choose_dashes(pair),
        }
        for number, pair in enumerate(pairs)
    ]
    network.options = VIS_OPTIONS
    return network


def _choose_dashes(pair: CoMention) -> bool | list[int]:
    if pair.association <= 0:
        return CHANCE_DASHES
    return pair.confidence < DASHED_BELOW_CONFIDENCE


def measure_bounds(nodes: Iterable[Mapping[str, Any]]) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of all marks and labels, in pixels at zoom 1.

    A node has ``x``, ``y``, ``size`` (the radius of its mark) and ``label``.
    """
    boxes = []
    for node in nodes:
        x, y, size = node["x"], node["y"], node["size"]
        half = max(size, label_width(node["label"]) / 2)
        boxes.append((x - half, y - size, x + half, y + size + FONT_PX + 4))
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def line_width(association: float) -> float:
    """Return the width of a link in pixels at zoom 1; an association is in [-1, 1]."""
    return MIN_LINE_PX + LINE_PX_PER_ASSOCIATION * max(association, 0.0)


def node_radius(episodes: int, max_episodes: int) -> float:
    """Return the radius in pixels at zoom 1: the area grows with the number of episodes."""
    return MIN_RADIUS_PX + (MAX_RADIUS_PX - MIN_RADIUS_PX) * math.sqrt(
        min(episodes / max(max_episodes, 1), 1.0)
    )


def position_nodes(
    entities: Sequence[Entity],
    pairs: Sequence[CoMention],
    max_episodes: int,
    groups: Mapping[str, int] = {},
) -> list[Point]:
    """Compute the centre of each mark, whose label is below it; the first is in the middle.

    Groups are drawn apart: links within one are short, links between two long. A sole group is
    drawn around the focus.
    """
    around = ""
    if len({*groups.values()}) == 1:
        around = "" if entities[0].id in groups else entities[0].id
        groups = {}
    number = {entity.id: n for n, entity in enumerate(entities)}
    boxes = []
    for entity in entities:
        diameter = 2 * node_radius(entity.episodes, max_episodes)
        text_width = label_width(shorten(entity.label, MAX_LABEL_CHARS))
        boxes.append(Box(max(diameter, text_width), diameter + FONT_PX + 4))
    links = [
        LayoutLink(
            number[pair.source],
            number[pair.target],
            (1.3 - 0.8 * max(pair.association, 0.0))
            * (AROUND_STRETCH if around in (pair.source, pair.target) else _stretch(pair, groups)),
        )
        for pair in pairs
    ]
    linked = {frozenset((link.source, link.target)) for link in links}
    links += [
        link
        for link in _group_links(entities, groups)
        if frozenset((link.source, link.target)) not in linked
    ]
    return [(x, y - FONT_PX / 2) for x, y in layout_boxes(boxes, links)]


def _group_links(entities: Sequence[Entity], groups: Mapping[str, int]) -> Iterator[LayoutLink]:
    """Yield a link for each two entities of a group, about as long as a disc of it is wide."""
    sizes = Counter(groups.values())
    for (first, one), (second, other) in combinations(enumerate(entities), 2):
        number = groups.get(one.id)
        if number is not None and number == groups.get(other.id):
            yield LayoutLink(first, second, GROUP_WIDTH * math.sqrt(sizes[number]))


def _stretch(pair: CoMention, groups: Mapping[str, int]) -> float:
    """Return the factor of a link's length: the focus, of no group, is as far from all of them."""
    one, other = groups.get(pair.source), groups.get(pair.target)
    if not groups:
        return 1.0
    if one is None or other is None:
        return FOCUS_STRETCH
    return WITHIN_GROUP_STRETCH if one == other else BETWEEN_GROUPS_STRETCH


def label_width(label: str) -> float:
    """Estimate the width of a label in pixels at zoom 1.

    A letter is about half as wide as high, a wide East Asian one as wide as high (UAX #11).
    """
    return sum(
        FONT_PX * (1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.54)
        for letter in label
    )
