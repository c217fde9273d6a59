"""One quote: where it is said, with recordings and citations."""

from __future__ import annotations

import re

import msgspec

from kgraph.base.errors import UnknownNameError
from kgraph.base.media import link_minute
from kgraph.base.text import shorten
from kgraph.query import run_query
from kgraph.views.episode_recording import cite_quote
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
    """Describe a quote by its id: the episodes that have it, with recordings, minutes and \
citations."""
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
    text, names, lines = str(rows[0]["text"]), [], []
    is_advert = True
    for slug in dict.fromkeys(str(row["episode"]).rpartition("/")[2] for row in rows):
        episode, recording = graph.store.episode(slug), graph.find_recording(slug)
        minute = recording.estimate_minute(text)
        for quote in episode.quotes:
            if quote.key == key:
                names = [graph.make_ref(id_) for id_, _ in episode.list_named(quote)]
        for occurrence in episode.occurrences:
            if occurrence.quote == key:
                is_advert = is_advert and occurrence.is_advert
                lines.append(
                    QuoteLine(
                        f"quote/{key}",
                        text,
                        round_value(occurrence.relevance),
                        graph.make_episode_line(slug),
                        occurrence.is_advert,
                        themes=tuple(graph.make_ref(f"theme/{t}") for t in occurrence.themes),
                        recording=link_minute(recording.address, minute),
                        minute=minute,
                    )
                )
    lines.sort(key=lambda line: (-line.relevance, line.episode.id))
    cited = [CitedQuote(line, cite_quote(line)) for line in lines]
    return QuoteFacts(f"quote/{key}", text, is_advert, names, cited)
