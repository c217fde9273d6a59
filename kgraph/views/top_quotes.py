"""The best quotes of something: adverts left out, each text once, a few an episode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kgraph.search.top import EpisodeQuote, find_show_quotes, find_theme_quotes
from kgraph.views.open_graph import OpenGraph, round_value
from kgraph.views.values import QuoteLine

MAX_QUOTES_PER_EPISODE = 2
"""Quotes of one episode: the best ones often stand in one, and say the same."""

CANDIDATES_PER_QUOTE = 12
"""Quotes that are looked at for each that is shown, so that others remain when an episode has
given its share."""


def top_entity_quotes(shelf: OpenGraph, id_: str, limit: int) -> list[QuoteLine]:
    """The best quotes that name an entity, of the episodes that mention it.

    Read from their records: for what is named by thousands of quotes, joins of the triples
    take ten times as long (Bitcoin: 1.2 s against 0.1 s).
    """
    found: list[tuple[float, str, EpisodeQuote]] = []
    for episode in shelf.store.read_quotes(shelf.episodes_by_entity.get(id_, ())):
        relevance = {o.quote: o.relevance for o in episode.occurrences if not o.is_advert}
        for quote in episode.quotes:
            if quote.key in relevance and any(named == id_ for named, _ in quote.entities):
                placed = EpisodeQuote(quote.id, quote.text, relevance[quote.key], episode.slug)
                found.append((-placed.relevance, quote.key, placed))
    best = sorted(found, key=lambda row: row[:2])
    return _limit_per_episode(shelf, (placed for *_, placed in best), limit)


def top_theme_quotes(shelf: OpenGraph, theme: str, limit: int) -> list[QuoteLine]:
    """The best quotes that are filed under a theme, or under a narrower one."""
    return _limit_per_episode(
        shelf, find_theme_quotes(shelf.index, theme, CANDIDATES_PER_QUOTE * limit), limit
    )


def top_show_quotes(shelf: OpenGraph, show: str, limit: int) -> list[QuoteLine]:
    """The best quotes of a show's episodes."""
    return _limit_per_episode(
        shelf, find_show_quotes(shelf.index, show, CANDIDATES_PER_QUOTE * limit), limit
    )


def _limit_per_episode(
    shelf: OpenGraph, placed: Iterable[EpisodeQuote], limit: int
) -> list[QuoteLine]:
    of_episode: Counter[str] = Counter()
    found: dict[str, QuoteLine] = {}
    for quote in placed:
        if (
            len(found) < limit
            and quote.id not in found
            and of_episode[quote.slug] < MAX_QUOTES_PER_EPISODE
        ):
            of_episode[quote.slug] += 1
            line = shelf.make_episode_line(quote.slug)
            found[quote.id] = QuoteLine(quote.id, quote.text, round_value(quote.relevance), line)
    return list(found.values())
