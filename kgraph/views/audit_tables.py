"""Every decision, one row each, for people who check and programs that score.

Takes a graph, gives :class:`RowTable` values: column names and rows of plain values; for the
library as an :class:`Audit`, which is a table for notebooks, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

import msgspec

from kgraph.base import dataframes
from kgraph.base.errors import InputError
from kgraph.base.model import REJECTED, Reason
from kgraph.graph import EpisodeGraph, Graph, MentionEdge, RowDecision
from kgraph.graph.accounting import Accounting, account_rows
from kgraph.query.table import RowTable, TableCell


def tabulate_mentions(graph: Graph) -> RowTable:
    """One row for every entry of ``companies``: what it was taken for, how sure, and why.

    ``entity`` is empty where the entry was rejected (type ``noise``) or could not be read.
    An entry that names several things has them all, separated by `` | ``. ``advert`` is the
    probability that the episode names it in adverts alone.
    """
    columns = (
        "file",
        "index",
        "surface",
        "entity",
        "label",
        "type",
        "confidence",
        "rule",
        "detail",
        "advert",
    )
    return RowTable(columns, (row for episode in graph for row in _iterate_mentions(episode)))


def _iterate_mentions(episode: EpisodeGraph) -> Iterator[tuple[TableCell, ...]]:
    found: dict[tuple[int, int], list[tuple[MentionEdge, RowDecision]]] = defaultdict(list)
    for mention in episode.mentions:
        for row in mention.rows:
            found[row.file, row.index].append((mention, row))
    for number, file in enumerate(episode.files):
        for index in range(file.row_counts.get("companies", 0)):
            decisions = found.get((number, index))
            cells = (
                _decision_cells(decisions)
                if decisions
                else ("", "", "", REJECTED, 1.0, "unreadable", "", 0.0)
            )
            yield (file.file, index, *cells)


def _decision_cells(decisions: list[tuple[MentionEdge, RowDecision]]) -> tuple[TableCell, ...]:
    accepted = [mention for mention, _ in decisions if mention.is_accepted]
    first, row = decisions[0]
    return (
        row.surface,
        " | ".join(mention.target for mention in accepted),
        " | ".join(mention.label for mention in accepted) or first.label,
        first.type,
        round(row.confidence, 4),
        row.rule,
        join_reasons(row.reasons),
        max(mention.advert for mention, _ in decisions),
    )


def join_reasons(reasons: Iterable[Reason]) -> str:
    """A breakdown on one line."""
    return "; ".join(map(str, reasons))


def tabulate_shows(graph: Graph) -> RowTable:
    """One row for every file: the show it belongs to (empty: undecided), how sure, and why."""
    return RowTable(
        ("file", "show", "confidence", "evidence"),
        (
            (
                file.file,
                episode.show.label if episode.show else "",
                round(episode.show.confidence, 4) if episode.show else "",
                join_reasons(episode.show.reasons) if episode.show else "",
            )
            for episode in graph
            for file in episode.files
        ),
    )


def tabulate_quotes(graph: Graph) -> RowTable:
    """One row for every quote: in how many episodes it stands, relevance, advert and why."""
    return RowTable(
        ("quote", "episodes", "relevance", "advert", "reasons", "text"), _iterate_quotes(graph)
    )


def _iterate_quotes(graph: Graph) -> Iterator[tuple[TableCell, ...]]:
    seen: dict[str, tuple[int, float]] = {}
    for episode in graph:
        for occurrence in episode.occurrences:
            count, best = seen.get(occurrence.quote, (0, 0.0))
            seen[occurrence.quote] = (count + 1, max(best, occurrence.relevance))
    for episode in graph:
        for quote in episode.quotes:
            count, best = seen[quote.key]
            reasons = join_reasons(quote.reasons)
            yield (quote.id, count, round(best, 3), round(quote.advert, 3), reasons, quote.text)


def tabulate_themes(graph: Graph) -> RowTable:
    """One row for every topic string of quotes: the theme it was filed under, and its count."""
    return RowTable(
        ("theme", "label", "string", "rows", "broader"),
        (
            (id_, term.label, spelling, count, term.broader)
            for id_, term in graph.shared.themes.items()
            for spelling, count in term.spellings.items()
        ),
    )


def tabulate_rows(graph: Graph) -> RowTable:
    """The accounting: rows in = accepted + merged + rejected (by rule) + unreadable."""
    total = Accounting()
    for episode in graph:
        total.add(account_rows(episode))
    return RowTable(("list", "outcome", "rows"), list(_iterate_accounting(total)))


def _iterate_accounting(total: Accounting) -> Iterator[tuple[TableCell, ...]]:
    for name, outcome in sorted(total.lists.items()):
        yield name, "in", outcome.rows
        yield name, "accepted", outcome.accepted
        yield name, "merged", outcome.merged
        for rule, count in sorted(outcome.rejected.items()):
            yield name, f"rejected: {rule}", count
        yield name, "unreadable", outcome.unreadable


AUDITS: dict[str, Callable[[Graph], RowTable]] = {
    "mentions": tabulate_mentions,
    "shows": tabulate_shows,
    "quotes": tabulate_quotes,
    "themes": tabulate_themes,
    "rows": tabulate_rows,
}
"""By the name that ``kgraph audit`` takes."""

AuditName = Literal["mentions", "shows", "quotes", "themes", "rows"]
"""The names of :data:`AUDITS`."""


class Audit(msgspec.Struct, dataframes.TableMixin, frozen=True):
    """The rows of an audit: iterating gives each as a dictionary, by column."""

    columns: tuple[str, ...]
    rows: list[tuple[TableCell, ...]]

    def __repr__(self) -> str:
        return f"<Audit: {len(self.rows):,} rows of {', '.join(self.columns)}>"

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, TableCell]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def _table(self) -> dataframes.TableData:
        """Columns and rows, for data frames and notebooks."""
        return self.columns, self.rows


def run_audit(graph: Graph, what: str) -> Audit:
    """List every decision of one kind.

    Args:
        graph: what to look through.
        what: one of :data:`AUDITS`.

    Raises:
        InputError: there is no such audit.
    """
    table = find_audit(what)(graph)
    return Audit(table.columns, list(table.rows))


def find_audit(what: str) -> Callable[[Graph], RowTable]:
    """Return the function of an audit.

    Args:
        what: one of :data:`AUDITS`.

    Raises:
        InputError: there is no such audit.
    """
    if what not in AUDITS:
        raise InputError(f"audit {what}: no such audit; choose one of {', '.join(AUDITS)}")
    return AUDITS[what]
