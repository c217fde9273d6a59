"""Limit a process's memory, garbage collection and threads, and end it when its parent ends.

Memory is read from proc(5) and getrusage(2); where ``/proc`` is missing, it counts as 0.

Invariant: this module imports only the standard library, so that a process that answers queries
starts at once.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# -- memory ----------------------------------------------------------------------

_RESIDENT, _SHARED, _DATA = 1, 2, 5


def memory_exceeds(size: float) -> bool:
    """Check whether the private part of this process's resident set is larger than ``size`` bytes.

    Pages of files, such as a graph's columns, do not count: processes share them, and the system
    reclaims them. The peak is compared first, because reading proc(5) takes 40 us.
    """
    with suppress(ImportError):
        import resource

        # ru_maxrss is in KB. On macOS it is in bytes: there the peak is overestimated, and only
        # the resident set decides.
        if 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss <= size:
            return False
    return _read_statm_bytes(_RESIDENT) - _read_statm_bytes(_SHARED) > size


def data_bytes() -> int:
    """Return the size of this process's data segment, inherited pages included."""
    return _read_statm_bytes(_DATA)


def limit_memory(size: int) -> None:
    """Limit this process's data segment to ``size`` bytes, where possible (not on Windows)."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def _read_statm_bytes(column: int) -> int:
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[column]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:  # another system
        return 0


def collect_garbage_rarely() -> None:
    """Look for reference cycles less often, in a process whose objects are seldom in any.

    At Python's own thresholds, looking for them takes an eighth of the time of a short command,
    which loads modules, and a quarter of that of a query, which decodes records and drops them.
    """
    gc.set_threshold(50_000, 20, 20)


@contextmanager
def without_gc() -> Iterator[None]:
    """Collect no garbage in a block that makes many objects and drops none."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


# -- threads -------------------------------------------------------------------------------------

_THREADS_FOLDER = "/proc/self/task"


def lower_thread_priority(name: str, increment: int) -> None:
    """Let all other threads run before those that a library gave a name (on Linux only).

    Only a privileged user could take it back.

    Args:
        increment: that of nice(1) against the calling thread.
    """
    if sys.platform != "linux" or not os.path.isdir(_THREADS_FOLDER):
        return
    nice = os.getpriority(os.PRIO_PROCESS, 0) + increment
    for thread in os.listdir(_THREADS_FOLDER):
        with suppress(OSError):  # it ended, or is lower already
            with open(f"{_THREADS_FOLDER}/{thread}/comm", "rb") as file:  # a name may be no UTF-8
                is_named = file.read().rstrip() == name.encode()
            if is_named:
                os.setpriority(os.PRIO_PROCESS, int(thread), nice)


# -- end with the parent ------------------------------------------------------------------------

PR_SET_PDEATHSIG = 1  #: option of prctl(2): the signal at the parent's end


def exit_with_parent(parent: int) -> None:
    """Let the system kill this process when its parent, by process id, ends (on Linux only)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the parent ended before the call
            sys.exit(1)


def exit_when_ready(sentinel: int) -> None:
    """Kill this process when another ends, whose end makes a file descriptor readable.

    The descriptor, ``sentinel``, is that of :func:`multiprocessing.parent_process`, since the
    fork server is another parent. On Linux the system kills. Elsewhere a thread does, which may
    wait while the engine keeps the interpreter's lock.
    """
    if sys.platform != "linux":
        from multiprocessing.connection import wait

        def exit_after_wait() -> None:
            wait([sentinel])
            os._exit(1)

        threading.Thread(target=exit_after_wait, daemon=True).start()
        return
    import fcntl

    signal.signal(signal.SIGIO, signal.SIG_DFL)  # its default action ends the process: signal(7)
    fcntl.fcntl(sentinel, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(sentinel, fcntl.F_GETFL)
    fcntl.fcntl(sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)
    if select.select([sentinel], [], [], 0)[0]:  # it had ended before
        os._exit(1)
