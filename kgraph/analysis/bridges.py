"""What bridges two clusters, and which clusters there are.

Takes the network of entities; a bridge lies on the shortest paths between the core of the
cluster of one thing and that of another (betweenness of subsets, Brandes 2008).
"""

from __future__ import annotations

from kgraph.analysis.network import EntityNetwork, build_entity_network
from kgraph.analysis.result import Finding, Findings, QueryArguments, int_arg, text_arg
from kgraph.base.errors import InputError
from kgraph.graph import SharedData
from kgraph.store import Store

MAX_CORE_MEMBERS = 30
"""Members of each cluster between which paths are counted: its most mentioned. All members
of two clusters of 150 would take ten seconds, and move no bridge of the first ten."""


def find_bridges(store: Store, arguments: QueryArguments) -> Findings:
    """Entities by their share of the shortest paths between two clusters; score: that share."""
    import networkx

    shared = store.shared
    network = build_entity_network(shared.summaries.values())
    clusters = network.find_communities()
    ends = [
        _find_cluster(network, clusters, shared, text_arg(arguments, n)) for n in ("one", "other")
    ]
    if ends[0] == ends[1]:
        labels = [shared.entities[text_arg(arguments, n)].label for n in ("one", "other")]
        raise InputError(
            f"{' and '.join(labels)} stand in one cluster, which nothing can bridge: "
            "`kgraph query clusters` shows them all"
        )
    near, far = (_core_members(network, clusters[end], shared) for end in ends)
    scores: dict[int, float] = networkx.betweenness_centrality_subset(
        network.graph, near, far, normalized=False, weight="cost"
    )
    paths = len(near) * len(far)
    of = {node: n for n, members in enumerate(clusters) for node in members}
    found = [
        # networkx halves what it finds in a graph without directions.
        _bridge_finding(shared, network.ids[node], 2 * score / paths, of[node] + 1)
        for node, score in scores.items()
        if score > 0
    ]
    found.sort(key=lambda finding: (-finding.score, finding.finds))
    return Findings(("name", "type", "share", "cluster", "episodes"), found)


def _bridge_finding(shared: SharedData, id_: str, share: float, cluster: int) -> Finding:
    entity = shared.entities[id_]
    return Finding((entity.label, entity.type, share, cluster, entity.episodes), (id_,), share)


def _find_cluster(
    network: EntityNetwork, clusters: list[list[int]], shared: SharedData, id_: str
) -> int:
    for number_, members in enumerate(clusters):
        if any(network.ids[node] == id_ for node in members):
            return number_
    raise InputError(
        f"{shared.entities[id_].label} is mentioned too seldom to stand in a cluster: "
        "name something of the same field that more episodes mention"
    )


def _core_members(network: EntityNetwork, members: list[int], shared: SharedData) -> list[int]:
    return sorted(members, key=lambda n: (-shared.entities[network.ids[n]].episodes, n))[
        :MAX_CORE_MEMBERS
    ]


def find_clusters(store: Store, arguments: QueryArguments) -> Findings:
    """Clusters of entities that stand together, the largest first; score: members."""
    shared = store.shared
    network = build_entity_network(shared.summaries.values())
    found = []
    for n, members in enumerate(network.find_communities(), 1):
        if len(members) >= int_arg(arguments, "least"):
            first = [network.ids[node] for node in _core_members(network, members, shared)]
            names = ", ".join(shared.entities[id_].label for id_ in first[:12])
            ids = tuple(network.ids[node] for node in members)
            found.append(Finding((n, len(members), names), ids, float(len(members))))
    return Findings(("cluster", "members", "most_mentioned"), found)
