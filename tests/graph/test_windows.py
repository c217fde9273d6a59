"""Windows of days: defaults, the window before, and where each episode is."""

import pytest

from kgraph.base.errors import InputError
from kgraph.graph import EpisodeSummary
from kgraph.graph.shares import ShowCalendar
from kgraph.graph.windows import Window, choose_window, find_previous_window, split_episodes


def made(*days, dated=True):
    return {
        f"e{day}{n}": EpisodeSummary((f"{n}.md",), day, day, dated, f"show/{n}")
        for day in days
        for n in range(3)
    }


def test_the_default_is_the_last_whole_month():
    calendar = ShowCalendar(made("2025-05-03", "2025-06-30", "2025-07-02"))
    assert choose_window(calendar) == Window("2025-06-01", "2025-06-30")
    assert choose_window(calendar, "2025-06-15") == Window("2025-06-15", "2025-07-02")
    assert choose_window(calendar, "2026-01-01") == Window("2026-01-01", "2026-01-01")


def test_days_in_the_wrong_order_are_refused():
    with pytest.raises(InputError, match="since=2025-07-01 is after until=2025-06-01: swap"):
        choose_window(ShowCalendar({}), "2025-07-01", "2025-06-01")


def test_without_dates_the_days_have_to_be_given():
    with pytest.raises(InputError, match="give a first and a last day"):
        choose_window(ShowCalendar(made("2025-05-03", dated=False)))


@pytest.mark.parametrize("since", ["0001-01-01", "0001-01-20"])
def test_a_window_without_days_before_is_refused(since):
    with pytest.raises(InputError, match="choose a later day"):
        find_previous_window(Window(since, "0001-02-28"))


def test_episodes_are_sorted_by_what_is_known_of_their_day():
    summaries = {
        "inside": EpisodeSummary(("a.md",), "a", "2025-06-30T23:00:00", True),
        "before": EpisodeSummary(("b.md",), "b", "2025-05-01", True),
        "long": EpisodeSummary(("c.md",), "c", "2020-05-01", True),
        "later": EpisodeSummary(("d.md",), "d", "2025-07-01", True),
        "processed": EpisodeSummary(("e.md",), "e", "2025-05-01", False),
        "maybe": EpisodeSummary(("f.md",), "f", "2025-06-10", False),
        "never": EpisodeSummary(("g.md",), "g"),
    }
    parts = split_episodes(summaries, Window("2025-06-01", "2025-06-30"))
    assert list(parts.inside) == ["inside"]
    assert list(parts.before) == ["before"]
    assert list(parts.earlier) == ["before", "long", "processed"]
    assert list(parts.undated) == ["maybe", "never"]
