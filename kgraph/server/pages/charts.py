"""Charts without script: their values as SVG, on a page or as a file with its title and source.

A chart is computed here and in :mod:`kgraph.server.pages.month_chart`, in pixels at zoom 1; the
template ``chart.html`` writes it. A table beside it has the same numbers, which screen readers and
keyboards use.

Invariants:
    * what stands for a value is placed by the value that is printed, on an axis from 0;
    * bars are in the order of the rows that they show;
    * colour alone tells nothing apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from starlette.responses import Response

from kgraph.analysis.presentation import Bar
from kgraph.base.text import pluralize, shorten
from kgraph.base.xml import sanitize_xml
from kgraph.operations.charts import choose_ticks
from kgraph.operations.html import make_id_path
from kgraph.query.display import format_decimal
from kgraph.server.html.templates import (
    Hyperlink,
    format_number,
    render_template,
)
from kgraph.views.open_graph import OpenGraph

SVG_MEDIA_TYPE = "image/svg+xml"

WIDTH_PX = 760  #: of every chart

MAX_FILE_NAME_CHARS = 60
_NOT_IN_FILE_NAME = re.compile(r"[^a-z0-9]+")

NAME_WIDTH_PX, VALUE_WIDTH_PX = 236, 64  #: left and right of bars
MAX_BAR_NAME_CHARS = 32
ROW_PX, BAR_PX, AXIS_PX = 26, 14, 26
MIN_BAR_PX = 1.0  #: of the shortest bar above 0, so that it is visible

#: Colour on light ground, shape of marks, and dashes of each series. Colours stand at 4.5:1 or
#: more on the page's ground; the style sheet has those for dark ground. Triangles are the signs of
#: a rise and a fall.
SERIES_STYLES = (
    ("#0072b2", "dot", ""),
    ("#b84f00", "square", "7 3"),
    ("#00785a", "diamond", "2 3"),
    ("#a8408a", "cross", "9 3 2 3"),
    ("#7a5c00", "star", "4 4"),
    ("#333333", "hexagon", "12 4"),
)


class ChartText(msgspec.Struct, frozen=True):
    """A text beside the plot; ``y`` is that of its base line."""

    text: str
    x: float
    y: float
    anchor: str = "middle"  #: as SVG has it
    href: str = ""  #: "" for no link


class GridLine(msgspec.Struct, frozen=True):
    """A line of an axis."""

    x1: float
    y1: float
    x2: float
    y2: float


class ChartMark(msgspec.Struct, frozen=True):
    """A value: its mark, its interval, and all that it shows in words."""

    x: float
    y: float
    points: str  #: corners of the mark; "" for a disc
    words: str
    href: str = ""  #: of its evidence; "" for none
    interval: str = ""  #: path of its interval; "" for none
    sign: str = ""  #: ▲ or ▼ above it
    sign_y: float = 0.0
    value: str = ""  #: beside it; "" where there is no room
    value_y: float = 0.0
    is_value_before: bool = False  #: whether it stands left of the mark


class ChartSeries(msgspec.Struct, frozen=True):
    """Values that belong together. Lines are in segments: they are broken where one is missing."""

    number: int  #: from 1; also names the class of its colours
    name: str
    colour: str
    marks: list[ChartMark]
    dashes: str = ""
    segments: list[str] = []  #: points, as SVG takes them
    name_y: float = 0.0  #: of the name at its end
    is_bars: bool = False


class DrawnChart(msgspec.Struct, frozen=True):
    """A chart in pixels, its top left corner at 0, 0."""

    title: str
    measure: str  #: what its values are, as a sentence
    height: float
    texts: list[ChartText]
    grid: list[GridLine]
    series: list[ChartSeries]
    note: str = ""  #: what else a reader has to know, in sentences
    name_x: float = 0.0  #: of the names at the ends of lines; 0 for none
    width: int = WIDTH_PX
    mark_radius: float = 4.5


def draw_bars(
    bars: Sequence[Bar], measure: str, title: str, note: str = "", of_nothing: str = ""
) -> DrawnChart | None:
    """Return horizontal bars, in the order of the rows that they show; None if there are none.

    Args:
        bars: values and their labels.
        measure: what the values are.
        title: of the chart.
        note: what else a reader has to know.
        of_nothing: words for a value of at most 0, which has no bar; "" to print the number.
    """
    if not bars:
        return None
    is_whole = all(bar.value == int(bar.value) for bar in bars)
    highest = max(max(0.0, bar.value, bar.high or 0.0) for bar in bars)
    ticks = choose_ticks(highest, 1 if is_whole else 10_000)
    right = WIDTH_PX - VALUE_WIDTH_PX
    scale = (right - NAME_WIDTH_PX) / ticks[-1]
    bottom = ROW_PX * len(bars) + 4.0
    ticked = [(tick, round(NAME_WIDTH_PX + scale * tick, 1)) for tick in ticks]
    texts = [ChartText(format_number(tick), x, bottom + 18) for tick, x in ticked]
    marks = []
    for number, bar in enumerate(bars):
        top = number * ROW_PX + (ROW_PX - BAR_PX) / 2
        middle = top + BAR_PX / 2 + 4
        length = max(scale * bar.value, MIN_BAR_PX) if bar.value > 0 else 0.0
        end = round(NAME_WIDTH_PX + length, 1)
        name = shorten(bar.label.text, MAX_BAR_NAME_CHARS)
        href = make_id_path(bar.label.id) if bar.label.id else ""
        texts.append(ChartText(name, NAME_WIDTH_PX - 8, middle, "end", href))
        interval, text_x = "", end
        if bar.low is not None and bar.high is not None:
            low, text_x = (
                round(NAME_WIDTH_PX + scale * max(limit, 0.0), 1) for limit in (bar.low, bar.high)
            )
            y = top + BAR_PX / 2
            interval = f"M{low} {y}H{text_x}m0 -3v6M{low} {y - 3}v6"
        printed = of_nothing if of_nothing and bar.value <= 0 else format_decimal(bar.value, ",")
        texts.append(ChartText(printed, text_x + 6, middle, "start"))
        points = f"{NAME_WIDTH_PX},{top} {end},{top} {end},{top + BAR_PX} "
        points += f"{NAME_WIDTH_PX},{top + BAR_PX}"
        words = f"{bar.label.text}: {printed}"
        if interval:
            words += f" ({bar.low} to {bar.high})"
        marks.append(ChartMark(end, middle, points, words, href, interval))
    return DrawnChart(
        title=title,
        measure=f"Bars show {measure}",
        height=bottom + AXIS_PX,
        texts=texts,
        grid=[GridLine(x, 0, x, bottom) for _, x in ticked],
        series=[ChartSeries(1, "", SERIES_STYLES[0][0], marks, is_bars=True)],
        note=note,
    )


# -- files ---------------------------------------------------------------------------


def link_svg(address: str) -> Hyperlink:
    """Return the link to a chart as a file, given the address of its page."""
    return Hyperlink("SVG", f"{address}{'&' if '?' in address else '?'}format=svg")


def send_chart(
    chart: DrawnChart, graph: OpenGraph, address: str, headers: dict[str, str]
) -> Response:
    """Return a chart as an SVG file with its title and source. It leaves this server.

    Args:
        chart: without links.
        graph: whose days of publication the source states.
        address: path and query of the page that shows the chart.
        headers: of the response.
    """
    days = [summary.date[:10] for summary in graph.summaries.values() if summary.is_dated]
    span = f" from {min(days)} to {max(days)}" if days else ""
    source = f"Source: kgraph, {pluralize(len(graph.summaries), 'episode')}{span}. {address}"
    data = sanitize_xml(render_template("chart.svg", chart=chart, source=source).encode())
    name = _NOT_IN_FILE_NAME.sub("-", chart.title.lower()).strip("-")[:MAX_FILE_NAME_CHARS]
    attachment = {"Content-Disposition": f'attachment; filename="{name or "chart"}.svg"'}
    return Response(data, 200, headers | attachment, SVG_MEDIA_TYPE)
