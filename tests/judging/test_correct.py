"""Judgements are written whole, by one writer at a time, and built at once."""

import subprocess
import sys
import threading
import time
from functools import partial

import msgspec
import pytest
from cli.runner import run
from support import episode_text

from kgraph.api import KnowledgeGraph
from kgraph.base.errors import (
    DataError,
    InputError,
    StoreBusyError,
    StoreMissingError,
    StoreOutdatedError,
    UnknownNameError,
)
from kgraph.base.vocabulary import BASE_IRI
from kgraph.judging import correct
from kgraph.judging.correct import (
    choose_judgement_file,
    describe_correction,
    undo_judgements,
    write_judgements,
)
from kgraph.judging.judgement_preview import preview_judgement
from kgraph.pipeline import build, update
from kgraph.project import load_project, rebuild
from kgraph.resolve import judgements_file
from kgraph.resolve.judgement import describe_judgement, make_judgement
from kgraph.resolve.judgements_file import append_judgements, load_judgements, remove_judgements
from kgraph.server.judge_job import JudgeJob
from kgraph.server.judge_process import build_again
from kgraph.server.settings import JudgeSettings
from kgraph.store import BuildWriter, Store
from kgraph.store.writer import acquire_lock

REJECT = make_judgement("reject", ["OpenAI"], why="a test", by="ann", date="2026-01-02")
WRITER = """
import sys
from pathlib import Path
from kgraph.base.errors import InputError
from kgraph.resolve.judgement import describe_judgement, make_judgement
from kgraph.resolve.judgements_file import append_judgements, load_judgements, remove_judgements
path, name = Path(sys.argv[1]), sys.argv[2]
for number in range(20):
    [made] = append_judgements(path, [make_judgement("reject", [f"{name} {number}"])]).written
    while number % 4 == 3:
        try:
            remove_judgements(path, [made.line], expected=[made])
            break
        except InputError:  # the other writer has moved it
            made = next(j for j in load_judgements(path) if j.names == made.names)
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder with three episodes and a store, built there."""
    monkeypatch.setattr(update, "MAX_UPDATED_SHARE", 1.0)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "episodes").mkdir()
    for number, name in enumerate(("OpenAI", "Visa", "Quorvex")):
        url = f"https://www.youtube.com/watch?v=abcdefghij{number}"
        text = episode_text(f"Talk {number}", url, (name,))
        (tmp_path / "episodes" / f"{number}.md").write_text(text)
    build(["episodes"], "store", workers=1)
    return tmp_path


def entities(store="store"):
    return set(Store(store).shared.entities)


def test_a_judgement_is_written_and_built_and_undone_and_restored(home):
    before = entities()
    made = write_judgements("store", [REJECT])
    assert (made.written[0].line, str(made.written[0]), made.removed) == (1, "reject OpenAI", ())
    assert list(made.report.redone) == ["youtube-abcdefghij0"]
    first = made.changes.changes[0]
    assert (first.what, first.how, first.label) == ("entity", "lost", "OpenAI")
    assert before - entities() == {"company/openai"}
    undone = undo_judgements("store", expected=made.written)
    assert (undone.removed, undone.written, entities()) == (made.written, (), before)
    again = write_judgements("store", undone.removed)
    assert again.written == made.written
    assert before - entities() == {"company/openai"}


def test_a_person_whose_name_is_also_a_token_stays_a_person(home):
    (home / "episodes" / "3.md").write_text(
        episode_text("Talk 3", more="hosts: [Alex, Sam, Kim Dahl]")
    )
    build(["episodes"], "store", workers=1)
    assert entities() >= {"person/alex", "person/sam", "person/kimdahl"}
    made = write_judgements("store", [make_judgement("same", ["Alex", "Sam"])])
    assert str(made.written[0]) == "same person/alex, Sam"
    write_judgements("store", [make_judgement("rename", ["Kim Dahl", "Jasmine"])])
    names = {"alex", "sam", "kimdahl", "jasmine"}
    named = {id_ for id_ in entities() if id_.partition("/")[2] in names}
    assert named == {"person/alex", "person/jasmine"}


