"""One thing of the graph, with what stands around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from kgraph.base.errors import UnknownNameError
from kgraph.base.text import MAX_SUGGESTIONS, shorten
from kgraph.graph import Entity, EpisodeGraph, MentionEdge, Quote, SharedData
from kgraph.graph.cooccurrence import associated_with, expected_counts
from kgraph.graph.lookup import Lookup, find_episode
from kgraph.graph.records import EpisodeQuotes
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


class PageEpisode(msgspec.Struct, frozen=True):
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


class PageQuote(msgspec.Struct, frozen=True):
    """A quote in a list: its text, relevance in [0, 1], and where it stands."""

    text: str
    relevance: float
    slug: str
    title: str


class PageMention(msgspec.Struct, frozen=True):
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
    quotes: list[PageQuote]
    episodes: list[PageEpisode]
    others: list[str]
    advertised: list[PageEpisode]
    belonging: list[PageEpisode]
    series: int


class EpisodePage(msgspec.Struct, frozen=True):
    """What the graph knows of one episode: its mentions by confidence, its best quotes, and
    what its adverts alone name."""

    episode: PageEpisode
    url: str
    files: tuple[str, ...]
    summary: str
    mentions: list[PageMention]
    quotes: list[PageQuote]
    advertised: list[PageMention]


def look_up(store: Store, name: str, limit: int = 10) -> EntityPage | EpisodePage:
    """Look one thing up.

    Args:
        store: where.
        name: an entity by label, alias or id, or an episode by file name, title or id.
        limit: how many neighbours, quotes and episodes to give.

    Raises:
        UnknownNameError: nothing goes by the name; near names are suggested.
    """
    lookup = Lookup.cached_for(store.shared)
    found = lookup.find_all(name)
    if found:
        return _make_entity_page(store, found[0], [other.id for other in found[1:]], limit)
    try:
        slug = find_episode(store.shared.summaries, name)
    except UnknownNameError as error:
        near = [*lookup.suggest(name), *error.suggestions][:MAX_SUGGESTIONS]
        hint = f"did you mean {' / '.join(near)}?" if near else "search for a part of it"
        raise UnknownNameError(
            f"nothing in the graph is called {shorten(name)!r}: {hint}", near
        ) from error
    return _make_episode_page(store.episode(slug), limit)


def _make_entity_page(store: Store, entity: Entity, others: list[str], limit: int) -> EntityPage:
    shared = store.shared
    outlines = shared.summaries
    own = {slug: o.mentions[entity.id] for slug, o in outlines.items() if entity.id in o.mentions}
    sold = {slug: o.adverts[entity.id] for slug, o in outlines.items() if entity.id in o.adverts}
    series = [slug for slug, outline in outlines.items() if outline.show == entity.id]
    return EntityPage(
        entity,
        _find_neighbours(shared, entity.id, own, limit) if own else [],
        _find_quotes(store, entity.id, own, limit),
        _newest_lines(shared, own, limit),
        others,
        _newest_lines(shared, sold, limit),
        _own_episodes(store, series, limit),
        len(series),
    )


def _find_neighbours(
    shared: SharedData, id_: str, own: Mapping[str, float], limit: int
) -> list[Neighbour]:
    every = expected_counts(shared.summaries.values())
    found = [one for one in associated_with(shared.summaries, own, every) if one.id != id_]
    found.sort(key=lambda one: (-one.episodes, one.id))
    entities = shared.entities
    return [
        Neighbour(entities[n.id].label, entities[n.id].type, n.episodes, round(n.lift, 2))
        for n in found[:limit]
    ]


def _newest_lines(shared: SharedData, sure: Mapping[str, float], limit: int) -> list[PageEpisode]:
    return [
        _make_line(shared, slug, sure[slug]) for slug in _sort_newest_first(shared, sure)[:limit]
    ]


def _own_episodes(store: Store, slugs: Iterable[str], limit: int) -> list[PageEpisode]:
    """The newest of a show's own episodes: what is not shown is not read."""
    newest = _sort_newest_first(store.shared, slugs)[:limit]
    edges = {slug: store.episode(slug).show for slug in newest}
    return [_make_line(store.shared, slug, edge.confidence) for slug, edge in edges.items() if edge]


def _sort_newest_first(shared: SharedData, slugs: Iterable[str]) -> list[str]:
    """Newest first."""
    return sorted(slugs, key=lambda slug: (shared.summaries[slug].date[:10], slug), reverse=True)


def _make_line(shared: SharedData, slug: str, confidence: float) -> PageEpisode:
    outline = shared.summaries[slug]
    show = shared.entities[outline.show].label if outline.show else ""
    return PageEpisode(slug, outline.title, outline.date[:10], show, confidence, outline.is_dated)


def _find_quotes(store: Store, id_: str, slugs: Iterable[str], limit: int) -> list[PageQuote]:
    """The best quotes that name it, of the episodes that speak of it."""
    found: list[PageQuote] = []
    for episode in store.read_quotes(slugs):
        naming = (quote for quote in episode.quotes if any(e == id_ for e, _ in quote.entities))
        found += _iterate_quotes(episode, naming, store.shared.summaries[episode.slug].title)
    return _best_quotes(found, limit)


def _iterate_quotes(
    episode: EpisodeGraph | EpisodeQuotes, quotes: Iterable[Quote], title: str
) -> Iterator[PageQuote]:
    """An episode's own quotes but its adverts."""
    relevance = {o.quote: o.relevance for o in episode.occurrences}
    for quote in quotes:
        if not quote.is_advert:
            yield PageQuote(quote.text, relevance[quote.key], episode.slug, title)


def _best_quotes(quotes: Iterable[PageQuote], limit: int) -> list[PageQuote]:
    return sorted(quotes, key=lambda quote: (-quote.relevance, quote.text))[:limit]


def _make_episode_page(episode: EpisodeGraph, limit: int) -> EpisodePage:
    quotes = _iterate_quotes(episode, episode.quotes, episode.main_file.title)
    label = episode.show.label if episode.show else ""
    return EpisodePage(
        PageEpisode(
            episode.slug, episode.main_file.title, episode.date[:10], label, 1.0, episode.is_dated
        ),
        episode.main_file.text("original_url"),
        tuple(file.file for file in episode.files),
        episode.main_file.text("summary"),
        _rank_mentions(episode.mentioned)[: 3 * limit],
        _best_quotes(quotes, limit),
        _rank_mentions(episode.advertised)[:limit],
    )


def _rank_mentions(mentions: Iterable[MentionEdge]) -> list[PageMention]:
    found = [PageMention(m.label, m.type, m.confidence) for m in mentions]
    return sorted(found, key=lambda one: (-one.confidence, one.label))
