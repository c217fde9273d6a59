"""A temporary folder that goes with its process, however that ends.

A server that is killed cannot remove its folder; the next one does. Each folder holds a file that
its process keeps locked (flock(2)): the system gives that lock back when the process is no more, so
that a folder whose lock can be had belongs to nobody. Where the system has no such locks (Windows),
nothing is removed but one's own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]

PREFIX = "kgraph-"

LOCK = ".lock"
"""Name of the file that is locked; it holds the number of the process."""


class TemporaryFolder:
    """A folder of this process.

    Attributes:
        path: where it is.
    """

    def __init__(self) -> None:
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
            self._lock = _open_locked(self.path / LOCK, os.O_CREAT)
            # Another server that starts just now may have had the lock first, and removed it all.
            if self._lock is not None and (self.path / LOCK).exists():
                break
        os.write(self._lock, f"{os.getpid()}\n".encode())

    def remove(self) -> None:
        """Remove it with all that it holds."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
        self._lock = None


def remove_abandoned(home: Path | None = None) -> list[Path]:
    """Remove the folders of this user whose processes are no more.

    Args:
        home: where they are; the system's folder for temporary files by default.

    Returns:
        Those that were removed.
    """
    if fcntl is None:
        return []
    home = home or Path(tempfile.gettempdir())
    return [folder for folder in sorted(home.glob(f"{PREFIX}*")) if _remove_abandoned(folder)]


def _remove_abandoned(folder: Path) -> bool:
    try:
        found = folder.lstat()
        if found.st_uid != os.getuid() or not folder.is_dir() or folder.is_symlink():
            return False
        lock = _open_locked(folder / LOCK)
    except OSError:  # not a folder of ours, or gone meanwhile
        return False
    if lock is None:
        return False
    shutil.rmtree(folder, ignore_errors=True)
    os.close(lock)
    return True


def _open_locked(path: Path, flags: int = 0) -> int | None:
    """Open a file and lock it; None where another process has the lock."""
    file = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | flags, 0o600)
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file
