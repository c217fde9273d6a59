import sys
from datetime import date
from importlib import import_module
from itertools import product

import pytest
from support import ROOT

from kgraph.ingest.dates import (
    explain_ambiguity,
    explain_unread_date,
    is_same_instant,
    normalize_datetime,
)

EITHER_WAY = "day and month could be either way round"


@pytest.mark.parametrize(
    ("text", "lexical"),
    [
        ("2025-09-23 00:00:00 ", "2025-09-23"),
        ("2025-09-23", "2025-09-23"),
        ("2025-09-23 14:00:00 ", "2025-09-23T14:00:00"),
        ("2025-08-11 14:00:00 +0000", "2025-08-11T14:00:00Z"),
        ("2025-08-11 00:00:00 +0000", "2025-08-11T00:00:00Z"),
        ("2025-08-11 14:00:00 +0200", "2025-08-11T14:00:00+02:00"),
        ("2025-08-11T14:00:00-05:30", "2025-08-11T14:00:00-05:30"),
        ("2025-08-11T14:00:00.250Z", "2025-08-11T14:00:00.25Z"),
        ("2025-08-11t14:00z", "2025-08-11T14:00:00Z"),
        ("2025-08-11 14:00:00 UTC", "2025-08-11T14:00:00Z"),
        ("2024-02-29", "2024-02-29"),
        ("2025-02-30", None),
        ("0000-01-01", None),
        ("2025-13-01", None),
        ("2025-08-11 24:00:00", None),
        ("2025-08-11 14:60:00", None),
        ("2025-08-11 14:00:00 +1500", None),
        ("2025-08-11 14:00:00 +0060", None),
        ("2025-8-1", "2025-08-01"),
        ("2025/08/11", "2025-08-11"),
        ("2025-08/11", None),
        ("20250811", "2025-08-11"),
        ("20250811T101500Z", "2025-08-11T10:15:00Z"),
        ("20250811T1015+0200", "2025-08-11T10:15:00+02:00"),
        ("2025-08-11T14:00:00+02", "2025-08-11T14:00:00+02:00"),
        ("20251301", None),
        ("18991231", None),
        ("11 August 2025", "2025-08-11"),
        ("11 aug 2025", "2025-08-11"),
        ("11-Aug-2025", "2025-08-11"),
        ("1st Sept. 2025", "2025-09-01"),
        ("May 1st, 2025", "2025-05-01"),
        ("October 12, 2025", "2025-10-12"),
        ("Oct 12 2025", "2025-10-12"),
        ("Sunday, October 12, 2025", "2025-10-12"),
        ("Sun, 12 Oct 2025 10:15:00 +0000", "2025-10-12T10:15:00Z"),
        ("Sun, 12 Oct 2025 10:15:00 GMT", "2025-10-12T10:15:00Z"),
        ("Sun, 12 Oct 2025 10:15:00 UT", "2025-10-12T10:15:00Z"),
        ("Sun, 12 Oct 2025 10:15:00 EST", "2025-10-12T10:15:00-05:00"),
        ("Sun, 12 Oct 2025 10:15:00 CDT", "2025-10-12T10:15:00-05:00"),
        ("Oct 12, 2025 10:15 MST", "2025-10-12T10:15:00-07:00"),
        ("2025-10-12 10:15 pdt", "2025-10-12T10:15:00-07:00"),
        ("2025-10-12 10:15 XST", None),
        ("2025-10-12 10:15 UTT", None),
        ("31 Feb 2025", None),
        ("Octember 12, 2025", None),
        ("October 2025", None),
        ("12 Oct 25", None),
        ("01/02/2025", None),
        ("13/02/2025", None),
        ("12.03.2025", "2025-03-12"),
        ("2025\u201105\u201106", "2025-05-06"),  # hyphens of editors
        ("2025\u221205\u221206", "2025-05-06"),
        ("12. 3. 2025", "2025-03-12"),
        ("12.03.2025 10:15", "2025-03-12T10:15:00"),
        ("12.13.2025", None),
        ("12.03.25", None),
        ("12.03-2025", None),
        ("2025.03.12", "2025-03-12"),
        ("2025. 03. 12.", "2025-03-12"),
        ("2025年3月12日", "2025-03-12"),
        ("2025年3月12日（水）", "2025-03-12"),
        ("2025年3月12日(水曜日) 10:15", "2025-03-12T10:15:00"),
        ("2025年3月12日 星期三", "2025-03-12"),
        ("2025년 3월 12일 수요일", "2025-03-12"),
        ("2025年3月12日（祝）", None),
        ("9999-12-31", None),
        ("31 Dec 2100", None),
        ("2099-12-31T23:59:59Z", "2099-12-31T23:59:59Z"),
        ("1860-04-09", "1860-04-09"),
        ("1859-12-31", None),
        ("0001-01-01", None),
        ("2025년 3월 12일 10:15", "2025-03-12T10:15:00"),
        ("12.März 2025", "2025-03-12"),
        ("12 fevrier 2025", "2025-02-12"),
        ("12. Ma\N{COMBINING DIAERESIS}rz 2025", "2025-03-12"),
        ("31.02.2025", None),
        ("\u202e12.03.2025", None),
        ("12\0.03.2025", None),
        ("1er janvier 2025", "2025-01-01"),
        ("1.º de enero del 2025", "2025-01-01"),
        ("12 d'abril de 2025", "2025-04-12"),
        ("mar. 11 mars 2025", "2025-03-11"),
        ("12 марта 2025 года", "2025-03-12"),
        ("12 ARALIK 2025", "2025-12-12"),
        ("2025 March 12", "2025-03-12"),
        ("Thurs, 12th of March 2025", "2025-03-12"),
        ("about 12 mars 2025", None),
        ("31 de febrero de 2025", None),
        ("12 lis 2025", None),
        ("1756723500", "2025-09-01T10:45:00Z"),
        ("1756723500000", "2025-09-01T10:45:00Z"),
        ("1756723500250", "2025-09-01T10:45:00.25Z"),
        ("631151999", None),
        ("4102444800", None),
        ("17567235000", None),
        ("１７５６７２３５００", None),
        ("2025-08-11T14:00:00Z; DROP", None),
        ("２０２５-08-11", None),
        ("", None),
    ],
)
def test_moments_become_iso_8601(text, lexical):
    assert normalize_datetime(text) == lexical


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2025-08-11T14:00:00Z", "2025-08-11T14:00:00Z", True),
        ("2025-08-11T14:00:00Z", "2025-08-11T16:00:00+02:00", True),
        ("2025-08-11T14:00:00Z", "2025-08-11T14:00:01Z", False),
        ("2025-08-11", "2025-08-11T14:00:00Z", False),
        ("2025-08-11", "2025-08-11", False),
        ("2025-08-11T14:00:00", "2025-08-11T14:00:00", False),
        ("", "", False),
    ],
)
def test_only_instants_can_be_the_same(one, other, same):
    assert is_same_instant(one, other) is same


