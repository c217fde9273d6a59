"""Gathers the evidence of each entity and link of a picture: episodes and quotes.

Takes a graph and the chosen ids and pairs, returns tables of episodes and of quotes, and for each
entity and link the numbers of its rows, so that a page holds every text once.

Invariants:
    * adverts are no evidence: their quotes and the names that occur only in them are left out;
    * lists are short, and come with the total;
    * a URL is kept only if its scheme is http or https: it comes from hostile input and
      becomes a link.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import combinations

import msgspec

from kgraph.base.web_address import safe_web_url
from kgraph.graph import EpisodeGraph, Graph
from kgraph.graph.cooccurrence import CoMention

MAX_EPISODES = 12  #: episodes listed for one entity or link: what fits a panel
MAX_QUOTES = 5  #: quotes listed for one entity or link

#: One id for an entity, two for a link.
EvidenceKey = tuple[str, ...]


class EpisodeCard(msgspec.Struct, frozen=True):
    title: str
    date: str
    show: str
    url: str  #: "" without a safe URL


class QuoteCard(msgspec.Struct, frozen=True):
    text: str
    episode: int  #: number in the table of episodes


class Support(msgspec.Struct):
    count: int = 0  #: number of all episodes
    #: (number in the table, confidence) of the most certain and newest episodes.
    episodes: list[tuple[int, float]] = []
    quotes: list[int] = []  #: numbers in the table of quotes, most relevant first


class Evidence(msgspec.Struct):
    episodes: list[EpisodeCard]
    quotes: list[QuoteCard]
    supports: dict[EvidenceKey, Support]


class _RankedEpisode(msgspec.Struct, frozen=True):
    confidence: float
    date: str
    id: str


class _RankedQuote(msgspec.Struct, frozen=True):
    relevance: float
    text: str
    episode: str


class _EvidenceLists(msgspec.Struct):
    episodes: list[_RankedEpisode] = []
    quotes: list[_RankedQuote] = []


def gather_evidence(
    graph: Graph, nodes: Iterable[str], pairs: Iterable[CoMention], min_confidence: float = 0.0
) -> Evidence:
    """Gather the evidence of the entities with ids ``nodes``, and of pairs among them.

    ``min_confidence`` is the lowest confidence that a quote names an entity, in [0, 1].
    """
    keys: list[EvidenceKey] = [(id_,) for id_ in nodes]
    keys += [(pair.source, pair.target) for pair in pairs]
    gathered: dict[EvidenceKey, _EvidenceLists] = {key: _EvidenceLists() for key in keys}
    cards: dict[str, EpisodeCard] = {}
    for episode in graph:
        date = episode.date[:10]
        confidences = {mention.target: mention.confidence for mention in episode.mentioned}
        matches = _matching_keys(confidences, gathered)
        if matches:
            cards[episode.id] = EpisodeCard(
                title=episode.main_file.title,
                date=date,
                show=episode.show.label if episode.show else "",
                url=safe_web_url(episode.main_file.text("original_url")),
            )
        for key in matches:
            confidence = math.prod(confidences[id_] for id_ in key)
            gathered[key].episodes.append(_RankedEpisode(confidence, date, episode.id))
        for quote, names in _rank_quotes(episode, min_confidence):
            for key in _matching_keys(names & confidences.keys(), gathered):
                gathered[key].quotes.append(quote)
    return _make_tables(gathered, cards)


def _rank_quotes(
    episode: EpisodeGraph, min_confidence: float
) -> Iterable[tuple[_RankedQuote, frozenset[str]]]:
    """Yield the episode's own quotes, without adverts, and the ids that they name."""
    relevance = {
        occurrence.quote: occurrence.relevance
        for occurrence in episode.occurrences
        if not occurrence.is_advert
    }
    for quote in episode.quotes:
        if quote.key in relevance and not quote.is_advert:
            names = frozenset(
                id_ for id_, confidence in quote.entities if confidence >= min_confidence
            )
            yield _RankedQuote(relevance[quote.key], quote.text, episode.id), names


def _matching_keys(
    names: Iterable[str], gathered: Mapping[EvidenceKey, _EvidenceLists]
) -> list[EvidenceKey]:
    """Return the keys of these ids: of each of them, and of each two."""
    ids = sorted(name for name in names if (name,) in gathered)
    return [(id_,) for id_ in ids] + [pair for pair in combinations(ids, 2) if pair in gathered]


def _make_tables(
    gathered: Mapping[EvidenceKey, _EvidenceLists], cards: Mapping[str, EpisodeCard]
) -> Evidence:
    """Number the listed episodes and quotes in the order of their first use."""
    episodes: dict[str, int] = {}
    quotes: dict[tuple[str, str], int] = {}
    supports = {}
    for key, lists in gathered.items():
        newest = sorted(lists.episodes, key=lambda e: (e.date, e.id), reverse=True)
        listed = sorted(newest, key=lambda e: -round(e.confidence, 1))[:MAX_EPISODES]
        top = sorted(lists.quotes, key=lambda q: (-q.relevance, q.text, q.episode))[:MAX_QUOTES]
        supports[key] = Support(
            len(lists.episodes),
            [(episodes.setdefault(e.id, len(episodes)), round(e.confidence, 3)) for e in listed],
            [quotes.setdefault((q.text, q.episode), len(quotes)) for q in top],
        )
    rows = [QuoteCard(text, episodes.setdefault(id_, len(episodes))) for text, id_ in quotes]
    return Evidence([cards[id_] for id_ in episodes], rows, supports)
