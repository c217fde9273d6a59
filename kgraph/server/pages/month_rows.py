"""Months of things, as the views count them: as rows of a table, and in words."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kgraph.base.text import pluralize
from kgraph.operations.values import format_percent
from kgraph.views.values import MonthCount


class MonthSeries(msgspec.Struct, frozen=True):
    """The months of a thing, to be drawn as a line.

    Attributes:
        name: of the thing.
        months: all those of the corpus, in order.
        href: address of its episodes, to which a month is added; "" for no link.
        undated: number of its episodes that are in no month.
    """

    name: str
    months: Sequence[MonthCount]
    href: str = ""
    undated: int = 0

    def link_month(self, month: MonthCount) -> str:
        """Return the address of the episodes of a month; "" if there are none."""
        return f"{self.href}&month={month.month}" if self.href and month.episodes else ""


class MonthRow(msgspec.Struct, frozen=True):
    """A month of the table: all its episodes, their shows, and a count for each thing."""

    month: str
    all: int
    shows: int
    counts: list[MonthCount]

    @property
    def has_episodes(self) -> bool:
        """Whether any of the things has an episode in it."""
        return any(count.episodes for count in self.counts)

    @property
    def standard_episodes(self) -> int:
        """Number of its episodes that shares are of, the same of each thing; 0 if none is known."""
        return max(count.standard_episodes for count in self.counts)


def list_month_rows(series: Sequence[MonthSeries]) -> list[MonthRow]:
    """Return the months from the first with an episode of any thing, newest first."""
    rows = make_rows(series)
    first = next((n for n, row in enumerate(rows) if row.has_episodes), 0)
    return rows[first:][::-1]


def make_rows(series: Sequence[MonthSeries]) -> list[MonthRow]:
    """Return the months of the corpus, in order."""
    return [
        MonthRow(month.month, month.all, month.shows, [each.months[n] for each in series])
        for n, month in enumerate(series[0].months)
    ]


def describe_month(month: MonthCount, value: float | None, by_share: bool) -> str:
    """Return all that a chart shows of a month.

    >>> september = MonthCount("2025-09", 18, 72, 20, 0.21, 0.14, 0.3, 0.1, 0.02, 0.2, 9, "rose")
    >>> print(describe_month(september, 0.21, True))
    2025-09: 21 % (14 % to 30 %), 18 of 72 episodes of 20 shows; rose in 9 shows of both months
    >>> print(describe_month(MonthCount("2025-09", 18, 72), 0.25, True))
    2025-09: 25 %, 18 of 72 episodes
    >>> print(describe_month(MonthCount("2025-09", 2, 6, 1, unknown_show=5), None, True))
    2025-09: 2 of 6 episodes of 1 show and of unknown ones (5)
    >>> print(describe_month(september, 18, False))
    2025-09: 18 episodes
    """
    if not by_share:
        return f"{month.month}: {pluralize(month.episodes, 'episode')}"
    words = f"{month.month}: "
    if value is not None:
        words += format_percent(value)
        if month.low is not None and month.high is not None:
            words += f" ({format_percent(month.low)} to {format_percent(month.high)})"
        words += ", "
    words += f"{month.episodes} of {pluralize(month.all, 'episode')}"
    if month.shows:
        words += f" of {pluralize(month.shows, 'show')}"
    if month.unknown_show:
        words += (
            f" and of unknown ones ({month.unknown_show})" if month.shows else " of unknown shows"
        )
    if month.direction:
        words += f"; {month.direction} in {pluralize(month.same_shows, 'show')} of both months"
    return words
