"""Temporary folders are removed with their process, or by the next if it was killed."""

import subprocess
import sys
import tempfile

import pytest

from kgraph.base.files import SCRATCH_LOCK_FILE, ScratchFolder, remove_abandoned_folders

KILLED = """
import os
from kgraph.base.files import ScratchFolder
folder = ScratchFolder()
(folder.path / "sub").mkdir()
(folder.path / "sub" / "download").touch()
print(folder.path, flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A place of our own for temporary files."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_the_folder_exists_as_long_as_its_context(home):
    with ScratchFolder() as path:
        (path / "file").touch()
        assert path.parent == home
    assert list(home.iterdir()) == []


def test_only_folders_of_killed_processes_are_removed(home):
    done = subprocess.run([sys.executable, "-c", KILLED], stdout=subprocess.PIPE, check=False)
    assert done.returncode == -9
    (home / "kgraph-notes").mkdir()  # somebody's, whatever its name
    (home / "other").mkdir()
    (home / "other" / SCRATCH_LOCK_FILE).touch()
    with ScratchFolder() as path:
        remove_abandoned_folders()
        assert {found.name for found in home.iterdir()} == {path.name, "kgraph-notes", "other"}
