"""``/atlas``: drawn once, with links to the pages of what it shows; waiting is said."""

import asyncio
import gzip
import re
import shutil
from types import SimpleNamespace

import msgspec
import pytest
from browser import CHROMIUM, opened
from server.html_helpers import faults, outside
from server.protocol_helpers import Page
from server.server_fixture import Server
from support import episode_text

from kgraph.base.cache import cache_folder
from kgraph.base.errors import QueryTooLargeError
from kgraph.pipeline import build
from kgraph.server.endpoints.downloads import DownloadCache
from kgraph.server.workers import atlas_cache
from kgraph.server.workers.atlas_cache import restore_atlas, save_atlas
from kgraph.server.workers.file_tasks import WriteAtlas
from kgraph.store import Store
from kgraph.views.open_graph import OpenGraph


def beyond(page, server):
    """Return the requests that left the server; the atlas starts its worker from a Blob."""
    return [address for address in outside(page, server) if not address.startswith("blob:http")]


READY = "performance.getEntriesByName('kgraph:ready').length === 1"


def fetch_drawn(server, **headers):
    """Get the atlas, as often as it takes until it is drawn."""
    while (answer := server.get("/atlas", accept="text/html", **headers)).status_code == 202:
        assert answer.headers["cache-control"] == "no-store"
        assert "is being drawn" in answer.text
    return answer


