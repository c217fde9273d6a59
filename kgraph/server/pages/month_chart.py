"""A chart of months: a line for each thing, with the intervals of its shares.

Takes the months of the corpus as the views count them. What is drawn, printed and said of a month
is one quantity: its standardised share, else its share of all episodes, or a number of episodes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from kgraph.base.text import pluralize, shorten
from kgraph.draw.legend import svg_points
from kgraph.graph.shares import MIN_COMPARED_SHOWS, MIN_SHARE_EPISODES, previous_month
from kgraph.operations.charts import choose_ticks, spread_names
from kgraph.operations.values import format_percent
from kgraph.server.html.templates import Hyperlink, format_count
from kgraph.server.pages.charts import (
    SERIES_STYLES,
    WIDTH_PX,
    ChartMark,
    ChartSeries,
    ChartText,
    DrawnChart,
    GridLine,
)
from kgraph.server.pages.month_rows import (
    MonthRow,
    MonthSeries,
    describe_month,
    list_month_rows,
    make_rows,
)
from kgraph.views.values import MonthCount

#: Size of the picture, and of the plot in it, in pixels at zoom 1.
HEIGHT_PX = 360
LEFT_PX, TOP_PX, RIGHT_PX, BOTTOM_PX = 74, 22, 16, 76
ROWS_PX = (20, 44, 62)  #: of the texts below the plot: months, their episodes, their shows
NAMES_WIDTH_PX = 168  #: in place of the right margin, where several lines have names

MAX_NAME_CHARS = 22  #: of a line's name at its end
OFFSET_PX = 6  #: between two lines in one month, so that no interval covers another
MARK_PX = 4.5  #: radius of a mark
VALUE_BELOW_PX, VALUE_ABOVE_PX = 14, -7  #: from a mark to the base line of its value
MAX_MONTH_LABELS = 12  #: more are closer than their texts are wide

_SIGNS = {"rose": "▲", "fell": "▼", "": ""}


class MonthFigure(msgspec.Struct, frozen=True):
    """A chart of months with its table and its files, as ``chart.html`` writes them.

    Attributes:
        chart: None if no month has an episode of any thing.
        series: the things.
        rows: the table, newest month first.
        files: links to the chart and to its numbers.
        by_share: whether values are shares, or numbers of episodes.
    """

    chart: DrawnChart | None
    series: Sequence[MonthSeries]
    rows: list[MonthRow]
    files: Sequence[Hyperlink]
    by_share: bool

    @property
    def undated(self) -> int:
        """Number of episodes without a known date of publication."""
        return sum(each.undated for each in self.series)


def make_month_figure(
    series: Sequence[MonthSeries],
    title: str,
    files: Sequence[Hyperlink],
    by_share: bool = True,
) -> MonthFigure:
    """Return the chart of some things with its table and its files.

    Args:
        by_share: as of :func:`draw_months`.
    """
    chart = draw_months(series, title, by_share)
    by_share = _plan_chart(series, by_share).measure.by_share
    return MonthFigure(chart, series, list_month_rows(series), files, by_share)


def draw_months(
    series: Sequence[MonthSeries], title: str, by_share: bool = True
) -> DrawnChart | None:
    """Return the chart of some things; None if no month has an episode of any.

    Shares are standardised for the shows of each month if any of them can be. Months with fewer
    than three shows are left out of shares if two others remain: their intervals span the whole
    chart. Numbers of episodes are drawn if a month with an episode of a thing has no share, since
    it would seem to have none, or if no more than half of the months have one.

    Args:
        series: with the same months each.
        title: of the chart.
        by_share: whether values are shares of each month's episodes, or numbers of episodes.
    """
    if not any(month.episodes for each in series for month in each.months):
        return None
    plan = _plan_chart(series, by_share)
    measure = plan.measure
    drawn = plan.select_months(series)
    highest = max(measure.find_highest(month) for each in drawn for month in each.months)
    ticks = choose_ticks(highest, 100 if measure.by_share else 1)
    scale = _PlotScale(ticks[-1], len(drawn[0].months), len(series))
    lines = [
        _draw_line(
            number, each.name, [(m, source.link_month(m)) for m in each.months], scale, measure
        )
        for number, (each, source) in enumerate(zip(drawn, series, strict=True))
    ]
    texts, grid = _draw_axes(drawn[0].months, ticks, scale, measure)
    return DrawnChart(
        title=title,
        measure=measure.describe(),
        height=HEIGHT_PX if measure.by_share else HEIGHT_PX - BOTTOM_PX + ROWS_PX[1] - 12,
        texts=texts,
        grid=grid,
        series=_spread_names(lines) if len(lines) > 1 else lines,
        note=_describe_rest(measure, plan.is_narrowed, series, make_rows(drawn)),
        name_x=scale.right + 12 if len(lines) > 1 else 0,
    )


class _Measure(msgspec.Struct, frozen=True):
    """The quantity of a chart."""

    by_share: bool
    is_standard: bool

    def get(self, month: MonthCount) -> float | None:
        if self.is_standard:
            return month.standard_share
        if not self.by_share:
            return month.episodes
        return month.episodes / month.all if month.all >= MIN_SHARE_EPISODES else None

    def find_limits(self, month: MonthCount) -> tuple[float, float] | None:
        if not self.is_standard or month.low is None or month.high is None:
            return None
        return month.low, month.high

    def find_highest(self, month: MonthCount) -> float:
        limits = self.find_limits(month)
        return max(self.get(month) or 0.0, limits[1] if limits else 0.0)

    def format(self, value: float) -> str:
        return format_percent(value) if self.by_share else format_count(round(value))

    def describe(self) -> str:
        if not self.by_share:
            return "Episodes by month of publication"
        if self.is_standard:
            return (
                "Share of each month’s episodes, as if every month held the same shows, "
                "with 95 % intervals"
            )
        return "Share of each month’s episodes"


class _ChartPlan(msgspec.Struct, frozen=True):
    """The quantity of a chart, and the numbers of the months that it draws."""

    measure: _Measure
    months: list[int]
    is_narrowed: bool = False  #: whether months of few shows are left out

    def select_months(self, series: Sequence[MonthSeries]) -> list[MonthSeries]:
        return [MonthSeries(each.name, [each.months[n] for n in self.months]) for each in series]


def _plan_chart(series: Sequence[MonthSeries], by_share: bool) -> _ChartPlan:
    """Choose shares if they are wanted and say enough of the things' episodes, else counts."""
    rows = make_rows(series)
    first = next((n for n, row in enumerate(rows) if row.has_episodes), 0)
    if first and rows[first - 1].month == previous_month(rows[first].month):
        first -= 1
    months = list(range(first, len(rows)))
    large = [n for n in months if rows[n].shows >= MIN_COMPARED_SHOWS]
    is_narrowed = 2 <= len(large) < len(months)
    chosen = large if is_narrowed else months
    counted = [n for n in chosen if rows[n].has_episodes]
    small = [n for n in chosen if rows[n].all < MIN_SHARE_EPISODES]
    is_told = counted and set(counted).isdisjoint(small)
    if by_share and is_told and 2 * len(small) < len(chosen):
        counts = [count for n in chosen for count in rows[n].counts]
        is_standard = any(count.standard_share is not None for count in counts)
        return _ChartPlan(_Measure(by_share, is_standard), chosen, is_narrowed)
    return _ChartPlan(_Measure(by_share=False, is_standard=False), months)


