"""One theme: its place in the scheme, its strings, what goes with it, what is said of it."""

from __future__ import annotations

import msgspec

from kgraph.search.top import find_theme_episodes
from kgraph.views.associated import COMPANY_TYPES, rank_associations
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

MIN_THEME_COMPANY_EPISODES = 3
"""Episodes of a theme that must mention a company for it to be listed beside the theme."""


class ThemeFacts(msgspec.Struct, frozen=True):
    """What is known of a theme.

    Attributes:
        thing: what it is.
        broader: from the nearest to the uppermost.
        narrower: what is filed under it.
        spellings: topic strings that were taken for it, the most frequent first.
        written: how many different ones there are.
        rows: how many topic strings of quotes were, in all.
        episodes: how many have a quote that is filed under it or under a narrower one.
        undated: of how many of them no date of publication is known.
        timeline: months of the corpus.
        beside: companies, by association.
        quotes: the best that are filed under it.
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


def view_theme(shelf: OpenGraph, asked: NameRequest) -> ThemeFacts:
    """What is known of a theme: broader and narrower ones, its strings, timeline, companies \
beside it, best quotes, newest episodes.

    Raises:
        UnknownNameError: there is no such theme; near names are suggested.
    """
    id_ = shelf.find_theme_id(asked.name)
    term = shelf.shared.themes[id_]
    slugs = find_theme_episodes(shelf.index, id_)
    return ThemeFacts(
        shelf.make_ref(id_),
        _list_broader(shelf, id_),
        [shelf.make_ref(n) for n, other in shelf.shared.themes.items() if other.broader == id_],
        rank_spellings(term.spellings),
        len(term.spellings),
        sum(term.spellings.values()),
        len(slugs),
        shelf.count_undated(slugs),
        build_timeline(shelf, slugs),
        rank_associations(
            shelf, dict.fromkeys(slugs, 1.0), COMPANY_TYPES, MIN_THEME_COMPANY_EPISODES
        )[:MAX_DETAIL_ROWS],
        top_theme_quotes(shelf, id_, MAX_DETAIL_ROWS),
        [
            shelf.make_episode_line(slug)
            for slug in shelf.sort_newest_first(slugs)[:MAX_DETAIL_ROWS]
        ],
    )


def _list_broader(shelf: OpenGraph, id_: str) -> list[EntityRef]:
    found: list[EntityRef] = []
    above = shelf.shared.themes[id_].broader
    while above in shelf.shared.themes:
        found.append(shelf.make_ref(above))
        above = shelf.shared.themes[above].broader
    return found
