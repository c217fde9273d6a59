"""Which episodes are most like one: by what they mention, the rare weighing more.

Takes outlines; likeness is the cosine of vectors of entities, each weighing its confidence
times the logarithm of how few episodes mention it (inverse document frequency).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from kgraph.analysis.result import Finding, Findings, QueryArguments, int_arg, text_arg
from kgraph.base.text import format_day
from kgraph.graph import EpisodeSummary, SharedData
from kgraph.store import Store

MAX_SHARED_NAMES = 6
"""Shared things that are named: those that weigh most."""


def rank_similar_episodes(store: Store, arguments: QueryArguments) -> Findings:
    """Episodes by likeness to one, the most alike first; score: cosine in [0, 1]."""
    shared = store.shared
    slug = text_arg(arguments, "episode").removeprefix("episode/")
    vectors = _tfidf_vectors(shared.summaries)
    mine = vectors[slug]
    found = [
        _similarity_finding(shared, other, _dot_product(mine, vector), mine, vector)
        for other, vector in vectors.items()
        if other != slug
    ]
    found = [finding for finding in found if finding.score > 0]
    found.sort(key=lambda finding: (-finding.score, finding.finds))
    columns = ("likeness", "title", "show", "day", "shared")
    return Findings(columns, found[: int_arg(arguments, "count")])


def _tfidf_vectors(outlines: Mapping[str, EpisodeSummary]) -> dict[str, dict[str, float]]:
    """A vector of length one for each episode, by slug."""
    episodes = Counter(id_ for outline in outlines.values() for id_ in outline.mentions)
    rarity = {id_: math.log(len(outlines) / n) for id_, n in episodes.items()}
    return {
        slug: _normalize({id_: sure * rarity[id_] for id_, sure in outline.mentions.items()})
        for slug, outline in outlines.items()
    }


def _normalize(vector: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(math.fsum(x * x for x in vector.values()))
    return {id_: x / length for id_, x in vector.items()} if length else {}


def _dot_product(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return math.fsum(x * other[id_] for id_, x in one.items() if id_ in other)


def _similarity_finding(
    shared: SharedData,
    slug: str,
    likeness: float,
    mine: Mapping[str, float],
    vector: Mapping[str, float],
) -> Finding:
    outline = shared.summaries[slug]
    common = sorted(mine.keys() & vector.keys(), key=lambda i: (-mine[i] * vector[i], i))
    show = shared.entities[outline.show].label if outline.show else ""
    names = ", ".join(shared.entities[id_].label for id_ in common[:MAX_SHARED_NAMES])
    cells = (likeness, outline.title, show, format_day(outline.date[:10], outline.is_dated), names)
    return Finding(cells, (f"episode/{slug}",), likeness)
