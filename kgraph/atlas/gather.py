"""Gathers the data of an atlas from a graph.

Takes a :class:`kgraph.graph.Graph`, returns :class:`kgraph.atlas.model.AtlasData`. The graph is
read twice: first for the nodes that several episodes share, which decides the numbers of nodes;
then for edges, evidence and quotes, of which only numbers and texts are kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain

import msgspec
import numpy as np

from kgraph.atlas.model import (
    EDGE_KINDS,
    HAND_ROW_OFFSET,
    LLM_ROW_OFFSET,
    STATED_CONFIDENCES,
    AtlasData,
    AtlasEpisodeCard,
    AtlasNode,
    Edges,
    EvidenceRows,
    Quotes,
)
from kgraph.atlas.nodes import collect_statistics, make_nodes
from kgraph.base.text import shorten
from kgraph.base.web_address import safe_web_url
from kgraph.draw.select import association_key, thin_pairs
from kgraph.graph import EpisodeGraph, EpisodeSummary, Graph, MentionEdge, Occurrence
from kgraph.graph.cooccurrence import MIN_TIE_EPISODES, count_co_mentions, is_tie
from kgraph.graph.network import collect_tags, collect_topics
from kgraph.graph.tally import count_entities
from kgraph.resolve.mentions.context import parse_mention

MAX_CARD_SUMMARY_CHARS = 160  #: of a summary: two lines of a panel

#: Links that each node keeps. A small picture keeps fewer, but a reader zooms into an atlas, and
#: communities are found on these edges. With 10, the overview is unreadable (judged by eye).
MIN_ATLAS_LINKS = 6

MIN_TIE_STRENGTH = 0.05  #: of an edge between two names that may be together by chance

WeightedEdge = tuple[int, int, float]  #: source, target, strength

_EXTRACTOR_OFFSETS = {"regex": 0, "llm": LLM_ROW_OFFSET, "hand": HAND_ROW_OFFSET}


def gather_atlas_data(graph: Graph) -> AtlasData:
    """Gather everything except positions."""
    statistics = collect_statistics(graph)
    nodes, leaf_parents, ranges = make_nodes(graph.shared, statistics)
    collector = _EdgeCollector(nodes)
    for episode, themes in zip(graph, statistics.themes, strict=True):
        collector.add_episode(episode, themes)
    collector.add_occurrences()
    collector.add_relations(graph)
    edges = {kind: _strongest_edges(collector.edges[kind]) for kind in EDGE_KINDS}
    shows = [-1] * ranges.episodes
    part_of = edges["partOf"]
    for source, target in zip(part_of.source.tolist(), part_of.target.tolist(), strict=True):
        shows[source - ranges.core] = target
    summaries = list(statistics.summaries.values())
    edges["associated"] = associate_nodes(summaries, collector.number)
    return AtlasData(
        nodes=nodes,
        ranges=msgspec.structs.replace(ranges, quotes=len(collector.quotes.key)),
        leaf_parents=leaf_parents,
        episode_shows=shows,
        episode_cards=collector.cards,
        edges=edges,
        rows=collector.rows,
        quotes=collector.quotes,
        advertised=sum(count_entities(graph.shared).advertised.values()),
    )


def _strongest_edges(triples: Sequence[WeightedEdge]) -> Edges:
    """Sort edges by source and target, and keep the strongest between two nodes."""
    table = np.fromiter(chain.from_iterable(triples), float, 3 * len(triples)).reshape(-1, 3)
    strength = table[:, 2]
    source, target = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
    order = np.lexsort((-strength, target, source))
    source, target, strength = source[order], target[order], strength[order]
    first = (np.diff(source, prepend=-1) != 0) | (np.diff(target, prepend=-1) != 0)
    return Edges(source[first], target[first], strength[first])


def associate_nodes(summaries: Collection[EpisodeSummary], number: Mapping[str, int]) -> Edges:
    """Return the edges of kind ``associated``: ties, as strong as their association.

    Names have ties with hundreds of others, so only a backbone is kept
    (:func:`kgraph.draw.select.thin_pairs`).
    """
    pairs = count_co_mentions(summaries, (), MIN_TIE_EPISODES, MIN_TIE_EPISODES)
    ties = sorted(filter(is_tie, pairs), key=association_key)
    backbone = thin_pairs(ties, MIN_ATLAS_LINKS)
    ends = {pair: sorted((number[pair.source], number[pair.target])) for pair in backbone}
    backbone.sort(key=ends.__getitem__)
    table = np.array([ends[pair] for pair in backbone], dtype=np.int64).reshape(-1, 2)
    strength = [max(pair.association, MIN_TIE_STRENGTH) for pair in backbone]
    return Edges(table[:, 0], table[:, 1], np.array(strength, dtype=float))


class _EdgeCollector:
    """Collects edges, evidence and quotes, episode by episode."""

    def __init__(self, nodes: Sequence[AtlasNode]) -> None:
        self.number = {node.id: n for n, node in enumerate(nodes)}
        self._spelling_number = [{s: n for n, (s, _) in enumerate(t.spellings)} for t in nodes]
        self._first_quote = len(nodes)
        self._quote_number: dict[str, int] = {}
        self._occurrences: list[tuple[int, Occurrence]] = []
        self.edges: dict[str, list[WeightedEdge]] = {kind: [] for kind in EDGE_KINDS}
        self.cards: list[AtlasEpisodeCard] = []
        self.rows = EvidenceRows([], [], [], [], [], [], [])
        self._rules: dict[str, int] = {}
        self.quotes = Quotes([], [], [], [], [], [])

    def add_episode(self, episode: EpisodeGraph, themes: Mapping[str, float]) -> None:
        """Add one episode, with the share of its quotes on each of its themes."""
        source = self.number[episode.id]
        main = episode.main_file
        self.cards.append(
            AtlasEpisodeCard(
                file=main.file,
                url=safe_web_url(main.text("original_url")),
                summary=shorten(main.text("summary"), MAX_CARD_SUMMARY_CHARS),
                date=episode.date[:10],
            )
        )
        for mention in sorted(episode.mentioned, key=lambda m: self.number[m.target]):
            target = self.number[mention.target]
            self.edges["mentions"].append((source, target, mention.confidence))
            self._add_rows(episode, mention, self._spelling_number[target])
        add = self.edges
        add["about"] += ((source, self.number[id_], n) for id_, n, _ in collect_topics(episode))
        add["about"] += ((source, self.number[id_], share) for id_, share in themes.items())
        add["keyword"] += ((source, self.number[id_], 1.0) for id_ in collect_tags(episode))
        if episode.show:
            show = episode.show
            add["partOf"].append((source, self.number[show.target], show.confidence))
        self._add_quotes(source, episode)

    def _add_rows(
        self, episode: EpisodeGraph, mention: MentionEdge, spelling: Mapping[str, int]
    ) -> None:
        """Add the rows of a mention; ``spelling`` numbers the spellings of its entity."""
        table = self.rows
        table.rows_per_mention.append(len(mention.rows))
        for decision in mention.rows:
            row = parse_mention(episode.find_row("companies", decision.file, decision.index))
            table.surface.append(spelling[decision.surface])
            if decision.rule not in self._rules:
                self._rules[decision.rule] = len(self._rules)
                table.rules.append(decision.rule)
            table.rule.append(self._rules[decision.rule])
            table.stated.append(
                STATED_CONFIDENCES.index(row.stated) + _EXTRACTOR_OFFSETS[row.extractor]
            )
            table.confidence.append(decision.confidence)
            table.context.append(row.context)

    def _add_quotes(self, source: int, episode: EpisodeGraph) -> None:
        relevance = {o.quote: o.relevance for o in episode.occurrences}
        mentioned = {m.target: m.confidence for m in episode.mentioned}
        own = sorted(episode.quotes, key=lambda q: (q.is_advert, -relevance.get(q.key, 0.0), q.key))
        for quote in own:
            number = self._quote_number[quote.key] = self._first_quote + len(self.quotes.key)
            self.quotes.parent.append(source)
            self.quotes.key.append(quote.key)
            self.quotes.text.append(quote.text)
            self.quotes.relevance.append(relevance.get(quote.key, 0.0))
            self.quotes.advert.append(quote.is_advert)
            self.quotes.count.append(0)
            # A quote names entities that its episode mentions, with the confidence of the mention.
            named = (id_ for id_, _ in quote.entities if id_ in mentioned)
            self.edges["names"] += ((number, self.number[id_], mentioned[id_]) for id_ in named)
        self._occurrences += ((source, occurrence) for occurrence in episode.occurrences)

    def add_occurrences(self) -> None:
        """Add occurrences last: an episode may contain a quote whose text comes later."""
        for source, occurrence in self._occurrences:
            number = self._quote_number[occurrence.quote]
            self.edges["quoted"].append((source, number, occurrence.relevance))
            self.quotes.count[number - self._first_quote] += 1
            self.edges["theme"] += (
                (number, self.number[f"theme/{key}"], 1.0) for key in occurrence.themes
            )

    def add_relations(self, graph: Graph) -> None:
        """Add the relations that the lexicon states."""
        for entity in graph.shared.entities.values():
            for _, target in entity.relations:
                if entity.id in self.number and target in self.number:
                    pair = self.number[entity.id], self.number[target]
                    self.edges["states"].append((*pair, 1.0))