@pytest.mark.parametrize("number", [True, -1, 12.5, 10**400, None, []])
def test_what_is_no_text_and_no_number_of_seconds_is_no_moment(number):
    assert normalize_datetime(number) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("01/02/2025", EITHER_WAY),
        ("1.2.25", EITHER_WAY),
        ("12-02-2025", EITHER_WAY),
        ("13-02-2025", ""),
        ("2025/01/02", ""),
        ("01.02.2025", ""),
        ("12 lis 2025", "the month could be October (Croatian) or November (Czech, Polish)"),
        ("12. Listopada 2025.", "the month could be October (Croatian) or November (Polish)"),
        ("12 Octember 2025", ""),
    ],
)
def test_a_date_that_could_be_two_days_is_known(text, why):
    assert explain_ambiguity(text) == why
    assert normalize_datetime(text) is None or not why


#: Texts of CLDR whose month is another one in another language: lip, srp, lis, listopad(a).
TWO_MONTHS = {
    ("hr", "17. lip 2025."),
    ("hr", "18. srp 2025."),
    ("hr", "21. lis 2025."),
    ("hr", "21. listopada 2025."),
    ("hr", "utorak, 21. listopada 2025."),
    ("pl", "18 lip 2025"),
    ("pl", "22 lis 2025"),
    ("pl", "22 listopada 2025"),
    ("pl", "sobota, 22 listopada 2025"),
}


