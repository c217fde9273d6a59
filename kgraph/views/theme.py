"""One theme: broader and narrower themes, topic strings, associations, quotes, episodes."""

from __future__ import annotations

import msgspec

from kgraph.search.top import find_theme_episodes
from kgraph.views.associated import COMPANY_TYPES, MIN_COMPANY_EPISODES, rank_associations
from kgraph.views.entity import (
    MAX_DETAIL_ROWS,
    NameRequest,
    Spelling,
    build_timeline,
    rank_spellings,
)
from kgraph.views.open_graph import OpenGraph
from kgraph.views.top_quotes import top_theme_quotes
from kgraph.views.values import Association, EntityRef, EpisodeLine, MonthCount, QuoteLine


class ThemeFacts(msgspec.Struct, frozen=True):
    """A theme.

    Attributes:
        thing: the theme.
        broader: themes, from the nearest to the top.
        narrower: themes directly below it.
        spellings: topic strings that mean it, the most frequent first.
        written: number of different ones.
        rows: number of topic strings of quotes that mean it.
        episodes: number with a quote of it or of a narrower theme.
        undated: those of them without a known date of publication.
        timeline: months of the corpus.
        beside: companies, by association.
        quotes: its best ones.
        latest: its newest episodes.
    """

    thing: EntityRef
    broader: list[EntityRef]
    narrower: list[EntityRef]
    spellings: list[Spelling]
    written: int
    rows: int
    episodes: int
    undated: int
    timeline: list[MonthCount]
    beside: list[Association]
    quotes: list[QuoteLine]
    latest: list[EpisodeLine]


def view_theme(graph: OpenGraph, request: NameRequest) -> ThemeFacts:
    """Describe a theme: broader and narrower ones, topic strings, timeline, associated \
companies, best quotes, newest episodes."""
    id_ = graph.find_theme_id(request.name)
    themes = graph.shared.themes
    term = themes[id_]
    broader, parent = [], term.broader
    while parent in themes:
        broader.append(graph.make_ref(parent))
        parent = themes[parent].broader
    slugs = find_theme_episodes(graph.index, id_)
    companies = rank_associations(
        graph, dict.fromkeys(slugs, 1.0), COMPANY_TYPES, MIN_COMPANY_EPISODES
    )
    return ThemeFacts(
        thing=graph.make_ref(id_),
        broader=broader,
        narrower=[graph.make_ref(key) for key, theme in themes.items() if theme.broader == id_],
        spellings=rank_spellings(term.spellings),
        written=len(term.spellings),
        rows=sum(term.spellings.values()),
        episodes=len(slugs),
        undated=graph.count_undated(slugs),
        timeline=build_timeline(graph, slugs),
        beside=companies[:MAX_DETAIL_ROWS],
        quotes=top_theme_quotes(graph, id_, MAX_DETAIL_ROWS),
        latest=graph.list_newest(slugs, MAX_DETAIL_ROWS),
    )
