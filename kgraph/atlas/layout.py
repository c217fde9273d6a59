"""Lays out the map: positions of the core and the episodes.

Communities are found first. Nodes start at a spectral layout, are moved by forces along their
ties, and are pushed apart.

Invariants:
    * random numbers are seeded, and sums are made in a fixed order: the same input gives the same
      coordinates;
    * the core and the episodes are in [-1, 1]²; outliers are scaled, not clipped to the edge.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np

from kgraph.atlas.communities import TieGraph, build_tie_graph, find_communities
from kgraph.atlas.community_names import name_communities
from kgraph.atlas.model import Array, AtlasData, Community, MapLayout

FORCE_ROUNDS, FIRST_STEP = 110, 0.12  #: after some 100 rounds a node moves less than its size

#: Weight of a tie between two communities of a region, and between two regions, relative to one
#: within a community. At 1, the borders of communities are invisible.
OTHER_COMMUNITY_WEIGHT, OTHER_REGION_WEIGHT = 0.45, 0.15

#: Share of the map's area that is covered by the discs around episodes, which hold their leaves and
#: quotes.
DISC_AREA_SHARE = 0.3
AXIS_STRETCH = np.array([1.14, 1 / 1.14])  #: factors of x and y: a window is wider than it is tall
SIMULATED_RADIUS = 1.4  #: simulated distance from the centre that is scaled to 1


def layout_nodes(gathered: AtlasData) -> MapLayout:
    """Compute coordinates and communities."""
    ties = build_tie_graph(gathered)
    communities = find_communities(gathered, ties)
    same_community = communities.community[ties.source] == communities.community[ties.target]
    same_region = communities.region[ties.source] == communities.region[ties.target]
    across_weight = np.where(same_region, OTHER_COMMUNITY_WEIGHT, OTHER_REGION_WEIGHT)
    factor = np.where(same_community, 1.0, across_weight)
    ties = msgspec.structs.replace(ties, weight=ties.weight * factor)
    positions = simulate_forces(spectral_layout(ties), ties, FORCE_ROUNDS, FIRST_STEP)
    positions, spacing = _fit_to_frame(gathered, positions)
    return MapLayout(
        positions[:, 0],
        positions[:, 1],
        communities.community,
        _describe_groups(gathered, positions, communities.community, communities.region),
        _describe_groups(gathered, positions, communities.region, communities.region),
        spacing,
    )


def _fit_to_frame(gathered: AtlasData, positions: Array) -> tuple[Array, float]:
    """Remove overlaps and scale to the frame; return positions and spacing."""
    ranges = gathered.ranges
    children = np.zeros(ranges.placed)
    for parents in (gathered.leaf_parents, gathered.quotes.parent):
        children += np.bincount(np.array(parents, dtype=np.int64), minlength=ranges.placed)
    spacing = math.sqrt(DISC_AREA_SHARE * 4 / math.pi / max(float(children.sum()), 100.0))
    radius = spacing * np.sqrt(children + 2)
    weight = np.array([node.weight for node in gathered.nodes[: ranges.core]])
    radius[: ranges.core] = 0.25 / math.sqrt(max(ranges.core, 25)) * (0.5 + weight)
    positions = _center(
        remove_overlaps(_center(positions) * (AXIS_STRETCH / SIMULATED_RADIUS), radius)
    )
    extent = max(float(np.abs(positions).max(initial=0.0)), 1e-9)
    return positions / extent, spacing / extent


def _center(positions: Array) -> Array:
    return positions - (positions.max(0) + positions.min(0)) / 2 if len(positions) else positions


def _describe_groups(
    gathered: AtlasData, positions: Array, group: Array, region_of: Array
) -> list[Community]:
    """Return name, size, centre and radius of each group; arrays have one value for each node."""
    core = group[: gathered.ranges.core]
    communities = []
    for number, named in enumerate(name_communities(gathered, core)):
        members = np.flatnonzero(core == number)
        x, y = np.median(positions[members], axis=0).tolist()
        reach = np.quantile(np.hypot(positions[members, 0] - x, positions[members, 1] - y), 0.75)
        region = int(region_of[members[0]])
        circle = (round(x, 4), round(y, 4), round(float(reach), 4))
        communities.append(
            Community(named.name, len(members), region, *circle, named.leaders, named.themes)
        )
    return communities


# -- start positions -----------------------------------------------------------

ITERATIONS = 80  #: the order of nodes hardly changes afterwards
REGULARISATION = 0.5  #: extra ties of each node to all others, in mean weighted degrees
INITIAL_HALF_WIDTH = 0.8  #: of the start positions


def spectral_layout(ties: TieGraph) -> Array:
    """Return the start positions of a map, one row a node, in [-1, 1]².

    The axes are the second and third eigenvector of the normalised tie matrix (Koren 2003, "On
    spectral graph drawing"), found by orthogonal iteration. Regularisation (Zhang & Rohe 2018,
    "Understanding regularized spectral clustering") keeps a dozen loosely connected names from
    dominating an axis. Only the order along each axis is used, so that positions fill the map
    evenly.
    """
    # Two nodes have no third eigenvector.
    axes = _eigenvectors(ties) if ties.size > 2 else np.arange(2 * ties.size).reshape(-1, 2)
    order = np.argsort(np.argsort(axes, axis=0, kind="stable"), axis=0, kind="stable")
    return INITIAL_HALF_WIDTH * ((2 * order + 1) / max(ties.size, 1) - 1)


def _eigenvectors(ties: TieGraph) -> Array:
    """Compute the second and third eigenvector of D^-1/2 (W + c/n) D^-1/2, divided by sqrt(D)."""
    degrees = ties.weighted_degrees
    extra_degree = REGULARISATION * float(degrees.mean())
    inverse_root = 1 / np.sqrt(np.maximum(degrees + extra_degree, 1e-9))
    weight = ties.weight * inverse_root[ties.source] * inverse_root[ties.target]
    # The first eigenvector is known; the others become orthogonal to it.
    vectors = np.random.default_rng(0).standard_normal((ties.size, 3))
    vectors[:, 0] = 1 / inverse_root
    for _ in range(ITERATIONS):
        # Adding the vectors themselves shifts all eigenvalues by 1, so that the largest in absolute
        # value are positive.
        extra_ties = np.outer(inverse_root, inverse_root @ vectors)
        product = vectors + extra_degree / ties.size * extra_ties
        for axis in range(3):
            product[:, axis] += ties.sum_by_node(weight * vectors[ties.target, axis], ties.source)
            product[:, axis] += ties.sum_by_node(weight * vectors[ties.source, axis], ties.target)
        vectors, _ = np.linalg.qr(product)
    return vectors[:, 1:] * inverse_root[:, None]


# -- forces --------------------------------------------------------------------

ATTRACTION_EXPONENT = 0.4  #: of the distance; 0 is LinLog, which makes knots; 1 is a spring
REPULSION_WEIGHT = 0.8  #: relative to attraction; it makes maps of some 1.3 in radius
REPULSION_SAMPLES = 6  #: random nodes that repel a node in a round
SOFTENING_DISTANCE = 0.02  #: below which repulsion no longer grows
#: Pull to the centre for each unit of distance; it keeps nodes with a single tie in the frame.
GRAVITY = 0.35
MAX_FORCE = 1.5


def simulate_forces(start: Array, ties: TieGraph, rounds: int, step: float) -> Array:
    """Simulate attraction along ties and repulsion among all nodes; return coordinates.

    The energy is an r-PolyLog (Noack 2009, "Modularity clustering is force-directed layout"):
    attraction hardly grows with distance, and repulsion grows with the ties of a node, which
    separates communities where springs draw all nodes to one ball. Forces are divided by the
    weighted degree, so that all nodes settle equally fast. Repulsion is sampled by a few random
    nodes a round (as in LargeVis, Tang et al. 2016), so a round is linear in the number of ties.

    Args:
        start: start positions, about one in radius.
        ties: ties among the nodes.
        rounds: number of rounds.
        step: movement in the first round for a force of 1; it falls to a fiftieth.
    """
    random = np.random.default_rng(0)
    positions = start.copy()
    ends = np.concatenate([ties.source, ties.target])
    inverse_degree = 1 / np.maximum(ties.weighted_degrees, 1e-9)
    for n in range(rounds):
        apart = positions[ties.source] - positions[ties.target]
        distance = np.maximum(np.hypot(*apart.T), 1e-4)
        pull = apart * (ties.weight * distance ** (ATTRACTION_EXPONENT - 1))[:, None]
        attraction = np.column_stack(
            [
                ties.sum_by_node(component, ties.target) - ties.sum_by_node(component, ties.source)
                for component in pull.T
            ]
        )
        force = attraction * inverse_degree[:, None] - GRAVITY * positions
        if len(ends):  # an end of a random tie: nodes of more ties repel more
            for sample in ends[random.integers(0, len(ends), (REPULSION_SAMPLES, ties.size))]:
                apart = positions - positions[sample]
                push = apart / ((apart**2).sum(1) + SOFTENING_DISTANCE**2)[:, None]
                force += push * (REPULSION_WEIGHT / REPULSION_SAMPLES)
        excess = np.maximum(np.hypot(*force.T) / MAX_FORCE, 1)  # forces are cut to MAX_FORCE
        positions += force * (step * (1.02 - n / rounds) / excess)[:, None]
    return positions


# -- overlaps ------------------------------------------------------------------

NEIGHBOUR_SEARCHES, PUSH_ROUNDS = 14, 5  #: searches, and rounds of pushing after each
NEIGHBOUR_DISTANCE_RATIO = 1.5  #: neighbours are nearer than this times the sum of their radii


def remove_overlaps(positions: Array, radius: Array) -> Array:
    """Push overlapping nodes apart, until their distance is about the sum of their radii."""
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
    """Return each pair of near nodes once.

    Only nodes of the same or of adjacent cells of a grid are compared: a search is linear in the
    number of such pairs. A cell is as wide as the largest node, so that nodes that overlap are
    always compared.
    """
    cells = np.floor((positions - positions.min(0)) / (2 * radius.max())).astype(np.int64)
    columns = int(cells[:, 0].max()) + 3
    cell_numbers = cells[:, 1] * columns + cells[:, 0]
    order = np.argsort(cell_numbers, kind="stable")
    sorted_cells = cell_numbers[order]
    pairs = [
        _pair_cells(sorted_cells, order, step) for step in (0, 1, columns - 1, columns, columns + 1)
    ]
    first, second = (np.concatenate(ends) for ends in zip(*pairs, strict=True))
    apart = positions[first] - positions[second]
    near = (apart**2).sum(1) < (NEIGHBOUR_DISTANCE_RATIO * (radius[first] + radius[second])) ** 2
    return first[near], second[near]


def _pair_cells(sorted_cells: Array, order: Array, step: int) -> tuple[Array, Array]:
    """Pair each node with the nodes of another cell, whose number is greater by ``step``.

    If ``step`` is 0, pair it with the nodes of its own cell that come after it.

    Args:
        sorted_cells: cell numbers of the nodes, ascending.
        order: the nodes in the same order.
    """
    size = len(sorted_cells)
    start = np.searchsorted(sorted_cells, sorted_cells + step) if step else np.arange(1, size + 1)
    end = np.searchsorted(sorted_cells, sorted_cells + step, "right")
    count = end - start
    first = np.repeat(np.arange(size), count)
    offsets = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return order[first], order[np.repeat(start, count) + offsets]
