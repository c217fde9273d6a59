"""One entity: names, type, course over time, what stands beside it, what is said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from kgraph.graph import Entity
from kgraph.views.associated import find_associations
from kgraph.views.open_graph import OpenGraph, round_value
from kgraph.views.top_quotes import top_entity_quotes
from kgraph.views.values import (
    Association,
    EntityRef,
    EpisodeLine,
    Fraction,
    MonthCount,
    NameText,
    QuoteLine,
)

MAX_DETAIL_ROWS = 12
"""Things beside it, quotes and episodes: what a page shows without a second scroll."""

MAX_SPELLING_ROWS = 100
"""Ways in which it was written; of a theme there may be thousands, most of them once."""


class NameRequest(msgspec.Struct, frozen=True):
    """Ask for one thing.

    Attributes:
        name: its name in any spelling, or its id.
    """

    name: NameText


class Spelling(msgspec.Struct, frozen=True):
    """A way in which it was written, and how often."""

    text: str
    count: int


class Relation(msgspec.Struct, frozen=True):
    """What the lexicon states of it: a property, such as ``kg:productOf``, and of what."""

    property: str
    thing: EntityRef


class EntityFacts(msgspec.Struct, frozen=True):
    """What is known of an entity.

    Attributes:
        thing: what it is.
        kind: a finer class, such as ``exchange``; "" when not known.
        confidence: of its surest mention; ``surest`` is the newest episode with it.
        episodes: how many speak of it outside adverts; ``shows`` how many different shows do.
        advertised: how many more name it in adverts alone.
        undated: how many of the episodes have no known date of publication.
        spellings: ways in which it was written, the most frequent first.
        written: how many ways there are in all.
        relations: what it is to other things; ``related`` what those are to it.
        replaces: earlier ids of it.
        others: further things of that name, which this is not.
        timeline: months of the corpus.
        beside: companies, by association.
        quotes: the best that name it.
        latest: the newest episodes that speak of it.
        advertised_in: the newest of those that only advertise it.
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
    beside: list[Association]
    quotes: list[QuoteLine]
    latest: list[EpisodeLine]
    advertised_in: list[EpisodeLine]


def view_entity(shelf: OpenGraph, asked: NameRequest) -> EntityFacts:
    """What is known of an entity: names, type with confidence, timeline, companies beside it, \
best quotes, newest episodes.

    Raises:
        UnknownNameError: nothing goes by the name; near names are suggested.
    """
    found = shelf.find_entity(asked.name)
    slugs = shelf.sort_newest_first(shelf.episodes_by_entity.get(found.id, ()))
    lines = [shelf.make_episode_line(slug, (found.id,)) for slug in slugs]
    sold = [
        shelf.make_episode_line(slug, (found.id,))
        for slug in shelf.sort_newest_first(shelf.adverts_by_entity.get(found.id, ()))
    ]
    others = shelf.lookup.find_all(asked.name) + shelf.lookup.find_all(found.label)
    return EntityFacts(
        shelf.make_ref(found.id),
        found.kind,
        round_value(found.confidence),
        max(lines + sold, key=lambda line: line.confidence, default=None),
        found.episodes,
        found.advertised,
        found.shows,
        shelf.count_undated(slugs),
        rank_spellings(found.surfaces),
        len(found.surfaces),
        [Relation(name, shelf.make_ref(id_)) for name, id_ in found.relations],
        _incoming_relations(shelf, found),
        list(found.replaces),
        [shelf.make_ref(id_) for id_ in dict.fromkeys(o.id for o in others) if id_ != found.id],
        build_timeline(shelf, slugs),
        find_associations(shelf, found.id)[:MAX_DETAIL_ROWS],
        top_entity_quotes(shelf, found.id, MAX_DETAIL_ROWS),
        lines[:MAX_DETAIL_ROWS],
        sold[:MAX_DETAIL_ROWS],
    )


def rank_spellings(counts: Mapping[str, int]) -> list[Spelling]:
    """The most frequent of them, at most :data:`MAX_SPELLING_ROWS`."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Spelling(text, count) for text, count in ranked[:MAX_SPELLING_ROWS]]


def build_timeline(shelf: OpenGraph, slugs: Iterable[str]) -> list[MonthCount]:
    """How many of these episodes each month of the corpus has."""
    counts = shelf.count_by_month(slugs)
    return [
        MonthCount(month, counts[month], every)
        for month, every in shelf.episode_counts_by_month.items()
    ]


def _incoming_relations(shelf: OpenGraph, found: Entity) -> list[Relation]:
    return [
        Relation(name, shelf.make_ref(other.id))
        for other in shelf.shared.entities.values()
        for name, target in other.relations
        if target == found.id
    ]
