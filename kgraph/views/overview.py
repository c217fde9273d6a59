"""The whole graph at a glance: what is in it, what is new, what rose."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.model import EntityType
from kgraph.graph.lookup import most_mentioned
from kgraph.views.lists import Month as MonthText
from kgraph.views.lists import ShowLine, Shows, ThemeLine, Themes, shows, themes
from kgraph.views.open_graph import Shelf, rounded
from kgraph.views.stats import Stats, stats
from kgraph.views.values import Count, EpisodeLine, Limit, Share, Thing

NEWEST = 8
"""Episodes, companies, themes and shows that the front page names."""

ENOUGH = 20
"""Episodes of known date from which a month says something; where no two months have as many,
the last two will do."""

LEAST = 3
"""Episodes of the later month that must mention what rose."""


class Riser(msgspec.Struct, frozen=True):
    """What is mentioned more than before.

    Attributes:
        thing: what.
        before, after: episodes of the earlier and of the later month that mention it.
        share_before, share_after: the same as parts of all episodes of the month.
    """

    thing: Thing
    before: int
    after: int
    share_before: Share
    share_after: Share


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


class Risers(msgspec.Struct, frozen=True):
    """Ask for what rose.

    Attributes:
        before, after: two months; by default the last two with enough episodes.
        type: of what type.
    """

    before: MonthText = ""
    after: MonthText = ""
    type: EntityType = "company"
    least: Annotated[int, msgspec.Meta(ge=1, description="episodes of the later month")] = LEAST
    limit: Limit = NEWEST


def risers(shelf: Shelf, asked: Risers) -> RiserList:
    """What is mentioned by a larger share of a month's episodes than in a month before.

    Raises:
        InputError: the months are the same, or only one is given and the other is none before it.
    """
    before, after = _months(shelf, asked)
    all_before, all_after = shelf.months.get(before, 0), shelf.months.get(after, 0)
    if not (all_before and all_after):  # of no episodes nothing is a share
        return RiserList(before, after, all_before, all_after, [])
    earlier, later = _mentions(shelf, before, asked.type), _mentions(shelf, after, asked.type)
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
        Riser(shelf.thing(id_), earlier[id_], later[id_], *map(rounded, shares[id_]))
        for id_ in risen[: asked.limit]
    ]
    return RiserList(before, after, all_before, all_after, rows)


def _months(shelf: Shelf, asked: Risers) -> tuple[str, str]:
    full = [month for month, episodes in shelf.months.items() if episodes >= ENOUGH]
    known = full if len(full) > 1 else list(shelf.months)
    after = asked.after or (known[-1] if known else "")
    earlier = [month for month in known if month < after]
    before = asked.before or (earlier[-1] if earlier else "")
    both = asked.before and asked.after  # which may be compared either way
    if after and (before == after if both else before >= after):
        raise InputError(f"before={before}: it is no month before {after}: give both, or neither")
    return before, after


def _mentions(shelf: Shelf, month: str, type_: str) -> Counter[str]:
    return Counter(
        id_
        for outline in shelf.outlines.values()
        if outline.month == month
        for id_ in outline.mentions
        if id_.startswith(f"{type_}/")
    )


class Front(msgspec.Struct, frozen=True):
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


def front(shelf: Shelf, asked: Front) -> FrontFacts:
    """The graph at a glance: how much of what, what is new, what rose, what is mentioned most."""
    every = shelf.shared.entities.values()
    days = [day for outline in shelf.outlines.values() if (day := outline.date[:10])] or [""]
    companies = sorted((e for e in every if e.type == "company"), key=most_mentioned)
    dated = [slug for slug, outline in shelf.outlines.items() if outline.dated]
    return FrontFacts(
        len(shelf.outlines),
        shelf.store.meta.triples,
        len(shelf.of_show),
        len(shelf.shared.themes),
        dict(sorted(Counter(entity.type for entity in every).items())),
        min(days),
        max(days),
        [shelf.line(slug) for slug in shelf.newest(dated or shelf.outlines)[:NEWEST]],
        [Count(shelf.thing(e.id), e.episodes) for e in companies[: 2 * NEWEST] if e.episodes],
        [row for row in themes(shelf, Themes()).rows if row.broader is None],
        shows(shelf, Shows(limit=NEWEST)).rows,
        risers(shelf, Risers()),
    )


class Statistics(msgspec.Struct, frozen=True):
    """Ask for all numbers."""


def statistics(shelf: Shelf, asked: Statistics) -> Stats:
    """What the graph holds, in numbers: edges, rejected names, confidence, shows, dates."""
    return stats(shelf.store.graph)
