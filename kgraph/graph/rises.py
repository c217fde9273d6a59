"""Entities whose share of episodes rose or fell between two sets of episodes, in the same shows.

Two months or two windows of days are compared by :mod:`kgraph.graph.shares`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from kgraph.graph.records import Entity, EpisodeSummary
from kgraph.graph.shares import ShareChange, ShowCalendar, compare_shares

#: Episodes of one of two periods that mention what is said to have risen or fallen. With three
#: instead, 15 companies of 1,006 real episodes rose from month to month, not 14; of months shuffled
#: within the shows 9.8, not 8.5.
MIN_CHANGE_EPISODES = 5


class Rise(NamedTuple):
    """The change of an entity, with the number of all episodes that mention it before and after."""

    id: str
    before: int
    after: int
    change: ShareChange


def find_rises(
    entities: Mapping[str, Entity],
    summaries: Mapping[str, EpisodeSummary],
    calendar: ShowCalendar,
    before: str,
    after: str,
    *,
    type_: str,
    min_episodes: int,
) -> tuple[list[Rise], int]:
    """Find the entities of a type that rose between two months, the largest rise first.

    Some rise by chance: at most one of forty that are compared. Months shuffled within the shows of
    1,006 real episodes gave one to three of 33 to 67 companies, and the real months none to five.

    Args:
        entities: by id; what every talk names is passed over.
        summaries: of all episodes, by slug.
        calendar: of these episodes.
        min_episodes: as of :func:`compare_mentions`.

    Returns:
        Those that rose, and the number of entities that were compared.
    """
    by_month: dict[str, dict[str, EpisodeSummary]] = {before: {}, after: {}}
    for slug, summary in summaries.items():
        if summary.month in by_month:
            by_month[summary.month][slug] = summary
    compared = list(
        compare_mentions(
            entities,
            calendar,
            by_month[before],
            by_month[after],
            types=(type_,),
            min_episodes=min_episodes,
        )
    )
    rises = [rise for rise in compared if rise.change.direction == "rose"]
    rises.sort(key=lambda rise: (-rise.change.difference, -rise.after, rise.id))
    return rises, len(compared)


def compare_mentions(
    entities: Mapping[str, Entity],
    calendar: ShowCalendar,
    before: Mapping[str, EpisodeSummary],
    after: Mapping[str, EpisodeSummary],
    *,
    types: Collection[str],
    min_episodes: int,
) -> Iterator[Rise]:
    """Yield how the share of episodes that mention an entity changed, for each that enough mention.

    Entities are left out that every talk names, and those of which no show is in both sets.

    Args:
        entities: by id.
        calendar: of all episodes.
        before, after: two sets of episodes by slug, of which those of the calendar are compared.
        types: of the entities.
        min_episodes: of one of both sets, that mention an entity.
    """
    prefixes = tuple(f"{type_}/" for type_ in types)
    totals: list[Counter[str]] = [Counter(), Counter()]
    counts: list[dict[str, Counter[str]]] = [{}, {}]
    all_: list[Counter[str]] = [Counter(), Counter()]
    for number, summaries in enumerate((before, after)):
        for slug, summary in summaries.items():
            ids = [
                id_
                for id_ in summary.mentions
                if id_.startswith(prefixes) and not entities[id_].is_generic
            ]
            totals[number].update(ids)
            if slug in calendar.cells:
                show = calendar.cells[slug][1]
                all_[number][show] += 1
                for id_ in ids:
                    counts[number].setdefault(id_, Counter())[show] += 1
    for id_ in sorted(totals[0].keys() | totals[1].keys()):
        hits = [by_id.get(id_, Counter()) for by_id in counts]
        change = compare_shares(hits[0], all_[0], hits[1], all_[1])
        if change is not None and max(totals[0][id_], totals[1][id_]) >= min_episodes:
            yield Rise(id_, totals[0][id_], totals[1][id_], change)
