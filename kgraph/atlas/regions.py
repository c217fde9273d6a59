"""Communities as countries on a map: where a community's nodes are densest of all, its land lies.

Takes where nodes stand, gives the borders of land. They are contour lines of a smoothed density
(marching squares, Lorensen & Cline 1987 in the plane, with points placed by linear
interpolation), so that they never cross and are the same at every zoom. The page cuts their
corners. They are found here and not in the page, since it would be a tenth of what it does before
its first picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec
import numpy as np

from kgraph.atlas.model import Array

GRID_CELLS = (56, 128)
"""Along the longer side of the map, for few nodes and for many."""

CELLS_PER_ROOT_NODE = 3.4
"""Cells for each root of a node, between them: few nodes make a land as smooth as many."""

INFLUENCE_CELLS = 4
"""Cells to which a node's influence reaches."""

INFLUENCE_SD_CELLS = 1.7
"""Cells: standard deviation of that influence."""

MIN_DENSITY = 0.8
"""Density at which land begins, in usual nodes."""

MAX_REGIONS = 40
"""Communities that get land, the largest first."""

MIN_REGION_NODES = 8
"""Members of a community that gets land."""

MIN_REGION_CELLS = 28
"""Cells: smaller pieces are left out."""

Point = tuple[float, float]


class Region(msgspec.Struct, frozen=True):
    """Land of a community: its number, and rings of x and y, each closed, in world coordinates."""

    community: int
    rings: list[Array]


class _Grid(msgspec.Struct, frozen=True):
    """Cells over the map, with room round it for a node's whole influence."""

    columns: int
    rows: int
    scale: float
    left: float
    top: float


def find_regions(x: Array, y: Array, weight: Array, community: Array) -> list[Region]:
    """The land of communities.

    Args:
        x, y, weight, community: of each node of the core; of communities the largest have the
            lowest numbers.
    """
    if not len(x):
        return []
    grid = _make_grid(x, y)
    fields = _densities(grid, (x, y), 0.3 + 2 * weight, community)
    none = np.zeros((grid.rows, grid.columns))
    strongest = np.sort(np.stack([*fields.values(), none, none]), 0)
    found = []
    for number, density in fields.items():
        rival = np.where(density == strongest[-1], strongest[-2], strongest[-1])
        above = np.minimum(density - MIN_DENSITY, 1.6 * (density - rival) - 0.04 * MIN_DENSITY)
        rings = [
            ring
            for ring in _trace_contours(above, grid)
            if _ring_area(ring) > MIN_REGION_CELLS / grid.scale**2
        ]
        if rings:
            found.append(Region(number, rings))
    return found


def _make_grid(x: Array, y: Array) -> _Grid:
    cells = min(max(round(CELLS_PER_ROOT_NODE * math.sqrt(len(x))), GRID_CELLS[0]), GRID_CELLS[1])
    across, down = float(np.ptp(x)), float(np.ptp(y))
    room = 2 * INFLUENCE_CELLS + 4
    scale = (cells - room) / max(across, down, 1e-6)
    wide, high = (math.ceil(side * scale) + room for side in (across, down))
    beside = (INFLUENCE_CELLS + 2) / scale
    return _Grid(wide, high, scale, float(x.min()) - beside, float(y.min()) - beside)


def _densities(
    grid: _Grid, places: tuple[Array, Array], amount: Array, community: Array
) -> dict[int, Array]:
    """Smoothed density of the nodes of each community that is large enough."""
    near = np.arange(-INFLUENCE_CELLS, INFLUENCE_CELLS + 1)
    influence = np.exp(-(near[:, None] ** 2 + near**2) / (2 * INFLUENCE_SD_CELLS**2))
    column, row = (
        np.floor((axis - start) * grid.scale + 0.5).astype(int)
        for axis, start in zip(places, (grid.left, grid.top), strict=True)
    )
    numbers, members = np.unique(community, return_counts=True)
    found = {}
    for number in numbers[(members >= MIN_REGION_NODES) & (numbers < MAX_REGIONS)].tolist():
        own = np.flatnonzero(community == number)
        cells = row[own, None, None] + near[:, None], column[own, None, None] + near
        found[number] = np.zeros((grid.rows, grid.columns))
        np.add.at(found[number], cells, amount[own, None, None] * influence)
    return found


_MARCHING_SQUARES_CASES: tuple[tuple[tuple[int, int], ...], ...] = (
    *((), ((3, 0),), ((0, 1),), ((3, 1),), ((1, 2),), ((3, 0), (1, 2)), ((0, 2),), ((3, 2),)),
    *(((2, 3),), ((2, 0),), ((0, 1), (2, 3)), ((2, 1),), ((1, 3),), ((1, 0),), ((0, 3),), ()),
)
"""Of a square of four cells (bits: 1 top left, 2 top right, 4 bottom right, 8 bottom left lie
inside), from which side to which a border runs. Sides: 0 top, 1 right, 2 bottom, 3 left."""


def _trace_contours(field: Array, grid: _Grid) -> Iterator[Array]:
    """Closed lines along which a field is 0, in world coordinates."""
    after = _link_sides(field)
    while after:
        ring, at = [], next(iter(after))
        while at in after:
            ring.append(_interpolate_crossing(field, grid, at))
            at = after.pop(at)
        if len(ring) > 3:
            yield np.array(ring)


def _link_sides(field: Array) -> dict[int, int]:
    """From each side of a square that a border crosses, the side to which it goes on."""
    inside = (field > 0).astype(int)
    corners = inside[:-1, :-1] + 2 * inside[:-1, 1:] + 4 * inside[1:, 1:] + 8 * inside[1:, :-1]
    wide = field.shape[1]
    after = {}
    for row, column in np.argwhere((corners > 0) & (corners < 15)).tolist():
        cell = row * wide + column
        # A side's number: twice its left or upper cell's, and 1 more for one that runs down.
        sides = (2 * cell, 2 * (cell + 1) + 1, 2 * (cell + wide), 2 * cell + 1)
        for one, other in _MARCHING_SQUARES_CASES[corners[row, column]]:
            after[sides[one]] = sides[other]
    return after


def _interpolate_crossing(field: Array, grid: _Grid, side: int) -> Point:
    row, column = divmod(side >> 1, grid.columns)
    down = side & 1
    here, there = field[row, column], field[row + down, column + 1 - down]
    part = min(max(here / (here - there), 0.02), 0.98)
    right, under = (column, row + part) if down else (column + part, row)
    return grid.left + right / grid.scale, grid.top + under / grid.scale


def _ring_area(ring: Array) -> float:
    x, y = ring.T
    return abs(float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))) / 2
