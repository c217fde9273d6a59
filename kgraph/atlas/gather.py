"""What an atlas draws, gathered from a graph.

Takes a :class:`kgraph.graph.Graph`, gives :class:`kgraph.atlas.model.AtlasData`. The graph is
walked twice: once to know what several episodes share, and so the numbers of the nodes;
once for edges, evidence and quotes, of which only numbers and texts are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import msgspec
import numpy as np

from kgraph.atlas.associate import associate_nodes
from kgraph.atlas.model import (
    EDGE_KINDS,
    AtlasData,
    AtlasEpisodeCard,
    AtlasNode,
    Edges,
    Quotes,
    Ranges,
)
from kgraph.atlas.nodes import collect_statistics, make_nodes
from kgraph.atlas.rows import EvidenceRowsBuilder
from kgraph.base.text import shorten
from kgraph.draw.evidence import safe_web_url
from kgraph.graph import EpisodeGraph, Graph, Occurrence
from kgraph.graph.network import collect_tags, collect_topics

MAX_CARD_SUMMARY_CHARS = 160
"""Characters of a summary that are kept: two lines of a panel."""

WeightedEdge = tuple[int, int, float]
"""Source, target, strength."""


def gather_atlas_data(graph: Graph) -> AtlasData:
    """All that the atlas of a graph says, but where things stand."""
    found = collect_statistics(graph)
    things, parents, ranges = make_nodes(graph.shared, found)
    walk = _EdgeCollector(things)
    for episode, themes in zip(graph, found.themes, strict=True):
        walk.add_episode(episode, themes)
    walk.add_occurrences()
    walk.add_relations(graph)
    edges = {kind: _strongest_edges(walk.edges[kind]) for kind in EDGE_KINDS}
    edges["associated"], association = associate_nodes(list(found.outlines.values()), walk.number)
    return AtlasData(
        things,
        msgspec.structs.replace(ranges, quotes=len(walk.quotes.key)),
        parents,
        _shows_by_episode(edges["partOf"], ranges),
        walk.cards,
        edges,
        walk.table.rows,
        walk.quotes,
        association,
    )


def _shows_by_episode(part_of: Edges, ranges: Ranges) -> list[int]:
    shows = [-1] * ranges.episodes
    for source, target in zip(part_of.source.tolist(), part_of.target.tolist(), strict=True):
        shows[source - ranges.core] = target
    return shows


def _strongest_edges(triples: Sequence[WeightedEdge]) -> Edges:
    """Triples by source and target; of several between two nodes the strongest."""
    table = np.fromiter(chain.from_iterable(triples), float, 3 * len(triples)).reshape(-1, 3)
    strength = table[:, 2]
    source, target = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
    order = np.lexsort((-strength, target, source))
    source, target, strength = source[order], target[order], strength[order]
    first = (np.diff(source, prepend=-1) != 0) | (np.diff(target, prepend=-1) != 0)
    return Edges(source[first], target[first], strength[first])


class _EdgeCollector:
    """What recordings say, one after the other."""

    def __init__(self, things: Sequence[AtlasNode]) -> None:
        self.number = {thing.id: n for n, thing in enumerate(things)}
        self._spelling_number = [{s: n for n, (s, _) in enumerate(t.spellings)} for t in things]
        self._first_quote = len(things)
        self._quote_number: dict[str, int] = {}
        self._occurrences: list[tuple[int, Occurrence]] = []
        self.edges: dict[str, list[WeightedEdge]] = {kind: [] for kind in EDGE_KINDS}
        self.cards: list[AtlasEpisodeCard] = []
        self.table = EvidenceRowsBuilder()
        self.quotes = Quotes([], [], [], [], [], [])

    def add_episode(self, episode: EpisodeGraph, themes: Mapping[str, float]) -> None:
        """Add one recording, and how large a share of its quotes each of its themes has."""
        here = self.number[episode.id]
        self.cards.append(_make_card(episode))
        self._add_mentions(here, episode)
        add = self.edges
        add["about"] += ((here, self.number[id_], n) for id_, n, _ in collect_topics(episode))
        add["about"] += ((here, self.number[id_], part) for id_, part in themes.items())
        add["keyword"] += ((here, self.number[id_], 1.0) for id_ in collect_tags(episode))
        if episode.show:
            show = episode.show
            add["partOf"].append((here, self.number[show.target], show.confidence))
        self._add_quotes(here, episode)

    def _add_mentions(self, here: int, episode: EpisodeGraph) -> None:
        for mention in sorted(episode.mentioned, key=lambda one: self.number[one.target]):
            target = self.number[mention.target]
            self.edges["mentions"].append((here, target, mention.confidence))
            self.table.add(episode, mention, self._spelling_number[target])

    def _add_quotes(self, here: int, episode: EpisodeGraph) -> None:
        relevance = {o.quote: o.relevance for o in episode.occurrences}
        mentioned = {m.target: m.confidence for m in episode.mentioned}
        own = sorted(episode.quotes, key=lambda q: (q.is_advert, -relevance.get(q.key, 0.0), q.key))
        for quote in own:
            at = self._quote_number[quote.key] = self._first_quote + len(self.quotes.key)
            self.quotes.parent.append(here)
            self.quotes.key.append(quote.key)
            self.quotes.text.append(quote.text)
            self.quotes.relevance.append(relevance.get(quote.key, 0.0))
            self.quotes.advert.append(quote.is_advert)
            self.quotes.count.append(0)
            # A quote names what its episode mentions, and as surely.
            named = (id_ for id_, _ in quote.entities if id_ in mentioned)
            self.edges["names"] += ((at, self.number[id_], mentioned[id_]) for id_ in named)
        self._occurrences += ((here, occurrence) for occurrence in episode.occurrences)

    def add_occurrences(self) -> None:
        """Add where quotes stand: an episode may hold a quote whose text comes later."""
        for here, occurrence in self._occurrences:
            at = self._quote_number[occurrence.quote]
            self.edges["quoted"].append((here, at, occurrence.relevance))
            self.quotes.count[at - self._first_quote] += 1
            self.edges["theme"] += (
                (at, self.number[f"theme/{key}"], 1.0) for key in occurrence.themes
            )

    def add_relations(self, graph: Graph) -> None:
        """Add what the lexicon states."""
        for entity in graph.shared.entities.values():
            for _, target in entity.relations:
                if entity.id in self.number and target in self.number:
                    pair = self.number[entity.id], self.number[target]
                    self.edges["states"].append((*pair, 1.0))


def _make_card(episode: EpisodeGraph) -> AtlasEpisodeCard:
    main = episode.main_file
    return AtlasEpisodeCard(
        main.file,
        safe_web_url(main.text("original_url")),
        shorten(main.text("summary"), MAX_CARD_SUMMARY_CHARS),
        episode.date[:10],
    )
