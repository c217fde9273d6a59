"""Columns that are computed from the rows of a query."""

from kgraph.graph import EpisodeSummary
from kgraph.query import load_saved_queries
from kgraph.query.share_columns import StandardizedColumn
from kgraph.query.table import make_literal, make_solutions

MONTHS = {"a": "2025-05", "b": "2025-06", "c": "2025-06", "d": "2025-07", "e": "2020-01"}


def test_months_are_in_order_and_episodes_without_one_are_counted():
    summaries = {
        slug: EpisodeSummary((), slug, f"{month}-01", True, "show/s")
        for slug, month in MONTHS.items()
    }
    rows = [("2025-07", "d"), (None, "x y"), ("2025-05", "a"), ("2025-06", "b c")]
    solutions = make_solutions(
        ["month", "mentioning"],
        [
            [
                None if month is None else make_literal(month),
                make_literal(
                    " ".join(f"https://example.org/episode/{slug}" for slug in slugs.split())
                ),
            ]
            for month, slugs in rows
        ],
    )
    completed = StandardizedColumn("mentioning", "month").complete(solutions, lambda: summaries)
    assert [row["month"].value for row in completed.solutions] == ["2025-05", "2025-06", "2025-07"]
    assert (completed.undated, completed.empty_months) == (2, ("2020-01",))


def test_no_server_is_asked_to_order_rows_that_hold_lists_of_episodes():
    standardized = {
        name: query.source.text
        for name, query in load_saved_queries().items()
        if isinstance(query.source.computed, StandardizedColumn)
    }
    assert sorted(standardized) == ["by-month", "talk-by-month"]
    assert not any("ORDER BY" in text for text in standardized.values())
