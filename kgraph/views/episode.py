"""One episode: its summary, mentions, quotes, themes, and similar episodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec

from kgraph.analysis import run_analysis
from kgraph.base.counts import rank_counts
from kgraph.base.media import link_minute
from kgraph.graph import EpisodeGraph
from kgraph.graph.episode_lookup import find_episode
from kgraph.graph.episode_recording import read_recording
from kgraph.graph.network import collect_tags, collect_topics
from kgraph.query import run_query
from kgraph.views.entity import NameRequest
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import (
    EntityRef,
    EpisodeLine,
    Fraction,
    QuoteLine,
    round_value,
)

MAX_SIMILAR_EPISODES = 6


class Mention(msgspec.Struct, frozen=True):
    """An entity that the episode mentions.

    Attributes:
        thing: the entity.
        confidence: of the mention.
        rows: number of entries of its files that name it.
        rule: that decided the entry with the most weight.
        advert: whether only adverts of the episode name it.
        unlikely: whether the mention is more likely wrong than right.
    """

    thing: EntityRef
    confidence: Fraction
    rows: int
    rule: str
    advert: bool
    unlikely: bool = False


class Filed(msgspec.Struct, frozen=True):
    """A theme and the number of the episode's quotes on it."""

    theme: EntityRef
    quotes: int


class Alike(msgspec.Struct, frozen=True):
    """A similar episode, and the cosine of what both mention."""

    episode: EpisodeLine
    likeness: Fraction


class EpisodeFacts(msgspec.Struct, frozen=True):
    """An episode.

    Attributes:
        episode: as in lists.
        url: of the recording; "" if unknown.
        files: names of its files.
        minutes: duration; 0 if unknown.
        summary: Markdown.
        insights: as its files list them.
        mentions: entities, the surest first, those of adverts only last.
        rejected: number of names that were rejected.
        quotes: the most relevant first, adverts last.
        themes: of its quotes, by number of quotes; those of most episodes come last.
        topics, tags: as its files list them.
        similar: episodes that mention the same.
        unlikely: number of unlikely mentions, which ``mentions`` lists only if asked for.
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
    unlikely: int = 0


def view_episode(graph: OpenGraph, request: NameRequest) -> EpisodeFacts:
    """Describe an episode: summary, mentions by confidence, quotes, themes, address of the \
recording, similar episodes."""
    slug = find_episode(graph.summaries, request.name, graph.shared.former)
    episode = graph.store.episode(slug)
    main = episode.main_file
    minutes = main.values.get("duration")
    rows = [row for file in episode.files for row in file.rows.get("insights", ())]
    themes = Counter(key for o in episode.occurrences if not o.is_advert for key in o.themes)
    mentions = [
        Mention(
            graph.make_ref(m.target),
            round_value(m.confidence),
            len(m.rows),
            m.rule,
            m.is_advert and not m.is_unlikely,
            m.is_unlikely,
        )
        for m in (*episode.mentioned, *episode.advertised)
    ]
    similar = run_analysis(
        graph.store,
        "similar-episodes",
        {"episode": episode.id, "count": str(MAX_SIMILAR_EPISODES)},
    )
    return EpisodeFacts(
        episode=graph.make_episode_line(episode.slug),
        url=main.text("original_url"),
        files=[file.file for file in episode.files],
        minutes=minutes if isinstance(minutes, int) else 0,
        summary=main.text("summary"),
        insights=[text for row in rows if (text := row.text("text") or row.text("extracted"))],
        mentions=sorted(mentions, key=lambda m: (m.advert, -m.confidence, -m.rows, m.thing.id)),
        rejected=sum(not mention.is_accepted for mention in episode.mentions),
        quotes=_list_quotes(graph, episode),
        themes=_rank_themes(graph, themes),
        topics=[graph.make_ref(id_) for id_, *_ in collect_topics(episode)],
        tags=[graph.make_ref(id_) for id_ in collect_tags(episode)],
        similar=[
            Alike(
                graph.make_episode_line(row.finds[0].removeprefix("episode/")),
                round_value(min(row.score, 1.0)),
            )
            for row in similar.rows
        ],
        unlikely=len(episode.unlikely),
    )


def _rank_themes(graph: OpenGraph, counts: Mapping[str, int]) -> list[Filed]:
    """Rank themes by their number of quotes; those that tell little of an episode come last."""
    ranked = [(f"theme/{key}", quotes) for key, quotes in rank_counts(counts)]
    total, themes = len(graph.summaries), graph.shared.themes
    ranked.sort(key=lambda row: themes[row[0]].is_common(total))
    return [Filed(graph.make_ref(id_), quotes) for id_, quotes in ranked]


def _list_quotes(graph: OpenGraph, episode: EpisodeGraph) -> list[QuoteLine]:
    """List every quote of the episode; texts of repeated ones are stored with another episode."""
    quotes = {quote.key: quote for quote in episode.quotes}
    line, recording = graph.make_episode_line(episode.slug), read_recording(episode)
    lines = []
    for occurrence in episode.occurrences:
        quote = quotes.get(occurrence.quote)
        text = quote.text if quote else ""
        if quote is None:
            query = f"SELECT ?text {{ <quote/{occurrence.quote}> schema:text ?text }}"
            text = "".join(str(row["text"]) for row in run_query(graph.store, query, format="json"))
        minute = recording.estimate_minute(text)
        lines.append(
            QuoteLine(
                f"quote/{occurrence.quote}",
                text,
                round_value(occurrence.relevance),
                line,
                occurrence.is_advert,
                tuple(graph.make_ref(id_) for id_, _ in episode.list_named(quote)) if quote else (),
                tuple(graph.make_ref(f"theme/{key}") for key in occurrence.themes),
                link_minute(recording.address, minute),
                minute,
            )
        )
    return sorted(lines, key=lambda quote: (quote.advert, -quote.relevance, quote.id))
