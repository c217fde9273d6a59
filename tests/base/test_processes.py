"""The memory and the threads of a process, and the limits that it sets itself."""

import os
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


def test_threads_of_a_name_get_a_lower_priority_whatever_others_are_called():
    code = (
        "import os, threading; from kgraph.base import processes; ended = threading.Event()\n"
        "def run(name):\n"
        "    open(f'/proc/self/task/{threading.get_native_id()}/comm', 'wb').write(name)\n"
        "    ready.release(); ended.wait()\n"
        "ready = threading.Semaphore(0)\n"
        "names = (b'\\xff', b'merge')\n"
        "threads = [threading.Thread(target=run, args=(name,), daemon=True) for name in names]\n"
        "for thread in threads: thread.start(); ready.acquire()\n"
        "processes.lower_thread_priority('merge', 3)\n"
        "print([os.getpriority(os.PRIO_PROCESS, thread.native_id) for thread in threads])\n"
        "ended.set()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert done.stdout == f"{[own, min(19, own + 3)]}\n"


def test_without_proc_no_thread_gets_a_lower_priority(monkeypatch, tmp_path):
    monkeypatch.setattr(processes, "_THREADS_FOLDER", str(tmp_path / "task"))
    processes.lower_thread_priority("merge", 3)
