"""What is asked often and costs seconds, counted once: pairs, months, shows.

Takes outlines of recordings, gives how often two companies stand together and how much more
often than chance would have it, how many episodes of a month mention a thing, and how many
shows do. The measures are lift and normalised pointwise mutual information (Bouma 2009,
"Normalized (Pointwise) Mutual Information in Collocation Extraction").

There is one measure for tables, pages, pictures and the atlas: what is drawn is what is listed.

Invariants:
    * an episode counts once, however many rows it has, and not for what it names in adverts
      alone (:class:`~kgraph.graph.records.EpisodeSummary`);
    * a pair is named by its two ids in ascending order;
    * a month counts only episodes whose date of publication is known: the day on which a
      file was processed says nothing of when people spoke.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from itertools import combinations

import msgspec

from kgraph.graph.records import EpisodeSummary

MIN_SHARED_EPISODES = 2
"""Episodes that a pair must share to be kept: five pairs in six share one only, which is an
accident as often as not, and would make the statistics seven times as large."""

MIN_DATED_EPISODES = 3
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
        confidence: probability that they stand together in at least one episode: that of
            the surest episode. The errors of several episodes are often one error (a name
            taken for another), so episodes are not multiplied up as if independent; this is
            the most that holds whatever their dependence (Fréchet's bound).
        widespread: episodes of more than one show bring them together; one whose show is not
            known may be of any, and counts as a show of its own. What one show alone does is
            often its cast.
    """

    source: str
    target: str
    episodes: int
    weighted: float
    lift: float
    association: float
    confidence: float = 0.0
    is_widespread: bool = False

    @property
    def strength(self) -> float:
        """The pair's share of what the corpus knows about who goes with whom, in nats.

        Local mutual information (Evert 2005) of weighted counts: it wants a pair to be both
        frequent and no accident, and is what ranks. Association alone prefers what stands
        together three times and nowhere else; counts alone put whatever is mentioned
        everywhere beside everything.
        """
        return local_mutual_information(self.weighted, self.lift)


class MonthlyCount(msgspec.Struct, frozen=True):
    """How many episodes of a month (``2025-09``) mention a thing; ``of`` is "" for all."""

    month: str
    entity_id: str
    episodes: int


def normalized_pmi(together: float, one: float, other: float, total: float) -> float:
    """Normalised pointwise mutual information of two things, in [-1, 1].

    1 when they only ever stand together, 0 when no more often than chance has it.

    Args:
        together: in how many episodes both stand, above 0.
        one, other: in how many each stands.
        total: how many episodes there are.

    >>> normalized_pmi(2, 2, 2, 8), normalized_pmi(1, 2, 4, 8)
    (1.0, 0.0)
    """
    # A pair that stands in every episode tells nothing: 0, where the quotient has no value.
    most = -math.log(together / total)
    return math.log(together * total / (one * other)) / most if most else 0.0


def local_mutual_information(weighted: float, lift: float) -> float:
    """Local mutual information in nats, as :attr:`CoMention.local_mutual_information` tells.

    >>> local_mutual_information(3, 1.0), round(local_mutual_information(2, math.e), 9), local_mutual_information(0, 0)
    (0.0, 2.0, 0.0)
    """
    return weighted * math.log(lift) if lift > 0 else 0.0


def expected_counts(outlines: Iterable[EpisodeSummary]) -> dict[str, float]:
    """Id of an entity -> how many episodes truly mention it: the sum of confidences."""
    found: dict[str, float] = defaultdict(float)
    for outline in outlines:
        for id_, sure in outline.mentions.items():
            found[id_] += sure
    return found


class AssociatedEntity(msgspec.Struct, frozen=True):
    """What stands beside something: the measures of :class:`CoMention`, of one end."""

    id: str
    episodes: int
    weighted: float
    lift: float
    association: float

    @property
    def strength(self) -> float:
        """As that of a :class:`CoMention`."""
        return local_mutual_information(self.weighted, self.lift)


def associated_with(
    outlines: Mapping[str, EpisodeSummary],
    own: Mapping[str, float],
    every: Mapping[str, float],
    types: Collection[str] = (),
) -> Iterator[AssociatedEntity]:
    """What some episodes mention, held against what all do; in no particular order.

    Args:
        outlines: all episodes, by slug.
        own: slugs of the episodes, with how sure it is that each counts; not empty.
        every: :func:`expected_counts` of all episodes.
        types: of what is looked at; empty for all.
    """
    counts: Counter[str] = Counter()
    together: dict[str, float] = defaultdict(float)
    wanted = tuple(f"{type_}/" for type_ in types) or ("",)
    for slug, sure in own.items():
        for other, theirs in outlines[slug].mentions.items():
            if other.startswith(wanted):
                counts[other] += 1
                together[other] += sure * theirs
    mine, total = math.fsum(own.values()), len(outlines)
    for id_, episodes in counts.items():
        weighted = together[id_]
        lift = weighted * total / (mine * every[id_])
        tied = normalized_pmi(weighted, mine, every[id_], total)
        yield AssociatedEntity(id_, episodes, weighted, lift, tied)


