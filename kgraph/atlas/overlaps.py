"""Pushing apart what stands too near: no pile of nodes hides another.

Takes coordinates and a radius a node, gives coordinates. Neighbours are found by a grid whose
cells are as wide as the widest pair, so a round costs as much as there are neighbours.
"""

from __future__ import annotations

import numpy as np

from kgraph.atlas.model import Array

NEIGHBOUR_SEARCHES, PUSH_ROUNDS = 14, 5
"""Times to look for neighbours, and rounds of pushing those apart before looking again."""

NEIGHBOUR_DISTANCE_RATIO = 1.5
"""Neighbours are what stands nearer than this times the wanted distance."""


def remove_overlaps(places: Array, radius: Array) -> Array:
    """Coordinates where two nodes stand about as far apart as their radii want."""
    places = places.copy()
    for _ in range(NEIGHBOUR_SEARCHES):
        one, other = _find_neighbours(places, radius)
        for _ in range(PUSH_ROUNDS):
            _push_pairs(places, radius, one, other)
    return places


def _push_pairs(places: Array, radius: Array, one: Array, other: Array) -> None:
    wanted = radius[one] + radius[other]
    apart = places[one] - places[other]
    distance = np.maximum(np.hypot(apart[:, 0], apart[:, 1]), 1e-9)
    move = apart * (0.4 * np.maximum(wanted - distance, 0) / distance)[:, None]
    share = (radius[other] / wanted)[:, None]
    _add_moves(places, one, move * share)
    _add_moves(places, other, move * (share - 1))


def _add_moves(places: Array, which: Array, move: Array) -> None:
    for axis in (0, 1):
        places[:, axis] += np.bincount(which, move[:, axis], len(places))


def _find_neighbours(places: Array, radius: Array) -> tuple[Array, Array]:
    """Pairs of nodes that stand near each other, each once."""
    cells = np.floor((places - places.min(0)) / (2 * radius.max())).astype(np.int64)
    columns = int(cells[:, 0].max()) + 3
    name = cells[:, 1] * columns + cells[:, 0]
    order = np.argsort(name, kind="stable")
    ordered = name[order]
    pairs = [
        _pair_cells(ordered, order, step) for step in (0, 1, columns - 1, columns, columns + 1)
    ]
    one, other = (np.concatenate(ends) for ends in zip(*pairs, strict=True))
    apart = places[one] - places[other]
    near = (apart**2).sum(1) < (NEIGHBOUR_DISTANCE_RATIO * (radius[one] + radius[other])) ** 2
    return one[near], other[near]


def _pair_cells(ordered: Array, order: Array, step: int) -> tuple[Array, Array]:
    """Each node with those of the cell ``step`` further; with 0, with those after it in its own."""
    start = np.searchsorted(ordered, ordered + step) if step else np.arange(1, len(ordered) + 1)
    end = np.searchsorted(ordered, ordered + step, "right")
    count = end - start
    one = np.repeat(np.arange(len(ordered)), count)
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return order[one], order[np.repeat(start, count) + within]
