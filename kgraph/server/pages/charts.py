"""Charts without script: a timeline, and the drawing of a neighbourhood.

Computes the numbers that templates write as HTML and SVG. A timeline stands over a table of the
same numbers, which screen readers and keyboards use. A charting library would cost a hundred
kilobytes of script, and show nothing without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

import msgspec

from kgraph.base.text import pluralize, shorten
from kgraph.draw.legend import TYPE_STYLES, svg_points
from kgraph.draw.network import (
    DASHED_BELOW_CONFIDENCE,
    FONT_PX,
    MAX_LABEL_CHARS,
    line_width,
    measure_bounds,
)
from kgraph.graph.shares import previous_month
from kgraph.server.pages.templates import format_count, format_percent
from kgraph.views.neighbourhood import Neighbourhood
from kgraph.views.values import MonthCount

MIN_BAR_PERCENT = 2.0  #: height of the lowest bar above 0, so that it is visible
MAX_TICKS = 5  #: of an axis, without 0: more are closer than two lines of text

CHART_MARGIN_PX = 8.0


class AxisTick(msgspec.Struct, frozen=True):
    """A tick of the vertical axis."""

    label: str
    y: float  #: from the top, in percent of the chart's height


class TimelineMonth(msgspec.Struct, frozen=True):
    """A month of a timeline. Positions are from the top, in percent of the chart's height."""

    month: str
    year: str
    new_year: bool  #: the year is shown
    after_gap: bool  #: months without any episode come before it
    words: str  #: all that the chart shows of it
    value: str  #: what the height of the bar says; "" for nothing to compare with
    interval: str  #: of the value; "" for none
    episodes: int
    all: int
    shows: int
    y: float
    height: float
    low: float  #: limits of the interval; equal if there is none
    high: float
    href: str  #: the episodes; "" if there are none
    direction: str  #: ``rose`` or ``fell`` since the month before; "" otherwise


class Timeline(msgspec.Struct, frozen=True):
    """A bar chart of months, and the numbers below it."""

    ticks: list[AxisTick]
    months: list[TimelineMonth]
    is_share: bool  #: bars are shares of the month's episodes, otherwise numbers of episodes
    is_standard: bool  #: the shares are standardised for the months' shows, with intervals


def draw_timeline(
    months: Sequence[MonthCount], path: str, parameters: dict[str, str], by_share: bool
) -> Timeline:
    """Return a timeline, high enough for every bar and every interval.

    Args:
        months: of the corpus, in order. Months before the first that counts are left out, but not
            those after the last: they show that there is nothing more.
        path: of the list of episodes that months link to.
        parameters: of that list, besides the month.
        by_share: whether heights are standardised shares of the episodes of the month, or numbers
            of them. Without any month that can be standardised they are shares of all episodes.
    """
    months = _trim_months(months)
    is_standard = by_share and any(month.standard_share is not None for month in months)
    shares = [_bar_value(month, by_share, is_standard) or 0.0 for month in months]
    limits = [month.high or 0.0 for month in months] if is_standard else []
    ticks = choose_ticks(max((*shares, *limits), default=0.0), by_share)
    scale = _Scale(ticks[-1], by_share, is_standard)
    axis = [AxisTick(_format_value(tick, by_share), scale.place(tick)) for tick in ticks]
    shown = []
    for number, month in enumerate(months):
        previous = months[number - 1].month if number else ""
        query = urlencode({**parameters, "month": month.month})
        href = f"{path}?{query}" if month.episodes else ""
        shown.append(_draw_month(month, previous, scale, href))
    return Timeline(axis, shown, by_share, is_standard)


class _Scale(NamedTuple):
    """The vertical scale of a timeline."""

    top: float  #: value at the top of the chart
    by_share: bool
    is_standard: bool

    def place(self, value: float) -> float:
        return round(100 * (1 - value / self.top), 1)


def _draw_month(month: MonthCount, previous: str, scale: _Scale, href: str) -> TimelineMonth:
    """Return a month; ``previous`` is the one before it in the timeline, "" for the first."""
    value = _bar_value(month, scale.by_share, scale.is_standard)
    height = max(100 - scale.place(value), MIN_BAR_PERCENT) if value else 0.0
    interval, limits = "", (0.0, 0.0)
    if scale.is_standard and month.low is not None and month.high is not None:
        limits = (month.low, month.high)
        interval = f"{100 * month.low:.0f}–{100 * month.high:.0f} %"
    return TimelineMonth(
        month=date.fromisoformat(f"{month.month}-01").strftime("%b"),
        year=month.month[:4],
        new_year=month.month[:4] != previous[:4],
        after_gap=bool(previous) and previous != previous_month(month.month),
        words=describe_month(month, value, scale.by_share),
        value="" if value is None else _format_value(value, scale.by_share),
        interval=interval,
        episodes=month.episodes,
        all=month.all,
        shows=month.shows,
        y=round(100 - height, 1),
        height=round(height, 1),
        low=scale.place(limits[0]),
        high=scale.place(limits[1]),
        href=href,
        direction=month.direction if scale.by_share else "",
    )


