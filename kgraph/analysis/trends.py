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
)


def find_rising_companies(store: Store, arguments: QueryArguments) -> Findings:
    """Find the companies that rose between two months, the largest rise first: the score is its
    size in the shows of both months.

    Raises:
        InputError: both months are the same.
    """
    before, after = text_arg(arguments, "before"), text_arg(arguments, "after")
    if before == after:
        raise InputError(f"after={after}: give two different months", parameter="after")
    shared = store.shared
    months = [summary.month for summary in shared.summaries.values()]
    totals = months.count(before), months.count(after)
    calendar, least = ShowCalendar(shared.summaries), int_arg(arguments, "minEpisodes")
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
        findings.append(Finding((*cells, change.shows), (rise.id,), change.difference))
    return Findings(RISER_COLUMNS, findings)
