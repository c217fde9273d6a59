"""Where things stand on the map.

Takes what was gathered, gives :class:`kgraph.atlas.model.MapLayout`. Camps are found first
(:mod:`kgraph.atlas.communities`); all nodes start by their ties (:mod:`kgraph.atlas.spectral`), are
arranged by them (:mod:`kgraph.atlas.forces`), those within a camp counting most, and are pushed
apart (:mod:`kgraph.atlas.overlaps`). A map that was drawn before may be the start instead
(:mod:`kgraph.atlas.previous`).

Invariants:
    * the same input gives the same coordinates;
    * the core and the episodes stand in [-1, 1]², and nothing on its edge for being far out.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np

from kgraph.atlas.communities import (
    Communities,
    find_communities,
    name_community,
    renumber_communities,
)
from kgraph.atlas.forces import simulate_forces
from kgraph.atlas.model import NO_COMMUNITY, Array, AtlasData, Community, MapLayout
from kgraph.atlas.overlaps import remove_overlaps
from kgraph.atlas.previous import PreviousMap, start_positions
from kgraph.atlas.spectral import spectral_layout
from kgraph.atlas.ties import TieGraph, build_tie_graph

FORCE_ROUNDS, FIRST_STEP = 110, 0.12
"""After some 100 rounds a node moves less than its own size."""

UPDATE_ROUNDS, ANCHOR_STRENGTH = 40, 10.0
"""Rounds when a map of before is the start, and how strongly what was there is held, against the
pull of all of its ties."""

OTHER_COMMUNITY_WEIGHT, OTHER_REGION_WEIGHT = 0.45, 0.15
"""What a tie between two camps of a region, and between two regions, counts against one within
a camp: it is this that makes camps readable (at 1, their borders cannot be seen)."""

DISC_AREA_SHARE = 0.3
"""Share of the map's area that the discs of all episodes, with their quotes, take."""

AXIS_STRETCH = np.array([1.14, 1 / 1.14])
"""By what a map is stretched along either axis: a window is wider than high."""

FORCE_RADIUS = 1.4
"""Radius of a map, as forces make it, that fills the frame."""


def layout_nodes(gathered: AtlasData, before: PreviousMap | None = None) -> MapLayout:
    """Coordinates and communities.

    Args:
        gathered: what to lay out.
        before: a map to start from.
    """
    web = build_tie_graph(gathered)
    ids = [thing.id for thing in gathered.nodes[: web.size]]
    camps = find_communities(gathered, web)
    camps = (
        renumber_communities(camps, [before.communities.get(id_, NO_COMMUNITY) for id_ in ids])
        if before
        else camps
    )
    web = _weaken_outer_ties(web, camps)
    places = spectral_layout(web)
    if before is None:
        places, spacing, scale = _fit_to_frame(
            gathered, simulate_forces(places, web, FORCE_ROUNDS, FIRST_STEP)
        )
    else:
        start, told = start_positions(
            before, ids, places, np.array([web.source, web.target]), AXIS_STRETCH
        )
        places = simulate_forces(start, web, UPDATE_ROUNDS, FIRST_STEP / 2, ANCHOR_STRENGTH * told)
        places, spacing, scale = _fit_to_frame(gathered, places, before.scale)
    return MapLayout(
        places[:, 0],
        places[:, 1],
        camps.community,
        _describe_groups(gathered, places, camps.community, camps.region),
        _describe_groups(gathered, places, camps.region, camps.region),
        spacing,
        scale,
    )


def _weaken_outer_ties(web: TieGraph, camps: Communities) -> TieGraph:
    """The web with ties between camps loosened."""
    same = camps.community[web.source] == camps.community[web.target]
    near = camps.region[web.source] == camps.region[web.target]
    return msgspec.structs.replace(
        web,
        weight=web.weight
        * np.where(same, 1.0, np.where(near, OTHER_COMMUNITY_WEIGHT, OTHER_REGION_WEIGHT)),
    )


def _fit_to_frame(
    gathered: AtlasData, places: Array, scale: float | None = None
) -> tuple[Array, float, float]:
    """Pushed apart, and scaled to the frame; spacing and scale as in :class:`MapLayout`.

    Args:
        gathered: what is laid out.
        places: as the forces made them.
        scale: that of a map of before, which is kept as long as the frame holds it.
    """
    ranges = gathered.ranges
    held = np.zeros(ranges.placed)
    for parents in (gathered.leaf_parents, gathered.quotes.parent):
        held += np.bincount(np.array(parents, dtype=np.int64), minlength=ranges.placed)
    spacing = math.sqrt(DISC_AREA_SHARE * 4 / math.pi / max(float(held.sum()), 100.0))
    radius = spacing * np.sqrt(held + 2)
    weight = np.array([thing.weight for thing in gathered.nodes[: ranges.core]])
    radius[: ranges.core] = 0.25 / math.sqrt(max(ranges.core, 25)) * (0.5 + weight)
    if scale is not None:
        places = remove_overlaps(places * (scale * AXIS_STRETCH), radius * scale * FORCE_RADIUS)
        out = max(float(np.abs(places).max(initial=0.0)), 1.0)
        return places / out, spacing * scale * FORCE_RADIUS / out, scale / out
    places = _center(remove_overlaps(_center(places) * (AXIS_STRETCH / FORCE_RADIUS), radius))
    out = max(float(np.abs(places).max(initial=0.0)), 1e-9)
    return places / out, spacing / out, 1 / (out * FORCE_RADIUS)


def _center(places: Array) -> Array:
    return places - (places.max(0) + places.min(0)) / 2 if len(places) else places


def _describe_groups(
    gathered: AtlasData, places: Array, group: Array, above: Array
) -> list[Community]:
    """What is to be said of each group of nodes; ``above`` gives the larger group of a node."""
    core = group[: gathered.ranges.core]
    found = []
    for number in range(int(core[core != NO_COMMUNITY].max(initial=-1)) + 1):
        members = np.flatnonzero(core == number)
        x, y = np.median(places[members], axis=0).tolist()
        reach = np.quantile(np.hypot(places[members, 0] - x, places[members, 1] - y), 0.75)
        name = name_community(gathered, members.tolist())
        region = int(above[members[0]])
        at = (round(x, 4), round(y, 4), round(float(reach), 4))
        found.append(Community(name, len(members), region, *at))
    return found
