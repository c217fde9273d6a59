"""Lays out the map: positions of the core and the episodes.

Communities are found first. Nodes start at a spectral layout or at their positions on a previous
map, are moved by forces along their ties, and are pushed apart.

Invariants:
    * the same input gives the same coordinates;
    * the core and the episodes are in [-1, 1]²; outliers are scaled, not clipped to the edge.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np

from kgraph.atlas.communities import find_communities, name_community, renumber_communities
from kgraph.atlas.forces import simulate_forces
from kgraph.atlas.model import NO_COMMUNITY, Array, AtlasData, Community, MapLayout
from kgraph.atlas.overlaps import remove_overlaps
from kgraph.atlas.previous import PreviousMap, start_positions
from kgraph.atlas.spectral import spectral_layout
from kgraph.atlas.ties import build_tie_graph

FORCE_ROUNDS, FIRST_STEP = 110, 0.12  #: after some 100 rounds a node moves less than its size

#: Rounds when a previous map is the start. Strength of a node's pull to its previous position; all
#: ties of the node together pull with strength 1.
UPDATE_ROUNDS, ANCHOR_STRENGTH = 40, 10.0

#: Weight of a tie between two communities of a region, and between two regions, relative to one
#: within a community. At 1, the borders of communities are invisible.
OTHER_COMMUNITY_WEIGHT, OTHER_REGION_WEIGHT = 0.45, 0.15

DISC_AREA_SHARE = 0.3  #: share of the map's area for the leaves and quotes around episodes
AXIS_STRETCH = np.array([1.14, 1 / 1.14])  #: factors of x and y: a window is wider than it is tall
FORCE_RADIUS = 1.4  #: radius of a simulated map that fills the frame


def layout_nodes(gathered: AtlasData, before: PreviousMap | None = None) -> MapLayout:
    """Compute coordinates and communities, on the basis of a previous map if there is one."""
    ties = build_tie_graph(gathered)
    ids = [node.id for node in gathered.nodes[: ties.size]]
    communities = find_communities(gathered, ties)
    if before:
        previous = [before.communities.get(id_, NO_COMMUNITY) for id_ in ids]
        communities = renumber_communities(communities, previous)
    same = communities.community[ties.source] == communities.community[ties.target]
    near = communities.region[ties.source] == communities.region[ties.target]
    closeness = np.where(same, 1.0, np.where(near, OTHER_COMMUNITY_WEIGHT, OTHER_REGION_WEIGHT))
    ties = msgspec.structs.replace(ties, weight=ties.weight * closeness)
    positions = spectral_layout(ties)
    if before is None:
        positions, spacing, scale = _fit_to_frame(
            gathered, simulate_forces(positions, ties, FORCE_ROUNDS, FIRST_STEP)
        )
    else:
        start, is_known = start_positions(
            before, ids, positions, np.array([ties.source, ties.target]), AXIS_STRETCH
        )
        anchor = ANCHOR_STRENGTH * is_known
        positions = simulate_forces(start, ties, UPDATE_ROUNDS, FIRST_STEP / 2, anchor)
        positions, spacing, scale = _fit_to_frame(gathered, positions, before.scale)
    return MapLayout(
        positions[:, 0],
        positions[:, 1],
        communities.community,
        _describe_groups(gathered, positions, communities.community, communities.region),
        _describe_groups(gathered, positions, communities.region, communities.region),
        spacing,
        scale,
    )


def _fit_to_frame(
    gathered: AtlasData, positions: Array, scale: float | None = None
) -> tuple[Array, float, float]:
    """Remove overlaps and scale to the frame; return positions, spacing and scale.

    The ``scale`` of a previous map is kept as long as the map fits the frame.
    """
    ranges = gathered.ranges
    children = np.zeros(ranges.placed)
    for parents in (gathered.leaf_parents, gathered.quotes.parent):
        children += np.bincount(np.array(parents, dtype=np.int64), minlength=ranges.placed)
    spacing = math.sqrt(DISC_AREA_SHARE * 4 / math.pi / max(float(children.sum()), 100.0))
    radius = spacing * np.sqrt(children + 2)
    weight = np.array([node.weight for node in gathered.nodes[: ranges.core]])
    radius[: ranges.core] = 0.25 / math.sqrt(max(ranges.core, 25)) * (0.5 + weight)
    if scale is not None:
        positions = remove_overlaps(
            positions * (scale * AXIS_STRETCH), radius * scale * FORCE_RADIUS
        )
        extent = max(float(np.abs(positions).max(initial=0.0)), 1.0)
        return positions / extent, spacing * scale * FORCE_RADIUS / extent, scale / extent
    positions = _center(remove_overlaps(_center(positions) * (AXIS_STRETCH / FORCE_RADIUS), radius))
    extent = max(float(np.abs(positions).max(initial=0.0)), 1e-9)
    return positions / extent, spacing / extent, 1 / (extent * FORCE_RADIUS)


def _center(positions: Array) -> Array:
    return positions - (positions.max(0) + positions.min(0)) / 2 if len(positions) else positions


def _describe_groups(
    gathered: AtlasData, positions: Array, group: Array, region_of: Array
) -> list[Community]:
    """Return name, size, centre and radius of each group; arrays have one value for each node."""
    core = group[: gathered.ranges.core]
    communities = []
    for number in range(int(core[core != NO_COMMUNITY].max(initial=-1)) + 1):
        members = np.flatnonzero(core == number)
        x, y = np.median(positions[members], axis=0).tolist()
        reach = np.quantile(np.hypot(positions[members, 0] - x, positions[members, 1] - y), 0.75)
        name = name_community(gathered, members.tolist())
        region = int(region_of[members[0]])
        circle = (round(x, 4), round(y, 4), round(float(reach), 4))
        communities.append(Community(name, len(members), region, *circle))
    return communities
