"""Share the tables of a corpus with the workers of the second pass.

Tables that grow with the corpus are packed (:mod:`kgraph.resolve.packed_table`), if they are not
columns of bytes already (:mod:`kgraph.resolve.hash_counts`). Workers map the file into their
memory, so that those of one machine have it in memory once, as far as they look.

Invariant: workers know tables by the digest of their content. A worker that lives on takes no
tables of another build for those of this one, even where the path is the same.
"""

from __future__ import annotations

import gc
import hashlib
import mmap
import multiprocessing
import os
import struct
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import msgspec

from kgraph.pipeline.executor import TaskPool
from kgraph.resolve.corpus import CorpusTables, log_tables
from kgraph.resolve.knowledge import NameUsage
from kgraph.resolve.lookups import LoggedTable, TablePath, get_table, replace_table
from kgraph.resolve.packed_table import PackedTable, pack_table
from kgraph.resolve.quotes.quote_table import SharedQuote
from kgraph.resolve.quotes.sponsors import SponsorCounts

#: Tables of texts that grow with the corpus, with the types of their values.
_GROWING_TABLES: dict[TablePath, type[Any]] = {
    ("knowledge", "names"): NameUsage,
    ("knowledge", "frequencies"): int,
    ("sponsors",): SponsorCounts,
    ("quotes", "shared"): SharedQuote,
}

_LENGTH = struct.Struct("=Q")


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
        return hold_tables(tables, work)
    data = encode_tables(tables)
    sha256 = hashlib.sha256(data).digest()
    return TablesFile(pool.share(data, sha256, work), sha256)


def hold_tables(tables: CorpusTables, work: Path) -> TablesFile:
    """Put tables where this thread finds them, and so do workers that are forked from it later.

    Args:
        work: folder of this build. Nothing is written: it tells these tables from other builds'.
    """
    _thread.file, _thread.tables = TablesFile(work / "tables", b""), log_tables(tables)
    return _thread.file


def receive_tables(data: bytes) -> None:
    """Take the encoded tables that came with the task of this thread."""
    _thread.received = data


def load_tables(file: TablesFile) -> tuple[CorpusTables, tuple[LoggedTable, ...]]:
    """Read the tables of this build, once in each thread, in a form that logs lookups."""
    if _thread.file != file:
        tables = decode_tables(
            memoryview(_thread.received) if file.path is None else _map_file(file.path)
        )
        # In a worker process they live as long as it: the collector need not walk them again and
        # again. The collector of a caller with threads of its own stays as it was.
        if multiprocessing.parent_process() is not None:
            gc.freeze()
        _thread.file, _thread.tables = file, log_tables(tables)
    return _thread.tables


def encode_tables(tables: CorpusTables) -> bytes:
    """Encode tables for :func:`decode_tables`."""
    growing = (get_table(tables, path) for path in _GROWING_TABLES)
    packed = [pack_table(cast("Mapping[str, object]", table)) for table in growing]
    for path in _GROWING_TABLES:
        tables = replace_table(tables, path, {})
    sections = (msgspec.msgpack.encode(tables), *packed)
    return b"".join(
        piece for section in sections for piece in (_LENGTH.pack(len(section)), section)
    )


def decode_tables(data: memoryview) -> CorpusTables:
    """Return tables that look up what grows with the corpus in the data itself."""
    sections = _split_sections(data)
    tables = msgspec.msgpack.decode(next(sections), type=CorpusTables)
    for (path, value), section in zip(_GROWING_TABLES.items(), sections, strict=True):
        tables = replace_table(tables, path, PackedTable(section, value))
    return tables


def _split_sections(data: memoryview) -> Iterator[memoryview]:
    start = 0
    while start < len(data):
        [length] = _LENGTH.unpack_from(data, start)
        start += _LENGTH.size
        yield data[start : start + length]
        start += length


def _map_file(path: Path) -> memoryview:
    if os.name == "nt":  # where a file cannot be removed while it is mapped
        return memoryview(path.read_bytes())
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
