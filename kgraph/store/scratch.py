"""Temporary folders, which are gone with the process that made them, whatever ends it.

Takes nothing, gives :class:`ScratchFolder`: a folder of the system's for temporary files, in which
a file is locked as long as its process lives. What a killed process left is removed by the next
one that makes such a folder or calls :func:`remove_abandoned_folders`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import filelock

FOLDER_PREFIX = "kgraph-"
SCRATCH_LOCK_FILE = "made-by-kgraph.lock"
"""Held by the process whose folder it is. A folder without it is not ours, whatever its name."""


class ScratchFolder:
    """A temporary folder, also as a context.

    Attributes:
        path: where it is.

    Raises:
        OSError: none can be made.
    """

    def __init__(self) -> None:
        remove_abandoned_folders()
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
            self._lock = filelock.FileLock(self.path / SCRATCH_LOCK_FILE)
            self._lock.acquire()
            # One that looks for abandoned folders just now may have had the lock first.
            if (self.path / SCRATCH_LOCK_FILE).exists():
                break
            self._lock.release()

    def __enter__(self) -> Path:
        return self.path

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()

    def remove(self) -> None:
        """Remove it with all that is in it."""
        _remove_folder(self.path)
        self._lock.release()


def remove_abandoned_folders() -> None:
    """Remove the folders of processes that are no more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        if _is_scratch_folder(folder):
            lock = filelock.FileLock(folder / SCRATCH_LOCK_FILE, timeout=0)
            with suppress(OSError, filelock.Timeout), lock:  # held by one that lives
                _remove_folder(folder)


def _is_scratch_folder(folder: Path) -> bool:
    with suppress(OSError):
        is_real = not folder.is_symlink() and (folder / SCRATCH_LOCK_FILE).is_file()
        return is_real and (os.name == "nt" or folder.stat().st_uid == os.getuid())
    return False


def _remove_folder(folder: Path) -> None:
    """Remove the mark last, so that what is left by a kill is still known as ours."""
    with suppress(OSError):
        for entry in list(folder.iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            elif entry.name != SCRATCH_LOCK_FILE:
                entry.unlink()
    shutil.rmtree(folder, ignore_errors=True)
