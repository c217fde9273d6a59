"""A chart of several shares over time: a line for each thing, with its intervals.

Computes the numbers that a template writes as SVG, in a page or as a file of its own; a table has
the same numbers. Colour alone tells nothing: each line has marks and dashes of its own, and its
name at its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import msgspec

from kgraph.base.text import shorten
from kgraph.draw.legend import svg_points
from kgraph.graph.shares import MIN_COMPARED_SHOWS, previous_month
from kgraph.server.pages.charts import AxisTick, choose_ticks, describe_month
from kgraph.server.pages.templates import format_percent
from kgraph.views.compare import ComparedThing
from kgraph.views.values import MonthCount

#: Size of the picture, and of the plot in it, in pixels at zoom 1.
WIDTH_PX, HEIGHT_PX = 760, 400
LEFT_PX, TOP_PX, RIGHT_PX, BOTTOM_PX = 70, 14, 168, 76

MAX_NAME_CHARS = 22  #: of a line's name at its end
NAME_STEP_PX = 17  #: between two names
OFFSET_PX = 6  #: between two lines in one month, so that no interval covers another
MARK_PX = 4.5  #: radius of a mark
MAX_MONTH_LABELS = 12  #: more are closer than their texts are wide

#: Colour on light ground, shape of marks, and dashes of each line. Colours stand at 4.5:1 or more
#: on the page's ground; the style sheet has those for dark ground.
LINE_STYLES = (
    ("#0072b2", "dot", ""),
    ("#b84f00", "square", "7 3"),
    ("#00785a", "triangle", "2 3"),
    ("#a8408a", "diamond", "9 3 2 3"),
    ("#7a5c00", "triangleDown", "4 4"),
    ("#333333", "square", "12 4"),
)


class ChartMonth(msgspec.Struct, frozen=True):
    """A month of the axis."""

    label: str  #: such as "Sep 2025"; "" where there is no room
    episodes: int
    shows: int
    x: float


class ChartMark(msgspec.Struct, frozen=True):
    """A month of a line: its mark, its interval, and all that it shows in words."""

    x: float
    y: float
    low: float
    high: float
    points: str  #: corners of the mark; "" for a disc
    words: str
    href: str  #: the episodes; "" if there are none


class MonthRow(msgspec.Struct, frozen=True):
    """A month of the table: all its episodes, their shows, and a count for each thing."""

    month: str
    all: int
    shows: int
    counts: list[MonthCount]


class ChartLine(msgspec.Struct, frozen=True):
    """A line, in segments: it is broken where months have no episode."""

    number: int  #: from 1; also names the class of its colours
    name: str
    colour: str
    dashes: str
    segments: list[str]  #: points, as SVG takes them
    marks: list[ChartMark]
    name_y: float


class LineChart(msgspec.Struct, frozen=True):
    """A chart in pixels, its top left corner at 0, 0."""

    width: int
    height: int
    left: int
    right: int  #: end of the plot
    bottom: int  #: end of the plot
    ticks: list[AxisTick]
    months: list[ChartMonth]
    lines: list[ChartLine]
    is_standard: bool  #: shares are standardised for the months' shows, with intervals
    is_narrowed: bool  #: months of few shows are left out
    title: str
    mark_radius: float = MARK_PX


def draw_line_chart(
    things: Sequence[ComparedThing], links: Sequence[str], title: str
) -> LineChart | None:
    """Return the chart of some things; None if no month has an episode of any.

    Months with fewer than three shows are left out if two others remain: their intervals span the
    whole chart.

    Args:
        things: with all months of the corpus each.
        links: address of the episodes of each thing, to which a month is added; "" for no link.
        title: of the chart.
    """
    number_of_months = len(things[0].timeline)
    counted = [any(t.timeline[n].episodes for t in things) for n in range(number_of_months)]
    if not any(counted):
        return None
    numbers = list(range(max(counted.index(True) - 1, 0), number_of_months))
    large = [n for n in numbers if things[0].timeline[n].shows >= MIN_COMPARED_SHOWS]
    is_narrowed = 2 <= len(large) < len(numbers)
    months = large if is_narrowed else numbers
    rows = [[thing.timeline[n] for n in months] for thing in things]
    is_standard = any(month.standard_share is not None for row in rows for month in row)
    highest = max(
        max(_value(month, is_standard) or 0.0, (month.high or 0.0) if is_standard else 0.0)
        for row in rows
        for month in row
    )
    ticks = choose_ticks(highest, True)
    scale = _PlotScale(ticks[-1], len(months), len(rows), is_standard)
    lines = [
        _draw_line(number, thing, row, scale, link)
        for number, (thing, row, link) in enumerate(zip(things, rows, links, strict=True))
    ]
    return LineChart(
        WIDTH_PX,
        HEIGHT_PX,
        LEFT_PX,
        WIDTH_PX - RIGHT_PX,
        HEIGHT_PX - BOTTOM_PX,
        [AxisTick(format_percent(tick), scale.place_value(tick)) for tick in ticks],
        _draw_months(rows[0], scale),
        _spread_names(lines),
        is_standard,
        is_narrowed,
        title,
    )


def list_month_rows(things: Sequence[ComparedThing]) -> list[MonthRow]:
    """Return the months from the first with an episode of any thing, newest first."""
    rows = [
        MonthRow(month.month, month.all, month.shows, [t.timeline[n] for t in things])
        for n, month in enumerate(things[0].timeline)
    ]
    first = next((n for n, row in enumerate(rows) if any(c.episodes for c in row.counts)), 0)
    return rows[first:][::-1]


class _PlotScale(msgspec.Struct, frozen=True):
    """The scales of a plot: its highest value, its numbers of months and lines, and what its
    values are."""

    top: float
    months: int
    lines: int
    is_standard: bool

    def place_value(self, value: float) -> float:
        height = HEIGHT_PX - TOP_PX - BOTTOM_PX
        return round(TOP_PX + height * (1 - min(value / self.top, 1.0)), 1)

    def place_month(self, number: int, line: int | None = None) -> float:
        """Return the middle of a month, or the place of a line's mark in it."""
        width = WIDTH_PX - LEFT_PX - RIGHT_PX
        shift = 0.0 if line is None else (line - (self.lines - 1) / 2) * OFFSET_PX
        return round(LEFT_PX + width * (number + 0.5) / self.months + shift, 1)


