"""Charts of lines as numbers: whole intervals, broken lines, names apart."""

from itertools import pairwise

from kgraph.draw.legend import SHAPE_CORNERS
from kgraph.operations.charts import NAME_STEP_PX
from kgraph.server.pages.charts import SERIES_STYLES, WIDTH_PX
from kgraph.server.pages.month_chart import (
    BOTTOM_PX,
    HEIGHT_PX,
    LEFT_PX,
    NAMES_WIDTH_PX,
    OFFSET_PX,
    TOP_PX,
    draw_months,
    make_month_figure,
)
from kgraph.server.pages.month_rows import MonthSeries, list_month_rows
from kgraph.views.values import MonthCount


def thing(name, *months, undated=0):
    counts = [MonthCount(*month) for month in months]
    return MonthSeries(name, counts, f"/episodes?mentions={name.lower()}", undated)


def axis(chart):
    return [text.text for text in chart.texts if text.anchor == "end"]


def below(chart):
    """The texts below the months, row by row."""
    rows = {}
    for text in chart.texts:
        if text.anchor == "middle":
            rows.setdefault(text.y, []).append(text.text)
    return [rows[y] for y in sorted(rows)]


A = thing(
    "A",
    ("2025-01", 1, 2, 1, 0.5, 0.1, 0.9),
    ("2025-05", 5, 50, 9, 0.1, 0.05, 0.2),
    ("2025-06", 5, 50, 9, 0.4, 0.3, 0.45, 0.3, 0.1, 0.5, 2, "rose"),
    ("2025-08", 0, 50, 9, 0.0, 0.0, 0.1),
)
B = thing(
    "B",
    ("2025-01", 0, 2, 1),
    ("2025-05", 4, 50, 9, 0.1, 0.05, 0.2),
    ("2025-06", 1, 50, 9),
    ("2025-08", 0, 50, 9, 0.0, 0.0, 0.1),
)


def test_a_chart_says_which_episodes_are_of_unknown_shows_and_which_are_in_no_share():
    months = [
        MonthCount("2025-05", 1, 4, 2, 0.2, 0.1, 0.3, unknown_show=1, standard_episodes=3),
        MonthCount("2025-06", 2, 6, 1, 0.3, 0.2, 0.4, unknown_show=5, standard_episodes=6),
        MonthCount("2025-07", 0, 2, 1),
    ]
    assert draw_months([MonthSeries("A", months)], "A").note == (
        "Months of fewer than three episodes have no share. "
        "▲ and ▼: it rose or fell since the month before, in the shows of both. "
        "The show of 6 of these 12 episodes is unknown: shares count them as one more show, "
        "and ▲ and ▼ leave them out. "
        "Shares leave out 1 episode of shows (the unknown ones count as one) that have "
        "episodes in one month only."
    )
    assert "unknown" not in draw_months([MonthSeries("A", months)], "A", by_share=False).note


def test_months_of_few_shows_are_left_to_the_table():
    chart = draw_months([A, B], "A and B")
    assert below(chart) == [
        ["May 2025", "Jun 2025", "Aug 2025"],
        ["50", "50", "50"],
        ["9", "9", "9"],
    ]
    assert "Months of fewer than three known shows are only in the table." in chart.note
    assert "as if every month held the same shows" in chart.measure
    assert axis(chart)[:6] == ["0 %", "10 %", "20 %", "30 %", "40 %", "50 %"]
    assert [row.month for row in list_month_rows([A, B])] == [
        *("2025-08", "2025-06", "2025-05", "2025-01"),
    ]


def test_marks_and_intervals_stand_at_their_values_side_by_side():
    first, second = draw_months([A, B], "A and B").series
    height = HEIGHT_PX - TOP_PX - BOTTOM_PX
    may = first.marks[0]
    assert may.y == round(TOP_PX + height * (1 - 0.1 / 0.5), 1)
    high, low = (round(TOP_PX + height * (1 - limit / 0.5), 1) for limit in (0.2, 0.05))
    assert may.interval == f"M{may.x} {low}V{high}m-3 0h6m-3 0V{low}m-3 0h6"
    assert [mark.sign for mark in first.marks] == ["", "▲", ""]
    assert first.marks[1].sign_y < first.marks[1].y
    assert second.marks[0].x - may.x == OFFSET_PX
    assert may.words == "A, 2025-05: 10 % (5 % to 20 %), 5 of 50 episodes of 9 shows"
    assert may.href == "/episodes?mentions=a&month=2025-05"
    assert first.marks[-1].href == ""
    assert all(LEFT_PX < mark.x < WIDTH_PX - NAMES_WIDTH_PX for mark in first.marks)


