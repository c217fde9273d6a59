"""The network of what stands together, and its clusters.

Takes outlines, gives a networkx graph of entities: two are joined when they share episodes
far more often than chance has it. Nodes are numbers, in the order of the ids, for networkx walks
sets, and the order of a set of texts changes from run to run.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import msgspec

from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.graph import EpisodeSummary
from kgraph.graph.cooccurrence import count_co_mentions

if TYPE_CHECKING:
    import networkx

CLUSTERED_TYPES = tuple(type_ for type_, spec in ENTITY_TYPES.items() if spec.clusters)
"""Types of entities that cluster by what is spoken of; places and people are in every talk."""

MIN_CLUSTER_LINK_EPISODES = 3
"""Episodes that two must share to be joined."""

MIN_LINK_ASSOCIATION = 0.15
"""Normalised pointwise mutual information that joins two. Nearer to chance everything is
joined to everything: at 0 half of the pairs of two clusters stand side by side, and what
brings them together is not seen."""

MIN_NODE_EPISODES = 3
"""Episodes that must mention a thing for it to stand in the network, in a small corpus."""

MIN_NODE_SHARE = 1 / 125
"""Share of all episodes that must mention it, in a large one: some 450 of the 13,000 things
that a thousand episodes mention, whose shortest paths take half a second."""


class EntityNetwork(msgspec.Struct, frozen=True):
    """A network of entities.

    Attributes:
        ids: id of each node, by number.
        graph: ``weight`` is the association, in (0, 1]; ``cost``, for shortest paths, is what
            it lacks to one and a little more, so that a path of few hops is shorter.
    """

    ids: list[str]
    graph: networkx.Graph[int]

    def find_communities(self) -> list[list[int]]:
        """Communities of nodes (Louvain, Blondel et al. 2008), the largest first."""
        import networkx

        found: Any = networkx.community.louvain_communities(self.graph, weight="weight", seed=0)
        return sorted(map(sorted, found), key=lambda members: (-len(members), members))


def build_entity_network(outlines: Collection[EpisodeSummary]) -> EntityNetwork:
    """The network of the entities that episodes mention together."""
    import networkx

    episodes = max(MIN_NODE_EPISODES, int(len(outlines) * MIN_NODE_SHARE))
    found = count_co_mentions(outlines, CLUSTERED_TYPES, MIN_CLUSTER_LINK_EPISODES, episodes)
    pairs = [pair for pair in found if pair.association >= MIN_LINK_ASSOCIATION]
    ids = sorted({end for pair in pairs for end in (pair.source, pair.target)})
    number = {id_: n for n, id_ in enumerate(ids)}
    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(range(len(ids)))
    for pair in pairs:
        weight = min(pair.association, 1.0)
        graph.add_edge(number[pair.source], number[pair.target], weight=weight, cost=1.1 - weight)
    return EntityNetwork(ids, graph)
