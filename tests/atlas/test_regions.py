"""kgraph.atlas.regions: land lies where a community's own nodes stand, and belongs to one."""

import numpy as np

from kgraph.atlas.model import NO_COMMUNITY
from kgraph.atlas.regions import find_regions

MIDDLES = np.array([[-0.6, -0.4], [0.0, 0.5], [0.1, 0.3], [0.6, -0.3]])


def camps():
    random = np.random.default_rng(2)
    community = np.repeat(np.arange(4), [120, 90, 70, 50])
    x, y = (MIDDLES[community] + 0.13 * random.standard_normal((len(community), 2))).T
    return x, y, random.random(len(x)) ** 3, community


def is_in(rings, x, y):
    """Whether each point lies in one of the rings (even and odd)."""
    inside = np.zeros(len(x), bool)
    for ring in rings:
        for (ax, ay), (bx, by) in zip(ring, np.roll(ring, 1, axis=0), strict=True):
            crosses = (ay > y) != (by > y)
            inside ^= crosses & (x < (bx - ax) * (y - ay) / ((by - ay) or 1) + ax)
    return inside


def test_those_who_stand_on_land_are_mostly_its_own():
    x, y, weight, community = camps()
    regions = find_regions(x, y, weight, community)
    assert [region.community for region in regions] == [0, 1, 2, 3]
    for region in regions:
        there = community[is_in(region.rings, x, y)]
        own = np.count_nonzero(there == region.community)
        assert own > 0.6 * len(there)
        assert own > 0.4 * np.count_nonzero(community == region.community)


def test_no_place_belongs_to_two():
    x, y, weight, community = camps()
    places = np.random.default_rng(3).uniform(-1.2, 1.2, (2, 3000))
    regions = find_regions(x, y, weight, community)
    assert max(sum(is_in(region.rings, *places).astype(int) for region in regions)) == 1


def test_few_members_have_no_land_and_none_have_none():
    x, y, weight, community = camps()
    scattered = np.where(community == 3, NO_COMMUNITY, community)
    assert [r.community for r in find_regions(x, y, weight, scattered)] == [0, 1, 2]
    assert find_regions(*np.zeros((3, 0)), np.zeros(0, int)) == []
