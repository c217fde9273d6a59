"""One entity, for pages and the API: names, type, relations, timeline, quotes, episodes.

:func:`kgraph.views.thing.look_up` describes it for commands, library and tools.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from kgraph.base.counts import rank_counts
from kgraph.base.external_id import ExternalId
from kgraph.graph import Entity
from kgraph.graph.lookup import look_up_entity
from kgraph.graph.shares import MonthShare
from kgraph.views.highlights import find_grouped_ties, iterate_entity_quotes, top_named_quotes
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import (
    AssociationGroup,
    Count,
    CountsUnlikely,
    EntityRef,
    EpisodeLine,
    Fraction,
    MonthCount,
    NameText,
    QuoteLine,
    round_value,
)

MAX_DETAIL_ROWS = 12  #: associations, quotes and episodes: what a page shows on two screens

MAX_SPELLING_ROWS = 100  #: spellings; a theme may have thousands, most of them used once


class NameRequest(msgspec.Struct, frozen=True):
    """Parameters of a view of one entity, episode, theme or show.

    Attributes:
        name: in any spelling, or an id.
        unlikely: whether mentions that are more likely wrong than right count.
    """

    name: NameText
    unlikely: CountsUnlikely = False


class Spelling(msgspec.Struct, frozen=True):
    """A spelling and its number of rows."""

    text: str
    count: int


class Relation(msgspec.Struct, frozen=True):
    """A statement of the lexicon: a property, such as ``kg:productOf``, and the other entity."""

    property: str
    thing: EntityRef


class RegisterId(msgspec.Struct, frozen=True):
    """An id in another register (``kind:id``), and the address of what has it, "" if none."""

    id: str
    iri: str


class EntityFacts(msgspec.Struct, frozen=True):
    """An entity.

    Attributes:
        thing: the entity.
        kind: a finer class, such as ``exchange``; "" if unknown.
        confidence: of its surest mention; ``surest`` is the newest episode with it.
        episodes: number that mention it outside adverts; ``shows`` is the number of their shows.
        advertised: number of further episodes that name it in adverts only.
        unlikely: number of episodes that are unlikely to mention it; ``episodes`` counts them
            only if they were asked for.
        undated: episodes without a known date of publication.
        spellings: as written in the files, the most frequent first.
        written: number of spellings.
        relations: to other entities; ``related`` are those of other entities to it.
        replaces: its earlier ids.
        ids: in other registers.
        others: other entities that episodes call by its name.
        timeline: months of the corpus.
        beside: entities that have a tie with it, by type.
        quotes: the best that name it.
        latest: the newest episodes that mention it.
        advertised_in: the newest episodes that only advertise it.
        theme: the theme that is the same thing, if there is one, and its episodes: those that
            mention the entity, and those with a quote on the theme.
    """

    thing: EntityRef
    kind: str
    confidence: Fraction
    surest: EpisodeLine | None
    episodes: int
    advertised: int
    shows: int
    undated: int
    spellings: list[Spelling]
    written: int
    relations: list[Relation]
    related: list[Relation]
    replaces: list[str]
    others: list[EntityRef]
    timeline: list[MonthCount]
    beside: list[AssociationGroup]
    quotes: list[QuoteLine]
    latest: list[EpisodeLine]
    advertised_in: list[EpisodeLine]
    theme: Count | None = None
    unlikely: int = 0
    ids: list[RegisterId] = []


def view_entity(graph: OpenGraph, request: NameRequest) -> EntityFacts:
    """Describe an entity: names, type with confidence, timeline, entities of every type mentioned \
together with it, best quotes, newest episodes."""
    entity = look_up_entity(graph.shared, request.name)
    slugs = graph.episodes_by_entity.get(entity.id, [])
    quotes = list(iterate_entity_quotes(graph, entity.id))
    mentions, adverts = (
        [graph.make_episode_line(slug, (entity.id,)) for slug in graph.sort_newest_first(unsorted)]
        for unsorted in (slugs, graph.adverts_by_entity.get(entity.id, []))
    )
    return EntityFacts(
        thing=graph.make_ref(entity.id),
        kind=entity.kind,
        confidence=round_value(entity.confidence),
        surest=max(mentions + adverts, key=lambda line: line.confidence, default=None),
        episodes=entity.episodes,
        advertised=entity.advertised,
        shows=entity.shows,
        undated=graph.count_undated(slugs),
        spellings=rank_spellings(entity.surfaces),
        written=len(entity.surfaces),
        relations=[Relation(name, graph.make_ref(id_)) for name, id_ in entity.relations],
        related=[
            Relation(name, graph.make_ref(source.id))
            for source in graph.shared.entities.values()
            for name, target in source.relations
            if target == entity.id
        ],
        replaces=list(entity.replaces),
        others=[
            graph.make_ref(id_) for id_ in list_homonyms(graph, entity, request.name, entity.label)
        ],
        timeline=build_timeline(graph, slugs),
        beside=find_grouped_ties(graph, entity.id, quotes, MAX_DETAIL_ROWS),
        quotes=top_named_quotes(graph, quotes, MAX_DETAIL_ROWS),
        latest=mentions[:MAX_DETAIL_ROWS],
        advertised_in=adverts[:MAX_DETAIL_ROWS],
        theme=next(
            (
                Count(graph.make_ref(id_), term.episodes)
                for id_, term in graph.shared.themes.items()
                if term.thing == entity.id
            ),
            None,
        ),
        unlikely=entity.unlikely,
        ids=[
            RegisterId(str(external), next(iter(external.iris), ""))
            for external in (ExternalId(*pair) for pair in entity.ids)
        ],
    )


def list_homonyms(graph: OpenGraph, entity: Entity, *names: str) -> list[str]:
    """Return ids of the other entities of some names."""
    ids = dict.fromkeys(e.id for name in names for e in graph.lookup.find_all(name))
    return [id_ for id_ in ids if id_ != entity.id]


def rank_spellings(counts: Mapping[str, int]) -> list[Spelling]:
    """Return the most frequent spellings, at most :data:`MAX_SPELLING_ROWS`."""
    return [Spelling(text, count) for text, count in rank_counts(counts)[:MAX_SPELLING_ROWS]]


def build_timeline(graph: OpenGraph, slugs: Collection[str]) -> list[MonthCount]:
    """Describe the share of some episodes in each month of the corpus."""
    counts, calendar = graph.count_by_month(slugs), graph.calendar
    shares = calendar.describe_months(calendar.count(slugs))
    return [
        _describe_month(month, counts[month], total, shares[month])
        for month, total in graph.episode_counts_by_month.items()
    ]


def _describe_month(month: str, episodes: int, total: int, share: MonthShare) -> MonthCount:
    facts = MonthCount(month, episodes, total, share.shows, unknown_show=share.unknown)
    if standard := share.standard:
        facts = msgspec.structs.replace(
            facts,
            standard_share=round_value(standard.share),
            low=round_value(standard.interval.low),
            high=round_value(standard.interval.high),
            standard_episodes=standard.episodes,
        )
    if change := share.change:
        facts = msgspec.structs.replace(
            facts,
            change=round_value(change.difference),
            change_low=round_value(change.interval.low),
            change_high=round_value(change.interval.high),
            same_shows=change.shows,
            direction=change.direction,
        )
    return facts
