"""Charts as numbers: they show what was counted, and fit into their frame."""

import pytest

from kgraph.server.pages.charts import MAX_TICKS, choose_ticks, draw_neighbourhood, draw_timeline
from kgraph.views.neighbourhood import Neighbourhood, Node, Tie
from kgraph.views.values import EntityRef, MonthCount


def drawn(*months, by_share=True):
    return draw_timeline(
        [MonthCount(*month) for month in months], "/episodes", {"mentions": "a&b"}, by_share
    )


def axis(chart):
    return [(tick.label, tick.y) for tick in chart.ticks]


def test_heights_are_parts_of_the_months_episodes():
    chart = drawn(("2025-01", 5, 50), ("2025-02", 5, 10), ("2025-03", 0, 9))
    first, second, third = chart.months
    assert axis(chart) == [
        *(("0 %", 100.0), ("10 %", 80.0), ("20 %", 60.0), ("30 %", 40.0)),
        *(("40 %", 20.0), ("50 %", 0.0)),
    ]
    assert [(month.value, month.y, month.height) for month in chart.months] == [
        ("10 %", 80.0, 20.0),
        ("50 %", 0.0, 100.0),
        ("0 %", 100.0, 0.0),
    ]
    assert first.href == "/episodes?mentions=a%26b&month=2025-01"
    assert (first.words, third.href) == ("2025-01: 10 %, 5 of 50 episodes", "")
    assert (first.episodes, first.all, first.shows, first.interval) == (5, 50, 0, "")
    assert (first.month, first.year, first.new_year, second.new_year) == (
        "Jan",
        "2025",
        True,
        False,
    )


def test_heights_are_numbers_where_parts_say_nothing():
    chart = drawn(("2025-01", 5, 50), ("2025-02", 10, 10), by_share=False)
    assert axis(chart) == [
        *(("0", 100.0), ("2", 80.0), ("4", 60.0), ("6", 40.0), ("8", 20.0), ("10", 0.0)),
    ]
    assert [(month.value, month.height) for month in chart.months] == [("5", 50.0), ("10", 100.0)]
    assert (chart.is_share, chart.is_standard) == (False, False)


def test_the_value_is_the_height_and_the_interval_is_whole():
    chart = drawn(
        ("2025-01", 5, 50, 3, 0.1, 0.05, 0.2),
        ("2025-02", 5, 10, 2, 0.4, 0.2, 0.9, 0.3, 0.1, 0.5, 2, "rose"),
        ("2025-03", 4, 9, 1),
    )
    assert axis(chart)[-1] == ("100 %", 0.0)
    assert [(m.value, m.height, m.interval, m.high, m.low) for m in chart.months] == [
        ("10 %", 10.0, "5–20 %", 80.0, 95.0),
        ("40 %", 40.0, "20–90 %", 10.0, 80.0),
        ("", 0.0, "", 100.0, 100.0),
    ]
    assert [month.direction for month in chart.months] == ["", "rose", ""]
    assert [month.words for month in chart.months[1:]] == [
        "2025-02: 40 % (20 % to 90 %), 5 of 10 episodes of 2 shows; rose in 2 shows of both months",
        "2025-03: 4 of 9 episodes of 1 show",
    ]


@pytest.mark.parametrize("is_share", [True, False])
def test_an_axis_reaches_every_value_with_a_few_round_ticks(is_share):
    for highest in (0, 0.0003, 0.01, 0.051, 0.34, 0.99, 1, 3, 17, 101, 25_000):
        ticks = choose_ticks(min(highest, 1) if is_share else highest, is_share)
        assert ticks[0] == 0
        assert ticks[-1] >= (min(highest, 1) if is_share else highest)
        assert 2 <= len(ticks) <= MAX_TICKS + 1
        assert not is_share or ticks[-1] <= 1


def test_what_is_little_is_seen():
    (little, _) = drawn(("2025-01", 1, 1000), ("2025-02", 9, 9)).months
    assert little.height == 2.0


def test_a_timeline_begins_a_month_before_the_first_that_counts():
    shown = drawn(("2024-01", 0, 1), ("2025-01", 0, 9), ("2025-02", 3, 9), ("2025-05", 1, 9))
    assert [(month.month, month.after_gap) for month in shown.months] == [
        ("Jan", False),
        ("Feb", False),
        ("May", True),
    ]
    found = drawn(("2024-01", 0, 1), ("2025-02", 3, 9)).months
    assert [month.month for month in found] == ["Feb"]
    assert drawn(("2025-01", 0, 9)).months == []
    assert drawn().months == []


def node(id_, x, y, label="A name"):
    return Node(EntityRef(id_, label, id_.partition("/")[0]), 3, 0.9, x, y, 10.0)


TYPES = ("company", "institution", "crypto", "product", "person", "place", "show", "other")


@pytest.mark.parametrize("type_", TYPES)
def test_a_picture_holds_all_of_it(type_):
    one, other = node(f"{type_}/a", -50, -20, "W" * 60), node("company/b", 70, 30, "比特幣" * 9)
    found = draw_neighbourhood(
        Neighbourhood(one.thing, [one, other], [Tie(one.thing.id, "company/b", 2, 0.5, 0.4)])
    )
    for mark in found.marks:
        half = max(mark.radius, 14 * 0.54 * 24 / 2)
        assert half <= mark.x <= found.width - half
        assert mark.radius <= mark.y < mark.text_y <= found.height
    (line,) = found.lines
    assert (line.width, line.dashed) == (2.8, True)
    assert {(line.x1, line.y1), (line.x2, line.y2)} == {(m.x, m.y) for m in found.marks}
    assert [mark.is_focus for mark in found.marks] == [True, False]
    assert bool(found.marks[0].points) == (type_ not in ("company", "other"))
