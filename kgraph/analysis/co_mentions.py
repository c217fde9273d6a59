"""Entities that are mentioned together: associations, clusters and their bridges, and paths.

Associations are those of :mod:`kgraph.graph.cooccurrence`. Two entities of a network are linked
by a tie (:func:`~kgraph.graph.cooccurrence.is_tie`). A bridge is on the shortest paths between
the core members of two clusters (betweenness of subsets, Brandes 2008). Nodes are numbers, in the
order of the ids: networkx iterates over sets, and the order of a set of texts changes from run to
run.

A hop of a path leads from one entity to another through an episode that mentions both. It costs
1 - log(pq), where p and q are the confidences of the two mentions, so that the shortest path has
few and certain hops.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from kgraph.analysis.tie_quotes import (
    extract_tie_sentence,
    find_tie_quotes,
    iterate_naming_quotes,
)
from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.errors import InputError
from kgraph.graph import EpisodeGraph, EpisodeSummary, SharedData
from kgraph.graph.cooccurrence import (
    MIN_TIE_EPISODES,
    count_co_mentions,
    expected_counts,
    is_tie,
    rank_ties,
)
from kgraph.query.parameters import FIRST_DAY, QueryArguments, int_arg, text_arg, types_arg
from kgraph.query.table import Finding, Findings, TableCell
from kgraph.store import Store

if TYPE_CHECKING:
    import networkx

#: Types of entities that cluster by subject; places and people are mentioned everywhere.
CLUSTERED_TYPES = tuple(type_ for type_, spec in ENTITY_TYPES.items() if spec.clusters)

#: Association above which two entities are linked. At 0, a small corpus falls into pairs; at -0.5,
#: half of the pairs of two clusters are linked, and what brings clusters together is invisible.
MIN_LINK_ASSOCIATION = -0.3

MIN_NODE_EPISODES = 3  #: episodes that mention an entity of the network, in a small corpus

#: Share of all episodes that mention an entity of the network, in a large corpus. Some 450 of the
#: 13,000 entities of a thousand episodes are mentioned so often; to find the shortest paths between
#: them takes half a second.
MIN_NODE_SHARE = 1 / 125

#: Most mentioned members of each cluster between which paths are counted. All members of two
#: clusters of 150 would take ten seconds, and change none of the first ten bridges.
MAX_CORE_MEMBERS = 30

MIN_GROUP_MEMBERS = 3  #: of a group within a cluster

MAX_CLUSTER_NAMES = 12  #: members that a cluster's row names

ASSOCIATED_COLUMNS = (
    "name",
    "type",
    "episodes",
    "weighted",
    "lift",
    "association",
    "sentence",
)

BRIDGE_COLUMNS = ("name", "type", "share", "cluster", "episodes", "one", "other")

PATH_COLUMNS = ("path", "from", "to", "through", "title", "confidence", "evidence")

#: A lower confidence has the cost of this one, so that a cost is finite.
MIN_PATH_CONFIDENCE = 1e-6


def rank_associated(store: Store, arguments: QueryArguments) -> Findings:
    """Rank what has a tie with an entity; the score is the association."""
    id_, since = text_arg(arguments, "entity"), text_arg(arguments, "since")
    types, entities = types_arg(arguments, "type"), store.shared.entities
    summaries = {
        slug: summary
        for slug, summary in store.shared.summaries.items()
        if (summary.date[:10] or FIRST_DAY) >= since
    }
    own = {slug: s.mentions[id_] for slug, s in summaries.items() if id_ in s.mentions}
    ties = rank_ties(
        summaries, entities, own, expected_counts(summaries.values()), types, excluded=id_
    )
    min_episodes = int_arg(arguments, "minEpisodes")
    ties = [tie for tie in ties if tie.episodes >= min_episodes]
    quotes = find_tie_quotes(iterate_naming_quotes(store, own, (id_,)), {tie.id for tie in ties})
    findings = []
    for tie in ties:
        other, quote = entities[tie.id], quotes.get(tie.id)
        sentence = extract_tie_sentence(quote.text, (entities[id_], other)) if quote else ""
        counts = (tie.episodes, tie.weighted, tie.lift, tie.association)
        cells = (other.label, other.type, *counts, sentence)
        findings.append(Finding(cells, (tie.id, id_), tie.association))
    return Findings(ASSOCIATED_COLUMNS, findings)


# -- clusters ------------------------------------------------------------------


class EntityNetwork(msgspec.Struct, frozen=True, dict=True):
    """A network of entities and its clusters."""

    _latest: ClassVar[tuple[SharedData, EntityNetwork] | None] = None

    ids: list[str]  #: id of each node, by number
    #: ``weight`` of an edge is the association above :data:`MIN_LINK_ASSOCIATION`, in (0, 1.3). Its
    #: ``cost``, for shortest paths, is 1.4 minus the weight: each edge costs at least 0.1, so that
    #: paths of few edges are preferred.
    graph: networkx.Graph[int]
    clusters: list[list[int]]  #: Louvain communities (Blondel et al. 2008), the largest first

    @classmethod
    def cached_for(cls, shared: SharedData) -> EntityNetwork:
        """Return the network of all episodes of a graph; that of the latest graph is kept.

        That of a thousand episodes takes a tenth of a second.
        """
        latest = cls._latest  # read once: another thread may ask of another graph
        if latest is None or latest[0] is not shared:
            latest = cls._latest = shared, build_entity_network(shared.summaries.values())
        return latest[1]

    @cached_property
    def groups(self) -> list[frozenset[str]]:
        """The communities within each cluster, as ids, the largest first."""
        import networkx

        groups: list[Sequence[int]] = []
        for cluster in self.clusters:
            parts: Any = networkx.community.louvain_communities(
                self.graph.subgraph(cluster), weight="weight", seed=0
            )
            groups += [sorted(part) for part in parts if len(part) >= MIN_GROUP_MEMBERS]
        groups.sort(key=lambda group: (-len(group), group))
        return [frozenset(self.ids[node] for node in group) for group in groups]


def build_entity_network(summaries: Collection[EpisodeSummary]) -> EntityNetwork:
    """Link the entities that episodes mention together, and find their clusters."""
    import networkx

    min_episodes = max(MIN_NODE_EPISODES, int(len(summaries) * MIN_NODE_SHARE))
    pairs = [
        pair
        for pair in count_co_mentions(summaries, CLUSTERED_TYPES, MIN_TIE_EPISODES, min_episodes)
        if is_tie(pair) and pair.association > MIN_LINK_ASSOCIATION
    ]
    ids = sorted({end for pair in pairs for end in (pair.source, pair.target)})
    numbers = {id_: n for n, id_ in enumerate(ids)}
    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(range(len(ids)))
    for pair in pairs:
        weight = pair.association - MIN_LINK_ASSOCIATION
        graph.add_edge(numbers[pair.source], numbers[pair.target], weight=weight, cost=1.4 - weight)
    communities: Any = networkx.community.louvain_communities(graph, weight="weight", seed=0)
    clusters = sorted(map(sorted, communities), key=lambda members: (-len(members), members))
    return EntityNetwork(ids, graph, clusters)


def find_bridges(store: Store, arguments: QueryArguments) -> Findings:
    """Rank entities by their share of the shortest paths between two clusters.

    The share is the score. An entity that is not named is the most mentioned one of the largest
    cluster that the other is not in; there are no rows if no two clusters are left.

    Raises:
        InputError: one entity is in no cluster, or both are in the same.
    """
    import networkx

    entities = store.shared.entities
    network = EntityNetwork.cached_for(store.shared)
    ends = [text_arg(arguments, name) for name in ("one", "other")]
    cluster_of = {network.ids[node]: n for n, c in enumerate(network.clusters) for node in c}
    for id_ in filter(None, ends):
        if id_ not in cluster_of:
            raise InputError(
                f"{entities[id_].label} is mentioned too seldom to be in a cluster: "
                "name something of the same field that more episodes mention"
            )
    taken = {cluster_of[id_] for id_ in ends if id_}
    free = (n for n in range(len(network.clusters)) if n not in taken)
    for number, id_ in enumerate(ends):
        if not id_ and (cluster := next(free, None)) is not None:
            ends[number] = network.ids[_core_members(network, cluster, store.shared)[0]]
    if not all(ends):
        return Findings(BRIDGE_COLUMNS, [])
    if cluster_of[ends[0]] == cluster_of[ends[1]]:
        raise InputError(
            f"{' and '.join(entities[id_].label for id_ in ends)} are in the same cluster, so "
            "nothing bridges them: `kgraph query clusters` shows all clusters"
        )
    sources, targets = (_core_members(network, cluster_of[id_], store.shared) for id_ in ends)
    scores: dict[int, float] = networkx.betweenness_centrality_subset(
        network.graph, sources, targets, normalized=False, weight="cost"
    )
    paths = len(sources) * len(targets)
    findings = []
    labels = [entities[id_].label for id_ in ends]
    for node, score in scores.items():
        if score > 0:
            id_ = network.ids[node]
            entity = entities[id_]
            share = 2 * score / paths  # networkx halves the scores of an undirected graph
            percent = round(100 * share, 1)
            numbers = (percent, cluster_of[id_] + 1, entity.episodes)
            cells: tuple[TableCell, ...] = (entity.label, entity.type, *numbers, *labels)
            findings.append(Finding(cells, (id_,), share))
    findings.sort(key=lambda finding: (-finding.score, finding.finds))
    return Findings(BRIDGE_COLUMNS, findings)


def _core_members(network: EntityNetwork, cluster: int, shared: SharedData) -> list[int]:
    members = network.clusters[cluster]
    return sorted(members, key=lambda n: (-shared.entities[network.ids[n]].episodes, n))[
        :MAX_CORE_MEMBERS
    ]


def find_clusters(store: Store, arguments: QueryArguments) -> Findings:
    """List clusters of entities that are mentioned together, the largest first; the score is
    their number of members."""
    shared = store.shared
    network = EntityNetwork.cached_for(shared)
    findings = []
    for n, members in enumerate(network.clusters):
        if len(members) >= int_arg(arguments, "minMembers"):
            core = _core_members(network, n, shared)[:MAX_CLUSTER_NAMES]
            names = ", ".join(shared.entities[network.ids[node]].label for node in core)
            ids = tuple(network.ids[node] for node in members)
            findings.append(Finding((n + 1, len(members), names), ids, float(len(members))))
    return Findings(("cluster", "members", "most_mentioned"), findings)


# -- paths ---------------------------------------------------------------------


def find_paths(store: Store, arguments: QueryArguments) -> Findings:
    """Find the shortest paths between two entities, one row a hop; the score is its confidence.

    Each further path avoids the episodes of those before it.

    Raises:
        InputError: the two are the same, or no path connects them.
    """
    import networkx

    start, end = text_arg(arguments, "one"), text_arg(arguments, "other")
    labels = [store.shared.entities[id_].label for id_ in (start, end)]
    if start == end:
        raise InputError(f"{labels[0]} and {labels[1]} are the same thing: name two")
    graph: networkx.Graph[str] = networkx.Graph()  # two edges make a hop
    for slug, summary in store.shared.summaries.items():
        for id_, confidence in summary.mentions.items():
            cost = 0.5 - math.log(max(confidence, MIN_PATH_CONFIDENCE))
            graph.add_edge(id_, f"episode/{slug}", cost=cost)
    rows: list[Finding] = []
    for number in range(1, int_arg(arguments, "paths") + 1):
        try:
            path: list[str] = networkx.shortest_path(graph, start, end, weight="cost")
        except (networkx.NetworkXNoPath, networkx.NodeNotFound) as error:
            if number == 1:
                message = f"no episodes connect {labels[0]} with {labels[1]}"
                raise InputError(message) from error
            break
        rows += [_hop_finding(store, number, *path[n : n + 3]) for n in range(0, len(path) - 2, 2)]
        graph.remove_nodes_from([node for node in path if node.startswith("episode/")])
    return Findings(PATH_COLUMNS, rows)


def _hop_finding(store: Store, path: int, start: str, episode_id: str, end: str) -> Finding:
    entities = store.shared.entities
    slug = episode_id.removeprefix("episode/")
    episode, mentions = store.episode(slug), store.shared.summaries[slug].mentions
    # The quote that names both with the highest confidence, or else a row of each.
    quotes = []
    for candidate in episode.quotes:
        named = dict(candidate.entities)
        if not candidate.is_advert and start in named and end in named:
            quotes.append((-named[start] * named[end], candidate.key, candidate))
    quote = min(quotes)[2] if quotes else None
    if quote:
        evidence = quote.text
    else:
        evidence = "; ".join(_describe_best_row(episode, id_) for id_ in (start, end))
    confidence = mentions[start] * mentions[end]
    cells = (
        path,
        entities[start].label,
        entities[end].label,
        "quote" if quote else "episode",
        episode.main_file.title,
        confidence,
        evidence,
    )
    return Finding(cells, (start, end, quote.id if quote else episode.id), confidence)


def _describe_best_row(episode: EpisodeGraph, id_: str) -> str:
    """Return file, pointer, name and any context of the row with most confidence in a mention."""
    mention = next(m for m in episode.mentions if m.is_accepted and m.target == id_)
    decision = max(mention.rows, key=lambda row: row.confidence)
    row = episode.find_row("companies", decision.file, decision.index)
    position = f"{episode.files[decision.file].file}#{row.pointer}"
    context = row.text("context")
    return f"{position} {decision.surface!r}" + (f": {context}" if context else "")
