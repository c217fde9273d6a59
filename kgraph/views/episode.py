"""One episode: what it says of itself, what it mentions, what was said in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from kgraph.analysis import run_analysis
from kgraph.graph import EpisodeGraph
from kgraph.graph.lookup import find_episode
from kgraph.graph.network import collect_tags, collect_topics
from kgraph.views.entity import NameRequest
from kgraph.views.open_graph import OpenGraph, round_value
from kgraph.views.values import EntityRef, EpisodeLine, Fraction, QuoteLine

MAX_SIMILAR_EPISODES = 6
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

    thing: EntityRef
    confidence: Fraction
    rows: int
    rule: str
    advert: bool


class Filed(msgspec.Struct, frozen=True):
    """A theme, and how many quotes of the episode are filed under it."""

    theme: EntityRef
    quotes: int


class Alike(msgspec.Struct, frozen=True):
    """An episode that is like it, and how much: the cosine of what both mention."""

    episode: EpisodeLine
    likeness: Fraction


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
    quotes: list[QuoteLine]
    themes: list[Filed]
    topics: list[EntityRef]
    tags: list[EntityRef]
    similar: list[Alike]


def view_episode(shelf: OpenGraph, asked: NameRequest) -> EpisodeFacts:
    """What is known of an episode: summary, what it mentions by confidence, quotes, themes, \
where it can be heard, what is like it.

    Raises:
        UnknownNameError: there is no such episode; near titles are suggested.
    """
    found = shelf.store.episode(find_episode(shelf.outlines, asked.name))
    main = found.main_file
    minutes = main.values.get("duration")
    return EpisodeFacts(
        shelf.make_episode_line(found.slug),
        main.text("original_url"),
        [file.file for file in found.files],
        minutes if isinstance(minutes, int) else 0,
        main.text("summary"),
        list(_iterate_insights(found)),
        _list_mentions(shelf, found),
        sum(not mention.is_accepted for mention in found.mentions),
        _list_quotes(shelf, found),
        _count_themes(shelf, found),
        [shelf.make_ref(id_) for id_, *_ in collect_topics(found)],
        [shelf.make_ref(id_) for id_ in collect_tags(found)],
        _find_similar(shelf, found),
    )


def _iterate_insights(found: EpisodeGraph) -> Iterable[str]:
    for file in found.files:
        for row in file.rows.get("insights", ()):
            if text := row.text("text") or row.text("extracted"):
                yield text


def _list_mentions(shelf: OpenGraph, found: EpisodeGraph) -> list[Mention]:
    rows = [
        Mention(
            shelf.make_ref(m.target), round_value(m.confidence), len(m.rows), m.rule, m.is_advert
        )
        for m in found.mentions
        if m.is_accepted
    ]
    return sorted(rows, key=lambda row: (row.advert, -row.confidence, -row.rows, row.thing.id))


def _list_quotes(shelf: OpenGraph, found: EpisodeGraph) -> list[QuoteLine]:
    """Every quote that stands in it; the text of some stands in another recording."""
    texts = {quote.key: quote for quote in found.quotes}
    line = shelf.make_episode_line(found.slug)
    sayings = []
    for occurrence in found.occurrences:
        quote = texts.get(occurrence.quote)
        text = quote.text if quote else _find_quote_text(shelf, occurrence.quote)
        sayings.append(
            QuoteLine(
                f"quote/{occurrence.quote}",
                text,
                round_value(occurrence.relevance),
                line,
                occurrence.is_advert,
                tuple(shelf.make_ref(id_) for id_, _ in quote.entities) if quote else (),
                tuple(shelf.make_ref(f"theme/{key}") for key in occurrence.themes),
            )
        )
    return sorted(sayings, key=lambda saying: (saying.advert, -saying.relevance, saying.id))


def _find_quote_text(shelf: OpenGraph, key: str) -> str:
    rows = shelf.run_select(f"SELECT ?text {{ <quote/{key}> schema:text ?text }}")
    return str(rows[0]["text"]) if rows else ""


def _count_themes(shelf: OpenGraph, found: EpisodeGraph) -> list[Filed]:
    counts = Counter(key for o in found.occurrences if not o.is_advert for key in o.themes)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Filed(shelf.make_ref(f"theme/{key}"), count) for key, count in ranked]


def _find_similar(shelf: OpenGraph, found: EpisodeGraph) -> list[Alike]:
    asked = {"episode": found.id, "count": str(MAX_SIMILAR_EPISODES)}
    rows = run_analysis(shelf.store, "similar-episodes", asked).rows
    return [
        Alike(
            shelf.make_episode_line(row.finds[0].removeprefix("episode/")),
            round_value(min(row.score, 1.0)),
        )
        for row in rows
    ]
