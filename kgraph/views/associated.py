"""Entities that are mentioned together, ranked.

Uses the measures of :mod:`kgraph.graph.cooccurrence`: for companies the numbers that a build
stores as ``kg:CoMention``, here for every type. Rows are sorted by count times pointwise mutual
information (Evert 2005). The association alone would put pairs first that three episodes mention
together and no other episode at all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kgraph.graph import cooccurrence
from kgraph.graph.cooccurrence import MIN_SHARED_EPISODES
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import Association, round_value

COMPANY_TYPES = ("company",)

MIN_COMPANY_EPISODES = 3  #: episodes of a theme or show that must mention a company to list it


def find_associations(
    graph: OpenGraph,
    id_: str,
    types: Collection[str] = COMPANY_TYPES,
    min_episodes: int = MIN_SHARED_EPISODES,
) -> list[Association]:
    """Find what episodes mention together with an entity more often than by chance.

    Args:
        types: of the associated entities; empty for all.
        min_episodes: shared episodes; 1 if no entity has as many.
    """
    confidences = mention_confidences(graph, id_)
    rows = rank_associations(graph, confidences, types, min_episodes) or rank_associations(
        graph, confidences, types, 1
    )
    return [row for row in rows if row.thing.id != id_]


def mention_confidences(graph: OpenGraph, id_: str) -> dict[str, float]:
    """Return slug -> confidence of the episodes that mention an entity outside adverts."""
    slugs = graph.episodes_by_entity.get(id_, ())
    return {slug: graph.summaries[slug].mentions[id_] for slug in slugs}


def rank_associations(
    graph: OpenGraph, confidences: Mapping[str, float], types: Collection[str], min_episodes: int
) -> list[Association]:
    """Rank what some episodes mention more often than others.

    Args:
        confidences: slug of each episode -> probability that it counts.
        types: of the entities; empty for all.
        min_episodes: of these episodes that mention the entity.
    """
    pairs = cooccurrence.associated_with(graph.summaries, confidences, graph.entity_weights, types)
    likely = [pair for pair in pairs if pair.episodes >= min_episodes and pair.lift > 1]
    likely.sort(key=lambda pair: (-pair.strength, pair.id))
    return [
        Association(
            graph.make_ref(pair.id),
            pair.episodes,
            *map(round_value, (pair.weighted, pair.lift, pair.association)),
        )
        for pair in likely
    ]
