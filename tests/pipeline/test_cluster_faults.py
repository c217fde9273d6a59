"""A cluster that fails: the same bytes, or an error in words and the store's last graph."""

import multiprocessing
import os
import signal
import socket
import sys
import time

import pytest
from clusters import Shard, build_bytes, start_cluster, work
from support import SAMPLE

from kgraph.base.errors import ClusterError, InputError
from kgraph.pipeline import build, cluster, cluster_tasks, open_cluster
from kgraph.pipeline.workers import WorkerOptions
from kgraph.store import Store


@pytest.fixture
def shared_cluster():
    with start_cluster() as started:
        yield started


def once_at(stage, action):
    """A progress function that acts when a stage is first reported."""
    seen = set()

    def report(name, done, total):
        if name == stage and name not in seen:
            seen.add(name)
            action()

    return report


# -- workers --------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["reading", "building"])
def test_the_tasks_of_a_worker_that_dies_are_repeated(tmp_path, shared_cluster, stage):
    opened, client = shared_cluster

    def kill_one():
        pid = next(iter(client.run(os.getpid).values()))
        os.kill(pid, signal.SIGKILL)

    expected = build_bytes(SAMPLE, tmp_path / "one", workers=1)
    options = {"dask": opened.scheduler_address, "progress": once_at(stage, kill_one)}
    assert build_bytes(SAMPLE, tmp_path / "store", **options) == expected


def test_files_that_kill_each_worker_are_named_and_no_others(shared_cluster):
    opened, _ = shared_cluster
    tasks = [Shard(f"{number}", number == 3) for number in range(8)]
    with open_cluster.open_cluster(opened.scheduler_address) as pool:
        results = pool.map_ordered(work, tasks)
        assert [next(results) for _ in range(3)] == ["0", "1", "2"]
        with pytest.raises(ClusterError, match=r"died, perhaps for lack of memory: 3\.md: see"):
            next(results)


def test_tasks_that_dask_gave_up_are_tried_again_each_alone(shared_cluster, monkeypatch):
    from distributed import KilledWorker

    opened, _ = shared_cluster
    given_up = []
    settle = cluster._Shard.settle

    def give_up(shard, timeout_s):
        if not settle(shard, timeout_s):
            return False
        if shard.task.name in ("1", "2") and given_up.count(shard.task.name) < 1:
            given_up.append(shard.task.name)
            shard.error = KilledWorker(shard.task.name, None, 1)
        return True

    monkeypatch.setattr(cluster._Shard, "settle", give_up)
    tasks = [Shard(f"{number}") for number in range(5)]
    with open_cluster.open_cluster(opened.scheduler_address) as pool:
        assert list(pool.map_ordered(work, tasks)) == ["0", "1", "2", "3", "4"]
    assert given_up == ["1", "2"]


def test_tasks_in_flight_follow_the_cores_of_the_cluster():
    taken = []

    def note_tasks():
        for number in range(40):
            taken.append(number)
            yield Shard(f"{number}")

    with (
        start_cluster(workers=1) as (opened, client),
        open_cluster.open_cluster(opened.scheduler_address) as pool,
    ):
        results = pool.map_ordered(work, note_tasks())
        next(results)
        assert len(taken) == 2
        opened.scale(3)
        client.wait_for_workers(3, timeout=60)
        done = 1
        while len(taken) - done < 5:
            time.sleep(0.2)
            next(results)
            done += 1
        assert len(taken) - done == 5  # of six, one is consumed


def test_a_cluster_without_workers_is_an_error_within_the_stated_time(monkeypatch):
    monkeypatch.setattr(cluster, "WORKERS_TIMEOUT_S", 1.0)
    with (
        start_cluster(workers=0) as (opened, _),
        pytest.raises(ClusterError, match=r"no worker has been running for 1 s: start workers"),
        open_cluster.open_cluster(opened.scheduler_address),
    ):
        pass


# -- versions -------------------------------------------------------------------------


def test_a_worker_of_another_version_is_an_error(monkeypatch, tmp_path, folder, shared_cluster):
    """The scheduler of this cluster is in this process; its workers are not."""
    opened, _ = shared_cluster
    monkeypatch.setattr(cluster_tasks, "digest_program", lambda: "another one")
    difference = r"code, lexicon, model and libraries [0-9a-f]{12}, here another one"
    error = rf"the worker tcp://\S+ has another version than this machine \({difference}\): install"
    with pytest.raises(ClusterError, match=error):
        build([folder], tmp_path / "store", dask=opened.scheduler_address)


def test_a_worker_of_another_version_that_joins_later_is_an_error(
    monkeypatch, tmp_path, folder, shared_cluster
):
    opened, _ = shared_cluster
    monkeypatch.setattr(open_cluster, "_check_programs", lambda *check: None)
    monkeypatch.setattr(cluster_tasks, "digest_program", lambda: "another")
    with pytest.raises(ClusterError, match=r"the worker tcp://\S+ has another version of kgraph"):
        build([folder], tmp_path / "store", dask=opened.scheduler_address)


# -- scheduler ------------------------------------------------------------------------


def test_a_lost_scheduler_is_an_error_and_the_last_graph_stays(tmp_path, folder):
    build([folder], tmp_path / "store", workers=1)
    last = Store(tmp_path / "store").build
    with (
        start_cluster(allowed_failures=9) as (opened, _),  # its workers are gone before it
        pytest.raises(ClusterError, match="the connection to the scheduler is lost"),
    ):
        build(
            [SAMPLE],
            tmp_path / "store",
            dask=opened.scheduler_address,
            full=True,
            progress=once_at("reading", opened.close),
        )
    assert Store(tmp_path / "store").build == last


