"""Read a file that the user names, where anything may be: a pipe or a device may never end."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

from kgraph.base.errors import explain_os_error

_NOT_REGULAR = "not a regular file"


def read_regular_file(path: Path, max_bytes: int = -1) -> bytes:
    """Read a file that the user names, or its first ``max_bytes`` bytes.

    Raises:
        OSError: it cannot be read, or is none.
    """
    if _find_other_kind(path) == _NOT_REGULAR:
        raise OSError(errno.ENXIO, _NOT_REGULAR)
    with path.open("rb") as file:
        return file.read(max_bytes)


def find_file_fault(path: Path) -> str:
    """Return why a path names no file, and what to do; "" if it does, or nothing is there."""
    try:
        kind = _find_other_kind(path)
    except FileNotFoundError:
        return ""
    except OSError as error:
        return explain_os_error(error)
    return f"{kind}: name a file" if kind else ""


def _find_other_kind(path: Path) -> str:
    """Return what a path is in place of a regular file; "" if it is one."""
    mode = path.stat().st_mode
    if stat.S_ISREG(mode):
        return ""
    return "a folder" if stat.S_ISDIR(mode) else _NOT_REGULAR
