"""The networks that network formats and tables hold: of statements, and of co-mentions.

Takes a :class:`kgraph.graph.Graph`. A network declares its attributes, so that a format which names
them before the first node is written in one walk. Nodes and edges are walked any number of times,
and those of statements are never kept.

Invariants:
    * the attributes of a node or an edge are among the declared ones, of the declared types;
    * both ends of an edge are nodes;
    * days are days of publication; a day of processing is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain, combinations

import msgspec

from kgraph.export.rdf import RdfContent
from kgraph.graph import EpisodeGraph, EpisodeSummary, Graph
from kgraph.graph.cooccurrence import count_co_mentions
from kgraph.graph.network import edge_cost

AttributeValue = str | int | float | bool
Attributes = dict[str, AttributeValue]
Days = tuple[str, str]  #: first and last day, ISO 8601; "" for no bound

NETWORKS = ("statements", "co-mentions")
CO_MENTION = "kg:CoMention"  #: class of an edge of the second
ALL_QUOTES = 1 << 31  #: more than an episode has

NO_DAYS = ("", "")
SIGNIFICANT_DIGITS = 6  #: of what is computed of pairs: more would be noise, and half of the file
LIST_SEPARATOR = "; "  #: between several names in one attribute

_ENTITY_ATTRIBUTES: dict[str, type] = {"type": str, "label": str, "iri": str, "episodes": int}
_STATEMENT_NODE_ATTRIBUTES: dict[str, type] = {
    **_ENTITY_ATTRIBUTES,
    "advertised": int,
    "confidence": float,
    "kind": str,
    "count": int,
    "file": str,
    "date": str,
    "advert": float,
}
_STATEMENT_ATTRIBUTES: dict[str, type] = {
    "predicate": str,
    "confidence": float,
    "weight": float,
    "cost": float,
    "count": int,
}
_MENTIONED_NODE_ATTRIBUTES: dict[str, type] = {
    **_ENTITY_ATTRIBUTES,
    "confidence": float,
    "kind": str,
    "tickers": str,
    "aliases": str,
    "first_day": str,
    "last_day": str,
}
_CO_MENTION_ATTRIBUTES: dict[str, type] = {
    "weight": float,
    "episodes": int,
    "lift": float,
    "association": float,
    "confidence": float,
    "first_day": str,
    "last_day": str,
}

#: Attribute of any network -> type of its values.
ATTRIBUTE_TYPES = (
    _STATEMENT_NODE_ATTRIBUTES
    | _STATEMENT_ATTRIBUTES
    | _MENTIONED_NODE_ATTRIBUTES
    | _CO_MENTION_ATTRIBUTES
)


class NetworkNode(msgspec.Struct, frozen=True):
    """A node of a network."""

    id: str
    label: str
    attributes: Attributes
    days: Days = NO_DAYS  #: of publication, between which it was there


class NetworkEdge(msgspec.Struct, frozen=True):
    """An edge of a network."""

    source: str
    target: str
    predicate: str  #: prefixed name, or that of the edge's class
    attributes: Attributes  #: with ``weight``
    days: Days = NO_DAYS


class Network(msgspec.Struct, frozen=True):
    """A network of nodes and edges, each with declared attributes."""

    is_directed: bool
    is_dynamic: bool  #: whether a day of it is known
    node_attributes: dict[str, type]
    edge_attributes: dict[str, type]
    nodes: Callable[[], Iterator[NetworkNode]]
    edges: Callable[[], Iterator[NetworkEdge]]


def build_network(graph: Graph, base: str, content: RdfContent) -> Network:
    """Return the network of :data:`NETWORKS` that a content names."""
    if content.network == "co-mentions":
        return _build_co_mentions(graph, base)
    return _build_statements(graph, select_quotes(graph, content.quotes), base)


# -- statements ----------------------------------------------------------------


def _build_statements(whole: Graph, graph: Graph, base: str) -> Network:
    """Return the network of a graph; its themes are those of all quotes of the whole."""
    day_of = {
        f"episode/{slug}": (summary.date[:10], "")
        for slug, summary in graph.shared.summaries.items()
        if summary.is_dated
    }

    def iterate_nodes() -> Iterator[NetworkNode]:
        for node in graph.nodes():
            attributes = {
                "type": node.type,
                "label": node.label,
                "iri": base + node.id,
                **node.attributes,
            }
            yield NetworkNode(node.id, node.label, attributes, day_of.get(node.id, NO_DAYS))

    def iterate_edges() -> Iterator[NetworkEdge]:
        for edge in chain(graph.edges(), whole.theme_edges()):
            attributes: Attributes = {
                "predicate": edge.predicate,
                "confidence": edge.confidence,
                "weight": edge.weight,
                "cost": edge_cost(edge.weight),
                "count": edge.count,
            }
            days = day_of.get(edge.source, NO_DAYS)
            yield NetworkEdge(edge.source, edge.target, edge.predicate, attributes, days)

    return Network(
        True,
        bool(day_of),
        _STATEMENT_NODE_ATTRIBUTES,
        _STATEMENT_ATTRIBUTES,
        iterate_nodes,
        iterate_edges,
    )


def select_quotes(graph: Graph, count: int) -> Graph:
    """Return the graph with only the most relevant quotes of each episode, adverts aside.

    A quote that is among the best of one episode keeps its occurrences in the others.

    Args:
        count: quotes of an episode; :data:`ALL_QUOTES` for all, adverts too.
    """
    if count >= ALL_QUOTES:
        return graph
    return Graph(_EpisodesWithSomeQuotes(graph, find_best_quotes(graph, count)), graph.shared)


def find_best_quotes(graph: Graph, count: int) -> set[str]:
    """Return the keys of the most relevant quotes of each episode, adverts aside."""
    keys: set[str] = set()
    for episode in graph if count else ():
        talk = (item for item in episode.occurrences if not item.is_advert)
        best = sorted(talk, key=lambda item: (-item.relevance, item.quote))[:count]
        keys.update(item.quote for item in best)
    return keys


def trim_quotes(episode: EpisodeGraph, keys: set[str]) -> EpisodeGraph:
    """Return the recording with some of its quotes."""
    return msgspec.structs.replace(
        episode,
        quotes=tuple(quote for quote in episode.quotes if quote.key in keys),
        occurrences=tuple(o for o in episode.occurrences if o.quote in keys),
    )


class _EpisodesWithSomeQuotes:
    """Recordings with some of their quotes, iterable any number of times."""

    def __init__(self, episodes: Iterable[EpisodeGraph], keys: set[str]) -> None:
        self._episodes = episodes
        self._keys = keys

    def __iter__(self) -> Iterator[EpisodeGraph]:
        return (trim_quotes(episode, self._keys) for episode in self._episodes)


# -- co-mentions ---------------------------------------------------------------


def _build_co_mentions(graph: Graph, base: str) -> Network:
    pairs = CoMentions(graph)
    return Network(
        False,
        any(summary.is_dated for summary in pairs.summaries),
        _MENTIONED_NODE_ATTRIBUTES,
        _CO_MENTION_ATTRIBUTES,
        lambda: pairs.iterate_nodes(base),
        lambda: iter(pairs.edges),
    )


class CoMentions:
    """The pairs of entities that several episodes of a graph mention together."""

    def __init__(self, graph: Graph) -> None:
        self._entities = graph.shared.entities
        # In the order of their days, so that a first day is the first that is seen.
        self.summaries = sorted(graph.shared.summaries.values(), key=lambda summary: summary.date)

    @cached_property
    def edges(self) -> list[NetworkEdge]:
        """The pairs, by ids, with the days of the episodes that mention both."""
        pairs = list(count_co_mentions(self.summaries, ()))
        days = _find_days(self.summaries, {(pair.source, pair.target) for pair in pairs})
        return [
            NetworkEdge(
                pair.source,
                pair.target,
                CO_MENTION,
                {
                    "weight": _shorten(pair.weighted),
                    "episodes": pair.episodes,
                    "lift": _shorten(pair.lift),
                    "association": _shorten(pair.association),
                    "confidence": _shorten(pair.confidence),
                    **_state_days(days.get((pair.source, pair.target), NO_DAYS)),
                },
                days.get((pair.source, pair.target), NO_DAYS),
            )
            for pair in pairs
        ]

    def iterate_nodes(self, base: str) -> Iterator[NetworkNode]:
        """Yield the entities of the pairs, by ids."""
        days: dict[str, Days] = {}
        for summary in self.summaries:
            if summary.is_dated:
                day = summary.date[:10]
                for id_ in summary.mentions:
                    days[id_] = (days[id_][0] if id_ in days else day, day)
        for id_ in sorted({end for edge in self.edges for end in (edge.source, edge.target)}):
            entity = self._entities[id_]
            attributes: Attributes = {
                "type": entity.type,
                "label": entity.label,
                "iri": base + id_,
                "episodes": entity.episodes,
                "confidence": entity.confidence,
            }
            texts = {
                "kind": entity.kind,
                "tickers": LIST_SEPARATOR.join(entity.tickers),
                "aliases": LIST_SEPARATOR.join(entity.aliases),
            }
            attributes |= {name: text for name, text in texts.items() if text}
            attributes |= _state_days(days.get(id_, NO_DAYS))
            yield NetworkNode(id_, entity.label, attributes, days.get(id_, NO_DAYS))


def _find_days(
    summaries: Iterable[EpisodeSummary], pairs: set[tuple[str, str]]
) -> Mapping[tuple[str, str], Days]:
    """Return the first and the last day of each pair; the summaries are in order of their days."""
    days: dict[tuple[str, str], Days] = {}
    for summary in summaries:
        if summary.is_dated:
            day = summary.date[:10]
            for pair in pairs.intersection(combinations(sorted(summary.mentions), 2)):
                days[pair] = (days[pair][0] if pair in days else day, day)
    return days


def _state_days(days: Days) -> Attributes:
    return {"first_day": days[0], "last_day": days[1]} if days[0] else {}


def _shorten(value: float) -> float:
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")
