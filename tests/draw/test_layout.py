"""kgraph.draw.layout: nothing overlaps, near stays near, the same again."""

import math
from itertools import combinations

import pytest

from kgraph.draw.layout import Box, LayoutLink, layout_boxes

WIDE = Box(80, 40)


def chain(size):
    return [LayoutLink(number, number + 1, 1.0) for number in range(size - 1)]


def overlapping(points, boxes):
    return [
        (one, other)
        for (one, (p, a)), (other, (q, b)) in combinations(
            enumerate(zip(points, boxes, strict=True)), 2
        )
        if abs(p[0] - q[0]) < (a.width + b.width) / 2
        and abs(p[1] - q[1]) < (a.height + b.height) / 2
    ]


@pytest.mark.parametrize(
    "links",
    [
        [],
        chain(30),
        [LayoutLink(0, n, 1.0) for n in range(1, 30)],
        [LayoutLink(n, n ^ 1, 0.5) for n in range(30)],
    ],
    ids=["none", "chain", "star", "pairs"],
)
def test_no_boxes_overlap(links):
    boxes = [Box(60 + 5 * (n % 7), 30 + n) for n in range(30)]
    assert overlapping(layout_boxes(boxes, links), boxes) == []


def test_what_is_linked_stands_nearer_than_what_is_not():
    points = layout_boxes([WIDE] * 6, chain(6))
    assert math.dist(points[0], points[1]) < math.dist(points[0], points[3])


def test_the_first_of_a_star_stands_in_the_middle():
    points = layout_boxes([WIDE] * 13, [LayoutLink(0, n, 1.0) for n in range(1, 13)])
    middle = tuple(sum(side) / 13 for side in zip(*points, strict=True))
    assert min(range(13), key=lambda n: math.dist(points[n], middle)) == 0


def test_the_same_again():
    assert layout_boxes([WIDE] * 20, chain(20)) == layout_boxes([WIDE] * 20, chain(20))


def test_nothing_and_one():
    assert layout_boxes([], []) == []
    assert layout_boxes([WIDE], []) == [(40, 20)]
