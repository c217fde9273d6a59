"""The audit lists every decision of a kind, and counts every row."""

import pytest

from kgraph.api import KnowledgeGraph
from kgraph.base.errors import InputError
from kgraph.operations.table import OPERATIONS


@pytest.fixture
def audit(sample_graph):
    """Return a function that asks for an audit of the sample corpus."""
    operation = OPERATIONS["audit"]
    return lambda **values: operation.run(sample_graph, operation.parse(values))


@pytest.mark.parametrize("what", ["mentions", "shows", "quotes", "themes", "rows"])
def test_pages_filters_and_orders_of_every_kind(audit, what):
    whole = audit(what=what, limit=100_000)
    assert whole.total == len(whole.decisions) == sum(n for _, n in whole.types) > 3
    page = audit(what=what, offset=2, limit=2)
    assert (page.total, page.decisions) == (whole.total, whole.decisions[2:4])
    for type_, count in whole.types:
        of_type = audit(what=what, type=type_)
        assert of_type.total == count
        assert {decision.type for decision in of_type.decisions} == {type_}
    for rule, count in whole.rules:
        assert audit(what=what, rule=rule).total == count
    ordered = [d.confidence for d in audit(what=what, order="least", limit=100_000).decisions]
    assert ordered == sorted(d.confidence for d in whole.decisions)
    name = whole.decisions[0].name
    assert name in {decision.name for decision in audit(what=what, text=name.upper()).decisions}
    with pytest.raises(InputError, match="no decision here has it"):
        audit(what=what, type="nonsense")


def test_every_row_of_companies_is_audited_with_its_place(sample, audit):
    rows = [
        (row.surface, row.rule, row.confidence, row.reasons)
        for episode in sample.graph
        for mention in episode.mentions
        for row in mention.rows
    ]
    decisions = audit(what="mentions", limit=100_000).decisions
    assert [(d.name, d.rule, d.confidence, d.reasons) for d in decisions] == rows
    assert all(d.place_id and d.place for d in decisions[:20])
    assert any(len(d.commands) == 2 for d in decisions)


def test_the_rows_of_each_list_add_up(audit):
    counts = {}
    for decision in audit(what="rows").decisions:
        outcomes = counts.setdefault(decision.name, [0, 0])
        outcomes[decision.type != "in"] += decision.rows
    assert "companies" in counts
    assert all(rows == outcomes for rows, outcomes in counts.values())


def test_an_undecided_show_says_what_was_missing_and_what_decides_it(audit):
    decisions = audit(what="shows", type="undecided").decisions
    assert all(d.context.startswith("undecided: ") for d in decisions)
    assert any(command.startswith("kgraph judge accept show/") for d in decisions
               for command in d.commands)  # fmt: skip


def test_bounds_that_exclude_each_other_are_refused(audit):
    with pytest.raises(InputError, match="no decision has both"):
        audit(what="mentions", least=0.9, most=0.1)


def test_the_library_gives_rows_by_column(sample):
    audit = KnowledgeGraph(sample).audit("themes")
    assert len(audit) == audit.total
    assert {row["type"] for row in audit} == {"theme"}
    assert list(audit.to_pandas()["rule"]) == [decision.rule for decision in audit.decisions]
