"""The graph: its recordings, one after the other, their shared data, and selections of it.

Takes any iterable of recordings that can be iterated again (a tuple, or a reader of the store), so
a graph larger than memory can be read.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from kgraph.graph.cooccurrence import count_mentioning_shows
from kgraph.graph.network import edge_cost, iter_episode_edges, iter_episode_nodes, iter_theme_edges
from kgraph.graph.records import (
    Edge,
    Entity,
    EpisodeGraph,
    EpisodeSummary,
    GraphNode,
    Quote,
    SharedData,
    TaxonomyTerm,
)
from kgraph.graph.selection import Selection, check_selection
from kgraph.graph.tally import (
    count_mention,
    count_terms,
    count_unlikely,
    summarize_episode,
    zero_counts,
)

if TYPE_CHECKING:
    import networkx


class Graph:
    """A knowledge graph: recordings in canonical order, and their shared data."""

    def __init__(self, episodes: Iterable[EpisodeGraph], shared: SharedData) -> None:
        self._episodes = episodes
        self.shared = shared

    def __iter__(self) -> Iterator[EpisodeGraph]:
        return iter(self._episodes)

    def select(self, selection: Selection) -> Graph:
        """Return a part of the graph, with counts of that part.

        Raises:
            UnknownNameError: the selection names an unknown episode.
            TypeError: the selection is something else.
        """
        check_selection(selection)
        if selection.is_everything:
            return self
        if selection == Selection(unlikely=True):
            return Graph(_SelectedEpisodes(self._episodes, selection), count_unlikely(self.shared))
        selection = selection.resolve_episodes(self.shared.summaries, self.shared.former)
        selected = _SelectedEpisodes(self._episodes, selection)
        shared = self._recount(selected, selection.counts_unlikely)
        return Graph(_EpisodesWithMovedQuotes(selected, self._episodes, shared.entities), shared)

    def _recount(self, episodes: Iterable[EpisodeGraph], unlikely: bool) -> SharedData:
        entities: dict[str, Entity] = {}
        terms: dict[str, TaxonomyTerm] = {}
        summaries: dict[str, EpisodeSummary] = {}
        ids: set[str] = set()
        for episode in episodes:
            count_terms(terms, episode)
            summaries[episode.slug] = summarize_episode(episode)
            ids.update(edge.target for edge in iter_episode_edges(episode))
            for mention in episode.mentions:
                if mention.is_accepted:
                    zeroed = zero_counts(self.shared.entities[mention.target])
                    count_mention(entities.setdefault(mention.target, zeroed), mention)
        ids.update(id_ for id_ in terms if id_.startswith("theme/"))
        for id_ in ids & (self.shared.entities.keys() - entities.keys()):
            # A show that no selected episode mentions is in the graph without counts.
            entities[id_] = zero_counts(self.shared.entities[id_])
            entities[id_].confidence = self.shared.entities[id_].confidence
        shows = count_mentioning_shows(summaries.values())
        for id_, entity in entities.items():
            entity.shows = shows.get(id_, 0)
            entity.stated_names = self.shared.entities[id_].stated_names
        shared = msgspec.structs.replace(
            self.shared,
            entities=dict(sorted(entities.items())),
            topics=_recount_terms(self.shared.topics, ids, terms, entities),
            tags=_recount_terms(self.shared.tags, ids, terms, entities),
            themes=_recount_terms(self.shared.themes, ids, terms, entities),
            summaries=summaries,
        )
        return count_unlikely(shared) if unlikely else shared

    def nodes(self) -> Iterator[GraphNode]:
        """Yield each node once: entities, topics, tags and themes, then each recording's own.

        An entity that episodes are unlikely to mention, and nothing else, is left out.
        """
        for entity in self.shared.stated_entities().values():
            attributes: dict[str, str | int | float | bool] = {
                "episodes": entity.episodes,
                "advertised": entity.advertised,
                "confidence": entity.confidence,
            }
            if entity.kind:
                attributes["kind"] = entity.kind
            yield GraphNode(entity.id, entity.type, entity.label, attributes)
        for terms in (self.shared.topics, self.shared.tags, self.shared.themes):
            for id_, term in terms.items():
                count = sum(term.spellings.values())
                yield GraphNode(id_, id_.partition("/")[0], term.label, {"count": count})
        for episode in self:
            yield from iter_episode_nodes(episode)

    def edges(self) -> Iterator[Edge]:
        """Yield each accepted edge once; :meth:`Graph.theme_edges` are further ones."""
        for episode in self:
            yield from iter_episode_edges(episode)
        stated = self.shared.stated_entities()
        for entity in stated.values():
            for predicate, target in entity.relations:
                if target in stated:  # a selection may exclude it
                    yield Edge(entity.id, predicate, target, 1.0, 1.0)

    def theme_edges(self) -> Iterator[Edge]:
        """Yield the edges of episodes and themes to themes, and of themes to what they are."""
        return iter_theme_edges(self, self.shared)

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """Return the graph as a directed multigraph, keyed by predicate.

        Nodes carry ``type``, ``label`` and the attributes of :class:`GraphNode`; edges carry
        ``confidence``, ``weight`` (a strength), ``cost`` (:func:`edge_cost`) and ``count``.
        """
        import networkx

        network: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
        network.add_nodes_from(
            (node.id, {"type": node.type, "label": node.label, **node.attributes})
            for node in self.nodes()
        )
        for edge in chain(self.edges(), self.theme_edges()):
            network.add_edge(
                edge.source,
                edge.target,
                edge.predicate,
                confidence=edge.confidence,
                weight=edge.weight,
                cost=edge_cost(edge.weight),
                count=edge.count,
            )
        return network


def _recount_terms(
    terms: Mapping[str, TaxonomyTerm],
    ids: set[str],
    counts: Mapping[str, TaxonomyTerm],
    entity_ids: Collection[str],
) -> dict[str, TaxonomyTerm]:
    """Return the terms of some ids, with new counts, and their broader terms."""
    selected = terms.keys() & ids
    selected |= {terms[id_].broader for id_ in selected} & terms.keys()
    none = TaxonomyTerm("", {})
    return {
        id_: msgspec.structs.replace(
            term,
            spellings=dict(sorted(counts.get(id_, none).spellings.items())),
            episodes=counts.get(id_, none).episodes,
            thing=term.thing if term.thing in entity_ids else "",
        )
        for id_, term in terms.items()
        if id_ in selected
    }


class _SelectedEpisodes:
    """Recordings of a selection with only its mentions, iterable any number of times."""

    def __init__(self, episodes: Iterable[EpisodeGraph], selection: Selection) -> None:
        self._episodes = episodes
        self._selection = selection

    def __iter__(self) -> Iterator[EpisodeGraph]:
        for episode in self._episodes:
            if self._selection.includes(episode):
                yield self._selection.filter_mentions(episode)


class _EpisodesWithMovedQuotes:
    """Selected recordings whose quotes name selected entities only.

    A quote of an excluded recording moves to the first selected one with an occurrence of it.
    """

    def __init__(
        self,
        selected: _SelectedEpisodes,
        episodes: Iterable[EpisodeGraph],
        entities: Container[str],
    ) -> None:
        self._selected = selected
        self._episodes = episodes
        self._entities = entities

    def __iter__(self) -> Iterator[EpisodeGraph]:
        moving = dict(self._quotes_to_move)
        for episode in self._selected:
            moved = [moving.pop(o.quote) for o in episode.occurrences if o.quote in moving]
            trimmed = []
            for quote in sorted([*episode.quotes, *moved], key=lambda quote: quote.key):
                entities = tuple(named for named in quote.entities if named[0] in self._entities)
                trimmed.append(msgspec.structs.replace(quote, entities=entities))
            yield msgspec.structs.replace(episode, quotes=tuple(trimmed))

    @cached_property
    def _quotes_to_move(self) -> dict[str, Quote]:
        occurring: set[str] = set()
        present: set[str] = set()
        for episode in self._selected:
            occurring.update(occurrence.quote for occurrence in episode.occurrences)
            present.update(quote.key for quote in episode.quotes)
        moving = occurring - present
        quotes = (quote for episode in self._episodes for quote in episode.quotes)
        return {quote.key: quote for quote in quotes if quote.key in moving} if moving else {}
