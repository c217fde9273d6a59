"""The best quotes of something: adverts left out, each text once, a few an episode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kgraph.search.top import Placed, quotes_of_show, quotes_of_theme
from kgraph.views.open_graph import Shelf, rounded
from kgraph.views.values import Saying

EACH = 2
"""Quotes of one episode: the best ones often stand in one, and say the same."""

LOOKED_AT = 12
"""Quotes that are looked at for each that is shown, so that others remain when an episode has
given its share."""


def naming(shelf: Shelf, id_: str, limit: int) -> list[Saying]:
    """The best quotes that name an entity, of the episodes that mention it.

    Read from their records: for what is named by thousands of quotes, joins of the triples
    take ten times as long (Bitcoin: 1.2 s against 0.1 s).
    """
    found: list[tuple[float, str, Placed]] = []
    for episode in shelf.store.quoted(shelf.mentioned.get(id_, ())):
        relevance = {o.quote: o.relevance for o in episode.occurrences if not o.advert}
        for quote in episode.quotes:
            if quote.key in relevance and any(named == id_ for named, _ in quote.entities):
                placed = Placed(quote.id, quote.text, relevance[quote.key], episode.slug)
                found.append((-placed.relevance, quote.key, placed))
    best = sorted(found, key=lambda row: row[:2])
    return _thinned(shelf, (placed for *_, placed in best), limit)


def filed(shelf: Shelf, theme: str, limit: int) -> list[Saying]:
    """The best quotes that are filed under a theme, or under a narrower one."""
    return _thinned(shelf, quotes_of_theme(shelf.index, theme, LOOKED_AT * limit), limit)


def spoken(shelf: Shelf, show: str, limit: int) -> list[Saying]:
    """The best quotes of a show's episodes."""
    return _thinned(shelf, quotes_of_show(shelf.index, show, LOOKED_AT * limit), limit)


def _thinned(shelf: Shelf, placed: Iterable[Placed], limit: int) -> list[Saying]:
    of_episode: Counter[str] = Counter()
    found: dict[str, Saying] = {}
    for quote in placed:
        if len(found) < limit and quote.id not in found and of_episode[quote.slug] < EACH:
            of_episode[quote.slug] += 1
            line = shelf.line(quote.slug)
            found[quote.id] = Saying(quote.id, quote.text, rounded(quote.relevance), line)
    return list(found.values())
