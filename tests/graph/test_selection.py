"""Selections of a graph: days, months and years."""

from datetime import date

import pytest

from kgraph.base.errors import InputError
from kgraph.base.text import parse_day
from kgraph.graph import Selection


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-06-01", "2025-06-01", "2025-06-01"),
        (" 20250601 ", "2025-06-01", "2025-06-01"),
        ("2025-06", "2025-06-01", "2025-06-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-12", "2025-12-01", "2025-12-31"),
        ("2025", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_month_or_a_year_means_its_first_or_last_day(text, first, last):
    assert (parse_day(text), parse_day(text, is_end=True)) == (first, last)
    chosen = Selection(since=text, until=text)
    assert (chosen.since, chosen.until) == (first, last)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        *(
            (text, "not a date: write it as 2025-06-01, 2025-06 or 2025")
            for text in ("June", "2025-6", "202506", "0000", "\u0662025", "-", "31/02/2025")
        ),
        *(
            (text, "there is no such day or month: correct it")
            for text in ("2025-13", "2025-02-30", "20250230", "2025-00-01")
        ),
    ],
)
def test_other_texts_are_refused_as_dates(text, words):
    with pytest.raises(ValueError, match=words):
        parse_day(text)
    with pytest.raises(InputError, match=f"until .*: {words}"):
        Selection(until=text)


def test_a_selection_takes_dates():
    chosen = Selection(since=date(2025, 6, 1), until=date(2025, 6, 30))
    assert chosen == Selection(since="2025-06", until="2025-06")
    assert chosen.description == "since 2025-06-01, until 2025-06-30"
    assert Selection().is_everything
