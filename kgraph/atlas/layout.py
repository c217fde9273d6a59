"""Where things stand on the map.

Takes what was gathered, gives :class:`kgraph.atlas.tables.Places`. Camps are found first
(:mod:`kgraph.atlas.communities`); all nodes start by their ties (:mod:`kgraph.atlas.start`), are
arranged by them (:mod:`kgraph.atlas.forces`), those within a camp counting most, and are pushed
apart (:mod:`kgraph.atlas.spread`). A map that was drawn before may be the start instead
(:mod:`kgraph.atlas.previous`).

Invariants:
    * the same input gives the same coordinates;
    * the core and the episodes stand in [-1, 1]², and nothing on its edge for being far out.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np

from kgraph.atlas.communities import Camps, camps_of, name_of
from kgraph.atlas.forces import arrange
from kgraph.atlas.spread import spread
from kgraph.atlas.start import first_guess
from kgraph.atlas.tables import NOWHERE, Array, Community, Gathered, Places
from kgraph.atlas.web import Web, web_of

ROUNDS, STEP = 110, 0.12
"""After some 100 rounds a node moves less than its own size."""

OUTSIDE, ABROAD = 0.45, 0.15
"""What a tie between two camps of a region, and between two regions, counts against one within
a camp: it is this that makes camps readable (at 1, their borders cannot be seen)."""

CROWDED = 0.3
"""Share of the map's area that the discs of all episodes, with their quotes, take."""

USUAL = 1.4
"""Radius of a map, as forces make it, that fills the frame."""


def layout(gathered: Gathered) -> Places:
    """Coordinates and communities."""
    web = web_of(gathered)
    camps = camps_of(gathered, web)
    web = _parted(web, camps)
    places = arrange(first_guess(web), web, ROUNDS, STEP)
    places, spacing = _fitted(gathered, places)
    return Places(
        places[:, 0],
        places[:, 1],
        camps.camp,
        _described(gathered, places, camps.camp, camps.region),
        _described(gathered, places, camps.region, camps.region),
        spacing,
    )


def _parted(web: Web, camps: Camps) -> Web:
    """The web with ties between camps loosened."""
    same = camps.camp[web.source] == camps.camp[web.target]
    near = camps.region[web.source] == camps.region[web.target]
    return msgspec.structs.replace(
        web, weight=web.weight * np.where(same, 1.0, np.where(near, OUTSIDE, ABROAD))
    )


def _fitted(gathered: Gathered, places: Array) -> tuple[Array, float]:
    """Pushed apart, and scaled to the frame; with the spacing of what stands round an episode."""
    ranges = gathered.ranges
    held = np.zeros(ranges.placed)
    for parents in (gathered.parent, gathered.quotes.parent):
        held += np.bincount(np.array(parents, dtype=np.int64), minlength=ranges.placed)
    spacing = math.sqrt(CROWDED * 4 / math.pi / max(float(held.sum()), 100.0))
    radius = spacing * np.sqrt(held + 2)
    weight = np.array([thing.weight for thing in gathered.things[: ranges.core]])
    radius[: ranges.core] = 0.25 / math.sqrt(max(ranges.core, 25)) * (0.5 + weight)
    places = spread(_centred(places) / USUAL, radius)
    places = _centred(places)
    scale = max(float(np.abs(places).max(initial=0.0)), 1e-9)
    return places / scale, spacing / scale


def _centred(places: Array) -> Array:
    return places - (places.max(0) + places.min(0)) / 2 if len(places) else places


def _described(gathered: Gathered, places: Array, group: Array, above: Array) -> list[Community]:
    """What is to be said of each group of nodes; ``above`` gives the larger group of a node."""
    core = group[: gathered.ranges.core]
    found = []
    for number in range(int(core[core != NOWHERE].max(initial=-1)) + 1):
        members = np.flatnonzero(core == number)
        middle = np.median(places[members], axis=0)
        reach = float(np.quantile(np.hypot(*(places[members] - middle).T), 0.75))
        name = name_of(gathered, members.tolist())
        large = int(above[members[0]])
        found.append(
            Community(name, len(members), large, *map(float, middle.round(4)), round(reach, 4))
        )
    return found
