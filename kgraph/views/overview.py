"""The whole graph at a glance: what is in it, what is new, what rose."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.model import EntityType
from kgraph.graph.lookup import popularity_key
from kgraph.views.lists import MonthText as MonthText
from kgraph.views.lists import (
    ShowLine,
    ShowsRequest,
    ThemeLine,
    ThemesRequest,
    list_shows,
    list_themes,
)
from kgraph.views.open_graph import OpenGraph, round_value
from kgraph.views.stats import Stats, count_graph
from kgraph.views.values import Count, EntityRef, EpisodeLine, Fraction, ViewLimit

MAX_HIGHLIGHTS = 8
"""Episodes, companies, themes and shows that the front page names."""

MIN_MONTH_EPISODES = 20
"""Episodes of known date from which a month says something; where no two months have as many,
the last two will do."""

MIN_RISER_EPISODES = 3
"""Episodes of the later month that must mention what rose."""


class Riser(msgspec.Struct, frozen=True):
    """What is mentioned more than before.

    Attributes:
        thing: what.
        before, after: episodes of the earlier and of the later month that mention it.
        share_before, share_after: the same as parts of all episodes of the month.
    """

    thing: EntityRef
    before: int
    after: int
    share_before: Fraction
    share_after: Fraction


class RiserList(msgspec.Struct, frozen=True):
    """What rose between two months, the fastest first; the months are "" where there are none.

    Attributes:
        before, after: the months.
        episodes_before, episodes_after: how many episodes of known date they have.
        rows: what rose, by share of episodes.
    """

    before: str
    after: str
    episodes_before: int
    episodes_after: int
    rows: list[Riser]


class RisersRequest(msgspec.Struct, frozen=True):
    """Ask for what rose.

    Attributes:
        before, after: two months; by default the last two with enough episodes.
        type: of what type.
    """

    before: MonthText = ""
    after: MonthText = ""
    type: EntityType = "company"
    least: Annotated[int, msgspec.Meta(ge=1, description="episodes of the later month")] = (
        MIN_RISER_EPISODES
    )
    limit: ViewLimit = MAX_HIGHLIGHTS


def find_risers(shelf: OpenGraph, asked: RisersRequest) -> RiserList:
    """What is mentioned by a larger share of a month's episodes than in a month before.

    Raises:
        InputError: the months are the same, or only one is given and the other is none before it.
    """
    before, after = _choose_months(shelf, asked)
    all_before, all_after = (
        shelf.episode_counts_by_month.get(before, 0),
        shelf.episode_counts_by_month.get(after, 0),
    )
    if not (all_before and all_after):  # of no episodes nothing is a share
        return RiserList(before, after, all_before, all_after, [])
    earlier, later = (
        _count_mentions(shelf, before, asked.type),
        _count_mentions(shelf, after, asked.type),
    )
    shares = {
        id_: (earlier[id_] / all_before, count / all_after)
        for id_, count in later.items()
        if count >= asked.least
    }
    risen = [
        id_ for id_, (share_before, share_after) in shares.items() if share_after > share_before
    ]
    risen.sort(key=lambda id_: (shares[id_][0] - shares[id_][1], -later[id_], id_))
    rows = [
        Riser(shelf.make_ref(id_), earlier[id_], later[id_], *map(round_value, shares[id_]))
        for id_ in risen[: asked.limit]
    ]
    return RiserList(before, after, all_before, all_after, rows)


def _choose_months(shelf: OpenGraph, asked: RisersRequest) -> tuple[str, str]:
    full = [
        month
        for month, episodes in shelf.episode_counts_by_month.items()
        if episodes >= MIN_MONTH_EPISODES
    ]
    known = full if len(full) > 1 else list(shelf.episode_counts_by_month)
    after = asked.after or (known[-1] if known else "")
    earlier = [month for month in known if month < after]
    before = asked.before or (earlier[-1] if earlier else "")
    both = asked.before and asked.after  # which may be compared either way
    if after and (before == after if both else before >= after):
        raise InputError(f"before={before}: it is no month before {after}: give both, or neither")
    return before, after


def _count_mentions(shelf: OpenGraph, month: str, type_: str) -> Counter[str]:
    return Counter(
        id_
        for outline in shelf.outlines.values()
        if outline.month == month
        for id_ in outline.mentions
        if id_.startswith(f"{type_}/")
    )


class OverviewRequest(msgspec.Struct, frozen=True):
    """Ask for the graph at a glance."""


class FrontFacts(msgspec.Struct, frozen=True):
    """The graph at a glance.

    Attributes:
        episodes: how many.
        statements: how many triples it has.
        shows: how many that episodes belong to.
        themes: how many.
        types: how many entities of each type.
        first, last: days of the earliest and the latest episode; "" when unknown.
        newest: episodes.
        companies: those that most episodes speak of.
        uppermost: themes that are under no other.
        longest: shows with most episodes.
        risers: companies that rose.
    """

    episodes: int
    statements: int
    shows: int
    themes: int
    types: dict[str, int]
    first: str
    last: str
    newest: list[EpisodeLine]
    companies: list[Count]
    uppermost: list[ThemeLine]
    longest: list[ShowLine]
    risers: RiserList


def view_overview(shelf: OpenGraph, asked: OverviewRequest) -> FrontFacts:
    """The graph at a glance: how much of what, what is new, what rose, what is mentioned most."""
    every = shelf.shared.entities.values()
    days = [day for outline in shelf.outlines.values() if (day := outline.date[:10])] or [""]
    companies = sorted((e for e in every if e.type == "company"), key=popularity_key)
    dated = [slug for slug, outline in shelf.outlines.items() if outline.is_dated]
    return FrontFacts(
        len(shelf.outlines),
        shelf.store.meta.triples,
        len(shelf.episodes_by_show),
        len(shelf.shared.themes),
        dict(sorted(Counter(entity.type for entity in every).items())),
        min(days),
        max(days),
        [
            shelf.make_episode_line(slug)
            for slug in shelf.sort_newest_first(dated or shelf.outlines)[:MAX_HIGHLIGHTS]
        ],
        [
            Count(shelf.make_ref(e.id), e.episodes)
            for e in companies[: 2 * MAX_HIGHLIGHTS]
            if e.episodes
        ],
        [row for row in list_themes(shelf, ThemesRequest()).rows if row.broader is None],
        list_shows(shelf, ShowsRequest(limit=MAX_HIGHLIGHTS)).rows,
        find_risers(shelf, RisersRequest()),
    )


class StatsRequest(msgspec.Struct, frozen=True):
    """Ask for all numbers."""


def view_stats(shelf: OpenGraph, asked: StatsRequest) -> Stats:
    """What the graph holds, in numbers: edges, rejected names, confidence, shows, dates."""
    return count_graph(shelf.store.graph)
