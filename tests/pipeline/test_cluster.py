"""Builds that a cluster shares have the bytes of one process, or end with an error in words."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import loky
import pytest
from clusters import build_bytes
from distributed import Client, LocalCluster
from support import SAMPLE

from kgraph.export.statement_output import build_statements as write_statements
from kgraph.ingest.exclude import parse_exclusion
from kgraph.pipeline import build, cluster, cluster_tasks
from kgraph.pipeline.locations import SpillRange
from kgraph.pipeline.workers import WorkerOptions


@pytest.fixture(scope="module")
def two_workers():
    """The address of a cluster of two workers that lives longer than a build."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs="CRITICAL"
    ) as opened:
        yield opened.scheduler_address


@pytest.fixture(scope="module")
def sample_bytes(tmp_path_factory):
    """Turtle and records of the sample, built in one process."""
    return build_bytes(SAMPLE, tmp_path_factory.mktemp("one") / "store", workers=1)


# -- same bytes -----------------------------------------------------------------------


def test_a_local_cluster_builds_the_same_bytes(tmp_path, sample_bytes):
    assert build_bytes(SAMPLE, tmp_path / "store", dask="local:2") == sample_bytes


def test_a_shared_folder_does_not_change_a_byte_and_is_left_empty(
    tmp_path, sample_bytes, two_workers
):
    shared = tmp_path / "shared"
    for work in (str(shared), shared.as_uri()):
        assert build_bytes(SAMPLE, tmp_path / "store", dask=two_workers, work=work) == sample_bytes
        assert list(shared.iterdir()) == []


@pytest.mark.parametrize(
    "executor", [lambda: loky.ProcessPoolExecutor(2), lambda: ThreadPoolExecutor(2)]
)
def test_other_executors_build_the_same_bytes(tmp_path, sample_bytes, executor):
    with executor() as opened:
        assert build_bytes(SAMPLE, tmp_path / "store", executor=opened, workers=2) == sample_bytes


@pytest.fixture
def sent(monkeypatch):
    """The tasks that go to a cluster."""
    tasks = []
    pack_task = cluster_tasks.pack_task

    def note_task(function, task):
        tasks.append(task)
        return pack_task(function, task)

    monkeypatch.setattr(cluster, "pack_task", note_task)
    return tasks


def list_sources(tasks):
    """The sources of the files of the tasks of the second pass."""
    return [source for task in tasks for _, sources in task.episodes for source in sources]


def test_workers_need_not_see_the_files(tmp_path, sample_bytes, two_workers, sent):
    assert build_bytes(SAMPLE, tmp_path / "store", dask=two_workers) == sample_bytes
    surveyed, resolved = sent[:2], sent[2:]
    assert all(file.data for task in surveyed for file in task.files)
    sources = list_sources(resolved)
    assert len(sources) == 40 and all(source.file.data for source in sources)


def test_workers_on_this_machine_read_its_files(tmp_path, sample_bytes, sent):
    assert build_bytes(SAMPLE, tmp_path / "store", dask="local:1") == sample_bytes
    surveyed = [task for task in sent if hasattr(task, "files")]
    assert surveyed and not any(file.data for task in surveyed for file in task.files)
    sources = list_sources(task for task in sent if hasattr(task, "episodes"))
    assert len(sources) == 40 and all(isinstance(source, SpillRange) for source in sources)


def test_workers_parse_with_the_fast_parser(tmp_path, folder, two_workers):
    pytest.importorskip("yaml_rs")
    build([folder], tmp_path / "store", dask=two_workers)
    with Client(two_workers, set_as_default=False) as client:
        assert any(client.run(lambda: "yaml_rs" in sys.modules).values())


def test_files_that_this_machine_cannot_read_are_problems_as_in_one_process(
    tmp_path, folder, two_workers
):
    (folder / "pipe.md").symlink_to(os.devnull)
    (folder / "plain.md").write_text("no front matter")
    expected = build([folder], tmp_path / "one", workers=1).problems
    assert {problem.file for problem in expected} >= {"pipe.md", "plain.md"}
    assert build([folder], tmp_path / "two", dask=two_workers).problems == expected


def test_workers_of_a_cluster_read_nothing_that_is_left_out(tmp_path, folder, two_workers):
    (folder / "plain.md").write_text("no front matter")
    options = {"exclude": parse_exclusion("plain.md", folder), "dask": two_workers}
    report = build([folder], tmp_path / "two", **options)
    assert (report.problems, report.read) == ([], report.files)


def test_a_worker_that_lives_on_takes_no_tables_of_another_build(
    tmp_path, folder, sample_bytes, two_workers
):
    store = tmp_path / "store"
    build_bytes(folder, store, dask=two_workers)
    assert build_bytes(SAMPLE, store, dask=two_workers)[:2] == sample_bytes[:2]


def test_an_update_asks_no_cluster(tmp_path, folder):
    build([folder], tmp_path / "store", workers=1)
    nowhere = "tcp://127.0.0.1:1"
    assert build([folder], tmp_path / "store", dask=nowhere).is_unchanged


def test_a_cluster_writes_the_same_statements_without_a_store(tmp_path, two_workers):
    for name, options in (("one", {"workers": 1}), ("two", {"dask": two_workers})):
        write_statements(
            [SAMPLE], tmp_path / name, judgements=None, workers=WorkerOptions(**options)
        )
    one, two = (
        {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()}
        for name in ("one", "two")
    )
    assert one and one == two
