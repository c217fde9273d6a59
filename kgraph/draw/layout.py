"""Where things stand: coordinates for a picture of some tens of labelled things.

Takes boxes (a thing with its label) and links with lengths, gives a point for each box.
Stress majorisation (Gansner, Koren & North, "Graph Drawing by Stress Majorization", 2004;
the algorithm of Graphviz neato) puts things as far apart as their shortest path is long:
on small graphs it is the most legible of the usual layouts. Groups that no path joins are
laid out one by one and packed; at last boxes that still overlap are pushed apart.

Invariants:
    * plain arithmetic in a fixed order and no random start: the same input gives the same
      coordinates;
    * no two boxes overlap.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping, Sequence

import msgspec

Point = tuple[float, float]

MAJORISATION_ROUNDS = 120
"""Rounds of majorisation: the picture stops changing to the eye after some 80."""

MAX_PUSH_ROUNDS = 400
"""Rounds of pushing boxes apart at most; 60 boxes need some 40."""

BOX_GAP_PX = 16.0
"""Least distance between two boxes, in pixels at zoom 1."""

MAX_LENGTHS = 2.8
"""Longest distance that is asked for, in lengths: what is four steps away need not be
farther than what is three, or a single bridge between two groups leaves half a page empty."""

ASPECT_RATIO = 1.6
"""Width to height before boxes are pushed apart: a screen is wider than high, and pushing
makes pictures higher, since labels are wide."""

LENGTH_PX = 170.0
"""How many pixels a length of 1 is, up to :data:`MAX_BOXES_AT_UNIT` boxes; more need more room."""

MAX_BOXES_AT_UNIT = 100

GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


class Box(msgspec.Struct, frozen=True):
    """The room that a thing takes with its label, in pixels at zoom 1."""

    width: float
    height: float


class LayoutLink(msgspec.Struct, frozen=True):
    """Two boxes, by number, and how far apart they want to be (1 is usual)."""

    source: int
    target: int
    length: float


def layout_boxes(boxes: Sequence[Box], links: Sequence[LayoutLink]) -> list[Point]:
    """A point for the middle of each box.

    Args:
        boxes: in the order in which they matter: the first is put in the middle.
        links: what is near to what.
    """
    unit = LENGTH_PX * max(1.0, math.sqrt(len(boxes) / MAX_BOXES_AT_UNIT))
    groups = [
        _layout_component(group, boxes, links, unit)
        for group in _connected_components(len(boxes), links)
    ]
    points = _pack_components(groups, boxes)
    return [points[number] for number in range(len(boxes))]


def _connected_components(size: int, links: Iterable[LayoutLink]) -> list[list[int]]:
    """Numbers that paths join, the largest group first."""
    near = _adjacency(size, links)
    seen: set[int] = set()
    groups = []
    for start in range(size):
        if start not in seen:
            reached = sorted(_shortest_paths(start, near))
            seen.update(reached)
            groups.append(reached)
    return sorted(groups, key=lambda group: (-len(group), group))


def _adjacency(size: int, links: Iterable[LayoutLink]) -> list[dict[int, float]]:
    near: list[dict[int, float]] = [{} for _ in range(size)]
    for link in links:
        near[link.source][link.target] = near[link.target][link.source] = link.length
    return near


def _shortest_paths(start: int, near: Sequence[Mapping[int, float]]) -> dict[int, float]:
    """Length of the shortest path to everything that one reaches (Dijkstra)."""
    found: dict[int, float] = {}
    queue = [(0.0, start)]
    while queue:
        distance, one = heapq.heappop(queue)
        if one not in found:
            found[one] = distance
            for other, length in near[one].items():
                heapq.heappush(queue, (distance + length, other))
    return found


def _layout_component(
    group: Sequence[int], boxes: Sequence[Box], links: Sequence[LayoutLink], unit: float
) -> dict[int, Point]:
    """Coordinates of one group."""
    near = _adjacency(len(boxes), links)
    far = [_target_distances(_shortest_paths(one, near), group, unit) for one in group]
    stressed = _majorise_stress(_spiral(len(group), unit), far)
    wide = [(x * math.sqrt(ASPECT_RATIO), y / math.sqrt(ASPECT_RATIO)) for x, y in stressed]
    apart = _push_apart(wide, [boxes[number] for number in group])
    return dict(zip(group, apart, strict=True))


def _target_distances(found: Mapping[int, float], group: Iterable[int], unit: float) -> list[float]:
    """How far, in pixels, one wants to be from each of its group."""
    return [min(found[other], MAX_LENGTHS) * unit for other in group]


def _spiral(size: int, unit: float) -> list[Point]:
    """A start without chance: points on a sunflower's spiral."""
    return [
        (
            unit * math.sqrt(number) * math.cos(number * GOLDEN_ANGLE) / 2,
            unit * math.sqrt(number) * math.sin(number * GOLDEN_ANGLE) / 2,
        )
        for number in range(size)
    ]


