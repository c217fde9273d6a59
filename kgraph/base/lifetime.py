"""How long a process lives: no longer than the one that it works for.

A parent that is stopped by a signal cleans nothing up: what it has started must see to that itself.
Where the system can, it ends it: a thread of ours has to wait while the engine keeps the
interpreter to itself. Imports only the standard library, so that a process which answers queries
starts at once.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading

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
