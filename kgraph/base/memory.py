"""What this process takes of memory, and the limit that the system keeps it to.

Knows what the system tells: of Linux proc(5) and getrusage(2); where nothing is told, nothing is
taken. Imports only the standard library, so that a process which answers queries starts at once.
"""

from __future__ import annotations

import os
from contextlib import suppress

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
