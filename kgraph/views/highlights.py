"""Entities that are mentioned together and the best quotes, which come first on a page.

Entities are ranked by the measures of :mod:`kgraph.graph.cooccurrence`: for companies the numbers
that a build stores as ``kg:CoMention``, here for every type. Rows are sorted by count times
pointwise mutual information (Evert 2005). The association alone would put pairs first that three
episodes mention together and no other episode at all.

Quotes are no adverts, not repeated, and few of each episode.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from kgraph.graph import Quote, cooccurrence
from kgraph.graph.cooccurrence import MIN_SHARED_EPISODES
from kgraph.graph.records import Occurrence
from kgraph.search.index import EpisodeQuote, find_top_quotes
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import Association, QuoteLine, round_value

COMPANY_TYPES = ("company",)

#: Quotes of one episode: the best ones are often of one episode, and say the same.
MAX_QUOTES_PER_EPISODE = 2

#: Quotes that are read for each one returned, so that enough remain of other episodes.
CANDIDATES_PER_QUOTE = 12


def find_associations(
    graph: OpenGraph, id_: str, types: Collection[str] = COMPANY_TYPES
) -> list[Association]:
    """Find what episodes mention together with an entity more often than by chance.

    Entities share :data:`MIN_SHARED_EPISODES` with it, or else one. ``types`` are theirs; empty
    for all.
    """
    confidences = mention_confidences(graph, id_)
    rows = rank_associations(graph, confidences, types, MIN_SHARED_EPISODES)
    rows = rows or rank_associations(graph, confidences, types, 1)
    return [row for row in rows if row.thing.id != id_]


def mention_confidences(graph: OpenGraph, id_: str) -> dict[str, float]:
    """Return slug -> confidence of the episodes that mention an entity outside adverts."""
    slugs = graph.episodes_by_entity.get(id_, ())
    return {slug: graph.summaries[slug].mentions[id_] for slug in slugs}


def advert_confidences(graph: OpenGraph, id_: str) -> dict[str, float]:
    """Return slug -> confidence of the episodes that name an entity in adverts only."""
    slugs = graph.adverts_by_entity.get(id_, ())
    return {slug: graph.summaries[slug].adverts[id_] for slug in slugs}


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
    entities = graph.shared.entities
    likely = [
        pair
        for pair in pairs
        if pair.episodes >= min_episodes and pair.lift > 1 and not entities[pair.id].is_generic
    ]
    likely.sort(key=lambda pair: (-pair.strength, pair.id))
    return [
        Association(
            graph.make_ref(pair.id),
            pair.episodes,
            *map(round_value, (pair.weighted, pair.lift, pair.association)),
        )
        for pair in likely
    ]


# -- quotes --------------------------------------------------------------------


def iterate_entity_quotes(graph: OpenGraph, id_: str) -> Iterator[tuple[str, Quote, Occurrence]]:
    """Yield slug, quote and occurrence of every quote that names an entity, in episodes that
    mention it.

    Reads records: for an entity that thousands of quotes name, SPARQL joins take ten times as
    long (Bitcoin: 1.2 s instead of 0.1 s).
    """
    for episode in graph.store.read_quotes(graph.episodes_by_entity.get(id_, ())):
        occurrences = {occurrence.quote: occurrence for occurrence in episode.occurrences}
        for quote in episode.quotes:
            if any(entity_id == id_ for entity_id, _ in quote.entities):
                yield episode.slug, quote, occurrences[quote.key]


def top_entity_quotes(graph: OpenGraph, id_: str, limit: int) -> list[QuoteLine]:
    """Return the best quotes that name an entity."""
    quotes = [
        (
            -occurrence.relevance,
            quote.key,
            EpisodeQuote(quote.id, quote.text, occurrence.relevance, slug),
        )
        for slug, quote, occurrence in iterate_entity_quotes(graph, id_)
        if not occurrence.is_advert
    ]
    quotes.sort(key=lambda row: row[:2])
    return _limit_per_episode(graph, (quote for *_, quote in quotes), limit)


def top_group_quotes(graph: OpenGraph, id_: str, limit: int) -> list[QuoteLine]:
    """Return the best quotes of a theme, or of a show's episodes."""
    quotes = find_top_quotes(graph.index, id_, CANDIDATES_PER_QUOTE * limit)
    return _limit_per_episode(graph, quotes, limit)


def _limit_per_episode(
    graph: OpenGraph, quotes: Iterable[EpisodeQuote], limit: int
) -> list[QuoteLine]:
    per_episode: Counter[str] = Counter()
    lines: dict[str, QuoteLine] = {}
    for quote in quotes:
        if len(lines) == limit:
            break
        if quote.id not in lines and per_episode[quote.slug] < MAX_QUOTES_PER_EPISODE:
            per_episode[quote.slug] += 1
            line = graph.make_episode_line(quote.slug)
            lines[quote.id] = QuoteLine(quote.id, quote.text, round_value(quote.relevance), line)
    return list(lines.values())
