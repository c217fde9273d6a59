"""One show: its episodes, what it speaks of more than others, what was said in it."""

from __future__ import annotations

import msgspec

from kgraph.views.associated import COMPANIES, beside_of
from kgraph.views.entity import ROWS, Named, Spelling, spellings, timeline
from kgraph.views.open_graph import Shelf, rounded
from kgraph.views.top_quotes import spoken
from kgraph.views.values import Beside, EpisodeLine, Month, Saying, Share, Thing

LEAST = 3
"""Episodes of a show that must mention a company for it to be listed."""


class ShowFacts(msgspec.Struct, frozen=True):
    """What is known of a show.

    Attributes:
        thing: what it is.
        episodes: how many belong to it.
        undated: of how many of them no date of publication is known.
        confidence: that they do, on average; 1 where none does.
        mentions: how many episodes speak of it outside adverts.
        advertised: how many more name it in adverts alone.
        spellings: ways in which it was written, the most frequent first.
        written: how many ways there are in all.
        timeline: its episodes by month.
        beside: companies that it speaks of more than others do.
        quotes: the best of its episodes.
        latest: its newest episodes.
    """

    thing: Thing
    episodes: int
    undated: int
    confidence: Share
    mentions: int
    advertised: int
    spellings: list[Spelling]
    written: int
    timeline: list[Month]
    beside: list[Beside]
    quotes: list[Saying]
    latest: list[EpisodeLine]


def show(shelf: Shelf, asked: Named) -> ShowFacts:
    """What is known of a show: its episodes, the companies that it speaks of more than others, \
best quotes.

    Raises:
        UnknownNameError: there is no such show; near names are suggested.
    """
    found = shelf.entity(asked.name, ("show",))
    slugs = shelf.of_show.get(found.id, [])
    return ShowFacts(
        shelf.thing(found.id),
        len(slugs),
        shelf.undated(slugs),
        _confidence(shelf, slugs),
        found.episodes,
        found.advertised,
        spellings(found.surfaces),
        len(found.surfaces),
        timeline(shelf, slugs),
        beside_of(shelf, dict.fromkeys(slugs, 1.0), COMPANIES, LEAST)[:ROWS] if slugs else [],
        spoken(shelf, found.id, ROWS),
        [shelf.line(slug) for slug in shelf.newest(slugs)[:ROWS]],
    )


def _confidence(shelf: Shelf, slugs: list[str]) -> float:
    edges = [shelf.store.episode(slug).show for slug in slugs]
    sure = [edge.confidence for edge in edges if edge]
    return rounded(sum(sure) / len(sure)) if sure else 1.0
