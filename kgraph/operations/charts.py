"""Places charts in pixels, at zoom 1, for the templates of pages and of files.

Invariants:
    * what stands for a value is placed by the value that is printed, on an axis from 0;
    * rows are in the order of the points;
    * colour alone tells nothing apart: each series has marks and dashes of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from kgraph.base.text import shorten
from kgraph.operations.blocks import Ask, Chart, Link, Point, Series
from kgraph.operations.markdown import format_point

WIDTH_PX = 760
MAX_TICKS = 5  #: of an axis, without 0: more are closer than two lines of text

PLOT_HEIGHT_PX, LEFT_PX, TOP_PX, RIGHT_PX, BOTTOM_PX = 260, 74, 22, 16, 30
NAMES_WIDTH_PX = 168  #: in place of the right margin, where several lines have names
NAME_STEP_PX = 17  #: between two names at the ends of lines
SERIES_SHIFT_PX = 6  #: between two series in one month, so that no interval covers another
MAX_MONTH_LABELS = 12  #: more are closer than their texts are wide

ROW_PX, BAR_PX, AXIS_PX = 26, 14, 26
NAME_WIDTH_PX, VALUE_WIDTH_PX = 236, 64  #: left and right of bars
MIN_BAR_PX = 1.0  #: of the shortest bar, so that it is visible
MAX_NAME_CHARS = 32  #: of a bar's name; of a line's, the first two thirds of them

#: Dashes of the lines, and radius of the marks, of each series.
SERIES_DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 4", "12 4")


class PlacedLabel(msgspec.Struct, frozen=True):
    """A text beside the plot; ``y`` is that of its base line."""

    text: str
    x: float
    y: float
    anchor: str = "middle"


class PlacedMark(msgspec.Struct, frozen=True):
    """A value: a disc at a place, or a bar of a width from there on; all it shows in words."""

    x: float
    y: float
    words: str
    width: float = 0.0
    interval: str = ""  #: path of the interval; "" for none
    sign: str = ""
    evidence: Ask | Link | None = None
    is_negative: bool = False


class PlacedSeries(msgspec.Struct, frozen=True):
    """The marks of a series, and its line in segments: it is broken where a value is missing."""

    number: int  #: from 1; also names the class of its colours
    name: str
    marks: list[PlacedMark]
    segments: list[str] = []
    dashes: str = ""
    name_y: float = 0.0


class PlacedChart(msgspec.Struct, frozen=True):
    """A chart, its top left corner at 0, 0; lines of the grid are x1, y1, x2, y2."""

    height: float
    texts: list[PlacedLabel]
    grid: list[tuple[float, float, float, float]]
    series: list[PlacedSeries]
    has_bars: bool
    name_x: float = 0.0  #: of the names at the ends of lines; 0 for none
    width: int = WIDTH_PX
    bar_height: int = BAR_PX


def choose_ticks(highest: float, divisor: int) -> list[float]:
    """Return the ticks of an axis from 0 to at least the highest value, a round step apart.

    A step is a round number, divided by 1 for counts and by 100 for shares.

    >>> choose_ticks(0.43, 100), choose_ticks(17, 1)
    ([0.0, 0.1, 0.2, 0.3, 0.4, 0.5], [0.0, 5.0, 10.0, 15.0, 20.0])
    """
    steps = (digit * 10**power for power in range(16) for digit in (1, 2, 5))
    step = next(step for step in steps if MAX_TICKS * step >= highest * divisor)
    last = max(1, -int(-highest * divisor // step))
    return [step * number / divisor for number in range(last + 1)]


def place_chart(chart: Chart) -> PlacedChart | None:
    """Return where everything of a chart stands; None if it has no value."""
    values = [point.value for series in chart.series for point in series.points]
    if not any(value is not None for value in values):
        return None
    if chart.kind == "months":
        return _place_months(chart)
    return _place_rows(chart, chart.series[0].points)


# -- lines over months -------------------------------------------------------------


class _Plot(msgspec.Struct, frozen=True):
    """The scales of lines: the highest value, and the numbers of months and of lines."""

    top: float
    months: int
    lines: int

    @property
    def right(self) -> int:
        return WIDTH_PX - (NAMES_WIDTH_PX if self.lines > 1 else RIGHT_PX)

    def place_value(self, value: float) -> float:
        return round(TOP_PX + PLOT_HEIGHT_PX * (1 - min(value / self.top, 1.0)), 1)

    def place_month(self, number: int, line: int = 0) -> float:
        shift = (line - (self.lines - 1) / 2) * SERIES_SHIFT_PX
        return round(LEFT_PX + (self.right - LEFT_PX) * (number + 0.5) / self.months + shift, 1)


def _place_months(chart: Chart) -> PlacedChart:
    points = [point for series in chart.series for point in series.points]
    months = sorted({point.label for point in points})
    highest = max(max(point.value or 0.0, point.high or 0.0) for point in points)
    ticks = choose_ticks(highest, 100 if chart.unit == "share" else 1)
    plot = _Plot(ticks[-1], len(months), len(chart.series))
    bottom = TOP_PX + PLOT_HEIGHT_PX
    texts = [
        PlacedLabel(format_point(tick, chart.unit), LEFT_PX - 8, plot.place_value(tick) + 4, "end")
        for tick in ticks
    ]
    heights = [plot.place_value(tick) for tick in ticks]
    grid = [(float(LEFT_PX), y, float(plot.right), y) for y in heights]
    step = -(-len(months) // MAX_MONTH_LABELS)
    for number, month in enumerate(months):
        if (len(months) - 1 - number) % step == 0:
            texts.append(PlacedLabel(month, plot.place_month(number), bottom + 20))
    lines = [
        _place_line(number, series, months, plot) for number, series in enumerate(chart.series)
    ]
    names = spread_names([line.name_y for line in lines], bottom)
    return PlacedChart(
        bottom + BOTTOM_PX,
        texts,
        grid,
        [
            msgspec.structs.replace(line, name_y=height + 4)
            for line, height in zip(lines, names, strict=True)
        ],
        has_bars=False,
        name_x=plot.right + 12 if len(lines) > 1 else 0,
    )


def _place_line(number: int, series: Series, months: Sequence[str], plot: _Plot) -> PlacedSeries:
    by_month = {point.label: point for point in series.points}
    segments: list[list[str]] = [[]]
    marks = []
    for place, month in enumerate(months):
        point = by_month.get(month)
        if point is None or point.value is None:
            segments.append([])
            continue
        x, y = plot.place_month(place, number), plot.place_value(point.value)
        segments[-1].append(f"{x},{y}")
        interval = ""
        if point.low is not None and point.high is not None:
            low, high = plot.place_value(point.low), plot.place_value(point.high)
            interval = f"M{x} {low}V{high}m-3 0h6m-3 0V{low}m-3 0h6"
        words = point.words or f"{series.name}, {month}: {point.value}"
        marks.append(PlacedMark(x, y, words, 0.0, interval, point.sign, point.evidence))
    return PlacedSeries(
        number + 1,
        shorten(series.name, MAX_NAME_CHARS * 2 // 3),
        marks,
        [" ".join(points) for points in segments if points],
        SERIES_DASHES[number],
        marks[-1].y if marks else plot.place_value(0),
    )


def spread_names(heights: Sequence[float], bottom: float) -> list[float]:
    """Move the names at the ends of lines apart, and keep them above the axis.

    Args:
        heights: where the lines end, in pixels from the top.
        bottom: of the plot.
    """
    order = sorted(range(len(heights)), key=lambda n: (heights[n], n))
    spread = list(heights)
    for above, below in pairwise(order):
        spread[below] = max(spread[below], spread[above] + NAME_STEP_PX)
    for n in reversed(order):
        spread[n] = round(min(spread[n], bottom), 1)
        bottom = spread[n] - NAME_STEP_PX
    return spread


# -- bars and steps ----------------------------------------------------------------


def _place_rows(chart: Chart, points: Sequence[Point]) -> PlacedChart:
    """Place horizontal bars; each step starts where the one before it ends, the last at 0."""
    ends: list[float] = []
    for point in points:
        before = ends[-1] if ends and chart.kind == "steps" else 0.0
        ends.append(before + (point.value or 0.0))
    starts = [0.0, *ends[:-1]] if chart.kind == "steps" else [0.0] * len(points)
    limits = [point.high or 0.0 for point in points]
    low, high = min(0.0, *ends), max(0.0, *ends, *limits)
    is_whole = all(end == int(end) for end in ends)
    ticks = choose_ticks(max(high, -low), 1 if is_whole else 10_000)
    right = WIDTH_PX - VALUE_WIDTH_PX
    scale = (right - NAME_WIDTH_PX) / ((ticks[-1] if low == 0 else high - low) or 1.0)
    zero = NAME_WIDTH_PX - scale * low

    def place(value: float) -> float:
        return round(zero + scale * value, 1)

    bottom = ROW_PX * len(points) + 4.0
    texts, marks = [], []
    for number, (point, start, end) in enumerate(zip(points, starts, ends, strict=True)):
        top = number * ROW_PX + (ROW_PX - BAR_PX) / 2
        left, stop = sorted((place(start), place(end)))
        width = round(max(stop - left, MIN_BAR_PX if point.value else 0.0), 1)
        middle = top + BAR_PX / 2
        texts.append(
            PlacedLabel(shorten(point.label, MAX_NAME_CHARS), NAME_WIDTH_PX - 8, middle + 4, "end")
        )
        interval = ""
        if point.low is not None and point.high is not None:
            stop = place(point.high)
            interval = f"M{place(max(point.low, 0))} {middle}H{stop}m0 -3v6"
        value = format_point(point.value, chart.unit)
        texts.append(PlacedLabel(value, max(stop, zero) + 6, middle + 4, "start"))
        words = point.words or f"{point.label}: {value}"
        is_negative = (point.value or 0.0) < 0
        marks.append(PlacedMark(left, top, words, width, interval, "", point.evidence, is_negative))
    grid = [(place(tick), 0.0, place(tick), bottom) for tick in ticks if place(tick) <= right + 1]
    if chart.kind == "bars":
        texts += [PlacedLabel(format_point(t, chart.unit), place(t), bottom + 18) for t in ticks]
    return PlacedChart(bottom + AXIS_PX, texts, grid, [PlacedSeries(1, "", marks)], has_bars=True)
