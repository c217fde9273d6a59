"""Chooses and orders the nodes of an atlas, without quotes.

Takes a graph, returns :class:`kgraph.atlas.model.AtlasNode` values in the order of their numbers.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from kgraph.atlas.model import UNKNOWN_DAY, AtlasNode, Ranges
from kgraph.base.counts import rank_counts
from kgraph.graph import Entity, EpisodeSummary, Graph, SharedData
from kgraph.graph.network import collect_tags, collect_topics
from kgraph.graph.tally import summarize_episode

#: Themes that an episode links to, by their share of its quotes; and episodes that a theme links
#: to at least.
MAX_EPISODE_THEMES, MIN_THEME_EPISODES = 8, 12

#: Importance of a term, relative to an entity of as many episodes: words like "technology" occur
#: in every second episode, and topics and tags mostly repeat a theme.
TERM_WEIGHTS = {"theme": 0.6, "topic": 0.2, "tag": 0.2}

COMMON_THEME_WEIGHT = 0.2  #: importance of a theme of most episodes, relative to other themes
GENERIC_WEIGHT = 0.2  #: importance of what every talk names, relative to other entities
EPISODE_WEIGHT = 0.3  #: importance of an episode

EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


class NodeStatistics(msgspec.Struct):
    """Counts over all episodes, by id."""

    summaries: dict[str, EpisodeSummary] = {}  #: of each episode, in the order of the graph
    themes: list[dict[str, float]] = []  #: of each episode, with the share of its quotes
    #: Episodes of each topic, tag or theme.
    terms: Counter[str] = msgspec.field(default_factory=Counter)
    #: Episodes that mention each entity.
    mentions: Counter[str] = msgspec.field(default_factory=Counter)
    days: dict[str, tuple[int, int]] = {}  #: first and last day of publication
    spellings: dict[str, Counter[str]] = {}  #: of each entity
    members: Counter[str] = msgspec.field(default_factory=Counter)  #: episodes of each show

    def first_and_last_day(self, id_: str) -> tuple[int, int]:
        return self.days.get(id_, (UNKNOWN_DAY, UNKNOWN_DAY))

    def add_day(self, text: str, ids: Iterable[str]) -> None:
        """Count a day for all nodes of an episode, unless the text does not begin with a day."""
        try:
            day = date.fromisoformat(text[:10]).toordinal() - EPOCH_ORDINAL
        except ValueError:
            return
        for id_ in ids:
            first, last = self.days.get(id_, (day, day))
            self.days[id_] = min(first, day), max(last, day)


def collect_statistics(graph: Graph) -> NodeStatistics:
    statistics = NodeStatistics()
    for episode in graph:
        summary = summarize_episode(episode)
        statistics.summaries[episode.id] = summary
        statistics.members[summary.show] += 1
        statistics.mentions.update(summary.mentions.keys())
        themes = Counter(f"theme/{key}" for o in episode.occurrences for key in set(o.themes))
        statistics.themes.append({id_: themes[id_] / len(episode.occurrences) for id_ in themes})
        terms = {*themes, *collect_tags(episode), *(id_ for id_, *_ in collect_topics(episode))}
        statistics.terms.update(terms)
        if summary.is_dated:
            statistics.add_day(summary.date, (episode.id, summary.show, *summary.mentions, *terms))
        for mention in episode.mentions:
            if mention.is_accepted:
                spellings = statistics.spellings.setdefault(mention.target, Counter())
                spellings.update(row.surface for row in mention.rows)
    statistics.themes = _select_themes(statistics.themes)
    return statistics


def _select_themes(themes: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """Keep the main themes of each episode, and the main episodes of each theme."""
    episodes: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for number, shares in enumerate(themes):
        for id_, share in shares.items():
            episodes[id_].append((-share, number))
    main = {
        (id_, n) for id_, ranked in episodes.items() for _, n in sorted(ranked)[:MIN_THEME_EPISODES]
    }
    return [
        {
            id_: shares[id_]
            for k, id_ in enumerate(sorted(shares, key=lambda id_: (-shares[id_], id_)))
            if k < MAX_EPISODE_THEMES or (id_, n) in main
        }
        for n, shares in enumerate(themes)
    ]


def make_nodes(
    shared: SharedData, statistics: NodeStatistics
) -> tuple[list[AtlasNode], list[int], Ranges]:
    """Return the nodes in order, the parents of leaves, and the sizes of the ranges.

    The core consists of entities and terms of several episodes, and of every show.
    """
    total = len(statistics.summaries)
    entities = [
        _entity_node(entity, statistics, total)
        for id_, entity in shared.entities.items()
        if statistics.mentions[id_] or statistics.members[id_]
    ]
    terms = []
    for id_, term in (shared.topics | shared.tags | shared.themes).items():
        if count := statistics.terms[id_]:
            type_, days = id_.partition("/")[0], statistics.first_and_last_day(id_)
            weight = TERM_WEIGHTS[type_] * _importance(count, total)
            is_common = type_ == "theme" and term.is_common(total)
            weight *= COMMON_THEME_WEIGHT if is_common else 1
            node = AtlasNode(id_, type_, term.label, count, weight, first=days[0], last=days[1])
            terms.append(msgspec.structs.replace(node, is_common=is_common))
    shared_by_several = [e for e in entities if e.count > 1 or statistics.members[e.id]]
    core = sorted([*shared_by_several, *terms], key=lambda t: (-t.weight, -t.confidence, t.id))
    episodes = []
    for id_, summary in statistics.summaries.items():
        day, _ = statistics.first_and_last_day(id_)
        count = len(summary.mentions)
        episodes.append(
            AtlasNode(id_, "episode", summary.title, count, EPISODE_WEIGHT, first=day, last=day)
        )
    alone = {e.id: e for e in entities if e.count == 1 and not statistics.members[e.id]}
    leaves, parents = _make_leaves(alone, statistics, len(core))
    ranges = Ranges(len(core), len(episodes), len(leaves), 0)
    return [*core, *episodes, *leaves], parents, ranges


def _make_leaves(
    alone: Mapping[str, AtlasNode], statistics: NodeStatistics, first: int
) -> tuple[list[AtlasNode], list[int]]:
    """Return the entities of a single episode, by episode and confidence, and their parents.

    Each has the confidence of that mention, which the page reads; an advert's may be higher.
    """
    leaves: list[AtlasNode] = []
    parents: list[int] = []
    for parent, summary in enumerate(statistics.summaries.values(), first):
        own = sorted(
            (
                msgspec.structs.replace(alone[id_], confidence=confidence)
                for id_, confidence in summary.mentions.items()
                if id_ in alone
            ),
            key=lambda node: (-node.confidence, node.id),
        )
        leaves += own
        parents += [parent] * len(own)
    return leaves, parents


def _importance(count: int, total: int) -> float:
    """Return the share of episodes on a logarithmic scale, in [0, 1]."""
    return math.log1p(count) / math.log1p(max(total, 1))


def _entity_node(entity: Entity, statistics: NodeStatistics, total: int) -> AtlasNode:
    spellings = statistics.spellings.get(entity.id, Counter())
    count = max(statistics.mentions[entity.id], statistics.members[entity.id])
    return AtlasNode(
        entity.id,
        entity.type,
        entity.label,
        statistics.mentions[entity.id],
        (GENERIC_WEIGHT if entity.is_generic else 1.0) * _importance(count, total),
        entity.confidence,
        tuple(rank_counts(spellings)),
        entity.kind,
        *statistics.first_and_last_day(entity.id),
    )
