"""One episode: what it says of itself, what it mentions, what was said in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from kgraph.analysis import analyse
from kgraph.graph import EpisodeGraph
from kgraph.graph.finding import episode_of
from kgraph.graph.network import tags_of, topics_of
from kgraph.views.entity import Named
from kgraph.views.open_graph import Shelf, rounded
from kgraph.views.values import EpisodeLine, Saying, Share, Thing

SIMILAR = 6
"""Episodes that are most like it."""


class Mention(msgspec.Struct, frozen=True):
    """What the episode mentions.

    Attributes:
        thing: what.
        confidence: that it does.
        rows: how many entries of its files say so.
        rule: what decided the entry that counts most.
        advert: whether it names the thing in adverts alone.
    """

    thing: Thing
    confidence: Share
    rows: int
    rule: str
    advert: bool


class Filed(msgspec.Struct, frozen=True):
    """A theme, and how many quotes of the episode are filed under it."""

    theme: Thing
    quotes: int


class Alike(msgspec.Struct, frozen=True):
    """An episode that is like it, and how much: the cosine of what both mention."""

    episode: EpisodeLine
    likeness: Share


class EpisodeFacts(msgspec.Struct, frozen=True):
    """What is known of an episode.

    Attributes:
        episode: in a line.
        url: address of the recording; "" where there is none.
        files: the files that it comes from.
        minutes: how long it is; 0 when unknown.
        summary: Markdown, as its file has it.
        insights: what its file calls so.
        mentions: what it mentions, the surest first, what only its adverts name last.
        rejected: how many names in it were rejected.
        quotes: the most relevant first, adverts last.
        themes: of its quotes, by number of them.
        topics, tags: as its file has them.
        similar: episodes that mention alike.
    """

    episode: EpisodeLine
    url: str
    files: list[str]
    minutes: int
    summary: str
    insights: list[str]
    mentions: list[Mention]
    rejected: int
    quotes: list[Saying]
    themes: list[Filed]
    topics: list[Thing]
    tags: list[Thing]
    similar: list[Alike]


def episode(shelf: Shelf, asked: Named) -> EpisodeFacts:
    """What is known of an episode: summary, what it mentions by confidence, quotes, themes, \
where it can be heard, what is like it.

    Raises:
        UnknownNameError: there is no such episode; near titles are suggested.
    """
    found = shelf.store.episode(episode_of(shelf.outlines, asked.name))
    main = found.main
    minutes = main.values.get("duration")
    return EpisodeFacts(
        shelf.line(found.slug),
        main.text("original_url"),
        [file.file for file in found.files],
        minutes if isinstance(minutes, int) else 0,
        main.text("summary"),
        list(_insights(found)),
        _mentions(shelf, found),
        sum(not mention.accepted for mention in found.mentions),
        _quotes(shelf, found),
        _themes(shelf, found),
        [shelf.thing(id_) for id_, *_ in topics_of(found)],
        [shelf.thing(id_) for id_ in tags_of(found)],
        _similar(shelf, found),
    )


def _insights(found: EpisodeGraph) -> Iterable[str]:
    for file in found.files:
        for row in file.rows.get("insights", ()):
            if text := row.text("text") or row.text("extracted"):
                yield text


def _mentions(shelf: Shelf, found: EpisodeGraph) -> list[Mention]:
    rows = [
        Mention(shelf.thing(m.target), rounded(m.confidence), len(m.rows), m.rule, m.is_advert)
        for m in found.mentions
        if m.accepted
    ]
    return sorted(rows, key=lambda row: (row.advert, -row.confidence, -row.rows, row.thing.id))


def _quotes(shelf: Shelf, found: EpisodeGraph) -> list[Saying]:
    """Every quote that stands in it; the text of some stands in another recording."""
    texts = {quote.key: quote for quote in found.quotes}
    line = shelf.line(found.slug)
    sayings = []
    for occurrence in found.occurrences:
        quote = texts.get(occurrence.quote)
        text = quote.text if quote else _text(shelf, occurrence.quote)
        sayings.append(
            Saying(
                f"quote/{occurrence.quote}",
                text,
                rounded(occurrence.relevance),
                line,
                occurrence.advert,
                tuple(shelf.thing(id_) for id_, _ in quote.entities) if quote else (),
                tuple(shelf.thing(f"theme/{key}") for key in occurrence.themes),
            )
        )
    return sorted(sayings, key=lambda saying: (saying.advert, -saying.relevance, saying.id))


def _text(shelf: Shelf, key: str) -> str:
    rows = shelf.select(f"SELECT ?text {{ <quote/{key}> schema:text ?text }}")
    return str(rows[0]["text"]) if rows else ""


def _themes(shelf: Shelf, found: EpisodeGraph) -> list[Filed]:
    counts = Counter(key for o in found.occurrences if not o.advert for key in o.themes)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Filed(shelf.thing(f"theme/{key}"), count) for key, count in ranked]


def _similar(shelf: Shelf, found: EpisodeGraph) -> list[Alike]:
    asked = {"episode": found.id, "count": str(SIMILAR)}
    rows = analyse(shelf.store, "similar-episodes", asked).rows
    return [
        Alike(shelf.line(row.finds[0].removeprefix("episode/")), rounded(min(row.score, 1.0)))
        for row in rows
    ]
