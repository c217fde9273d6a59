"""kgraph.atlas.layout: no pile of nodes hides another."""

from itertools import combinations

import numpy as np

from kgraph.atlas.layout import remove_overlaps


def overlaps(places, radius):
    """The largest overlap of two discs, as a share of what they want."""
    return max(
        1 - np.hypot(*(places[a] - places[b])) / (radius[a] + radius[b])
        for a, b in combinations(range(len(places)), 2)
    )


def test_a_pile_is_spread_out():
    random = np.random.default_rng(0)
    places, radius = 0.05 * random.standard_normal((80, 2)), random.uniform(0.02, 0.06, 80)
    assert overlaps(places, radius) > 0.9
    assert overlaps(remove_overlaps(places, radius), radius) < 0.25


def test_what_does_not_touch_stays_where_it_is():
    places, radius = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), np.full(3, 0.4)
    assert remove_overlaps(places, radius).tolist() == places.tolist()


def test_the_larger_moves_less():
    moved = remove_overlaps(np.array([[0.0, 0.0], [0.1, 0.0]]), np.array([0.3, 0.1]))
    assert abs(moved[0][0]) < abs(moved[1][0] - 0.1)
    assert moved[1][0] - moved[0][0] > 0.35
