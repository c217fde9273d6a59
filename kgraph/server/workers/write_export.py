"""The graph in a file of bounded size: what :mod:`kgraph.server.workers.task_worker` writes for downloads.

Takes a store, a format and a path, gives a gzip file (RFC 1952) and the bytes that it holds
unpacked. A file appears only when it is whole. Same graph, same bytes: no time and no name is
put into it.
"""

from __future__ import annotations

import gzip
import io
import os
from pathlib import Path
from typing import Any, BinaryIO

from kgraph.base.errors import QueryTooLargeError
from kgraph.export import export
from kgraph.store import Store

DOWNLOAD_GZIP_LEVEL = 1
"""Of zlib: a seventh of Turtle's size in a third of the time that writing it takes anyway;
level 6 saves a fifth more and takes three times as long."""


class BoundedWriter(io.RawIOBase):
    """Passes bytes on until there are too many."""

    def __init__(self, out: BinaryIO, limit: int) -> None:
        self._out = out
        self._limit = limit
        self.size = 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Pass bytes on.

        Raises:
            QueryTooLargeError: they are too many.
        """
        self.size += len(data)
        if self.size > self._limit:
            raise QueryTooLargeError(
                f"the graph passed the limit of {self._limit >> 20} MB for a file: "
                "use `kgraph export` where the store is"
            )
        self._out.write(data)
        return len(data)


def write_export_file(store: Store, format: str, profile: str, path: Path, limit: int) -> int:
    """Write the graph into a gzip file.

    Args:
        store: whose graph.
        format: one of :data:`kgraph.export.FORMATS`.
        profile: ``full`` or ``edges``.
        path: the file, replaced when it is whole.
        limit: bytes that it may hold, unpacked.

    Returns:
        The bytes that it holds, unpacked.

    Raises:
        InputError: format or profile are not known.
        QueryTooLargeError: there are more bytes than the limit.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            packed = gzip.GzipFile("", "wb", DOWNLOAD_GZIP_LEVEL, file, mtime=0)
            bounded = BoundedWriter(packed, limit)  # type: ignore[arg-type]
            with packed, io.BufferedWriter(bounded, 1 << 20) as out:
                export(store.graph, format, out, profile=profile, base=store.meta.base)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return bounded.size
