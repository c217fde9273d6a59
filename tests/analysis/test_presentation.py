"""Answers as a page shows them."""

import pytest

from kgraph.analysis import load_named_queries
from kgraph.analysis.presentation import Bar, Cell, _make_cell, render_answer
from kgraph.base.errors import InputError
from kgraph.base.vocabulary import expand_curie
from kgraph.query import run_query
from kgraph.query.evaluate import render_saved_query
from kgraph.query.named import QUESTION_SECTIONS, LinkResolver
from kgraph.query.saved import load_saved_queries

GIVEN = {
    "entity": "NVIDIA",
    "episode": "2025-10-02-tll-137-polymarket-comes-home.md",
    "theme": "Strategy",
}


def given(name):
    """Parameters that the sample corpus knows."""
    values = {
        p.name: GIVEN[p.type]
        for p in load_named_queries()[name].parameters
        if p.type in GIVEN and (p.type != "entity" or p.default not in ("Circle", "Tether"))
    }
    return values | ({"x": "NVIDIA; OpenAI"} if name == "compare" else {})


@pytest.mark.parametrize("name", load_named_queries())
def test_every_question_can_be_shown(sample, name):
    try:
        found = render_answer(sample, name, given(name))
    except InputError as error:  # the sample has no such pair of things
        assert name in ("bridges", "path"), error
        return
    question = load_named_queries()[name]
    assert question.section in QUESTION_SECTIONS
    assert set(question.links) <= set(found.columns)
    assert all(len(row) == len(found.columns) for row in found.rows)
    assert len(found.rows) <= found.total
    assert bool(found.sparql) == (question.kind == "query")


def test_cells_lead_to_what_they_name(sample):
    found = render_answer(sample, "co-mentioned", {"company": "NVIDIA"})
    name, episodes = found.rows[0][:2]
    assert name.id.startswith("company/")
    assert (episodes.is_number, episodes.id) == (True, "")
    assert found.bars[0] == Bar(name, float(episodes.text))


def test_one_row_is_no_chart(sample):
    found = render_answer(sample, "which-one", {"episode": GIVEN["episode"], "name": "Polymarket"})
    assert (len(found.bars), found.rows[0][0]) == (0, Cell("Polymarket"))


def test_the_sparql_behind_it_gives_the_same(sample):
    text = render_saved_query(sample, "co-mentioned", {"company": "nvidia"})
    assert text.startswith("PREFIX kg: <https://w3id.org/kgraph/ns#>\n")
    assert "# param" not in text
    named = run_query(sample, "co-mentioned", {"company": "nvidia"}, format="csv").data
    assert run_query(sample, text, format="csv").data == named


def test_no_value_becomes_syntax(sample):
    evil = '") } INSERT DATA { <a> <b> <c> } #\\'
    text = render_saved_query(sample, "who-said", {"words": evil})
    assert run_query(sample, text, format="csv").data.count(b"\n") == 1
    assert render_answer(sample, "who-said", {"words": evil}).total == 0


@pytest.mark.parametrize("name", load_saved_queries())
def test_every_saved_query_can_be_opened_elsewhere(sample, name):
    assert run_query(sample, render_saved_query(sample, name, given(name))).data


def test_what_is_no_question_is_said(sample):
    with pytest.raises(InputError, match="colours: no such question"):
        render_answer(sample, "colours")
    with pytest.raises(InputError, match="path: no such saved query"):
        render_saved_query(sample, "path")


@pytest.mark.parametrize(
    ("text", "datatype", "cell"),
    [
        ("0.33333", "xsd:decimal", Cell("0.3333", is_number=True)),
        ("1.5E3", "xsd:double", Cell("1.5E3", is_number=True)),
        ("many", "xsd:integer", Cell("many")),
        ("1.2.3", "xsd:decimal", Cell("1.2.3")),
        ("", "xsd:decimal", Cell("")),
        ("INF", "xsd:double", Cell("INF")),
        ("1", "xsd:boolean", Cell("true", is_boolean=True)),
        ("maybe", "xsd:boolean", Cell("maybe")),
    ],
)
def test_ill_typed_values_of_another_endpoint_stay_text(text, datatype, cell, sample):
    term = {"type": "literal", "value": text, "datatype": expand_curie(datatype)}
    assert _make_cell(term, "", "https://example.org/", LinkResolver(sample.shared)) == cell
