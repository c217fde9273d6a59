"""Entities that are mentioned more often than before, whatever shows the months hold.

The months are compared in the shows that both hold (:mod:`kgraph.graph.shares`). Shares are in
hundredths.
"""

from __future__ import annotations

from kgraph.base.errors import InputError
from kgraph.graph.shares import ShowCalendar, find_rises
from kgraph.query.parameters import QueryArguments, int_arg, text_arg
from kgraph.query.share_columns import INTERVAL_COLUMNS, to_hundredths
from kgraph.query.table import Finding, Findings, TableCell
from kgraph.store import Store

RISER_COLUMNS = (
    "name",
    "from",
    "to",
    "shareBefore",
    "shareAfter",
    "rise",
    *INTERVAL_COLUMNS,
    "standardBefore",
    "standardAfter",
    "sameShows",
    "before",
    "after",
)


def find_rising_companies(store: Store, arguments: QueryArguments) -> Findings:
    """Find the companies that rose between two months, the largest rise first: the score is its
    size in the shows of both months.

    Raises:
        InputError: both months are the same, or there are none to choose.
    """
    shared = store.shared
    calendar, least = ShowCalendar(shared.summaries), int_arg(arguments, "minEpisodes")
    before, after = _choose_months(
        calendar, text_arg(arguments, "before"), text_arg(arguments, "after")
    )
    months = [summary.month for summary in shared.summaries.values()]
    totals = months.count(before), months.count(after)
    findings = []
    rises, _ = find_rises(
        shared.entities,
        shared.summaries,
        calendar,
        before,
        after,
        type_="company",
        min_episodes=least,
    )
    for rise in rises:
        change = rise.change
        shares = (
            rise.before / totals[0],
            rise.after / totals[1],
            change.difference,
            *change.interval,
            change.before,
            change.after,
        )
        counts: tuple[TableCell, ...] = (rise.before, rise.after)
        cells = (shared.entities[rise.id].label, *counts, *map(to_hundredths, shares))
        row = (*cells, change.shows, before, after)
        findings.append(Finding(row, (rise.id,), change.difference))
    return Findings(RISER_COLUMNS, findings)


def _choose_months(calendar: ShowCalendar, before: str, after: str) -> tuple[str, str]:
    """Return two months, as given or else the last two that can be compared."""
    if before and before == after:
        raise InputError(f"after={after}: give two different months", parameter="after")
    months = calendar.list_comparable_months()
    if not after:
        after = max((month for month in months if month > before), default="")
    if not before:
        before = max((month for month in months if month < after), default="")
    if not before or not after:
        which = f"with {before or after}" if before or after else "of episodes with a date"
        raise InputError(f"no month to compare {which}: give before=2025-06 and after=2025-09")
    return before, after
