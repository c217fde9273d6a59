"""Selects the entities and pairs of a picture.

Most pairs of names occur together in some episode, so a picture of all pairs is unreadable.
The backbone keeps the few closest neighbours of each entity, and a spanning forest.

Invariants:
    * the choice depends only on counts; ties are broken by id;
    * entities that are selected together are connected if their pairs allow it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import islice

from kgraph.graph.cooccurrence import CoMention, is_tie

#: Links that each entity keeps. With two, groups fall into chains; with four, a picture of 60
#: names has 200 links and groups merge (judged by eye).
MIN_LINKS_PER_NODE = 3


def association_key(pair: CoMention) -> tuple[float, int, str, str]:
    """Return the key of a total order, the strongest association first."""
    return -pair.association, -pair.episodes, pair.source, pair.target


def keep_ties(pairs: Collection[CoMention]) -> Collection[CoMention]:
    """Return the pairs that are ties; where there is none, as in a few episodes, all pairs."""
    return [pair for pair in pairs if is_tie(pair)] or pairs


def select_strongest(pairs: Collection[CoMention], limit: int) -> list[str]:
    """Return the ends of the strongest ties, at most ``limit`` ids."""
    chosen: dict[str, None] = {}
    for pair in sorted(keep_ties(pairs), key=association_key):
        for end in (pair.source, pair.target):
            if len(chosen) < limit:
                chosen.setdefault(end)
    return list(chosen)


def select_around(pairs: Collection[CoMention], focus: str, depth: int, limit: int) -> list[str]:
    """Return the focus and its nearest neighbours, at most ``limit`` ids, ring by ring.

    Neighbours have a tie, unless the focus has none. Each of the ``depth`` rings gets an equal
    share of the remaining places.
    """
    ties = keep_ties(pairs)
    if not any(focus in (pair.source, pair.target) for pair in ties):
        ties = pairs
    ranked = sorted(ties, key=association_key)
    chosen = [focus]
    ring = [focus]
    for rings_left in range(depth, 0, -1):
        share = -(-(limit - len(chosen)) // rings_left)
        inner, seen = frozenset(ring), frozenset(chosen)
        near = (pair for pair in ranked if pair.source in inner or pair.target in inner)
        ends = (end for pair in near for end in (pair.source, pair.target) if end not in seen)
        ring = list(islice(dict.fromkeys(ends), share))
        chosen += ring
    return chosen


def select_backbone(
    pairs: Iterable[CoMention], chosen: Iterable[str], focus: str | None = None
) -> list[CoMention]:
    """Return the pairs to draw among the chosen entities, strongest first.

    They are the :data:`MIN_LINKS_PER_NODE` strongest pairs of each entity, every pair with the
    focus, and the pairs of a maximum spanning forest, which keeps connected groups connected.
    """
    ids = frozenset(chosen)
    among = (pair for pair in pairs if pair.source in ids and pair.target in ids)
    return thin_pairs(sorted(among, key=association_key), MIN_LINKS_PER_NODE, focus)


def thin_pairs(
    pairs: Sequence[CoMention], closest: int, focus: str | None = None
) -> list[CoMention]:
    """Return the pairs of the backbone, in their order.

    Args:
        pairs: all pairs, strongest first.
        closest: links that each entity keeps at least.
        focus: id of an entity that keeps all of its pairs; each counts as one of the closest of
            the other end.
    """
    ids = dict.fromkeys(end for pair in pairs for end in (pair.source, pair.target))
    links = dict.fromkeys(ids, 0 if focus is None else 1)
    parents = {id_: id_ for id_ in ids}
    backbone = []
    for pair in pairs:
        ends = (pair.source, pair.target)
        source_root, target_root = _find_root(parents, ends[0]), _find_root(parents, ends[1])
        parents[target_root] = source_root
        is_close = pair.lift >= 1 and any(links[end] < closest for end in ends)
        if is_close and focus not in ends:
            for end in ends:
                links[end] += 1
        if focus in ends or is_close or source_root != target_root:
            backbone.append(pair)
    return backbone


def _find_root(parents: dict[str, str], node: str) -> str:
    """Find the root of a node in a union-find forest, with path halving."""
    while parents[node] != node:
        parents[node] = node = parents[parents[node]]
    return node
