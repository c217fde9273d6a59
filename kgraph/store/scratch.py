"""Temporary folders that are removed even if their process is killed: by a later process.

A file in the folder is locked as long as its process lives.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import filelock

FOLDER_PREFIX = "kgraph-"
SCRATCH_LOCK_FILE = "made-by-kgraph.lock"  #: a folder without it is not ours, whatever its name


class ScratchFolder(AbstractContextManager[Path]):
    """A temporary folder, whose path is in ``path``; OSError if none can be made."""

    def __init__(self) -> None:
        remove_abandoned_folders()
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
            self._lock = filelock.FileLock(self.path / SCRATCH_LOCK_FILE)
            self._lock.acquire()
            # A process that looks for abandoned folders may have had the lock first.
            if (self.path / SCRATCH_LOCK_FILE).exists():
                break
            self._lock.release()

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *exception: object) -> None:
        self.remove()

    def remove(self) -> None:
        _remove_folder(self.path)
        self._lock.release()


def remove_abandoned_folders() -> None:
    """Remove the folders of processes that have ended."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        with suppress(OSError, filelock.Timeout):  # Timeout: its process lives
            is_real = not folder.is_symlink() and (folder / SCRATCH_LOCK_FILE).is_file()
            if is_real and (os.name == "nt" or folder.stat().st_uid == os.getuid()):
                with filelock.FileLock(folder / SCRATCH_LOCK_FILE, timeout=0):
                    _remove_folder(folder)


def _remove_folder(folder: Path) -> None:
    # The lock file goes last, so that what a kill leaves is still recognized.
    with suppress(OSError):
        for entry in list(folder.iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            elif entry.name != SCRATCH_LOCK_FILE:
                entry.unlink()
    shutil.rmtree(folder, ignore_errors=True)
