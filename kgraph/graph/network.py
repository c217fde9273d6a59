"""Nodes and edges of one recording, for network formats, views and networkx."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from kgraph.base.text import name_key
from kgraph.graph.records import (
    Edge,
    EpisodeGraph,
    GraphNode,
    MentionEdge,
    Occurrence,
    RowDecision,
    SharedData,
)
from kgraph.resolve.quotes.theme_words import load_themes_of_things

MENTIONS = "schema:mentions"
ADVERTISES = "kg:advertises"
MAY_MENTION = "kg:mayMention"
ABOUT = "schema:about"
KEYWORDS = "schema:keywords"
HAS_PART = "schema:hasPart"
PART_OF_SERIES = "schema:partOfSeries"
BROADER = "skos:broader"
SAME_SUBJECT = "kg:sameSubject"

MIN_EDGE_WEIGHT = 1e-6  #: a lower weight costs as much as this one, so that a cost is finite


def edge_cost(weight: float) -> float:
    """Return the negative natural logarithm of a weight, which shortest paths add up.

    >>> edge_cost(1.0), round(edge_cost(0.5), 3)
    (0.0, 0.693)
    """
    return 0.0 - math.log(max(weight, MIN_EDGE_WEIGHT))  # the negative of log(1) would be -0.0


def iter_episode_nodes(episode: EpisodeGraph) -> Iterator[GraphNode]:
    """Yield the episode, and the quotes whose text is in it."""
    attributes: dict[str, str | int | float | bool] = {"file": episode.main_file.file}
    if episode.date:
        attributes["date"] = episode.date
    yield GraphNode(episode.id, "episode", episode.main_file.title, attributes)
    for quote in episode.quotes:
        yield GraphNode(quote.id, "quote", quote.text, {"advert": quote.advert})


def iter_episode_edges(episode: EpisodeGraph) -> Iterator[Edge]:
    """Yield the accepted edges of one recording, each once; unlikely ones only where they count."""
    source = episode.id
    if show := episode.show:
        yield Edge(source, PART_OF_SERIES, show.target, show.confidence, show.confidence)
    for mention in episode.mentions:
        if mention.is_accepted and (episode.counts_unlikely or not mention.is_unlikely):
            predicate, weight = mention_predicate(mention), mention.confidence
            yield Edge(source, predicate, mention.target, weight, weight, len(mention.rows))
    for topic, prominence, count in collect_topics(episode):
        yield Edge(source, ABOUT, topic, 1.0, prominence, count)
    for tag in collect_tags(episode):
        yield Edge(source, KEYWORDS, tag, 1.0, 1.0)
    for occurrence in episode.occurrences:
        target = f"quote/{occurrence.quote}"
        yield Edge(source, HAS_PART, target, 1.0, occurrence.relevance, len(occurrence.rows))


def mention_predicate(mention: MentionEdge) -> str:
    """Return the predicate of an accepted mention's plain statement."""
    if mention.is_unlikely:
        return MAY_MENTION
    return ADVERTISES if mention.is_advert else MENTIONS


def collect_topics(episode: EpisodeGraph) -> list[tuple[str, float, int]]:
    """Return (id, prominence in [0, 1], keyword count) of each topic, from its strongest row."""
    best: dict[str, tuple[float, int]] = {}
    for file in episode.files:
        for row in file.rows.get("topics", ()):
            prominence, count = row.values.get("prominence"), row.values.get("mentions")
            strength = (
                float(prominence) if isinstance(prominence, int | float) else 0.0,
                count if isinstance(count, int) else 0,
            )
            id_ = f"topic/{name_key(row.text('topic'))}"
            best[id_] = max(strength, best.get(id_, strength))
    return [(id_, prominence, count) for id_, (prominence, count) in best.items()]


def collect_tags(episode: EpisodeGraph) -> list[str]:
    """Return the ids of the tags, each once, in the order of the rows."""
    rows = (row for file in episode.files for row in file.rows.get("tags", ()))
    return list(dict.fromkeys(f"tag/{name_key(row.text('tag'))}" for row in rows))


def list_episode_themes(episode: EpisodeGraph) -> set[str]:
    """Return the keys of the themes of a recording: of its quotes outside adverts, and of the
    things that it mentions."""
    return set(locate_episode_themes(episode))


def locate_episode_themes(episode: EpisodeGraph) -> dict[str, set[int]]:
    """Return the files, by their numbers in the recording, that each theme's key comes from."""
    files: dict[str, set[int]] = {}
    for key, source in iter_theme_sources(episode):
        rows = source.rows
        numbers = (row.file if isinstance(row, RowDecision) else row[0] for row in rows)
        files.setdefault(key, set()).update(numbers)
    return files


def iter_theme_sources(episode: EpisodeGraph) -> Iterator[tuple[str, Occurrence | MentionEdge]]:
    """Yield the key of each theme of a recording with what it has the theme by: a quote outside
    adverts, or the mention of a thing."""
    themes_of_things = load_themes_of_things()
    for occurrence in episode.occurrences:
        if not occurrence.is_advert:
            for key in occurrence.themes:
                yield key, occurrence
    for mention in episode.mentioned:
        if theme := themes_of_things.get(mention.target):
            yield theme, mention


def iter_theme_edges(episodes: Iterable[EpisodeGraph], shared: SharedData) -> Iterator[Edge]:
    """Yield the edges to themes: of episodes, and of themes to broader ones and to their things."""
    themes, stated = shared.themes, shared.stated_entities()
    for episode in episodes:
        for key in sorted(list_episode_themes(episode)):
            if f"theme/{key}" in themes:
                yield Edge(episode.id, ABOUT, f"theme/{key}", 1.0, 1.0)
    for id_, theme in themes.items():
        if theme.broader in themes:
            yield Edge(id_, BROADER, theme.broader, 1.0, 1.0)
        if theme.thing in stated:
            yield Edge(id_, SAME_SUBJECT, theme.thing, 1.0, 1.0)
