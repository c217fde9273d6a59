"""Force simulation: attraction along ties, and repulsion among all nodes.

Takes start positions and ties, returns coordinates. The energy is an r-PolyLog (Noack 2009,
"Modularity clustering is force-directed layout"): attraction hardly grows with distance, and
repulsion grows with the ties of a node, which separates communities where springs draw all nodes
to one ball. Forces are divided by the weighted degree, so that all nodes settle equally fast.
Repulsion is sampled by a few random nodes a round (as in LargeVis, Tang et al. 2016), so a
round is linear in the number of ties.

Invariant: the random numbers are seeded, and sums are made in a fixed order: the same input
gives the same coordinates.
"""

from __future__ import annotations

import numpy as np

from kgraph.atlas.model import Array
from kgraph.atlas.ties import TieGraph

ATTRACTION_EXPONENT = 0.4  #: of the distance; 0 is LinLog, which makes knots; 1 is a spring
REPULSION_WEIGHT = 0.8  #: relative to attraction; it makes maps of some 1.3 in radius
REPULSION_SAMPLES = 6  #: random nodes that repel a node in a round
SOFTENING_DISTANCE = 0.02  #: below which repulsion no longer grows
GRAVITY = 0.35  #: pull to the centre, by distance: keeps nodes of one tie in the frame
MAX_FORCE = 1.5


def simulate_forces(
    start: Array, ties: TieGraph, rounds: int, step: float, anchor: Array | None = None
) -> Array:
    """Return coordinates, one row a node.

    Args:
        start: start positions, about one in radius.
        ties: ties among the nodes.
        rounds: number of rounds.
        step: movement in the first round for a force of 1; it falls to a fiftieth.
        anchor: strength of the pull of each node to its start.
    """
    random = np.random.default_rng(0)
    positions = start.copy()
    ends = np.concatenate([ties.source, ties.target])
    share = 1 / np.maximum(ties.weighted_degrees, 1e-9)
    for n in range(rounds):
        apart = positions[ties.source] - positions[ties.target]
        distance = np.maximum(np.hypot(*apart.T), 1e-4)
        pull = apart * (ties.weight * distance ** (ATTRACTION_EXPONENT - 1))[:, None]
        attraction = np.column_stack(
            [
                ties.sum_by_node(along, ties.target) - ties.sum_by_node(along, ties.source)
                for along in pull.T
            ]
        )
        force = attraction * share[:, None] - GRAVITY * positions
        if len(ends):  # an end of a random tie: nodes of more ties repel more
            for sample in ends[random.integers(0, len(ends), (REPULSION_SAMPLES, ties.size))]:
                apart = positions - positions[sample]
                push = apart / ((apart**2).sum(1) + SOFTENING_DISTANCE**2)[:, None]
                force += push * (REPULSION_WEIGHT / REPULSION_SAMPLES)
        if anchor is not None:
            force += anchor[:, None] * (start - positions)
        fast = np.maximum(np.hypot(*force.T) / MAX_FORCE, 1)
        positions += force * (step * (1.02 - n / rounds) / fast)[:, None]
    return positions
