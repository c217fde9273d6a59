"""The file of an index, and the log beside it that an incremental build may have written."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

from kgraph.store.segments import link_file

#: Share of the size of an index from which its log is large: readers read it whole when they open.
MAX_LOG_SHARE = 0.125

#: Bytes of a log that is never large.
MIN_LOG_BYTES = 4 << 20


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


def continue_index(previous: Path, path: Path) -> sqlite3.Connection | None:
    """Give a build the index of another, which may then be changed without changing that one.

    Returns:
        A connection that is to be closed last, unless the index is a copy. The last writer to
        close an index would write the log into it, and must not where another build has the file.
    """
    log = name_log(previous)
    log_bytes = log.stat().st_size if log.exists() else 0
    is_large = log_bytes > max(MIN_LOG_BYTES, MAX_LOG_SHARE * previous.stat().st_size)
    is_copied = is_large or not os.access(previous, os.W_OK)  # SQLite writes no log beside it
    if is_copied:
        shutil.copyfile(previous, path)
    else:
        link_file(previous, path)
    if log_bytes:
        shutil.copyfile(log, name_log(path))
    if is_copied:
        return None
    guard = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    guard.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # takes its lock
    return guard
