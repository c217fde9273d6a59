"""Rows that are decided again: as they were, or not at all."""

import math
import shutil

import msgspec
import pytest
from msgspec.structs import replace
from support import episode_text

from kgraph.api import KnowledgeGraph
from kgraph.base.checksums import CHECKSUMS_FILE, Checksums, write_checksums
from kgraph.base.errors import StoreOutdatedError
from kgraph.pipeline import build
from kgraph.store import Store, layout
from kgraph.views.replay import Replay, load_build_knowledge


def test_every_row_of_the_sample_is_decided_as_it_was_and_its_steps_add_up(sample):
    replay, rows, broken_down = Replay.cached_for(sample), 0, 0
    for episode in sample.graph:
        files = [replay.replay_file(episode, number) for number in range(len(episode.files))]
        for mention in episode.mentions:
            for row in mention.rows:
                again = files[row.file].find_row(mention, row)
                rows += 1
                assert again is not None, (episode.slug, row)
                if again.steps:
                    broken_down += 1
                    total = math.fsum(step.weight for step in again.steps)
                    assert 1 / (1 + math.exp(-total)) == pytest.approx(row.confidence, abs=1e-9)
    assert rows > 1000
    assert broken_down > 0.8 * rows


def test_another_outcome_than_that_of_the_graph_explains_nothing(store):
    [episode, _] = store.graph
    mention = episode.mentions[0]
    [row] = mention.rows
    file = Replay.cached_for(store).replay_file(episode, 0)
    assert file.find_row(mention, row) is not None
    assert file.find_row(mention, replace(row, confidence=row.confidence - 0.01)) is None
    assert file.find_row(mention, replace(row, rule="another")) is None
    assert file.find_row(replace(mention, type="product"), row) is None


def test_without_what_the_build_kept_it_is_said_why(store):
    (store.build / layout.KEPT_FILE).unlink()
    known = load_build_knowledge(store)
    assert known.replay is None
    assert known.note.startswith("what the build knew besides the shipped lexicon is unknown: ")
    explanation = KnowledgeGraph(store).why("First talk", "NVIDIA", steps=True)
    assert "build again" in explanation.note
    assert not explanation.trees[0].because[0].adds_up
    assert KnowledgeGraph(store).how("NVIDIA").note


@pytest.fixture
def project(tmp_path):
    """A project with an entry of its own, built."""
    home = tmp_path / "project"
    (home / "episodes").mkdir(parents=True)
    (home / "lexicon").mkdir()
    (home / "episodes" / "a.md").write_text(episode_text(companies=("Zorblax", "NVIDIA")))
    (home / "lexicon" / "own.yaml").write_text("type: company\nentries:\n  Zorblax:\n")
    (home / "kgraph.toml").write_text('sources = ["episodes"]\n')
    return home


def test_own_entries_are_those_of_the_build(project):
    from kgraph.api.project import open_project

    store = open_project(project).build(workers=1).store
    [edge] = KnowledgeGraph(store).why("A talk", "Zorblax", steps=True).trees
    assert edge.rule == "known"
    assert edge.because[0].adds_up
    (project / "lexicon" / "own.yaml").write_text("type: company\nentries:\n  Zorblax Inc:\n")
    moved = project.parent / "copy"
    shutil.copytree(store.path, moved)
    [again] = KnowledgeGraph(Store(moved)).why("A talk", "Zorblax", steps=True).trees
    assert again == edge


def test_a_rule_or_a_judgement_that_decides_alone_has_no_steps(tmp_path):
    (tmp_path / "a.md").write_text(episode_text(companies=("NVIDIA", "NVIDIA and OpenAI")))
    judged = tmp_path / "judged.yaml"
    judged.write_text("- {verb: accept, names: [NVIDIA]}\n")
    build([tmp_path], tmp_path / "store", workers=1, judgements=judged)
    store = Store(tmp_path / "store")
    for name, rule in (("NVIDIA", "judgement"), ("OpenAI", "joined")):
        [edge] = KnowledgeGraph(store).why("A talk", name, steps=True).trees
        assert (edge.rule, edge.because[0].adds_up) == (rule, False)


def test_rows_that_an_update_took_over_are_decided_as_they_were(tmp_path):
    folder, store = tmp_path / "episodes", tmp_path / "store"
    folder.mkdir()
    for number in range(8):
        url = f"https://youtu.be/{number}aaaaaaaaaa"
        text = episode_text(f"Talk {number}", url=url, companies=("NVIDIA", f"Firm {number}"))
        (folder / f"{number}.md").write_text(text)
    build([folder], store, workers=1, judgements=None)
    text = episode_text(
        "Talk 0", url="https://youtu.be/0aaaaaaaaaa", companies=("NVIDIA", "Zorblax")
    )
    (folder / "0.md").write_text(text)
    report = build([folder], store, workers=1, judgements=None)
    assert 0 < len(report.redone) < 8
    opened = Store(store)
    for episode in opened.graph:
        file = Replay.cached_for(opened).replay_file(episode, 0)
        for mention in episode.mentions:
            assert all(file.find_row(mention, row) for row in mention.rows), episode.slug


def test_what_another_version_kept_is_outdated_and_not_damaged(store):
    data = msgspec.msgpack.decode(Checksums(store.build).read_file(layout.KEPT_FILE))
    data[0] = "another program"
    data[5] = data[5][0]  # the shape that it had there
    (store.build / layout.KEPT_FILE).write_bytes(msgspec.msgpack.encode(data))
    _, *lines = (store.build / CHECKSUMS_FILE).read_text().splitlines()
    write_checksums(store.build, [line.split(" ", 2)[2] for line in lines])
    with pytest.raises(StoreOutdatedError, match="another version of kgraph .* built it"):
        Replay.cached_for(Store(store.path))
