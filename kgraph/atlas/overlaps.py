"""Removes overlaps of nodes.

Takes coordinates and radii, returns coordinates. Neighbours are found by a grid whose cells are as
wide as the widest pair, so a round is linear in the number of neighbours.
"""

from __future__ import annotations

import numpy as np

from kgraph.atlas.model import Array

NEIGHBOUR_SEARCHES, PUSH_ROUNDS = 14, 5  #: searches, and rounds of pushing after each
NEIGHBOUR_DISTANCE_RATIO = 1.5  #: neighbours are nearer than this times the sum of their radii


def remove_overlaps(positions: Array, radius: Array) -> Array:
    """Move nodes until the distance of two is about the sum of their radii."""
    positions = positions.copy()
    for _ in range(NEIGHBOUR_SEARCHES):
        first, second = _find_neighbours(positions, radius)
        target = radius[first] + radius[second]
        share = (radius[second] / target)[:, None]
        for _ in range(PUSH_ROUNDS):
            apart = positions[first] - positions[second]
            distance = np.maximum(np.hypot(apart[:, 0], apart[:, 1]), 1e-9)
            move = apart * (0.4 * np.maximum(target - distance, 0) / distance)[:, None]
            _add_moves(positions, first, move * share)
            _add_moves(positions, second, move * (share - 1))
    return positions


def _add_moves(positions: Array, numbers: Array, move: Array) -> None:
    for axis in (0, 1):
        positions[:, axis] += np.bincount(numbers, move[:, axis], len(positions))


def _find_neighbours(positions: Array, radius: Array) -> tuple[Array, Array]:
    """Return each pair of near nodes once."""
    cells = np.floor((positions - positions.min(0)) / (2 * radius.max())).astype(np.int64)
    columns = int(cells[:, 0].max()) + 3
    name = cells[:, 1] * columns + cells[:, 0]
    order = np.argsort(name, kind="stable")
    ordered = name[order]
    pairs = [
        _pair_cells(ordered, order, step) for step in (0, 1, columns - 1, columns, columns + 1)
    ]
    first, second = (np.concatenate(ends) for ends in zip(*pairs, strict=True))
    apart = positions[first] - positions[second]
    near = (apart**2).sum(1) < (NEIGHBOUR_DISTANCE_RATIO * (radius[first] + radius[second])) ** 2
    return first[near], second[near]


def _pair_cells(ordered: Array, order: Array, step: int) -> tuple[Array, Array]:
    """Pair each node with those of the cell ``step`` further; 0: with later ones of its own."""
    start = np.searchsorted(ordered, ordered + step) if step else np.arange(1, len(ordered) + 1)
    end = np.searchsorted(ordered, ordered + step, "right")
    count = end - start
    first = np.repeat(np.arange(len(ordered)), count)
    offsets = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return order[first], order[np.repeat(start, count) + offsets]
