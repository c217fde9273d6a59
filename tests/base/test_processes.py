"""The memory of a process, and the limit that it sets itself."""

import subprocess
import sys

import pytest

from kgraph.base import processes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def test_what_is_taken_now_is_compared():
    assert [processes.memory_exceeds(size) for size in (0, 1 << 50)] == [True, False]
    assert processes.data_bytes() > 1 << 20


def test_what_was_taken_once_counts_no_more():
    code = (
        "from kgraph.base import processes; x = b'x' * (1 << 28); del x; "
        "print(processes.memory_exceeds(1 << 28))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_pages_of_a_file_are_not_a_processs_own(tmp_path):
    (tmp_path / "file").write_bytes(b"x" * (1 << 28))
    code = (
        "import mmap, sys; from kgraph.base import processes; file = open(sys.argv[1], 'rb'); "
        "pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ); "
        "print(pages.find(b'y'), processes.memory_exceeds(1 << 27))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "file")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "-1 False\n"


def test_no_more_is_taken_than_the_limit():
    code = (
        "from kgraph.base import processes as p; p.limit_memory(p.data_bytes() + (1 << 26)); "
        "b'x' * (1 << 28)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "MemoryError"
