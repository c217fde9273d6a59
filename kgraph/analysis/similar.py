"""Which episodes are most like one: by what they mention, the rare weighing more.

Takes outlines; likeness is the cosine of vectors of entities, each weighing its confidence
times the logarithm of how few episodes mention it (inverse document frequency).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from kgraph.analysis.result import Arguments, Finding, Findings, number, words
from kgraph.base.text import said_day
from kgraph.graph import Outline, Shared
from kgraph.store import Store

SHOWN = 6
"""Shared things that are named: those that weigh most."""


def similar_episodes(store: Store, arguments: Arguments) -> Findings:
    """Episodes by likeness to one, the most alike first; score: cosine in [0, 1]."""
    shared = store.shared
    slug = words(arguments, "episode").removeprefix("episode/")
    vectors = _vectors(shared.outlines)
    mine = vectors[slug]
    found = [
        _alike(shared, other, _dot(mine, vector), mine, vector)
        for other, vector in vectors.items()
        if other != slug
    ]
    found = [finding for finding in found if finding.score > 0]
    found.sort(key=lambda finding: (-finding.score, finding.finds))
    columns = ("likeness", "title", "show", "day", "shared")
    return Findings(columns, found[: number(arguments, "count")])


def _vectors(outlines: Mapping[str, Outline]) -> dict[str, dict[str, float]]:
    """A vector of length one for each episode, by slug."""
    episodes = Counter(id_ for outline in outlines.values() for id_ in outline.mentions)
    rarity = {id_: math.log(len(outlines) / n) for id_, n in episodes.items()}
    return {
        slug: _unit({id_: sure * rarity[id_] for id_, sure in outline.mentions.items()})
        for slug, outline in outlines.items()
    }


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(math.fsum(x * x for x in vector.values()))
    return {id_: x / length for id_, x in vector.items()} if length else {}


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return math.fsum(x * other[id_] for id_, x in one.items() if id_ in other)


def _alike(
    shared: Shared,
    slug: str,
    likeness: float,
    mine: Mapping[str, float],
    vector: Mapping[str, float],
) -> Finding:
    outline = shared.outlines[slug]
    common = sorted(mine.keys() & vector.keys(), key=lambda i: (-mine[i] * vector[i], i))
    show = shared.entities[outline.show].label if outline.show else ""
    names = ", ".join(shared.entities[id_].label for id_ in common[:SHOWN])
    cells = (likeness, outline.title, show, said_day(outline.date[:10], outline.dated), names)
    return Finding(cells, (f"episode/{slug}",), likeness)