def test_dates_are_read_as_cldr_writes_them():
    """In words, with weekday and without, and in numbers where dots separate them."""
    dates = pytest.importorskip("babel.dates")
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        languages = import_module("calendar_names").LANGUAGES
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    unread = set()
    for code, month in product(languages, range(1, 13)):
        day = date(2025, month, 11 + month)
        # With weekday, Turkish has it last and Albanian has it in two words: both stay unread.
        widths = ("medium", "long") if code in ("sq", "tr") else ("medium", "long", "full")
        texts = [dates.format_date(day, width, code) for width in widths]
        short = dates.format_date(day, "short", code)
        texts += [short] if "2025" in short and "." in short else []
        for text in texts:
            if normalize_datetime(text) != day.isoformat():
                unread.add((code, text))
                assert explain_ambiguity(text)
    assert unread == TWO_MONTHS


def test_files_have_dates_in_words_and_problems_name_both_months(read_front):
    reading = read_front("processing_date: 12.03.2025")
    assert reading.episode.text("processing_date") == "2025-03-12"
    reading = read_front("processing_date: 12. listopada 2025.")
    assert reading.episode.text("processing_date") == ""
    assert list(map(str, reading.problems)) == [
        "ep.md:4:1: /processing_date: the month could be October (Croatian) or November (Polish)"
        " (write the year first, as in 2025-01-31): 12. listopada 2025. (field set aside)"
        " [date-invalid]"
    ]


OUTSIDE = "a year outside of 1860 to 2099 (correct it)"
NO_DAY = "there is no such day (correct it)"
NOT_A_DATE = (
    "not a date (write it as 2025-09-01, 2025-09-01T10:15:00Z, 12 Oct 2025 or seconds since 1970)"
)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("2024-02-30", NO_DAY),
        ("2024-13-45", NO_DAY),
        (20250230, NO_DAY),
        ("31 Feb 2025", NO_DAY),
        ("30. února 2025", NO_DAY),
        ("31 Feb 2025 10:15", NO_DAY),
        (1859, OUTSIDE),
        ("1859", OUTSIDE),
        ("2100-05", OUTSIDE),
        ("1859-01-02", OUTSIDE),
        (2024, NOT_A_DATE),
        ("2024-05", NOT_A_DATE),
        ("2025-08-11 25:00", NOT_A_DATE),
        ("12 Octember 2025", NOT_A_DATE),
        ("31/02/2025", NO_DAY),
        ("31/02/2025 10:00 GMT", NO_DAY),
        ("02-30-2025", NO_DAY),
        ("31/12/2025", "the year is last (write it first: 2025-12-31)"),
        ("12-31-2025 10:00", "the year is last (write it first: 2025-12-31)"),
        ("31/12/0000", NO_DAY),
        ("soon", NOT_A_DATE),
        (-1, NOT_A_DATE),
        pytest.param(10**5000, NOT_A_DATE, id="number of many digits"),
        (None, NOT_A_DATE),
        (["2024-02-30"], NOT_A_DATE),
    ],
)
def test_a_message_tells_why_a_date_is_not_read(value, why):
    assert explain_unread_date(value) == why


def test_a_year_of_no_episode_is_set_aside(read_front):
    reading = read_front("processing_date: 9999-12-31 10:00")
    assert reading.episode.text("processing_date") == ""
    assert list(map(str, reading.problems)) == [
        "ep.md:4:1: /processing_date: a year outside of 1860 to 2099 (correct it):"
        " 9999-12-31 10:00 (field set aside) [date-invalid]"
    ]
