"""One show: its episodes, what it speaks of more than others, what was said in it."""

from __future__ import annotations

import msgspec

from kgraph.views.associated import COMPANY_TYPES, rank_associations
from kgraph.views.entity import (
    MAX_DETAIL_ROWS,
    NameRequest,
    Spelling,
    build_timeline,
    rank_spellings,
)
from kgraph.views.open_graph import OpenGraph, round_value
from kgraph.views.top_quotes import top_show_quotes
from kgraph.views.values import Association, EntityRef, EpisodeLine, Fraction, MonthCount, QuoteLine

MIN_SHOW_COMPANY_EPISODES = 3
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

    thing: EntityRef
    episodes: int
    undated: int
    confidence: Fraction
    mentions: int
    advertised: int
    spellings: list[Spelling]
    written: int
    timeline: list[MonthCount]
    beside: list[Association]
    quotes: list[QuoteLine]
    latest: list[EpisodeLine]


def view_show(shelf: OpenGraph, asked: NameRequest) -> ShowFacts:
    """What is known of a show: its episodes, the companies that it speaks of more than others, \
best quotes.

    Raises:
        UnknownNameError: there is no such show; near names are suggested.
    """
    found = shelf.find_entity(asked.name, ("show",))
    slugs = shelf.episodes_by_show.get(found.id, [])
    return ShowFacts(
        shelf.make_ref(found.id),
        len(slugs),
        shelf.count_undated(slugs),
        _mean_confidence(shelf, slugs),
        found.episodes,
        found.advertised,
        rank_spellings(found.surfaces),
        len(found.surfaces),
        build_timeline(shelf, slugs),
        rank_associations(
            shelf, dict.fromkeys(slugs, 1.0), COMPANY_TYPES, MIN_SHOW_COMPANY_EPISODES
        )[:MAX_DETAIL_ROWS]
        if slugs
        else [],
        top_show_quotes(shelf, found.id, MAX_DETAIL_ROWS),
        [
            shelf.make_episode_line(slug)
            for slug in shelf.sort_newest_first(slugs)[:MAX_DETAIL_ROWS]
        ],
    )


def _mean_confidence(shelf: OpenGraph, slugs: list[str]) -> float:
    edges = [shelf.store.episode(slug).show for slug in slugs]
    sure = [edge.confidence for edge in edges if edge]
    return round_value(sum(sure) / len(sure)) if sure else 1.0
