"""Lists of entities, episodes, themes, topics, tags and shows. A list of the episodes that mention
an entity is the evidence of a count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import msgspec

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.errors import InputError, blame_parameter
from kgraph.base.text import name_key
from kgraph.graph import Entity, TaxonomyTerm
from kgraph.graph.lookup import look_up_entity, popularity_key
from kgraph.search.index import count_episodes
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import (
    CountsUnlikely,
    EntityRef,
    EpisodeLine,
    Fraction,
    Offset,
    ViewLimit,
    round_value,
)

OptionalText = Annotated[str, msgspec.Meta(max_length=300)]
OptionalName = Annotated[OptionalText, msgspec.Meta(description="a name in any spelling, or an id")]
MonthText = Annotated[
    str, msgspec.Meta(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$", examples=["2025-09"])
]

ANY_TYPE = "any"  #: in place of a type of entities, for all of them

if TYPE_CHECKING:
    ListedType: TypeAlias = str
else:
    ListedType = Literal[(*TYPE_NAMES, ANY_TYPE)]


class EntitiesRequest(msgspec.Struct, frozen=True):
    """Parameters of a list of entities.

    Attributes:
        type: of the entities, or ``any``; companies by default.
        words: part of the name, without case, spaces and accents.
        unlikely: whether mentions that are more likely wrong than right count.
        only_unlikely: list those that only such mentions name, and no others.
    """

    type: ListedType = "company"
    words: Annotated[OptionalText, msgspec.Meta(description="part of the name")] = ""
    offset: Offset = 0
    limit: ViewLimit = 50
    unlikely: CountsUnlikely = False
    only_unlikely: Annotated[
        bool, msgspec.Meta(description="list only what unlikely mentions alone name")
    ] = False


class EntityLine(msgspec.Struct, frozen=True):
    """An entity in a list, with the number of episodes and shows that mention it, of the
    episodes that only advertise it, and of those that are unlikely to mention it."""

    thing: EntityRef
    kind: str
    confidence: Fraction
    episodes: int
    shows: int
    advertised: int
    unlikely: int = 0


class EntityList(msgspec.Struct, frozen=True):
    """Entities, those in most episodes first.

    Attributes:
        total: number of entities that match.
        types: number of entities of each type; of those that only unlikely mentions name, if only
            they were asked for.
        rows: a page of them.
        unlikely: number of further ones that match, which only unlikely mentions name.
    """

    total: int
    types: dict[str, int]
    rows: list[EntityLine]
    unlikely: int = 0


def list_entities(graph: OpenGraph, request: EntitiesRequest) -> EntityList:
    """List the entities of a type, those that most episodes mention first."""
    if request.only_unlikely and request.unlikely:
        raise InputError(
            "only_unlikely=true: leave unlikely out: it counts these entities among the others"
        )
    words = name_key(request.words) if request.words.strip() else ""
    matching = [
        entity
        for entity in graph.shared.entities.values()
        if request.type in (entity.type, ANY_TYPE) and words in name_key(entity.label)
    ]
    stated = [entity for entity in matching if entity.id in graph.stated_entities]
    further = [entity for entity in matching if entity.id not in graph.stated_entities]
    if request.only_unlikely:
        entities = sorted(further, key=lambda entity: (-entity.unlikely, popularity_key(entity)))
        types = graph.count_unlikely_types()
    else:
        entities, types = sorted(stated, key=popularity_key), graph.count_types()
    page = entities[request.offset : request.offset + request.limit]
    rows = [_make_entity_line(graph, entity) for entity in page]
    return EntityList(len(entities), types, rows, 0 if request.only_unlikely else len(further))


def _make_entity_line(graph: OpenGraph, entity: Entity) -> EntityLine:
    return EntityLine(
        graph.make_ref(entity.id),
        entity.kind,
        round_value(entity.confidence),
        entity.episodes,
        entity.shows,
        entity.advertised,
        entity.unlikely,
    )


class EpisodesRequest(msgspec.Struct, frozen=True):
    """Parameters of a list of episodes.

    Attributes:
        mentions, beside: entities that they mention outside adverts.
        advertises: an entity that only their adverts name.
        theme: of one of their quotes; or a topic or tag that their files list.
        show: that they belong to.
        month: of publication.
        unlikely: whether mentions that are more likely wrong than right count.
    """

    mentions: OptionalName = ""
    beside: OptionalName = ""
    advertises: OptionalName = ""
    theme: OptionalName = ""
    show: OptionalName = ""
    month: MonthText = ""
    offset: Offset = 0
    limit: ViewLimit = 50
    unlikely: CountsUnlikely = False


class EpisodeList(msgspec.Struct, frozen=True):
    """Episodes, newest first.

    Attributes:
        total: number of episodes that match.
        rows: a page of them, each with the confidence that it mentions the entities asked for.
        mentions: entities that they mention, if any were given.
        advertises: entity that they only advertise, if one was given.
        theme, show: of the episodes, if given; ``theme`` may be a topic or tag.
        undated: those of all without a known date of publication.
        unlikely: number of further ones, whose mention of one of the entities is unlikely.
    """

    total: int
    rows: list[EpisodeLine]
    mentions: list[EntityRef]
    advertises: EntityRef | None
    theme: EntityRef | None
    show: EntityRef | None
    undated: int
    unlikely: int = 0


def list_episodes(graph: OpenGraph, request: EpisodesRequest) -> EpisodeList:
    """List episodes, newest first: all, or those that mention one or two entities, only \
