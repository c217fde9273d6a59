"""Judgements of names that several things have: entries of an own lexicon, told apart by cues."""

import json
import re

import pytest
from cli.runner import run

from kgraph.api import KnowledgeGraph
from kgraph.judging.answer_preview import preview_answer
from kgraph.judging.judge_answer import JudgeAnswer
from kgraph.judging.review import find_case
from kgraph.resolve.judgement import make_judgement
from kgraph.views.decision_records import suggest_judge_commands

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


@pytest.mark.parametrize(
    ("verb", "names", "words"),
    [
        (
            "same",
            ("Bolt", "Bolt (ride hailing)"),
            "rows written Bolt stay Bolt (payments): to join that, name company/boltpayments in "
            "place of Bolt",
        ),
        (
            "rename",
            ("Zorb", "Zorbx"),
            "only rows written Zorb are renamed, and not 1 other row of Zorb Robots: to rename one "
            "of them, name company/zorb or company/zorbrobots in place of Zorb",
        ),
    ],
)
def test_what_a_name_of_several_things_leaves_is_told_with_ids_that_work(graph, verb, names, words):
    [note] = [n for n in graph.preview_judgement(verb, *names).notes if "several" in n]
    why = f"{names[0]} is the name of several things here"
    assert note == f"{verb} {', '.join(names)}: {why}: {words}"
    for id_ in re.findall(r"company/\w+", words):
        assert graph.preview_judgement(verb, id_, names[1]).moved_rows


def test_the_command_writes_what_its_preview_tells(home):
    command = ("same", "Bolt", "Bolt (ride hailing)")
    told = [run("judge", *command, *options).stderr for options in (["--preview"], [])]
    assert all("rows written Bolt stay Bolt (payments): to join that" in words for words in told)


# -- judgements without effect ---------------------------------------------------------------------


@pytest.mark.parametrize("is_built", [True, False])
@pytest.mark.parametrize(
    ("earlier", "name", "words"),
    [
        (("rename", "Glasses", "Lensco"), "Glasses", "called Lensco by line 1 of {file} (rename "
         "Glasses, Lensco): judge Lensco, or to undo that, kgraph judge --undo 1"),
        (("rename", "Glasses", "Lensco"), "company/glasses", "called Lensco by line 1 of {file} "),
        (("same", "Uber", "Glasses"), "Glasses", "called Uber by line 1 of {file} (same Uber, "),
    ],
)  # fmt: skip
def test_what_a_name_is_called_by_now_is_the_reason_for_no_change(
    home, earlier, name, words, is_built
):
    graph = KnowledgeGraph.open(home / ".kgraph")
    graph.judge(*earlier, build=is_built)
    file = home / "data/judgements.yaml"
    effect = KnowledgeGraph.open(home / ".kgraph").preview_judgement(
        "accept", name, type="" if "/" in name else "company"
    )
    assert effect.is_empty
    assert words.format(file=file) in effect.notes[-1]
    is_former = is_built and "/" in name
    former = "company/glasses is company/lensco by now: judge that"
    assert (former in effect.notes) == is_former


def test_what_the_file_has_already_is_the_reason_for_no_change(home):
    graph = KnowledgeGraph.open(home / ".kgraph")
    graph.judge("type", "Glasses", type="product", why="a product", build=True)
    graph = KnowledgeGraph.open(home / ".kgraph")
    effect = graph.preview_judgement("type", "Glasses", type="product")
    assert "has it already (type Glasses as product)" in str(effect)


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


def test_a_type_that_several_entries_have_chooses_none_and_says_so(graph):
    told = "the lexicon has several of type company called Bolt (Bolt (payments), Bolt (ride "
    effect = graph.preview_judgement("accept", "Bolt", type="company")
    [note] = [note for note in effect.notes if note.startswith(told)]
    for command in re.findall(r"kgraph judge same (\S+) Bolt", note):
        moved = count_moves(graph.preview_judgement("same", command, "Bolt"))
        assert {after for _, after in moved} == {command}
    assert not any(
        "several" in n for n in graph.preview_judgement("type", "Bolt", type="show").notes
    )


# -- ids in other registers ------------------------------------------------------------------------


def test_ids_that_go_with_the_type_are_told_before_they_are_lost(home):
    graph = KnowledgeGraph.open(home / ".kgraph")
    ids = {f"{kind}:{id_}" for kind, id_ in graph.store.shared.entities["company/nvidia"].ids}
    [note] = [
        n for n in graph.preview_judgement("type", "NVIDIA", type="product").notes if ":" in n
    ]
    assert note == (
        f"product/nvidia does not get {len(ids)} ids in other registers of company/nvidia "
        f"({', '.join(sorted(ids))}): where it is the same thing, "
        "`kgraph judge sameas product/nvidia ID...` gives them"
    )
    assert "does not get" not in str(graph.preview_judgement("rename", "NVIDIA", "Novidia"))
    graph.judge("type", "NVIDIA", type="product", build=True)
    graph = KnowledgeGraph.open(home / ".kgraph")
    assert graph.store.shared.entities["product/nvidia"].ids == ()
    graph.judge("sameas", "product/nvidia", *ids, build=True)
    graph = KnowledgeGraph.open(home / ".kgraph")
    assert len(graph.store.shared.entities["product/nvidia"].ids) == len(ids)


@pytest.mark.parametrize("options", [(), ("--build",), ("--preview",)])
@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("accept", "Bolt", "--type", "company"), "the lexicon has several of type company called"),
        (("type", "NVIDIA", "--type", "product"), "product/nvidia does not get"),
    ],
)
def test_what_a_judgement_leaves_is_told_however_it_is_made(home, command, words, options):
    told = run("judge", *command, *options)
    assert told.returncode == 0
    assert (told.stdout + told.stderr).count(words) == 1


def test_a_judgement_that_is_written_without_effect_tells_what_decides(home):
    assert run("judge", "rename", "Glasses", "Lensco", "--build").returncode == 0
    words = run("judge", "accept", "Glasses", "--type", "company").stderr
    assert (
        "note: it changes nothing in this graph\nnote: 1 row of it is called Lensco by line 1 "
        in words
    )


@pytest.mark.parametrize(("name", "label"), [("Stripe", "UBER"), ("NVIDIA", "Uber")])
def test_what_takes_in_another_thing_is_called_as_in_its_first_episode(home, name, label):
    graph = KnowledgeGraph.open(home / ".kgraph")
    gained = graph.preview_judgement("same", "UBER", name).entities[0].after
    assert (gained.id, gained.label) == ("company/uber", label)
    graph.judge("same", "UBER", name, build=True)
    entities = KnowledgeGraph.open(home / ".kgraph").store.shared.entities
    assert entities["company/uber"].label == label
