"""Lists to walk through: entities, episodes, themes, shows. A list of episodes that is narrowed
to what mentions something is the evidence behind every count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

import msgspec

from kgraph.base.model import EntityType
from kgraph.base.text import name_key
from kgraph.graph.lookup import popularity_key
from kgraph.search.top import find_theme_episodes
from kgraph.views.open_graph import OpenGraph, round_value
from kgraph.views.values import EntityRef, EpisodeLine, Fraction, Offset, ViewLimit

OptionalText = Annotated[str, msgspec.Meta(max_length=300)]
OptionalName = Annotated[OptionalText, msgspec.Meta(description="a name in any spelling, or an id")]
MonthText = Annotated[
    str, msgspec.Meta(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$", examples=["2025-09"])
]


class EntitiesRequest(msgspec.Struct, frozen=True):
    """Ask for entities.

    Attributes:
        type: of what type; by default companies.
        words: what a name must hold, without case, spaces and accents.
    """

    type: EntityType = "company"
    words: Annotated[OptionalText, msgspec.Meta(description="what the name must hold")] = ""
    offset: Offset = 0
    limit: ViewLimit = 50


class EntityLine(msgspec.Struct, frozen=True):
    """An entity in a list: what it is, how many episodes and shows speak of it, and how many
    episodes only advertise it."""

    thing: EntityRef
    kind: str
    confidence: Fraction
    episodes: int
    shows: int
    advertised: int


class EntityList(msgspec.Struct, frozen=True):
    """Entities, those in most episodes first.

    Attributes:
        total: how many there are in all.
        types: how many there are of each type.
        rows: some of them.
    """

    total: int
    types: dict[str, int]
    rows: list[EntityLine]


def list_entities(shelf: OpenGraph, asked: EntitiesRequest) -> EntityList:
    """Entities of a type, those that most episodes mention first."""
    every = shelf.shared.entities.values()
    found = [e for e in every if e.type == asked.type]
    if asked.words.strip():
        words = name_key(asked.words)
        found = [e for e in found if words in name_key(e.label)]
    found.sort(key=popularity_key)
    rows = [
        EntityLine(
            shelf.make_ref(e.id),
            e.kind,
            round_value(e.confidence),
            e.episodes,
            e.shows,
            e.advertised,
        )
        for e in found[asked.offset : asked.offset + asked.limit]
    ]
    return EntityList(len(found), dict(sorted(Counter(e.type for e in every).items())), rows)


class EpisodesRequest(msgspec.Struct, frozen=True):
    """Ask for episodes.

    Attributes:
        mentions, beside: things that they speak of outside adverts.
        advertises: what their adverts alone name.
        theme: that a quote of theirs is filed under.
        show: that they belong to.
        month: of publication.
    """

    mentions: OptionalName = ""
    beside: OptionalName = ""
    advertises: OptionalName = ""
    theme: OptionalName = ""
    show: OptionalName = ""
    month: MonthText = ""
    offset: Offset = 0
    limit: ViewLimit = 50


class EpisodeList(msgspec.Struct, frozen=True):
    """Episodes, the newest first.

    Attributes:
        total: how many there are in all.
        rows: some of them, each with the confidence that it mentions what was asked for.
        mentions: what they mention, if anything was asked for.
        advertises: what they only advertise, if that was asked for.
        theme, show: what else was asked for.
        undated: how many of all have no known date of publication.
    """

    total: int
    rows: list[EpisodeLine]
    mentions: list[EntityRef]
    advertises: EntityRef | None
    theme: EntityRef | None
    show: EntityRef | None
    undated: int


def list_episodes(shelf: OpenGraph, asked: EpisodesRequest) -> EpisodeList:
    """Episodes, the newest first: all, or those that mention one or two things, only advertise \
