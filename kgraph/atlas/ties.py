"""The web of ties that a map is laid out by: what should stand near what.

Takes what was gathered, gives :class:`TieGraph`: the core and the episodes, joined by associations,
by the few things that are most an episode's own, and by the few episodes that are most a
theme's own. All mentions at once would draw everything to the middle: a name in every second
episode says nothing of where an episode belongs.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np

from kgraph.atlas.model import Array, AtlasData

MAX_TIES_PER_EPISODE = 7
"""Things that an episode is tied to: those that speak most of it, and least of the others."""

MIN_TIES_BY_EDGE_KIND = (("mentions", 2), ("about", 12), ("keyword", 12), ("partOf", 12))
"""Kind of edge, and to how many episodes a thing is tied by it at the least: an entity so that
it does not float; a theme, tag or show, which has no associations, so that it stands among them."""

ASSOCIATION_WEIGHT, EPISODE_TIE_WEIGHT = 1.0, 0.5
"""Weight of an association of 1, and of the strongest tie of an episode."""


class TieGraph(msgspec.Struct, frozen=True):
    """Ties among the first ``size`` nodes.

    Attributes:
        size: how many nodes: the core, then episodes.
        source, target: numbers of nodes; each pair once.
        weight: in (0, 1].
    """

    size: int
    source: Array
    target: Array
    weight: Array

    @property
    def weighted_degrees(self) -> Array:
        """Of each node the weight of its ties."""
        return self.sum_by_node(self.weight, self.source) + self.sum_by_node(
            self.weight, self.target
        )

    def sum_by_node(self, values: Array, ends: Array) -> Array:
        """Of each node the sum of values, one a tie, over the ties that end in it."""
        return np.bincount(ends, values, self.size)


def build_tie_graph(gathered: AtlasData) -> TieGraph:
    """What should stand near what."""
    ranges, associated = gathered.ranges, gathered.edges["associated"]
    told = _episode_ties(gathered)
    source = np.concatenate([associated.source, *(part[0] for part in told)])
    target = np.concatenate([associated.target, *(part[1] for part in told)])
    weight = np.concatenate([ASSOCIATION_WEIGHT * associated.strength, *(part[2] for part in told)])
    return TieGraph(ranges.placed, source, target, np.maximum(weight, 0.02))


def _episode_ties(gathered: AtlasData) -> list[tuple[Array, Array, Array]]:
    """Ties between episodes and the core: source is the thing, target the episode."""
    ranges, things = gathered.ranges, gathered.nodes
    total = max(ranges.episodes, 1)
    counts = np.array([max(thing.count, 1) for thing in things[: ranges.core]], dtype=float)
    rare = np.log1p(total / counts) / math.log1p(total)
    ties = []
    for kind, homes in MIN_TIES_BY_EDGE_KIND:
        edges = gathered.edges[kind]
        core = edges.target < ranges.core
        thing, episode = edges.target[core], edges.source[core]
        ties.append(_keep_strongest(thing, episode, edges.strength[core] * rare[thing], homes))
    return ties


def _keep_strongest(
    thing: Array, episode: Array, spoken: Array, homes: int
) -> tuple[Array, Array, Array]:
    """The ties that are among the strongest of either end."""
    if not len(thing):
        return thing, episode, spoken
    kept = (_rank_in_group(episode, spoken) < MAX_TIES_PER_EPISODE) | (
        _rank_in_group(thing, spoken) < homes
    )
    strongest = np.zeros(int(episode.max()) + 1)
    np.maximum.at(strongest, episode, spoken)
    weight = EPISODE_TIE_WEIGHT * spoken[kept] / np.maximum(strongest[episode[kept]], 1e-9)
    return thing[kept], episode[kept], weight


def _rank_in_group(group: Array, value: Array) -> Array:
    """Place of each value within its group, from 0, the greatest first; ties in their order."""
    order = np.lexsort((-value, group))
    ordered = group[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    places = np.arange(len(group)) - np.repeat(starts, np.diff(np.r_[starts, len(group)]))
    ranks = np.empty(len(group), dtype=np.int64)
    ranks[order] = places
    return ranks
