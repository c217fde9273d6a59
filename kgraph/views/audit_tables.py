"""All decisions as tables, for people who check them and programs that score them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

import msgspec

from kgraph.base import dataframes
from kgraph.base.errors import InputError
from kgraph.base.model import REJECTED, InputProblem, Reason
from kgraph.base.text import pluralize
from kgraph.graph import EpisodeGraph, MentionEdge, RowDecision
from kgraph.graph.accounting import Accounting, account_rows
from kgraph.ingest.problems import count_lists_set_aside
from kgraph.query.table import RowTable, TableCell
from kgraph.store import Store
from kgraph.views.undecided_shows import explain_undecided_show

Cells = tuple[TableCell, ...]


def tabulate_mentions(store: Store) -> RowTable:
    """List every entry of ``companies``: what it names, confidence, rule and reasons.

    ``entity`` is empty if the entry was rejected (type ``noise``) or unreadable, and joins the
    ids of several entities by `` | ``. ``advert`` is the probability that only adverts of the
    episode name it.
    """
    columns = (
        *("file", "index", "surface", "entity", "label", "type"),
        *("confidence", "rule", "detail", "advert"),
    )
    return RowTable(columns, (row for episode in store.graph for row in _iterate_mentions(episode)))


def _iterate_mentions(episode: EpisodeGraph) -> Iterator[Cells]:
    decisions: dict[tuple[int, int], list[tuple[MentionEdge, RowDecision]]] = defaultdict(list)
    for mention in episode.mentions:
        for row in mention.rows:
            decisions[row.file, row.index].append((mention, row))
    for number, file in enumerate(episode.files):
        for index in range(file.row_counts.get("companies", 0)):
            entry = decisions.get((number, index))
            if not entry:
                yield (file.file, index, "", "", "", REJECTED, 1.0, "unreadable", "", 0.0)
                continue
            first, row = entry[0]
            accepted = [mention for mention, _ in entry if mention.is_accepted]
            yield (
                file.file,
                index,
                row.surface,
                " | ".join(mention.target for mention in accepted),
                " | ".join(mention.label for mention in accepted) or first.label,
                first.type,
                round(row.confidence, 4),
                row.rule,
                join_reasons(row.reasons),
                max(mention.advert for mention, _ in entry),
            )


def join_reasons(reasons: Iterable[Reason]) -> str:
    """Return reasons on one line."""
    return "; ".join(map(str, reasons))


def tabulate_shows(store: Store) -> RowTable:
    """List every file: its show, confidence and reasons.

    Where the show is undecided, it and the confidence are empty; the evidence says why, and which
    command decides it.
    """
    rows = ((file.file, *_describe_show(store, e)) for e in store.graph for file in e.files)
    return RowTable(("file", "show", "confidence", "evidence"), rows)


def _describe_show(store: Store, episode: EpisodeGraph) -> Cells:
    if show := episode.show:
        return show.label, round(show.confidence, 4), join_reasons(show.reasons)
    undecided = explain_undecided_show(store, episode)
    evidence = ": ".join(filter(None, (undecided.words, join_reasons(undecided.reasons))))
    commands = " or ".join(f"`{command}`" for command in undecided.commands)
    return "", "", f"{evidence}; to decide it: {commands}" if commands else evidence


def tabulate_quotes(store: Store) -> RowTable:
    """List every quote: number of episodes, relevance, advert and reasons."""
    relevances: dict[str, list[float]] = defaultdict(list)
    for episode in store.graph:
        for occurrence in episode.occurrences:
            relevances[occurrence.quote].append(occurrence.relevance)
    return RowTable(
        ("quote", "episodes", "relevance", "advert", "reasons", "text"),
        (
            (
                quote.id,
                len(relevances[quote.key]),
                round(max(0.0, *relevances[quote.key]), 3),
                round(quote.advert, 3),
                join_reasons(quote.reasons),
                quote.text,
            )
            for episode in store.graph
            for quote in episode.quotes
        ),
    )


def tabulate_themes(store: Store) -> RowTable:
    """List every topic string of quotes: its theme and its number of rows."""
    return RowTable(
        ("theme", "label", "string", "rows", "broader"),
        (
            (id_, term.label, spelling, count, term.broader)
            for id_, term in store.shared.themes.items()
            for spelling, count in term.spellings.items()
        ),
    )


def tabulate_rows(store: Store) -> RowTable:
    """Account for all rows: rows in = accepted + merged + rejected (by rule) + unreadable."""
    total = Accounting()
    for episode in store.graph:
        total.add(account_rows(episode))
    return tabulate_accounting(total)


def tabulate_report(report: bytes) -> RowTable:
    """Account for all rows as :func:`tabulate_rows`, by the report of a build alone.

    Args:
        report: :attr:`kgraph.store.Store.report`.
    """
    return tabulate_accounting(msgspec.json.decode(report, type=_ReportRows).rows)


class _ReportRows(msgspec.Struct, frozen=True):
    rows: Accounting


class _ProblemsOfReport(msgspec.Struct, frozen=True):
    problems: list[InputProblem]


def describe_unread_lists(report: bytes) -> str:
    """Tell which lists no row of :func:`tabulate_report` counts; "" if there are none.

    They could not be read as a whole, so it is unknown how many rows they have.
    """
    counts = count_lists_set_aside(msgspec.json.decode(report, type=_ProblemsOfReport).problems)
    if not counts:
        return ""
    lists = ", ".join(f"{pluralize(n, 'list')} of {name}" for name, n in counts.items())
    return (
        f"not in these numbers: {lists} that could not be read as a whole, so that it is unknown "
        "how many rows they have; `kgraph check` names the files"
    )


def tabulate_accounting(total: Accounting) -> RowTable:
    """List the outcomes of the rows of each list, with their numbers."""
    rows: list[Cells] = []
    for name, outcome in sorted(total.lists.items()):
        rows += (
            (name, "in", outcome.rows),
            (name, "accepted", outcome.accepted),
            (name, "merged", outcome.merged),
            *((name, f"rejected: {rule}", n) for rule, n in sorted(outcome.rejected.items())),
            (name, "unreadable", outcome.unreadable),
        )
    return RowTable(("list", "outcome", "rows"), rows)


AuditName = Literal["mentions", "shows", "quotes", "themes", "rows"]

#: Audits by the name that ``kgraph audit`` takes.
AUDITS: dict[str, Callable[[Store], RowTable]] = {
    "mentions": tabulate_mentions,
    "shows": tabulate_shows,
    "quotes": tabulate_quotes,
    "themes": tabulate_themes,
    "rows": tabulate_rows,
}


class Audit(msgspec.Struct, dataframes.TableMixin, frozen=True):
    """The rows of an audit: iterating gives each as a dictionary, by column."""

    columns: tuple[str, ...]
    rows: list[Cells]

    def __repr__(self) -> str:
        return f"<Audit: {len(self.rows):,} rows of {', '.join(self.columns)}>"

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, TableCell]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def _table(self) -> dataframes.TableData:
        return self.columns, self.rows


def run_audit(store: Store, name: str) -> Audit:
    """Run an audit of :data:`AUDITS` by name.

    Raises:
        InputError: there is no such audit.
    """
    table = find_audit(name)(store)
    return Audit(table.columns, list(table.rows))


def find_audit(name: str) -> Callable[[Store], RowTable]:
    """Return the function of an audit by name.

    Raises:
        InputError: there is no such audit.
    """
    if name not in AUDITS:
        raise InputError(f"audit {name}: no such audit; choose one of {', '.join(AUDITS)}")
    return AUDITS[name]
