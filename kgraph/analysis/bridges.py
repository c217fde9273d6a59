"""What bridges two clusters, and which clusters there are.

Takes the network of entities; a bridge lies on the shortest paths between the core of the
cluster of one thing and that of another (betweenness of subsets, Brandes 2008).
"""

from __future__ import annotations

from kgraph.analysis.network import Network, network_of
from kgraph.analysis.result import Arguments, Finding, Findings, number, words
from kgraph.base.errors import InputError
from kgraph.graph import Shared
from kgraph.store import Store

CORE = 30
"""Members of each cluster between which paths are counted: its most mentioned. All members
of two clusters of 150 would take ten seconds, and move no bridge of the first ten."""


def bridges(store: Store, arguments: Arguments) -> Findings:
    """Entities by their share of the shortest paths between two clusters; score: that share."""
    import networkx

    shared = store.shared
    network = network_of(shared.outlines.values())
    clusters = network.clusters()
    ends = [_cluster(network, clusters, shared, words(arguments, n)) for n in ("one", "other")]
    if ends[0] == ends[1]:
        labels = [shared.entities[words(arguments, n)].label for n in ("one", "other")]
        raise InputError(
            f"{' and '.join(labels)} stand in one cluster, which nothing can bridge: "
            "`kgraph query clusters` shows them all"
        )
    near, far = (_core(network, clusters[end], shared) for end in ends)
    scores: dict[int, float] = networkx.betweenness_centrality_subset(
        network.graph, near, far, normalized=False, weight="cost"
    )
    paths = len(near) * len(far)
    of = {node: n for n, members in enumerate(clusters) for node in members}
    found = [
        # networkx halves what it finds in a graph without directions.
        _bridge(shared, network.ids[node], 2 * score / paths, of[node] + 1)
        for node, score in scores.items()
        if score > 0
    ]
    found.sort(key=lambda finding: (-finding.score, finding.finds))
    return Findings(("name", "type", "share", "cluster", "episodes"), found)


def _bridge(shared: Shared, id_: str, share: float, cluster: int) -> Finding:
    entity = shared.entities[id_]
    return Finding((entity.label, entity.type, share, cluster, entity.episodes), (id_,), share)


def _cluster(network: Network, clusters: list[list[int]], shared: Shared, id_: str) -> int:
    for number_, members in enumerate(clusters):
        if any(network.ids[node] == id_ for node in members):
            return number_
    raise InputError(
        f"{shared.entities[id_].label} is mentioned too seldom to stand in a cluster: "
        "name something of the same field that more episodes mention"
    )


def _core(network: Network, members: list[int], shared: Shared) -> list[int]:
    return sorted(members, key=lambda n: (-shared.entities[network.ids[n]].episodes, n))[:CORE]


def clusters(store: Store, arguments: Arguments) -> Findings:
    """Clusters of entities that stand together, the largest first; score: members."""
    shared = store.shared
    network = network_of(shared.outlines.values())
    found = []
    for n, members in enumerate(network.clusters(), 1):
        if len(members) >= number(arguments, "least"):
            first = [network.ids[node] for node in _core(network, members, shared)]
            names = ", ".join(shared.entities[id_].label for id_ in first[:12])
            ids = tuple(network.ids[node] for node in members)
            found.append(Finding((n, len(members), names), ids, float(len(members))))
    return Findings(("cluster", "members", "most_mentioned"), found)