def test_the_note_on_episodes_in_no_share_does_not_depend_on_the_order_of_things():
    standard = {"standard_share": 0.5, "low": 0.2, "high": 0.8, "standard_episodes": 3}
    unknown = MonthSeries("A", [MonthCount("2025-05", 1, 4, 2), MonthCount("2025-06", 0, 4, 2)])
    months = [MonthCount("2025-05", 2, 4, 2, **standard), MonthCount("2025-06", 2, 4, 2)]
    known = MonthSeries("B", months)
    notes = [draw_months(pair, "A and B").note for pair in ([unknown, known], [known, unknown])]
    assert notes[0] == notes[1]
    assert "Shares leave out 1 episode of shows that have episodes in one month only." in notes[0]


def test_a_mark_says_how_many_episodes_are_of_unknown_shows():
    unknown = MonthCount("2025-05", 2, 6, 1, 0.3, 0.2, 0.4, unknown_show=5)
    none = MonthCount("2025-06", 2, 6, 0, 0.3, 0.2, 0.4, unknown_show=6)
    (line,) = draw_months([MonthSeries("A", [unknown, none])], "A").series
    assert [mark.words for mark in line.marks] == [
        "A, 2025-05: 30 % (20 % to 40 %), 2 of 6 episodes of 1 show and of unknown ones (5)",
        "A, 2025-06: 30 % (20 % to 40 %), 2 of 6 episodes of unknown shows",
    ]


def test_a_line_is_broken_where_a_month_is_missing():
    first, second = draw_months([A, B], "A and B").series
    assert [len(points.split()) for points in first.segments] == [2, 1]  # no July
    assert [len(points.split()) for points in second.segments] == [1, 1]  # June is unknown
    assert len(second.marks) == 2


def test_names_at_the_ends_stand_apart_and_above_the_axis():
    things = [thing(name, ("2025-05", 5, 50, 9, 0.1, 0.05, 0.2)) for name in "ABCDEF"]
    lines = draw_months(things, "Six").series
    heights = sorted(line.name_y for line in lines)
    assert all(b - a >= NAME_STEP_PX - 0.1 for a, b in pairwise(heights))
    assert heights[-1] <= HEIGHT_PX - BOTTOM_PX + 4
    assert len({(line.colour, line.dashes) for line in lines}) == 6


def test_one_line_has_no_name_but_its_values():
    chart = draw_months([thing("A", *(("2025-05", 5, 50, 9, 0.1, 0.05, 0.2),) * 2)], "A")
    assert chart.name_x == 0
    assert [mark.value for mark in chart.series[0].marks] == ["10 %", "10 %"]


def test_heights_are_shares_of_all_episodes_where_nothing_can_be_standardised():
    chart = draw_months([thing("A", ("2025-01", 5, 50), ("2025-02", 5, 10))], "A")
    height = HEIGHT_PX - TOP_PX - BOTTOM_PX
    marks = chart.series[0].marks
    assert [mark.y for mark in marks] == [round(TOP_PX + height * 0.8, 1), TOP_PX]
    assert [(mark.value, mark.interval) for mark in marks] == [("10 %", ""), ("50 %", "")]
    assert (chart.measure, chart.note) == ("Share of each month’s episodes", "")


def test_numbers_of_episodes_where_shares_say_nothing():
    chart = draw_months([thing("A", ("2025-01", 5, 50, 9, 0.1, 0.05, 0.2))], "A", by_share=False)
    assert axis(chart) == ["0", "1", "2", "3", "4", "5", "Month"]
    assert below(chart) == [["Jan 2025"]]
    assert [(mark.y, mark.value) for mark in chart.series[0].marks] == [(TOP_PX, "5")]


def test_a_chart_begins_a_month_before_the_first_that_counts():
    months = ("2024-01", 0, 1), ("2025-01", 0, 9), ("2025-02", 3, 9), ("2025-05", 1, 9)
    assert below(draw_months([thing("A", *months)], "A"))[0] == ["Jan 2025", "Feb 2025", "May 2025"]
    alone = draw_months([thing("A", ("2024-01", 0, 1), ("2025-02", 9, 9))], "A")
    assert below(alone)[0] == ["Feb 2025"]


