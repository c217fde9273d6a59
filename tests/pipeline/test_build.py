"""Building: every row is accounted for, and the output is reproducible."""

import io
import multiprocessing
import os
import subprocess
import sys

import pytest
from support import SAMPLE, episode_text

from kgraph.base.errors import InputError, KgraphError
from kgraph.export import export
from kgraph.export.rdf import RdfContent
from kgraph.pipeline import build, passes
from kgraph.pipeline.executor import map_ordered, open_process_pool
from kgraph.store import Store


def turtle_of(paths, store, **options):
    out = io.BytesIO()
    report = build(paths, store, turtle=out, **options)
    return out.getvalue(), report


def test_every_row_of_the_sample_is_accounted_for(sample):
    import msgspec

    from kgraph.pipeline import Report

    report = msgspec.json.decode(sample.report, type=Report)
    assert all(
        c.rows == c.accepted + c.merged + sum(c.rejected.values()) + c.unreadable
        for c in report.rows.lists.values()
    )
    assert report.files == 40
    companies = report.rows.lists["companies"]
    assert (
        companies.rows
        == companies.accepted
        + companies.merged
        + sum(companies.rejected.values())
        + companies.unreadable
    )


def test_a_report_is_readable_as_text(tmp_path, folder):
    (folder / "x\u200b.md").write_text(
        "---\ntitle: Odd\ndate: 2025-09-01\ncompanies: [{name: And I, position: 7}]\nmood: calm\n"
        "quotes: 7\nnumber: 3\nseason: 2\n---\nText.\n"
    )
    text = str(build([folder], tmp_path / "store", workers=1)).splitlines()
    assert text[0].startswith("3 files, 3 read, 3 episodes, ")
    at = text.index("rows in = accepted + merged + rejected + unreadable")
    assert text[at + 1 : at + 3] == [
        "list      rows accepted merged rejected unreadable rejected by",
        "companies    5        4      0        1          0 function-words 1",
    ]
    problems = text.index("4 problems (`problems` has all):")
    assert text[problems - 1] == "not in these: 1 list that could not be read"
    assert text[problems + 1] == "     3 field-unknown"
    assert [line.partition(": ")[0].strip() for line in text[problems + 2 : problems + 4]] == [
        f"{folder}/x .md:5:1",
        f"{folder}/x .md:7:1",
    ]
    assert text[problems + 4].startswith("     1 ")


def test_a_build_writes_the_turtle_of_an_export(tmp_path, folder):
    written, _ = turtle_of([folder], tmp_path / "store", workers=1)
    out = io.BytesIO()
    export(Store(tmp_path / "store").graph, "turtle", out, content=RdfContent("full"))
    assert out.getvalue() == written


def test_the_report_counts_the_statements_of_the_store(sample):
    assert len(sample.database) == sample.meta.triples


def test_workers_and_hash_seeds_do_not_change_a_byte(tmp_path):
    one, _ = turtle_of([SAMPLE], tmp_path / "one", workers=1)
    code = (
        "import sys; from kgraph.pipeline import build\n"
        "with open(sys.argv[3], 'wb') as out:\n"
        "    build([sys.argv[1]], sys.argv[2], turtle=out, workers=3)"
    )
    two = tmp_path / "two.ttl"
    command = [sys.executable, "-c", code, str(SAMPLE), str(tmp_path / "two"), str(two)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "7"})
    assert two.read_bytes() == one


def test_files_of_one_recording_are_joined_and_reported(tmp_path, folder):
    (folder / "z.md").write_text(episode_text("First talk", companies=("Anthropic",)))
    report = build([folder], tmp_path / "store", workers=1)
    assert report.joined == [("a.md", "z.md")]
    first = next(iter(Store(tmp_path / "store").graph))
    assert [file.file for file in first.files] == ["a.md", "z.md"]
    labels = {mention.label for mention in first.mentions if mention.is_accepted}
    assert labels == {"NVIDIA", "OpenAI", "Anthropic"} or "Anthropic" in labels


def test_no_episode_at_all_is_an_error_with_the_reason(tmp_path):
    (tmp_path / "a.md").write_text("no front matter")
    with pytest.raises(InputError, match="no episode in 1 file"):
        build([tmp_path], tmp_path / "store", workers=1)


def test_a_killed_worker_is_an_error():
    message = r"was killed, .*: use one worker \(--workers 1, or workers=1 in Python\)$"
    with pytest.raises(KgraphError, match=message), open_process_pool(2) as pool:
        list(map_ordered(pool, os._exit, [3]))


SCRIPT = """\
import sys, threading
from kgraph import KnowledgeGraph
from kgraph.base.errors import KgraphError

threading.Thread(target=threading.Event().wait, daemon=True).start()  # no fork is safe now
try:
    print(KnowledgeGraph.build(sys.argv[1], sys.argv[2], judgements=None, workers=2).report.read)
except KgraphError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (1, "1"),
        (
            25,
            "no worker process could start: a Python script must build under "
            '`if __name__ == "__main__":`, since each worker imports it; otherwise use one worker '
            "(--workers 1, or workers=1 in Python)",
        ),
    ],
)
def test_a_script_without_a_main_part_builds_one_shard_and_is_told_what_more_needs(
    tmp_path, files, words
):
    (tmp_path / "notes").mkdir()
    for number in range(files):
        (tmp_path / f"notes/{number}.md").write_text(episode_text(f"Talk {number}"))
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, "script.py", "notes", "store"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout == f"{words}\n"


def test_workers_end_with_their_last_task(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(passes, "SHARD_FILES", 1)
    alive = {}

    def count_workers(stage, done, total):
        alive.setdefault(stage, len(multiprocessing.active_children()))

    build([folder], tmp_path / "store", judgements=None, workers=2, progress=count_workers)
    assert alive["reading"] == 2
    assert alive["loading"] == 0


def test_results_come_in_order():
    with open_process_pool(2) as pool:
        assert list(map_ordered(pool, abs, range(-9, 0))) == list(range(9, 0, -1))


def test_progress_is_reported_to_the_end(tmp_path, folder):
    told = []
    build([folder], tmp_path / "store", workers=1, progress=lambda *step: told.append(step))
    assert told == [
        ("reading", 2, 2),
        ("comparing names", 0, 0),
        ("building", 2, 2),
        ("loading", 0, 0),
    ]