def test_a_rejected_name_leads_to_its_judgement_wherever_it_is_looked_up(home):
    write_judgements("store", [REJECT])
    graph = KnowledgeGraph.open("store")
    absence = "'OpenAI' (company/openai) was in an earlier build, and a judgement rejected it"
    rows = "; 1 row with the name rejected, by judgement"
    advice = (
        ": `kgraph judge --list` shows its line and file, "
        "`kgraph judge --undo LINE --judgements FILE` removes it"
    )
    for look_up, words in (
        (lambda: graph.show("OpenAI"), rows),
        (lambda: graph.show("company/openai"), ""),
        (lambda: graph.how("OpenAI"), rows),
        (lambda: graph.compare("Visa", "OpenAI"), ""),
        (lambda: graph.analyse("path", one="Visa", other="OpenAI"), ""),
        (lambda: graph.search("talk", company="OpenAI"), ""),
    ):
        with pytest.raises(UnknownNameError) as caught:
            look_up()
        assert str(caught.value) == absence + words + advice
    facts = graph.why_not("OpenAI", "Visa")
    judgement, unmentioned = facts.trees[0].because[:2]
    assert judgement.words == describe_judgement(msgspec.structs.replace(REJECT, line=1))
    assert unmentioned.kind == "unmentioned"
    undo = facts.commands[0]
    assert undo == "kgraph judge --undo 1 --judgements data/judgements.yaml"
    assert run(*undo.split()[1:]).returncode == 0
    assert load_judgements(home / "data/judgements.yaml") == ()


def test_a_name_rejected_from_the_first_build_on_leads_to_its_judgement(home):
    write_judgements("store", [REJECT], build=False)
    build(["episodes"], "fresh", workers=1, judgements="data/judgements.yaml")
    with pytest.raises(UnknownNameError) as caught:
        KnowledgeGraph.open("fresh").how("OpenAI")
    assert str(caught.value) == (
        "nothing in the graph is called 'OpenAI'; 1 row with the name rejected, by judgement: "
        "`kgraph judge --list` shows its line and file, "
        "`kgraph judge --undo LINE --judgements FILE` removes it"
    )


def test_a_judgement_that_the_file_has_is_not_written_again(home):
    file = home / "data/judgements.yaml"
    first = write_judgements("store", [REJECT], build=False)
    text = file.read_text()
    respelled = make_judgement("reject", ["Open  AI"], why="another", by="bob")
    again = write_judgements("store", [respelled], build=False)
    assert (again.written, again.present, file.read_text()) == ((), first.written, text)
    assert describe_correction(again) == f"{again.file}:1: has reject OpenAI already"
    both = write_judgements("store", [respelled, *[make_judgement("reject", ["Visa"])] * 2])
    assert ([str(j) for j in both.written], both.present) == (["reject Visa"], first.written)
    assert [str(j) for j in load_judgements(file)] == ["reject OpenAI", "reject Visa"]
    # Another label is another judgement, and so is another type.
    labels = [make_judgement("rename", ["Quorvex", new]) for new in ("QuorVex", "QuorVEX")]
    write_judgements("store", labels[:1], build=False)
    assert append_judgements(file, [labels[1]]).written


def test_without_a_build_the_graph_stays(home):
    made = write_judgements("store", [REJECT], build=False)
    assert (made.report, made.changes) == (None, None)
    assert "company/openai" in entities()
    assert undo_judgements("store", build=False).removed == made.written


