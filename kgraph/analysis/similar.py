"""Episodes similar to a given episode, by the entities that they mention.

Similarity is the cosine of the episodes' tf-idf vectors. An entity's weight is its confidence times
the logarithm of (all episodes / episodes that mention it), its inverse document frequency.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from kgraph.base.text import format_day
from kgraph.graph import EpisodeSummary
from kgraph.query.parameters import QueryArguments, int_arg, text_arg
from kgraph.query.table import Finding, Findings
from kgraph.store import Store

MAX_SHARED_NAMES = 6  #: shared entities named in a row, greatest weight first


def rank_similar_episodes(store: Store, arguments: QueryArguments) -> Findings:
    """Rank episodes by similarity to the given one; the score is the cosine, in (0, 1]."""
    shared = store.shared
    slug = text_arg(arguments, "episode").removeprefix("episode/")
    vectors = _tfidf_vectors(shared.summaries)
    own = vectors.pop(slug)
    ranked = sorted(
        (-math.fsum(x * vector[id_] for id_, x in own.items() if id_ in vector), slug)
        for slug, vector in vectors.items()
    )
    findings = []
    for cosine, slug in ((-negated, slug) for negated, slug in ranked if negated < 0):
        summary, vector = shared.summaries[slug], vectors[slug]
        common = sorted(own.keys() & vector.keys(), key=lambda i: (-own[i] * vector[i], i))
        show = shared.entities[summary.show].label if summary.show else ""
        day = format_day(summary.date[:10], summary.is_dated)
        names = ", ".join(shared.entities[id_].label for id_ in common[:MAX_SHARED_NAMES])
        cells = (cosine, summary.title, show, day, names)
        findings.append(Finding(cells, (f"episode/{slug}",), cosine))
        if len(findings) == int_arg(arguments, "count"):
            break
    return Findings(("likeness", "title", "show", "day", "shared"), findings)


def _tfidf_vectors(summaries: Mapping[str, EpisodeSummary]) -> dict[str, dict[str, float]]:
    """Return each episode's unit vector by slug; {} for an episode whose weights are all 0."""
    episodes = Counter(id_ for summary in summaries.values() for id_ in summary.mentions)
    rarity = {id_: math.log(len(summaries) / n) for id_, n in episodes.items()}
    vectors = {}
    for slug, summary in summaries.items():
        weights = {id_: sure * rarity[id_] for id_, sure in summary.mentions.items()}
        length = math.sqrt(math.fsum(x * x for x in weights.values()))
        vectors[slug] = {id_: x / length for id_, x in weights.items()} if length else {}
    return vectors