def count_co_mentions(
    outlines: Collection[EpisodeSummary],
    types: Collection[str] = ("company",),
    min_shared: int = MIN_SHARED_EPISODES,
    min_each: int = 1,
    entity_ids: Container[str] | None = None,
) -> Iterator[CoMention]:
    """Every pair of entities that share episodes, by ids.

    Args:
        outlines: the episodes to look at.
        types: of entities that count; empty for all.
        least: episodes that both share, at the least.
        least_each: episodes that mention each of the two, at the least.
        only: ids of entities that count, if not all of the types do.
    """
    episodes = Counter(id_ for outline in outlines for id_ in outline.mentions)
    wanted = tuple(f"{type_}/" for type_ in types) or ("",)
    # Numbers in the order of the ids: pairs of them are counted twice as fast as pairs of texts.
    ids = sorted(
        id_
        for id_, n in episodes.items()
        if n >= min_each and id_.startswith(wanted) and (entity_ids is None or id_ in entity_ids)
    )
    number = {id_: n for n, id_ in enumerate(ids)}
    standing = [
        {number[id_]: o.mentions[id_] for id_ in sorted(o.mentions) if id_ in number}
        for o in outlines
    ]
    counts: Counter[tuple[int, int]] = Counter()
    for sure in standing:
        counts.update(combinations(sure, 2))
    kept = sorted(pair for pair, count in counts.items() if count >= min_shared)
    sums = _sum_pairs(standing, [outline.show for outline in outlines], frozenset(kept))
    singles = dict.fromkeys(range(len(ids)), 0.0)
    for sure in standing:
        for one, confidence in sure.items():
            singles[one] += confidence
    total = len(standing)
    for one, other in kept:
        weighted, surest, _, widespread = sums[one, other]
        lift = weighted * total / (singles[one] * singles[other])
        yield CoMention(
            ids[one],
            ids[other],
            counts[one, other],
            weighted,
            lift,
            normalized_pmi(weighted, singles[one], singles[other], total),
            surest,
            widespread,
        )


PairSum = tuple[float, float, str, bool]
"""Of a pair, over episodes: the sum of its confidences, the highest of them, the show of the
first, and whether another show brings it together as well."""


def _sum_pairs(
    standing: Iterable[dict[int, float]], shows: Iterable[str], kept: frozenset[tuple[int, int]]
) -> dict[tuple[int, int], PairSum]:
    sums: dict[tuple[int, int], PairSum] = {}
    for number, (sure, show) in enumerate(zip(standing, shows, strict=True)):
        # An episode whose show is not known may be of any: a show of its own.
        here = show or str(number)
        for pair in kept.intersection(combinations(sure, 2)):
            both = sure[pair[0]] * sure[pair[1]]
            weighted, surest, first, widespread = sums.get(pair, (0.0, 0.0, here, False))
            sums[pair] = (
                weighted + both,
                both if both > surest else surest,
                first,
                widespread or here != first,
            )
    return sums


def count_by_month(
    outlines: Iterable[EpisodeSummary], min_episodes: int = MIN_DATED_EPISODES
) -> Iterator[MonthlyCount]:
    """Episodes by month, of all and of each thing that ``least`` of them mention."""
    months: dict[str, Counter[str]] = defaultdict(Counter)
    for outline in outlines:
        if outline.month:
            months[""][outline.month] += 1
            for id_ in outline.mentions:
                months[id_][outline.month] += 1
    for id_, counts in sorted(months.items()):
        if not id_ or counts.total() >= min_episodes:
            for month, episodes in sorted(counts.items()):
                yield MonthlyCount(month, id_, episodes)


def count_shows(outlines: Iterable[EpisodeSummary]) -> dict[str, int]:
    """How many different shows mention each thing; 0 is left out."""
    shows: dict[str, set[str]] = defaultdict(set)
    for outline in outlines:
        if outline.show:
            for id_ in outline.mentions:
                shows[id_].add(outline.show)
    return {id_: len(names) for id_, names in shows.items()}
