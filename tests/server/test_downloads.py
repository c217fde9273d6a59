"""Downloads: complete files, packed or not, generated once, bounded."""

import asyncio
import gzip
from types import SimpleNamespace

import pytest
from server.protocol_helpers import Page
from server.server_fixture import BASE, Server, build_store
from support import episode_text

from kgraph.base.errors import QueryTooLargeError
from kgraph.export import EXPORT_FORMATS, export
from kgraph.export.rdf import RdfContent
from kgraph.server.endpoints import downloads
from kgraph.server.endpoints.downloads import DOWNLOADS, DownloadCache, iter_download_chunks
from kgraph.server.workers.file_tasks import WriteAtlas, WriteExport, write_export_file
from kgraph.store import Store
from kgraph.views.open_graph import OpenGraph


def test_every_format_is_listed(server):
    page = Page(server.get("/downloads", accept="text/html"))
    assert {link for link in page.links if link.startswith("/downloads/")} == {
        f"/downloads/{name}{end}" for name in DOWNLOADS for end in ("", ".gz")
    }
    assert {file.format.name for file in DOWNLOADS.values()} == set(EXPORT_FORMATS)


@pytest.mark.parametrize("name", DOWNLOADS)
def test_a_file_is_what_export_writes(server, served_store, tmp_path, name):
    file = DOWNLOADS[name]
    content = RdfContent(file.profile)
    export(Store(served_store).graph, file.format.name, tmp_path / "x", content=content, base=BASE)
    whole = (tmp_path / "x").read_bytes()
    for coding in ("gzip", "identity"):
        answer = server.get(f"/downloads/{name}", accept_encoding=coding)
        assert (answer.status_code, answer.content) == (200, whole)
        assert answer.headers["content-type"].partition(";")[0] == file.format.media_type
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert answer.headers.get("content-encoding") == ("gzip" if coding == "gzip" else None)
    packed = server.get(f"/downloads/{name}.gz")
    assert gzip.decompress(packed.content) == whole


def test_a_packed_file_supports_ranges(server):
    whole = server.get("/downloads/graph.ttl.gz").content
    part = server.get("/downloads/graph.ttl.gz", range="bytes=10-19")
    assert (part.status_code, part.content) == (206, whole[10:20])


def test_a_cached_file_is_not_sent_again(server):
    first = server.get("/downloads/nodes.csv")
    again = server.get("/downloads/nodes.csv", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert "1 kB" in server.get("/downloads", accept="text/html").text


def test_head_generates_no_file(served_store):
    running = Server(served_store)
    try:
        for name in ("graph.ttl", "graph.ttl.gz"):
            head = running.client.head(f"/downloads/{name}")
            assert (head.status_code, head.content) == (200, b"")
            assert "content-length" not in head.headers  # unknown
        assert "kB" not in running.get("/downloads", accept="text/html").text
    finally:
        running.stop()


@pytest.mark.parametrize("name", ["nodes.csv", "nodes.csv.gz"])
@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_head_has_the_headers_of_get(server, name, coding):
    sent = server.get(f"/downloads/{name}", accept_encoding=coding)
    head = server.client.head(f"/downloads/{name}", headers={"accept-encoding": coding})
    assert head.content == b""
    told = [{k: v for k, v in one.headers.items() if k != "date"} for one in (head, sent)]
    assert told[0] == told[1]
    assert int(head.headers["content-length"]) == sent.num_bytes_downloaded


def test_an_unknown_file_is_404(server):
    assert "no such file: /downloads lists them" in server.get("/downloads/graph.exe").text
    for name in ("graph.exe", "..%2Fcurrent", "graph.ttl.gz.gz", ".gz"):
        assert server.get(f"/downloads/{name}").status_code == 404


def test_a_new_graph_gets_new_files(tmp_path):
    (tmp_path / "a.md").write_text(episode_text("First talk"))
    build_store(tmp_path, tmp_path / "store")
    running = Server(tmp_path / "store")
    try:
        before = running.get("/downloads/nodes.csv").text
        (tmp_path / "b.md").write_text(episode_text("Other talk", "https://youtu.be/bbbbbbbbbbb"))
        build_store(tmp_path, tmp_path / "store")
        after = running.get("/downloads/nodes.csv").text
    finally:
        running.stop()
    assert ("Other talk" in before, "Other talk" in after) == (False, True)


def test_a_file_that_would_be_too_large_leaves_nothing(served_store, tmp_path):
    with pytest.raises(QueryTooLargeError, match="passed the limit of 0 MB for a file"):
        write_export_file(Store(served_store), "turtle", "full", tmp_path / "x", 1000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("task", "command"),
    [
        (WriteExport("turtle", "full", "x", 1000), "kgraph export"),
        (WriteAtlas("Atlas", "x", 1000), "kgraph atlas"),
    ],
)
def test_what_would_be_too_large_names_the_command_that_writes_it(
    served_store, tmp_path, monkeypatch, task, command
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(QueryTooLargeError, match=f"use `{command}` where the store is"):
        task.run(OpenGraph(Store(served_store)))
    assert list(tmp_path.iterdir()) == []


def test_same_graph_same_bytes(served_store, tmp_path):
    for name in ("a", "b"):
        write_export_file(Store(served_store), "turtle", "edges", tmp_path / name, 1 << 20)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_client_that_refuses_gzip_gets_none(server):
    answer = server.get("/downloads/nodes.csv", accept_encoding="gzip;q=0, identity")
    assert (answer.status_code, answer.headers.get("content-encoding")) == (200, None)


class Writer:
    """A fake service that writes files of a few bytes."""

    async def write_file(self, snapshot, path):
        with gzip.open(path, "wb") as file:
            file.write(b"whole")
        return 5


def test_a_file_exists_as_long_as_it_is_being_sent(monkeypatch):
    monkeypatch.setattr(downloads, "MAX_FOLDER_BYTES", 0)

    async def main():
        files, snapshot = DownloadCache(Writer()), SimpleNamespace(tag="one")
        made = [
            await files.get_or_generate(snapshot, name, lambda path: path)
            for name in ("nodes.csv", "nodes.csv")
        ]
        sent = iter_download_chunks(made[0], packed=False)
        await files.get_or_generate(snapshot, "edges.csv", lambda path: path)  # no room for both
        path = made[0].path
        again = await files.get_or_generate(
            SimpleNamespace(tag="two"), "nodes.csv", lambda path: path
        )
        del made
        stood, whole = path.exists(), b"".join(sent)
        del sent
        left = (path.exists(), again.path.exists())
        files.close()
        return stood, whole, left

    assert asyncio.run(main()) == (True, b"whole", (False, True))
