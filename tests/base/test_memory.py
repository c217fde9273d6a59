"""What a process takes of memory, and the limit that it sets itself."""

import subprocess
import sys

import pytest

from kgraph.base import memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def test_what_is_taken_now_is_compared():
    assert [memory.memory_exceeds(size) for size in (0, 1 << 50)] == [True, False]
    assert memory.data_bytes() > 1 << 20


def test_what_was_taken_once_counts_no_more():
    code = "from kgraph.base import memory; x = b'x' * (1 << 28); del x; print(memory.exceeds(1 << 28))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_pages_of_a_file_are_not_a_processs_own(tmp_path):
    (tmp_path / "file").write_bytes(b"x" * (1 << 28))
    code = (
        "import mmap, sys; from kgraph.base import memory; file = open(sys.argv[1], 'rb'); "
        "pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ); "
        "print(pages.find(b'y'), memory.exceeds(1 << 27))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "file")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "-1 False\n"


def test_no_more_is_taken_than_the_limit():
    code = (
        "from kgraph.base import memory; memory.limit(memory.data() + (1 << 26)); b'x' * (1 << 28)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "MemoryError"
