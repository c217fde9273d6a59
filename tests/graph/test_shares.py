"""Shares that do not move when a month holds other shows."""

import msgspec
import pytest

from kgraph.base.errors import InputError
from kgraph.graph import Entity, EpisodeSummary
from kgraph.graph.rises import find_rises
from kgraph.graph.shares import (
    Interval,
    ShowCalendar,
    compare_shares,
    wilson_interval,
)


def made(*groups):
    """Episodes of (month, show, number, of which so many mention X)."""
    summaries = {}
    for month, show, episodes, mentioning in groups:
        for n in range(episodes):
            mentions = {"company/x": 0.9} if n < mentioning else {}
            slug = f"e{len(summaries)}"
            dated = bool(month)
            summaries[slug] = EpisodeSummary(
                (f"{slug}.md",), slug, f"{month}-01", dated, show and f"show/{show}", mentions
            )
    return summaries


def described(summaries, id_="company/x"):
    calendar = ShowCalendar(summaries)
    slugs = [slug for slug, summary in summaries.items() if id_ in summary.mentions]
    return calendar.describe_months(calendar.count(slugs))


def risen(summaries, before, after, least, kind=""):
    calendar = ShowCalendar(summaries)
    entities = {"company/x": Entity("company", "x", "X", {}, kind=kind)}
    rises, compared = find_rises(
        entities, summaries, calendar, before, after, type_="company", min_episodes=least
    )
    assert compared >= len(rises)
    return rises


OTHER_SHOWS = made(
    ("2025-08", "ai", 10, 6), ("2025-08", "crypto", 30, 3),
    ("2025-09", "ai", 30, 17), ("2025-09", "crypto", 6, 1),
)  # fmt: skip
"""The share of all episodes rises from 9 of 40 to 18 of 36, and in no show."""


def test_a_change_of_shows_is_no_rise():
    months = described(OTHER_SHOWS)
    change = months["2025-09"].change
    assert change.direction == ""
    assert change.interval.low < 0 < change.interval.high
    assert change.shows == 2
    assert abs(change.difference) < 0.05
    assert risen(OTHER_SHOWS, "2025-08", "2025-09", 1) == []
    august, september = months["2025-08"].standard, months["2025-09"].standard
    assert august.share == pytest.approx(september.share, abs=0.03)


def test_a_rise_in_the_same_shows_is_one_where_fewer_of_them_speak():
    """The share of all episodes falls, because a show begins that never mentions it."""
    summaries = made(("2025-08", "ai", 10, 2), ("2025-09", "ai", 10, 9), ("2025-09", "new", 90, 0))
    [rise] = risen(summaries, "2025-08", "2025-09", 3)
    assert (rise.id, rise.before, rise.after) == ("company/x", 2, 9)
    assert (rise.change.before, rise.change.after, rise.change.shows) == (0.2, 0.9, 1)
    assert rise.change.direction == "rose"
    assert risen(summaries, "2025-08", "2025-09", 9) == [rise]
    assert risen(summaries, "2025-08", "2025-09", 10) == []  # of one of both months
    assert risen(summaries, "2025-08", "2025-09", 3, kind="day") == []  # every talk names days
    assert described(summaries)["2025-09"].change == rise.change
    backwards = ShowCalendar(summaries)
    assert risen(summaries, "2025-09", "2025-08", 1) == []
    assert (
        backwards.compare(
            backwards.count(s for s, e in summaries.items() if e.mentions), "2025-09", "2025-08"
        ).direction
        == "fell"
    )


def test_a_month_is_compared_with_the_month_before_alone():
    """September has no episode, so October has nothing to be compared with; nor has January."""
    quiet, loud = ("ai", 10, 0), ("ai", 10, 9)
    months = described(
        made(("2025-08", *quiet), ("2025-10", *loud), ("2025-12", *quiet), ("2026-01", *loud))
    )
    changes = {month: share.change and share.change.direction for month, share in months.items()}
    assert changes == {"2025-08": None, "2025-10": None, "2025-12": None, "2026-01": "rose"}


def test_the_interval_is_that_of_the_literature():
    """The example of Klingenberg's method in epiR (``zMHRD.Sato0``), by its formula."""
    hits = ({"a": 2, "b": 1}, {"a": 10, "b": 4}, {"a": 7, "b": 3}, {"a": 12, "b": 5})
    change = compare_shares(*hits)
    w = 120 / 22 + 20 / 9
    difference = (7 * 10 - 2 * 12) / 22 / w + (3 * 4 - 1 * 5) / 9 / w
    p = (144 * 2 - 100 * 7 - 120) / 484 + (25 - 16 * 3 - 10) / 81
    q = (7 * 8 + 2 * 5) / 44 + (3 * 3 + 1 * 2) / 18
    z = 1.959963984540054
    middle = difference + z * z * p / w**2 / 2
    half = (middle**2 - difference**2 + z * z * q / w**2) ** 0.5
    assert change.difference == pytest.approx(difference)
    assert change.interval == pytest.approx((middle - half, middle + half))


def test_few_episodes_prove_nothing():
    assert compare_shares({}, {"a": 1}, {"a": 1}, {"a": 1}).direction == ""
    none = compare_shares({}, {"a": 4}, {}, {"a": 4})
    assert (none.before, none.after, none.direction) == (0, 0, "")
    assert none.interval == pytest.approx((-0.4899, 0.4899), abs=1e-4)
    assert compare_shares({"a": 1}, {"a": 1}, {"b": 1}, {"b": 1}) is None


def test_an_interval_of_a_share_is_within_0_and_1():
    assert wilson_interval(0, 0) == Interval(0, 1)
    assert wilson_interval(0, 3).low == 0
    assert wilson_interval(3, 3).high == 1
    assert wilson_interval(3, 3).low == pytest.approx(0.4385, abs=1e-4)


