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

from kgraph.base.text import counted, shorten
from kgraph.draw.legend import LOOKS
from kgraph.draw.network import FONT, LABEL, UNSURE, label_width
from kgraph.draw.shapes import points
from kgraph.server.pages.templates import percent
from kgraph.views.neighbourhood import Neighbourhood, Node, Tie
from kgraph.views.values import Month

HIGH = 100.0
"""Height of the highest bar, in its own units."""

LEAST = 2.0
"""Height of the lowest bar that is none of nothing: one that is seen."""

EDGE = 8.0
"""Room around a picture, in pixels."""


class Bar(msgspec.Struct, frozen=True):
    """A month of a timeline.

    Attributes:
        month, year: what to write below; the year is seen where it is a ``new_year``.
        words: what follows the count, for who hears it.
        count: how many episodes.
        y, height: of the bar, in parts of :data:`HIGH` from above.
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


def bars(months: Sequence[Month], path: str, asked: dict[str, str], by_share: bool) -> list[Bar]:
    """A timeline.

    Args:
        months: of the corpus, in order; what comes before the first one that counts is left
            out, and what comes after the last is not: it tells that there is nothing more.
        path: of the list of episodes behind each bar.
        asked: its parameters, to which the month is added.
        by_share: whether heights are parts of all episodes of the month, or numbers of them.
    """
    shown = _trimmed(months)
    values = [_value(month, by_share) for month in shown]
    most = max(values, default=0.0) or 1.0
    found = []
    for number, (month, value) in enumerate(zip(shown, values, strict=True)):
        before = shown[number - 1].month if number else ""
        height = max(HIGH * value / most, LEAST) if value else 0.0
        found.append(
            Bar(
                _name(month.month, "%b"),
                month.month[:4],
                month.month[:4] != before[:4],
                _words(month, by_share),
                month.episodes,
                round(HIGH - height, 1),
                round(height, 1),
                f"{path}?{urlencode({**asked, 'month': month.month})}" if month.episodes else "",
                bool(before) and not _follows(before, month.month),
            )
        )
    return found


def _trimmed(months: Sequence[Month]) -> Sequence[Month]:
    """From the month before the first, which shows where it begins."""
    counted = [number for number, month in enumerate(months) if month.episodes]
    if not counted:
        return []
    first = counted[0]
    has_one_before = first > 0 and _follows(months[first - 1].month, months[first].month)
    return months[first - has_one_before :]


def _value(month: Month, by_share: bool) -> float:
    return month.episodes / month.all if by_share else float(month.episodes)


def _words(month: Month, by_share: bool) -> str:
    """What follows the count.

    >>> _words(Month("2025-09", 18, 72), True), _words(Month("2025-09", 1, 72), False)
    (' of 72 episodes, 25 %', ' episode')
    """
    if not by_share:
        return " episode" if month.episodes == 1 else " episodes"
    return f" of {counted(month.all, 'episode')}, {percent(month.episodes / month.all)}"


def _name(month: str, form: str) -> str:
    return date.fromisoformat(f"{month}-01").strftime(form)


def _follows(before: str, month: str) -> bool:
    one, other = (int(text[:4]) * 12 + int(text[5:]) for text in (before, month))
    return other == one + 1


class Mark(msgspec.Struct, frozen=True):
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


class Line(msgspec.Struct, frozen=True):
    """A link of a picture; dashed where it is unsure."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    dashed: bool


class Picture(msgspec.Struct, frozen=True):
    """What stands around a thing, ready to be written as SVG."""

    width: float
    height: float
    marks: list[Mark]
    lines: list[Line]
    font: int = FONT


def picture(found: Neighbourhood) -> Picture:
    """The picture of a neighbourhood, its upper left corner at 0, 0."""
    boxes = [_box(node) for node in found.nodes]
    left, top = min(box[0] for box in boxes) - EDGE, min(box[1] for box in boxes) - EDGE
    right, bottom = max(box[2] for box in boxes) + EDGE, max(box[3] for box in boxes) + EDGE
    at = {node.thing.id: (node.x - left, node.y - top) for node in found.nodes}
    return Picture(
        round(right - left),
        round(bottom - top),
        [_mark(node, *at[node.thing.id], found.focus.id) for node in found.nodes],
        [_line(tie, at[tie.source], at[tie.target]) for tie in found.edges],
    )


def _box(node: Node) -> tuple[float, float, float, float]:
    half = max(node.radius, label_width(shorten(node.thing.label, LABEL)) / 2)
    return (
        node.x - half,
        node.y - node.radius,
        node.x + half,
        node.y + node.radius + FONT + 4,
    )


def _mark(node: Node, x: float, y: float, focus: str) -> Mark:
    return Mark(
        node.thing.id,
        node.thing.type,
        f"{node.thing.label}, {node.thing.type}, {counted(node.episodes, 'episode')}",
        shorten(node.thing.label, LABEL),
        round(x, 1),
        round(y, 1),
        node.radius,
        points(LOOKS[node.thing.type].shape, x, y, node.radius),
        round(y + node.radius + FONT, 1),
        node.thing.id == focus,
    )


def _line(tie: Tie, one: tuple[float, float], other: tuple[float, float]) -> Line:
    x1, y1, x2, y2 = (round(value, 1) for value in (*one, *other))
    width = round(0.8 + 4 * max(tie.association, 0.0), 1)
    return Line(x1, y1, x2, y2, width, tie.confidence < UNSURE)
