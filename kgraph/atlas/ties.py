"""Builds the graph of ties, from which the layout is computed.

Takes the data, returns :class:`TieGraph`: the core and the episodes, joined by associations, by the
most distinctive names of each episode, and the strongest episodes of each theme, tag and show. Ties
for all mentions would draw everything to the centre, since a name in every second episode does
not tell where an episode belongs.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np

from kgraph.atlas.model import Array, AtlasData

MAX_TIES_PER_EPISODE = 7  #: of each kind of edge, to the most distinctive nodes

#: Kind of edge, and minimum number of episodes that it ties a node to. Entities need few: they
#: are also tied by associations; themes, tags and shows are not.
MIN_TIES_BY_EDGE_KIND = (("mentions", 2), ("about", 12), ("keyword", 12), ("partOf", 12))

#: Weight of an association of strength 1; of an episode's strongest tie by each kind of edge.
ASSOCIATION_WEIGHT, EPISODE_TIE_WEIGHT = 1.0, 0.5


class TieGraph(msgspec.Struct, frozen=True):
    """Weighted ties among the first ``size`` nodes, each pair of nodes once."""

    size: int  #: number of nodes: the core and the episodes
    source: Array  #: numbers of nodes
    target: Array  #: numbers of nodes
    weight: Array  #: in (0, 1]

    @property
    def weighted_degrees(self) -> Array:
        """Sum of the weights of each node's ties."""
        return self.sum_by_node(self.weight, self.source) + self.sum_by_node(
            self.weight, self.target
        )

    def sum_by_node(self, values: Array, ends: Array) -> Array:
        """Sum ``values``, one for each tie, over the ties whose end in ``ends`` is the node."""
        return np.bincount(ends, values, self.size)


def build_tie_graph(gathered: AtlasData) -> TieGraph:
    ranges, associated = gathered.ranges, gathered.edges["associated"]
    total = max(ranges.episodes, 1)
    counts = np.array([max(node.count, 1) for node in gathered.nodes[: ranges.core]], dtype=float)
    rare = np.log1p(total / counts) / math.log1p(total)
    ties = [(associated.source, associated.target, ASSOCIATION_WEIGHT * associated.strength)]
    for kind, min_ties in MIN_TIES_BY_EDGE_KIND:
        edges = gathered.edges[kind]
        core = edges.target < ranges.core
        node, episode = edges.target[core], edges.source[core]
        ties.append(_keep_strongest(node, episode, edges.strength[core] * rare[node], min_ties))
    source, target, weight = (np.concatenate(column) for column in zip(*ties, strict=True))
    return TieGraph(ranges.placed, source, target, np.maximum(weight, 0.02))


def _keep_strongest(
    node: Array, episode: Array, strength: Array, min_ties: int
) -> tuple[Array, Array, Array]:
    """Keep the ties that are among the strongest of either end, and scale their weights."""
    if not len(node):
        return node, episode, strength
    is_kept = (_rank_in_group(episode, strength) < MAX_TIES_PER_EPISODE) | (
        _rank_in_group(node, strength) < min_ties
    )
    strongest = np.zeros(int(episode.max()) + 1)
    np.maximum.at(strongest, episode, strength)
    weight = EPISODE_TIE_WEIGHT * strength[is_kept] / np.maximum(strongest[episode[is_kept]], 1e-9)
    return node[is_kept], episode[is_kept], weight


def _rank_in_group(group: Array, value: Array) -> Array:
    """Rank each value within its group from 0, greatest first; equal values keep their order."""
    order = np.lexsort((-value, group))
    ordered = group[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    positions = np.arange(len(group)) - np.repeat(starts, np.diff(np.r_[starts, len(group)]))
    ranks = np.empty(len(group), dtype=np.int64)
    ranks[order] = positions
    return ranks