def choose_ticks(highest: float, is_share: bool) -> list[float]:
    """Return the ticks of an axis from 0 to at least the highest value, a round step apart.

    >>> choose_ticks(0.43, True), choose_ticks(1.0, True), choose_ticks(17, False)
    ([0.0, 0.1, 0.2, 0.3, 0.4, 0.5], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [0, 5, 10, 15, 20])
    """
    unit = 100 if is_share else 1
    steps = (digit * 10**power for power in range(12) for digit in (1, 2, 5))
    step = next(step for step in steps if MAX_TICKS * step >= highest * unit)
    last = max(1, -int(-highest * unit // step))
    whole = [step * number for number in range(last + 1)]
    return [tick / unit for tick in whole] if is_share else list(whole)


def _trim_months(months: Sequence[MonthCount]) -> Sequence[MonthCount]:
    """Drop the months before the first that counts, but for the one directly before it."""
    first = next((number for number, month in enumerate(months) if month.episodes), len(months))
    if 0 < first < len(months) and months[first - 1].month == previous_month(months[first].month):
        first -= 1
    return months[first:]


def _bar_value(month: MonthCount, by_share: bool, is_standard: bool) -> float | None:
    if is_standard:
        return month.standard_share
    return month.episodes / month.all if by_share else month.episodes


def _format_value(value: float, is_share: bool) -> str:
    return format_percent(value) if is_share else format_count(int(value))


def describe_month(month: MonthCount, value: float | None, by_share: bool) -> str:
    """Return all that a chart shows of a month.

    >>> september = MonthCount("2025-09", 18, 72, 20, 0.21, 0.14, 0.3, 0.1, 0.02, 0.2, 9, "rose")
    >>> print(describe_month(september, 0.21, True))
    2025-09: 21 % (14 % to 30 %), 18 of 72 episodes of 20 shows; rose in 9 shows of both months
    >>> print(describe_month(MonthCount("2025-09", 18, 72), 0.25, True))
    2025-09: 25 %, 18 of 72 episodes
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
    if month.direction:
        words += f"; {month.direction} in {pluralize(month.same_shows, 'show')} of both months"
    return words


class NodeMark(msgspec.Struct, frozen=True):
    """A node of a drawing: its mark and its label."""

    id: str
    type: str
    words: str
    label: str
    x: float
    y: float
    radius: float
    points: str
    text_y: float
    is_focus: bool


class LinkLine(msgspec.Struct, frozen=True):
    """A link of a drawing; dashed if its confidence is low."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    dashed: bool


class NeighbourhoodPicture(msgspec.Struct, frozen=True):
    """A drawing in pixels, its top left corner at 0, 0."""

    width: float
    height: float
    marks: list[NodeMark]
    lines: list[LinkLine]
    font: int = FONT_PX


def draw_neighbourhood(neighbourhood: Neighbourhood) -> NeighbourhoodPicture:
    """Return the drawing of a neighbourhood."""
    nodes = [(node, shorten(node.thing.label, MAX_LABEL_CHARS)) for node in neighbourhood.nodes]
    left, top, right, bottom = measure_bounds(
        {"x": node.x, "y": node.y, "size": node.radius, "label": label} for node, label in nodes
    )
    left, top = left - CHART_MARGIN_PX, top - CHART_MARGIN_PX
    positions = {node.thing.id: (node.x - left, node.y - top) for node, _ in nodes}
    lines = []
    for link in neighbourhood.edges:
        ends = (*positions[link.source], *positions[link.target])
        x1, y1, x2, y2 = (round(value, 1) for value in ends)
        width = round(line_width(link.association), 1)
        lines.append(LinkLine(x1, y1, x2, y2, width, link.confidence < DASHED_BELOW_CONFIDENCE))
    marks = []
    for node, label in nodes:
        thing, radius, (x, y) = node.thing, node.radius, positions[node.thing.id]
        marks.append(
            NodeMark(
                thing.id,
                thing.type,
                f"{thing.label}, {thing.type}, {pluralize(node.episodes, 'episode')}",
                label,
                round(x, 1),
                round(y, 1),
                radius,
                svg_points(TYPE_STYLES[thing.type].shape, x, y, radius),
                round(y + radius + FONT_PX, 1),
                thing.id == neighbourhood.focus.id,
            )
        )
    width, height = right + CHART_MARGIN_PX - left, bottom + CHART_MARGIN_PX - top
    return NeighbourhoodPicture(round(width), round(height), marks, lines)