def _describe_rest(
    measure: _Measure, is_narrowed: bool, series: Sequence[MonthSeries], rows: list[MonthRow]
) -> str:
    """Return which months and episodes the chart leaves out, and what its signs mean."""
    notes = []
    if is_narrowed:
        notes.append("Months of fewer than three known shows are only in the table.")
    elif measure.by_share and any(row.all < MIN_SHARE_EPISODES for row in rows):
        notes.append("Months of fewer than three episodes have no share.")
    if measure.is_standard:
        notes.append("▲ and ▼: it rose or fell since the month before, in the shows of both.")
        notes += _describe_strata(rows)
    undated = [
        f"{pluralize(each.undated, 'episode')} of {each.name}" for each in series if each.undated
    ]
    if undated:
        notes.append(f"In no month, since no date of publication is known: {', '.join(undated)}.")
    return " ".join(notes)


def _describe_strata(rows: Sequence[MonthRow]) -> Iterator[str]:
    """Yield which episodes are compared as those of one show, and which are in no share."""
    total = sum(row.all for row in rows)
    if unknown := sum(row.counts[0].unknown_show for row in rows):
        yield (
            f"The show of {format_count(unknown)} of these {pluralize(total, 'episode')} is "
            "unknown: shares count them as one more show, and ▲ and ▼ leave them out."
        )
    if left_out := sum(row.all - row.standard_episodes for row in rows if row.standard_episodes):
        unknown_shows = " (the unknown ones count as one)" if unknown else ""
        yield (
            f"Shares leave out {pluralize(left_out, 'episode')} of shows{unknown_shows} that have "
            "episodes in one month only."
        )


