"""A process that does tasks in Python: saved questions, searches, decisions, exports.

Takes and gives what :mod:`kgraph.server.workers.query_worker` does, over the same pipes: a job is a line of
JSON (:class:`TaskRequest`), an answer is frames. What goes wrong is told by the name of our error
(:func:`encode_error`), and is that error again at the server (:func:`decode_error`). The store that was asked
last stays open, so that the next task finds its index read.
"""

from __future__ import annotations

import sys
import traceback
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from kgraph.base import errors
from kgraph.base.errors import KgraphError, QueryTooLargeError
from kgraph.base.processes import memory_exceeds
from kgraph.server.workers import query_worker
from kgraph.server.workers.tasks import Task, execute_task
from kgraph.store import Store
from kgraph.views.open_graph import OpenGraph

TASK_PROGRAM = ("-m", "kgraph.server.workers.task_worker")
"""Arguments of the interpreter that run it."""

RECYCLE_MEMORY_SHARE = 0.75
"""Share of its memory from which a process is replaced: the next task needs some, too."""

UNEXPECTED_ERROR = "unexpected"


class TaskRequest(msgspec.Struct, frozen=True):
    """A task, and the build that it is put to.

    Attributes:
        store: folder of the store.
        build: name of the build in it.
        task: what is to be done.
    """

    store: str
    build: str
    task: Task


class TaskJob(msgspec.Struct, frozen=True):
    """An order with its limits, as :class:`kgraph.server.workers.process.Job`.

    Attributes:
        order: what is to be done, and to what.
        seconds: its limit of time.
        size: the limit of its answer's bytes.
    """

    request: TaskRequest
    seconds: float
    size: int

    @property
    def name(self) -> str:
        """The task as it is written down."""
        return msgspec.json.encode(self.request.task).decode()

    def encode(self) -> bytes:
        """The order as the process reads it."""
        return msgspec.json.encode(self.request) + b"\n"

    def decode_error(self, told: dict[str, Any]) -> Exception:
        """What the process says went wrong."""
        return decode_error(told)


def encode_error(error: Exception) -> dict[str, Any]:
    """An error in plain values."""
    if isinstance(error, MemoryError):
        return encode_error(
            QueryTooLargeError("this needed more memory than it may take: ask for less")
        )
    if not isinstance(error, KgraphError):
        return {"error": UNEXPECTED_ERROR, "message": f"{type(error).__name__}: {error}"}
    fields = {
        name: getattr(error, name)
        for name in ("suggestions", "parameter", "status", "allow", "retry_after")
        if hasattr(error, name)
    }
    return {"error": type(error).__name__, "message": str(error), **fields}


def decode_error(told: dict[str, Any]) -> Exception:
    """The error that :func:`encode_error` put into plain values.

    >>> decode_error(encode_error(errors.UnknownNameError("no", ["yes"]))).suggestions
    ('yes',)
    """
    fields = dict(told)
    name, message = fields.pop("error"), fields.pop("message")
    if name == UNEXPECTED_ERROR:
        return RuntimeError(message)
    kind = getattr(errors, name)
    error: KgraphError = kind(message=message, **fields) if fields else kind(message)
    return error


@lru_cache(maxsize=1)
def open_build(store: str, build: str) -> OpenGraph:
    """Open a build by the folder of its store and its name; the last one stays open."""
    return OpenGraph(Store(Path(store), build))


def handle_task_job(line: bytes, limit: int, out: BinaryIO) -> None:
    """Do one order; whatever goes wrong is told as a frame."""
    try:
        order = msgspec.json.decode(line, type=TaskRequest)
        result = execute_task(open_build(order.store, order.build), order.task)
    except Exception as error:
        if not isinstance(error, KgraphError | MemoryError):
            traceback.print_exc()
        query_worker.send_json(out, b"e", **encode_error(error))
    else:
        query_worker.send_body(out, result.kind, result.media_type, result.data)
        query_worker.send_json(out, b"z", spent=memory_exceeds(RECYCLE_MEMORY_SHARE * limit))


def main() -> None:
    """Answer until the input ends."""
    memory, parent = map(int, sys.argv[1:])
    out = query_worker.open_frame_output()
    query_worker.limit_process(memory, parent)
    query_worker.send_json(out, b"r")
    for line in sys.stdin.buffer:
        handle_task_job(line, memory, out)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt, BrokenPipeError):
        main()
