"""Read a file that the user names, where anything may be: a pipe or a device may never end."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

from kgraph.base.errors import suggest_fix


def read_regular_file(path: Path, max_bytes: int = -1) -> bytes:
    """Read a file that the user names, or its first ``max_bytes`` bytes.

    Raises:
        OSError: it cannot be read, or is none.
    """
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise OSError(errno.ENXIO, "not a regular file")
    with path.open("rb") as file:
        return file.read(max_bytes)


def find_file_fault(path: Path) -> str:
    """Return why a path names no file, and what to do; "" if it does, or nothing is there."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"{error.strerror}: {suggest_fix(error)}"
    kind = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
    return "" if stat.S_ISREG(mode) else f"{kind}: name a file"
