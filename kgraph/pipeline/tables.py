"""Share the tables of a corpus with the workers of the second pass.

Invariant: workers know tables by the digest of their content. A worker that lives on takes no
tables of another build for those of this one, even where the path is the same.
"""

from __future__ import annotations

import gc
import hashlib
import threading
from pathlib import Path

import msgspec

from kgraph.pipeline.executor import TaskPool
from kgraph.resolve.corpus import CorpusTables, log_tables
from kgraph.resolve.lookups import LoggedTable


class TablesFile(msgspec.Struct, frozen=True, array_like=True):
    """The tables of the second pass, as workers find them."""

    path: Path | None  #: None if they come with each task (:func:`receive_tables`)
    sha256: bytes  #: of the encoded tables; empty if they were never encoded


class _ThreadTables(threading.local):
    """The tables that a thread uses: threads must not log into each other's."""

    file: TablesFile | None = None
    tables: tuple[CorpusTables, tuple[LoggedTable, ...]]
    received: bytes = b""  #: encoded, with the task that runs


_thread = _ThreadTables()


def share_tables(tables: CorpusTables, work: Path, pool: TaskPool | None) -> TablesFile:
    """Put tables where the workers of a pool find them; without a pool, where this thread does.

    Args:
        work: folder for the file.
    """
    if pool is None:
        _thread.file, _thread.tables = TablesFile(work / "tables", b""), log_tables(tables)
        return _thread.file
    data = msgspec.msgpack.encode(tables)
    sha256 = hashlib.sha256(data).digest()
    return TablesFile(pool.share(data, sha256, work), sha256)


def receive_tables(data: bytes) -> None:
    """Take the encoded tables that came with the task of this thread."""
    _thread.received = data


def load_tables(file: TablesFile) -> tuple[CorpusTables, tuple[LoggedTable, ...]]:
    """Read the tables of this build, once in each thread, in a form that logs lookups."""
    if _thread.file != file:
        data = _thread.received if file.path is None else file.path.read_bytes()
        tables = msgspec.msgpack.decode(data, type=CorpusTables)
        # They live as long as the process: the collector need not walk them again and again.
        gc.freeze()
        _thread.file, _thread.tables = file, log_tables(tables)
    return _thread.tables
