"""The file of an index, and the log beside it that an incremental build may have written."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path


def name_log(path: Path, suffix: str = "wal") -> Path:
    """Return the path of the log of an index, as SQLite names it, or of the log's own index."""
    return path.with_name(f"{path.name}-{suffix}")


def open_index_file(path: Path) -> sqlite3.Connection:
    """Open the index of a finished build, which several threads may read.

    Such an index never changes, so SQLite needs no locks. Declared immutable, it would be read
    without its log; so where there is one, only the locks are left out.
    """
    has_log = name_log(path).exists()
    option = f"vfs={'win32' if os.name == 'nt' else 'unix'}-none" if has_log else "immutable=1"
    uri = f"{path.absolute().as_uri()}?mode=ro&{option}"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
    if has_log:  # the index of the log is in memory, not in a file that processes share
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    return connection
