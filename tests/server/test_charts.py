"""Charts of bars as numbers: lengths, printed values and intervals are one quantity."""

import pytest

from kgraph.analysis.presentation import Bar, Cell
from kgraph.operations.charts import MAX_TICKS, choose_ticks
from kgraph.server.pages.charts import (
    BAR_PX,
    NAME_WIDTH_PX,
    VALUE_WIDTH_PX,
    WIDTH_PX,
    draw_bars,
    link_svg,
)

PLOT_PX = WIDTH_PX - VALUE_WIDTH_PX - NAME_WIDTH_PX


def ends(chart):
    """The right end of each bar."""
    return [float(mark.points.split()[1].split(",")[0]) for mark in chart.series[0].marks]


def test_words_stand_for_a_value_without_a_bar():
    bars = [Bar(Cell("A"), 0.5), Bar(Cell("B"), 0.0), Bar(Cell("C"), -0.4588)]
    chart = draw_bars(bars, "association", "A question", of_nothing="may be chance")
    assert [t.text for t in chart.texts if t.anchor == "start"] == ["0.5", *["may be chance"] * 2]
    assert [mark.words for mark in chart.series[0].marks][1:] == [
        "B: may be chance",
        "C: may be chance",
    ]
    assert ends(chart)[1:] == [NAME_WIDTH_PX, NAME_WIDTH_PX]


def test_a_bar_is_as_long_as_the_number_beside_it():
    bars = [Bar(Cell("A & B", "company/a&b"), 3.5), Bar(Cell("C"), 1.25), Bar(Cell("D"), 0)]
    chart = draw_bars(bars, "entries per episode", "A question")
    assert (chart.title, chart.measure) == ("A question", "Bars show entries per episode")
    values = [text.text for text in chart.texts if text.anchor == "start"]
    assert values == ["3.5", "1.25", "0"]
    lengths = [(end - NAME_WIDTH_PX) / PLOT_PX * 4 for end in ends(chart)]  # the axis ends at 4
    assert lengths == pytest.approx([3.5, 1.25, 0], abs=0.001)
    axis = [text.text for text in chart.texts if text.anchor == "middle"]
    assert axis == ["0", "1", "2", "3", "4"]
    names = [(text.text, text.href) for text in chart.texts if text.anchor == "end"]
    assert names == [("A & B", "/company/a%26b"), ("C", ""), ("D", "")]
    assert [mark.words for mark in chart.series[0].marks][:2] == ["A & B: 3.5", "C: 1.25"]
    assert all(0 < mark.y < chart.height - BAR_PX for mark in chart.series[0].marks)


def test_an_axis_reaches_every_interval():
    chart = draw_bars([Bar(Cell("A"), 12.0, 4.0, 31.5)], "rise", "Risers")
    assert [text.text for text in chart.texts if text.anchor == "middle"][-1] == "40"
    mark = chart.series[0].marks[0]
    assert mark.words == "A: 12 (4.0 to 31.5)"
    low = NAME_WIDTH_PX + PLOT_PX * 4 / 40
    assert mark.interval.startswith(f"M{low} ")
    assert (
        draw_bars([Bar(Cell("A"), 1), Bar(Cell("B"), 2)], "", "").series[0].marks[0].interval == ""
    )


def test_what_is_little_is_seen_and_nothing_is_not():
    little, most = ends(draw_bars([Bar(Cell("A"), 1), Bar(Cell("B"), 10_000)], "rows", "Rows"))
    assert (little, most) == (NAME_WIDTH_PX + 1.0, WIDTH_PX - VALUE_WIDTH_PX)
    assert draw_bars([], "rows", "Rows") is None


@pytest.mark.parametrize("is_share", [True, False])
def test_an_axis_reaches_every_value_with_a_few_round_ticks(is_share):
    for highest in (0, 0.0003, 0.01, 0.051, 0.34, 0.99, 1, 3, 17, 101, 25_000):
        ticks = choose_ticks(min(highest, 1) if is_share else highest, 100 if is_share else 1)
        assert ticks[0] == 0
        assert ticks[-1] >= (min(highest, 1) if is_share else highest)
        assert 2 <= len(ticks) <= MAX_TICKS + 1
        assert not is_share or ticks[-1] <= 1


def test_a_chart_is_a_file_of_its_page():
    assert link_svg("/compare?x=a%26b").target == "/compare?x=a%26b&format=svg"
    assert link_svg("/show/a").target == "/show/a?format=svg"
