"""A server that watches the files of its graph shows what they become."""

from cli.runner import run
from server.server_fixture import BASE, Server, build_store
from support import episode_text

from kgraph.store import Store

EPISODES = "SELECT (COUNT(*) AS ?n) WHERE { ?e a schema:PodcastEpisode }"


def test_a_new_file_is_served_without_a_command(folder, tmp_path):
    store = tmp_path / "store"
    build_store(folder, store)
    server = Server(store, "--watch")
    try:
        server.says("nothing changed")
        url = "https://www.youtube.com/watch?v=ccccccccccc"
        (folder / "new.md").write_text(episode_text("A third talk", url, ("Figma",)))
        server.says("1 episode gained: A third talk")
        answer = server.ask(EPISODES, accept="text/csv")
        assert answer.text.split() == ["n", "3"]
        assert server.get("/company/figma").status_code == 200
        assert Store(store).meta.base == BASE
    finally:
        server.stop()


def test_what_the_last_build_left_out_stays_left_out(folder, tmp_path, monkeypatch):
    store = tmp_path / "store"
    (folder / "Daily").mkdir()
    monkeypatch.chdir(folder)
    assert run("build", ".", "--store", str(store), "--exclude", "Daily/*.md").returncode == 0
    monkeypatch.chdir(tmp_path)
    server = Server("store", "--watch")
    try:
        server.says("no episode, entity, id or mention changed")
        (folder / "Daily" / "a.md").write_text("no note")
        (folder / "new.md").write_text(
            episode_text("A third talk", "https://www.youtube.com/watch?v=ccccccccccc", ("Figma",))
        )
        server.says("1 episode gained: A third talk")
        assert Store(store).report.count(b"Daily") == 0
    finally:
        server.stop()