def test_a_scheduler_that_does_not_answer_is_an_error_within_the_stated_time(monkeypatch):
    monkeypatch.setattr(open_cluster, "ANSWER_TIMEOUT_S", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with (
            pytest.raises(ClusterError, match="no scheduler answers there within 1 s"),
            open_cluster.open_cluster(address),
        ):
            pass


def test_a_scheduler_that_stops_answering_is_an_error_within_the_stated_time(
    monkeypatch, shared_cluster
):
    opened, _ = shared_cluster
    with open_cluster.open_cluster(opened.scheduler_address) as pool:
        monkeypatch.setattr(cluster, "ANSWER_TIMEOUT_S", 0.5)
        with pytest.raises(ClusterError, match="no answer within 0 s"):
            pool.call(lambda: time.sleep(5))


@pytest.mark.parametrize("address", ["nonsense", "foo://x:1", "tcp://x", "local:0", "local:x"])
def test_a_wrong_address_is_an_error(tmp_path, folder, address):
    with pytest.raises(InputError, match=f"--dask {address}: .*local:"):
        build([folder], tmp_path / "store", dask=address)


def test_without_the_packages_the_error_names_the_extra(monkeypatch, tmp_path, folder):
    monkeypatch.setitem(sys.modules, "distributed.utils", None)
    with pytest.raises(InputError, match=r"pip install '\.\[dask\]'"):
        build([folder], tmp_path / "store", dask="local:1")


def test_options_that_contradict_each_other_are_an_error(tmp_path, folder):
    for options in ({"dask": "local:1", "workers": 2}, {"work": "/tmp"}):
        with pytest.raises(InputError, match="leave"):
            build([folder], tmp_path / "store", **options)


# -- files ----------------------------------------------------------------------------


def test_a_work_folder_that_a_worker_does_not_see_is_an_error(shared_cluster):
    """The file system memory:// of fsspec is that of one process."""
    opened, _ = shared_cluster
    with (
        pytest.raises(ClusterError, match=r"--work memory://here: the worker tcp://\S+ does not"),
        open_cluster.open_cluster(opened.scheduler_address, "memory://here"),
    ):
        pass


def test_a_work_folder_that_cannot_be_written_is_an_error(tmp_path, shared_cluster):
    opened, _ = shared_cluster
    (tmp_path / "file").write_text("")
    for work_folder in (f"{tmp_path}/file/folder", "nope://bucket"):
        with (
            pytest.raises(InputError, match=f"--work {work_folder}: .*can write to"),
            open_cluster.open_cluster(opened.scheduler_address, work_folder),
        ):
            pass


def test_a_disk_error_of_a_worker_is_an_error_in_words(shared_cluster):
    opened, _ = shared_cluster
    with (
        open_cluster.open_cluster(opened.scheduler_address) as pool,
        pytest.raises(ClusterError, match=r"worker tcp://\S+ cannot read or write a file: /no"),
    ):
        list(pool.map_ordered(os.listdir, ["/nowhere"]))


def test_a_file_that_is_gone_before_the_second_pass_is_an_error(tmp_path, folder, shared_cluster):
    opened, _ = shared_cluster
    with pytest.raises(InputError, match=r"a\.md: changed during the build: build again"):
        build(
            [folder],
            tmp_path / "store",
            dask=opened.scheduler_address,
            progress=once_at("comparing names", (folder / "a.md").unlink),
        )


def test_files_that_did_not_change_are_not_sent_to_the_first_pass(
    tmp_path, folder, shared_cluster, monkeypatch
):
    opened, _ = shared_cluster
    build([folder], tmp_path / "store", workers=1)
    (folder / "a.md").write_text((folder / "a.md").read_text().replace("NVIDIA", "Visa"))
    sent = []
    pack_task = cluster_tasks.pack_task
    monkeypatch.setattr(
        cluster, "pack_task", lambda function, task: sent.append(task) or pack_task(function, task)
    )
    report = build([folder], tmp_path / "store", dask=opened.scheduler_address)
    assert report.redone is None and report.why_full.startswith("1 of 2 files differ")
    assert [task.list_files() for task in sent] == [["a.md"], ["a.md", "b.md"]]


# -- the end --------------------------------------------------------------------------


def test_ctrl_c_cancels_the_tasks_and_keeps_the_last_graph(tmp_path, folder, shared_cluster):
    opened, _ = shared_cluster
    build([folder], tmp_path / "store", workers=1)
    last = Store(tmp_path / "store").build

    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(
            [SAMPLE],
            tmp_path / "store",
            dask=opened.scheduler_address,
            full=True,
            progress=once_at("building", interrupt),
        )
    assert Store(tmp_path / "store").build == last
    deadline = time.monotonic() + 60
    while opened.scheduler.tasks and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not opened.scheduler.tasks


def test_a_local_cluster_ends_with_its_build_in_every_case(tmp_path, folder):
    def fail():
        raise RuntimeError("a fault")

    children = set(multiprocessing.active_children())
    build([folder], tmp_path / "store", dask="local:1")
    with pytest.raises(RuntimeError, match="a fault"):
        build(
            [folder],
            tmp_path / "store",
            dask="local:1",
            full=True,
            progress=once_at("reading", fail),
        )
    assert set(multiprocessing.active_children()) == children


def test_a_password_in_the_address_of_a_shared_folder_is_refused_and_not_printed():
    with pytest.raises(InputError, match="a password in an address is seen by others") as caught:
        WorkerOptions(dask="local:1", work="sftp://ann:geheim@host/folder")
    assert "geheim" not in str(caught.value)
