"""What stands behind each thing and each link of a picture: episodes and quotes.

Takes a graph and what was chosen from it, gives :class:`Evidence`: one table of episodes
and one of quotes, and for each thing and link the numbers of its rows in them, so that a
page holds every text once.

Invariants:
    * adverts are no evidence: their quotes are left out, and what they alone name;
    * lists are short and say so: beside each stands the count of all;
    * an address is kept only when it leads to a web page (http, https): it comes from
      hostile input and becomes a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

import msgspec

from kgraph.graph import EpisodeGraph, Graph
from kgraph.graph.cooccurrence import CoMention

MAX_EPISODES = 12
"""Episodes listed for one thing or link: what a panel shows without a second scroll."""

MAX_QUOTES = 5
"""Quotes listed for one thing or link."""

EvidenceKey = tuple[str, ...]
"""Ids that an item of evidence speaks of: one of a thing, two of a link."""


class EpisodeCard(msgspec.Struct, frozen=True):
    """An episode as the page shows it; ``url`` is "" when it leads nowhere safe."""

    title: str
    date: str
    show: str
    url: str


class QuoteCard(msgspec.Struct, frozen=True):
    """A quote as the page shows it; ``episode`` is a number in the table of episodes."""

    text: str
    episode: int


class Support(msgspec.Struct):
    """What speaks for one thing or link.

    Attributes:
        count: how many episodes.
        episodes: (number in the table, confidence) of the surest and newest of them.
        quotes: numbers in the table of quotes, the most relevant first.
    """

    count: int = 0
    episodes: list[tuple[int, float]] = []
    quotes: list[int] = []


class Evidence(msgspec.Struct):
    """Two tables, and what speaks for each thing (one id) and each link (two)."""

    episodes: list[EpisodeCard]
    quotes: list[QuoteCard]
    supports: dict[EvidenceKey, Support]


class _RankedEpisode(msgspec.Struct, frozen=True):
    """An episode that mentions what is asked for."""

    confidence: float
    date: str
    id: str


class _RankedQuote(msgspec.Struct, frozen=True):
    """A quote that names what is asked for."""

    relevance: float
    text: str
    episode: str


class _EvidenceLists(msgspec.Struct):
    episodes: list[_RankedEpisode] = []
    quotes: list[_RankedQuote] = []


def gather_evidence(
    graph: Graph, nodes: Iterable[str], pairs: Iterable[CoMention], min_confidence: float = 0.0
) -> Evidence:
    """What speaks for the chosen things and pairs.

    Args:
        graph: the episodes to look at.
        nodes: ids of the things.
        pairs: the pairs among them.
        min_confidence: of a quote's naming a thing, in [0, 1].
    """
    ends: list[EvidenceKey] = [(id_,) for id_ in nodes]
    ends += [(pair.source, pair.target) for pair in pairs]
    gathered: dict[EvidenceKey, _EvidenceLists] = {key: _EvidenceLists() for key in ends}
    cards: dict[str, EpisodeCard] = {}
    for episode in graph:
        if _collect_episode(episode, gathered, min_confidence):
            cards[episode.id] = _make_card(episode)
    return _make_tables(gathered, cards)


def _collect_episode(
    episode: EpisodeGraph, gathered: Mapping[EvidenceKey, _EvidenceLists], min_confidence: float
) -> bool:
    """Add what one episode says; whether it says anything."""
    sure = {mention.target: mention.confidence for mention in episode.mentioned}
    for ends in (found := _matching_keys(sure, gathered)):
        confidence = 1.0
        for id_ in ends:
            confidence *= sure[id_]
        gathered[ends].episodes.append(_RankedEpisode(confidence, episode.date[:10], episode.id))
    for said, names in _rank_quotes(episode, min_confidence):
        for ends in _matching_keys(names & sure.keys(), gathered):
            gathered[ends].quotes.append(said)
    return bool(found)


def _matching_keys(
    names: Iterable[str], gathered: Mapping[EvidenceKey, _EvidenceLists]
) -> list[EvidenceKey]:
    """What is asked for about these ids: each of them, and each two."""
    known = sorted(name for name in names if (name,) in gathered)
    both = ((one, other) for one in known for other in known if one < other)
    return [(name,) for name in known] + [ends for ends in both if ends in gathered]


def _rank_quotes(
    episode: EpisodeGraph, min_confidence: float
) -> Iterable[tuple[_RankedQuote, frozenset[str]]]:
    """The episode's own quotes with what they name; no adverts."""
    relevance = {
        occurrence.quote: occurrence.relevance
        for occurrence in episode.occurrences
        if not occurrence.is_advert
    }
    for quote in episode.quotes:
        if quote.key in relevance and not quote.is_advert:
            names = frozenset(id_ for id_, sure in quote.entities if sure >= min_confidence)
            yield _RankedQuote(relevance[quote.key], quote.text, episode.id), names


def _make_card(episode: EpisodeGraph) -> EpisodeCard:
    show = episode.show.label if episode.show else ""
    address = safe_web_url(episode.main_file.text("original_url"))
    return EpisodeCard(episode.main_file.title, episode.date[:10], show, address)


def safe_web_url(address: str) -> str:
    """The address if it leads to a web page, else "".

    >>> safe_web_url("https://example.org/a"), safe_web_url("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.netloc else ""


def _make_tables(
    gathered: Mapping[EvidenceKey, _EvidenceLists], cards: Mapping[str, EpisodeCard]
) -> Evidence:
    """Only what a panel shows, in the order in which it is first shown."""
    episodes: dict[str, int] = {}
    quotes: dict[tuple[str, str], int] = {}
    supports = {}
    for ends, found in gathered.items():
        seen = _sort_surest_newest(found.episodes)[:MAX_EPISODES]
        said = sorted(found.quotes, key=lambda s: (-s.relevance, s.text, s.episode))[:MAX_QUOTES]
        supports[ends] = Support(
            len(found.episodes),
            [(episodes.setdefault(s.id, len(episodes)), round(s.confidence, 3)) for s in seen],
            [quotes.setdefault((s.text, s.episode), len(quotes)) for s in said],
        )
    rows = [QuoteCard(text, episodes.setdefault(id_, len(episodes))) for text, id_ in quotes]
    return Evidence([cards[id_] for id_ in episodes], rows, supports)


def _sort_surest_newest(seen: Iterable[_RankedEpisode]) -> list[_RankedEpisode]:
    """By confidence to one decimal, and within that by day, the newest first."""
    newest = sorted(seen, key=lambda one: (one.date, one.id), reverse=True)
    return sorted(newest, key=lambda one: -round(one.confidence, 1))
