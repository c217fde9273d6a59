"""Share the tables of a corpus with the workers of the second pass."""

from __future__ import annotations

import gc
import hashlib
import threading
from concurrent.futures import Executor
from pathlib import Path

import msgspec

from kgraph.resolve.corpus import CorpusTables, log_tables
from kgraph.resolve.lookups import LoggedTable


class TablesFile(msgspec.Struct, frozen=True, array_like=True):
    """The tables of the second pass, where workers find them."""

    path: Path
    sha256: bytes  #: by which processes that live on tell them from those of another build


class _LoadedTables(threading.local):
    """The tables that a thread uses: threads must not log into each other's."""

    file: TablesFile | None = None
    tables: tuple[CorpusTables, tuple[LoggedTable, ...]]


_loaded = _LoadedTables()


def share_tables(tables: CorpusTables, work: Path, pool: Executor | None) -> TablesFile:
    """Put tables where the processes of a pool find them; without a pool, where this thread does.

    Args:
        work: folder for the file.
    """
    if pool is None:
        _loaded.file, _loaded.tables = TablesFile(work / "tables", b""), log_tables(tables)
        return _loaded.file
    data = msgspec.msgpack.encode(tables)
    file = TablesFile(work / "tables", hashlib.sha256(data).digest())
    file.path.write_bytes(data)
    return file


def load_tables(file: TablesFile) -> tuple[CorpusTables, tuple[LoggedTable, ...]]:
    """Read the tables of this build, once in each thread, in a form that logs lookups."""
    if _loaded.file != file:
        tables = msgspec.msgpack.decode(file.path.read_bytes(), type=CorpusTables)
        # They live as long as the process: the collector need not walk them again and again.
        gc.freeze()
        _loaded.file, _loaded.tables = file, log_tables(tables)
    return _loaded.tables