def test_every_writer_checks_what_names_mean_and_reads_the_file_once(home, monkeypatch):
    text = episode_text("Talk 3", "https://www.youtube.com/watch?v=abcdefghij3", ("Micron",))
    (home / "episodes" / "3.md").write_text(text)
    build(["episodes"], "store", workers=1)
    file = home / "data/judgements.yaml"
    same, different = (make_judgement(v, ["Micron", "Visa"]) for v in ("same", "different"))
    graph = KnowledgeGraph.open("store")
    job = JudgeJob(home / "store", JudgeSettings("ann"))
    writers = (
        lambda judgement: write_judgements("store", [judgement], build=False).written[0],
        lambda judgement: graph.judge(judgement.verb, *judgement.names),
        lambda judgement: job._write([judgement]).written[0],
        graph.restore_judgement,
    )
    file.parent.mkdir()
    file.touch()
    reads = []
    read_text = judgements_file._read_text
    monkeypatch.setattr(judgements_file, "_read_text", lambda f: reads.append(f) or read_text(f))
    for write in writers:
        reads.clear()
        written = write(same)
        as_given = write == graph.restore_judgement
        assert written.names[0] == ("Micron" if as_given else "Micron Technology")
        assert len(reads) == 1
        undo_judgements("store", build=False)
        append_judgements(file, [make_judgement("same", ["Micron Technology", "Visa"])])
        with pytest.raises(DataError, match=r"Visa: remove that .* \(Micron is Micron Technology"):
            write(make_judgement("different", ["company/visa", "Micron"]))
        undo_judgements("store", build=False)
        append_judgements(file, [different])
        with pytest.raises(DataError, match="Micron contradicts|same Micron Technology, Visa con"):
            write(make_judgement("same", ["Micron Technology", "Visa"]))
        undo_judgements("store", build=False)


def test_of_judgements_that_contradict_none_is_written(home):
    write_judgements("store", [REJECT], build=False)
    text = (home / "data/judgements.yaml").read_text()
    added = [make_judgement("reject", ["Visa"]), make_judgement("accept", ["OpenAI"])]
    with pytest.raises(DataError, match="accept OpenAI contradicts line 1: reject OpenAI"):
        write_judgements("store", added)
    assert (home / "data/judgements.yaml").read_text() == text


def test_what_was_written_stays_where_no_build_is_possible(home):
    (home / "episodes").rename(home / "moved")
    with pytest.raises(
        InputError,
        match=r"^data/judgements.yaml:1: wrote reject OpenAI, but not built: .*/episodes: gone, ",
    ):
        write_judgements("store", [REJECT])
    assert [str(j) for j in load_judgements(home / "data/judgements.yaml")] == ["reject OpenAI"]
    with pytest.raises(InputError, match=r"^data/judgements.yaml:1: removed .*, but not built"):
        undo_judgements("store")
    assert load_judgements(home / "data/judgements.yaml") == ()


def test_another_judgement_than_the_expected_is_not_removed(home):
    first, second = append_judgements(
        home / "data/judgements.yaml", [REJECT, make_judgement("reject", ["Visa"])]
    ).written
    with pytest.raises(
        InputError, match=r"yaml:1: reject OpenAI is here by now, not reject Visa: look again"
    ):
        undo_judgements("store", [1], expected=[second], build=False)
    assert undo_judgements("store", [1], expected=[first], build=False).removed == (first,)


def test_writers_at_once_lose_nothing(tmp_path):
    path = tmp_path / "judgements.yaml"
    path.write_text("# a comment\n- {verb: reject, names: [Zero]}  # and another\n")
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in ("A", "B")
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    names = [name for judgement in load_judgements(path) for name in judgement.names]
    kept = [number for number in range(20) if number % 4 != 3]
    assert sorted(names) == sorted(["Zero", *(f"{w} {n}" for w in "AB" for n in kept)])
    lines = path.read_text().splitlines()
    assert lines[:2] == ["# a comment", "- {verb: reject, names: [Zero]}  # and another"]


def test_a_writer_that_waits_too_long_says_so(tmp_path, monkeypatch):
    path = tmp_path / "judgements.yaml"
    monkeypatch.setattr(judgements_file, "LOCK_TIMEOUT_S", 0)
    refused = pytest.raises(DataError, match="another program has been writing here for 0 second")
    with judgements_file.lock_changes(path, 0), refused:
        append_judgements(path, [REJECT])
    append_judgements(path, [REJECT])
    assert [removed.names for removed in remove_judgements(path)] == [("OpenAI",)]


