"""Limit a process: its memory, its garbage collector, and its life to that of its parent.

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
    """Whether the process's resident set has more bytes of its own now.

    Pages of files, such as a graph's columns, are not its own: processes share them, and the
    system takes them back when it needs room. A process that never had so many bytes is not
    looked at closely: reading proc(5) takes 40 us.
    """
    return (
        _peak_rss_bytes() > size
        and _read_statm_bytes(_RESIDENT) - _read_statm_bytes(_SHARED) > size
    )


def data_bytes() -> int:
    """Bytes of data that the process has, such as from the one that it was forked from."""
    return _read_statm_bytes(_DATA)


def limit_memory(size: int) -> None:
    """Let the system refuse more than so many bytes of data, where it can (not on Windows)."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def _peak_rss_bytes() -> float:
    try:
        import resource
    except ImportError:
        return float("inf")
    # In KB but on macOS, where more is seen than there is.
    return 1024.0 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _read_statm_bytes(column: int) -> int:
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[column]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:  # another system
        return 0


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


# -- life ------------------------------------------------------------------------

PR_SET_PDEATHSIG = 1
"""Option of prctl(2): which signal comes when the parent ends."""


def exit_with_parent(parent: int) -> None:
    """Let the system stop this process when its parent is no more, where it can (Linux).

    Args:
        parent: number of the process that started it.
    """
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it was no more before it could be asked for
            sys.exit(1)


def exit_when_ready(sentinel: int) -> None:
    """Stop this process when another is no more; on Linux by the system, elsewhere by a thread,
    which waits for the engine to give it a turn.

    Args:
        sentinel: what becomes ready when the other ends, as that of
            :func:`multiprocessing.parent_process`: whoever forks for the other is another parent.
    """
    if sys.platform != "linux":
        threading.Thread(target=_exit_after, args=(sentinel,), daemon=True).start()
        return
    import fcntl

    signal.signal(signal.SIGIO, signal.SIG_DFL)  # which ends the process: signal(7)
    fcntl.fcntl(sentinel, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(sentinel, fcntl.F_GETFL)
    fcntl.fcntl(sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)
    if select.select([sentinel], [], [], 0)[0]:  # it was no more before
        os._exit(1)


def _exit_after(sentinel: int) -> None:
    from multiprocessing.connection import wait

    wait([sentinel])
    os._exit(1)
