"""One thing of the graph, with what stands around it."""

from __future__ import annotations

from collections import Counter

import msgspec

from kgraph.errors import UnknownNameError
from kgraph.graph import Entity, EpisodeGraph, Graph
from kgraph.graph.named import SUGGESTIONS, episode_of
from kgraph.query.lookup import Lookup


class Neighbour(msgspec.Struct, frozen=True):
    """What stands in the same episodes.

    Attributes:
        label, type: what it is.
        episodes: how many episodes both stand in.
        lift: how many times more often than chance would have it.
    """

    label: str
    type: str
    episodes: int
    lift: float


class Line(msgspec.Struct, frozen=True):
    """An episode in a list: its slug, title, day, show, and the confidence of the edge."""

    slug: str
    title: str
    date: str
    show: str
    confidence: float


class Saying(msgspec.Struct, frozen=True):
    """A quote in a list: its text, relevance in [0, 1], and where it stands."""

    text: str
    relevance: float
    slug: str
    title: str


class EntityPage(msgspec.Struct, frozen=True):
    """What the graph knows of one entity.

    Attributes:
        entity: its names with their counts, type, confidence, relations.
        neighbours: what it is mentioned with, most episodes first.
        quotes: the best that name it, no adverts.
        episodes: newest first.
        others: further things of that name, which this is not.
    """

    entity: Entity
    neighbours: list[Neighbour]
    quotes: list[Saying]
    episodes: list[Line]
    others: list[str]


class EpisodePage(msgspec.Struct, frozen=True):
    """What the graph knows of one episode: its mentions by confidence, its best quotes."""

    episode: Line
    url: str
    files: tuple[str, ...]
    summary: str
    mentions: list[tuple[str, str, float]]
    quotes: list[Saying]


def show(graph: Graph, name: str, limit: int = 10) -> EntityPage | EpisodePage:
    """Look one thing up.

    Args:
        graph: where.
        name: an entity by label, alias or id, or an episode by file name, title or id.
        limit: how many neighbours, quotes and episodes to give.

    Raises:
        UnknownNameError: nothing goes by the name; near names are suggested.
    """
    lookup = Lookup(graph.shared.entities)
    found = lookup.all(name)
    if not found:
        return _episode_page(_episode(graph, lookup, name), limit)
    return _entity_page(graph, found[0], [other.id for other in found[1:]], limit)


def _episode(graph: Graph, lookup: Lookup, name: str) -> EpisodeGraph:
    """The episode of that name.

    Raises:
        UnknownNameError: there is none, and no entity either; near names of both are suggested.
    """
    try:
        return graph.episode(episode_of(graph.shared.outlines, name))
    except UnknownNameError as error:
        near = [*lookup.near(name), *error.suggestions][:SUGGESTIONS]
        hint = f"did you mean {' / '.join(near)}?" if near else "search for a part of it"
        raise UnknownNameError(f"nothing in the graph is called {name!r}: {hint}", near) from error


def _entity_page(graph: Graph, entity: Entity, others: list[str], limit: int) -> EntityPage:
    beside: Counter[str] = Counter()
    lines: list[Line] = []
    quotes: list[Saying] = []
    total = 0
    for episode in graph:
        total += 1
        sure = {m.target: m.confidence for m in episode.mentions if m.accepted}
        if entity.id in sure:
            lines.append(_line(episode, sure[entity.id]))
            beside.update(sure.keys() - {entity.id})
        quotes += _quotes_naming(episode, entity.id)
    known = graph.shared.entities
    neighbours = [
        Neighbour(known[id_].label, known[id_].type, n, _lift(n, entity, known[id_], total))
        for id_, n in sorted(beside.items(), key=lambda item: (-item[1], item[0]))[:limit]
    ]
    lines.sort(key=lambda line: (line.date, line.slug), reverse=True)
    return EntityPage(entity, neighbours, _best(quotes, limit), lines[:limit], others)


def _lift(together: int, one: Entity, other: Entity, total: int) -> float:
    return round(together * total / (max(one.episodes, 1) * max(other.episodes, 1)), 2)


def _line(episode: EpisodeGraph, confidence: float = 1.0) -> Line:
    label = episode.show.label if episode.show else ""
    return Line(episode.slug, episode.main.title, episode.date[:10], label, confidence)


def _quotes_naming(episode: EpisodeGraph, id_: str) -> list[Saying]:
    relevance = {o.quote: o.relevance for o in episode.occurrences}
    return [
        Saying(quote.text, relevance[quote.key], episode.slug, episode.main.title)
        for quote in episode.quotes
        if not quote.is_advert and any(target == id_ for target, _ in quote.entities)
    ]


def _best(quotes: list[Saying], limit: int) -> list[Saying]:
    return sorted(quotes, key=lambda quote: (-quote.relevance, quote.text))[:limit]


def _episode_page(episode: EpisodeGraph, limit: int) -> EpisodePage:
    mentions = [(m.label, m.type, m.confidence) for m in episode.mentions if m.accepted]
    relevance = {o.quote: o.relevance for o in episode.occurrences}
    quotes = [
        Saying(quote.text, relevance[quote.key], episode.slug, episode.main.title)
        for quote in episode.quotes
        if not quote.is_advert
    ]
    return EpisodePage(
        _line(episode),
        episode.main.text("original_url"),
        tuple(file.file for file in episode.files),
        episode.main.text("summary"),
        sorted(mentions, key=lambda m: (-m[2], m[0]))[: 3 * limit],
        _best(quotes, limit),
    )