def test_a_build_that_runs_is_waited_for(home, monkeypatch):
    release, done = threading.Event(), []

    def hold():
        with BuildWriter(home / "store", BASE_IRI):
            release.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    while not (home / "store/builds/0002.kgraph-partial").exists() and not list(
        (home / "store/builds").glob("0002*")
    ):
        time.sleep(0.01)
    with monkeypatch.context() as patch:
        patch.setattr(correct, "rebuild_graph", partial(correct.rebuild_graph, busy_timeout_s=0.0))
        with pytest.raises(StoreBusyError, match="wrote reject OpenAI, but not built: .*another b"):
            write_judgements("store", [REJECT])
    waiting, when_built = threading.Event(), []

    def look(store):
        waiting.set()
        return acquire_lock(store)

    def build_once(*args, **options):
        when_built.append(release.is_set())
        return build(*args, **options)

    monkeypatch.setattr(rebuild, "acquire_lock", look)
    monkeypatch.setattr(rebuild, "build", build_once)
    judgements = home / "data/judgements.yaml"
    asker = threading.Thread(target=lambda: done.append(build_again("store", judgements, "")))
    asker.start()
    waiting.wait(60)
    release.set()
    holder.join(60)
    asker.join(60)
    assert when_built == [True]  # no build is tried while another one writes
    assert [outcome.error for outcome in done] == [""]
    assert "company/openai" not in entities()


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        (["-"], "store: its last build read standard input: build again with `kgraph build PATH"),
        ([], "store: it is unknown what its last build read: build again with"),
    ],
)
def test_what_cannot_be_built_again_is_said(home, monkeypatch, sources, words):
    origin = rebuild.BuildOrigin(tuple(sources))
    monkeypatch.setattr(rebuild, "read_origin", lambda store: origin)
    with pytest.raises(InputError) as refused:
        rebuild.rebuild_store("store")
    assert str(refused.value).startswith(words)


def test_without_a_graph_there_is_nothing_to_build_again(tmp_path):
    with pytest.raises(StoreMissingError, match="no graph here yet"):
        rebuild.rebuild_store(tmp_path / "store")


def test_a_project_is_built_again_with_its_own_entries(home):
    (home / "kgraph.toml").write_text(
        'sources = ["epi*"]\nstore = "own"\nbase = "https://example.org/"\n'
    )
    (home / "lexicon").mkdir()
    (home / "lexicon/own.yaml").write_text(
        "type: company\nentries:\n  Quorvex Dynamics: {aliases: [Quorvex]}\n"
    )
    project = load_project(home / "kgraph.toml")
    build(project.sources, project.store, base=project.base, project=project.load_inputs())
    rename = make_judgement("rename", ["Quorvex", "Quorvex AG"])
    effect = preview_judgement(Store(home / "own"), rename, ())
    assert [(c.how, c.before.id, c.after.id) for c in effect.entities] == [
        ("renamed", "company/quorvexdynamics", "company/quorvexag")
    ]
    made = write_judgements(home / "own", [REJECT])
    assert made.report.redone is not None
    assert Store(home / "own").meta.base == "https://example.org/"
    assert "company/quorvexdynamics" in entities(home / "own")
    assert "company/openai" not in entities(home / "own")
    (home / "lexicon/own.yaml").write_text("type: company\nentries: {Zorbla Labs: {}}\n")
    with pytest.raises(StoreOutdatedError, match="it was built with other entries or ids of your"):
        preview_judgement(Store(home / "own"), rename, ())
    (home / "kgraph.toml").unlink()
    with pytest.raises(InputError, match=r"kgraph.toml: the project of .*own is gone"):
        undo_judgements(home / "own")


def test_the_file_is_that_of_the_project_which_the_store_was_built_from(home):
    file = home / "kgraph.toml"
    file.write_text('sources = ["episodes"]\nstore = "own"\n')
    project = load_project(file)
    build(project.sources, project.store, project=project.load_inputs(), workers=1)
    file.write_text('sources = ["episodes"]\nstore = "own"\njudgements = "decided.yaml"\n')
    made = write_judgements(home / "own", [REJECT])
    assert made.file == str(home / "decided.yaml")
    assert "company/openai" not in entities(home / "own")
    assert KnowledgeGraph.open(home / "own").judgements() == list(made.written)
    job = JudgeJob(home / "own", JudgeSettings("Ada"))
    file.write_text("sources = 5\n")
    assert job.file == home / "decided.yaml"
    named = home / "named.yaml"
    assert choose_judgement_file(home / "own", named).output == named
    with pytest.raises(DataError, match=r"kgraph.toml:1: sources"):
        choose_judgement_file(home / "own")
