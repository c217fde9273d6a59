"""What the second pass made, on its way to the database and the Turtle file."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import BinaryIO

from kgraph.rdf import Turtle
from kgraph.store import BuildWriter

LOAD_CHUNK_BYTES = 9_000_000
"""Bytes of Turtle loaded at a time: some 100,000 statements, beyond which the loader
takes more memory but no less time."""

MAX_QUEUED_CHUNKS = 2
"""Chunks that may wait for the loader: what bounds the memory of a build of any size."""


class TurtleLoader:
    """Loads Turtle into a draft, in a thread of its own, while more is made.

    The database frees the interpreter lock, so one thread is all it takes.

    Args:
        draft: what is written.
        turtle: where the same text goes as a document, if anywhere.
    """

    def __init__(self, draft: BuildWriter, turtle: BinaryIO | None) -> None:
        self._writer = draft
        self._turtle = turtle
        self._header = Turtle(draft.base).header().encode()
        self._thread = ThreadPoolExecutor(1)
        self._pending_loads: deque[Future[None]] = deque()
        self._chunk: list[bytes] = []
        self._chunk_bytes = 0

    def __enter__(self) -> TurtleLoader:
        if self._turtle is not None:
            self._turtle.write(self._header)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                while self._pending_loads:
                    self._pending_loads.popleft().result()
        finally:
            self._thread.shutdown(wait=True, cancel_futures=True)

    def add(self, paragraphs: bytes) -> None:
        """Take more of the document; waits when the loader is behind."""
        if self._turtle is not None:
            self._turtle.write(paragraphs)
        self._chunk.append(paragraphs)
        self._chunk_bytes += len(paragraphs)
        if self._chunk_bytes >= LOAD_CHUNK_BYTES:
            self._flush()

    def finish(self) -> None:
        """Say that this was all: what is loaded is put in order while the rest is written."""
        self._flush()
        self._pending_loads.append(self._thread.submit(self._writer.optimize))

    def _flush(self) -> None:
        while len(self._pending_loads) >= MAX_QUEUED_CHUNKS:
            self._pending_loads.popleft().result()
        document = b"".join((self._header, *self._chunk))
        self._chunk, self._chunk_bytes = [], 0
        self._pending_loads.append(self._thread.submit(self._writer.load, document))
