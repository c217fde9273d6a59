"""What a graph holds, in numbers: one walk over its recordings."""

from __future__ import annotations

from collections import Counter

import msgspec

from kgraph.graph import EpisodeGraph, Graph
from kgraph.graph.lookup import popularity_key

HISTOGRAM_BINS = 10
"""Bars of the confidence histogram: tenths, as calibration is measured in."""


class Ranked(msgspec.Struct, frozen=True):
    """A thing and how many episodes mention it."""

    label: str
    type: str
    episodes: int


class Stats(msgspec.Struct):
    """The graph in numbers.

    Attributes:
        episodes: how many recordings; ``files`` how many files they come from.
        entities: how many, by type.
        edges: how many accepted edges, by predicate.
        rejected: how many mentions were rejected, by rule.
        histogram: accepted mentions by confidence, from [0, 0.1) to [0.9, 1].
        connected: the entities in most episodes, first those in most.
        shows: episodes by show; ``with_show`` of them have one.
        first, last: the earliest and latest day; "" when no date is known.
        dates: episodes by where their date comes from: published, processed, unknown.
        quotes: distinct texts; ``adverts`` of them are probably adverts.
    """

    episodes: int = 0
    files: int = 0
    entities: dict[str, int] = {}
    edges: dict[str, int] = {}
    rejected: dict[str, int] = {}
    histogram: list[int] = msgspec.field(default_factory=lambda: [0] * HISTOGRAM_BINS)
    connected: list[Ranked] = []
    with_show: int = 0
    shows: dict[str, int] = {}
    first: str = ""
    last: str = ""
    dates: dict[str, int] = {}
    quotes: int = 0
    adverts: int = 0


def count_graph(graph: Graph, top: int = 15) -> Stats:
    """Count a graph.

    Args:
        graph: what to count.
        top: how many of the most connected entities to name.
    """
    result = Stats()
    counters: dict[str, Counter[str]] = {
        name: Counter() for name in ("edges", "rejected", "shows", "dates")
    }
    for episode in graph:
        _count_episode(result, counters, episode)
    for edge in graph.edges():
        counters["edges"][edge.predicate] += 1
    for name, counter in counters.items():
        setattr(result, name, dict(sorted(counter.items(), key=lambda item: (-item[1], item[0]))))
    entities = graph.shared.entities.values()
    result.entities = dict(sorted(Counter(entity.type for entity in entities).items()))
    ranked = sorted(entities, key=popularity_key)[:top]
    result.connected = [Ranked(e.label, e.type, e.episodes) for e in ranked]
    return result


def _count_episode(result: Stats, counters: dict[str, Counter[str]], episode: EpisodeGraph) -> None:
    result.episodes += 1
    result.files += len(episode.files)
    result.quotes += len(episode.quotes)
    result.adverts += sum(quote.is_advert for quote in episode.quotes)
    for mention in episode.mentions:
        if mention.is_accepted:
            result.histogram[min(int(mention.confidence * HISTOGRAM_BINS), HISTOGRAM_BINS - 1)] += 1
        else:
            counters["rejected"][mention.rule] += 1
    if episode.show:
        result.with_show += 1
        counters["shows"][episode.show.label] += 1
    day = episode.date[:10]
    if not day:
        counters["dates"]["unknown"] += 1
        return
    counters["dates"]["processed" if episode.main_file.date_is_fallback else "published"] += 1
    result.first = min(result.first or day, day)
    result.last = max(result.last, day)
