"""A process that answers queries, one after another, until its input ends.

Takes, on standard input, jobs: a line of JSON each. Gives, on standard output, frames: a
letter, the length of what follows (four bytes, big-endian), and that many bytes::

    r  the process is ready; once, before anything else
    h  the answer's head: JSON, {"kind", "type"}
    d  bytes of the answer; any number of times
    z  the answer is whole: JSON, {"spent": whether the process should be replaced}
    e  there is no answer: JSON, {"error", "message"}

Invariant: imports only the standard library, the engine, :mod:`kgraph.base.checksums`,
:mod:`kgraph.accel.rewrite`, :mod:`kgraph.base.processes` and :mod:`kgraph.base.xml`,
which import no more, and is run as a script, so that a process which was stopped is replaced in
some 40 ms (with the rest of kgraph it is 150). :mod:`kgraph.accel.columns`, which takes 80 more, is
imported by a process that is told of columns: at its start, before it is ready, or with a job.
"""

from __future__ import annotations

import io
import json
import os
import struct
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import pyoxigraph
from pyoxigraph import DefaultGraph, QueryResultsFormat, QueryTriples, RdfFormat

from kgraph.accel.rewrite.hash_joins import CountCache, evaluate
from kgraph.base.checksums import SMALL_BYTES, Checksums
from kgraph.base.errors import StoreError
from kgraph.base.processes import exit_with_parent, limit_memory, memory_exceeds
from kgraph.base.xml import XmlSanitizer

if TYPE_CHECKING:
    from kgraph.accel.columns.query import ColumnAnswer, ColumnEngine

FRAME_HEADER = struct.Struct("!cI")
"""Letter and length of a frame."""

FRAME_CHUNK_BYTES = 1 << 16
"""Bytes of an answer in a frame: what a pipe takes at once on Linux."""

FINAL_FRAME_TYPES = (b"r", b"z", b"e")
"""Letters of the frames after which it is the server's turn."""

MAX_RSS_BYTES = 256 << 20
"""Bytes of memory after which a process is replaced: what a large sort took is not given back."""


class FrameReader:
    """Frames as they are heard, in whatever pieces they come."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The frames that are whole with these bytes: letter and content."""
        rest, at = self._buffer, 0
        rest += data
        while len(rest) - at >= FRAME_HEADER.size:
            letter, length = FRAME_HEADER.unpack_from(rest, at)
            end = at + FRAME_HEADER.size + length
            if len(rest) < end:
                break
            yield letter, bytes(rest[at + FRAME_HEADER.size : end])
            at = end
        del rest[:at]


class UnacceptableError(Exception):
    """The answer is of a kind that the client cannot take; it never leaves this process."""


class FrameWriter(io.RawIOBase):
    """What is written becomes frames of answer."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Send a frame."""
        send_frame(self._out, b"d", bytes(data))
        return len(data)


def send_frame(out: BinaryIO, letter: bytes, data: bytes) -> None:
    """Write one frame; a short answer leaves in one piece, which wakes the server once."""
    out.write(FRAME_HEADER.pack(letter, len(data)))
    out.write(data)
    if letter in FINAL_FRAME_TYPES:
        out.flush()


def send_json(out: BinaryIO, letter: bytes, **values: object) -> None:
    """Write one frame of JSON."""
    send_frame(out, letter, json.dumps(values).encode())


def send_body(out: BinaryIO, kind: str, media_type: str, data: bytes) -> None:
    """Write the frames of an answer that is there as a whole, but for their end."""
    send_json(out, b"h", kind=kind, type=media_type)
    for start in range(0, len(data), FRAME_CHUNK_BYTES):
        send_frame(out, b"d", data[start : start + FRAME_CHUNK_BYTES])


class Engine:
    """The database that was asked last, kept open."""

    def __init__(self) -> None:
        self._path = ""
        self._store = pyoxigraph.Store()
        self._counts = CountCache(self._store.query)
        self._columns_folder = ""
        self._columns: ColumnEngine | None = None

    def open_database(self, job: dict[str, Any]) -> None:
        """Turn to the database of a job.

        Raises:
            OSError: it cannot be opened.
            StoreError: it is damaged.
        """
        if job["path"] != self._path:
            verify_database(job["path"], SMALL_BYTES)
            self._store = pyoxigraph.Store.read_only(job["path"])
            self._path = job["path"]
            self._counts = CountCache(partial(self._execute, job))
        self.open_columns(job["columns"])

    def open_columns(self, folder: str) -> None:
        """Open columns, if they are not open: it takes 80 ms, and saves a second of a count.

        Args:
            folder: where they are; "" for none.
        """
        if folder != self._columns_folder:
            self._columns = _open_columns(folder) if folder else None
            self._columns_folder = folder

    def query_columns(self, job: dict[str, Any]) -> ColumnAnswer | None:
        """The answer from columns, where there are any and they have it."""
        if self._columns is None:
            return None
        return self._columns.answer(job["text"], job["prefixes"], job["formats"])

    def query(self, job: dict[str, Any]) -> Any:
        """What the engine finds, joined as its numbers call for.

        Raises:
            SyntaxError: the query cannot be read.
        """
        return evaluate(job["text"], partial(self._execute, job), self._counts)

    def _execute(self, job: dict[str, Any], text: str) -> Any:
        # Naming the default graph overrides FROM, which the server lets through for it alone.
        return self._store.query(
            text,
            base_iri=job["base"],
            prefixes=job["prefixes"],
            default_graph=DefaultGraph(),
            named_graphs=[],
        )