one, hold a theme, belong to a show, or were published in a month.

    Raises:
        UnknownNameError: nothing goes by a name; near names are suggested.
    """
    named = [shelf.find_entity(name).id for name in (asked.mentions, asked.beside) if name]
    mentions = list(dict.fromkeys(named))
    sold = shelf.find_entity(asked.advertises).id if asked.advertises else ""
    theme = shelf.find_theme_id(asked.theme) if asked.theme else ""
    show = shelf.find_entity(asked.show, ("show",)).id if asked.show else ""
    kept = _filter_episodes(shelf, mentions, theme, show, asked.month)
    if sold:
        kept &= set(shelf.adverts_by_entity.get(sold, ()))
    some = shelf.sort_newest_first(kept)[asked.offset : asked.offset + asked.limit]
    return EpisodeList(
        len(kept),
        [shelf.make_episode_line(slug, [*mentions, sold] if sold else mentions) for slug in some],
        [shelf.make_ref(id_) for id_ in mentions],
        shelf.make_ref(sold) if sold else None,
        shelf.make_ref(theme) if theme else None,
        shelf.make_ref(show) if show else None,
        shelf.count_undated(kept),
    )


def _filter_episodes(
    shelf: OpenGraph, mentions: Iterable[str], theme: str, show: str, month: str
) -> set[str]:
    found = set(shelf.outlines)
    for id_ in mentions:
        found &= set(shelf.episodes_by_entity.get(id_, ()))
    if theme:
        found &= set(find_theme_episodes(shelf.index, theme))
    if show:
        found &= set(shelf.episodes_by_show.get(show, ()))
    if month:
        found = {slug for slug in found if shelf.outlines[slug].month == month}
    return found


class ThemesRequest(msgspec.Struct, frozen=True):
    """Ask for themes."""

    offset: Offset = 0
    limit: ViewLimit = 500


class ThemeLine(msgspec.Struct, frozen=True):
    """A theme in a list.

    Attributes:
        thing: what it is.
        broader: what it is filed under, if anything.
        rows: how many topic strings of quotes were taken for it.
    """

    thing: EntityRef
    broader: EntityRef | None
    rows: int


class ThemeList(msgspec.Struct, frozen=True):
    """Themes, those with most topic strings first; ``total`` is how many there are in all."""

    total: int
    rows: list[ThemeLine]


def list_themes(shelf: OpenGraph, asked: ThemesRequest) -> ThemeList:
    """The themes of quotes, the most frequent first."""
    found = [
        ThemeLine(
            shelf.make_ref(id_),
            shelf.make_ref(term.broader) if term.broader in shelf.shared.themes else None,
            sum(term.spellings.values()),
        )
        for id_, term in shelf.shared.themes.items()
    ]
    found.sort(key=lambda line: (-line.rows, line.thing.id))
    return ThemeList(len(found), found[asked.offset : asked.offset + asked.limit])


class ShowsRequest(msgspec.Struct, frozen=True):
    """Ask for shows."""

    offset: Offset = 0
    limit: ViewLimit = 50


class ShowLine(msgspec.Struct, frozen=True):
    """A show in a list.

    Attributes:
        thing: what it is.
        episodes: how many belong to it.
        first, last: days of the earliest and the latest of them; "" when unknown.
        dated: these are days of publication; else, where none is known, of processing.
    """

    thing: EntityRef
    episodes: int
    first: str
    last: str
    dated: bool


class ShowList(msgspec.Struct, frozen=True):
    """Shows, those with most episodes first.

    Attributes:
        total: how many there are in all.
        unknown: how many episodes belong to no known show.
        rows: some of them.
    """

    total: int
    unknown: int
    rows: list[ShowLine]


def list_shows(shelf: OpenGraph, asked: ShowsRequest) -> ShowList:
    """Shows that episodes belong to, those with most episodes first."""
    found = sorted(shelf.episodes_by_show.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = []
    for id_, slugs in found[asked.offset : asked.offset + asked.limit]:
        outlines = [shelf.outlines[slug] for slug in slugs]
        dated = [outline for outline in outlines if outline.is_dated]
        days = [day for outline in dated or outlines if (day := outline.date[:10])] or [""]
        rows.append(ShowLine(shelf.make_ref(id_), len(slugs), min(days), max(days), bool(dated)))
    unknown = sum(not outline.show for outline in shelf.outlines.values())
    return ShowList(len(found), unknown, rows)