def _value(month: MonthCount, is_standard: bool) -> float | None:
    if is_standard:
        return month.standard_share
    return month.episodes / month.all


def _draw_line(
    number: int,
    thing: ComparedThing,
    months: Sequence[MonthCount],
    scale: _PlotScale,
    link: str,
) -> ChartLine:
    colour, shape, dashes = LINE_STYLES[number]
    segments: list[list[str]] = [[]]
    marks = []
    for place, month in enumerate(months):
        value = _value(month, scale.is_standard)
        is_gap = place > 0 and months[place - 1].month != previous_month(month.month)
        if (value is None or is_gap) and segments[-1]:
            segments.append([])
        if value is None:
            continue
        x, y = scale.place_month(place, number), scale.place_value(value)
        segments[-1].append(f"{x},{y}")
        limits = (month.low, month.high) if scale.is_standard else (value, value)
        low, high = (scale.place_value(value if limit is None else limit) for limit in limits)
        words = f"{thing.thing.label}, {describe_month(month, value, True)}"
        href = f"{link}&month={month.month}" if link and month.episodes else ""
        points = "" if shape == "dot" else svg_points(shape, x, y, MARK_PX)
        marks.append(ChartMark(x, y, low, high, points, words, href))
    name_y = marks[-1].y if marks else scale.place_value(0)
    return ChartLine(
        number + 1,
        shorten(thing.thing.label, MAX_NAME_CHARS),
        colour,
        dashes,
        [" ".join(points) for points in segments if points],
        marks,
        name_y,
    )


def _draw_months(months: Sequence[MonthCount], scale: _PlotScale) -> list[ChartMonth]:
    step = -(-len(months) // MAX_MONTH_LABELS)
    drawn = []
    for place, month in enumerate(months):
        is_labelled = (len(months) - 1 - place) % step == 0
        label = date.fromisoformat(f"{month.month}-01").strftime("%b %Y") if is_labelled else ""
        x = scale.place_month(place)
        drawn.append(ChartMonth(label, month.all, month.shows, x))
    return drawn


def _spread_names(lines: Sequence[ChartLine]) -> list[ChartLine]:
    """Move the names at the ends of lines apart, and keep them above the axis."""
    order = sorted(range(len(lines)), key=lambda n: (lines[n].name_y, n))
    heights = {n: lines[n].name_y for n in order}
    for above, below in pairwise(order):
        heights[below] = max(heights[below], heights[above] + NAME_STEP_PX)
    bottom = float(HEIGHT_PX - BOTTOM_PX)
    for n in reversed(order):
        heights[n] = round(min(heights[n], bottom), 1)
        bottom = heights[n] - NAME_STEP_PX
    return [msgspec.structs.replace(line, name_y=heights[n] + 4) for n, line in enumerate(lines)]
