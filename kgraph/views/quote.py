"""One quote: where it is said, with recordings and citations."""

from __future__ import annotations

import re

import msgspec

from kgraph.base.errors import UnknownNameError
from kgraph.base.media import link_minute
from kgraph.base.text import shorten
from kgraph.graph import EpisodeGraph
from kgraph.query import run_query
from kgraph.views.citations import cite_quote
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import EntityRef, NameText, QuoteLine, round_value

_KEY = re.compile(r"(?:quote/)?([0-9a-f]+)")


class QuoteRequest(msgspec.Struct, frozen=True):
    """Parameters of a view of one quote: its id."""

    name: NameText


class CitedQuote(msgspec.Struct, frozen=True):
    """A quote in an episode, and a citation of it as plain text."""

    quote: QuoteLine
    citation: str


class QuoteFacts(msgspec.Struct, frozen=True):
    """A quote.

    Attributes:
        id: relative IRI.
        text: of the quote.
        advert: whether it is probably an advert.
        names: entities that the text names.
        occurrences: in each episode that has it, the most relevant first.
    """

    id: str
    text: str
    advert: bool
    names: list[EntityRef]
    occurrences: list[CitedQuote]


def view_quote(graph: OpenGraph, request: QuoteRequest) -> QuoteFacts:
    """Describe a quote by its id: where it is said, with recordings, minutes and citations."""
    match = _KEY.fullmatch(request.name)
    key = match[1] if match else ""
    query = (
        f"SELECT ?text ?episode {{ <quote/{key}> schema:text ?text . "
        f"?occurrence kg:quote <quote/{key}> ; kg:episode ?episode }} ORDER BY ?episode"
    )
    rows = list(run_query(graph.store, query, format="json")) if key else []
    if not rows:
        raise UnknownNameError(
            f"no quote has the id {shorten(request.name)!r}: /search?kind=quote finds quotes", []
        )
    text = str(rows[0]["text"])
    slugs = dict.fromkeys(str(row["episode"]).rpartition("/")[2] for row in rows)
    episodes = [graph.store.episode(slug) for slug in slugs]
    lines = [line for episode in episodes for line in _list_occurrences(graph, episode, key, text)]
    lines.sort(key=lambda line: (-line.relevance, line.episode.id))
    named = [
        id_
        for quote in episodes[-1].quotes
        if quote.key == key
        for id_, _ in episodes[-1].list_named(quote)
    ]
    return QuoteFacts(
        f"quote/{key}",
        text,
        all(line.advert for line in lines),
        [graph.make_ref(id_) for id_ in named],
        [CitedQuote(line, cite_quote(line)) for line in lines],
    )


def _list_occurrences(
    graph: OpenGraph, episode: EpisodeGraph, key: str, text: str
) -> list[QuoteLine]:
    """List where an episode has a quote.

    Args:
        key, text: of the quote.
    """
    recording = graph.find_recording(episode.slug)
    minute = recording.estimate_minute(text)
    return [
        QuoteLine(
            f"quote/{key}",
            text,
            round_value(occurrence.relevance),
            graph.make_episode_line(episode.slug),
            occurrence.is_advert,
            themes=tuple(graph.make_ref(f"theme/{theme}") for theme in occurrence.themes),
            recording=link_minute(recording.address, minute),
            minute=minute,
        )
        for occurrence in episode.occurrences
        if occurrence.quote == key
    ]
