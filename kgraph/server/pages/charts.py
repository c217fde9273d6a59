"""Pictures that need no script: bars of a timeline, and what stands around a thing.

Takes facts, gives numbers for templates to write as SVG and HTML. A bar is a link with words
of its own, so that a timeline is a list for who hears it and for who uses no mouse; nothing
is drawn by a library in the browser, where a few bars would cost a hundred kilobytes of
script and could not be read without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

import msgspec

from kgraph.base.text import pluralize, shorten
from kgraph.draw.legend import TYPE_STYLES
from kgraph.draw.network import DASHED_BELOW_CONFIDENCE, FONT_PX, MAX_LABEL_CHARS, label_width
from kgraph.draw.shapes import svg_points
from kgraph.server.pages.templates import format_percent
from kgraph.views.neighbourhood import Neighbourhood, Node, Tie
from kgraph.views.values import MonthCount

BAR_HEIGHT = 100.0
"""Height of the highest bar, in its own units."""

MIN_BAR_HEIGHT = 2.0
"""Height of the lowest bar that is none of nothing: one that is seen."""

CHART_MARGIN_PX = 8.0
"""Room around a picture, in pixels."""


class MonthBar(msgspec.Struct, frozen=True):
    """A month of a timeline.

    Attributes:
        month, year: what to write below; the year is seen where it is a ``new_year``.
        words: what follows the count, for who hears it.
        count: how many episodes.
        y, height: of the bar, in parts of :data:`BAR_HEIGHT` from above.
        href: the episodes behind it; "" where there are none.
        after_gap: months without any episode come before it.
    """

    month: str
    year: str
    new_year: bool
    words: str
    count: int
    y: float
    height: float
    href: str
    after_gap: bool


def make_bars(
    months: Sequence[MonthCount], path: str, asked: dict[str, str], by_share: bool
) -> list[MonthBar]:
    """A timeline.

    Args:
        months: of the corpus, in order; what comes before the first one that counts is left
            out, and what comes after the last is not: it tells that there is nothing more.
        path: of the list of episodes behind each bar.
        asked: its parameters, to which the month is added.
        by_share: whether heights are parts of all episodes of the month, or numbers of them.
    """
    shown = _trim_months(months)
    values = [_bar_value(month, by_share) for month in shown]
    most = max(values, default=0.0) or 1.0
    found = []
    for number, (month, value) in enumerate(zip(shown, values, strict=True)):
        before = shown[number - 1].month if number else ""
        height = max(BAR_HEIGHT * value / most, MIN_BAR_HEIGHT) if value else 0.0
        found.append(
            MonthBar(
                _format_month(month.month, "%b"),
                month.month[:4],
                month.month[:4] != before[:4],
                _bar_label(month, by_share),
                month.episodes,
                round(BAR_HEIGHT - height, 1),
                round(height, 1),
                f"{path}?{urlencode({**asked, 'month': month.month})}" if month.episodes else "",
                bool(before) and not _is_next_month(before, month.month),
            )
        )
    return found


def _trim_months(months: Sequence[MonthCount]) -> Sequence[MonthCount]:
    """From the month before the first, which shows where it begins."""
    counted = [number for number, month in enumerate(months) if month.episodes]
    if not counted:
        return []
    first = counted[0]
    has_one_before = first > 0 and _is_next_month(months[first - 1].month, months[first].month)
    return months[first - has_one_before :]


def _bar_value(month: MonthCount, by_share: bool) -> float:
    return month.episodes / month.all if by_share else float(month.episodes)


def _bar_label(month: MonthCount, by_share: bool) -> str:
    """What follows the count.

    >>> _bar_label(MonthCount("2025-09", 18, 72), True), _bar_label(MonthCount("2025-09", 1, 72), False)
    (' of 72 episodes, 25 %', ' episode')
    """
    if not by_share:
        return " episode" if month.episodes == 1 else " episodes"
    return f" of {pluralize(month.all, 'episode')}, {format_percent(month.episodes / month.all)}"


def _format_month(month: str, form: str) -> str:
    return date.fromisoformat(f"{month}-01").strftime(form)


def _is_next_month(before: str, month: str) -> bool:
    one, other = (int(text[:4]) * 12 + int(text[5:]) for text in (before, month))
    return other == one + 1


class NodeMark(msgspec.Struct, frozen=True):
    """A node of a picture: where it stands, how it looks, what is written below it."""

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
    """A link of a picture; dashed where it is unsure."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    dashed: bool


class NeighbourhoodPicture(msgspec.Struct, frozen=True):
    """What stands around a thing, ready to be written as SVG."""

    width: float
    height: float
    marks: list[NodeMark]
    lines: list[LinkLine]
    font: int = FONT_PX


def draw_neighbourhood(found: Neighbourhood) -> NeighbourhoodPicture:
    """The picture of a neighbourhood, its upper left corner at 0, 0."""
    boxes = [_mark_box(node) for node in found.nodes]
    left, top = (
        min(box[0] for box in boxes) - CHART_MARGIN_PX,
        min(box[1] for box in boxes) - CHART_MARGIN_PX,
    )
    right, bottom = (
        max(box[2] for box in boxes) + CHART_MARGIN_PX,
        max(box[3] for box in boxes) + CHART_MARGIN_PX,
    )
    at = {node.thing.id: (node.x - left, node.y - top) for node in found.nodes}
    return NeighbourhoodPicture(
        round(right - left),
        round(bottom - top),
        [_make_mark(node, *at[node.thing.id], found.focus.id) for node in found.nodes],
        [_make_line(tie, at[tie.source], at[tie.target]) for tie in found.edges],
    )


def _mark_box(node: Node) -> tuple[float, float, float, float]:
    half = max(node.radius, label_width(shorten(node.thing.label, MAX_LABEL_CHARS)) / 2)
    return (
        node.x - half,
        node.y - node.radius,
        node.x + half,
        node.y + node.radius + FONT_PX + 4,
    )


def _make_mark(node: Node, x: float, y: float, focus: str) -> NodeMark:
    return NodeMark(
        node.thing.id,
        node.thing.type,
        f"{node.thing.label}, {node.thing.type}, {pluralize(node.episodes, 'episode')}",
        shorten(node.thing.label, MAX_LABEL_CHARS),
        round(x, 1),
        round(y, 1),
        node.radius,
        svg_points(TYPE_STYLES[node.thing.type].shape, x, y, node.radius),
        round(y + node.radius + FONT_PX, 1),
        node.thing.id == focus,
    )


def _make_line(tie: Tie, one: tuple[float, float], other: tuple[float, float]) -> LinkLine:
    x1, y1, x2, y2 = (round(value, 1) for value in (*one, *other))
    width = round(0.8 + 4 * max(tie.association, 0.0), 1)
    return LinkLine(x1, y1, x2, y2, width, tie.confidence < DASHED_BELOW_CONFIDENCE)
