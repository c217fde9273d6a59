"""Folders of servers that were killed are removed by the next; those of living ones are not."""

import os
import subprocess
import sys

import pytest

from kgraph.web.folders import LOCK, TemporaryFolder, remove_abandoned

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no flock")

PROGRAM = """
from kgraph.web.folders import TemporaryFolder
folder = TemporaryFolder()
(folder.path / "graph.ttl").write_text("x")
print(folder.path, flush=True)
input()
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_lives_as_long_as_its_process(home):
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(home)},
    ) as process:
        path = process.stdout.readline().strip()
        assert remove_abandoned(home) == []
        process.kill()
        process.wait()
    own = TemporaryFolder()
    assert [str(folder) for folder in remove_abandoned()] == [path]
    assert list(home.iterdir()) == [own.path]
    own.remove()
    assert list(home.iterdir()) == []


def test_what_is_no_folder_of_a_server_stays(home, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / LOCK).write_text("")
    (home / "kgraph-notes").mkdir()
    (home / "kgraph-file").write_text("")
    (home / "kgraph-link").symlink_to(other)
    (home / "other").mkdir()
    (home / "other" / LOCK).write_text("")
    assert remove_abandoned(home) == []
    assert (other / LOCK).exists()
