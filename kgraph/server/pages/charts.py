"""Charts without script: the bars of a timeline, and the drawing of a neighbourhood.

Computes the numbers that templates write as HTML and SVG. Each bar is a link with a text, so that a
timeline is a list for screen readers and keyboards. A charting library would cost a hundred
kilobytes of script, and show nothing without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
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
from kgraph.server.pages.templates import format_percent
from kgraph.views.neighbourhood import Neighbourhood
from kgraph.views.values import MonthCount

BAR_HEIGHT = 100.0  #: of the highest bar, in units of its viewBox
MIN_BAR_HEIGHT = 2.0  #: of the lowest bar above 0, so that it is visible

MAX_INTERVAL_SCALE = 1.5  #: height of the chart relative to its highest bar, for intervals

CHART_MARGIN_PX = 8.0


class MonthBar(msgspec.Struct, frozen=True):
    """A month of a timeline."""

    month: str
    year: str
    new_year: bool  #: the year is shown
    words: str  #: text after the count, for screen readers
    count: int
    y: float  #: from the top, in units of :data:`BAR_HEIGHT`
    height: float
    low: float  #: limits of the interval of the height, from the top; equal if there is none
    high: float
    href: str  #: the episodes; "" if there are none
    after_gap: bool  #: months without any episode come before it
    direction: str  #: ``rose`` or ``fell`` since the month before; "" otherwise


def make_bars(
    months: Sequence[MonthCount], path: str, parameters: dict[str, str], by_share: bool
) -> list[MonthBar]:
    """Return the bars of a timeline.

    Args:
        months: of the corpus, in order. Months before the first that counts are left out, but not
            those after the last: they show that there is nothing more.
        path: of the list of episodes that bars link to.
        parameters: of that list, besides the month.
        by_share: whether heights are standardised shares of the episodes of the month, or numbers
            of them. Without any month that can be standardised they are shares of all episodes.
    """
    months = _trim_months(months)
    is_standard = by_share and any(month.standard_share is not None for month in months)
    values = [_bar_value(month, by_share, is_standard) for month in months]
    max_value = max(values, default=0.0) or 1.0
    if is_standard:  # the intervals fit in, unless that of a small month would flatten the bars
        highest = max(month.high or 0.0 for month in months)
        max_value = max(max_value, min(highest, MAX_INTERVAL_SCALE * max_value))
    bars = []
    for number, (month, value) in enumerate(zip(months, values, strict=True)):
        previous = months[number - 1].month if number else ""
        height = max(BAR_HEIGHT * value / max_value, MIN_BAR_HEIGHT) if value else 0.0
        query = urlencode({**parameters, "month": month.month})
        limits = (month.low or 0.0, month.high or 0.0) if is_standard else (0.0, 0.0)
        low, high = (BAR_HEIGHT * (1 - min(1.0, limit / max_value)) for limit in limits)
        bars.append(
            MonthBar(
                month=date.fromisoformat(f"{month.month}-01").strftime("%b"),
                year=month.month[:4],
                new_year=month.month[:4] != previous[:4],
                words=_bar_label(month, by_share),
                count=month.episodes,
                y=round(BAR_HEIGHT - height, 1),
                height=round(height, 1),
                low=round(low, 1),
                high=round(high, 1),
                href=f"{path}?{query}" if month.episodes else "",
                after_gap=bool(previous) and not _is_next_month(previous, month.month),
                direction=month.direction if by_share else "",
            )
        )
    return bars


def _trim_months(months: Sequence[MonthCount]) -> Sequence[MonthCount]:
    """Drop the months before the first that counts, but for the one directly before it."""
    first = next((number for number, month in enumerate(months) if month.episodes), len(months))
    if 0 < first < len(months) and _is_next_month(months[first - 1].month, months[first].month):
        first -= 1
    return months[first:]


def _bar_value(month: MonthCount, by_share: bool, is_standard: bool) -> float:
    if is_standard:
        return month.standard_share or 0.0
    return month.episodes / month.all if by_share else float(month.episodes)


def _bar_label(month: MonthCount, by_share: bool) -> str:
    """Return the text after the count.

    >>> september = MonthCount("2025-09", 18, 72, 20, 0.21, 0.14, 0.3, 0.1, 0.02, 0.2, 9, "rose")
    >>> print(_bar_label(september, True))
     of 72 episodes of 20 shows; standardised 21 % (14 % to 30 %); rose in 9 shows of both months
    >>> _bar_label(MonthCount("2025-09", 18, 72), True), _bar_label(september, False)
    (' of 72 episodes, 25 %', ' episodes')
    """
    if not by_share:
        return " episode" if month.episodes == 1 else " episodes"
    label = f" of {pluralize(month.all, 'episode')}"
    if month.standard_share is None or month.low is None or month.high is None:
        return f"{label}, {format_percent(month.episodes / month.all)}"
    share, low, high = map(format_percent, (month.standard_share, month.low, month.high))
    label = f"{label} of {pluralize(month.shows, 'show')}; standardised {share} ({low} to {high})"
    if month.direction:
        label += f"; {month.direction} in {pluralize(month.same_shows, 'show')} of both months"
    return label


def _is_next_month(month: str, next_month: str) -> bool:
    first, second = (int(text[:4]) * 12 + int(text[5:]) for text in (month, next_month))
    return second == first + 1


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
