"""The camps of a map, and what they are called.

Takes what was gathered and its web, gives for each node of the core and each episode its region
and its camp, a part of that region. Both are communities of Louvain (Blondel et al. 2008, by
networkx) on associations weighted by what a pair says; large regions are parted once more. An
episode, a theme, a name of few ties belongs where most of its ties lead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from kgraph.atlas.model import NO_COMMUNITY, Array, AtlasData
from kgraph.atlas.ties import TieGraph
from kgraph.base.entity_types import ENTITY_TYPES

if TYPE_CHECKING:
    import networkx

LARGE_REGION_SHARE, LARGE_REGION_NODES = 1 / 12, 60
"""Share of the core, and members, from which on a region is parted into camps."""

MIN_COMMUNITY_SHARE = 1 / 240
"""Share of the core from which on a camp is one; smaller ones go where their ties lead."""

MIN_COMMUNITY_NODES = 3
"""Members of a camp at the least."""

NAMING_MEMBERS = 3
"""Members that give a camp its name."""

NAMING_TYPES = tuple(type_ for type_, spec in ENTITY_TYPES.items() if spec.names_regions)
"""Types whose names tell what a camp is about, before others: places are in every talk."""


class Communities(msgspec.Struct, frozen=True):
    """Numbers of communities by node; :data:`NO_COMMUNITY` for none.

    Attributes:
        region: the coarse one, the largest first.
        camp: the fine one, by region and then the largest first.
    """

    region: Array
    community: Array


def find_communities(gathered: AtlasData, web: TieGraph) -> Communities:
    """The camps of the nodes of a web."""
    core = gathered.ranges.core
    graph = _association_graph(gathered)
    regions = _louvain(graph)
    camps = [
        part
        for region in regions
        for part in (
            _louvain(graph.subgraph(region))
            if len(region) > max(LARGE_REGION_NODES, LARGE_REGION_SHARE * core)
            else [region]
        )
    ]
    kept = [
        camp for camp in camps if len(camp) >= max(MIN_COMMUNITY_NODES, MIN_COMMUNITY_SHARE * core)
    ]
    camp = _spread_communities(_number_nodes(kept, web.size), web)
    above = {node: number for number, region in enumerate(regions) for node in region}
    region_of = np.array([above[members[0]] for members in kept] + [NO_COMMUNITY])
    return Communities(region_of[np.where(camp == NO_COMMUNITY, len(kept), camp)], camp)


def _association_graph(gathered: AtlasData) -> networkx.Graph[int]:
    import networkx

    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(range(gathered.ranges.core))
    associated = gathered.edges["associated"]
    # The square root: what two names of every second episode share would drown the rest.
    weight = np.sqrt(gathered.association)
    graph.add_weighted_edges_from(
        zip(associated.source.tolist(), associated.target.tolist(), weight.tolist(), strict=True)
    )
    return graph


def _louvain(graph: Any) -> list[list[int]]:
    """Communities, the largest first."""
    import networkx

    found = networkx.community.louvain_communities(graph, seed=0)
    return sorted(map(sorted, found), key=lambda members: (-len(members), members))


def _number_nodes(camps: Iterable[Sequence[int]], size: int) -> Array:
    numbers = np.full(size, NO_COMMUNITY)
    for number, members in enumerate(camps):
        numbers[members] = number
    return numbers


def _spread_communities(camp: Array, web: TieGraph) -> Array:
    """With those of none where most of their ties lead, ring by ring."""
    size = int(camp[camp != NO_COMMUNITY].max(initial=-1)) + 1
    ends = np.concatenate([web.source, web.target]), np.concatenate([web.target, web.source])
    weight = np.concatenate([web.weight, web.weight])
    while size:
        known = (camp[ends[0]] != NO_COMMUNITY) & (camp[ends[1]] == NO_COMMUNITY)
        if not known.any():
            break
        at = ends[1][known] * size + camp[ends[0][known]]
        votes = np.bincount(at, weight[known], web.size * size).reshape(-1, size)
        camp = np.where(votes.any(1), votes.argmax(1), camp)
    return camp


def renumber_communities(camps: Communities, before: Sequence[int]) -> Communities:
    """The same camps under the numbers that most of their members had before.

    Args:
        camps: as they are.
        before: of each node, the number of its camp on a map of before; :data:`NO_COMMUNITY` if none.
    """
    overlap = Counter(zip(camps.community.tolist(), before, strict=True))
    was: dict[int, int] = {}
    for (camp, old), _ in sorted(overlap.items(), key=lambda item: (-item[1], item[0])):
        if NO_COMMUNITY not in (camp, old) and camp not in was and old not in was.values():
            was[camp] = old
    own = sorted(set(camps.community.tolist()) - {NO_COMMUNITY})
    kept = {camp: old for camp, old in was.items() if old < len(own)}
    free = iter(sorted(set(range(len(own))) - set(kept.values())))
    number = np.arange(NO_COMMUNITY + 1)
    number[own] = [kept[camp] if camp in kept else next(free) for camp in own]
    return Communities(camps.region, number[camps.community])


def name_community(gathered: AtlasData, members: Iterable[int]) -> str:
    """The strongest members: those of most episodes."""
    things = gathered.nodes
    best = sorted(members, key=lambda n: (things[n].type not in NAMING_TYPES, -things[n].weight, n))
    return ", ".join(things[n].label for n in best[:NAMING_MEMBERS])
