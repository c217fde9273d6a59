"""Records as nodes and edges, for network formats, views and networkx."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kgraph.base.text import name_key
from kgraph.graph.records import Edge, Entity, EpisodeGraph, Node, TaxonomyTerm

if TYPE_CHECKING:
    import networkx

MENTIONS = "schema:mentions"
ADVERTISES = "kg:advertises"
ABOUT = "schema:about"
KEYWORDS = "schema:keywords"
HAS_PART = "schema:hasPart"
PART_OF_SERIES = "schema:partOfSeries"

MIN_EDGE_WEIGHT = 1e-6
"""A weight below this costs as much as this one, so that a cost stays finite."""


def make_entity_node(entity: Entity) -> Node:
    """An entity, with ``episodes``, ``advertised``, ``confidence``, and ``kind`` when known."""
    attributes: dict[str, str | int | float | bool] = {
        "episodes": entity.episodes,
        "advertised": entity.advertised,
        "confidence": entity.confidence,
    }
    if entity.kind:
        attributes["kind"] = entity.kind
    return Node(entity.id, entity.type, entity.label, attributes)


def make_term_node(id_: str, term: TaxonomyTerm) -> Node:
    """A topic, tag or theme, with how often it was written."""
    return Node(id_, id_.partition("/")[0], term.label, {"count": sum(term.spellings.values())})


def iter_episode_nodes(episode: EpisodeGraph) -> Iterator[Node]:
    """The episode, and the quotes whose text stands in it."""
    attributes: dict[str, str | int | float | bool] = {"file": episode.main_file.file}
    if episode.date:
        attributes["date"] = episode.date
    yield Node(episode.id, "episode", episode.main_file.title, attributes)
    for quote in episode.quotes:
        yield Node(quote.id, "quote", quote.text, {"advert": quote.advert})


def iter_episode_edges(episode: EpisodeGraph) -> Iterator[Edge]:
    """The accepted edges of one recording, each once."""
    source = episode.id
    if episode.show:
        show = episode.show
        yield Edge(source, PART_OF_SERIES, show.target, show.confidence, show.confidence)
    for mention in episode.mentions:
        if mention.is_accepted:
            sure, predicate = mention.confidence, ADVERTISES if mention.is_advert else MENTIONS
            yield Edge(source, predicate, mention.target, sure, sure, len(mention.rows))
    for topic, prominence, count in collect_topics(episode):
        yield Edge(source, ABOUT, topic, 1.0, prominence, count)
    for tag in collect_tags(episode):
        yield Edge(source, KEYWORDS, tag, 1.0, 1.0)
    for occurrence in episode.occurrences:
        target = f"quote/{occurrence.quote}"
        yield Edge(source, HAS_PART, target, 1.0, occurrence.relevance, len(occurrence.rows))


def collect_topics(episode: EpisodeGraph) -> list[tuple[str, float, int]]:
    """(id, prominence in [0, 1], keyword count) of each topic; the strongest row of each."""
    best: dict[str, tuple[float, int]] = {}
    for file in episode.files:
        for row in file.rows.get("topics", ()):
            prominence, count = row.values.get("prominence"), row.values.get("mentions")
            found = (
                float(prominence) if isinstance(prominence, int | float) else 0.0,
                count if isinstance(count, int) else 0,
            )
            id_ = f"topic/{name_key(row.text('topic'))}"
            best[id_] = max(found, best.get(id_, found))
    return [(id_, prominence, count) for id_, (prominence, count) in best.items()]


def collect_tags(episode: EpisodeGraph) -> list[str]:
    """Ids of the tags, each once, as first written."""
    rows = (row for file in episode.files for row in file.rows.get("tags", ()))
    return list(dict.fromkeys(f"tag/{name_key(row.text('tag'))}" for row in rows))


def build_multigraph(nodes: Iterable[Node], edges: Iterable[Edge]) -> networkx.MultiDiGraph[str]:
    """See :meth:`kgraph.graph.Graph.build_multigraph`."""
    import networkx

    network: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    network.add_nodes_from(
        (node.id, {"type": node.type, "label": node.label, **node.attributes}) for node in nodes
    )
    for edge in edges:
        network.add_edge(
            edge.source,
            edge.target,
            edge.predicate,
            confidence=edge.confidence,
            weight=edge.weight,
            cost=-math.log(max(edge.weight, MIN_EDGE_WEIGHT)),
            count=edge.count,
        )
    return network