def test_the_atlas_is_sent_packed_and_not_again(server):
    sent = fetch_drawn(server, accept_encoding="gzip")
    assert (sent.status_code, sent.headers["content-encoding"]) == (200, "gzip")
    assert sent.text.startswith('<!doctype html>\n<html lang="en" data-site="/">')
    assert fetch_drawn(server, accept_encoding="identity").content == sent.content
    again = server.get("/atlas", accept="text/html", if_none_match=sent.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    head = server.client.head("/atlas", headers={"accept-encoding": "gzip"})
    assert head.headers["content-length"] == sent.headers["content-length"]
    assert server.get("/atlas", accept="application/json").status_code == 406


def test_only_its_own_scripts_may_run(server):
    sent = fetch_drawn(server)
    assert sent.headers["content-security-policy"] == "frame-ancestors 'none'"
    policy = re.search('http-equiv="Content-Security-Policy" content="([^"]*)"', sent.text)[1]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("listed", ["companies", "episodes", "themes", "shows"])
def test_pages_of_what_is_on_the_map_lead_there(sample_server, listed):
    found = Page(sample_server.get(f"/{listed}", accept="text/html")).links
    kind = "company" if listed == "companies" else listed[:-1]
    path = next(link for link in found if link.startswith(f"/{kind}/"))
    links = Page(sample_server.get(path, accept="text/html")).links
    assert "/atlas" in links  # the menu
    assert f"/atlas#node={path[1:]}" in links
    assert not [link for link in found if link.startswith("/atlas#")]
    exports = [link for link in links if link.endswith("&panel=marked")]
    assert exports == ([f"/atlas#themes={path[1:]}&panel=marked"] if kind == "theme" else [])


def test_one_drawing_is_shared_and_an_error_is_not_kept():
    tried = []

    class Service:
        async def write_file(self, graph, task):
            tried.append(task)
            await asyncio.sleep(0.05)
            if len(tried) == 1:
                raise QueryTooLargeError("too large")
            task.write_bytes(b"drawn")
            return 5

    async def main():
        files, graph = DownloadCache(Service()), SimpleNamespace(tag="one")

        def ask(timeout_s=None):
            return files.await_file(graph, "atlas.html", lambda path: path, timeout_s)

        early = await asyncio.gather(ask(0.001), ask(0.001))
        with pytest.raises(QueryTooLargeError):
            await ask()
        drawn = await asyncio.gather(ask(), ask())
        files.close()
        return early, len(tried), drawn[0] is drawn[1] and drawn[0].size

    assert asyncio.run(main()) == ([None, None], 2, 5)


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")
def test_from_a_page_to_the_map_and_back(sample_server):
    fetch_drawn(sample_server)
    with opened(sample_server.address + "company/nvidia") as page:
        page.tab_to(".on-map")
        page.follow()
        page.until(READY)
        assert page.run("document.querySelector('#panel h2').textContent") == "Nvidia"
        assert faults(page) == []
        page.run("document.querySelector('#panel a.page').focus()")
        page.follow()
        assert page.run("location.pathname") == "/company/nvidia"
        assert (beyond(page, sample_server), page.console) == ([], [])


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")
def test_the_page_that_waits_shows_the_map_with_its_selection(many):
    with opened(many.address + "atlas#node=company/nvidia") as page:
        page.until(READY)
        assert page.run("document.querySelector('#panel h2').textContent") == "Nvidia"
        assert page.console == []


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")
def test_hostile_names_do_no_harm_on_the_served_map(hostile_server):
    fetch_drawn(hostile_server)
    with opened(hostile_server.address + "atlas") as page:
        page.until(READY)
        ids = page.run("kgraphAtlas.app.source.facts().then(({id}) => [0, 1, 2, 3].map(id))")
        for id_ in ids:
            page.run(f"location.hash = 'node=' + encodeURIComponent({id_!r})")
            page.settle()
        assert page.run("window.harmed === undefined")
        assert page.run("[...document.links].every(a => a.protocol.startsWith('http'))")
        assert (beyond(page, hostile_server), page.console) == ([], [])


def test_the_next_server_of_a_build_finds_the_atlas_in_the_cache(tmp_path, store, monkeypatch):
    monkeypatch.setenv("KGRAPH_CACHE", str(tmp_path / "cache"))
    graph, path = OpenGraph(store), tmp_path / "atlas.gz"
    task = WriteAtlas("Atlas", str(path), 1 << 30)
    before = list_files(store.build.parent)
    assert restore_atlas(graph, "Atlas", path) is None
    assert not path.exists()
    size = msgspec.json.decode(task.run(graph).read_all(), type=int)
    drawn = path.read_bytes()
    path.unlink()
    for opened_again in (graph, OpenGraph(Store(store.path))):
        assert restore_atlas(opened_again, "Atlas", path) == size == len(gzip.decompress(drawn))
        assert path.read_bytes() == drawn
    assert restore_atlas(graph, "Another title", path) is None
    assert list_files(store.build.parent) == before
    [cached] = (tmp_path / "cache").glob("atlas-*")
    whole = cached.read_bytes()
    for damaged in (whole[:-1], whole[:50] + bytes([whole[50] ^ 1]) + whole[51:], b""):
        cached.write_bytes(damaged)
        assert restore_atlas(graph, "Atlas", path) is None
    task.run(graph)
    assert (path.read_bytes(), cached.read_bytes()) == (drawn, whole)


def test_another_build_or_program_has_another_atlas(tmp_path, store, monkeypatch):
    monkeypatch.setenv("KGRAPH_CACHE", str(tmp_path / "cache"))
    graph, path = OpenGraph(store), tmp_path / "atlas.gz"
    path.write_bytes(b"packed")
    save_atlas(graph, "Atlas", path)
    assert restore_atlas(graph, "Atlas", path) is not None
    monkeypatch.setattr(atlas_cache, "_digest_code", lambda: "other code")
    assert restore_atlas(graph, "Atlas", path) is None
    monkeypatch.undo()
    monkeypatch.setenv("KGRAPH_CACHE", str(tmp_path / "cache"))
    (tmp_path / "episodes").mkdir()
    (tmp_path / "episodes" / "new.md").write_text(episode_text("New"))
    build([tmp_path / "episodes"], store.path, workers=1)
    assert restore_atlas(OpenGraph(Store(store.path)), "Atlas", path) is None


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path, store, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("KGRAPH_CACHE", str(tmp_path / "file" / "cache"))
    path = tmp_path / "atlas.gz"
    WriteAtlas("Atlas", str(path), 1 << 30).run(OpenGraph(store))
    assert restore_atlas(OpenGraph(store), "Atlas", tmp_path / "other") is None
    assert path.exists()


def test_a_server_sends_the_atlas_of_the_one_before_and_draws_none(store, tmp_path, monkeypatch):
    if cache_folder().is_dir():  # the prepared lexicon, which would take ten seconds
        without_atlases = shutil.ignore_patterns("atlas-*")
        shutil.copytree(cache_folder(), tmp_path / "cache", ignore=without_atlases)
    monkeypatch.setenv("KGRAPH_CACHE", str(tmp_path / "cache"))
    sent, cached = [], []
    for _ in range(2):
        server = Server(store.path)
        try:
            sent.append(fetch_drawn(server))
        finally:
            server.stop()
        [file] = (tmp_path / "cache").glob("atlas-*")
        cached.append(file.stat().st_ino)
    assert sent[1].content == sent[0].content
    assert sent[1].headers["etag"] == sent[0].headers["etag"]
    assert cached[0] == cached[1], "it was drawn and saved again"


def list_files(folder):
    return sorted(path.relative_to(folder) for path in folder.rglob("*"))
