"""The entities around one entity as a small drawing: nodes with coordinates, and links.

Nodes are chosen by association (:mod:`kgraph.views.highlights`), laid out by
:mod:`kgraph.draw.layout`, and linked by the backbone that ``kgraph view`` draws
(:mod:`kgraph.draw.select`).
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from kgraph.base.model import EntityType
from kgraph.draw.network import node_radius, position_nodes
from kgraph.draw.select import select_backbone
from kgraph.graph.cooccurrence import count_co_mentions
from kgraph.graph.lookup import look_up_entity
from kgraph.views.highlights import find_associations
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import CountsUnlikely, EntityRef, Fraction, NameText, round_value

MAX_PICTURE_NODES = 60  #: more labels cannot be read


class NeighbourhoodRequest(msgspec.Struct, frozen=True):
    """Parameters of a drawing.

    Attributes:
        name: of the entity in the middle, in any spelling, or its id.
        depth: number of steps.
        limit: maximum number of nodes, the middle included.
        type: of the other entities; "" for all.
        unlikely: whether mentions that are more likely wrong than right count.
    """

    name: NameText
    depth: Annotated[int, msgspec.Meta(ge=1, le=2, description="number of steps")] = 1
    limit: Annotated[
        int, msgspec.Meta(ge=2, le=MAX_PICTURE_NODES, description="maximum number of nodes")
    ] = 20
    type: EntityType | Literal[""] = ""
    unlikely: CountsUnlikely = False


class Node(msgspec.Struct, frozen=True):
    """A node of the drawing.

    Attributes:
        thing: the entity.
        episodes: number of episodes that mention it.
        confidence: of its surest mention.
        x, y: centre of its mark, in pixels; y grows downwards.
        radius: of its mark, in pixels.
    """

    thing: EntityRef
    episodes: int
    confidence: Fraction
    x: float
    y: float
    radius: float


class Tie(msgspec.Struct, frozen=True):
    """A link of the drawing.

    Attributes:
        source, target: ids of its ends.
        episodes: number of episodes that mention both.
        association: as of :class:`kgraph.views.values.Association`, in [-1, 1].
        confidence: probability that at least one episode mentions both.
    """

    source: str
    target: str
    episodes: int
    association: float
    confidence: Fraction


class Neighbourhood(msgspec.Struct, frozen=True):
    """A drawing; ``focus`` is the entity in the middle, and the first node."""

    focus: EntityRef
    nodes: list[Node]
    edges: list[Tie]


def view_neighbourhood(graph: OpenGraph, request: NeighbourhoodRequest) -> Neighbourhood:
    """Draw the entities around one: nodes and edges with coordinates, few enough to read."""
    focus = look_up_entity(graph.shared, request.name)
    ids = _choose_nodes(graph, focus.id, request)
    co_mentions = count_co_mentions(graph.summaries.values(), (), 1, entity_ids=frozenset(ids))
    pairs = select_backbone(co_mentions, ids, focus.id)
    entities = [graph.shared.entities[id_] for id_ in ids]
    max_episodes = max(entity.episodes for entity in entities)
    positions = position_nodes(entities, pairs, max_episodes)
    return Neighbourhood(
        graph.make_ref(focus.id),
        [
            Node(
                graph.make_ref(e.id),
                e.episodes,
                round_value(e.confidence),
                *(round(v, 1) for v in (x, y, node_radius(e.episodes, max_episodes))),
            )
            for e, (x, y) in zip(entities, positions, strict=True)
        ],
        [
            Tie(p.source, p.target, p.episodes, *map(round_value, (p.association, p.confidence)))
            for p in pairs
        ],
    )


def _choose_nodes(graph: OpenGraph, focus: str, request: NeighbourhoodRequest) -> list[str]:
    """Choose the focus, then what has the strongest ties with it, then with these."""
    chosen = {focus: None}
    types = (request.type,) if request.type else ()
    ring = [focus]
    for steps_left in range(request.depth, 0, -1):
        share = -(-(request.limit - len(chosen)) // steps_left)
        rows = [row for id_ in ring for row in find_associations(graph, id_, types)[:share]]
        rows.sort(key=lambda row: (-row.association, -row.episodes, row.thing.id))
        candidates = dict.fromkeys(row.thing.id for row in rows)
        ring = [id_ for id_ in candidates if id_ not in chosen][:share]
        chosen |= dict.fromkeys(ring)
    return list(chosen)
