"""Where things stand on the map.

Takes what was gathered, gives :class:`kgraph.atlas.model.Places`. Camps are found first
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

from kgraph.atlas.communities import Camps, camps_of, name_of, renumbered
from kgraph.atlas.forces import arrange
from kgraph.atlas.model import NOWHERE, Array, Community, Gathered, Places
from kgraph.atlas.overlaps import spread
from kgraph.atlas.previous import Previous, start_of
from kgraph.atlas.spectral import first_guess
from kgraph.atlas.ties import Web, web_of

ROUNDS, STEP = 110, 0.12
"""After some 100 rounds a node moves less than its own size."""

AGAIN, HOLD = 40, 10.0
"""Rounds when a map of before is the start, and how strongly what was there is held, against the
pull of all of its ties."""

OUTSIDE, ABROAD = 0.45, 0.15
"""What a tie between two camps of a region, and between two regions, counts against one within
a camp: it is this that makes camps readable (at 1, their borders cannot be seen)."""

CROWDED = 0.3
"""Share of the map's area that the discs of all episodes, with their quotes, take."""

WIDE = np.array([1.14, 1 / 1.14])
"""By what a map is stretched along either axis: a window is wider than high."""

USUAL = 1.4
"""Radius of a map, as forces make it, that fills the frame."""


def layout(gathered: Gathered, before: Previous | None = None) -> Places:
    """Coordinates and communities.

    Args:
        gathered: what to lay out.
        before: a map to start from.
    """
    web = web_of(gathered)
    ids = [thing.id for thing in gathered.things[: web.size]]
    camps = camps_of(gathered, web)
    camps = renumbered(camps, [before.camps.get(id_, NOWHERE) for id_ in ids]) if before else camps
    web = _parted(web, camps)
    places = first_guess(web)
    if before is None:
        places, spacing, scale = _fitted(gathered, arrange(places, web, ROUNDS, STEP))
    else:
        start, told = start_of(before, ids, places, np.array([web.source, web.target]), WIDE)
        places = arrange(start, web, AGAIN, STEP / 2, HOLD * told)
        places, spacing, scale = _fitted(gathered, places, before.scale)
    return Places(
        places[:, 0],
        places[:, 1],
        camps.camp,
        _described(gathered, places, camps.camp, camps.region),
        _described(gathered, places, camps.region, camps.region),
        spacing,
        scale,
    )


def _parted(web: Web, camps: Camps) -> Web:
    """The web with ties between camps loosened."""
    same = camps.camp[web.source] == camps.camp[web.target]
    near = camps.region[web.source] == camps.region[web.target]
    return msgspec.structs.replace(
        web, weight=web.weight * np.where(same, 1.0, np.where(near, OUTSIDE, ABROAD))
    )


def _fitted(
    gathered: Gathered, places: Array, scale: float | None = None
) -> tuple[Array, float, float]:
    """Pushed apart, and scaled to the frame; spacing and scale as in :class:`Places`.

    Args:
        gathered: what is laid out.
        places: as the forces made them.
        scale: that of a map of before, which is kept as long as the frame holds it.
    """
    ranges = gathered.ranges
    held = np.zeros(ranges.placed)
    for parents in (gathered.parent, gathered.quotes.parent):
        held += np.bincount(np.array(parents, dtype=np.int64), minlength=ranges.placed)
    spacing = math.sqrt(CROWDED * 4 / math.pi / max(float(held.sum()), 100.0))
    radius = spacing * np.sqrt(held + 2)
    weight = np.array([thing.weight for thing in gathered.things[: ranges.core]])
    radius[: ranges.core] = 0.25 / math.sqrt(max(ranges.core, 25)) * (0.5 + weight)
    if scale is not None:
        places = spread(places * (scale * WIDE), radius * scale * USUAL)
        out = max(float(np.abs(places).max(initial=0.0)), 1.0)
        return places / out, spacing * scale * USUAL / out, scale / out
    places = _centred(spread(_centred(places) * (WIDE / USUAL), radius))
    out = max(float(np.abs(places).max(initial=0.0)), 1e-9)
    return places / out, spacing / out, 1 / (out * USUAL)


def _centred(places: Array) -> Array:
    return places - (places.max(0) + places.min(0)) / 2 if len(places) else places


def _described(gathered: Gathered, places: Array, group: Array, above: Array) -> list[Community]:
    """What is to be said of each group of nodes; ``above`` gives the larger group of a node."""
    core = group[: gathered.ranges.core]
    found = []
    for number in range(int(core[core != NOWHERE].max(initial=-1)) + 1):
        members = np.flatnonzero(core == number)
        x, y = np.median(places[members], axis=0).tolist()
        reach = np.quantile(np.hypot(places[members, 0] - x, places[members, 1] - y), 0.75)
        name = name_of(gathered, members.tolist())
        region = int(above[members[0]])
        at = (round(x, 4), round(y, 4), round(float(reach), 4))
        found.append(Community(name, len(members), region, *at))
    return found
