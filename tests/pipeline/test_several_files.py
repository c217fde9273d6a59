"""Episodes that stand in several files: each field is of the first file that states it."""

import pytest

from kgraph.export import export
from kgraph.pipeline import build
from kgraph.pipeline.check import check
from kgraph.rdf import describe_episode
from kgraph.store import Store
from kgraph.views.audit import AuditRequest, find_decisions
from kgraph.views.open_graph import OpenGraph

URL = "original_url: https://youtu.be/aB3dE6gH9-_"
FILES = {
    # The date is the moment of processing, and the summary cannot be read.
    "a.md": (
        f"{URL}\ndate: 2025-10-03T10:00:00Z\nprocessing_date: 2025-10-03T10:00:00Z\n"
        "summary: 7.5.\nduration: long\ncompanies: [OpenAI]"
    ),
    "b.md": f"{URL}\ntitle: A talk\nduration: 52 min\ndate: 2025-09-24",
    "c.md": (
        f"{URL}\ntitle: Another title\nduration: 53 min\nsummary: About chips.\n"
        "has_transcript: false\nsource: Acme Talks"
    ),
}
FACTS = {
    "schema:name": ['"A talk"'],
    "schema:duration": ['"PT52M"^^xsd:duration'],
    "schema:abstract": ['"7.5."'],
    "kg:day": ['"2025-09-24"^^xsd:date'],
    "kg:dateSource": ["kg:PublicationDate"],
    "schema:datePublished": ['"2025-09-24"^^xsd:date'],
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("several")
    for name, front in FILES.items():
        (folder / name).write_text(f"---\n{front}\n---\n", "utf-8")
    build([folder], folder / "store", workers=1, judgements=None)
    return Store(folder / "store")


def test_a_field_is_of_the_first_file_that_states_it(store):
    [episode] = store.graph
    assert episode.stating_files == {
        "original_url": 0,
        "processing_date": 0,
        "summary": 0,
        "title": 1,
        "date": 1,
        "duration": 1,
        "source": 2,
    }
    assert (episode.show.label, episode.show.file) == ("Acme Talks", 2)
    assert (episode.main_file.file, episode.main_file.title) == ("a.md", "A talk")
    assert (episode.date, episode.is_dated) == ("2025-09-24", True)
    [summary] = store.shared.summaries.values()
    assert (summary.title, summary.date, summary.is_dated) == ("A talk", "2025-09-24", True)


def test_the_episode_states_it_and_so_does_its_file(store):
    [episode] = store.graph
    blocks = {subject: dict(pairs) for subject, pairs in describe_episode(episode)}
    main = blocks[episode.id]
    assert {name: main.get(name) for name in FACTS} == FACTS
    other = blocks["file/b.md"]
    assert {name: other.get(name) for name in FACTS} == FACTS | {"schema:abstract": None}
    # Nothing that a file states is lost: the first one's day of processing is no episode's.
    first = {name: blocks["file/a.md"].get(name) for name in ("kg:day", "kg:dateSource")}
    assert first == {"kg:day": ['"2025-10-03"^^xsd:date'], "kg:dateSource": ["kg:ProcessingDate"]}


def test_a_note_cites_the_file_of_each_fact(store, tmp_path):
    export(store.graph, "vault", tmp_path / "vault")
    [note] = (tmp_path / "vault" / "episodes").glob("*A talk.md")
    lines = note.read_text("utf-8").splitlines()
    assert "- Published 2025-09-24[^file-2]" in lines
    [show] = [line for line in lines if line.startswith("- Show: ")]
    assert show.endswith("[^file-3]")
    assert "- Address: [youtu.be](https://youtu.be/aB3dE6gH9-_)[^file-1]" in lines
    assert "From the file:[^file-1]" in lines


def test_decisions_are_filtered_by_the_title_that_they_show(store):
    found = find_decisions(OpenGraph(store), AuditRequest("mentions", text="a talk"))
    [decision] = found.decisions
    assert decision.place.startswith("A talk, ")


CONTESTED = {
    "a.md": f"title: Next or Gatsby\ndate: 2020-02-26\n{URL}",
    "b.md": f"title: Is Redux dead\ndate: 2018-05-09\n{URL}",
}
PROBLEM = (
    "{}.md:4:1: /original_url: {}.md states the same address, and neither title nor day nor text "
    "agree (correct the wrong one, or give both one title if they are one recording): "
    "https://youtu.be/aB3dE6gH9-_ (read as another episode) [address-shared]"
)


def test_different_episodes_of_one_address_are_told_until_it_is_corrected(tmp_path):
    folder, store = tmp_path / "notes", tmp_path / "store"
    folder.mkdir()
    for name, front in CONTESTED.items():
        (folder / name).write_text(f"---\n{front}\n---\n", "utf-8")
    report = build([folder], store, workers=1, judgements=None)
    told = [PROBLEM.format("a", "b"), PROBLEM.format("b", "a")]
    assert [str(problem) for problem in report.problems] == told
    assert [str(finding) for finding in check([folder], workers=1)] == told
    assert sorted(summary.title for summary in Store(store).shared.summaries.values()) == [
        "Is Redux dead",
        "Next or Gatsby",
    ]
    corrected = CONTESTED["b.md"].replace("aB3dE6gH9-_", "bB3dE6gH9-_")
    (folder / "b.md").write_text(f"---\n{corrected}\n---\n", "utf-8")
    report = build([folder], store, workers=1, judgements=None)
    assert (report.problems, check([folder], workers=1)) == ([], [])
    assert sorted(Store(store).shared.summaries) == ["youtube-aB3dE6gH9-_", "youtube-bB3dE6gH9-_"]