def _majorise_stress(start: Sequence[Point], far: Sequence[Sequence[float]]) -> list[Point]:
    """Points whose distances come near to ``far``, near ones counting most (weight 1/d²)."""
    points = list(start)
    for _ in range(MAJORISATION_ROUNDS):
        for number, wanted in enumerate(far):
            points[number] = _minimise_stress_at(points, number, wanted)
    return points


def _minimise_stress_at(points: Sequence[Point], number: int, wanted: Sequence[float]) -> Point:
    """Where one point would like to be, all others standing still."""
    x, y = points[number]
    sum_x = sum_y = total = 0.0
    for other, (other_x, other_y) in enumerate(points):
        distance = wanted[other]
        if distance:
            weight = 1 / (distance * distance)
            away_x, away_y = x - other_x, y - other_y
            stretch = distance / (math.sqrt(away_x * away_x + away_y * away_y) or 1.0)
            sum_x += weight * (other_x + away_x * stretch)
            sum_y += weight * (other_y + away_y * stretch)
            total += weight
    return (sum_x / total, sum_y / total) if total else (x, y)


def _push_apart(start: Sequence[Point], boxes: Sequence[Box]) -> list[Point]:
    """Points moved as little as need be until no boxes overlap."""
    points = list(start)
    for _ in range(MAX_PUSH_ROUNDS):
        if not _push_once(points, boxes):
            return points
    return _scale_until_apart(points, boxes)


def _push_once(points: list[Point], boxes: Sequence[Box]) -> bool:
    """Push every overlapping pair apart along the shorter way; whether any was."""
    pushed = False
    for one in range(len(points)):
        for other in range(one + 1, len(points)):
            push_x, push_y = _overlap(points[one], points[other], boxes[one], boxes[other])
            if push_x or push_y:
                pushed = True
                (x, y), (other_x, other_y) = points[one], points[other]
                points[one] = (x - push_x / 2, y - push_y / 2)
                points[other] = (other_x + push_x / 2, other_y + push_y / 2)
    return pushed


def _overlap(one: Point, other: Point, box: Box, other_box: Box) -> Point:
    """The push that parts two boxes along the shorter way; (0, 0) when they are apart."""
    away_x, away_y = other[0] - one[0], other[1] - one[1]
    in_x = (box.width + other_box.width) / 2 + BOX_GAP_PX - abs(away_x)
    in_y = (box.height + other_box.height) / 2 + BOX_GAP_PX - abs(away_y)
    if in_x <= 1e-6 or in_y <= 1e-6:
        return (0.0, 0.0)
    if in_x < in_y:
        return (math.copysign(in_x, away_x), 0.0)
    return (0.0, math.copysign(in_y, away_y))


def _scale_until_apart(points: Sequence[Point], boxes: Sequence[Box]) -> list[Point]:
    """Points drawn apart all alike until no boxes overlap: the way out of a jam."""
    spread = list(points)
    while _push_once(list(spread), boxes):
        spread = [(x * 1.1 + number * 1e-3, y * 1.1) for number, (x, y) in enumerate(spread)]
    return spread


def _pack_components(
    groups: Sequence[Mapping[int, Point]], boxes: Sequence[Box]
) -> dict[int, Point]:
    """All groups side by side on shelves, the largest first."""
    frames = [_bounding_box(group, boxes) for group in groups]
    width = max(
        [right - left for left, _, right, _ in frames]
        + [math.sqrt(sum((r - x) * (b - y) for x, y, r, b in frames) * ASPECT_RATIO)]
        if frames
        else [0.0]
    )
    points: dict[int, Point] = {}
    at_x = at_y = shelf = 0.0
    for group, (left, top, right, bottom) in zip(groups, frames, strict=True):
        if at_x and at_x + right - left > width:
            at_x, at_y, shelf = 0.0, at_y + shelf + 3 * BOX_GAP_PX, 0.0
        for number, (x, y) in group.items():
            points[number] = (x - left + at_x, y - top + at_y)
        at_x += right - left + 3 * BOX_GAP_PX
        shelf = max(shelf, bottom - top)
    return points


def _bounding_box(
    group: Mapping[int, Point], boxes: Sequence[Box]
) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of all boxes of a group."""
    sides = [
        (
            x - boxes[number].width / 2,
            y - boxes[number].height / 2,
            x + boxes[number].width / 2,
            y + boxes[number].height / 2,
        )
        for number, (x, y) in group.items()
    ]
    lefts, tops, rights, bottoms = zip(*sides, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
