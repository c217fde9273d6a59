"""Comparisons: of what is talked about in two months, and of the graph with the last build's.

Months are compared in the shows that both hold (:mod:`kgraph.graph.shares`); shares are in
hundredths. Builds are compared by :mod:`kgraph.graph.diff`.
"""

from __future__ import annotations

from kgraph.base.errors import InputError
from kgraph.graph.diff import CHANGE_NOUNS
from kgraph.graph.rises import find_rises
from kgraph.graph.shares import ShowCalendar
from kgraph.query.parameters import QueryArguments, int_arg, split_keywords, text_arg
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
    before, after = calendar.choose_months(
        text_arg(arguments, "before"), text_arg(arguments, "after")
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


# -- since the previous build ----------------------------------------------------


def list_changes(store: Store, arguments: QueryArguments) -> Findings:
    """List every change of some kinds: episodes, entities, ids and edges.

    Raises:
        InputError: there is no such kind.
    """
    text = text_arg(arguments, "what")
    kinds = split_keywords(text)
    if not kinds or not CHANGE_NOUNS.keys() >= set(kinds):
        raise InputError(f"what={text}: choose some of {', '.join(CHANGE_NOUNS)}", parameter="what")
    rows = [
        Finding((c.what, c.how, c.label, c.before, c.id, c.details), (c.id,))
        for c in store.changes.changes
        if c.what in kinds
    ]
    return Findings(("what", "how", "label", "before", "id", "details"), rows)
