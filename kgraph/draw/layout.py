"""Lays out some tens of labelled nodes by stress majorisation.

Stress majorisation (Gansner, Koren & North, "Graph Drawing by Stress Majorization", 2004;
the algorithm of Graphviz neato) makes distances equal to the lengths of shortest paths, the
most legible of the usual layouts of small graphs. Connected components are laid out one by one
and packed; boxes that still overlap are pushed apart.

Invariants:
    * plain arithmetic in a fixed order and no random start: the same input gives the same
      coordinates;
    * no two boxes overlap.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence
from itertools import combinations

import msgspec

Point = tuple[float, float]

MAJORISATION_ROUNDS = 120  #: the picture stops changing visibly after some 80
MAX_PUSH_ROUNDS = 400  #: rounds of pushing boxes apart; 60 boxes need some 40
BOX_GAP_PX = 16.0  #: least distance between two boxes, in pixels at zoom 1

#: Longest target distance, in lengths. Without it, a single bridge between two groups leaves half
#: of the page empty.
MAX_LENGTHS = 2.8

#: Width to height before boxes are pushed apart. A screen is wider than high, and pushing makes
#: pictures higher, since labels are wide.
ASPECT_RATIO = 1.6

LENGTH_PX = 170.0  #: pixels of a length of 1, up to MAX_BOXES_AT_UNIT boxes
MAX_BOXES_AT_UNIT = 100

GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


class Box(msgspec.Struct, frozen=True):
    """Size of a node with its label, in pixels at zoom 1."""

    width: float
    height: float


class LayoutLink(msgspec.Struct, frozen=True):
    """Two boxes, by number, and their target distance (1 is usual)."""

    source: int
    target: int
    length: float


def layout_boxes(boxes: Sequence[Box], links: Sequence[LayoutLink]) -> list[Point]:
    """Compute the centre of each box.

    Args:
        boxes: most important first: the first is put in the middle.
        links: which boxes should be near each other.
    """
    unit = LENGTH_PX * max(1.0, math.sqrt(len(boxes) / MAX_BOXES_AT_UNIT))
    near: list[dict[int, float]] = [{} for _ in boxes]
    for link in links:
        near[link.source][link.target] = near[link.target][link.source] = link.length
    components: list[list[int]] = []  # the largest first, then by the numbers of their nodes
    pending = set(range(len(boxes)))
    while pending:
        components.append(sorted(_shortest_paths(min(pending), near)))
        pending -= set(components[-1])
    components.sort(key=lambda component: (-len(component), component))
    groups = [_layout_component(component, boxes, near, unit) for component in components]
    points = _pack_components(groups, boxes)
    return [points[number] for number in range(len(boxes))]


def _shortest_paths(start: int, near: Sequence[Mapping[int, float]]) -> dict[int, float]:
    """Return the length of the shortest path to each reachable node (Dijkstra)."""
    distances: dict[int, float] = {}
    queue = [(0.0, start)]
    while queue:
        distance, node = heapq.heappop(queue)
        if node not in distances:
            distances[node] = distance
            for neighbour, length in near[node].items():
                heapq.heappush(queue, (distance + length, neighbour))
    return distances


def _layout_component(
    group: Sequence[int], boxes: Sequence[Box], near: Sequence[Mapping[int, float]], unit: float
) -> dict[int, Point]:
    targets = []
    for number in group:
        lengths = _shortest_paths(number, near)
        targets.append([min(lengths[target], MAX_LENGTHS) * unit for target in group])
    points = []
    for index in range(len(group)):  # a sunflower spiral
        radius, angle = unit * math.sqrt(index), index * GOLDEN_ANGLE
        points.append((radius * math.cos(angle) / 2, radius * math.sin(angle) / 2))
    for _ in range(MAJORISATION_ROUNDS):
        for index, distances in enumerate(targets):
            points[index] = _minimise_stress_at(points, index, distances)
    wide = [(x * math.sqrt(ASPECT_RATIO), y / math.sqrt(ASPECT_RATIO)) for x, y in points]
    apart = _push_apart(wide, [boxes[number] for number in group])
    return dict(zip(group, apart, strict=True))


def _minimise_stress_at(points: Sequence[Point], number: int, distances: Sequence[float]) -> Point:
    """Return the best position of one point while all others are fixed; weights are 1/d²."""
    x, y = points[number]
    sum_x = sum_y = total = 0.0
    for (end_x, end_y), distance in zip(points, distances, strict=True):
        if distance:
            weight = 1 / (distance * distance)
            away_x, away_y = x - end_x, y - end_y
            stretch = distance / (math.sqrt(away_x * away_x + away_y * away_y) or 1.0)
            sum_x += weight * (end_x + away_x * stretch)
            sum_y += weight * (end_y + away_y * stretch)
            total += weight
    return (sum_x / total, sum_y / total) if total else (x, y)


def _push_apart(start: Sequence[Point], boxes: Sequence[Box]) -> list[Point]:
    """Move points as little as necessary until no boxes overlap."""
    points = list(start)
    for _ in range(MAX_PUSH_ROUNDS):
        if not _push_once(points, boxes):
            return points
    # Pushing did not end: scale all points until it has nothing to do.
    while _push_once(list(points), boxes):
        points = [(x * 1.1 + number * 1e-3, y * 1.1) for number, (x, y) in enumerate(points)]
    return points


def _push_once(points: list[Point], boxes: Sequence[Box]) -> bool:
    """Push every overlapping pair apart along the shorter axis; return whether there was one."""
    pushed = False
    for i, j in combinations(range(len(points)), 2):
        (x, y), (x2, y2) = points[i], points[j]
        overlap_x = (boxes[i].width + boxes[j].width) / 2 + BOX_GAP_PX - abs(x2 - x)
        overlap_y = (boxes[i].height + boxes[j].height) / 2 + BOX_GAP_PX - abs(y2 - y)
        if overlap_x > 1e-6 and overlap_y > 1e-6:
            pushed = True
            push_x = push_y = 0.0
            if overlap_x < overlap_y:
                push_x = math.copysign(overlap_x, x2 - x)
            else:
                push_y = math.copysign(overlap_y, y2 - y)
            points[i] = (x - push_x / 2, y - push_y / 2)
            points[j] = (x2 + push_x / 2, y2 + push_y / 2)
    return pushed


def _pack_components(
    groups: Sequence[Mapping[int, Point]], boxes: Sequence[Box]
) -> dict[int, Point]:
    """Pack all components in rows, largest first."""
    frames = [  # left, top, right and bottom of each component's boxes
        (
            min(x - boxes[number].width / 2 for number, (x, _) in group.items()),
            min(y - boxes[number].height / 2 for number, (_, y) in group.items()),
            max(x + boxes[number].width / 2 for number, (x, _) in group.items()),
            max(y + boxes[number].height / 2 for number, (_, y) in group.items()),
        )
        for group in groups
    ]
    width = max(
        [right - left for left, _, right, _ in frames]
        + [math.sqrt(sum((r - x) * (b - y) for x, y, r, b in frames) * ASPECT_RATIO)]
        if frames
        else [0.0]
    )
    points: dict[int, Point] = {}
    at_x = at_y = row_height = 0.0
    for group, (left, top, right, bottom) in zip(groups, frames, strict=True):
        if at_x and at_x + right - left > width:
            at_x, at_y, row_height = 0.0, at_y + row_height + 3 * BOX_GAP_PX, 0.0
        for number, (x, y) in group.items():
            points[number] = (x - left + at_x, y - top + at_y)
        at_x += right - left + 3 * BOX_GAP_PX
        row_height = max(row_height, bottom - top)
    return points
