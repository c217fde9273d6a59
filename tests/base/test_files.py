"""A file is replaced whole or not at all."""

import errno
import io
import os
import stat
import sys

import pytest

from kgraph.base import files
from kgraph.base.errors import ExportError
from kgraph.base.files import (
    DRAFT_SUFFIX,
    SCRATCH_LOCK_FILE,
    open_output_file,
    open_output_folder,
    replace_file,
)

on_posix = pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_file_appears_when_the_block_ends(tmp_path):
    with replace_file(tmp_path / "a") as file:
        file.write(b"new")
        assert not (tmp_path / "a").exists()
    assert contents(tmp_path) == {"a": b"new"}


def test_an_error_leaves_the_old_file_and_no_draft(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), replace_file(tmp_path / "a") as file:
        file.write(b"half")
        raise KeyboardInterrupt
    assert contents(tmp_path) == {"a": b"old"}


@on_posix
@pytest.mark.parametrize(("keep_mode", "mode"), [(True, 0o600), (False, 0o640)])
def test_permissions_are_kept_or_those_of_a_new_file(tmp_path, keep_mode, mode):
    (tmp_path / "a").touch()
    (tmp_path / "a").chmod(0o600)
    umask = os.umask(0o027)
    try:
        with replace_file(tmp_path / "a", keep_mode=keep_mode):
            pass
    finally:
        os.umask(umask)
    assert (tmp_path / "a").stat().st_mode & 0o777 == mode


def test_a_durable_file_is_synced_with_its_folder(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(files, "sync_folder", synced.append)
    with replace_file(tmp_path / "a", is_durable=True):
        assert synced == []
    assert synced == [tmp_path]


def test_an_output_makes_its_folders_and_names_what_it_cannot_write(tmp_path):
    with open_output_file(tmp_path / "new" / "a") as file:
        file.write(b"new")
    assert contents(tmp_path / "new") == {"a": b"new"}
    with (
        pytest.raises(ExportError, match=r"a/b: .*: choose another --output"),
        open_output_file(tmp_path / "new" / "a" / "b"),
    ):
        pass


def test_open_files_and_standard_output_are_written_to(capsysbinary):
    buffer = io.BytesIO()
    with open_output_file(buffer) as file:
        assert file is buffer
    with open_output_file("-") as file:
        file.write(b"line\n")
    assert capsysbinary.readouterr().out == b"line\n"
    assert not sys.stdout.closed


def test_only_folders_of_killed_processes_are_removed(tmp_path):
    abandoned, others = tmp_path / f".out-a{DRAFT_SUFFIX}", tmp_path / f".out-b{DRAFT_SUFFIX}"
    (abandoned / "files").mkdir(parents=True)
    (abandoned / SCRATCH_LOCK_FILE).touch()
    (others / "files").mkdir(parents=True)  # without a lock: not made by this program
    with open_output_folder(tmp_path / "out", bool) as folder:
        (folder / "a").write_text("whole")
        (draft,) = set(tmp_path.iterdir()) - {abandoned, others}
        with open_output_folder(tmp_path / "out", bool) as second:
            (second / "a").write_text("first")
        assert draft.is_dir() and others.is_dir() and not abandoned.exists()
        (tmp_path / "out" / "a").unlink()
    assert (tmp_path / "out" / "a").read_text() == "whole"
    assert {path.name for path in tmp_path.iterdir()} == {"out", others.name}


@pytest.mark.parametrize("system", ["flock", "network drive", "without flock"])
def test_changes_of_a_file_exclude_each_other(tmp_path, monkeypatch, system):
    if system == "network drive":  # NFS locks only what is open for writing
        monkeypatch.setattr(files.fcntl, "flock", refuse_folders(files.fcntl.flock))
    elif system == "without flock":
        monkeypatch.setattr(files, "fcntl", None)
    path = tmp_path / "list.yaml"
    too_late = pytest.raises(TimeoutError)
    with files.lock_changes(path, 1), too_late, files.lock_changes(path, 0.05):
        pytest.fail("both have it")
    with files.lock_changes(path, 0):
        assert list(tmp_path.iterdir()) == []


def refuse_folders(flock):
    def lock(descriptor, operation):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EBADF, "Bad file descriptor")
        flock(descriptor, operation)

    return lock
