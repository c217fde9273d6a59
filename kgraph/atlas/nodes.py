"""The nodes of an atlas but quotes: which there are, and in which order.

Takes a graph, gives :class:`kgraph.atlas.model.AtlasNode` values in the order of their numbers.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from kgraph.atlas.model import UNKNOWN_DAY, AtlasNode, Ranges
from kgraph.graph import Entity, EpisodeGraph, EpisodeSummary, Graph, SharedData, TaxonomyTerm
from kgraph.graph.network import collect_tags, collect_topics
from kgraph.graph.tally import summarize_episode

MAX_EPISODE_THEMES, MIN_THEME_EPISODES = 8, 12
"""Themes that an episode is joined to, those that most of its quotes have; and episodes that a
theme is joined to at the least."""

TERM_WEIGHTS = {"theme": 0.6, "topic": 0.2, "tag": 0.2}
"""Importance of a term against that of an entity of as many episodes: words like "technology"
stand in every second episode, and say little; topics and tags mostly echo a theme."""

CALENDAR_KINDS = frozenset({"day", "month"})
"""Kinds of entities that every episode may name, and that tell none from another."""

CALENDAR_WEIGHT = 0.2
"""Importance of one of those, against that of another entity."""

EPISODE_WEIGHT = 0.3
"""Importance of an episode among what several episodes share."""

EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


class NodeStatistics(msgspec.Struct):
    """What a first walk over the recordings finds, recording by recording or by id.

    Attributes:
        outlines: each recording in a line, by its id, in the order of the graph.
        themes: of each recording, its themes with the share of its quotes that they have.
        terms: in how many recordings a topic, tag or theme stands.
        mentions: in how many recordings an entity stands.
        days: (first, last) day of publication of what has one.
        spellings: how often each entity was written in each way.
        members: how many recordings belong to a show.
    """

    outlines: dict[str, EpisodeSummary] = {}
    themes: list[dict[str, float]] = []
    terms: Counter[str] = Counter()
    mentions: Counter[str] = Counter()
    days: dict[str, tuple[int, int]] = {}
    spellings: dict[str, Counter[str]] = {}
    members: Counter[str] = Counter()


def collect_statistics(graph: Graph) -> NodeStatistics:
    """Walk over the graph."""
    found = NodeStatistics(terms=Counter(), mentions=Counter(), members=Counter())
    for episode in graph:
        _count_episode(found, episode)
    found.themes = _select_themes(found.themes)
    return found


def _select_themes(themes: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """The themes of which an episode has most, and those that have most of an episode."""
    homes: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for number, shares in enumerate(themes):
        for id_, share in shares.items():
            homes[id_].append((-share, number))
    kept = {(id_, n) for id_, found in homes.items() for _, n in sorted(found)[:MIN_THEME_EPISODES]}
    return [
        {
            id_: shares[id_]
            for k, id_ in enumerate(_sort_by_share(shares))
            if k < MAX_EPISODE_THEMES or (id_, n) in kept
        }
        for n, shares in enumerate(themes)
    ]


def _sort_by_share(shares: Mapping[str, float]) -> list[str]:
    return sorted(shares, key=lambda id_: (-shares[id_], id_))


def _count_episode(found: NodeStatistics, episode: EpisodeGraph) -> None:
    outline = summarize_episode(episode)
    found.outlines[episode.id] = outline
    found.members[outline.show] += 1
    found.mentions.update(outline.mentions.keys())
    themes = Counter(f"theme/{key}" for o in episode.occurrences for key in set(o.themes))
    found.themes.append({id_: themes[id_] / len(episode.occurrences) for id_ in themes})
    terms = {*themes, *collect_tags(episode), *(id_ for id_, *_ in collect_topics(episode))}
    found.terms.update(terms)
    if outline.is_dated and (day := _days_since_epoch(outline.date)) is not None:
        for id_ in (episode.id, outline.show, *outline.mentions, *terms):
            first, last = found.days.get(id_, (day, day))
            found.days[id_] = min(first, day), max(last, day)
    for mention in episode.mentions:
        if mention.is_accepted:
            written = found.spellings.setdefault(mention.target, Counter())
            written.update(row.surface for row in mention.rows)


def _days_since_epoch(text: str) -> int | None:
    """Days since 1970-01-01, or None where the text begins with no day."""
    try:
        return date.fromisoformat(text[:10]).toordinal() - EPOCH_ORDINAL
    except ValueError:
        return None


def make_nodes(
    shared: SharedData, found: NodeStatistics
) -> tuple[list[AtlasNode], list[int], Ranges]:
    """Nodes in the order of their numbers, the parents of leaves, and how many are where.

    The core is what several episodes share, and every show that an episode belongs to.
    """
    total = len(found.outlines)
    entities = [
        _entity_node(entity, found, total)
        for id_, entity in shared.entities.items()
        if found.mentions[id_] or found.members[id_]
    ]
    terms = [
        _term_node(id_, term, found, total)
        for table in (shared.topics, shared.tags, shared.themes)
        for id_, term in table.items()
        if found.terms[id_]
    ]
    shared_by_several = [e for e in entities if e.count > 1 or found.members[e.id]]
    core = sorted([*shared_by_several, *terms], key=lambda t: (-t.weight, -t.confidence, t.id))
    episodes = [_episode_node(id_, outline, found) for id_, outline in found.outlines.items()]
    alone = {e.id: e for e in entities if e.count == 1 and not found.members[e.id]}
    leaves, parents = _make_leaves(alone, found, len(core))
    ranges = Ranges(len(core), len(episodes), len(leaves), 0)
    return [*core, *episodes, *leaves], parents, ranges


def _make_leaves(
    alone: Mapping[str, AtlasNode], found: NodeStatistics, first: int
) -> tuple[list[AtlasNode], list[int]]:
    """What one episode alone mentions, episode by episode, the surest first.

    Each is as sure as that mention, which the page reads it from: an advert may be surer.
    """
    leaves: list[AtlasNode] = []
    parents: list[int] = []
    for here, outline in enumerate(found.outlines.values(), first):
        own = sorted(
            (
                msgspec.structs.replace(alone[id_], confidence=sure)
                for id_, sure in outline.mentions.items()
                if id_ in alone
            ),
            key=lambda thing: (-thing.confidence, thing.id),
        )
        leaves += own
        parents += [here] * len(own)
    return leaves, parents


def _importance(count: int, total: int) -> float:
    """Share of the episodes, as logarithms: in [0, 1]."""
    return math.log1p(count) / math.log1p(max(total, 1))


def _entity_node(entity: Entity, found: NodeStatistics, total: int) -> AtlasNode:
    written = found.spellings.get(entity.id, Counter())
    count = max(found.mentions[entity.id], found.members[entity.id])
    return AtlasNode(
        entity.id,
        entity.type,
        entity.label,
        found.mentions[entity.id],
        (CALENDAR_WEIGHT if entity.kind in CALENDAR_KINDS else 1.0) * _importance(count, total),
        entity.confidence,
        tuple(sorted(written.items(), key=lambda item: (-item[1], item[0]))),
        entity.kind,
        *found.days.get(entity.id, (UNKNOWN_DAY, UNKNOWN_DAY)),
    )


def _term_node(id_: str, term: TaxonomyTerm, found: NodeStatistics, total: int) -> AtlasNode:
    count, sort = found.terms[id_], id_.partition("/")[0]
    return AtlasNode(
        id_,
        sort,
        term.label,
        count,
        TERM_WEIGHTS[sort] * _importance(count, total),
        first=found.days.get(id_, (UNKNOWN_DAY, UNKNOWN_DAY))[0],
        last=found.days.get(id_, (UNKNOWN_DAY, UNKNOWN_DAY))[1],
    )


def _episode_node(id_: str, outline: EpisodeSummary, found: NodeStatistics) -> AtlasNode:
    day = found.days.get(id_, (UNKNOWN_DAY, UNKNOWN_DAY))[0]
    return AtlasNode(
        id_, "episode", outline.title, len(outline.mentions), EPISODE_WEIGHT, first=day, last=day
    )
