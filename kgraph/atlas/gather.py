"""What an atlas draws, gathered from a graph.

Takes a :class:`kgraph.graph.Graph`, gives :class:`kgraph.atlas.model.Gathered`. The graph is
walked twice: once to know what several episodes share, and so the numbers of the nodes;
once for edges, evidence and quotes, of which only numbers and texts are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import msgspec
import numpy as np

from kgraph.atlas.associate import associate
from kgraph.atlas.model import KINDS, Card, Edges, Gathered, Quotes, Ranges, Thing
from kgraph.atlas.nodes import survey, things_of
from kgraph.atlas.rows import RowTable
from kgraph.base.text import shorten
from kgraph.draw.evidence import safe_address
from kgraph.graph import EpisodeGraph, Graph, Occurrence
from kgraph.graph.network import tags_of, topics_of

SUMMARY = 160
"""Characters of a summary that are kept: two lines of a panel."""

Triple = tuple[int, int, float]
"""Source, target, strength."""


def gather(graph: Graph) -> Gathered:
    """All that the atlas of a graph says, but where things stand."""
    found = survey(graph)
    things, parents, ranges = things_of(graph.shared, found)
    walk = _Walk(things)
    for episode, themes in zip(graph, found.themes, strict=True):
        walk.add(episode, themes)
    walk.stand()
    walk.state(graph)
    edges = {kind: _edges(walk.triples[kind]) for kind in KINDS}
    edges["associated"], association = associate(list(found.outlines.values()), walk.number)
    return Gathered(
        things,
        msgspec.structs.replace(ranges, quotes=len(walk.quotes.key)),
        parents,
        _shows(edges["partOf"], ranges),
        walk.cards,
        edges,
        walk.table.rows,
        walk.quotes,
        association,
    )


def _shows(part_of: Edges, ranges: Ranges) -> list[int]:
    shows = [-1] * ranges.episodes
    for source, target in zip(part_of.source.tolist(), part_of.target.tolist(), strict=True):
        shows[source - ranges.core] = target
    return shows


def _edges(triples: Sequence[Triple]) -> Edges:
    """Triples by source and target; of several between two nodes the strongest."""
    table = np.fromiter(chain.from_iterable(triples), float, 3 * len(triples)).reshape(-1, 3)
    strength = table[:, 2]
    source, target = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
    order = np.lexsort((-strength, target, source))
    source, target, strength = source[order], target[order], strength[order]
    first = (np.diff(source, prepend=-1) != 0) | (np.diff(target, prepend=-1) != 0)
    return Edges(source[first], target[first], strength[first])


class _Walk:
    """What recordings say, one after the other."""

    def __init__(self, things: Sequence[Thing]) -> None:
        self.number = {thing.id: n for n, thing in enumerate(things)}
        self._spelling = [{s: n for n, (s, _) in enumerate(t.spellings)} for t in things]
        self._first = len(things)
        self._quote: dict[str, int] = {}
        self._standing: list[tuple[int, Occurrence]] = []
        self.triples: dict[str, list[Triple]] = {kind: [] for kind in KINDS}
        self.cards: list[Card] = []
        self.table = RowTable()
        self.quotes = Quotes([], [], [], [], [], [])

    def add(self, episode: EpisodeGraph, themes: Mapping[str, float]) -> None:
        """Add one recording, and how large a share of its quotes each of its themes has."""
        here = self.number[episode.id]
        self.cards.append(_card(episode))
        self._mentions(here, episode)
        add = self.triples
        add["about"] += ((here, self.number[id_], n) for id_, n, _ in topics_of(episode))
        add["about"] += ((here, self.number[id_], part) for id_, part in themes.items())
        add["keyword"] += ((here, self.number[id_], 1.0) for id_ in tags_of(episode))
        if episode.show:
            show = episode.show
            add["partOf"].append((here, self.number[show.target], show.confidence))
        self._quotes(here, episode)

    def _mentions(self, here: int, episode: EpisodeGraph) -> None:
        for mention in sorted(episode.spoken_of, key=lambda one: self.number[one.target]):
            target = self.number[mention.target]
            self.triples["mentions"].append((here, target, mention.confidence))
            self.table.add(episode, mention, self._spelling[target])

    def _quotes(self, here: int, episode: EpisodeGraph) -> None:
        relevance = {o.quote: o.relevance for o in episode.occurrences}
        mentioned = {m.target: m.confidence for m in episode.spoken_of}
        own = sorted(episode.quotes, key=lambda q: (q.is_advert, -relevance.get(q.key, 0.0), q.key))
        for quote in own:
            at = self._quote[quote.key] = self._first + len(self.quotes.key)
            self.quotes.parent.append(here)
            self.quotes.key.append(quote.key)
            self.quotes.text.append(quote.text)
            self.quotes.relevance.append(relevance.get(quote.key, 0.0))
            self.quotes.advert.append(quote.is_advert)
            self.quotes.count.append(0)
            # A quote names what its episode mentions, and as surely.
            named = (id_ for id_, _ in quote.entities if id_ in mentioned)
            self.triples["names"] += ((at, self.number[id_], mentioned[id_]) for id_ in named)
        self._standing += ((here, occurrence) for occurrence in episode.occurrences)

    def stand(self) -> None:
        """Add where quotes stand: an episode may hold a quote whose text comes later."""
        for here, occurrence in self._standing:
            at = self._quote[occurrence.quote]
            self.triples["quoted"].append((here, at, occurrence.relevance))
            self.quotes.count[at - self._first] += 1
            self.triples["theme"] += (
                (at, self.number[f"theme/{key}"], 1.0) for key in occurrence.themes
            )

    def state(self, graph: Graph) -> None:
        """Add what the lexicon states."""
        for entity in graph.shared.entities.values():
            for _, target in entity.relations:
                if entity.id in self.number and target in self.number:
                    pair = self.number[entity.id], self.number[target]
                    self.triples["states"].append((*pair, 1.0))


def _card(episode: EpisodeGraph) -> Card:
    main = episode.main
    return Card(
        main.file,
        safe_address(main.text("original_url")),
        shorten(main.text("summary"), SUMMARY),
        episode.date[:10],
    )
