"""The server follows the store: no graph yet, a new graph, a graph of another version."""

import pytest
from server.server_fixture import Server, build_store
from support import episode_text

from kgraph.base.errors import StoreWarning
from kgraph.store import Store
from kgraph.views.open_graph import CurrentGraph

COUNT = "SELECT (COUNT(?e) AS ?n) { ?e a schema:PodcastEpisode }"


def episodes(server):
    return server.ask(COUNT, accept="text/csv").text.split()[1]


def test_the_server_follows_the_store(tmp_path, folder):
    store = tmp_path / "store"
    server = Server(store)
    none = server.ask(COUNT)
    assert (none.status_code, none.headers["retry-after"]) == (503, "5")
    assert none.text.startswith("there is no graph here yet")
    build_store(folder, store)
    assert episodes(server) == "2"
    etag = server.get("/company/nvidia").headers["etag"]
    (folder / "c.md").write_text(episode_text("Third", "https://youtu.be/ccccccccccc"))
    build_store(folder, store)
    assert episodes(server) == "3"
    assert server.get("/company/nvidia", if_none_match=etag).status_code == 200
    meta = Store(store).build / "meta.json"
    meta.write_text(meta.read_text().replace('"layout":', '"layout":9'))
    (store / "current").touch()
    outdated = server.ask(COUNT)
    assert outdated.status_code == 503
    assert outdated.text.startswith("the graph was built by another version of kgraph")
    build_store(folder, store)
    assert episodes(server) == "3"
    status, log = server.stop()
    assert status == 130
    assert str(store) in log  # the log says what the client is not told
    first = f"{store}: no graph here yet: run `kgraph build PATH... --store {store}` first, "
    first += "or `kgraph build` where a project names the paths"
    assert log.startswith(f"{first}; it is served as soon as it is built\n")
    assert str(tmp_path) not in none.text + outdated.text


def test_the_build_used_for_a_lost_one_is_opened_once(tmp_path, folder):
    store = tmp_path / "store"
    build_store(folder, store)
    current = CurrentGraph(store)
    named = current.get()
    (store / "current").unlink()
    with pytest.warns(StoreWarning, match="`current` is gone"):
        found = current.get()
    assert found.tag == named.tag
    assert current.get() is found
    build_store(folder, store)
    assert current.get().store.build.name != found.store.build.name
