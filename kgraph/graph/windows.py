"""Windows of days: which episodes were published in one, in the one before, and earlier.

An episode of which only the day of processing is known was published on that day or before. So it
is earlier than a window that begins later; else it may be of any time, and is in no window.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from kgraph.base.errors import InputError
from kgraph.graph.records import EpisodeSummary
from kgraph.graph.shares import ShowCalendar

Summaries = Mapping[str, EpisodeSummary]
"""Summaries of episodes by slug."""


class Window(msgspec.Struct, frozen=True):
    """A period of days, ISO 8601; both ends belong to it."""

    since: str
    until: str

    def __contains__(self, day: str) -> bool:
        return self.since <= day <= self.until

    def __str__(self) -> str:
        return f"{self.since} to {self.until}"


class WindowEpisodes(msgspec.Struct, frozen=True):
    """The episodes of a graph, as seen from a window.

    Attributes:
        window: the days.
        previous: the window before, as long.
        inside: episodes that were published in the window.
        before: episodes that were published in the window before.
        earlier: episodes that were published at any time before the window.
        undated: episodes that may be of any time.
    """

    window: Window
    previous: Window
    inside: Summaries
    before: Summaries
    earlier: Summaries
    undated: Summaries


def choose_window(calendar: ShowCalendar, since: str = "", until: str = "") -> Window:
    """Return the window between two days, or the default one.

    Args:
        calendar: of all episodes.
        since, until: first and last day; "" for none. Without either it is the last whole month
            with episodes of several shows (the last of
            :meth:`~kgraph.graph.shares.ShowCalendar.list_comparable_months`). Without a
            last day the window ends with the newest episode; without a first day it is the month
            up to the last day.

    Raises:
        InputError: the first day is after the last one, or no episode has a date of publication.

    >>> choose_window(ShowCalendar({}), "", "2025-09-12")
    Window(since='2025-09-01', until='2025-09-12')
    """
    if not since and not until:
        months = calendar.list_comparable_months()
        if not months:
            raise InputError(
                "no episode has a known date of publication: give a first and a last day",
                parameter="since",
            )
        return _make_month(months[-1])
    if not until:
        until = max(calendar.last_day, since)
    return make_window(since or f"{until[:7]}-01", until)


def make_window(since: str, until: str) -> Window:
    """Return the window from one day to another.

    Raises:
        InputError: the first day is after the last one.
    """
    window = Window(since, until)
    if window.since > window.until:
        raise InputError(
            f"since={window.since} is after until={window.until}: swap the two", parameter="since"
        )
    return window


def _make_month(month: str) -> Window:
    year, number = int(month[:4]), int(month[5:])
    return Window(f"{month}-01", f"{month}-{monthrange(year, number)[1]:02}")


def find_previous_window(window: Window) -> Window:
    """Return the window before one: as many months before whole months, else as many days.

    >>> find_previous_window(Window("2025-02-01", "2025-03-31"))
    Window(since='2024-12-01', until='2025-01-31')
    >>> find_previous_window(Window("2025-03-03", "2025-03-09"))
    Window(since='2025-02-24', until='2025-03-02')
    """
    first, last = (date.fromisoformat(day) for day in (window.since, window.until))
    if first.toordinal() <= (last - first).days + 1:
        raise InputError(
            f"since={window.since}: there are not as many days before: choose a later day",
            parameter="since",
        )
    end = first - timedelta(days=1)
    is_whole = first.day == 1 and last.day == monthrange(last.year, last.month)[1]
    if not is_whole:
        return Window((first - (last - first) - timedelta(days=1)).isoformat(), end.isoformat())
    months = 12 * (last.year - first.year) + last.month - first.month + 1
    year, number = divmod(12 * first.year + first.month - 1 - months, 12)
    return Window(date(year, number + 1, 1).isoformat(), end.isoformat())


def split_episodes(summaries: Summaries, window: Window) -> WindowEpisodes:
    """Sort all episodes by when they were published: in a window, before, earlier, or unknown."""
    previous = find_previous_window(window)
    inside, before, earlier, undated = {}, {}, {}, {}
    for slug, summary in summaries.items():
        day = summary.date[:10]
        if day and day < window.since:
            earlier[slug] = summary
            if summary.is_dated and day in previous:
                before[slug] = summary
        elif not summary.is_dated:
            undated[slug] = summary
        elif day in window:
            inside[slug] = summary
    return WindowEpisodes(window, previous, inside, before, earlier, undated)
