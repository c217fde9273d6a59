"""Finds the communities of a map, and names them.

Takes the data and its tie graph, returns the region and the community of each node of the core and
each episode. Both are Louvain communities (Blondel et al. 2008, by networkx) of the associations,
weighted by strength; large regions are split once more. An episode, a theme or a name of few ties
joins the community of most of its ties.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import numpy as np

from kgraph.atlas.model import NO_COMMUNITY, Array, AtlasData
from kgraph.atlas.ties import TieGraph
from kgraph.base.entity_types import ENTITY_TYPES

#: Share of the core, and number of members, from which on a region is split.
LARGE_REGION_SHARE, LARGE_REGION_NODES = 1 / 12, 60

MIN_COMMUNITY_SHARE = 1 / 240  #: of the core; smaller communities join others by their ties
MIN_COMMUNITY_NODES = 3
NAMING_MEMBERS = 3  #: members in the name of a community

#: Types that name a community before others: places occur in every talk.
NAMING_TYPES = tuple(type_ for type_, spec in ENTITY_TYPES.items() if spec.names_regions)


class Communities(msgspec.Struct, frozen=True):
    """Numbers of communities by node; :data:`NO_COMMUNITY` for none."""

    region: Array  #: coarse communities, largest first
    community: Array  #: fine ones, by region and then largest first


def find_communities(gathered: AtlasData, ties: TieGraph) -> Communities:
    import networkx

    core, associated = gathered.ranges.core, gathered.edges["associated"]
    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(range(core))
    # The square root dampens pairs that occur in every second episode.
    weight = np.sqrt(gathered.association).tolist()
    graph.add_weighted_edges_from(
        zip(associated.source.tolist(), associated.target.tolist(), weight, strict=True)
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


def renumber_communities(communities: Communities, before: Sequence[int]) -> Communities:
    """Give each community the number that most of its members had on a previous map.

    ``before`` is the previous number of each node; :data:`NO_COMMUNITY` if none.
    """
    overlap = Counter(zip(communities.community.tolist(), before, strict=True))
    previous: dict[int, int] = {}
    for (community, old), _ in sorted(overlap.items(), key=lambda item: (-item[1], item[0])):
        if (
            NO_COMMUNITY not in (community, old)
            and community not in previous
            and old not in previous.values()
        ):
            previous[community] = old
    own = sorted(set(communities.community.tolist()) - {NO_COMMUNITY})
    reused = {community: old for community, old in previous.items() if old < len(own)}
    free = iter(sorted(set(range(len(own))) - set(reused.values())))
    number = np.arange(NO_COMMUNITY + 1)
    number[own] = [reused[community] if community in reused else next(free) for community in own]
    return Communities(communities.region, number[communities.community])


def name_community(gathered: AtlasData, members: Iterable[int]) -> str:
    """Return the labels of the most important members."""
    nodes = gathered.nodes
    best = sorted(members, key=lambda n: (nodes[n].type not in NAMING_TYPES, -nodes[n].weight, n))
    return ", ".join(nodes[n].label for n in best[:NAMING_MEMBERS])
