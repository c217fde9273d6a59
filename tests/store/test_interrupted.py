"""Whenever a build is interrupted, readers see a complete graph, and nothing is left for ever."""

import errno
import shutil

import pytest

from kgraph.base import files
from kgraph.base.errors import StoreError
from kgraph.pipeline import build
from kgraph.store import BuildWriter, Store, layout

BASE = "https://w3id.org/kgraph/id/"


def builds(store):
    return sorted(path.name for path in (store / "builds").iterdir())


def interrupt_after(monkeypatch, module, name, error, path):
    """Let a function raise once, when it has done its work on a path."""
    work = getattr(module, name)

    def interrupted(given):
        result = work(given)
        if given == path:
            monkeypatch.setattr(module, name, work)
            raise error
        return result

    monkeypatch.setattr(module, name, interrupted)


def test_ctrl_c_after_current_names_the_new_build(store, folder, monkeypatch):
    (folder / "b.md").unlink()
    interrupt_after(monkeypatch, files, "sync_folder", KeyboardInterrupt, store.path)
    with pytest.raises(KeyboardInterrupt):
        build([folder], store.path, workers=1)
    assert len(list(Store(store.path).graph)) == 1
    assert builds(store.path) == ["0001", "0002"]


def test_an_error_of_the_last_sync_says_that_the_graph_is_published(store, folder, monkeypatch):
    (folder / "b.md").unlink()
    failed = OSError(errno.EIO, "Input/output error")
    interrupt_after(monkeypatch, files, "sync_folder", failed, store.path)
    with pytest.raises(StoreError) as found:
        build([folder], store.path, workers=1)
    told = "readers see the new graph, but it may be lost if the machine stops now"
    assert str(found.value).endswith(
        f"Input/output error: check the path, or choose another; {told}"
    )
    assert len(list(Store(store.path).graph)) == 1


def test_a_build_is_on_disk_before_it_is_named(store, folder, monkeypatch):
    done = []
    sync, name = files.sync_folder, layout.write_current_name
    monkeypatch.setattr(files, "sync_folder", lambda path: (done.append(path), sync(path)))
    monkeypatch.setattr(
        layout, "write_current_name", lambda *args: (done.append("named"), name(*args))
    )
    build([folder], store.path, workers=1)
    home = store.path / "builds"
    assert done == [home / "0002", home, "named", store.path]


def interrupt_removal(monkeypatch):
    """Let Ctrl-C come when a build is half removed."""
    remove = shutil.rmtree

    def interrupted(folder, **options):
        if not folder.name.endswith(layout.PARTIAL_SUFFIX):
            remove(folder, **options)
            return
        for name in (layout.MARKER_FILE, layout.META_FILE):
            (folder / name).unlink(missing_ok=True)
        monkeypatch.setattr(shutil, "rmtree", remove)
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", interrupted)


def test_a_second_ctrl_c_while_an_unpublished_build_is_removed(store, folder, monkeypatch):
    interrupt_removal(monkeypatch)
    with pytest.raises(KeyboardInterrupt), BuildWriter(store.path, BASE):
        raise KeyboardInterrupt
    assert builds(store.path) == ["0001", "0002.kgraph-partial"]
    build([folder], store.path, workers=1)
    assert builds(store.path) == ["0001", "0002"]


def test_ctrl_c_while_an_old_build_is_removed(store, folder, monkeypatch):
    build([folder], store.path, workers=1, full=True)
    interrupt_removal(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        build([folder], store.path, workers=1, full=True)
    assert builds(store.path) == ["0001.kgraph-partial", "0002", "0003"]
    assert Store(store.path).build.name == "0003"
    build([folder], store.path, workers=1, full=True)
    assert builds(store.path) == ["0003", "0004"]


def test_ctrl_c_before_the_lock_is_released(store, folder, monkeypatch):
    interrupt_after(monkeypatch, layout, "find_current_build", KeyboardInterrupt, store.path)
    with pytest.raises(KeyboardInterrupt):
        BuildWriter(store.path, BASE)
    build([folder], store.path, workers=1)
    assert Store(store.path).build.name == "0002"


@pytest.mark.parametrize("step", ["pathlib.Path.touch", "kgraph.store.writer.pyoxigraph.Store"])
def test_a_full_disk_at_the_start(store, folder, monkeypatch, step):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(step, full)
        with pytest.raises(StoreError, match="No space left on device.*still see"):
            BuildWriter(store.path, BASE)
    assert builds(store.path) == ["0001"]
    with BuildWriter(store.path, BASE) as draft:  # the lock was given back
        assert draft.folder.name == "0002"


def test_a_foreign_folder_with_a_build_number_is_left_alone(store, folder):
    kept = [
        store.path / "builds" / name for name in ("notes.kgraph-partial", "0001.kgraph-partial.old")
    ]
    for path in kept:
        path.mkdir()
    build([folder], store.path, workers=1)
    assert all(path.is_dir() for path in kept)


def test_a_kill_before_current_is_replaced_leaves_no_draft(store, folder):
    build([folder], store.path, workers=1)
    draft = store.path / f".{layout.CURRENT_FILE}-m8d6_l33{files.DRAFT_SUFFIX}"
    draft.write_bytes(b"0003")
    report = build([folder], store.path, workers=1)
    assert report.is_unchanged  # and `current` is not written anew
    assert not draft.exists()
