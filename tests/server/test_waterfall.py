"""The waterfall of a decision: its bars are its steps, and end at its confidence."""

import math

import pytest

from kgraph.base.model import Reason
from kgraph.server.pages.waterfall import (
    AXIS_PX,
    MARGIN_PERCENT,
    MAX_LABEL_CHARS,
    MIN_BAR_PERCENT,
    ROW_PX,
    draw_waterfall,
)

STEPS = [
    Reason("named", "a start", -0.5),
    Reason("found", "the lexicon has it", 3.0),
    Reason("left", "a word before it", -1.5),
    Reason("lighter", "nothing", 0.0),
]


def test_each_bar_starts_where_the_one_before_it_ends():
    picture = draw_waterfall(STEPS)
    start = next(tick.x for tick in picture.ticks if tick.is_even)
    for bar, step in zip(picture.bars, STEPS, strict=True):
        left, right = min(start, bar.end), max(start, bar.end)
        assert bar.x == pytest.approx(left)
        assert bar.width == pytest.approx(max(right - left, MIN_BAR_PERCENT), abs=0.011)
        assert bar.is_negative == (step.weight < 0)
        start = bar.end
    assert picture.total.end == start


def test_lengths_are_weights_on_one_scale():
    picture = draw_waterfall(STEPS)
    scale = (100 - 2 * MARGIN_PERCENT) / 3.0  # from -0.5 to 2.5
    widths = [bar.width for bar in (*picture.bars[:3], picture.total)]
    assert widths == pytest.approx([0.5 * scale, 3 * scale, 1.5 * scale, scale], abs=0.02)
    assert (min(bar.x for bar in picture.bars), picture.bars[1].end) == (3.0, 97.0)


def test_the_last_bar_is_the_sum_and_the_confidence():
    picture = draw_waterfall(STEPS)
    assert (picture.total.weight, picture.total.probability) == ("+1.00", "73.1 %")
    assert picture.total.words == "all steps together: 73.1 %"
    assert [bar.weight for bar in picture.bars] == ["−0.50", "+3.00", "−1.50", "+0.00"]
    assert [bar.probability for bar in picture.bars] == ["37.8 %", "92.4 %", "73.1 %", "73.1 %"]
    assert picture.words == (
        "4 steps lead from even odds, 50 %, to 73.1 %. Of them 2 speak against the decision."
    )


def test_ticks_are_probabilities_of_the_scale():
    ticks = draw_waterfall(STEPS).ticks
    assert [(tick.label, tick.is_even) for tick in ticks] == [("50 %", True), ("90 %", False)]
    scale = (100 - 2 * MARGIN_PERCENT) / 3.0
    assert ticks[1].x == pytest.approx(MARGIN_PERCENT + scale * (0.5 + math.log(9)), abs=0.01)


def test_rows_follow_each_other_and_fit_the_picture():
    picture = draw_waterfall(STEPS)
    tops = [bar.y for bar in (*picture.bars, picture.total)]
    assert tops == [AXIS_PX + ROW_PX * number for number in range(5)]
    assert picture.height == tops[-1] + ROW_PX


def test_labels_are_cut_and_words_are_not():
    words = "x" * 500
    [bar] = draw_waterfall([Reason("left", words, 1.0)]).bars
    assert (len(bar.label), bar.words) == (MAX_LABEL_CHARS, words)


def test_without_steps_there_is_no_picture():
    assert draw_waterfall([]) is None


@pytest.mark.parametrize("weight", [0.0, 1e-12, -30.0, 30.0])
def test_extreme_weights_stay_within_the_picture(weight):
    picture = draw_waterfall([Reason("a", "b", weight)])
    for bar in (*picture.bars, picture.total):
        assert 0 <= bar.x <= bar.x + bar.width <= 100.5
