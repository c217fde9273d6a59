"""Load the output of the second pass into the database while more is made."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import BinaryIO

from kgraph.rdf import Turtle
from kgraph.store import BuildWriter

LOAD_CHUNK_BYTES = 9_000_000
"""Turtle that is loaded at a time: some 100,000 statements, beyond which the loader takes more
memory but no less time."""

MAX_QUEUED_CHUNKS = 2  #: chunks that may wait: this bounds the memory of a build of any size


class TurtleLoader(AbstractContextManager["TurtleLoader"]):
    """Loads Turtle into a build, in one thread: the database frees the interpreter lock.

    Args:
        turtle: output that the document is written to, if any.
    """

    def __init__(self, writer: BuildWriter, turtle: BinaryIO | None) -> None:
        self._writer = writer
        self._turtle = turtle
        self._header = Turtle(writer.base).header().encode()
        self._thread = ThreadPoolExecutor(1)
        self._pending_loads: deque[Future[None]] = deque()
        self._chunk: list[bytes] = []
        self._chunk_bytes = 0
        if turtle is not None:
            turtle.write(self._header)

    def __exit__(self, *exception: object) -> None:
        try:
            while self._pending_loads and exception[0] is None:
                self._pending_loads.popleft().result()
        finally:
            self._thread.shutdown(wait=True, cancel_futures=True)

    def add(self, paragraphs: bytes) -> None:
        """Add more of the document; waits when the loader is behind."""
        if self._turtle is not None:
            self._turtle.write(paragraphs)
        self._chunk.append(paragraphs)
        self._chunk_bytes += len(paragraphs)
        if self._chunk_bytes >= LOAD_CHUNK_BYTES:
            self._flush()

    def finish(self) -> None:
        """Load the last chunk, and optimize the database while other files are written."""
        self._flush()
        self._pending_loads.append(self._thread.submit(self._writer.optimize))

    def _flush(self) -> None:
        while len(self._pending_loads) >= MAX_QUEUED_CHUNKS:
            self._pending_loads.popleft().result()
        document = b"".join((self._header, *self._chunk))
        self._chunk, self._chunk_bytes = [], 0
        self._pending_loads.append(self._thread.submit(self._writer.load, document))
