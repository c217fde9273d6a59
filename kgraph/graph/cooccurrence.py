"""Pairs of things, months and shows, counted over all episodes.

Takes summaries of recordings; gives counts. Pairs are measured by lift, the ratio of observed to
expected episodes, and ranked by :func:`association_score`, which trusts a lift of few episodes
less. Pages, commands, the atlas and agents list the pairs that :func:`is_tie` accepts, in this
order.

Invariants:
    * an episode counts once, however many rows it has, and not for mentions in adverts alone;
    * a pair is named by its two ids in ascending order;
    * a month counts only episodes whose date of publication is known.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Set
from itertools import combinations

import msgspec

from kgraph.graph.records import Entity, EpisodeSummary

#: Episodes that a pair must share. Five pairs in six share only one, which is often an accident,
#: and would make the statistics seven times as large.
MIN_SHARED_EPISODES = 2
#: Pairs of all episodes that are counted at a time, but for those of one thing: 200 bytes each.
MAX_COUNTED_PAIRS = 2_000_000
MIN_DATED_EPISODES = 3  #: of a thing, for its months to be counted

MIN_TIE_EPISODES = 3  #: episodes that two things of a tie share
MIN_TIE_SHOWS = 2  #: shows of these episodes
SHRINKAGE_EPISODES = 0.5  #: added to observed and expected episodes (Norén et al. 2013)


class CoMention(msgspec.Struct, frozen=True):
    """Two things that episodes mention together."""

    source: str  #: id, less than the target's
    target: str  #: id
    episodes: int
    weighted: float  #: expected number of episodes: the sum of products of both confidences
    lift: float  #: how many times more often than by chance, from weighted counts
    association: float  #: :func:`association_score` of the weighted counts, in [-1, 1]
    #: Probability that at least one episode mentions both: that of the surest. Errors of several
    #: episodes are often one error, and this bound (Fréchet's) holds whatever their dependence.
    confidence: float = 0.0
    #: Whether episodes of several shows mention both; an unknown show counts as one of its own. A
    #: pair of one show alone is often its cast. In a graph of one show every pair is widespread.
    is_widespread: bool = False


class AssociatedEntity(msgspec.Struct, frozen=True):
    """An entity next to another, with the measures of :class:`CoMention`."""

    id: str
    episodes: int
    weighted: float
    lift: float
    association: float
    is_widespread: bool


class MonthlyCount(msgspec.Struct, frozen=True):
    """The number of episodes of a month that mention a thing."""

    month: str  #: such as ``2025-09``
    entity_id: str  #: "" for all episodes
    episodes: int


def association_score(together: float, first: float, second: float, total: float) -> float:
    """Return how surely two things are together more often than by chance, from counts of episodes.

    The score is (l - 1) / (l + 1), where l is the lower 95 % limit of the lift, shrunk towards 1:
    two to the power of the IC025 of Norén, Hopstadius and Bate (2013, "Shrinkage
    observed-to-expected ratios for robust and transparent large-scale pattern discovery",
    Statistical Methods in Medical Research 22). Their standard deviation is that of a Poisson
    distribution; here it is that of the hypergeometric one, which is smaller if either thing is
    in many of the episodes. So 0 stands for chance, 1/3 for at least twice and 1/2 for at least
    three times as often, and the score is in (-1, 1).

    >>> round(association_score(3, 3, 150, 1000), 2), round(association_score(60, 70, 150, 1000), 2)
    (-0.01, 0.62)
    >>> round(association_score(2, 2, 4, 4), 2), round(association_score(1, 2, 4, 8), 2)
    (0.0, -0.67)
    """
    expected, observed = first * second / total, together + SHRINKAGE_EPISODES
    spread = math.sqrt(max(0.0, (1 - first / total) * (1 - second / total)))
    bits = math.log2(observed / (expected + SHRINKAGE_EPISODES))
    bits -= spread * (3.3 * observed**-0.5 + 2 * observed**-1.5)
    return math.tanh(bits * math.log(2) / 2)


def is_tie(pair: CoMention | AssociatedEntity) -> bool:
    """Return whether a pair is listed: several episodes of several shows, more than by chance.

    An association of at most 0 says that it may be chance.
    """
    return pair.episodes >= MIN_TIE_EPISODES and pair.is_widespread and pair.lift > 1


def expected_counts(summaries: Iterable[EpisodeSummary]) -> dict[str, float]:
    """Sum the confidences of the mentions of each entity."""
    counts: dict[str, float] = defaultdict(float)
    for summary in summaries:
        for id_, confidence in summary.mentions.items():
            counts[id_] += confidence
    return counts


def associated_with(
    summaries: Mapping[str, EpisodeSummary],
    subset: Mapping[str, float],
    expected: Mapping[str, float],
    types: Collection[str] = (),
    min_shows: int = MIN_TIE_SHOWS,
) -> Iterator[AssociatedEntity]:
    """Yield the entities that some episodes mention, compared to all episodes, in no order.

    Args:
        summaries: of all episodes, by slug.
        subset: slugs of those episodes, with the confidence that each counts; not empty.
        expected: :func:`expected_counts` of all episodes.
        types: of the entities; empty for all.
        min_shows: of the episodes, for an entity to be widespread; 1 is enough in a graph of one.
    """
    counts: Counter[str] = Counter()
    together: dict[str, float] = defaultdict(float)
    shows: dict[str, set[str]] = defaultdict(set)
    prefixes = _id_prefixes(types)
    for slug, weight in subset.items():
        summary = summaries[slug]
        own_show = summary.show or slug  # an unknown show may be any: it counts as its own
        for id_, confidence in summary.mentions.items():
            if id_.startswith(prefixes):
                counts[id_] += 1
                together[id_] += weight * confidence
                shows[id_].add(own_show)
    size, total = math.fsum(subset.values()), len(summaries)
    min_shows = 1 if is_single_show(summaries.values()) else min_shows
    for id_, episodes in counts.items():
        weighted = together[id_]
        lift = weighted * total / (size * expected[id_])
        score = association_score(weighted, size, expected[id_], total)
        yield AssociatedEntity(id_, episodes, weighted, lift, score, len(shows[id_]) >= min_shows)


def count_co_mentions(
    summaries: Collection[EpisodeSummary],
    types: Collection[str] = ("company",),
    min_shared: int = MIN_SHARED_EPISODES,
    min_each: int = 1,
    entity_ids: Container[str] | None = None,
    *,
    either: Collection[str] | None = None,
) -> Iterator[CoMention]:
    """Yield every pair of entities that share episodes, by ids.

    Args:
        types: of the entities; empty for all.
        min_shared: episodes that mention both.
        min_each: episodes that mention each.
        entity_ids: of the entities that count; None for all.
        either: ids of which a pair has one at least; None for all pairs.
    """
    prefixes = _id_prefixes(types)
    counting: Collection[EpisodeSummary] = summaries
    if either is not None:  # the others have no such pair
        either = frozenset(either)
        counting = [s for s in summaries if not either.isdisjoint(s.mentions)]
    candidates = {id_ for s in counting for id_ in s.mentions if id_.startswith(prefixes)}
    if not candidates:
        return
    episodes: Counter[str] = Counter()
    expected: dict[str, float] = dict.fromkeys(candidates, 0.0)
    for summary in summaries:
        for id_ in candidates & summary.mentions.keys():
            episodes[id_] += 1
            expected[id_] += summary.mentions[id_]
    least = max(min_each, min_shared)  # what fewer episodes mention has no such pair
    ids = sorted(
        id_
        for id_, n in episodes.items()
        if n >= least and (entity_ids is None or id_ in entity_ids)
    )
    # Numbers in the order of the ids: pairs of them are counted twice as fast as pairs of texts.
    number = {id_: n for n, id_ in enumerate(ids)}
    mentions = [
        {number[id_]: s.mentions[id_] for id_ in sorted(s.mentions) if id_ in number}
        for s in counting
    ]
    total = len(summaries)
    wanted = {number[id_] for id_ in (ids if either is None else either) if id_ in number}
    shows = [summary.show for summary in counting]
    is_single = is_single_show(summaries)
    for sources in _split_sources(mentions, len(ids)):
        counts: Counter[tuple[int, int]] = Counter()
        for confidences in mentions:
            counts.update(_list_pairs(confidences, sources))
        pairs = sorted(
            pair
            for pair, count in counts.items()
            if count >= min_shared and not wanted.isdisjoint(pair)
        )
        sums = _sum_pairs(mentions, shows, sources, frozenset(pairs))
        for pair in pairs:
            source, target = (ids[n] for n in pair)
            first, second = expected[source], expected[target]
            weighted, surest, _, is_widespread = sums[pair]
            lift = weighted * total / (first * second)
            score = association_score(weighted, first, second, total)
            count, spread = counts[pair], is_widespread or is_single
            yield CoMention(source, target, count, weighted, lift, score, surest, spread)


def _split_sources(mentions: Iterable[dict[int, float]], count: int) -> Iterator[range]:
    """Split the numbers below a count into ranges of few pairs that begin with one of a range."""
    pairs = [0] * count
    for confidences in mentions:
        for later, number in enumerate(reversed(confidences)):
            pairs[number] += later
    start = total = 0
    for number, own in enumerate(pairs):
        if total + own > MAX_COUNTED_PAIRS and number > start:
            yield range(start, number)
            start, total = number, 0
        total += own
    yield range(start, count)


def _list_pairs(confidences: dict[int, float], sources: range) -> Iterable[tuple[int, int]]:
    """Return the pairs of ascending numbers of which the first is in a range."""
    numbers = list(confidences)
    start, stop = bisect_left(numbers, sources.start), bisect_left(numbers, sources.stop)
    if start == 0 and stop == len(numbers):
        return combinations(numbers, 2)
    return ((numbers[i], other) for i in range(start, stop) for other in numbers[i + 1 :])


def rank_ties(
    summaries: Mapping[str, EpisodeSummary],
    entities: Mapping[str, Entity],
    subset: Mapping[str, float],
    expected: Mapping[str, float],
    types: Collection[str] = (),
    *,
    excluded: str = "",
    min_shows: int = MIN_TIE_SHOWS,
) -> list[AssociatedEntity]:
    """Return the entities that have a tie with some episodes, the strongest association first.

    Arguments are those of :func:`associated_with`, with the entities by id, of which generic ones
    (:data:`kgraph.graph.records.GENERIC_KINDS`) are left out, and so is ``excluded``. None for no
    episodes.
    """
    if not subset:
        return []
    pairs = associated_with(summaries, subset, expected, types, min_shows)
    ties = [
        pair
        for pair in pairs
        if pair.id != excluded and is_tie(pair) and not entities[pair.id].is_generic
    ]
    return sorted(ties, key=lambda pair: (-pair.association, -pair.episodes, pair.id))


def is_single_show(summaries: Iterable[EpisodeSummary]) -> bool:
    """Return whether all episodes are of one show, or of no known one."""
    return len({summary.show for summary in summaries}) <= 1


def _id_prefixes(types: Collection[str]) -> tuple[str, ...]:
    return tuple(f"{type_}/" for type_ in types) or ("",)


#: (sum of confidences, highest of them, show of the first episode, whether another show follows)
_PairSum = tuple[float, float, str, bool]


def _sum_pairs(
    mentions: Iterable[dict[int, float]],
    shows: Iterable[str],
    sources: range,
    pairs: frozenset[tuple[int, int]],
) -> dict[tuple[int, int], _PairSum]:
    sums: dict[tuple[int, int], _PairSum] = {}
    for number, (confidences, show) in enumerate(zip(mentions, shows, strict=True)):
        own_show = show or str(number)  # an unknown show may be any: it counts as its own
        for pair in pairs.intersection(_list_pairs(confidences, sources)):
            both = confidences[pair[0]] * confidences[pair[1]]
            weighted, surest, first, is_widespread = sums.get(pair, (0.0, 0.0, own_show, False))
            is_widespread = is_widespread or own_show != first
            sums[pair] = (weighted + both, max(both, surest), first, is_widespread)
    return sums


def find_recounted_things(
    old: Mapping[str, EpisodeSummary], new: Mapping[str, EpisodeSummary]
) -> Set[str] | None:
    """Return the ids of all things whose months or counts of pairs may differ, "" if any month may.

    None stands for all: the number of episodes is part of the measures of every pair.

    Args:
        old, new: summaries of two states of a graph, by slug.
    """
    if len(old) != len(new):
        return None
    missing, things = EpisodeSummary((), ""), set[str]()
    for slug in old.keys() | new.keys():
        before, after = old.get(slug, missing), new.get(slug, missing)
        if before is after:
            continue
        if before.month != after.month:
            things.update(("",), before.mentions, after.mentions)
        elif before.mentions != after.mentions:
            things.update(id_ for id_, _ in before.mentions.items() ^ after.mentions.items())
    return things


def count_by_month(
    summaries: Iterable[EpisodeSummary],
    min_episodes: int = MIN_DATED_EPISODES,
    *,
    ids: Set[str] | None = None,
) -> Iterator[MonthlyCount]:
    """Yield the episodes by month, of all and of each thing that enough of them mention.

    Args:
        ids: of the things, "" for all episodes; None for all of these.
    """
    months: dict[str, dict[str, int]] = defaultdict(dict)
    every = {""} if ids is None or "" in ids else set()
    for summary in summaries:
        things = summary.mentions.keys()
        counted = every.union(things if ids is None else things & ids)
        if counted and (month := summary.month):
            for id_ in counted:
                counts = months[id_]
                counts[month] = counts.get(month, 0) + 1
    for id_, counts in sorted(months.items()):
        if not id_ or sum(counts.values()) >= min_episodes:
            for month, episodes in sorted(counts.items()):
                yield MonthlyCount(month, id_, episodes)


def count_mentioning_shows(summaries: Iterable[EpisodeSummary]) -> dict[str, int]:
    """Count the shows that mention each thing, of things that any does."""
    shows: dict[str, set[str]] = defaultdict(set)
    for summary in summaries:
        if summary.show:
            for id_ in summary.mentions:
                shows[id_].add(summary.show)
    return {id_: len(names) for id_, names in shows.items()}
