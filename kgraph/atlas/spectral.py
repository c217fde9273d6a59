"""Spectral layout: the start positions of a map.

Takes ties, returns coordinates in [-1, 1]². The axes are the second and third eigenvector of the
normalised tie matrix (Koren 2003, "On spectral graph drawing"), found by orthogonal iteration.
Regularisation (Zhang & Rohe 2018, "Understanding regularized spectral clustering") keeps a dozen
loosely connected names from dominating an axis. Only the order along each axis is used, so that
positions fill the map evenly.
"""

from __future__ import annotations

import numpy as np

from kgraph.atlas.model import Array
from kgraph.atlas.ties import TieGraph

ITERATIONS = 80  #: the order of nodes hardly changes afterwards
REGULARISATION = 0.5  #: extra ties of each node to all others, in mean weighted degrees
INITIAL_HALF_WIDTH = 0.8  #: of the start positions


def spectral_layout(ties: TieGraph) -> Array:
    """Return coordinates, one row a node."""
    # Two nodes have no third eigenvector.
    axes = _eigenvectors(ties) if ties.size > 2 else np.arange(2 * ties.size).reshape(-1, 2)
    order = np.argsort(np.argsort(axes, axis=0, kind="stable"), axis=0, kind="stable")
    return INITIAL_HALF_WIDTH * ((2 * order + 1) / max(ties.size, 1) - 1)


def _eigenvectors(ties: TieGraph) -> Array:
    """Compute the second and third eigenvector of D^-1/2 (W + c/n) D^-1/2, divided by sqrt(D)."""
    sums = ties.weighted_degrees
    regular = REGULARISATION * float(sums.mean())
    root = 1 / np.sqrt(np.maximum(sums + regular, 1e-9))
    weight = ties.weight * root[ties.source] * root[ties.target]
    # The first eigenvector is known; the others become orthogonal to it.
    vectors = np.random.default_rng(0).standard_normal((ties.size, 3))
    vectors[:, 0] = 1 / root
    for _ in range(ITERATIONS):
        # Adding the vectors themselves shifts the spectrum, so that no negative eigenvalue leads.
        product = vectors + regular / ties.size * np.outer(root, root @ vectors)
        for axis in range(3):
            product[:, axis] += ties.sum_by_node(weight * vectors[ties.target, axis], ties.source)
            product[:, axis] += ties.sum_by_node(weight * vectors[ties.source, axis], ties.target)
        vectors, _ = np.linalg.qr(product)
    return vectors[:, 1:] * root[:, None]
