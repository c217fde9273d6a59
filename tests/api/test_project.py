"""A project in the library: the calls of a project file, as the commands make them."""

import inspect
import re
import threading
import time
from pathlib import Path

import pytest
from support import ROOT, episode_text

import kgraph
from kgraph.api import Project
from kgraph.base.errors import DataError, InputError

PROJECT = """\
sources = ["notes"]
store = "out/graph"
base = "https://example.org/id/"

[export]
licence = "CC-BY-4.0"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text(episode_text(more="duration: -5"))
    (tmp_path / "kgraph.toml").write_text(PROJECT)
    return tmp_path


def test_a_project_builds_checks_opens_and_exports(folder):
    project = kgraph.open_project(folder / "notes")
    assert repr(project) == f"<Project: {folder}/kgraph.toml>"
    assert [finding.code for finding in project.check(workers=1)] == ["out-of-range"]
    graph = project.build(workers=1)
    assert (graph.store.path, graph.store.meta.base) == (
        folder / "out/graph",
        "https://example.org/id/",
    )
    assert project.open().store.build == graph.store.build
    for options, is_licensed in (({}, True), ({"licence": "MIT"}, False)):
        project.export("turtle", folder / "x.ttl", **options)
        text = (folder / "x.ttl").read_text()
        assert ("spdx.org/licenses/CC-BY-4.0" in text) == is_licensed
    graph.judge("reject", "NVIDIA", by="ann")
    assert (folder / "data" / "judgements.yaml").exists()
    assert kgraph.open_project(folder / "kgraph.toml").build(workers=1).report.judgements == 1
    (folder / "kgraph.toml").write_text('judgements = "decided.yaml"\n' + PROJECT)
    project = kgraph.open_project(folder)
    assert project.open().judgements() == []
    project.open().judge("accept", "NVIDIA", by="ann")
    assert [str(judgement) for judgement in project.open().judgements()] == ["accept NVIDIA"]
    assert (folder / "decided.yaml").exists()


def test_a_first_project_is_proposed_and_written(folder):
    (folder / "kgraph.toml").unlink()
    with pytest.raises(
        InputError, match=r"no kgraph.toml here or above: write one with `kgraph in"
    ):
        kgraph.open_project(folder)
    proposal = kgraph.propose_project(folder, folder, workers=1)
    kgraph.write_project(proposal)
    assert kgraph.open_project(folder).settings.sources == (str(folder / "notes"),)


@pytest.mark.parametrize(
    ("method", "set_by_file"),
    [
        ("build", ("paths", "store", "base", "project")),
        ("watch", ("paths", "store", "base", "project")),
        ("check", ("paths", "project")),
    ],
)
def test_a_project_takes_what_its_file_does_not_set(method, set_by_file):
    given = inspect.signature(getattr(kgraph.KnowledgeGraph, method)).parameters
    taken = dict(inspect.signature(getattr(Project, method)).parameters)
    del taken["self"]
    assert taken == {name: given[name] for name in given if name not in set_by_file}


def test_a_project_is_built_anew(folder):
    project = kgraph.open_project(folder)
    first = project.build(workers=1)
    again = project.build(full=True, exclude=["b.md"], judgements=None, previous=None, workers=1)
    assert (first.store.build.name, again.store.build.name) == ("0001", "0002")
    assert again.report.why_full == "a full build was asked for"


@pytest.mark.parametrize("path", ["kgraph.tml", "nosuch/folder"])
def test_a_path_that_does_not_exist_is_no_project(folder, monkeypatch, path):
    monkeypatch.chdir(folder)
    with pytest.raises(InputError) as refused:
        kgraph.open_project(path)
    assert str(refused.value) == (
        f"{path}: no such file or folder: name a kgraph.toml, or a folder of the project"
    )


@pytest.mark.parametrize("kind", [str, Path])
def test_a_named_file_of_judgements_is_checked_in_place_of_the_projects(folder, monkeypatch, kind):
    monkeypatch.chdir(folder)
    (folder / "kgraph.toml").write_text('judgements = "decided.yaml"\n' + PROJECT)
    project = kgraph.open_project(folder)
    Path("data").mkdir()
    Path("data/judgements.yaml").write_text("wrong")
    assert len(project.check(workers=1)) == 1
    with pytest.raises(DataError, match=r"^data/judgements.yaml:1: expected a list"):
        kgraph.KnowledgeGraph.check(
            "notes", project=project.settings, judgements=kind("data/judgements.yaml"), workers=1
        )


def test_a_source_that_is_gone_stops_a_build_alone(folder):
    project = kgraph.open_project(folder)
    project.build(workers=1)
    (folder / "notes").rename(folder / "other")
    for call in (project.build, project.check):
        with pytest.raises(
            DataError, match=r"kgraph.toml:1: sources\[0\]: 'notes': no such file or folder"
        ):
            call()
    assert len(project.open().graph.shared.summaries) == 1


def test_a_project_is_watched(folder):
    builds = kgraph.open_project(folder).watch(workers=1, interval_s=0.1)
    graph = next(builds)
    assert (graph.report.files, graph.store.path) == (1, folder / "out/graph")
    (folder / "kgraph.toml").write_text('judgements = "decided.yaml"\n' + PROJECT)
    for graph in builds:
        graph.judge("reject", "NVIDIA", by="ann")
        break
    assert (folder / "decided.yaml").exists()


def test_the_loop_of_the_guide_prints_what_its_builds_change(folder, monkeypatch, capsys):
    page = (ROOT / "docs" / "how-to.md").read_text("utf-8")
    loop = re.search(
        r"```python\n(import kgraph\n\n[^`]*\.watch\(on_error=print\).*?)```", page, re.S
    )
    project = kgraph.open_project(folder)
    for title in ("First talk", "Second talk"):
        (folder / "notes" / "a.md").write_text(episode_text(title))
        project.build(workers=1)

    class EditedProject:
        def watch(self, **options):
            builds = project.watch(workers=1, interval_s=0.1, **options)
            yield next(builds)
            (folder / "notes" / "a.md").write_text(episode_text("Third talk"))
            yield next(builds)

    monkeypatch.setattr(kgraph, "open_project", EditedProject)
    exec(loop[1], {"__name__": "__main__"})
    assert capsys.readouterr().out == "episode renamed: Third talk (was Second talk)\n"


def test_a_folder_is_watched_and_errors_are_given(folder):
    errors, notes = [], folder / "notes"
    options = {"workers": 1, "interval_s": 0.1, "on_error": errors.append}
    builds = kgraph.KnowledgeGraph.watch([notes], folder / "store", judgements=None, **options)
    assert next(builds).store.meta.episodes == 1
    notes.rename(folder / "away")
    rename = threading.Thread(target=lambda: wait_and_rename(errors, folder / "away", notes))
    rename.start()
    assert next(builds).report.is_unchanged
    rename.join()
    assert [type(error) for error in errors] == [InputError]


def test_a_watch_takes_the_arguments_of_a_build(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "notes" / "b.md").write_text(episode_text("Second talk"))
    decided = folder / "decided.yaml"
    decided.write_text("- {verb: reject, names: [NVIDIA]}\n")
    graph = next(
        kgraph.open_project(folder).watch(judgements=decided, exclude=["notes/b.md"], workers=1)
    )
    assert (graph.report.files, graph.report.judgements) == (1, 1)


def test_sources_alone_are_watched(folder):
    decided, stop = folder / "data" / "judgements.yaml", threading.Event()
    builds = kgraph.open_project(folder).watch(
        sources_only=True, workers=1, interval_s=0.1, stop=stop
    )
    next(builds)
    decided.parent.mkdir()
    decided.write_text("- {verb: reject, names: [NVIDIA]}\n")
    threading.Timer(0.8, stop.set).start()
    assert list(builds) == []


def test_arguments_that_cannot_be_used_are_refused_before_the_loop(folder):
    project = kgraph.open_project(folder)
    with pytest.raises(InputError, match="-: standard input cannot be watched"):
        kgraph.KnowledgeGraph.watch(["-"])
    for watch in (project.watch, lambda **options: kgraph.KnowledgeGraph.watch("notes", **options)):
        with pytest.raises(InputError, match="interval_s 0: write a number"):
            watch(interval_s=0)
        with pytest.raises(InputError, match="5: no text: write patterns"):
            watch(exclude=[5])


def wait_and_rename(errors, source, target):
    while not errors:
        time.sleep(0.02)
    source.rename(target)
