"""Lists to walk through: entities, episodes, themes, shows. A list of episodes that is narrowed
to what mentions something is the evidence behind every count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

import msgspec

from kgraph.base.model import EntityType
from kgraph.base.text import key
from kgraph.graph.lookup import most_mentioned
from kgraph.search.top import episodes_of_theme
from kgraph.views.open_graph import Shelf, rounded
from kgraph.views.values import EpisodeLine, Limit, Offset, Share, Thing

Some = Annotated[str, msgspec.Meta(max_length=300)]
Optional = Annotated[Some, msgspec.Meta(description="a name in any spelling, or an id")]
Month = Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$", examples=["2025-09"])]


class Entities(msgspec.Struct, frozen=True):
    """Ask for entities.

    Attributes:
        type: of what type; by default companies.
        words: what a name must hold, without case, spaces and accents.
    """

    type: EntityType = "company"
    words: Annotated[Some, msgspec.Meta(description="what the name must hold")] = ""
    offset: Offset = 0
    limit: Limit = 50


class EntityLine(msgspec.Struct, frozen=True):
    """An entity in a list: what it is, how many episodes and shows speak of it, and how many
    episodes only advertise it."""

    thing: Thing
    kind: str
    confidence: Share
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


def entities(shelf: Shelf, asked: Entities) -> EntityList:
    """Entities of a type, those that most episodes mention first."""
    every = shelf.shared.entities.values()
    found = [e for e in every if e.type == asked.type]
    if asked.words.strip():
        words = key(asked.words)
        found = [e for e in found if words in key(e.label)]
    found.sort(key=most_mentioned)
    rows = [
        EntityLine(
            shelf.thing(e.id), e.kind, rounded(e.confidence), e.episodes, e.shows, e.advertised
        )
        for e in found[asked.offset : asked.offset + asked.limit]
    ]
    return EntityList(len(found), dict(sorted(Counter(e.type for e in every).items())), rows)


class Episodes(msgspec.Struct, frozen=True):
    """Ask for episodes.

    Attributes:
        mentions, beside: things that they speak of outside adverts.
        advertises: what their adverts alone name.
        theme: that a quote of theirs is filed under.
        show: that they belong to.
        month: of publication.
    """

    mentions: Optional = ""
    beside: Optional = ""
    advertises: Optional = ""
    theme: Optional = ""
    show: Optional = ""
    month: Month = ""
    offset: Offset = 0
    limit: Limit = 50


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
    mentions: list[Thing]
    advertises: Thing | None
    theme: Thing | None
    show: Thing | None
    undated: int


def episodes(shelf: Shelf, asked: Episodes) -> EpisodeList:
    """Episodes, the newest first: all, or those that mention one or two things, only advertise \
one, hold a theme, belong to a show, or were published in a month.

    Raises:
        UnknownNameError: nothing goes by a name; near names are suggested.
    """
    named = [shelf.entity(name).id for name in (asked.mentions, asked.beside) if name]
    mentions = list(dict.fromkeys(named))
    sold = shelf.entity(asked.advertises).id if asked.advertises else ""
    theme = shelf.theme(asked.theme) if asked.theme else ""
    show = shelf.entity(asked.show, ("show",)).id if asked.show else ""
    kept = _those(shelf, mentions, theme, show, asked.month)
    if sold:
        kept &= set(shelf.advertised.get(sold, ()))
    some = shelf.newest(kept)[asked.offset : asked.offset + asked.limit]
    return EpisodeList(
        len(kept),
        [shelf.line(slug, [*mentions, sold] if sold else mentions) for slug in some],
        [shelf.thing(id_) for id_ in mentions],
        shelf.thing(sold) if sold else None,
        shelf.thing(theme) if theme else None,
        shelf.thing(show) if show else None,
        shelf.undated(kept),
    )


def _those(shelf: Shelf, mentions: Iterable[str], theme: str, show: str, month: str) -> set[str]:
    found = set(shelf.outlines)
    for id_ in mentions:
        found &= set(shelf.mentioned.get(id_, ()))
    if theme:
        found &= set(episodes_of_theme(shelf.index, theme))
    if show:
        found &= set(shelf.of_show.get(show, ()))
    if month:
        found = {slug for slug in found if shelf.outlines[slug].month == month}
    return found


class Themes(msgspec.Struct, frozen=True):
    """Ask for themes."""

    offset: Offset = 0
    limit: Limit = 500


class ThemeLine(msgspec.Struct, frozen=True):
    """A theme in a list.

    Attributes:
        thing: what it is.
        broader: what it is filed under, if anything.
        rows: how many topic strings of quotes were taken for it.
    """

    thing: Thing
    broader: Thing | None
    rows: int


class ThemeList(msgspec.Struct, frozen=True):
    """Themes, those with most topic strings first; ``total`` is how many there are in all."""

    total: int
    rows: list[ThemeLine]


def themes(shelf: Shelf, asked: Themes) -> ThemeList:
    """The themes of quotes, the most frequent first."""
    found = [
        ThemeLine(
            shelf.thing(id_),
            shelf.thing(term.broader) if term.broader in shelf.shared.themes else None,
            sum(term.spellings.values()),
        )
        for id_, term in shelf.shared.themes.items()
    ]
    found.sort(key=lambda line: (-line.rows, line.thing.id))
    return ThemeList(len(found), found[asked.offset : asked.offset + asked.limit])


class Shows(msgspec.Struct, frozen=True):
    """Ask for shows."""

    offset: Offset = 0
    limit: Limit = 50


class ShowLine(msgspec.Struct, frozen=True):
    """A show in a list.

    Attributes:
        thing: what it is.
        episodes: how many belong to it.
        first, last: days of the earliest and the latest of them; "" when unknown.
        dated: these are days of publication; else, where none is known, of processing.
    """

    thing: Thing
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


def shows(shelf: Shelf, asked: Shows) -> ShowList:
    """Shows that episodes belong to, those with most episodes first."""
    found = sorted(shelf.of_show.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = []
    for id_, slugs in found[asked.offset : asked.offset + asked.limit]:
        outlines = [shelf.outlines[slug] for slug in slugs]
        dated = [outline for outline in outlines if outline.dated]
        days = [day for outline in dated or outlines if (day := outline.date[:10])] or [""]
        rows.append(ShowLine(shelf.thing(id_), len(slugs), min(days), max(days), bool(dated)))
    unknown = sum(not outline.show for outline in shelf.outlines.values())
    return ShowList(len(found), unknown, rows)
