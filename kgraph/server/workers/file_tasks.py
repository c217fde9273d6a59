"""Tasks that write a file: the graph in a format, and the atlas."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from kgraph.base.errors import QueryTooLargeError
from kgraph.base.files import replace_file
from kgraph.server.workers.atlas_cache import save_atlas
from kgraph.server.workers.messages import Reply, json_reply
from kgraph.store import Store
from kgraph.views.open_graph import OpenGraph

#: Level 1 of zlib gives a seventh of Turtle's size in a third of the time that writing takes
#: anyway; level 6 saves a fifth more and takes three times as long.
DOWNLOAD_GZIP_LEVEL = 1


class BoundedWriter(io.RawIOBase):
    """Output stream that counts its bytes and fails above a limit.

    Args:
        out: where the bytes go.
        max_bytes: the limit.
        command: that writes the file without a limit.
    """

    def __init__(self, out: BinaryIO, max_bytes: int, command: str) -> None:
        self._out = out
        self._max_bytes = max_bytes
        self._command = command
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Write bytes.

        Raises:
            QueryTooLargeError: the limit was passed.
        """
        self.size += len(data)
        if self.size > self._max_bytes:
            raise QueryTooLargeError(
                f"the graph passed the limit of {self._max_bytes >> 20} MB for a file: "
                f"use `{self._command}` where the store is"
            )
        self._out.write(data)
        return len(data)


def write_packed_file(
    path: Path, max_bytes: int, command: str, write: Callable[[BinaryIO], object]
) -> int:
    """Pack what ``write`` writes into a gzip file (RFC 1952); return its unpacked size in bytes.

    The same contents give the same bytes: the gzip header holds neither time nor name. If they are
    too large, the error names ``command``, which writes the file without a limit.

    Raises:
        QueryTooLargeError: the unpacked size passed the limit.
    """
    with replace_file(path) as file:
        packed = gzip.GzipFile("", "wb", DOWNLOAD_GZIP_LEVEL, file, mtime=0)
        bounded = BoundedWriter(packed, max_bytes, command)  # type: ignore[arg-type]
        with packed, io.BufferedWriter(bounded, 1 << 20) as out:
            write(out)
    return bounded.size


def write_export_file(store: Store, format: str, profile: str, path: Path, max_bytes: int) -> int:
    """Export the graph into a gzip file, and return its unpacked size in bytes.

    Raises:
        InputError: format or profile is unknown.
        QueryTooLargeError: the unpacked size passed the limit.
    """
    from kgraph.export import export
    from kgraph.export.rdf import RdfContent

    content = RdfContent(profile)
    return write_packed_file(
        path,
        max_bytes,
        "kgraph export",
        lambda out: export(store.graph, format, out, content=content, base=store.meta.base),
    )


class WriteExport(msgspec.Struct, frozen=True, tag="write"):
    """Write the graph into a file; the result is its unpacked size in bytes."""

    format: str
    profile: str  #: one of :data:`kgraph.rdf.PROFILES`
    path: str
    max_bytes: int

    def run(self, graph: OpenGraph) -> Reply:
        return json_reply(
            write_export_file(
                graph.store, self.format, self.profile, Path(self.path), self.max_bytes
            )
        )


class WriteAtlas(msgspec.Struct, frozen=True, tag="draw"):
    """Write the atlas, with links to the server's pages; the result is its size in bytes.

    It is drawn, and copied into the cache (:mod:`kgraph.server.workers.atlas_cache`).
    """

    title: str
    path: str
    max_bytes: int

    def run(self, graph: OpenGraph) -> Reply:
        from kgraph.atlas import draw_atlas

        size = write_packed_file(
            Path(self.path),
            self.max_bytes,
            "kgraph atlas",
            lambda out: draw_atlas(
                graph.store.graph, out, title=self.title, base=graph.base, site="/"
            ),
        )
        save_atlas(graph, self.title, Path(self.path))
        return json_reply(size)
