"""Edges of an atlas turned so that they take few bytes; ``assets/edges.js`` turns them back.

Takes what was gathered, gives arrays for :mod:`kgraph.atlas.codec`. A gap is the distance to the
one before within its group, less one; the first of a group counts from its lowest value.
"""

from __future__ import annotations

import numpy as np

from kgraph.atlas.model import Array, AtlasData, Edges


def mentions_by_target(gathered: AtlasData) -> tuple[Array, Array]:
    """Mentions of the core, thing by thing: how many episodes, and the gaps between them.

    Episodes are fewer than things, so gaps are small; the mention of a leaf is its parent's.
    """
    ranges, edges = gathered.ranges, gathered.edges["mentions"]
    core = edges.target < ranges.core
    source, target = edges.source[core] - ranges.core, edges.target[core]
    order = np.lexsort((source, target))
    return np.bincount(target, minlength=ranges.core), _to_gaps(target[order], source[order])


def occurrences_elsewhere(gathered: AtlasData) -> Edges:
    """Where quotes stand but in their parent."""
    edges = gathered.edges["quoted"]
    parent = np.array(gathered.quotes.parent, dtype=np.int64)
    first = gathered.ranges.total - gathered.ranges.quotes
    other = parent[edges.target - first] != edges.source
    return Edges(edges.source[other], edges.target[other], edges.strength[other])


def names_by_quote(gathered: AtlasData) -> tuple[Array, Array]:
    """Names in quotes, quote by quote: how many, and the gaps between their places among the
    mentions of the quote's episode.
    """
    ranges, mentions, names = gathered.ranges, gathered.edges["mentions"], gathered.edges["names"]
    first = ranges.total - ranges.quotes
    quote = names.source - first
    episode = np.array(gathered.quotes.parent, dtype=np.int64)[quote]
    starts = np.searchsorted(mentions.source, np.arange(ranges.placed))
    known = mentions.source * ranges.total + mentions.target
    place = np.searchsorted(known, episode * ranges.total + names.target) - starts[episode]
    return np.bincount(quote, minlength=ranges.quotes), _to_gaps(quote, place)


def theme_sets(gathered: AtlasData) -> tuple[Array, Array, Array]:
    """Themes of quotes as sets, for some thousand of them are all there are.

    Returns:
        of each set how many themes it has; their numbers, set by set; of each quote the
        number of its set. The most frequent set is the first.
    """
    ranges, edges = gathered.ranges, gathered.edges["theme"]
    themes: list[list[int]] = [[] for _ in range(ranges.quotes)]
    first = ranges.total - ranges.quotes
    for source, target in zip(edges.source.tolist(), edges.target.tolist(), strict=True):
        themes[source - first].append(target)
    kept = [tuple(found) for found in themes]
    counts: dict[tuple[int, ...], int] = {}
    for found in kept:
        counts[found] = counts.get(found, 0) + 1
    sets = sorted(counts, key=lambda found: (-counts[found], found))
    number = {found: n for n, found in enumerate(sets)}
    members = [theme for found in sets for theme in found]
    return np.array(list(map(len, sets))), np.array(members), np.array([number[k] for k in kept])


def _to_gaps(group: Array, value: Array) -> Array:
    """Values, ascending within each group, as gaps."""
    first = np.diff(group, prepend=-1) != 0
    return np.where(first, value, np.diff(value, prepend=0) - 1)
