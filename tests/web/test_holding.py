"""The server holds the graph in columns, and answers the same before and after."""

import time

import pytest
from support import episode_text
from web.serving import Server, build_store

from kgraph.columns.graph import KINDS
from kgraph.store import Store
from kgraph.store.layout import COLUMNS

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


def held(home):
    """Wait until there are columns, as the server does."""
    for _ in range(200):
        if columns(home).is_dir():
            return
        time.sleep(0.05)
    raise AssertionError("no columns after 10 s")


def asked(server, spelling=""):
    found = server.ask(NAMES + spelling).json()["results"]["bindings"]
    return [row["n"]["value"] for row in found]


def test_a_graph_is_held_and_answers_the_same(serve, home):
    server = serve()
    before = asked(server)
    held(home)
    time.sleep(0.2)  # the server hears that they are written
    assert asked(server, " #") == before == ["Nvidia", "OpenAI"]
    made = server.ask("CONSTRUCT { ?c a kg:Company } { ?c a kg:Company }", accept="text/turtle")
    assert "company/nvidia> a kg:Company ." in made.text
    _, log = server.stop()
    assert "kgraph: the graph is held in columns (0 MB)\n" in log
    assert [path.name for path in columns(home).parent.glob(f"{COLUMNS}*")] == [COLUMNS]


def test_the_next_server_finds_them(serve, home):
    serve()
    held(home)
    before = columns(home).stat().st_ino
    server = serve()
    assert asked(server) == ["Nvidia", "OpenAI"]
    assert columns(home).stat().st_ino == before
    assert "is held" in server.stop()[1]


def test_a_new_graph_is_held_too(serve, home):
    server = serve()
    held(home)
    url = "https://www.youtube.com/watch?v=bbbbbbbbbbb"
    (home / "b.md").write_text(episode_text("Second talk", url, ("NVIDIA", "Coinbase")))
    build_store(home, home / "store")
    assert not columns(home).exists()
    assert asked(server) == ["Coinbase", "Nvidia", "OpenAI"]
    held(home)
    time.sleep(0.2)
    assert asked(server, " #") == ["Coinbase", "Nvidia", "OpenAI"]
    assert server.stop()[1].count("is held") == 2


def test_where_they_cannot_be_written_the_engine_answers(serve, home):
    columns(home).write_text("in the way")
    server = serve()
    time.sleep(1)
    assert asked(server) == ["Nvidia", "OpenAI"]
    status, log = server.stop()
    assert status == 130
    assert f"kgraph: the graph is not held in columns: {columns(home)}: " in log
    assert "Traceback" not in log
    assert columns(home).read_text() == "in the way"


def test_without_those_that_are_damaged_the_engine_answers(serve, home):
    columns(home).mkdir()
    (columns(home) / KINDS).write_bytes(b"")
    server = serve()
    assert asked(server) == ["Nvidia", "OpenAI"]
    log = server.stop()[1]
    assert "queries go to the engine" in log
    assert "Traceback" not in log


def test_a_server_that_ends_meanwhile_leaves_no_half_of_them(serve, home):
    server = serve()
    assert server.stop()[0] == 130
    left = [path.name for path in columns(home).parent.glob(f"{COLUMNS}*")]
    assert left in ([], [COLUMNS])
