"""The server holds the graph in columns, and answers the same before and after."""

import asyncio

import pytest
from support import episode_text
from web.serving import Server, build_store

from kgraph.columns.graph import KINDS
from kgraph.store import Store
from kgraph.store.layout import COLUMNS
from kgraph.web.holding import Holding
from kgraph.web.process import Worker
from kgraph.web.snapshot import Snapshot
from kgraph.web.worker import SETTLED

HELD = "kgraph: the graph is held in columns"
NAMES = "SELECT ?n { ?c a kg:Company ; schema:name ?n } ORDER BY ?n"


@pytest.fixture
def home(tmp_path):
    (tmp_path / "a.md").write_text(episode_text("First talk", companies=("NVIDIA", "OpenAI")))
    build_store(tmp_path, tmp_path / "store")
    return tmp_path


@pytest.fixture
def serve(home):
    """Starts servers of that store, which end with the test."""
    running = []

    def start():
        running.append(Server(home / "store"))
        return running[-1]

    yield start
    for server in running:
        if server.process.poll() is None:
            server.stop()


def columns(home):
    return Store(home / "store").build / COLUMNS


def asked(server, spelling=""):
    """The names, by a process that has opened the columns if there are any."""
    for number in range(SETTLED + 1):
        found = server.ask(f"{NAMES} # {spelling}{number}").json()["results"]["bindings"]
    return [row["n"]["value"] for row in found]


def test_a_graph_is_held_and_answers_the_same(serve, home):
    server = serve()
    before = asked(server)
    server.says(HELD)
    assert asked(server, "now ") == before == ["Nvidia", "OpenAI"]
    made = server.ask("CONSTRUCT { ?c a kg:Company } { ?c a kg:Company }", accept="text/turtle")
    assert "company/nvidia> a kg:Company ." in made.text
    _, log = server.stop()
    assert "kgraph: the graph is held in columns (0 MB)\n" in log
    assert [path.name for path in columns(home).parent.glob(f"{COLUMNS}*")] == [COLUMNS]


def test_the_next_server_finds_them(serve, home):
    serve().says(HELD)
    before = columns(home).stat().st_ino
    server = serve()
    server.says(HELD)
    assert asked(server) == ["Nvidia", "OpenAI"]
    assert columns(home).stat().st_ino == before


def test_a_new_graph_is_held_too(serve, home):
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


def test_where_they_cannot_be_written_the_engine_answers(serve, home):
    columns(home).write_text("in the way")
    server = serve()
    server.says("is not held")
    assert asked(server) == ["Nvidia", "OpenAI"]
    status, log = server.stop()
    assert status == 130
    assert f"kgraph: the graph is not held in columns: {columns(home)}: " in log
    assert "Traceback" not in log
    assert columns(home).read_text() == "in the way"


def test_damaged_ones_are_written_anew(serve, home):
    columns(home).mkdir()
    (columns(home) / KINDS).write_bytes(b"")
    server = serve()
    server.says(HELD)
    assert asked(server) == ["Nvidia", "OpenAI"]
    assert (columns(home) / KINDS).stat().st_size


def test_what_goes_wrong_otherwise_is_told_and_ends_with_the_server(home, monkeypatch, capsys):
    async def fail(*_):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    async def live():
        holding = Holding()
        assert holding.folder(Snapshot(home / "store")) == ""
        await asyncio.sleep(0.05)
        await holding.close()

    monkeypatch.setattr(Worker, "start", fail)
    asyncio.run(live())
    assert "not held in columns: [Errno 11] Resource temporarily" in capsys.readouterr().err


def test_a_server_that_ends_meanwhile_leaves_no_half_of_them(serve, home):
    server = serve()
    assert server.stop()[0] == 130
    left = [path.name for path in columns(home).parent.glob(f"{COLUMNS}*")]
    assert left in ([], [COLUMNS])