def verify_database(database: str, largest: float = float("inf")) -> None:
    """Check the files of a database, those whole that are not larger than so many bytes.

    Raises:
        StoreError: one is not as the build wrote it.
    """
    path = Path(database)
    Checksums(path.parent).check_files(f"{path.name}/", largest)


def _open_columns(folder: str) -> ColumnEngine | None:
    """The columns that lie in a folder; where they cannot be opened, the engine answers."""
    try:
        from kgraph.accel.columns.query import ColumnEngine

        return ColumnEngine(folder)
    except (ImportError, MemoryError, OSError, ValueError) as error:  # the first two: no room
        sys.stderr.write(f"kgraph: {folder}: {error}: queries go to the engine\n")
        return None


def handle_query_job(engine: Engine, job: dict[str, Any], out: BinaryIO) -> None:
    """Do one job; what can go wrong is told as a frame."""
    try:
        engine.open_database(job)
    except (OSError, RuntimeError, StoreError) as error:
        _send_failure(job, "store", error, out)
        return
    try:
        result = _run_query(engine, job, out)
    except SyntaxError as error:
        send_json(out, b"e", error="syntax", message=str(error.msg or error))
    except UnacceptableError as error:
        send_json(out, b"e", error="unacceptable", message=str(error))
    except (OSError, RuntimeError, ValueError) as error:
        _send_failure(job, "failed", error, out)
    else:
        send_json(out, b"z", spent=memory_exceeds(MAX_RSS_BYTES))
        del result  # giving back what many rows took is waited for by nobody


def _send_failure(job: dict[str, Any], kind: str, error: Exception, out: BinaryIO) -> None:
    """Tell why the engine failed: for its query, or for want of what the build wrote."""
    try:
        verify_database(job["path"])
    except StoreError as damaged:
        send_json(out, b"e", error="store", message=str(damaged))
    else:
        send_json(out, b"e", error=kind, message=str(error))


def _run_query(engine: Engine, job: dict[str, Any], out: BinaryIO) -> object:
    known = engine.query_columns(job)
    if known is not None:
        send_body(out, known.kind, job["types"][known.kind], known.data)
        return None
    result = engine.query(job)
    kind = _result_kind(result)
    media_type = job["types"].get(kind)
    if media_type is None:
        raise UnacceptableError(kind)
    send_json(out, b"h", kind=kind, type=media_type)
    with io.BufferedWriter(FrameWriter(out), FRAME_CHUNK_BYTES) as sink:
        _serialize(result, job["formats"][kind], job["prefixes"], sink)
    return result


def _serialize(result: Any, media_type: str, prefixes: dict[str, str], sink: BinaryIO) -> None:
    if media_type.endswith("xml"):
        sink = cast("BinaryIO", XmlSanitizer(sink))
    if isinstance(result, QueryTriples):
        format_ = RdfFormat.from_media_type(media_type)
        pyoxigraph.serialize(result, sink, format=format_, prefixes=prefixes)
    else:
        result.serialize(sink, format=QueryResultsFormat.from_media_type(media_type))


def _result_kind(result: object) -> str:
    if isinstance(result, QueryTriples):
        return "graph"
    return "boolean" if isinstance(result, pyoxigraph.QueryBoolean) else "solutions"


def limit_process(memory: int, parent: int) -> None:
    """Become a process that takes no more than so much memory and ends with the server."""
    limit_memory(memory)
    exit_with_parent(parent)


def open_frame_output() -> BinaryIO:
    """Standard output, which holds back a chunk of what is sent."""
    return open(sys.stdout.fileno(), "wb", 2 * FRAME_CHUNK_BYTES, closefd=False)


def main() -> None:
    """Answer until the input ends."""
    memory, parent, *folder = sys.argv[1:]
    out = open_frame_output()
    limit_process(int(memory), int(parent))
    engine = Engine()
    engine.open_columns(*folder or [""])
    send_json(out, b"r")
    for line in sys.stdin.buffer:
        handle_query_job(engine, json.loads(line), out)


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, BrokenPipeError):
        pass
    except MemoryError:  # the server says so; there may be no room for a word
        os._exit(1)
