"""Attraction along ties and repulsion among all: the fine work of a map.

Takes a first guess and ties, gives coordinates. The energy is an r-PolyLog (Noack 2009,
"Modularity clustering is force-directed layout"): a pull that hardly grows with the distance,
and a push by how tied the other is, set camps apart where springs would draw all to one ball.
A node moves by its forces divided by all of its ties, so that what is tied to everything is as
quick to settle as what is tied to little; and repulsion is told by a few random others a round
(as LargeVis does, Tang et al. 2016), so that a round costs as much as there are ties.

Invariant: the random numbers are seeded, and sums are made in a fixed order: the same input
gives the same coordinates.
"""

from __future__ import annotations

import numpy as np

from kgraph.atlas.model import Array
from kgraph.atlas.ties import TieGraph

ATTRACTION_EXPONENT = 0.4
"""Power of the distance by which a pull grows: 0 is LinLog, which makes knots; 1 a spring."""

REPULSION_WEIGHT = 0.8
"""Weight of a push against a pull: it sets the scale, a map some 1.3 in radius."""

REPULSION_SAMPLES = 6
"""Random others that push a node in a round."""

SOFTENING_DISTANCE = 0.02
"""Distance below which a push grows no more."""

GRAVITY = 0.35
"""Pull to the middle, by distance: what hangs on one tie would drift out of the frame."""

MAX_FORCE = 1.5
"""A force is cut to this."""


def simulate_forces(
    start: Array, web: TieGraph, rounds: int, step: float, anchor: Array | None = None
) -> Array:
    """Coordinates, one row a node.

    Args:
        start: first guess, about one in radius.
        web: ties among the nodes.
        rounds: how many.
        step: how far a node moves in the first round, for a force of 1; it falls to a fiftieth.
        anchor: of each node, how strongly it is drawn to where it starts.
    """
    random = np.random.default_rng(0)
    places = start.copy()
    ends = np.concatenate([web.source, web.target])
    share = 1 / np.maximum(web.weighted_degrees, 1e-9)
    for n in range(rounds):
        force = _attractions(places, web) * share[:, None] - GRAVITY * places
        if len(ends):  # an end of a random tie: who has more ties pushes more
            for others in ends[random.integers(0, len(ends), (REPULSION_SAMPLES, web.size))]:
                force += _repulsion(places - places[others]) * (
                    REPULSION_WEIGHT / REPULSION_SAMPLES
                )
        if anchor is not None:
            force += anchor[:, None] * (start - places)
        fast = np.maximum(np.hypot(*force.T) / MAX_FORCE, 1)
        places += force * (step * (1.02 - n / rounds) / fast)[:, None]
    return places


def _attractions(places: Array, web: TieGraph) -> Array:
    apart = places[web.source] - places[web.target]
    distance = np.maximum(np.hypot(*apart.T), 1e-4)
    pull = apart * (web.weight * distance ** (ATTRACTION_EXPONENT - 1))[:, None]
    return np.column_stack(
        [
            web.sum_by_node(along, web.target) - web.sum_by_node(along, web.source)
            for along in pull.T
        ]
    )


def _repulsion(apart: Array) -> Array:
    return apart / ((apart**2).sum(1) + SOFTENING_DISTANCE**2)[:, None]
