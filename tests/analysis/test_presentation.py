"""Answers as a page shows them."""

import pytest

from kgraph.analysis import questions
from kgraph.analysis.presentation import Bar, Cell, shown
from kgraph.base.errors import InputError
from kgraph.query import ask
from kgraph.query.evaluate import sparql
from kgraph.query.saved import SECTIONS, saved_queries

GIVEN = {
    "entity": "NVIDIA",
    "episode": "2025-10-02-tll-137-polymarket-comes-home.md",
    "theme": "Strategy",
}


def given(name):
    """Parameters that the sample corpus knows."""
    return {
        p.name: GIVEN[p.type]
        for p in questions()[name].parameters
        if p.type in GIVEN and (p.type != "entity" or p.default != "Circle")
    }


@pytest.mark.parametrize("name", questions())
def test_every_question_can_be_shown(sample, name):
    try:
        found = shown(sample, name, given(name))
    except InputError as error:  # the sample has no such pair of things
        assert name in ("bridges", "path"), error
        return
    question = questions()[name]
    assert question.section in SECTIONS
    assert set(question.links) <= set(found.columns)
    assert all(len(row) == len(found.columns) for row in found.rows)
    assert len(found.rows) <= found.total
    assert bool(found.sparql) == (question.kind == "query")


def test_cells_lead_to_what_they_name(sample):
    found = shown(sample, "co-mentioned", {"company": "NVIDIA"})
    name, episodes = found.rows[0][:2]
    assert name.id.startswith("company/")
    assert (episodes.is_number, episodes.id) == (True, "")
    assert found.bars[0] == Bar(name, float(episodes.text))
    assert found.bars_of == "episodes"


def test_one_row_is_no_chart(sample):
    found = shown(sample, "which-one", {"episode": GIVEN["episode"], "name": "Polymarket"})
    assert (len(found.bars), found.rows[0][0]) == (0, Cell("Polymarket"))


def test_the_sparql_behind_it_gives_the_same(sample):
    text = sparql(sample, "co-mentioned", {"company": "nvidia"})
    assert text.startswith("PREFIX kg: <https://w3id.org/kgraph/ns#>\n")
    assert "# param" not in text
    named = ask(sample, "co-mentioned", {"company": "nvidia"}, format="csv").data
    assert ask(sample, text, format="csv").data == named


def test_no_value_becomes_syntax(sample):
    evil = '") } INSERT DATA { <a> <b> <c> } #\\'
    text = sparql(sample, "who-said", {"words": evil})
    assert ask(sample, text, format="csv").data.count(b"\n") == 1
    assert shown(sample, "who-said", {"words": evil}).total == 0


@pytest.mark.parametrize("name", saved_queries())
def test_every_saved_query_can_be_opened_elsewhere(sample, name):
    assert ask(sample, sparql(sample, name, given(name))).data


def test_what_is_no_question_is_said(sample):
    with pytest.raises(InputError, match="colours: no such question"):
        shown(sample, "colours")
    with pytest.raises(InputError, match="path: no such saved query"):
        sparql(sample, "path")
