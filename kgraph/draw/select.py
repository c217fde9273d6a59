"""Which things and which pairs a picture shows.

Takes pairs (:class:`kgraph.graph.cooccurrence.CoMention`), gives ids and pairs: few enough to
read. Nearly everything stands beside nearly everything in some episode, so a picture of all
pairs is a blot; the backbone kept here is what a reader would draw by hand: to each thing its
few closest, and what holds the whole together.

Invariants:
    * the choice depends on what was counted only: ties are broken by id;
    * a thing that was chosen together with others is connected to them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import Protocol, TypeVar

from kgraph.graph.cooccurrence import CoMention

MIN_LINKS_PER_NODE = 3
"""To how many of its closest a thing stays linked: with two, groups fall into chains; with
four, a picture of 60 has 200 links and the groups grow together (looked at by eye)."""

MIN_PAIR_EPISODES = 2
"""Once together may be chance: a pair is looked at from this count on, if any reaches it."""


class AssociatedPair(Protocol):
    """A pair of things, by their ids, and its association in [-1, 1]."""

    @property
    def source(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def association(self) -> float: ...


PairT = TypeVar("PairT", bound=AssociatedPair)


def strength_key(pair: CoMention) -> tuple[float, int, str, str]:
    """Sorting key: the strongest first; a total order, so that no tie is left to chance."""
    return -pair.strength, -pair.episodes, pair.source, pair.target


def select_strongest(pairs: Collection[CoMention], limit: int) -> list[str]:
    """The ends of the strongest pairs, until there are ``limit`` things."""
    chosen: dict[str, None] = {}
    for pair in sorted(_keep_significant(pairs), key=strength_key):
        for end in (pair.source, pair.target):
            if len(chosen) < limit:
                chosen.setdefault(end)
    return list(chosen)


def _keep_significant(pairs: Iterable[CoMention]) -> list[CoMention]:
    """Pairs no rarer than chance has it; repeated and widespread ones where there are any."""
    likely = [pair for pair in pairs if pair.association >= 0]
    repeated = [pair for pair in likely if pair.episodes >= MIN_PAIR_EPISODES] or likely
    return [pair for pair in repeated if pair.is_widespread] or repeated


def select_around(pairs: Iterable[CoMention], focus: str, depth: int, limit: int) -> list[str]:
    """The focus and what stands nearest to it, ring by ring.

    Args:
        pairs: who stands with whom.
        focus: id of the thing in the middle.
        depth: how many rings; each gets an equal share of what the limit leaves.
        limit: how many things in all, the focus included.
    """
    ranked = sorted(pairs, key=strength_key)
    chosen = [focus]
    ring = [focus]
    for rings_left in range(depth, 0, -1):
        share = -(-(limit - len(chosen)) // rings_left)
        ring = _next_ring(ranked, frozenset(ring), frozenset(chosen), share)
        chosen += ring
    return chosen


def _next_ring(
    ranked: Iterable[CoMention], ring: frozenset[str], taken: frozenset[str], share: int
) -> list[str]:
    """What is bound most strongly to any thing of the ring, by strength."""
    pairs = (pair for pair in ranked if pair.source in ring or pair.target in ring)
    ends = (end for pair in pairs for end in (pair.source, pair.target) if end not in taken)
    return list(islice(dict.fromkeys(ends), share))


def select_backbone(
    pairs: Iterable[CoMention], chosen: Iterable[str], focus: str | None = None
) -> list[CoMention]:
    """The pairs to draw among the chosen things, strongest first.

    Each thing's :data:`MIN_LINKS_PER_NODE` pairs by strength, and every pair with the focus, which
    counts as one of them; and the pairs of a maximum spanning forest, so that what hangs
    together is seen to.
    """
    wanted = frozenset(chosen)
    among = (pair for pair in pairs if pair.source in wanted and pair.target in wanted)
    return thin_pairs(sorted(among, key=strength_key), MIN_LINKS_PER_NODE, focus)


def thin_pairs(pairs: Sequence[PairT], closest: int, focus: str | None = None) -> list[PairT]:
    """The pairs of a backbone, in their order.

    Args:
        pairs: all there are, strongest first.
        closest: to how many a thing stays linked at the least, where it has as many.
        focus: id of a thing that keeps all of its pairs, each of them one of the other's closest.
    """
    ends = dict.fromkeys(end for pair in pairs for end in (pair.source, pair.target))
    near = dict.fromkeys(ends, 0 if focus is None else 1)
    groups = {one: one for one in ends}
    return [pair for pair in pairs if _joins_backbone(pair, closest, focus, near, groups)]


def _joins_backbone(
    pair: AssociatedPair,
    closest: int,
    focus: str | None,
    near: dict[str, int],
    groups: dict[str, str],
) -> bool:
    """Whether the pair, met in order of strength, belongs to the backbone."""
    one, other = _find_root(groups, pair.source), _find_root(groups, pair.target)
    groups[other] = one
    ends = (pair.source, pair.target)
    if focus in ends:
        return True
    close = pair.association >= 0 and any(near[end] < closest for end in ends)
    if close:
        for end in ends:
            near[end] += 1
    return close or one != other


def _find_root(groups: dict[str, str], one: str) -> str:
    """The representative of a group (union-find with path halving)."""
    while groups[one] != one:
        groups[one] = one = groups[groups[one]]
    return one
