"""What is asked often and costs seconds, counted once: pairs, months, shows.

Takes outlines of recordings, gives how often two companies stand together and how much more
often than chance would have it, how many episodes of a month mention a thing, and how many
shows do. The measures are lift and normalised pointwise mutual information (Bouma 2009,
"Normalized (Pointwise) Mutual Information in Collocation Extraction").

Invariants:
    * an episode counts once, however many rows it has, and not for what it names in adverts
      alone (:class:`~kgraph.graph.records.Outline`);
    * a pair is named by its two ids in ascending order;
    * a month counts only episodes whose date of publication is known: the day on which a
      file was processed says nothing of when people spoke.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations

import msgspec

from kgraph.graph.records import Outline

LEAST_TOGETHER = 2
"""Episodes that a pair must share to be kept: five pairs in six share one only, which is an
accident as often as not, and would make the statistics seven times as large."""

LEAST_EPISODES = 3
"""Episodes of known date that must mention a thing for its months to be kept: what is
mentioned twice has no course over time."""


class CoMention(msgspec.Struct, frozen=True):
    """Two things that episodes mention together.

    Attributes:
        source: id of the one, less than the target's.
        target: id of the other.
        episodes: how many episodes mention both.
        weighted: the expected number of episodes that truly do: the sum over episodes of
            the product of both confidences.
        lift: how many times more often than chance would have it, from weighted counts.
        association: normalised pointwise mutual information in [-1, 1], from the same.
    """

    source: str
    target: str
    episodes: int
    weighted: float
    lift: float
    association: float


class MonthlyCount(msgspec.Struct, frozen=True):
    """How many episodes of a month (``2025-09``) mention a thing; ``of`` is "" for all."""

    month: str
    of: str
    episodes: int


def association(together: float, one: float, other: float, total: float) -> float:
    """Normalised pointwise mutual information of two things, in [-1, 1].

    1 when they only ever stand together, 0 when no more often than chance has it.

    Args:
        together: in how many episodes both stand, above 0.
        one, other: in how many each stands.
        total: how many episodes there are.

    >>> association(2, 2, 2, 8), association(1, 2, 4, 8)
    (1.0, 0.0)
    """
    # A pair that stands in every episode tells nothing: 0, where the quotient has no value.
    most = -math.log(together / total)
    return math.log(together * total / (one * other)) / most if most else 0.0


def co_mentions(
    outlines: Collection[Outline],
    types: Collection[str] = ("company",),
    least: int = LEAST_TOGETHER,
    least_each: int = 1,
) -> Iterator[CoMention]:
    """Every pair of entities that share episodes, by ids.

    Args:
        outlines: the episodes to look at.
        types: of entities that count.
        least: episodes that both share, at the least.
        least_each: episodes that mention each of the two, at the least.
    """
    episodes = Counter(id_ for outline in outlines for id_ in outline.mentions)
    wanted = tuple(f"{type_}/" for type_ in types)
    # Numbers in the order of the ids: pairs of them are counted twice as fast as pairs of texts.
    ids = sorted(id_ for id_, n in episodes.items() if n >= least_each and id_.startswith(wanted))
    number = {id_: n for n, id_ in enumerate(ids)}
    standing = [
        {number[id_]: o.mentions[id_] for id_ in sorted(o.mentions) if id_ in number}
        for o in outlines
    ]
    counts: Counter[tuple[int, int]] = Counter()
    for sure in standing:
        counts.update(combinations(sure, 2))
    kept = sorted(pair for pair, count in counts.items() if count >= least)
    weights = _weights(standing, frozenset(kept))
    singles = dict.fromkeys(range(len(ids)), 0.0)
    for sure in standing:
        for one, confidence in sure.items():
            singles[one] += confidence
    total = len(standing)
    for one, other in kept:
        weighted = weights[one, other]
        lift = weighted * total / (singles[one] * singles[other])
        associated = association(weighted, singles[one], singles[other], total)
        yield CoMention(ids[one], ids[other], counts[one, other], weighted, lift, associated)


def _weights(
    standing: Iterable[dict[int, float]], kept: frozenset[tuple[int, int]]
) -> dict[tuple[int, int], float]:
    weights = dict.fromkeys(kept, 0.0)
    for sure in standing:
        for pair in kept.intersection(combinations(sure, 2)):
            weights[pair] += sure[pair[0]] * sure[pair[1]]
    return weights


def monthly_counts(
    outlines: Iterable[Outline], least: int = LEAST_EPISODES
) -> Iterator[MonthlyCount]:
    """Episodes by month, of all and of each thing that ``least`` of them mention."""
    months: dict[str, Counter[str]] = defaultdict(Counter)
    for outline in outlines:
        if outline.month:
            months[""][outline.month] += 1
            for id_ in outline.mentions:
                months[id_][outline.month] += 1
    for id_, counts in sorted(months.items()):
        if not id_ or counts.total() >= least:
            for month, episodes in sorted(counts.items()):
                yield MonthlyCount(month, id_, episodes)


def shows_of(outlines: Iterable[Outline]) -> dict[str, int]:
    """How many different shows mention each thing; 0 is left out."""
    shows: dict[str, set[str]] = defaultdict(set)
    for outline in outlines:
        if outline.show:
            for id_ in outline.mentions:
                shows[id_].add(outline.show)
    return {id_: len(names) for id_, names in shows.items()}
