"""Charts of lines as numbers: whole intervals, broken lines, names apart."""

from itertools import pairwise

from kgraph.server.pages.line_chart import (
    BOTTOM_PX,
    HEIGHT_PX,
    LEFT_PX,
    NAME_STEP_PX,
    OFFSET_PX,
    RIGHT_PX,
    TOP_PX,
    WIDTH_PX,
    draw_line_chart,
    list_month_rows,
)
from kgraph.views.compare import ComparedThing
from kgraph.views.values import EntityRef, MonthCount


def thing(name, *months):
    ref = EntityRef(f"company/{name.lower()}", name, "company")
    return ComparedThing(ref, 9, 3, 0, [MonthCount(*month) for month in months])


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
LINKS = ["/episodes?mentions=a", "/episodes?mentions=b"]


def test_months_of_few_shows_are_left_to_the_table():
    chart = draw_line_chart([A, B], LINKS, "A and B")
    assert [(month.label, month.episodes, month.shows) for month in chart.months] == [
        ("May 2025", 50, 9),
        ("Jun 2025", 50, 9),
        ("Aug 2025", 50, 9),
    ]
    assert chart.is_narrowed and chart.is_standard
    assert [tick.label for tick in chart.ticks] == ["0 %", "10 %", "20 %", "30 %", "40 %", "50 %"]
    assert [row.month for row in list_month_rows([A, B])] == [
        *("2025-08", "2025-06", "2025-05", "2025-01"),
    ]


def test_marks_and_intervals_stand_at_their_values_side_by_side():
    first, second = draw_line_chart([A, B], LINKS, "A and B").lines
    height = HEIGHT_PX - TOP_PX - BOTTOM_PX
    may = first.marks[0]
    assert may.y == round(TOP_PX + height * (1 - 0.1 / 0.5), 1)
    assert (may.high, may.low) == (
        round(TOP_PX + height * (1 - 0.2 / 0.5), 1),
        round(TOP_PX + height * (1 - 0.05 / 0.5), 1),
    )
    assert second.marks[0].x - may.x == OFFSET_PX
    assert may.words == "A, 2025-05: 10 % (5 % to 20 %), 5 of 50 episodes of 9 shows"
    assert may.href == "/episodes?mentions=a&month=2025-05"
    assert first.marks[-1].href == ""
    assert all(LEFT_PX < mark.x < WIDTH_PX - RIGHT_PX for mark in first.marks)


def test_a_line_is_broken_where_a_month_is_missing():
    first, second = draw_line_chart([A, B], LINKS, "A and B").lines
    assert [len(points.split()) for points in first.segments] == [2, 1]  # no July
    assert [len(points.split()) for points in second.segments] == [1, 1]  # June is unknown
    assert len(second.marks) == 2


def test_names_at_the_ends_stand_apart_and_above_the_axis():
    things = [thing(name, ("2025-05", 5, 50, 9, 0.1, 0.05, 0.2)) for name in "ABCDEF"]
    lines = draw_line_chart(things, [""] * 6, "Six").lines
    heights = sorted(line.name_y for line in lines)
    assert all(b - a >= NAME_STEP_PX - 0.1 for a, b in pairwise(heights))
    assert heights[-1] <= HEIGHT_PX - BOTTOM_PX + 4
    assert len({(line.colour, line.dashes) for line in lines}) == 6


def test_nothing_to_draw():
    assert draw_line_chart([thing("A", ("2025-05", 0, 50, 9))], [""], "A") is None
