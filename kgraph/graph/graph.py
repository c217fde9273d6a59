"""The graph: recordings, one after the other, and what they share.

Takes any iterable of recordings that can be iterated again (a tuple, or a reader of the
store), so that a graph larger than memory is walked, never held.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from kgraph.graph.cooccurrence import count_shows
from kgraph.graph.network import (
    iter_episode_edges,
    iter_episode_nodes,
    make_entity_node,
    make_term_node,
)
from kgraph.graph.records import (
    Edge,
    Entity,
    EpisodeGraph,
    EpisodeSummary,
    Node,
    Quote,
    SharedData,
    TaxonomyTerm,
)
from kgraph.graph.selection import Selection, check_selection
from kgraph.graph.tally import count_mention, count_terms, summarize_episode, zero_counts

if TYPE_CHECKING:
    import networkx


class Graph:
    """A knowledge graph.

    Args:
        episodes: the recordings in canonical order; iterated anew for each walk.
        shared: what they have in common.
    """

    def __init__(self, episodes: Iterable[EpisodeGraph], shared: SharedData) -> None:
        self._episodes = episodes
        self.shared = shared

    def __iter__(self) -> Iterator[EpisodeGraph]:
        return iter(self._episodes)

    def select(self, selection: Selection) -> Graph:
        """The part of the graph that the selection takes, with counts that fit it.

        Raises:
            UnknownNameError: it names an episode that is not there; near titles are suggested.
            TypeError: it is no :class:`Selection`.
        """
        check_selection(selection)
        if selection.is_everything:
            return self
        kept = _SelectedEpisodes(self._episodes, selection.resolve_episodes(self.shared.summaries))
        shared = self._recount(kept)
        return Graph(_EpisodesWithMovedQuotes(kept, self._episodes, shared.entities), shared)

    def _recount(self, kept: Iterable[EpisodeGraph]) -> SharedData:
        entities: dict[str, Entity] = {}
        outlines: dict[str, EpisodeSummary] = {}
        seen: set[str] = set()
        terms: dict[str, TaxonomyTerm] = {}
        for episode in kept:
            count_terms(terms, episode)
            outlines[episode.slug] = summarize_episode(episode)
            seen.update(edge.target for edge in iter_episode_edges(episode))
            seen.update(f"theme/{theme}" for o in episode.occurrences for theme in o.themes)
            for mention in episode.mentions:
                if mention.is_accepted:
                    known = self.shared.entities[mention.target]
                    count_mention(entities.setdefault(mention.target, zero_counts(known)), mention)
        for id_ in sorted(seen & self.shared.entities.keys() - entities.keys()):
            # A show that no kept episode mentions: it is there, and is counted nowhere.
            known = self.shared.entities[id_]
            entities[id_] = msgspec.structs.replace(zero_counts(known), confidence=known.confidence)
        shows = count_shows(outlines.values())
        for id_, entity in entities.items():
            entities[id_] = msgspec.structs.replace(entity, shows=shows.get(id_, 0))
        return msgspec.structs.replace(
            self.shared,
            entities={id_: entities[id_] for id_ in sorted(entities)},
            topics=_recount_terms(self.shared.topics, seen, terms),
            tags=_recount_terms(self.shared.tags, seen, terms),
            themes=_recount_terms(self.shared.themes, seen, terms),
            summaries=outlines,
        )

    def nodes(self) -> Iterator[Node]:
        """Every thing, each once: entities, topics, tags and themes, then each recording's own."""
        yield from map(make_entity_node, self.shared.entities.values())
        for terms in (self.shared.topics, self.shared.tags, self.shared.themes):
            yield from (make_term_node(id_, term) for id_, term in terms.items())
        for episode in self:
            yield from iter_episode_nodes(episode)

    def edges(self) -> Iterator[Edge]:
        """Every accepted edge, each once."""
        for episode in self:
            yield from iter_episode_edges(episode)
        for entity in self.shared.entities.values():
            for predicate, target in entity.relations:
                if target in self.shared.entities:  # a selection may have left it out
                    yield Edge(entity.id, predicate, target, 1.0, 1.0)

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """The graph as a directed multigraph, keyed by predicate.

        Nodes carry ``type``, ``label`` and the attributes of :class:`Node`; edges carry
        ``confidence``, ``weight`` (a strength in [0, 1]), ``cost`` (the negative natural
        logarithm of the weight: what shortest paths should add up) and ``count``.
        """
        from kgraph.graph.network import build_multigraph

        return build_multigraph(self.nodes(), self.edges())


def _recount_terms(
    known: Mapping[str, TaxonomyTerm], seen: set[str], counts: Mapping[str, TaxonomyTerm]
) -> dict[str, TaxonomyTerm]:
    """Those terms that were seen, with these counts, and the broader ones."""
    kept = known.keys() & seen
    above = {known[id_].broader for id_ in kept} & known.keys()
    return {
        id_: msgspec.structs.replace(
            term, spellings=dict(sorted(counts[id_].spellings.items())) if id_ in counts else {}
        )
        for id_, term in known.items()
        if id_ in kept | above
    }


class _SelectedEpisodes:
    """The recordings that a selection takes, narrowed, iterable any number of times."""

    def __init__(self, episodes: Iterable[EpisodeGraph], selection: Selection) -> None:
        self._episodes = episodes
        self._selection = selection

    def __iter__(self) -> Iterator[EpisodeGraph]:
        for episode in self._episodes:
            if self._selection.includes(episode):
                yield self._selection.filter_mentions(episode)


class _EpisodesWithMovedQuotes:
    """Kept recordings whose quotes name kept entities only.

    A quote whose text stands in a recording that is left out moves to the first that is kept.
    """

    def __init__(
        self, kept: _SelectedEpisodes, episodes: Iterable[EpisodeGraph], entities: Container[str]
    ) -> None:
        self._selected = kept
        self._episodes = episodes
        self._entities = entities

    def __iter__(self) -> Iterator[EpisodeGraph]:
        moving = dict(self._quotes_to_move)
        for episode in self._selected:
            found = [moving.pop(o.quote) for o in episode.occurrences if o.quote in moving]
            quotes = sorted([*episode.quotes, *found], key=lambda quote: quote.key)
            yield msgspec.structs.replace(episode, quotes=tuple(map(self._trim_quote, quotes)))

    def _trim_quote(self, quote: Quote) -> Quote:
        named = tuple(found for found in quote.entities if found[0] in self._entities)
        return msgspec.structs.replace(quote, entities=named)

    @cached_property
    def _quotes_to_move(self) -> dict[str, Quote]:
        standing: set[str] = set()
        held: set[str] = set()
        for episode in self._selected:
            standing.update(occurrence.quote for occurrence in episode.occurrences)
            held.update(quote.key for quote in episode.quotes)
        homeless = standing - held
        quotes = (quote for episode in self._episodes for quote in episode.quotes)
        return {quote.key: quote for quote in quotes if quote.key in homeless} if homeless else {}
