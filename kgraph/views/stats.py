"""Counts of a graph, in one pass over its episodes."""

from __future__ import annotations

from collections import Counter

import msgspec

from kgraph.graph import Graph
from kgraph.graph.lookup import popularity_key
from kgraph.views.values import rank_counts

HISTOGRAM_BINS = 10  #: of the confidence histogram: tenths, as calibration is measured in


class Ranked(msgspec.Struct, frozen=True):
    """An entity and the number of episodes that mention it."""

    label: str
    type: str
    episodes: int


class Stats(msgspec.Struct, frozen=True):
    """Counts of a graph.

    Attributes:
        episodes: number of episodes; ``files`` is the number of their files.
        entities: by type.
        edges: accepted ones, by predicate.
        rejected: mentions that were rejected, by rule.
        histogram: accepted mentions by confidence, from [0, 0.1) to [0.9, 1].
        connected: the entities in most episodes, those in most first.
        shows: episodes by show; ``with_show`` is the number of episodes with one.
        first, last: the earliest and latest day; "" if no date is known.
        dates: episodes by origin of their date: published, processed, unknown.
        quotes: distinct texts; ``adverts`` are the probable adverts among them.
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
    """Count a graph, and list the ``top`` most connected entities."""
    totals: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    bins: Counter[int] = Counter()
    shows: Counter[str] = Counter()
    dates: Counter[str] = Counter()
    days: set[str] = set()
    for episode in graph:
        totals.update(episodes=1, files=len(episode.files), quotes=len(episode.quotes))
        totals["adverts"] += sum(quote.is_advert for quote in episode.quotes)
        for mention in episode.mentions:
            if mention.is_accepted:
                bins[min(int(mention.confidence * HISTOGRAM_BINS), HISTOGRAM_BINS - 1)] += 1
            else:
                rejected[mention.rule] += 1
        if episode.show:
            shows[episode.show.label] += 1
        if day := episode.date[:10]:
            days.add(day)
            dates["processed" if episode.main_file.date_is_fallback else "published"] += 1
        else:
            dates["unknown"] += 1
    entities = graph.shared.entities.values()
    return Stats(
        episodes=totals["episodes"],
        files=totals["files"],
        entities=dict(sorted(Counter(entity.type for entity in entities).items())),
        edges=dict(rank_counts(Counter(edge.predicate for edge in graph.edges()))),
        rejected=dict(rank_counts(rejected)),
        histogram=[bins[number] for number in range(HISTOGRAM_BINS)],
        connected=[
            Ranked(e.label, e.type, e.episodes) for e in sorted(entities, key=popularity_key)[:top]
        ],
        with_show=shows.total(),
        shows=dict(rank_counts(shows)),
        first=min(days, default=""),
        last=max(days, default=""),
        dates=dict(rank_counts(dates)),
        quotes=totals["quotes"],
        adverts=totals["adverts"],
    )
