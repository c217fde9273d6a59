"""Comparisons: of what is talked about in two months, and of the graph with the last build's.

Months are compared in the shows that both hold (:mod:`kgraph.graph.shares`); shares are in
hundredths. Builds are compared by :mod:`kgraph.graph.diff`.
"""

from __future__ import annotations

from itertools import pairwise

from kgraph.base.errors import InputError
from kgraph.base.text import pluralize
from kgraph.graph.diff import CHANGE_NOUNS
from kgraph.graph.rises import Rise, find_rises
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
    calendar = ShowCalendar(shared.summaries)
    before, after = _choose_months(calendar, arguments)
    months = [summary.month for summary in shared.summaries.values()]
    totals = months.count(before), months.count(after)
    findings = []
    rises, _ = _find_company_rises(store, calendar, (before, after), arguments)
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


def _choose_months(calendar: ShowCalendar, arguments: QueryArguments) -> tuple[str, str]:
    return calendar.choose_months(text_arg(arguments, "before"), text_arg(arguments, "after"))


def _find_company_rises(
    store: Store, calendar: ShowCalendar, months: tuple[str, str], arguments: QueryArguments
) -> tuple[list[Rise], int]:
    return find_rises(
        store.shared.entities,
        store.shared.summaries,
        calendar,
        *months,
        type_="company",
        min_episodes=int_arg(arguments, "minEpisodes"),
    )


def explain_no_risers(store: Store, arguments: QueryArguments) -> str:
    """Tell why no company rose between two months, and which months have some; "" if one rose."""
    calendar = ShowCalendar(store.shared.summaries)
    months = _choose_months(calendar, arguments)
    rises, compared = _find_company_rises(store, calendar, months, arguments)
    if rises:
        return ""
    companies = pluralize(compared, "company", "companies")
    words = (
        f"no company rose from {months[0]} to {months[1]} by more than chance explains: of "
        f"{companies} compared, with at least {int_arg(arguments, 'minEpisodes')} episodes in "
        "either month"
    )
    dated = sorted(month for month in calendar.all if calendar.get_shows(month))
    for pair in reversed([*pairwise(dated)]):
        count = len(_find_company_rises(store, calendar, pair, arguments)[0])
        if count:
            return f"{words}; before={pair[0]} and after={pair[1]} show {count}"
    return words


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
