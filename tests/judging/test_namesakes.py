"""Judgements of names that several things have: entries of an own lexicon, told apart by cues."""

import json

import pytest
from cli.runner import run

from kgraph.api import KnowledgeGraph
from kgraph.judging.answer_preview import preview_answer
from kgraph.judging.judge_answer import JudgeAnswer
from kgraph.judging.review import find_case
from kgraph.resolve.judgement import make_judgement
from kgraph.views.audit import suggest_judge_commands

LEXICON = """type: company
entries:
  Bolt (payments): {aliases: [Bolt], word: true, cues: [checkout, payments, merchants]}
  Bolt (ride hailing): {aliases: [Bolt], word: true, cues: [rides, drivers, scooters]}
  Zorb (bank): {aliases: [Zorb], word: true, cues: [loans, deposits, branch]}
  Zorb Robots: {aliases: [Zorb], word: true, cues: [robots, arm, factory]}
  Glasses: {word: true, cues: [spectacles, lenses]}
"""

#: Rows of each episode: name, context.
EPISODES = (
    (("Bolt", "checkout and payments for merchants"), ("Stripe", "payments")),
    (("Bolt", "checkout, payments"), ("Zorb", "deposits and loans")),
    (("Bolt", "rides, drivers and scooters"), ("Uber", "taxi rides")),
    (("Bolt (ride hailing)", "rides and scooters"), ("Bolt", "drivers and scooters")),
    (("Zorb", "robots with an arm for the factory"), ("Zorb Robots", "factory robots")),
    (("Zorb", "a branch with loans"), ("Zorb (bank)", "deposits")),
    (("Glasses", "lenses and spectacles"), ("NVIDIA", "chips")),
    (("Bolt (payments)", "checkout for merchants"),),
)


def write_episode(number, rows):
    lines = ["---", f"title: Talk {number}", f"date: 2025-0{number + 1}-03"]
    lines += [f"original_url: https://www.youtube.com/watch?v=abcdefghij{number}", "companies:"]
    for name, context in rows:
        lines += [f"- name: {name}", "  category: company", f"  context: {name}, {context}"]
    return "\n".join([*lines, "---", ""])


def write_project(home):
    """Write the project and build it."""
    (home / "lexicon").mkdir()
    (home / "lexicon/own.yaml").write_text(LEXICON)
    (home / "episodes").mkdir()
    for number, rows in enumerate(EPISODES):
        (home / f"episodes/{number}.md").write_text(write_episode(number, rows))
    (home / "kgraph.toml").write_text('sources = ["episodes"]\n')
    assert run("build", cwd=home).returncode == 0
    return home


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    """The graph of a project that no test changes."""
    home = write_project(tmp_path_factory.mktemp("namesakes"))
    return KnowledgeGraph.open(home / ".kgraph")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The folder of a built project, where commands run."""
    monkeypatch.chdir(tmp_path)
    return write_project(tmp_path)


def count_moves(effect):
    """Return the rows that move, by the ids of before and after."""
    return {(o.before.id, o.after.id): o.rows for o in effect.outcomes}


# -- rows that are written with the bracket of their entity ------------------------------------


@pytest.mark.parametrize(
    ("verb", "type_", "after"),
    [
        ("type", "place", ("place/bolt", "place/bolt")),
        ("reject", "", ("", "")),
        ("accept", "", ("company/boltpayments", "company/boltridehailing")),
    ],
)
def test_a_name_does_not_reach_rows_with_the_bracket_of_an_entry(graph, verb, type_, after):
    effect = graph.preview_judgement(verb, "Bolt", type=type_)
    assert count_moves(effect) == {
        ("company/boltpayments", after[0]): 2,
        ("company/boltridehailing", after[1]): 2,
    }
    whole = graph.preview_judgement(verb, "Bolt (payments)", type=type_)
    assert {o.before.id for o in whole.outcomes} == {"company/boltpayments"}


def test_the_build_leaves_the_rows_that_the_preview_leaves(home):
    done = run("judge", "reject", "Bolt", "--build", cwd=home)
    assert done.returncode == 0
    entities = KnowledgeGraph.open(home / ".kgraph").store.shared.entities
    assert entities["company/boltpayments"].surfaces == {"Bolt (payments)": 1}
    assert entities["company/boltridehailing"].surfaces == {"Bolt (ride hailing)": 1}


def test_a_case_has_the_rows_that_a_judgement_of_its_name_reaches(graph):
    case = find_case(graph.store, "Bolt")
    assert (case.rows, case.surfaces) == (4, (("Bolt", 4),))
    assert find_case(graph.store, "Bolt (payments)").rows == 1
    answer = JudgeAnswer("Bolt (payments)", "reject")
    preview = preview_answer(graph.store, answer, (), "judgements.yaml")
    assert preview.name == "Bolt (payments)"
    assert preview.effect.judgements == (make_judgement("reject", ["Bolt (payments)"]),)


def test_the_commands_on_a_row_judge_the_name_that_it_is_judged_by():
    commands = suggest_judge_commands("So Bolt (payments)", "Bolt (payments)", "company", "known")
    assert commands[1] == "kgraph judge reject 'Bolt (payments)'"


# -- names of several things -----------------------------------------------------------------------


# -- judgements without effect ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("Wombat Works", "not applied: no row is called 'Wombat Works'"),
        ("Visa", "applied"),  # the lexicon has it: rows may be taken for it
        ("company/visa", "applied"),
        ("company/wombatworks", "not applied: no row was resolved to company/wombatworks"),
    ],
)
def test_the_list_says_that_different_waits_where_the_preview_says_so(home, name, state):
    command = ("judge", "different", "Zorb", name)
    waits = "the judgement waits for it" in run(*command, "--preview").stderr
    assert run(*command, "--build").returncode == 0
    [listed] = json.loads(run("judge", "--list", "--json").stdout)
    assert listed["state"] == state
    assert waits == (state != "applied")


# -- ids in other registers ------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "label"), [("Stripe", "UBER"), ("NVIDIA", "Uber")])
def test_what_takes_in_another_thing_is_called_as_in_its_first_episode(home, name, label):
    graph = KnowledgeGraph.open(home / ".kgraph")
    gained = graph.preview_judgement("same", "UBER", name).entities[0].after
    assert (gained.id, gained.label) == ("company/uber", label)
    graph.judge("same", "UBER", name, build=True)
    entities = KnowledgeGraph.open(home / ".kgraph").store.shared.entities
    assert entities["company/uber"].label == label
