"""Episodes without any date count unless a first day is given, and then it is said."""

import pytest
from analysis.asked import Said, episode, stored

from kgraph.analysis import (
    describe_query_substitutions,
    fetch_answer_table,
    load_named_queries,
    run_analysis,
)
from kgraph.analysis.presentation import render_answer
from kgraph.query.parameters import FIRST_DAY

BOTH = ("NVIDIA:company:0.9", "TSMC:company:0.9")


@pytest.fixture(scope="module")
def notes(tmp_path_factory):
    quotes = [Said(f"TSMC makes {n} of NVIDIA.", names="NVIDIA,TSMC") for n in range(2)]
    talks = [
        episode("Published", "2025-06-02", BOTH, show="Alpha"),
        episode("Processed", "2025-06-03", BOTH, show="Beta", dated=False),
        episode("Undated", "", BOTH, quotes, show="Alpha", dated=False),
        *(episode(f"Else {n}", "2025-06-04", ["Circle:company:0.9"]) for n in range(8)),
    ]
    return stored(tmp_path_factory.mktemp("notes") / "store", talks)


def test_without_a_first_day_they_count(notes):
    assert notes.shared.entities["company/tsmc"].episodes == 3
    for given in ({}, {"since": FIRST_DAY}):
        asked = {"company": "TSMC", **given}
        rows = fetch_answer_table(notes, "co-mentioned", asked).rows
        assert [row[:3] for row in rows] == [("NVIDIA", 3, 2)]
        assert describe_query_substitutions(notes, "co-mentioned", asked) == []
    [row] = run_analysis(notes, "associated", {"entity": "TSMC"}).rows
    assert row.cells[:3] == ("NVIDIA", "company", 3)


def test_with_a_first_day_they_do_not_and_it_is_said(notes):
    given = {"company": "TSMC", "since": "2025-06-01"}
    rows = fetch_answer_table(notes, "co-mentioned", given).rows
    assert [row[:3] for row in rows] == [("NVIDIA", 2, 1)]
    told = ("since=2025-06-01: 1 episode of the graph has no date and does not count",)
    assert render_answer(notes, "co-mentioned", given).taken == told
    given = {"entity": "TSMC", "since": "2025-06-01"}
    assert run_analysis(notes, "associated", given).rows == []
    assert describe_query_substitutions(notes, "associated", given) == list(told)


def test_what_to_listen_to_has_them_last(notes):
    [row] = fetch_answer_table(notes, "listen-to", {"about": "TSMC"}).rows
    assert row[:3] == ("", "", "Undated")


def test_each_question_with_a_first_day_for_all_episodes_is_tested_here():
    names = {
        name
        for name, query in load_named_queries().items()
        if any(parameter.default == FIRST_DAY for parameter in query.parameters)
    }
    assert names == {"co-mentioned", "associated"}
