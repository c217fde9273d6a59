"""One show: its episodes, the companies it mentions more than others do, its best quotes."""

from __future__ import annotations

import msgspec

from kgraph.views.associated import COMPANY_TYPES, MIN_COMPANY_EPISODES, rank_associations
from kgraph.views.entity import (
    MAX_DETAIL_ROWS,
    NameRequest,
    Spelling,
    build_timeline,
    rank_spellings,
)
from kgraph.views.open_graph import OpenGraph
from kgraph.views.top_quotes import top_show_quotes
from kgraph.views.values import (
    Association,
    EntityRef,
    EpisodeLine,
    Fraction,
    MonthCount,
    QuoteLine,
    round_value,
)


class ShowFacts(msgspec.Struct, frozen=True):
    """A show.

    Attributes:
        thing: the show.
        episodes: number of its own.
        undated: those of them without a known date of publication.
        confidence: mean probability that they are its own; 1 if there are none.
        mentions: number of episodes that mention it outside adverts.
        advertised: number of further episodes that name it in adverts only.
        spellings: as written in the files, the most frequent first.
        written: number of spellings.
        timeline: its episodes by month.
        beside: companies that it mentions more than others do.
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


def view_show(graph: OpenGraph, request: NameRequest) -> ShowFacts:
    """Describe a show: its episodes, the companies that it mentions more than others do, best \
quotes."""
    show = graph.lookup.find(request.name, ("show",))
    slugs = graph.episodes_by_show.get(show.id, [])
    edges = [graph.store.episode(slug).show for slug in slugs]
    confidences = [edge.confidence for edge in edges if edge]
    companies = (
        rank_associations(graph, dict.fromkeys(slugs, 1.0), COMPANY_TYPES, MIN_COMPANY_EPISODES)
        if slugs
        else []
    )
    return ShowFacts(
        thing=graph.make_ref(show.id),
        episodes=len(slugs),
        undated=graph.count_undated(slugs),
        confidence=round_value(sum(confidences) / len(confidences)) if confidences else 1.0,
        mentions=show.episodes,
        advertised=show.advertised,
        spellings=rank_spellings(show.surfaces),
        written=len(show.surfaces),
        timeline=build_timeline(graph, slugs),
        beside=companies[:MAX_DETAIL_ROWS],
        quotes=top_show_quotes(graph, show.id, MAX_DETAIL_ROWS),
        latest=graph.list_newest(slugs, MAX_DETAIL_ROWS),
    )
