"""The server writes the column index, and answers the same before and after."""

import asyncio

import pytest
from server.server_fixture import Server, build_store
from support import episode_text

from kgraph.accel.columns.graph import KINDS_FILE
from kgraph.server.columns_job import ColumnsJob, ColumnsJobLimits
from kgraph.server.workers.process import Worker
from kgraph.store import Store
from kgraph.store.layout import COLUMNS_FOLDER
from kgraph.views.open_graph import OpenGraph

HELD = "kgraph: column index ready"
NAMES = "SELECT ?n { ?c a kg:Company ; schema:name ?n } ORDER BY ?n"


@pytest.fixture
def home(tmp_path):
    (tmp_path / "a.md").write_text(episode_text("First talk", companies=("NVIDIA", "OpenAI")))
    build_store(tmp_path, tmp_path / "store")
    return tmp_path


@pytest.fixture
def serve(home):
    """Return a function that starts servers of the store; they end with the test."""
    running = []

    def start():
        running.append(Server(home / "store"))
        return running[-1]

    yield start
    for server in running:
        if server.process.poll() is None:
            server.stop()


def columns(home):
    return Store(home / "store").build / COLUMNS_FOLDER


def asked(server, spelling=""):
    """Return the names, from a process that has opened the columns if there are any."""
    for number in range(2):
        found = server.ask(f"{NAMES} # {spelling}{number}").json()["results"]["bindings"]
    return [row["n"]["value"] for row in found]


def test_columns_are_written_and_change_no_answer(serve, home):
    server = serve()
    before = asked(server)
    server.says(HELD)
    assert asked(server, "now ") == before == ["Nvidia", "OpenAI"]
    made = server.ask("CONSTRUCT { ?c a kg:Company } { ?c a kg:Company }", accept="text/turtle")
    assert "company/nvidia> a kg:Company ." in made.text
    _, log = server.stop()
    assert "kgraph: column index ready (0 MB): queries are fast now\n" in log
    assert [path.name for path in columns(home).parent.glob(f"{COLUMNS_FOLDER}*")] == [
        COLUMNS_FOLDER
    ]


def test_the_next_server_uses_them(serve, home):
    serve().says(HELD)
    before = columns(home).stat().st_ino
    server = serve()
    server.says(HELD)
    assert asked(server) == ["Nvidia", "OpenAI"]
    assert columns(home).stat().st_ino == before


def test_a_new_graph_gets_its_own(serve, home):
    server = serve()
    server.says(HELD)
    url = "https://www.youtube.com/watch?v=bbbbbbbbbbb"
    (home / "b.md").write_text(episode_text("Second talk", url, ("NVIDIA", "Coinbase")))
    build_store(home, home / "store")
    assert not columns(home).exists()
    assert asked(server) == ["Coinbase", "Nvidia", "OpenAI"]
    server.says(HELD, times=2)
    assert asked(server, "now ") == ["Coinbase", "Nvidia", "OpenAI"]
    assert columns(home).is_dir()


def test_the_engine_answers_if_they_cannot_be_written(serve, home):
    columns(home).write_text("in the way")
    server = serve()
    server.says("no column index")
    assert asked(server) == ["Nvidia", "OpenAI"]
    status, log = server.stop()
    assert status == 130
    assert f"kgraph: no column index: {columns(home)}: " in log
    assert "trying again in 60 s\n" in log
    assert "Traceback" not in log
    assert columns(home).read_text() == "in the way"


def test_damaged_ones_are_written_again(serve, home):
    columns(home).mkdir()
    (columns(home) / KINDS_FILE).write_bytes(b"")
    server = serve()
    server.says(HELD)
    assert asked(server) == ["Nvidia", "OpenAI"]
    assert (columns(home) / KINDS_FILE).stat().st_size


def held(home, limits):
    """Run the job in this process until it succeeds, at the third attempt."""

    async def live():
        holding, snapshot = ColumnsJob(limits), OpenGraph(Store(home / "store"))
        assert (holding.ensure_folder(snapshot), holding.ready_folders()) == ("", ())
        await holding._tasks[-1]
        await holding.close()
        return holding.ensure_folder(snapshot), holding.ready_folders()

    return asyncio.run(live())


def test_an_error_is_logged_and_the_job_tried_again(home, monkeypatch, capsys):
    start, times = Worker.start, []

    async def fail(*arguments):
        times.append(1)
        if len(times) > 2:
            return await start(*arguments)
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(Worker, "start", fail)
    folder = str(columns(home))
    assert held(home, ColumnsJobLimits(retry_s=0.001, max_retry_s=0.0015)) == (folder, (folder,))
    failed = "kgraph: no column index: [Errno 11] Resource temporarily unavailable"
    assert capsys.readouterr().err == (
        f"{failed}: trying again in 0.001 s\n"
        f"{failed}: trying again in 0.0015 s\n"
        "kgraph: column index ready (0 MB): queries are fast now\n"
    )


def test_the_limit_is_of_cpu_time(home, monkeypatch, capsys):
    worked, looks = iter([0.5, 1.5, 2.5]), []

    async def heard(worker, seconds):
        looks.append(seconds)
        return len(looks) > 2  # it is not heard of at two looks, and the second has its limit

    monkeypatch.setattr(Worker, "wait_reply", heard)
    monkeypatch.setattr(Worker, "cpu_seconds", lambda worker: next(worked))
    monkeypatch.setattr(Worker, "reply", lambda worker: columns(home).mkdir())
    held(home, ColumnsJobLimits(cpu_s=1.0, poll_s=7.0, retry_s=0.001))
    assert looks == [7.0, 7.0, 7.0]
    assert capsys.readouterr().err == (
        "kgraph: no column index: it took more than 1 s of CPU time: "
        "trying again in 0.001 s\n"
        "kgraph: column index ready (0 MB): queries are fast now\n"
    )


def test_the_job_of_a_build_that_is_gone_ends_without_a_word(home, capsys):
    async def live():
        job, graph = ColumnsJob(ColumnsJobLimits(retry_s=0.001)), OpenGraph(Store(home / "store"))
        for companies in (("NVIDIA",), ("OpenAI",)):
            (home / "a.md").write_text(episode_text("First talk", companies=companies))
            build_store(home, home / "store")
        job.ensure_folder(graph)
        await asyncio.wait_for(job._tasks[-1], 60)
        assert job.ready_folders() == ()
        newest = OpenGraph(Store(home / "store"))
        job.ensure_folder(newest)
        await job._tasks[-1]
        return job.ensure_folder(newest)

    assert asyncio.run(live()) == str(columns(home))
    assert capsys.readouterr().err == "kgraph: column index ready (0 MB): queries are fast now\n"


def test_a_server_that_stops_leaves_no_partial_index(serve, home):
    server = serve()
    assert server.stop()[0] == 130
    left = [path.name for path in columns(home).parent.glob(f"{COLUMNS_FOLDER}*")]
    assert left in ([], [COLUMNS_FOLDER])
