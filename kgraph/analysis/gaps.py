"""Gaps: groups of names that are both spoken of in a window of days, and seldom together.

Groups are communities (Louvain) within the clusters of :mod:`kgraph.analysis.co_mentions`, so they
are those of the whole graph. An episode speaks of a group if it mentions several of its members.
Two groups have a gap if fewer episodes speak of both than chance would bring together, by the exact
test of Fisher (1922, "On the interpretation of χ² from contingency tables", Journal of the Royal
Statistical Society 85).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations
from math import comb

import msgspec

from kgraph.analysis.co_mentions import MIN_GROUP_MEMBERS, EntityNetwork
from kgraph.analysis.window_names import EVIDENCE_EPISODES, NEWS_TYPES, split_window
from kgraph.graph import EpisodeSummary, SharedData
from kgraph.graph.cooccurrence import AssociatedEntity, associated_with, expected_counts
from kgraph.graph.windows import Summaries
from kgraph.query.parameters import QueryArguments, int_arg
from kgraph.query.table import Finding, Findings, TableCell
from kgraph.store import Store

#: Members of a group that an episode mentions which speaks of it: as many as any group has.
MIN_NAMED_MEMBERS = MIN_GROUP_MEMBERS
MIN_GROUP_EPISODES = 5  #: of the window that speak of each group of a gap

MAX_GAP_PROBABILITY = 0.025  #: that chance brings so few together: one side of a 95 % interval

NAMING_MEMBERS = 4  #: names that tell which group is meant
MAX_BRIDGES = 3  #: names that stand between two groups
MIN_BRIDGE_EPISODES = 2  #: with each group, that mention such a name

GAP_COLUMNS = (
    *("group", "other", "members", "otherMembers"),
    *("episodes", "otherEpisodes", "both", "expected", "probability"),
    *("shows", "otherShows", "bothShows", "bridges"),
)


class Gap(msgspec.Struct, frozen=True):
    """Two groups that seldom meet.

    Attributes:
        one, other: ids of the members of each group.
        slugs: episodes that speak of the one, of the other, and of both.
        expected: number of episodes with both by chance.
        probability: of as few by chance.
    """

    one: frozenset[str]
    other: frozenset[str]
    slugs: tuple[frozenset[str], frozenset[str], frozenset[str]]
    expected: float
    probability: float

    @property
    def missing(self) -> float:
        """Number of episodes with both that chance would add."""
        return self.expected - len(self.slugs[2])


def fisher_probability(together: int, first: int, second: int, total: int) -> float:
    """Return the probability that chance brings at most so many episodes together.

    Arguments are counts of episodes: with both, with each, and of all.

    >>> round(fisher_probability(0, 5, 5, 10), 4), fisher_probability(5, 5, 5, 10)
    (0.004, 1.0)
    """
    ways = sum(comb(first, n) * comb(total - first, second - n) for n in range(together + 1))
    return ways / comb(total, second)


def list_gaps(groups: Sequence[frozenset[str]], summaries: Summaries) -> list[Gap]:
    """Return the gaps between groups in some episodes, those that miss most episodes first.

    A group is in one gap only, its largest.
    """
    speaking = {
        group: frozenset(
            slug
            for slug, summary in summaries.items()
            if len(group & summary.mentions.keys()) >= MIN_NAMED_MEMBERS
        )
        for group in groups
    }
    large = [group for group in groups if len(speaking[group]) >= MIN_GROUP_EPISODES]
    gaps = []
    for one, other in combinations(large, 2):
        both = speaking[one] & speaking[other]
        counts = len(speaking[one]), len(speaking[other])
        expected = counts[0] * counts[1] / len(summaries)
        if len(both) < expected:
            probability = fisher_probability(len(both), *counts, len(summaries))
            if probability <= MAX_GAP_PROBABILITY:
                slugs = (speaking[one], speaking[other], both)
                gaps.append(Gap(one, other, slugs, expected, probability))
    gaps.sort(key=lambda gap: (-gap.missing, sorted(gap.one), sorted(gap.other)))
    used: set[frozenset[str]] = set()
    chosen = []
    for gap in gaps:
        if used.isdisjoint((gap.one, gap.other)):
            used |= {gap.one, gap.other}
            chosen.append(gap)
    return chosen


def find_gaps(store: Store, arguments: QueryArguments) -> Findings:
    """List the gaps of a window, with the names that stand between the groups; the score is the
    number of missing episodes.

    Raises:
        InputError: as of :func:`kgraph.analysis.window_names.split_window`.
    """
    shared = store.shared
    inside = split_window(store, arguments).inside
    groups = EntityNetwork.cached_for(shared).groups
    large = [group for group in groups if len(group) >= int_arg(arguments, "minMembers")]
    rows = [_gap_finding(shared, inside, gap) for gap in list_gaps(large, inside)]
    return Findings(GAP_COLUMNS, rows)


def _gap_finding(shared: SharedData, inside: Summaries, gap: Gap) -> Finding:
    bridges = rank_bridges(shared, inside, gap)
    names = [
        f"{shared.entities[first.id].label} ({first.episodes} and {second.episodes})"
        for first, second in bridges
    ]
    shows = [{inside[slug].show for slug in slugs} - {""} for slugs in gap.slugs]
    cells: tuple[TableCell, ...] = (
        *(_name_group(shared, group) for group in (gap.one, gap.other)),
        *(len(gap.one), len(gap.other)),
        *map(len, gap.slugs),
        *(gap.expected, gap.probability),
        *(len(shows[0]), len(shows[1]), len(shows[0] & shows[1])),
        ", ".join(names),
    )
    ids = [first.id for first, _ in bridges]
    return Finding(cells, (*ids, *_choose_bridging_episodes(inside, gap)), gap.missing)


def _name_group(shared: SharedData, group: Collection[str]) -> str:
    ranked = sorted(group, key=lambda id_: (-shared.entities[id_].episodes, id_))
    return ", ".join(shared.entities[id_].label for id_ in ranked[:NAMING_MEMBERS])


def _choose_bridging_episodes(inside: Summaries, gap: Gap) -> list[str]:
    """Return the ids of the episodes that mention most of both groups, at least one of each."""

    def count(summary: EpisodeSummary) -> tuple[int, int]:
        one, other = (len(group & summary.mentions.keys()) for group in (gap.one, gap.other))
        return min(one, other), one + other

    ranked = sorted(inside, key=lambda slug: (*(-n for n in count(inside[slug])), slug))
    return [f"episode/{slug}" for slug in ranked[:EVIDENCE_EPISODES] if count(inside[slug])[0]]


def rank_bridges(
    shared: SharedData, inside: Summaries, gap: Gap
) -> list[tuple[AssociatedEntity, AssociatedEntity]]:
    """Return the names closest to both groups: association with the episodes of each.

    They are ranked by the weaker of both associations, as in the question ``beside-both``.
    """
    expected = expected_counts(inside.values())
    sides: list[Mapping[str, AssociatedEntity]] = [
        {
            pair.id: pair
            for pair in associated_with(
                inside, dict.fromkeys(sorted(slugs), 1.0), expected, NEWS_TYPES
            )
            if pair.episodes >= MIN_BRIDGE_EPISODES and not shared.entities[pair.id].is_generic
        }
        for slugs in gap.slugs[:2]
    ]
    common = [(sides[0][id_], sides[1][id_]) for id_ in sides[0].keys() & sides[1].keys()]
    common.sort(key=lambda both: (-min(pair.association for pair in both), both[0].id))
    return common[:MAX_BRIDGES]
