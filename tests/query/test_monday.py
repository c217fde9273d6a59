"""The Mondays of weeks, which a saved query computes without subtracting dates."""

from datetime import date, timedelta

import pyoxigraph
from hypothesis import example, given
from hypothesis import strategies as st

from kgraph.base.vocabulary import PREFIXES, data_path

PART = data_path("ontology", "queries", "parts", "monday-of-day.rq").read_text("utf-8")


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
@example(date(2000, 3, 1))
@example(date(2024, 3, 2))
@example(date(2100, 3, 3))
@example(date(2023, 1, 1))
def test_a_week_is_named_by_its_monday(day):
    text = f'SELECT ?week {{ BIND("{day}" AS ?day) {PART} }}'
    [row] = pyoxigraph.Store().query(text, prefixes=PREFIXES)
    assert row["week"].value == str(day - timedelta(day.weekday()))


def test_a_date_that_is_none_has_no_week():
    [row] = pyoxigraph.Store().query(
        f'SELECT ?week {{ BIND("2025" AS ?day) {PART} }}', prefixes=PREFIXES
    )
    assert row["week"] is None
