"""Write a file completely or not at all, and make temporary folders that are always removed.

A draft beside the file or folder is renamed to it atomically. A draft is locked while its process
lives, so that the next writer of the same name can remove the drafts of killed processes (flock(2);
of files not on Windows). In the same way a later process removes the temporary folders of a killed
one.

The library filelock is imported where a lock is taken: it takes 8 ms.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from kgraph.base.errors import ExportError, InputError
from kgraph.base.special_files import find_special_file, open_special_file
from kgraph.base.standard_output import open_standard_output

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None  # type: ignore[assignment]

LOCK_INTERVAL_S = 0.02  #: between two tries to lock a folder

DRAFT_SUFFIX = ".kgraph-partial"  #: end of a draft's name
FOLDER_PREFIX = "kgraph-"
SCRATCH_LOCK_FILE = "made-by-kgraph.lock"  #: a folder without it is not ours, whatever its name


@contextmanager
def open_output_file(output: str | Path | BinaryIO) -> Iterator[BinaryIO]:
    """Open an output of a command: a path, ``-`` for standard output, or an open file.

    A regular file is replaced when it is complete; an open descriptor such as ``/dev/stdout``, a
    pipe or a device is written into; a link is followed. Missing folders are made.

    Raises:
        ExportError: the output cannot be written.
    """
    if not isinstance(output, str | Path):
        yield output
        return
    if str(output) == "-":
        with open_standard_output() as out:
            yield out
        return
    special = find_special_file(output)
    path = Path(special or os.path.realpath(output))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_special_file(special) if special else replace_file(path) as out:
            yield out
    except OSError as error:
        if special and isinstance(error, BrokenPipeError):
            raise
        why = error.strerror or error
        raise ExportError(f"{output}: {why}: choose another --output") from error


@contextmanager
def open_output_folder(
    output: str | Path | BinaryIO,
    is_replaceable: Callable[[Path], bool],
    update: Callable[[Path, Path], None] | None = None,
    *,
    option: str = "--output",
) -> Iterator[Path]:
    """Make a draft of a folder, which takes its name when the block ends without an error.

    Missing parents are made. A folder that is there is replaced if it is empty or replaceable.

    Args:
        update: takes the draft and a replaceable folder, and updates this instead.
        option: the option that named the folder, for messages.

    Raises:
        InputError: the output is no path.
        ExportError: the output cannot be written, or something else is there.
    """
    path = check_output_folder(output, is_replaceable, option=option)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _make_folder_draft(path) as draft:
            files, former = draft / "files", draft / "former"
            files.mkdir()  # with the permissions that a new folder has
            yield files
            check_output_folder(path, is_replaceable, option=option)
            if path.exists():
                if update and any(path.iterdir()):
                    update(files, path)
                    return
                path.rename(former)
            try:
                files.rename(path)
            except OSError:
                if former.exists():
                    former.rename(path)
                raise
    except OSError as error:
        raise ExportError(f"{path}: {error.strerror or error}: choose another {option}") from error


@contextmanager
def _make_folder_draft(path: Path) -> Iterator[Path]:
    """Make a folder beside ``path``; after success remove those of killed processes."""
    import filelock

    head = f".{path.name[:40]}-"
    draft = Path(tempfile.mkdtemp(DRAFT_SUFFIX, head, path.parent))
    lock = filelock.FileLock(draft / SCRATCH_LOCK_FILE)
    lock.acquire()
    try:
        yield draft
    finally:
        _remove_folder(draft)
        lock.release()
    for entry in list(os.scandir(path.parent)):
        if entry.name.startswith(head) and entry.name.endswith(DRAFT_SUFFIX):
            _remove_if_abandoned(Path(entry.path))


def check_output_folder(
    output: str | Path | BinaryIO, is_replaceable: Callable[[Path], bool], *, option: str
) -> Path:
    """Return the path of an output folder, or raise what :func:`open_output_folder` would."""
    if not isinstance(output, str | Path) or str(output) == "-":
        raise InputError(f"this format is a folder of files: name one with {option}")
    path = Path(os.path.realpath(output))
    if os.path.exists(output) and not path.is_dir():  # a pipe has no real path
        raise ExportError(f"{output}: there is a file of that name: choose another {option}")
    if path.exists() and any(path.iterdir()) and not is_replaceable(path):
        raise ExportError(f"{path}: there are other files in it: choose another {option}")
    return path


@contextmanager
def replace_file(
    path: Path, *, keep_mode: bool = False, is_durable: bool = False
) -> Iterator[BinaryIO]:
    """Open a draft beside a file, which takes its name when the block ends without an error.

    Args:
        keep_mode: keep the permissions of the present file, which must exist.
        is_durable: the new file is on disk when this returns, its name included.

    Raises:
        OSError: the file cannot be written.
    """
    umask = os.umask(0)  # it can only be read by setting it
    os.umask(umask)
    mode = path.stat().st_mode if keep_mode else 0o666 & ~umask
    handle, draft = _open_draft(path)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            if is_durable:
                os.fsync(out.fileno())
        Path(draft).chmod(mode)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    if is_durable:
        sync_folder(path.parent)


@contextmanager
def open_durable(path: Path) -> Iterator[BinaryIO]:
    """Open a file that nobody reads yet for writing; it is on disk when the block ends."""
    with path.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make renames inside a folder durable, where the system can (not on Windows)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _open_draft(path: Path) -> tuple[int, str]:
    """Make a locked file next to ``path``; remove the drafts of killed processes."""
    head = f".{path.name[:40]}-"
    remove_abandoned_drafts(path.parent, head)
    while True:
        handle, name = tempfile.mkstemp(prefix=head, suffix=DRAFT_SUFFIX, dir=path.parent)
        if fcntl is None:
            return handle, name
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.path.exists(name):  # another writer may have locked and removed it in between
            return handle, name
        os.close(handle)


def remove_abandoned_drafts(folder: Path, head: str) -> None:
    """Remove the drafts of files, whose names begin with ``head``, of killed processes."""
    for entry in list(os.scandir(folder)):
        is_draft = entry.name.startswith(head) and entry.name.endswith(DRAFT_SUFFIX)
        if fcntl is not None and is_draft and entry.is_file():
            with suppress(OSError), open(entry.path, "rb") as draft:
                fcntl.flock(draft, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.unlink(entry.path)


@contextmanager
def lock_changes(path: Path, timeout_s: float) -> Iterator[None]:
    """Keep other processes and threads that change a file in this way out, in its whole folder.

    The folder itself is locked (flock(2)), so that no lock file is left beside files under version
    control, and a file may be replaced. Where that is not possible (on Windows, on some network
    drives) a temporary file is locked instead.

    Args:
        path: the file; its folder exists.
        timeout_s: seconds to wait for others.

    Raises:
        TimeoutError: another one has held the lock for so long.
        OSError: the folder cannot be opened.
    """
    descriptor = _lock_folder(path.parent, time.monotonic() + timeout_s)
    if descriptor is None:
        import filelock

        name = sha256(os.path.realpath(path).encode()).hexdigest()[:16]
        lock = Path(tempfile.gettempdir(), f"{FOLDER_PREFIX}{name}.lock")
        with filelock.FileLock(lock, timeout=timeout_s):  # its Timeout is a TimeoutError
            yield
        return
    try:
        yield
    finally:
        os.close(descriptor)


def _lock_folder(folder: Path, deadline: float) -> int | None:
    """Return an open and locked folder; None if the system cannot lock folders."""
    if fcntl is None:
        return None
    descriptor = os.open(folder, os.O_RDONLY)
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except OSError as error:
            is_held = isinstance(error, BlockingIOError)
            if not is_held or time.monotonic() > deadline:
                os.close(descriptor)
                if is_held:
                    raise TimeoutError from error
                return None
        time.sleep(LOCK_INTERVAL_S)


# -- temporary folders --------------------------------------------------------------


class ScratchFolder(AbstractContextManager[Path]):
    """A temporary folder, whose path is in ``path``; OSError if none can be made."""

    def __init__(self) -> None:
        import filelock

        remove_abandoned_folders()
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
            self._lock = filelock.FileLock(self.path / SCRATCH_LOCK_FILE)
            # A process that looks for abandoned folders may have had the lock first.
            with suppress(FileNotFoundError):
                self._lock.acquire()
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
        _remove_if_abandoned(folder)


def _remove_if_abandoned(folder: Path) -> None:
    with suppress(OSError):  # also filelock.Timeout, a TimeoutError: its process lives
        is_real = not folder.is_symlink() and (folder / SCRATCH_LOCK_FILE).is_file()
        if is_real and (os.name == "nt" or folder.stat().st_uid == os.getuid()):
            import filelock

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
