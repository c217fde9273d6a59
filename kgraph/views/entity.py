"""One entity: names, type, course over time, what stands beside it, what is said of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from kgraph.graph import Entity
from kgraph.views.associated import beside
from kgraph.views.open_graph import Shelf, rounded
from kgraph.views.top_quotes import naming
from kgraph.views.values import Beside, EpisodeLine, Month, Name, Saying, Share, Thing

ROWS = 12
"""Things beside it, quotes and episodes: what a page shows without a second scroll."""

SPELLINGS = 100
"""Ways in which it was written; of a theme there may be thousands, most of them once."""


class Named(msgspec.Struct, frozen=True):
    """Ask for one thing.

    Attributes:
        name: its name in any spelling, or its id.
    """

    name: Name


class Spelling(msgspec.Struct, frozen=True):
    """A way in which it was written, and how often."""

    text: str
    count: int


class Relation(msgspec.Struct, frozen=True):
    """What the lexicon states of it: a property, such as ``kg:productOf``, and of what."""

    property: str
    thing: Thing


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

    thing: Thing
    kind: str
    confidence: Share
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
    others: list[Thing]
    timeline: list[Month]
    beside: list[Beside]
    quotes: list[Saying]
    latest: list[EpisodeLine]
    advertised_in: list[EpisodeLine]


def entity(shelf: Shelf, asked: Named) -> EntityFacts:
    """What is known of an entity: names, type with confidence, timeline, companies beside it, \
best quotes, newest episodes.

    Raises:
        UnknownNameError: nothing goes by the name; near names are suggested.
    """
    found = shelf.entity(asked.name)
    slugs = shelf.newest(shelf.mentioned.get(found.id, ()))
    lines = [shelf.line(slug, (found.id,)) for slug in slugs]
    sold = [
        shelf.line(slug, (found.id,)) for slug in shelf.newest(shelf.advertised.get(found.id, ()))
    ]
    others = shelf.lookup.all(asked.name) + shelf.lookup.all(found.label)
    return EntityFacts(
        shelf.thing(found.id),
        found.kind,
        rounded(found.confidence),
        max(lines + sold, key=lambda line: line.confidence, default=None),
        found.episodes,
        found.advertised,
        found.shows,
        shelf.undated(slugs),
        spellings(found.surfaces),
        len(found.surfaces),
        [Relation(name, shelf.thing(id_)) for name, id_ in found.relations],
        _related(shelf, found),
        list(found.replaces),
        [shelf.thing(id_) for id_ in dict.fromkeys(o.id for o in others) if id_ != found.id],
        timeline(shelf, slugs),
        beside(shelf, found.id)[:ROWS],
        naming(shelf, found.id, ROWS),
        lines[:ROWS],
        sold[:ROWS],
    )


def spellings(counts: Mapping[str, int]) -> list[Spelling]:
    """The most frequent of them, at most :data:`SPELLINGS`."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Spelling(text, count) for text, count in ranked[:SPELLINGS]]


def timeline(shelf: Shelf, slugs: Iterable[str]) -> list[Month]:
    """How many of these episodes each month of the corpus has."""
    counts = shelf.by_month(slugs)
    return [Month(month, counts[month], every) for month, every in shelf.months.items()]


def _related(shelf: Shelf, found: Entity) -> list[Relation]:
    return [
        Relation(name, shelf.thing(other.id))
        for other in shelf.shared.entities.values()
        for name, target in other.relations
        if target == found.id
    ]
