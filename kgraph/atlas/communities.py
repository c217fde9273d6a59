"""Builds the graph of ties, from which the layout is computed; finds its communities.

Ties join the core and the episodes: by associations, by the most distinctive names of each episode,
and by the strongest episodes of each theme, tag and show. Ties for all mentions would draw
everything to the centre, since a name in every second episode does not tell where an episode
belongs.

Each node of the core and each episode has a region and a community. Both are Louvain communities
(Blondel et al. 2008, by networkx) of the associations, weighted by strength; large regions are
split once more. An episode, a theme or a name of few ties joins the community of most of its ties.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np

from kgraph.atlas.model import NO_COMMUNITY, Array, AtlasData

MAX_TIES_PER_EPISODE = 7  #: of each kind of edge, to the most distinctive nodes

#: Kind of edge, and minimum number of episodes that it ties a node to. Entities need few: they
#: are also tied by associations; themes, tags and shows are not.
MIN_TIES_BY_EDGE_KIND = (("mentions", 2), ("about", 12), ("keyword", 12), ("partOf", 12))

#: Weight of an association of strength 1; of an episode's strongest tie by each kind of edge.
ASSOCIATION_WEIGHT, EPISODE_TIE_WEIGHT = 1.0, 0.5

#: Share of the core, and number of members, from which on a region is split.
LARGE_REGION_SHARE, LARGE_REGION_NODES = 1 / 12, 60

MIN_COMMUNITY_SHARE = 1 / 240  #: of the core; smaller communities join others by their ties
MIN_COMMUNITY_NODES = 3


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
        if not len(node):
            continue
        # The ties that are among the strongest of either end, with scaled weights.
        strength = edges.strength[core] * rare[node]
        is_kept = (_rank_in_group(episode, strength) < MAX_TIES_PER_EPISODE) | (
            _rank_in_group(node, strength) < min_ties
        )
        strongest = np.zeros(int(episode.max()) + 1)
        np.maximum.at(strongest, episode, strength)
        node, episode, strength = node[is_kept], episode[is_kept], strength[is_kept]
        weight = EPISODE_TIE_WEIGHT * strength / np.maximum(strongest[episode], 1e-9)
        ties.append((node, episode, weight))
    source, target, weight = (np.concatenate(column) for column in zip(*ties, strict=True))
    return TieGraph(ranges.placed, source, target, np.maximum(weight, 0.02))


def _rank_in_group(group: Array, value: Array) -> Array:
    """Rank each value within its group from 0, greatest first; equal values keep their order."""
    order = np.lexsort((-value, group))
    ordered = group[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    positions = np.arange(len(group)) - np.repeat(starts, np.diff(np.r_[starts, len(group)]))
    ranks = np.empty(len(group), dtype=np.int64)
    ranks[order] = positions
    return ranks


class Communities(msgspec.Struct, frozen=True):
    """Numbers of communities by node; :data:`NO_COMMUNITY` for none."""

    region: Array  #: coarse communities, largest first
    community: Array  #: fine ones, by region and then largest first


def find_communities(gathered: AtlasData, ties: TieGraph) -> Communities:
    import networkx

    core, associated = gathered.ranges.core, gathered.edges["associated"]
    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(range(core))
    ends_and_weight = (associated.source, associated.target, associated.strength)
    graph.add_weighted_edges_from(
        zip(*(column.tolist() for column in ends_and_weight), strict=True)
    )
    regions = _louvain(graph)
    candidates = [
        members
        for region in regions
        for members in (
            _louvain(graph.subgraph(region))
            if len(region) > max(LARGE_REGION_NODES, LARGE_REGION_SHARE * core)
            else [region]
        )
    ]
    min_nodes = max(MIN_COMMUNITY_NODES, MIN_COMMUNITY_SHARE * core)
    groups = [members for members in candidates if len(members) >= min_nodes]
    seeds = np.full(ties.size, NO_COMMUNITY)
    for number, members in enumerate(groups):
        seeds[members] = number
    community = _spread_communities(seeds, ties)
    region_by_node = {node: number for number, region in enumerate(regions) for node in region}
    regions_of = np.array([region_by_node[members[0]] for members in groups] + [NO_COMMUNITY])
    region = regions_of[np.where(community == NO_COMMUNITY, len(groups), community)]
    return Communities(region, community)


def _louvain(graph: Any) -> list[list[int]]:
    """Return the communities, largest first."""
    import networkx

    communities = networkx.community.louvain_communities(graph, seed=0)
    return sorted(map(sorted, communities), key=lambda members: (-len(members), members))


def _spread_communities(community: Array, ties: TieGraph) -> Array:
    """Assign the remaining nodes to the community of most of their ties, ring by ring."""
    size = int(community[community != NO_COMMUNITY].max(initial=-1)) + 1
    ends = np.concatenate([ties.source, ties.target]), np.concatenate([ties.target, ties.source])
    weight = np.concatenate([ties.weight, ties.weight])
    while size:
        votes_for = (community[ends[0]] != NO_COMMUNITY) & (community[ends[1]] == NO_COMMUNITY)
        if not votes_for.any():
            break
        index = ends[1][votes_for] * size + community[ends[0][votes_for]]
        votes = np.bincount(index, weight[votes_for], ties.size * size).reshape(-1, size)
        community = np.where(votes.any(1), votes.argmax(1), community)
    return community
