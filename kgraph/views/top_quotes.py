"""The best quotes of an entity, theme or show: no adverts, no repeats, few from each episode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from kgraph.graph import Quote
from kgraph.graph.records import Occurrence
from kgraph.search.top import EpisodeQuote, find_show_quotes, find_theme_quotes
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import QuoteLine, round_value

#: Quotes of one episode: the best ones are often of one episode, and say the same.
MAX_QUOTES_PER_EPISODE = 2

#: Quotes that are read for each one returned, so that enough remain of other episodes.
CANDIDATES_PER_QUOTE = 12


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


def top_theme_quotes(graph: OpenGraph, theme: str, limit: int) -> list[QuoteLine]:
    """Return the best quotes of a theme or of a narrower one."""
    quotes = find_theme_quotes(graph.index, theme, CANDIDATES_PER_QUOTE * limit)
    return _limit_per_episode(graph, quotes, limit)


def top_show_quotes(graph: OpenGraph, show: str, limit: int) -> list[QuoteLine]:
    """Return the best quotes of a show's episodes."""
    quotes = find_show_quotes(graph.index, show, CANDIDATES_PER_QUOTE * limit)
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