class _PlotScale(msgspec.Struct, frozen=True):
    """The scales of a plot: its highest value, and its numbers of months and lines."""

    top: float
    months: int
    lines: int

    @property
    def right(self) -> int:
        return WIDTH_PX - (NAMES_WIDTH_PX if self.lines > 1 else RIGHT_PX)

    def place_value(self, value: float) -> float:
        height = HEIGHT_PX - TOP_PX - BOTTOM_PX
        return round(TOP_PX + height * (1 - min(value / self.top, 1.0)), 1)

    def place_month(self, number: int, line: int | None = None) -> float:
        """Return the middle of a month, or the place of a line's mark in it."""
        shift = 0.0 if line is None else (line - (self.lines - 1) / 2) * OFFSET_PX
        return round(LEFT_PX + (self.right - LEFT_PX) * (number + 0.5) / self.months + shift, 1)


def _draw_line(
    number: int,
    name: str,
    months: Sequence[tuple[MonthCount, str]],
    scale: _PlotScale,
    measure: _Measure,
) -> ChartSeries:
    """Return the line of a thing, given its months and the addresses of their episodes."""
    colour, shape, dashes = SERIES_STYLES[number]
    has_values = scale.lines == 1 and scale.months <= MAX_MONTH_LABELS
    segments: list[list[str]] = [[]]
    marks = []
    for place, (month, href) in enumerate(months):
        value = measure.get(month)
        is_gap = place > 0 and months[place - 1][0].month != previous_month(month.month)
        if (value is None or is_gap) and segments[-1]:
            segments.append([])
        if value is None:
            continue
        x, y = scale.place_month(place, number), scale.place_value(value)
        segments[-1].append(f"{x},{y}")
        following = measure.get(months[min(place + 1, len(months) - 1)][0]) or 0.0
        is_below = value < following
        # Below the axis are the months: a value that would reach it stands above the line, before
        # the month from which it rises.
        is_before = is_below and y + VALUE_BELOW_PX >= HEIGHT_PX - BOTTOM_PX
        top, interval = y, ""
        if limits := measure.find_limits(month):
            low, top = map(scale.place_value, limits)
            interval = f"M{x} {low}V{top}m-3 0h6m-3 0V{low}m-3 0h6"
        marks.append(
            ChartMark(
                x,
                y,
                "" if shape == "dot" else svg_points(shape, x, y, MARK_PX),
                f"{name}, {describe_month(month, value, measure.by_share)}",
                href,
                interval,
                _SIGNS[month.direction] if measure.is_standard else "",
                round(top - 5, 1),
                measure.format(value) if has_values else "",
                y + (VALUE_BELOW_PX if is_below and not is_before else VALUE_ABOVE_PX),
                is_before,
            )
        )
    return ChartSeries(
        number + 1,
        shorten(name, MAX_NAME_CHARS),
        colour,
        marks,
        dashes,
        [" ".join(points) for points in segments if points],
        marks[-1].y if marks else scale.place_value(0),
    )


def _draw_axes(
    months: Sequence[MonthCount], ticks: Sequence[float], scale: _PlotScale, measure: _Measure
) -> tuple[list[ChartText], list[GridLine]]:
    """Return the texts and lines of both axes; some months have no text if they are many."""
    bottom = HEIGHT_PX - BOTTOM_PX
    texts, grid = [], []
    for tick in ticks:
        y = scale.place_value(tick)
        texts.append(ChartText(measure.format(tick), LEFT_PX - 8, y + 4, "end"))
        grid.append(GridLine(LEFT_PX, y, scale.right, y))
    step = -(-len(months) // MAX_MONTH_LABELS)
    columns = [(("Month", "Episodes", "Shows"), float(LEFT_PX - 8), "end")]
    for place, month in enumerate(months):
        if (len(months) - 1 - place) % step == 0:
            name = date.fromisoformat(f"{month.month}-01").strftime("%b %Y")
            column = (name, format_count(month.all), format_count(month.shows))
            columns.append((column, scale.place_month(place), "middle"))
            grid.append(GridLine(columns[-1][1], bottom, columns[-1][1], bottom + 5))
    number_of_rows = len(ROWS_PX) if measure.by_share else 1
    for column, x, anchor in columns:
        for text, y in zip(column[:number_of_rows], ROWS_PX[:number_of_rows], strict=True):
            texts.append(ChartText(text, x, bottom + y, anchor))
    return texts, grid


def _spread_names(lines: Sequence[ChartSeries]) -> list[ChartSeries]:
    heights = spread_names([line.name_y for line in lines], float(HEIGHT_PX - BOTTOM_PX))
    return [
        msgspec.structs.replace(line, name_y=height + 4)
        for line, height in zip(lines, heights, strict=True)
    ]