advertise one, are of a theme, topic or tag, belong to a show, or were published in a month."""
    ids = [_find_filter(graph, request, name) for name in ("mentions", "beside")]
    mentions = list(dict.fromkeys(filter(None, ids)))
    advertised = _find_filter(graph, request, "advertises")
    theme = _find_filter(graph, request, "theme")
    show = _find_filter(graph, request, "show")
    filters = [set(graph.episodes_by_entity.get(id_, [])) for id_ in mentions]
    possible = [
        slugs | set(graph.unlikely_by_entity.get(id_, []))
        for id_, slugs in zip(mentions, filters, strict=True)
    ]
    others = []
    if advertised:
        others.append(graph.adverts_by_entity.get(advertised, []))
    if theme:
        others.append(graph.find_term_episodes(theme))
    if show:
        others.append(graph.episodes_by_show.get(show, []))
    allowed = set(graph.summaries).intersection(*others)
    if request.month:
        allowed = {slug for slug in allowed if graph.summaries[slug].month == request.month}
    slugs = allowed.intersection(*filters)
    page = graph.sort_newest_first(slugs)[request.offset : request.offset + request.limit]
    named = [*mentions, advertised] if advertised else mentions
    return EpisodeList(
        len(slugs),
        [graph.make_episode_line(slug, named) for slug in page],
        [graph.make_ref(id_) for id_ in mentions],
        graph.make_ref(advertised) if advertised else None,
        graph.make_ref(theme) if theme else None,
        graph.make_ref(show) if show else None,
        graph.count_undated(slugs),
        len(allowed.intersection(*possible)) - len(slugs),
    )


def _find_filter(graph: OpenGraph, request: EpisodesRequest, parameter: str) -> str:
    """Return the id of what a parameter names; "" for none."""
    name: str = getattr(request, parameter)
    if not name:
        return ""
    with blame_parameter(parameter):
        if parameter == "theme":
            return graph.find_term_id(name)
        types = ("show",) if parameter == "show" else ()
        return look_up_entity(graph.shared, name, types).id


class ThemesRequest(msgspec.Struct, frozen=True):
    """Parameters of a list of themes."""

    offset: Offset = 0
    limit: ViewLimit = 500


class ThemeLine(msgspec.Struct, frozen=True):
    """A theme in a list.

    Attributes:
        thing: the theme.
        broader: the theme above it, if any.
        rows: number of topic strings of quotes that mean it.
        episodes: number with a quote on it or on a narrower theme, or that mention the entity that
            is the same thing.
        common: whether so many episodes are of it that it tells little of one.
    """

    thing: EntityRef
    broader: EntityRef | None
    rows: int
    episodes: int = 0
    common: bool = False


class ThemeList(msgspec.Struct, frozen=True):
    """Themes, those in most episodes first; ``total`` is the number of all."""

    total: int
    rows: list[ThemeLine]


def list_themes(graph: OpenGraph, request: ThemesRequest) -> ThemeList:
    """List the themes of quotes, the most frequent first."""
    themes = graph.shared.themes
    lines = [
        ThemeLine(
            graph.make_ref(id_),
            graph.make_ref(term.broader) if term.broader in themes else None,
            sum(term.spellings.values()),
            term.episodes,
            term.is_common(len(graph.summaries)),
        )
        for id_, term in themes.items()
    ]
    lines.sort(key=lambda line: (-line.episodes, line.thing.id))
    return ThemeList(len(lines), lines[request.offset : request.offset + request.limit])


class TermsRequest(msgspec.Struct, frozen=True):
    """Parameters of a list of topics or tags.

    Attributes:
        words: part of the name, without case, spaces and accents.
    """

    words: Annotated[OptionalText, msgspec.Meta(description="part of the name")] = ""
    offset: Offset = 0
    limit: ViewLimit = 50


class TermLine(msgspec.Struct, frozen=True):
    """A topic or tag in a list, with the number of episodes and of rows of files that list it."""

    thing: EntityRef
    episodes: int
    rows: int


class TermList(msgspec.Struct, frozen=True):
    """Topics or tags, those in most episodes first; ``total`` is the number of all that match."""

    total: int
    rows: list[TermLine]


def list_file_topics(graph: OpenGraph, request: TermsRequest) -> TermList:
    """List the topics of files, those in most episodes first."""
    return _list_terms(graph, request, graph.shared.topics, count_episodes(graph.index, "topic"))


def list_file_tags(graph: OpenGraph, request: TermsRequest) -> TermList:
    """List the tags of files, those in most episodes first."""
    return _list_terms(graph, request, graph.shared.tags, count_episodes(graph.index, "tag"))


def _list_terms(
    graph: OpenGraph,
    request: TermsRequest,
    terms: Mapping[str, TaxonomyTerm],
    episodes: Mapping[str, int],
) -> TermList:
    words = name_key(request.words) if request.words.strip() else ""
    matching = [id_ for id_, term in terms.items() if words in name_key(term.label)]
    matching.sort(key=lambda id_: (-episodes.get(id_, 0), id_))
    rows = [
        TermLine(graph.make_ref(id_), episodes.get(id_, 0), sum(terms[id_].spellings.values()))
        for id_ in matching[request.offset : request.offset + request.limit]
    ]
    return TermList(len(matching), rows)


class ShowsRequest(msgspec.Struct, frozen=True):
    """Parameters of a list of shows."""

    offset: Offset = 0
    limit: ViewLimit = 50


class ShowLine(msgspec.Struct, frozen=True):
    """A show in a list.

    Attributes:
        thing: the show.
        episodes: number of its episodes.
        first, last: days of the earliest and the latest of them; "" if unknown.
        dated: whether these are days of publication; if none is known, they are of processing.
    """

    thing: EntityRef
    episodes: int
    first: str
    last: str
    dated: bool


class ShowList(msgspec.Struct, frozen=True):
    """Shows, those with most episodes first.

    Attributes:
        total: number of shows.
        unknown: number of episodes without a known show.
        rows: a page of shows.
    """

    total: int
    unknown: int
    rows: list[ShowLine]


def list_shows(graph: OpenGraph, request: ShowsRequest) -> ShowList:
    """List the shows of episodes, those with most episodes first."""
    shows = sorted(graph.episodes_by_show.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = []
    for id_, slugs in shows[request.offset : request.offset + request.limit]:
        summaries = [graph.summaries[slug] for slug in slugs]
        dated = [summary for summary in summaries if summary.is_dated]
        days = [day for summary in dated or summaries if (day := summary.date[:10])] or [""]
        rows.append(ShowLine(graph.make_ref(id_), len(slugs), min(days), max(days), bool(dated)))
    unknown = sum(not summary.show for summary in graph.summaries.values())
    return ShowList(len(shows), unknown, rows)
