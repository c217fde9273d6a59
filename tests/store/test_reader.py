"""The store: readers see the last complete graph, whatever happens to a build."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import episode_text

from kgraph.base.errors import StoreBusyError, StoreError, StoreMissingError, StoreOutdatedError
from kgraph.pipeline import build
from kgraph.store import BuildWriter, Store, layout

BASE = "https://w3id.org/kgraph/id/"


def titles(store):
    return [episode.main_file.title for episode in store.graph]


def test_a_folder_without_a_graph_says_what_to_do(tmp_path):
    with pytest.raises(StoreMissingError, match="run `kgraph build PATH... --store"):
        Store(tmp_path)


def test_readers_see_a_build_when_it_is_complete(store, folder):
    draft = BuildWriter(store.path, BASE)
    draft.load(b"<a> <b> <c> .")
    assert titles(Store(store.path)) == ["First talk", "Second talk"]
    draft.__exit__(None, None, None)
    assert [path.name for path in (store.path / "builds").iterdir()] == ["0001"]


@pytest.mark.parametrize("text", ["MY DATA", "5", "5\n", "5 12345678"])
def test_a_file_of_the_user_in_the_folder_of_a_store_is_left_alone(folder, tmp_path, text):
    store = tmp_path / "st"
    store.mkdir()
    (store / "current").write_text(text)
    with pytest.raises(StoreError) as caught:
        build([folder], store, workers=1)
    assert str(caught.value) == (
        f"{store}: the file current in it is not kgraph's: move it, or choose another folder"
    )
    assert [path.name for path in store.iterdir()] == ["current"]
    assert (store / "current").read_text() == text
    (store / "current").rename(store / "mine")
    build([folder], store, workers=1)
    assert (store / "mine").read_text() == text


@pytest.mark.parametrize(
    "make", [Path.mkdir, lambda path: path.symlink_to(path.parent.parent), os.mkfifo]
)
@pytest.mark.parametrize("is_built", [False, True])
def test_what_is_no_file_in_the_place_of_current_is_not_of_kgraph(folder, tmp_path, make, is_built):
    store = tmp_path / "st"
    store.mkdir()
    if is_built:
        build([folder], store, workers=1)
        (store / "current").unlink()
    make(store / "current")
    for call in (lambda: build([folder], store, workers=1), lambda: Store(store)):
        with pytest.raises(StoreError) as caught:
            call()
        assert str(caught.value) == (
            f"{store}: the file current in it is not kgraph's: move it, or choose another folder"
        )


def test_a_store_whose_current_lost_its_checksum_is_built_again(store, folder):
    (store.path / "current").write_text("0001")
    build([folder], store.path, workers=1, full=True)
    assert Store(store.path).build.name == "0002"


def test_no_store_is_made_in_the_root_or_the_home_folder(folder, tmp_path, monkeypatch):
    root = Path(tmp_path.anchor)
    with pytest.raises(StoreError, match="^/: the root of a file system: name a folder of its own"):
        build([folder], root, workers=1)
    home = tmp_path / "home"
    build([folder], home, workers=1)
    monkeypatch.setenv("HOME", str(home))
    build([folder], home, workers=1, full=True)  # a store that is there is used
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(StoreError) as caught:
        build([folder], tmp_path, workers=1)
    assert str(caught.value) == (
        f"{tmp_path}: your home folder: name a folder of its own, such as {tmp_path}/.kgraph"
    )


def test_two_builds_at_once_are_refused(store, folder):
    with BuildWriter(store.path, BASE), pytest.raises(StoreBusyError, match="another build"):
        build([folder], store.path, workers=1)


def test_a_reader_keeps_its_graph_while_a_build_replaces_it(store, folder):
    (folder / "c.md").write_text(episode_text("Third talk", url="https://youtu.be/ccccccccccc"))
    build([folder], store.path, workers=1)
    assert titles(store) == ["First talk", "Second talk"]
    assert titles(Store(store.path)) == ["First talk", "Second talk", "Third talk"]


def test_old_builds_are_removed_but_the_one_before(store, folder):
    for _ in range(3):
        build([folder], store.path, workers=1, full=True)
    kept = sorted(path.name for path in (store.path / "builds").iterdir())
    assert kept == ["0003", "0004"]


def test_the_next_build_removes_what_a_killed_one_left(store, folder):
    killed = store.path / "builds" / "0002"
    (killed / "work").mkdir(parents=True)
    (killed / layout.MARKER_FILE).touch()
    build([folder], store.path, workers=1)
    assert not killed.exists()
    assert layout.read_current_name(store.path) == "0003"


def test_another_layout_is_refused(store):
    meta = store.build / "meta.json"
    meta.write_text(meta.read_text().replace(f'"layout":{layout.LAYOUT_VERSION}', '"layout":0'))
    with pytest.raises(StoreOutdatedError, match="written by layout 0.*build again"):
        Store(store.path)


@pytest.mark.parametrize("name", ["records-1", "index", "meta.json"])
def test_a_damaged_store_is_a_store_error(store, name):
    (store.build / name).write_bytes(b"\xc1damaged")
    with pytest.raises(StoreError, match="build again"):
        list(Store(store.path).graph)


def test_a_store_that_cannot_be_made(tmp_path, folder):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="name a folder"):
        build([folder], tmp_path / "file" / "store", workers=1)


def test_a_full_disk_leaves_the_last_graph(store, folder, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("kgraph.store.layout.replace_file", full)
    with pytest.raises(StoreError, match="No space left on device.*still see"):
        build([folder], store.path, workers=1)
    assert titles(Store(store.path)) == ["First talk", "Second talk"]


def test_the_lock_ends_with_its_process(store, folder):
    hold = (
        "import os, sys; from pathlib import Path; from kgraph.store import BuildWriter;"
        f"BuildWriter(Path(sys.argv[1]), {BASE!r}); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", hold, str(store.path)], check=False)
    assert killed.returncode == -9
    build([folder], store.path, workers=1)
    assert titles(Store(store.path)) == ["First talk", "Second talk"]


def test_foreign_files_are_left_alone(folder, tmp_path):
    builds = tmp_path / "builds"
    kept = [builds / name / "work" / "a" for name in ("release-1.0", "0007", "²")]
    for file in kept:
        file.parent.mkdir(parents=True)
        file.write_text("precious")
    (builds / "0005").mkdir()
    (builds / "notes.txt").write_text("precious")
    before = {place.name for place in builds.iterdir()}
    for _ in range(3):
        build([folder], tmp_path, workers=1, full=True)
        (Store(tmp_path).build / ".DS_Store").touch()  # as a file manager may
    assert {place.name for place in builds.iterdir()} == before | {"0009", "0010"}
    assert [file.read_text() for file in kept] == ["precious"] * 3
    assert titles(Store(tmp_path))
