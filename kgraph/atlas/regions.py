"""Computes the regions of communities: the areas where their nodes are densest.

Takes positions, returns borders. They are contour lines of a smoothed density (marching squares,
Lorensen & Cline 1987 in two dimensions, with linear interpolation), so that they never cross and
are the same at every zoom. The page rounds their corners. In the page, this would be a tenth of
the work before the first picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec
import numpy as np

from kgraph.atlas.model import Array

GRID_CELLS = (56, 128)  #: cells along the longer side, for few nodes and for many
CELLS_PER_ROOT_NODE = 3.4  #: cells per square root of the number of nodes, in between
INFLUENCE_CELLS = 4  #: reach of a node's influence
INFLUENCE_SD_CELLS = 1.7  #: standard deviation of that influence
MIN_DENSITY = 0.8  #: density at the border of a region, in average nodes
MAX_REGIONS = 40  #: communities with a region, largest first
MIN_REGION_NODES = 8  #: members of a community with a region
MIN_REGION_CELLS = 28  #: smaller pieces are left out


class Region(msgspec.Struct, frozen=True):
    """A community's number, and its area as closed rings of x and y in world coordinates."""

    community: int
    rings: list[Array]


class _Grid(msgspec.Struct, frozen=True):
    """Cells over the map, with a margin for the influence of outer nodes."""

    columns: int
    rows: int
    scale: float
    left: float
    top: float


def find_regions(x: Array, y: Array, weight: Array, community: Array) -> list[Region]:
    """Compute the regions of communities, from columns over the core.

    The largest communities have the lowest numbers.
    """
    if not len(x):
        return []
    cells = min(max(round(CELLS_PER_ROOT_NODE * math.sqrt(len(x))), GRID_CELLS[0]), GRID_CELLS[1])
    across, down = float(np.ptp(x)), float(np.ptp(y))
    margins = 2 * INFLUENCE_CELLS + 4
    scale = (cells - margins) / max(across, down, 1e-6)
    columns, rows = (math.ceil(side * scale) + margins for side in (across, down))
    margin = (INFLUENCE_CELLS + 2) / scale
    grid = _Grid(columns, rows, scale, float(x.min()) - margin, float(y.min()) - margin)
    fields = _densities(grid, (x, y), 0.3 + 2 * weight, community)
    empty = np.zeros((grid.rows, grid.columns))
    strongest = np.sort(np.stack([*fields.values(), empty, empty]), 0)
    regions = []
    for number, density in fields.items():
        rival = np.where(density == strongest[-1], strongest[-2], strongest[-1])
        above = np.minimum(density - MIN_DENSITY, 1.6 * (density - rival) - 0.04 * MIN_DENSITY)
        rings = []
        for ring in _trace_contours(above, grid):
            ring_x, ring_y = ring.T
            twice_area = np.sum(ring_x * np.roll(ring_y, -1) - np.roll(ring_x, -1) * ring_y)
            if abs(float(twice_area)) / 2 > MIN_REGION_CELLS / grid.scale**2:
                rings.append(ring)
        if rings:
            regions.append(Region(number, rings))
    return regions


def _densities(
    grid: _Grid, positions: tuple[Array, Array], amount: Array, community: Array
) -> dict[int, Array]:
    """Return the smoothed density of each community that is large enough."""
    near = np.arange(-INFLUENCE_CELLS, INFLUENCE_CELLS + 1)
    influence = np.exp(-(near[:, None] ** 2 + near**2) / (2 * INFLUENCE_SD_CELLS**2))
    column, row = (
        np.floor((axis - start) * grid.scale + 0.5).astype(int)
        for axis, start in zip(positions, (grid.left, grid.top), strict=True)
    )
    numbers, members = np.unique(community, return_counts=True)
    densities = {}
    for number in numbers[(members >= MIN_REGION_NODES) & (numbers < MAX_REGIONS)].tolist():
        own = np.flatnonzero(community == number)
        cells = row[own, None, None] + near[:, None], column[own, None, None] + near
        densities[number] = np.zeros((grid.rows, grid.columns))
        np.add.at(densities[number], cells, amount[own, None, None] * influence)
    return densities


#: The sides that borders connect, for each combination of corners inside (bits: 1 top left, 2 top
#: right, 4 bottom right, 8 bottom left). Sides: 0 top, 1 right, 2 bottom, 3 left.
_MARCHING_SQUARES_CASES: tuple[tuple[tuple[int, int], ...], ...] = (
    *((), ((3, 0),), ((0, 1),), ((3, 1),), ((1, 2),), ((3, 0), (1, 2)), ((0, 2),), ((3, 2),)),
    *(((2, 3),), ((2, 0),), ((0, 1), (2, 3)), ((2, 1),), ((1, 3),), ((1, 0),), ((0, 3),), ()),
)


def _trace_contours(field: Array, grid: _Grid) -> Iterator[Array]:
    """Yield the closed lines along which a field is 0, in world coordinates."""
    inside = (field > 0).astype(int)
    corners = inside[:-1, :-1] + 2 * inside[:-1, 1:] + 4 * inside[1:, 1:] + 8 * inside[1:, :-1]
    after = {}  # side of a square that a border crosses -> the next side
    for row, column in np.argwhere((corners > 0) & (corners < 15)).tolist():
        cell = row * grid.columns + column
        # Number of a side: twice that of its left or upper cell, plus 1 for a vertical side.
        sides = (2 * cell, 2 * (cell + 1) + 1, 2 * (cell + grid.columns), 2 * cell + 1)
        for start, end in _MARCHING_SQUARES_CASES[corners[row, column]]:
            after[sides[start]] = sides[end]
    while after:
        ring: list[tuple[float, float]] = []
        at = next(iter(after))
        while at in after:
            row, column = divmod(at >> 1, grid.columns)
            down = at & 1
            start, end = field[row, column], field[row + down, column + 1 - down]
            share = min(max(start / (start - end), 0.02), 0.98)
            right, under = (column, row + share) if down else (column + share, row)
            ring.append((grid.left + right / grid.scale, grid.top + under / grid.scale))
            at = after.pop(at)
        if len(ring) > 3:
            yield np.array(ring)
