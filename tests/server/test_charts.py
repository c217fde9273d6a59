"""Charts as numbers: they show what was counted, and fit into their frame."""

import pytest

from kgraph.server.pages.charts import draw_neighbourhood, make_bars
from kgraph.views.neighbourhood import Neighbourhood, Node, Tie
from kgraph.views.values import EntityRef, MonthCount


def drawn(*months, by_share=True):
    return make_bars(
        [MonthCount(*month) for month in months], "/episodes", {"mentions": "a&b"}, by_share
    )


def test_heights_are_parts_of_the_months_episodes():
    first, second, third = drawn(("2025-01", 5, 50), ("2025-02", 5, 10), ("2025-03", 0, 9))
    assert [(bar.count, bar.y, bar.height) for bar in (first, second, third)] == [
        (5, 80.0, 20.0),
        (5, 0.0, 100.0),
        (0, 100.0, 0.0),
    ]
    assert first.href == "/episodes?mentions=a%26b&month=2025-01"
    assert (first.words, third.href) == (" of 50 episodes, 10 %", "")
    assert (first.month, first.year, first.new_year, second.new_year) == (
        "Jan",
        "2025",
        True,
        False,
    )


def test_heights_are_numbers_where_parts_say_nothing():
    heights = [bar.height for bar in drawn(("2025-01", 5, 50), ("2025-02", 10, 10), by_share=False)]
    assert heights == [50.0, 100.0]


def test_standardised_shares_have_intervals_and_directions():
    first, second, third = drawn(
        ("2025-01", 5, 50, 3, 0.1, 0.05, 0.2),
        ("2025-02", 5, 10, 2, 0.4, 0.2, 0.9, 0.3, 0.1, 0.5, 2, "rose"),
        ("2025-03", 4, 9, 1),
    )
    # As high as 1.5 times the highest bar, which is less than the highest limit.
    assert [(bar.height, bar.high, bar.low) for bar in (first, second, third)] == [
        (16.7, 66.7, 91.7),
        (66.7, 0.0, 66.7),
        (0.0, 100.0, 100.0),
    ]
    assert [bar.direction for bar in (first, second, third)] == ["", "rose", ""]
    assert second.words == (
        " of 10 episodes of 2 shows; standardised 40 % (20 % to 90 %); "
        "rose in 2 shows of both months"
    )
    assert third.words == " of 9 episodes, 44 %"


def test_what_is_little_is_seen():
    (little, _) = drawn(("2025-01", 1, 1000), ("2025-02", 9, 9))
    assert little.height == 2.0


def test_a_timeline_begins_a_month_before_the_first_that_counts():
    shown = drawn(("2024-01", 0, 1), ("2025-01", 0, 9), ("2025-02", 3, 9), ("2025-05", 1, 9))
    assert [(bar.month, bar.after_gap) for bar in shown] == [
        ("Jan", False),
        ("Feb", False),
        ("May", True),
    ]
    assert [bar.month for bar in drawn(("2024-01", 0, 1), ("2025-02", 3, 9))] == ["Feb"]
    assert drawn(("2025-01", 0, 9)) == []
    assert drawn() == []


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
