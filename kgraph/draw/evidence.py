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

EPISODES = 12
"""Episodes listed for one thing or link: what a panel shows without a second scroll."""

QUOTES = 5
"""Quotes listed for one thing or link."""

Ends = tuple[str, ...]
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
    supports: dict[Ends, Support]


class _Seen(msgspec.Struct, frozen=True):
    """An episode that mentions what is asked for."""

    confidence: float
    date: str
    id: str


class _Said(msgspec.Struct, frozen=True):
    """A quote that names what is asked for."""

    relevance: float
    text: str
    episode: str


class _Gathered(msgspec.Struct):
    seen: list[_Seen] = []
    said: list[_Said] = []


def gather(
    graph: Graph, nodes: Iterable[str], pairs: Iterable[CoMention], min_confidence: float = 0.0
) -> Evidence:
    """What speaks for the chosen things and pairs.

    Args:
        graph: the episodes to look at.
        nodes: ids of the things.
        pairs: the pairs among them.
        min_confidence: of a quote's naming a thing, in [0, 1].
    """
    ends: list[Ends] = [(id_,) for id_ in nodes]
    ends += [(pair.source, pair.target) for pair in pairs]
    gathered: dict[Ends, _Gathered] = {key: _Gathered() for key in ends}
    cards: dict[str, EpisodeCard] = {}
    for episode in graph:
        if _look(episode, gathered, min_confidence):
            cards[episode.id] = _card(episode)
    return _tables(gathered, cards)


def _look(episode: EpisodeGraph, gathered: Mapping[Ends, _Gathered], min_confidence: float) -> bool:
    """Add what one episode says; whether it says anything."""
    sure = {mention.target: mention.confidence for mention in episode.spoken_of}
    for ends in (found := _within(sure, gathered)):
        confidence = 1.0
        for id_ in ends:
            confidence *= sure[id_]
        gathered[ends].seen.append(_Seen(confidence, episode.date[:10], episode.id))
    for said, names in _quotes(episode, min_confidence):
        for ends in _within(names & sure.keys(), gathered):
            gathered[ends].said.append(said)
    return bool(found)


def _within(names: Iterable[str], gathered: Mapping[Ends, _Gathered]) -> list[Ends]:
    """What is asked for about these ids: each of them, and each two."""
    known = sorted(name for name in names if (name,) in gathered)
    both = ((one, other) for one in known for other in known if one < other)
    return [(name,) for name in known] + [ends for ends in both if ends in gathered]


def _quotes(episode: EpisodeGraph, min_confidence: float) -> Iterable[tuple[_Said, frozenset[str]]]:
    """The episode's own quotes with what they name; no adverts."""
    relevance = {
        occurrence.quote: occurrence.relevance
        for occurrence in episode.occurrences
        if not occurrence.advert
    }
    for quote in episode.quotes:
        if quote.key in relevance and not quote.is_advert:
            names = frozenset(id_ for id_, sure in quote.entities if sure >= min_confidence)
            yield _Said(relevance[quote.key], quote.text, episode.id), names


def _card(episode: EpisodeGraph) -> EpisodeCard:
    show = episode.show.label if episode.show else ""
    address = safe_address(episode.main.text("original_url"))
    return EpisodeCard(episode.main.title, episode.date[:10], show, address)


def safe_address(address: str) -> str:
    """The address if it leads to a web page, else "".

    >>> safe_address("https://example.org/a"), safe_address("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.netloc else ""


def _tables(gathered: Mapping[Ends, _Gathered], cards: Mapping[str, EpisodeCard]) -> Evidence:
    """Only what a panel shows, in the order in which it is first shown."""
    episodes: dict[str, int] = {}
    quotes: dict[tuple[str, str], int] = {}
    supports = {}
    for ends, found in gathered.items():
        seen = _surest_and_newest(found.seen)[:EPISODES]
        said = sorted(found.said, key=lambda s: (-s.relevance, s.text, s.episode))[:QUOTES]
        supports[ends] = Support(
            len(found.seen),
            [(episodes.setdefault(s.id, len(episodes)), round(s.confidence, 3)) for s in seen],
            [quotes.setdefault((s.text, s.episode), len(quotes)) for s in said],
        )
    rows = [QuoteCard(text, episodes.setdefault(id_, len(episodes))) for text, id_ in quotes]
    return Evidence([cards[id_] for id_ in episodes], rows, supports)


def _surest_and_newest(seen: Iterable[_Seen]) -> list[_Seen]:
    """By confidence to one decimal, and within that by day, the newest first."""
    newest = sorted(seen, key=lambda one: (one.date, one.id), reverse=True)
    return sorted(newest, key=lambda one: -round(one.confidence, 1))
