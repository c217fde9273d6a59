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

from kgraph.atlas.model import NOWHERE, Array, Gathered
from kgraph.atlas.ties import Web

if TYPE_CHECKING:
    import networkx

LARGE, MANY = 1 / 12, 60
"""Share of the core, and members, from which on a region is parted into camps."""

SMALLEST = 1 / 240
"""Share of the core from which on a camp is one; smaller ones go where their ties lead."""

FEWEST = 3
"""Members of a camp at the least."""

NAMED = 3
"""Members that give a camp its name."""

TELLING = ("company", "crypto", "product", "institution", "person")
"""Types whose names tell what a camp is about, before others: places are in every talk."""


class Camps(msgspec.Struct, frozen=True):
    """Numbers of communities by node; :data:`NOWHERE` for none.

    Attributes:
        region: the coarse one, the largest first.
        camp: the fine one, by region and then the largest first.
    """

    region: Array
    camp: Array


def camps_of(gathered: Gathered, web: Web) -> Camps:
    """The camps of the nodes of a web."""
    core = gathered.ranges.core
    graph = _graph(gathered)
    regions = _louvain(graph)
    camps = [
        part
        for region in regions
        for part in (
            _louvain(graph.subgraph(region)) if len(region) > max(MANY, LARGE * core) else [region]
        )
    ]
    kept = [camp for camp in camps if len(camp) >= max(FEWEST, SMALLEST * core)]
    camp = _followed(_numbered(kept, web.size), web)
    above = {node: number for number, region in enumerate(regions) for node in region}
    region_of = np.array([above[members[0]] for members in kept] + [NOWHERE])
    return Camps(region_of[np.where(camp == NOWHERE, len(kept), camp)], camp)


def _graph(gathered: Gathered) -> networkx.Graph[int]:
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


def _numbered(camps: Iterable[Sequence[int]], size: int) -> Array:
    numbers = np.full(size, NOWHERE)
    for number, members in enumerate(camps):
        numbers[members] = number
    return numbers


def _followed(camp: Array, web: Web) -> Array:
    """With those of none where most of their ties lead, ring by ring."""
    size = int(camp[camp != NOWHERE].max(initial=-1)) + 1
    ends = np.concatenate([web.source, web.target]), np.concatenate([web.target, web.source])
    weight = np.concatenate([web.weight, web.weight])
    while size:
        known = (camp[ends[0]] != NOWHERE) & (camp[ends[1]] == NOWHERE)
        if not known.any():
            break
        at = ends[1][known] * size + camp[ends[0][known]]
        votes = np.bincount(at, weight[known], web.size * size).reshape(-1, size)
        camp = np.where(votes.any(1), votes.argmax(1), camp)
    return camp


def renumbered(camps: Camps, before: Sequence[int]) -> Camps:
    """The same camps under the numbers that most of their members had before.

    Args:
        camps: as they are.
        before: of each node, the number of its camp on a map of before; :data:`NOWHERE` if none.
    """
    overlap = Counter(zip(camps.camp.tolist(), before, strict=True))
    was: dict[int, int] = {}
    for (camp, old), _ in sorted(overlap.items(), key=lambda item: (-item[1], item[0])):
        if NOWHERE not in (camp, old) and camp not in was and old not in was.values():
            was[camp] = old
    own = sorted(set(camps.camp.tolist()) - {NOWHERE})
    kept = {camp: old for camp, old in was.items() if old < len(own)}
    free = iter(sorted(set(range(len(own))) - set(kept.values())))
    number = np.arange(NOWHERE + 1)
    number[own] = [kept[camp] if camp in kept else next(free) for camp in own]
    return Camps(camps.region, number[camps.camp])


def name_of(gathered: Gathered, members: Iterable[int]) -> str:
    """The strongest members: those of most episodes."""
    things = gathered.things
    best = sorted(members, key=lambda n: (things[n].type not in TELLING, -things[n].weight, n))
    return ", ".join(things[n].label for n in best[:NAMED])
