"""Columns that are computed from the rows of a query: standardised shares, and intervals.

SPARQL 1.1 has no square root, so it computes no confidence interval, and a share that is
standardised by show needs all episodes. The methods are those of :mod:`kgraph.graph.shares`.
Shares are in hundredths, with one decimal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec
import pyoxigraph
from pyoxigraph import Literal

from kgraph.graph import EpisodeSummary
from kgraph.graph.shares import MonthShare, ShowCalendar, wilson_interval
from kgraph.query.table import TableCell, get_text, make_literal, make_solutions

INTERVAL_COLUMNS = ("low", "high")

MONTH_SHARE_COLUMNS = (
    "shows",
    "unknownShow",
    "standardShare",
    *INTERVAL_COLUMNS,
    "standardEpisodes",
    "change",
    "changeLow",
    "changeHigh",
    "sameShows",
    "direction",
)
"""Names of the columns that describe a :class:`kgraph.graph.shares.MonthShare`."""


class CompletedRows(NamedTuple):
    """Rows with their computed columns."""

    solutions: pyoxigraph.QuerySolutions
    undated: int = 0  #: episodes that are in no row, since their date of publication is unknown
    empty_months: tuple[str, ...] = ()  #: months of the graph without a row, in order


class StandardizedColumn(msgspec.Struct, frozen=True):
    """A column of episodes by month, which :data:`MONTH_SHARE_COLUMNS` replace.

    A row without a month has the episodes whose date of publication is unknown: they are counted,
    and the row is left out. The rows are put in the order of the months here, because servers
    refuse to order rows that hold long texts (Virtuoso: error SR478).
    """

    episodes: str  #: name of a variable: IRIs of episodes, separated by spaces
    month: str  #: name of a variable: such as ``2025-09``

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that it adds."""
        return MONTH_SHARE_COLUMNS

    def __str__(self) -> str:
        return f"{self.episodes} of each {self.month}, as {', '.join(self.columns)}"

    def complete(
        self,
        solutions: pyoxigraph.QuerySolutions,
        get_summaries: Callable[[], Mapping[str, EpisodeSummary]],
    ) -> CompletedRows:
        """Replace the column of episodes by the shares of each row's month; order the rows."""
        columns = [variable.value for variable in solutions.variables]
        kept = [column for column in columns if column != self.episodes]
        rows, slugs, undated = [], [], 0
        for row in sorted(solutions, key=lambda row: get_text(row[self.month])):
            iris = get_text(row[self.episodes]).split()
            if not get_text(row[self.month]):
                undated += len(iris)
                continue
            rows.append({column: row[column] for column in columns})
            slugs += [iri.rpartition("/")[2] for iri in iris]
        calendar = ShowCalendar(get_summaries())
        shares = calendar.describe_months(calendar.count(slugs))
        completed = [
            [
                *(row[column] for column in kept),
                *_format_month(shares.get(get_text(row[self.month]))),
            ]
            for row in rows
        ]
        months = {get_text(row[self.month]) for row in rows}
        empty = tuple(sorted(calendar.all.keys() - months)) if rows else ()
        return CompletedRows(make_solutions([*kept, *self.columns], completed), undated, empty)


class IntervalColumns(msgspec.Struct, frozen=True):
    """Two columns of counts, to which the interval of their ratio is added."""

    part: str  #: name of a variable
    whole: str  #: name of a variable

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that it adds."""
        return INTERVAL_COLUMNS

    def __str__(self) -> str:
        return f"the interval of {self.part} of {self.whole}, as {', '.join(self.columns)}"

    def complete(
        self,
        solutions: pyoxigraph.QuerySolutions,
        get_summaries: Callable[[], Mapping[str, EpisodeSummary]],
    ) -> CompletedRows:
        """Add the interval."""
        columns = [variable.value for variable in solutions.variables]
        completed = []
        for row in solutions:
            interval = wilson_interval(*(int(get_text(row[c])) for c in (self.part, self.whole)))
            limits = [make_literal(to_hundredths(limit)) for limit in interval]
            completed.append([*(row[column] for column in columns), *limits])
        return CompletedRows(make_solutions([*columns, *self.columns], completed))


ComputedColumns = StandardizedColumn | IntervalColumns


def to_hundredths(share: float) -> float:
    """Return a share in hundredths, with one decimal.

    >>> to_hundredths(0.12345), to_hundredths(-0.00001)
    (12.3, 0.0)
    """
    return round(100 * share, 1) + 0.0  # no negative zero


def _format_month(month: MonthShare | None) -> list[Literal | None]:
    """Return a cell for each of :data:`MONTH_SHARE_COLUMNS`; None where it is not known."""
    share: list[TableCell | None] = [None] * 4  # its interval, and its episodes
    difference: list[TableCell | None] = [None] * 3  # and its interval
    shows = unknown = same_shows = direction = None
    if month:
        shows, unknown = month.shows, month.unknown
        if standard := month.standard:
            share = [*map(to_hundredths, (standard.share, *standard.interval)), standard.episodes]
        if change := month.change:
            difference = [*map(to_hundredths, (change.difference, *change.interval))]
            same_shows, direction = change.shows, change.direction
    cells = (shows, unknown, *share, *difference, same_shows, direction)
    return [None if cell is None else make_literal(cell) for cell in cells]
