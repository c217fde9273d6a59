"""Open descriptors, pipes and devices are written in place, whatever their paths lead to."""

import os
import re
import subprocess
import sys

import pytest

from kgraph.base.errors import ExportError
from kgraph.base.files import open_output_file, open_output_folder
from kgraph.base.special_files import find_special_file

pytestmark = pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="no descriptors in /dev here")


def write_into(path):
    with open_output_file(path) as out:
        out.write(b"graph\n")


@pytest.mark.parametrize("folder", ["/dev/fd", "/proc/self/fd", "/proc/thread-self/fd"])
def test_a_file_open_for_appending_keeps_its_content(tmp_path, folder):
    if not os.path.exists(folder):
        pytest.skip("no /proc here")
    (tmp_path / "log").write_text("earlier\n")
    with open(tmp_path / "log", "ab") as log:
        write_into(f"{folder}/{log.fileno()}")
    assert (tmp_path / "log").read_text() == "earlier\ngraph\n"
    assert len(list(tmp_path.iterdir())) == 1


def test_what_is_written_later_follows(tmp_path):
    with open(tmp_path / "log", "wb", buffering=0) as log:
        log.write(b"earlier\n")
        (tmp_path / "link").symlink_to(f"/dev/fd/{log.fileno()}")
        write_into(tmp_path / "link")
        log.write(b"later\n")
    assert (tmp_path / "log").read_text() == "earlier\ngraph\nlater\n"


def test_a_pipe_is_written_to():
    reader, writer = os.pipe()
    write_into(f"/dev/fd/{writer}")
    os.close(writer)
    with open(reader, "rb") as file:
        assert file.read() == b"graph\n"


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="no /proc here")
def test_the_output_of_another_process_is_appended_to(tmp_path):
    (tmp_path / "log").write_text("earlier\n")
    with open(tmp_path / "log", "ab") as log:
        code = "import sys; sys.stdin.read()"
        other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=log)
    with other:
        write_into(f"/proc/{other.pid}/fd/1")
        other.communicate()
    assert (tmp_path / "log").read_text() == "earlier\ngraph\n"


def test_files_folders_and_loops_of_links_are_not_special(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "loop").symlink_to("loop")
    for path in (tmp_path, *tmp_path.iterdir(), tmp_path / "none", "/dev/fd", ""):
        assert find_special_file(path) == ""
    assert find_special_file(os.devnull) == os.devnull


def test_a_folder_is_not_written_into_a_pipe():
    reader, writer = os.pipe()
    message = f"/dev/fd/{writer}: there is a file of that name: choose another --output"
    with (
        pytest.raises(ExportError, match=f"^{re.escape(message)}$"),
        open_output_folder(f"/dev/fd/{writer}", bool),
    ):
        pass
    os.close(reader)
    os.close(writer)
