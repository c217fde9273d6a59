"""A first guess of a map: what is tied over many ways stands on the same side.

Takes ties, gives coordinates in [-1, 1]². The axes are the second and third eigenvector of the
normalised ties (spectral layout; Koren 2003, "On spectral graph drawing"), found by orthogonal
iteration. Each is regularised (Zhang & Rohe 2018, "Understanding regularized spectral
clustering"), or it would set a dozen names that hardly hang together against all others, and
only its order is used, so that the map is full from the start.
"""

from __future__ import annotations

import numpy as np

from kgraph.atlas.model import Array
from kgraph.atlas.ties import TieGraph

ITERATIONS = 80
"""Rounds of the iteration: the order of nodes hardly changes afterwards."""

REGULARISATION = 0.5
"""Ties that each node is given to all others together, in mean sums of ties."""

INITIAL_HALF_WIDTH = 0.8
"""Half of the width of the first guess."""


def spectral_layout(web: TieGraph) -> Array:
    """Coordinates, one row a node."""
    # Of two nodes there is no third eigenvector: they stand as they come.
    axes = _eigenvectors(web) if web.size > 2 else np.arange(2 * web.size).reshape(-1, 2)
    order = np.argsort(np.argsort(axes, axis=0, kind="stable"), axis=0, kind="stable")
    return INITIAL_HALF_WIDTH * ((2 * order + 1) / max(web.size, 1) - 1)


def _eigenvectors(web: TieGraph) -> Array:
    """Second and third eigenvector of D^-1/2 (W + c/n) D^-1/2, each divided by sqrt(D)."""
    sums = web.weighted_degrees
    regular = REGULARISATION * float(sums.mean())
    root = 1 / np.sqrt(np.maximum(sums + regular, 1e-9))
    weight = web.weight * root[web.source] * root[web.target]
    # The first, known, is put in front, so that the others stand at right angles to it.
    found = np.random.default_rng(0).standard_normal((web.size, 3))
    found[:, 0] = 1 / root
    for _ in range(ITERATIONS):
        # Plus itself: a shift, so that no negative eigenvalue is the largest.
        turned = found + regular / web.size * np.outer(root, root @ found)
        for axis in range(3):
            turned[:, axis] += web.sum_by_node(weight * found[web.target, axis], web.source)
            turned[:, axis] += web.sum_by_node(weight * found[web.source, axis], web.target)
        found, _ = np.linalg.qr(turned)
    return found[:, 1:] * root[:, None]
