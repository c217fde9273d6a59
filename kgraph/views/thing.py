"""One thing of the graph, with what stands around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from kgraph.base.errors import UnknownNameError
from kgraph.base.text import SUGGESTIONS, shorten
from kgraph.graph import Entity, EpisodeGraph, MentionEdge, Quote, Shared
from kgraph.graph.cooccurrence import beside, weights
from kgraph.graph.finding import episode_of
from kgraph.graph.lookup import Lookup
from kgraph.graph.records import Quoted
from kgraph.store import Store


class Neighbour(msgspec.Struct, frozen=True):
    """What stands in the same episodes.

    Attributes:
        label, type: what it is.
        episodes: how many episodes both stand in.
        lift: how many times more often than chance would have it, weighted by confidence
            (:mod:`kgraph.graph.cooccurrence`).
    """

    label: str
    type: str
    episodes: int
    lift: float


class Line(msgspec.Struct, frozen=True):
    """An episode in a list.

    Attributes:
        slug, title, date, show: of it; the date a day.
        confidence: of the edge.
        dated: the date is that of publication, not only of processing.
    """

    slug: str
    title: str
    date: str
    show: str
    confidence: float
    dated: bool


class Saying(msgspec.Struct, frozen=True):
    """A quote in a list: its text, relevance in [0, 1], and where it stands."""

    text: str
    relevance: float
    slug: str
    title: str


class Named(msgspec.Struct, frozen=True):
    """What an episode names: its label, type, and the confidence of the edge."""

    label: str
    type: str
    confidence: float


class EntityPage(msgspec.Struct, frozen=True):
    """What the graph knows of one entity.

    Attributes:
        entity: its names with their counts, type, confidence, relations.
        neighbours: what it is mentioned with, most episodes first.
        quotes: the best that name it, no adverts.
        episodes: those that speak of it outside adverts, newest first.
        others: further things of that name, which this is not.
        advertised: the episodes whose adverts alone name it, newest first.
        belonging: of a show, its own episodes, newest first; ``series`` is how many there are.
    """

    entity: Entity
    neighbours: list[Neighbour]
    quotes: list[Saying]
    episodes: list[Line]
    others: list[str]
    advertised: list[Line]
    belonging: list[Line]
    series: int


class EpisodePage(msgspec.Struct, frozen=True):
    """What the graph knows of one episode: its mentions by confidence, its best quotes, and
    what its adverts alone name."""

    episode: Line
    url: str
    files: tuple[str, ...]
    summary: str
    mentions: list[Named]
    quotes: list[Saying]
    advertised: list[Named]


def show(store: Store, name: str, limit: int = 10) -> EntityPage | EpisodePage:
    """Look one thing up.

    Args:
        store: where.
        name: an entity by label, alias or id, or an episode by file name, title or id.
        limit: how many neighbours, quotes and episodes to give.

    Raises:
        UnknownNameError: nothing goes by the name; near names are suggested.
    """
    lookup = Lookup.of(store.shared)
    found = lookup.all(name)
    if found:
        return _entity_page(store, found[0], [other.id for other in found[1:]], limit)
    try:
        slug = episode_of(store.shared.outlines, name)
    except UnknownNameError as error:
        near = [*lookup.near(name), *error.suggestions][:SUGGESTIONS]
        hint = f"did you mean {' / '.join(near)}?" if near else "search for a part of it"
        raise UnknownNameError(
            f"nothing in the graph is called {shorten(name)!r}: {hint}", near
        ) from error
    return _episode_page(store.episode(slug), limit)


def _entity_page(store: Store, entity: Entity, others: list[str], limit: int) -> EntityPage:
    shared = store.shared
    outlines = shared.outlines
    own = {slug: o.mentions[entity.id] for slug, o in outlines.items() if entity.id in o.mentions}
    sold = {slug: o.adverts[entity.id] for slug, o in outlines.items() if entity.id in o.adverts}
    series = [slug for slug, outline in outlines.items() if outline.show == entity.id]
    return EntityPage(
        entity,
        _neighbours(shared, entity.id, own, limit) if own else [],
        _quotes_naming(store, entity.id, own, limit),
        _newest(shared, own, limit),
        others,
        _newest(shared, sold, limit),
        _belonging(store, series, limit),
        len(series),
    )


def _neighbours(shared: Shared, id_: str, own: Mapping[str, float], limit: int) -> list[Neighbour]:
    every = weights(shared.outlines.values())
    found = [one for one in beside(shared.outlines, own, every) if one.id != id_]
    found.sort(key=lambda one: (-one.episodes, one.id))
    entities = shared.entities
    return [
        Neighbour(entities[n.id].label, entities[n.id].type, n.episodes, round(n.lift, 2))
        for n in found[:limit]
    ]


def _newest(shared: Shared, sure: Mapping[str, float], limit: int) -> list[Line]:
    return [_line(shared, slug, sure[slug]) for slug in _by_day(shared, sure)[:limit]]


def _belonging(store: Store, slugs: Iterable[str], limit: int) -> list[Line]:
    """The newest of a show's own episodes: what is not shown is not read."""
    newest = _by_day(store.shared, slugs)[:limit]
    edges = {slug: store.episode(slug).show for slug in newest}
    return [_line(store.shared, slug, edge.confidence) for slug, edge in edges.items() if edge]


def _by_day(shared: Shared, slugs: Iterable[str]) -> list[str]:
    """Newest first."""
    return sorted(slugs, key=lambda slug: (shared.outlines[slug].date[:10], slug), reverse=True)


def _line(shared: Shared, slug: str, confidence: float) -> Line:
    outline = shared.outlines[slug]
    show = shared.entities[outline.show].label if outline.show else ""
    return Line(slug, outline.title, outline.date[:10], show, confidence, outline.dated)


def _quotes_naming(store: Store, id_: str, slugs: Iterable[str], limit: int) -> list[Saying]:
    """The best quotes that name it, of the episodes that speak of it."""
    found: list[Saying] = []
    for episode in store.quoted(slugs):
        naming = (quote for quote in episode.quotes if any(e == id_ for e, _ in quote.entities))
        found += _sayings(episode, naming, store.shared.outlines[episode.slug].title)
    return _best(found, limit)


def _sayings(
    episode: EpisodeGraph | Quoted, quotes: Iterable[Quote], title: str
) -> Iterator[Saying]:
    """An episode's own quotes but its adverts."""
    relevance = {o.quote: o.relevance for o in episode.occurrences}
    for quote in quotes:
        if not quote.is_advert:
            yield Saying(quote.text, relevance[quote.key], episode.slug, title)


def _best(quotes: Iterable[Saying], limit: int) -> list[Saying]:
    return sorted(quotes, key=lambda quote: (-quote.relevance, quote.text))[:limit]


def _episode_page(episode: EpisodeGraph, limit: int) -> EpisodePage:
    quotes = _sayings(episode, episode.quotes, episode.main.title)
    label = episode.show.label if episode.show else ""
    return EpisodePage(
        Line(episode.slug, episode.main.title, episode.date[:10], label, 1.0, episode.dated),
        episode.main.text("original_url"),
        tuple(file.file for file in episode.files),
        episode.main.text("summary"),
        _surest(episode.spoken_of)[: 3 * limit],
        _best(quotes, limit),
        _surest(episode.advertised)[:limit],
    )


def _surest(mentions: Iterable[MentionEdge]) -> list[Named]:
    found = [Named(m.label, m.type, m.confidence) for m in mentions]
    return sorted(found, key=lambda one: (-one.confidence, one.label))
