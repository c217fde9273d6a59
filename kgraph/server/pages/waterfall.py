"""The waterfall of one decision: from even odds, step by step, to its confidence.

Computes the positions that a template writes as SVG, above a table of the same numbers. The
horizontal axis is in log-odds, in which the steps add up; its ticks are probabilities. Splink and
SHAP draw waterfalls of their models in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from kgraph.base.model import Reason
from kgraph.base.text import shorten
from kgraph.server.html.templates import format_signed

#: Probabilities that may be ticks, with their labels; even odds is always one.
TICKS = (
    (0.0001, "0.01 %"), (0.001, "0.1 %"), (0.01, "1 %"), (0.1, "10 %"), (0.5, "50 %"),
    (0.9, "90 %"), (0.99, "99 %"), (0.999, "99.9 %"), (0.9999, "99.99 %"),
)  # fmt: skip

MARGIN_PERCENT = 3.0  #: of the picture's width, on both sides of the bars
MIN_BAR_PERCENT = 0.4  #: width of the narrowest bar, so that it is visible
ROW_PX = 38  #: height of a step: a line of text above a bar
AXIS_PX = 24  #: height of the labels of the axis
MAX_LABEL_CHARS = 40  #: of a step in the picture, beside its weight on a phone; the table has all


class WaterfallBar(msgspec.Struct, frozen=True):
    """A step. Positions ``x``, ``width``, ``end`` are in percent of the width, ``y`` in pixels.

    Attributes:
        part: where the evidence comes from; ``words`` is the evidence, ``label`` its beginning.
        weight: in log-odds, with its sign.
        probability: after this step.
        is_negative: whether it speaks against the decision.
        y: top of the row; ``end``: where the step ends, from which the next one starts.
    """

    part: str
    words: str
    label: str
    weight: str
    probability: str
    is_negative: bool
    x: float
    width: float
    y: int
    end: float


class WaterfallTick(msgspec.Struct, frozen=True):
    """A tick of the axis; ``x`` in percent of the width."""

    label: str
    x: float
    is_even: bool  #: whether it is at even odds, where the steps start


class Waterfall(msgspec.Struct, frozen=True):
    """A picture of the steps of a confidence.

    Attributes:
        bars: in order; ``total`` is the bar of the confidence itself.
        ticks: of the axis, from left to right.
        height: in pixels.
        words: the whole picture in a sentence.
    """

    bars: list[WaterfallBar]
    total: WaterfallBar
    ticks: list[WaterfallTick]
    height: int
    words: str


def draw_waterfall(steps: Sequence[Reason]) -> Waterfall | None:
    """Return the picture of steps that add up to a confidence; None if there are none.

    >>> picture = draw_waterfall([Reason("a", "one", 2.0), Reason("b", "two", -0.5)])
    >>> [(bar.weight, bar.probability) for bar in (*picture.bars, picture.total)]
    [('+2.00', '88.1 %'), ('−0.50', '81.8 %'), ('+1.50', '81.8 %')]
    """
    if not steps:
        return None
    ends = [math.fsum(step.weight for step in steps[: n + 1]) for n in range(len(steps))]
    scale = _LogOddsScale(min(0.0, *ends), max(0.0, *ends))
    bars = [
        _draw_bar(step, number, start, end, scale)
        for number, (step, start, end) in enumerate(zip(steps, [0.0, *ends], ends, strict=False))
    ]
    sure = format_probability(_sigmoid(ends[-1]))
    final = Reason("confidence", f"all steps together: {sure}", ends[-1])
    total = _draw_bar(final, len(bars), 0.0, ends[-1], scale)
    words = (
        f"{len(bars)} steps lead from even odds, 50 %, to {total.probability}. "
        f"Of them {sum(bar.is_negative for bar in bars)} speak against the decision."
    )
    ticks = [
        WaterfallTick(label, scale.place(_log_odds(p)), p == 0.5)
        for p, label in TICKS
        if scale.low <= _log_odds(p) <= scale.high
    ]
    return Waterfall(bars, total, ticks, ROW_PX * (len(bars) + 1) + AXIS_PX, words)


class _LogOddsScale(msgspec.Struct, frozen=True):
    """The horizontal scale: its least and its greatest log-odds."""

    low: float
    high: float

    def place(self, log_odds: float) -> float:
        """Return a position in percent of the width."""
        span = self.high - self.low or 1.0
        inner = 100 - 2 * MARGIN_PERCENT
        return round(MARGIN_PERCENT + inner * (log_odds - self.low) / span, 2)


def _draw_bar(
    step: Reason, number: int, start: float, end: float, scale: _LogOddsScale
) -> WaterfallBar:
    left, right = sorted((scale.place(start), scale.place(end)))
    return WaterfallBar(
        step.part,
        step.words,
        shorten(step.words, MAX_LABEL_CHARS),
        format_signed(end - start),
        format_probability(_sigmoid(end)),
        end < start,
        left,
        round(max(right - left, MIN_BAR_PERCENT), 2),
        AXIS_PX + ROW_PX * number,
        scale.place(end),
    )


def format_probability(value: float) -> str:
    """Format a probability with the decimals that tell it from 0 and 1.

    >>> [format_probability(p) for p in (0.5, 0.9412, 0.99743, 0.00012, 0.99998, 0.00001)]
    ['50.0 %', '94.1 %', '99.74 %', '0.01 %', '>99.99 %', '<0.01 %']
    """
    if value >= 0.99995:
        return ">99.99 %"
    if value < 0.00005:
        return "<0.01 %"
    decimals = 2 if min(value, 1 - value) < 0.01 else 1
    return f"{100 * value:.{decimals}f} %"


def _sigmoid(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))