def test_episodes_of_unknown_shows_are_one_stratum_of_shares_and_in_no_change():
    """Both shows of September are silent, and two of its five other episodes mention it."""
    summaries = made(
        ("2025-08", "ai", 2, 1), ("2025-09", "ai", 2, 0),
        ("2025-08", "", 5, 1), ("2025-09", "", 5, 2),
    )  # fmt: skip
    months = described(summaries)
    september = months["2025-09"]
    assert (september.shows, september.unknown, september.standard.episodes) == (1, 5, 7)
    # Each month holds two episodes of the show and five others: the plain share is the standard.
    assert september.standard.share == pytest.approx(2 / 7)
    assert september.standard.interval == pytest.approx(wilson_interval(2, 7))
    assert (september.change.before, september.change.after, september.change.shows) == (0.5, 0, 1)
    assert risen(summaries | made(("2025-09", "", 9, 9)), "2025-08", "2025-09", 1) == []


def test_a_month_of_unknown_shows_alone_has_a_share_and_is_not_compared():
    months = described(made(("2025-08", "ai", 4, 1), ("2025-09", "", 4, 1), ("2025-10", "", 4, 3)))
    october = months["2025-10"]
    assert (october.shows, october.unknown, october.change) == (0, 4, None)
    assert october.standard.share == pytest.approx(0.75)
    assert months["2025-08"].standard is None  # its show has no other month


def test_a_share_says_how_many_episodes_it_is_of():
    months = described(made(("2025-08", "a", 4, 1), ("2025-09", "a", 3, 0), ("2025-09", "b", 1, 1)))
    assert (months["2025-09"].standard.share, months["2025-09"].standard.episodes) == (0, 3)


def test_where_no_show_is_known_all_episodes_are_of_one():
    unknown = made(("2025-08", "", 9, 1), ("2025-09", "", 9, 9), ("", "", 9, 9))
    month = described(unknown)["2025-09"]
    assert (month.shows, month.change.after, month.change.direction) == (1, 1, "rose")
    assert ShowCalendar({}).describe_months({}) == {}


def test_what_cannot_be_compared_has_no_standard_share():
    """One show has a single month; no show of the other months mentions it."""
    summaries = made(("2025-07", "once", 3, 3), ("2025-08", "ai", 4, 0), ("2025-09", "ai", 4, 0))
    months = described(summaries)
    assert [month.standard for month in months.values()] == [None, None, None]
    assert [month.change is None for month in months.values()] == [True, True, False]
    assert [month.shows for month in months.values()] == [1, 1, 1]


def test_months_are_comparable_if_whole_and_of_several_shows():
    shows = "abc"
    months = ["2025-05", "2025-06", "2025-07", "2025-08"]
    summaries = made(*[(month, show, 1, 0) for month in months for show in shows])
    summaries |= {f"x{n}": s for n, s in enumerate(made(("2025-04", "a", 9, 0)).values())}
    assert ShowCalendar(summaries).list_comparable_months() == months[:-1]
    last = summaries["e0"]
    summaries["last"] = msgspec.structs.replace(last, date="2025-08-25T10:00:00Z")
    assert ShowCalendar(summaries).list_comparable_months() == months


def test_without_such_months_all_are_comparable():
    summaries = made(("2025-04", "a", 9, 0), ("2025-06", "a", 1, 0))
    assert ShowCalendar(summaries).list_comparable_months() == ["2025-04", "2025-06"]
    assert ShowCalendar({}).list_comparable_months() == []
    unknown = made(("2025-04", "a", 1, 0), ("2025-05", "", 9, 0), ("2025-06", "a", 1, 0))
    assert ShowCalendar(unknown).list_comparable_months() == ["2025-04", "2025-06"]


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ({}, ("2025-06", "2025-08")),
        ({"after": "2025-06"}, ("2025-04", "2025-06")),
        ({"before": "2025-04"}, ("2025-04", "2025-08")),
        ({"before": "2025-08", "after": "2025-04"}, ("2025-08", "2025-04")),
        ({"after": "2025-07"}, ("2025-06", "2025-07")),
    ],
)
def test_months_that_are_not_given_are_the_nearest_comparable_ones(given, chosen):
    summaries = made(*((month, "a", 1, 0) for month in ("2025-04", "2025-06", "2025-08")))
    assert ShowCalendar(summaries).choose_months(**given) == chosen


@pytest.mark.parametrize(
    ("months", "given", "message"),
    [
        (["2025-04"], {"before": "2025-04", "after": "2025-04"}, "after=2025-04: give two differ"),
        (
            ["2025-04"],
            {"after": "2025-04"},
            "with 2025-04: only 2025-04 has episodes of a known show",
        ),
        (["2025-04"], {}, "no month to compare with 2025-04"),
        (["2025-04", "2025-06"], {"before": "2025-08"}, "give before=2025-04 and after=2025-06"),
        ([], {}, "no months to compare: no episode of a known show has a date of publication"),
    ],
)
def test_without_a_month_to_compare_with_there_is_an_error(months, given, message):
    calendar = ShowCalendar(made(*((month, "a", 1, 0) for month in months)))
    with pytest.raises(InputError, match=message):
        calendar.choose_months(**given)


def test_a_month_of_fewer_than_three_episodes_that_count_has_no_share():
    months = described(made(("2025-04", "a", 2, 1), ("2025-05", "a", 3, 1), ("2025-05", "b", 1, 1)))
    assert months["2025-04"].standard is None
    assert months["2025-05"].standard.episodes == 3
    assert months["2025-05"].change is not None
