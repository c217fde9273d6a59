"""Load the Turtle of a build into its database while more is made, and publish the build."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import BinaryIO

from kgraph.base.errors import StoreDamagedError
from kgraph.graph import SharedData
from kgraph.graph.forwarding import add_former, find_former
from kgraph.pipeline.input_report import report_shared
from kgraph.pipeline.inputs import BuildInputs
from kgraph.pipeline.report import Report
from kgraph.rdf import SubjectBlock, Turtle, batch_blocks
from kgraph.store import BuildWriter, Store
from kgraph.store.origin import write_origin
from kgraph.store.previous_build import describe_failure

LOAD_CHUNK_BYTES = 6_000_000
"""Turtle that is loaded at a time: some 100,000 statements.

After each load the database merges the new files into all that it has. Larger chunks take more
memory: a build of 2.5 million statements 1,025 MB with 6 MB at a time, 1,140 MB with 14 MB, in the
same time. Of 20 million statements 14 MB at a time take 154 s of CPU, 6 MB 132 s, 2 MB 126 s; of
2.5 million 14.5, 15.7 and 16 s.
"""

MAX_QUEUED_CHUNKS = 2  #: chunks that may wait: this bounds the memory of a build of any size


class TurtleLoader(AbstractContextManager["TurtleLoader"]):
    """Loads Turtle into a build while more is made, in one thread: the database frees the GIL.

    Args:
        turtle: output that the document is written to, if any.
    """

    def __init__(self, writer: BuildWriter, turtle: BinaryIO | None) -> None:
        self._writer = writer
        self._turtle = turtle
        self._syntax = Turtle(writer.base)
        self._header = self._syntax.header().encode()
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
        self._append(paragraphs)
        if self._chunk_bytes >= LOAD_CHUNK_BYTES:
            while len(self._pending_loads) >= MAX_QUEUED_CHUNKS:
                self._pending_loads.popleft().result()
            self._submit_chunk()

    def add_blocks(self, blocks: Iterable[SubjectBlock]) -> int:
        """Add blocks, a batch at a time, and return the number of their statements."""
        total = 0
        for batch in batch_blocks(blocks):
            text, statements = self._syntax.serialize_counted(batch)
            self.add(text.encode())
            total += statements
        return total

    def finish(self) -> None:
        """Load the last chunk and optimize the database, while other files are written."""
        self._submit_chunk()
        self._pending_loads.append(self._thread.submit(self._writer.optimize))

    def _append(self, paragraphs: bytes) -> None:
        if self._turtle is not None:
            self._turtle.write(paragraphs)
        self._chunk.append(paragraphs)
        self._chunk_bytes += len(paragraphs)

    def _submit_chunk(self) -> None:
        document = b"".join((self._header, *self._chunk))
        self._chunk, self._chunk_bytes = [], 0
        self._pending_loads.append(self._thread.submit(self._writer.load, document))


def forward_ids(
    shared: SharedData,
    writer: BuildWriter,
    previous: Store | None,
    rejected: Collection[str],
    report: Report,
) -> None:
    """Add the ids of an earlier graph that are no longer there, with what they lead to.

    Args:
        writer: has the records of all episodes.
        rejected: keys of the names and ids that judgements reject.
    """
    if previous is None:
        return
    try:
        former = find_former(
            previous.shared, previous.read_episodes, shared, writer.read_episodes, rejected
        )
    except StoreDamagedError as error:
        report.notes += (describe_failure(error),)
        return
    add_former(shared, former)
    report.forwarded = sum(bool(thing.successor) for thing in former.values())
    report.withdrawn = len(former) - report.forwarded


def publish_build(
    inputs: BuildInputs,
    writer: BuildWriter,
    report: Report,
    *,
    shared: SharedData,
    kept: bytes,
    last: SharedData | None = None,
) -> None:
    """Complete the report, and make a build the one that readers see.

    Args:
        kept, last: as of :meth:`~kgraph.store.BuildWriter.publish`.
    """
    report.rows.sort()
    report_shared(inputs, report, shared)
    write_origin(writer.folder, inputs.origin)
    with report.time_stage("publish"):
        writer.publish(shared, report.triples, report.stored(), kept, last)
