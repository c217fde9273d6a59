"""What a process takes of memory, and the limit that it sets itself."""

import subprocess
import sys

import pytest

from kgraph import memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def test_what_is_taken_now_is_compared():
    assert [memory.exceeds(size) for size in (0, 1 << 50)] == [True, False]
    assert memory.data() > 1 << 20


def test_what_was_taken_once_counts_no_more():
    code = "from kgraph import memory; x = b'x' * (1 << 28); del x; print(memory.exceeds(1 << 28))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_no_more_is_taken_than_the_limit():
    code = "from kgraph import memory; memory.limit(memory.data() + (1 << 26)); b'x' * (1 << 28)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "MemoryError"
