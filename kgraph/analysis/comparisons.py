"""Comparisons: of what is talked about in two months, and of the graph with the last build's.

Months are compared in the shows that both hold (:mod:`kgraph.graph.shares`); shares are in
hundredths. Builds are compared by :mod:`kgraph.graph.diff`.
"""

from __future__ import annotations

from kgraph.base.errors import InputError
from kgraph.base.text import pluralize
from kgraph.graph.diff import Changes
from kgraph.graph.rises import find_rises
from kgraph.graph.shares import ShowCalendar
from kgraph.query.parameters import QueryArguments, int_arg, split_names, text_arg
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


# -- since the last build --------------------------------------------------------

MAX_CHANGED_NAMES = 5  #: names in the sentence on a kind of change

#: Kind of a changed thing -> singular, and plural where it is irregular.
_KIND_NOUNS = {"episode": ("episode",), "entity": ("entity", "entities"), "edge": ("mention",)}


def list_changes(store: Store, arguments: QueryArguments) -> Findings:
    """List every change of some kinds: episodes, entities and edges.

    Raises:
        InputError: there is no such kind.
    """
    text = text_arg(arguments, "what")
    kinds = split_names(text)
    if not kinds or not _KIND_NOUNS.keys() >= set(kinds):
        raise InputError(f"what={text}: choose some of {', '.join(_KIND_NOUNS)}", parameter="what")
    rows = [
        Finding((c.what, c.how, c.label, c.before, c.id), (c.id,))
        for c in store.changes.changes
        if c.what in kinds
    ]
    return Findings(("what", "how", "label", "before", "id"), rows)


def describe_changes(
    changes: Changes, build: str = "this one", earlier: str = "the last build"
) -> list[str]:
    """Return what is compared, and a sentence for each kind of change, with the first names.

    Args:
        build: what the graph is called.
        earlier: what the earlier one is called.

    >>> describe_changes(Changes("", "a"))
    ['There was no build before this one.']
    >>> describe_changes(Changes("a", "a"), "build 2", "build 1")
    ['From build 1 to build 2 nothing changed, and its files have the same content.']
    """
    if not changes.before:
        return [f"There was no build before {build}."]
    is_same = changes.before == changes.after
    input_note = "its files have the same content" if is_same else "its input is another"
    if not changes.changes:
        return [f"From {earlier} to {build} nothing changed, and {input_note}."]
    lines = [f"From {earlier} to {build} ({input_note}):"]
    for (kind, how), count in changes.counts().items():
        changed = [c for c in changes.changes if (c.what, c.how) == (kind, how)]
        names = [
            c.label + (f" (was {c.before})" if c.before else "")
            for c in changed[:MAX_CHANGED_NAMES]
        ]
        more = f", and {left} more" if (left := count - MAX_CHANGED_NAMES) > 0 else ""
        lines.append(f"{pluralize(count, *_KIND_NOUNS[kind])} {how}: {'; '.join(names)}{more}")
    return lines
