"""What stands around a thing, as a picture: a few nodes, the links worth drawing, and where.

Takes a thing, gives nodes with coordinates (:mod:`kgraph.draw.layout`) and the backbone of
links among them (:mod:`kgraph.draw.select`): the same choice that ``kgraph view`` makes,
from what is beside the thing by association.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from kgraph.base.model import EntityType
from kgraph.draw.network import node_radius, position_nodes
from kgraph.draw.select import select_backbone
from kgraph.graph.cooccurrence import CoMention, count_co_mentions
from kgraph.views.associated import find_associations
from kgraph.views.open_graph import OpenGraph, round_value
from kgraph.views.values import EntityRef, Fraction, NameText

MAX_PICTURE_NODES = 60
"""Most things in one picture: more labels cannot be read."""


class NeighbourhoodRequest(msgspec.Struct, frozen=True):
    """Ask for what stands around a thing.

    Attributes:
        name: its name in any spelling, or its id.
        depth: how many steps.
        limit: how many things at the most, itself included.
        type: of what stands around it.
    """

    name: NameText
    depth: Annotated[int, msgspec.Meta(ge=1, le=2, description="how many steps")] = 1
    limit: Annotated[
        int, msgspec.Meta(ge=2, le=MAX_PICTURE_NODES, description="things at the most")
    ] = 20
    type: EntityType = "company"


class Node(msgspec.Struct, frozen=True):
    """A thing of the picture.

    Attributes:
        thing: what.
        episodes: how many mention it.
        confidence: of its surest mention.
        x, y: the middle of its mark, in pixels; y grows downwards.
        radius: of its mark, in pixels.
    """

    thing: EntityRef
    episodes: int
    confidence: Fraction
    x: float
    y: float
    radius: float


class Tie(msgspec.Struct, frozen=True):
    """A link of the picture.

    Attributes:
        source, target: ids of its ends.
        episodes: how many mention both.
        association: normalised pointwise mutual information in [-1, 1].
        confidence: that they stand together in at least one.
    """

    source: str
    target: str
    episodes: int
    association: float
    confidence: Fraction


class Neighbourhood(msgspec.Struct, frozen=True):
    """A picture: ``focus`` is what it is about, and the first of its nodes."""

    focus: EntityRef
    nodes: list[Node]
    edges: list[Tie]


def view_neighbourhood(shelf: OpenGraph, asked: NeighbourhoodRequest) -> Neighbourhood:
    """What stands around a thing, as nodes and edges with coordinates, few enough to read.

    Raises:
        UnknownNameError: nothing goes by the name; near names are suggested.
    """
    focus = shelf.find_entity(asked.name)
    ids = _choose_nodes(shelf, focus.id, asked)
    found = count_co_mentions(shelf.outlines.values(), (), 1, entity_ids=frozenset(ids))
    pairs = select_backbone(found, ids, focus.id)
    entities = [shelf.shared.entities[id_] for id_ in ids]
    most = max(entity.episodes for entity in entities)
    nodes = [
        Node(
            shelf.make_ref(e.id),
            e.episodes,
            round_value(e.confidence),
            *_round_position(x, y, node_radius(e.episodes, most)),
        )
        for e, (x, y) in zip(entities, position_nodes(entities, pairs, most), strict=True)
    ]
    return Neighbourhood(shelf.make_ref(focus.id), nodes, [_make_tie(pair) for pair in pairs])


def _round_position(x: float, y: float, radius_: float) -> tuple[float, float, float]:
    return round(x, 1), round(y, 1), round(radius_, 1)


def _make_tie(pair: CoMention) -> Tie:
    tied, sure = round_value(pair.association), round_value(pair.confidence)
    return Tie(pair.source, pair.target, pair.episodes, tied, sure)


def _choose_nodes(shelf: OpenGraph, focus: str, asked: NeighbourhoodRequest) -> list[str]:
    """The focus, then what is most strongly beside it, then what is beside that."""
    chosen = {focus: None}
    ring = [focus]
    for left in range(asked.depth, 0, -1):
        share = -(-(asked.limit - len(chosen)) // left)
        rows = [row for one in ring for row in find_associations(shelf, one, (asked.type,))[:share]]
        rows.sort(key=lambda row: (-row.weighted * row.association, row.thing.id))
        ring = [id_ for id_ in dict.fromkeys(row.thing.id for row in rows) if id_ not in chosen]
        ring = ring[:share]
        chosen |= dict.fromkeys(ring)
    return list(chosen)