def test_episodes_in_no_month_are_said_for_each_thing():
    month = ("2025-05", 5, 50)
    chart = draw_months([thing("A", month, undated=1), thing("B", month, undated=12)], "A and B")
    said = "In no month, since no date of publication is known: 1 episode of A, 12 episodes of B."
    assert chart.note == said


def test_nothing_to_draw():
    assert draw_months([thing("A", ("2025-05", 0, 50, 9))], "A") is None


def test_no_value_stands_on_the_names_of_months():
    months = [
        MonthCount("2025-01", 0, 50),
        MonthCount("2025-02", 20, 50),
        MonthCount("2025-03", 1, 500),
        MonthCount("2025-04", 30, 50),
    ]
    chart = draw_months([MonthSeries("Acme", months)], "Acme")
    axis = max(line.y2 for line in chart.grid if line.x1 != line.x2)
    marks = chart.series[0].marks
    assert marks[0].value == "0 %"
    assert [mark.is_value_before for mark in marks] == [True, False, True, False]
    assert all(mark.value_y < axis for mark in marks)


def test_no_mark_of_a_line_is_a_sign_of_rise_or_fall():
    shapes = [shape for _, shape, _ in SERIES_STYLES]
    assert len(set(shapes)) == len(shapes)
    assert all(len(SHAPE_CORNERS[shape]) != 3 for shape in shapes)


def test_months_of_one_or_two_episodes_have_counts_and_no_shares():
    months = ("2025-01", 1, 2), ("2025-02", 1, 1)
    figure = make_month_figure([thing("A", *months)], "A", [])
    assert not figure.by_share
    assert figure.chart.measure == "Episodes by month of publication"
    assert [mark.words for mark in figure.chart.series[0].marks] == [
        "A, 2025-01: 1 episode",
        "A, 2025-02: 1 episode",
    ]
    beside_a_larger_one = draw_months([thing("A", *months, ("2025-03", 1, 4))], "A")
    assert [mark.value for mark in beside_a_larger_one.series[0].marks] == ["1", "1", "1"]


def test_episodes_of_a_month_without_a_share_are_counted_and_not_left_out():
    months = ("2025-07", 1, 2, 2), ("2025-08", 0, 2, 2), ("2025-09", 0, 5, 2, 0.0, 0.0, 0.4)
    figure = make_month_figure([thing("A", *months)], "A", [])
    assert not figure.by_share
    assert [mark.value for mark in figure.chart.series[0].marks] == ["1", "0", "0"]
    assert figure.chart.note == ""
    later = ("2025-10", 1, 5, 2, 0.2, 0.1, 0.5)
    assert draw_months([thing("A", *months[1:], later)], "A").measure.startswith("Share of each")


def test_episodes_are_counted_where_few_months_have_a_share():
    months = ("2025-07", 0, 2), ("2025-08", 1, 4)
    assert [m.value for m in draw_months([thing("A", *months)], "A").series[0].marks] == ["0", "1"]
    (line,) = draw_months([thing("A", *months, ("2025-09", 0, 3))], "A").series
    assert [mark.value for mark in line.marks] == ["25 %", "0 %"]


def test_episodes_are_counted_if_all_are_in_months_of_few_shows():
    months = ("2025-07", 1, 2, 1), *(("2025-08", 0, 9, 3, 0.0, 0.0, 0.3),) * 2
    assert [m.value for m in draw_months([thing("A", *months)], "A").series[0].marks] == [
        "1",
        "0",
        "0",
    ]


def test_episodes_are_counted_where_only_the_month_before_the_first_has_a_share():
    before = MonthCount("2025-01", 0, 9, 3, 0.0, 0.0, 0.2, standard_episodes=9)
    chart = draw_months([MonthSeries("A", [before, MonthCount("2025-02", 1, 2, 1)])], "A")
    assert (chart.measure, chart.note) == ("Episodes by month of publication", "")
    assert [mark.words for mark in chart.series[0].marks] == [
        "A, 2025-01: 0 episodes",
        "A, 2025-02: 1 episode",
    ]
