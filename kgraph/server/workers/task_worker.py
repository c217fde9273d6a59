"""A process that does tasks in Python: saved questions, searches, decisions, exports.

Takes and gives what :mod:`kgraph.server.workers.query_worker` does, over the same pipes: a job is a line of
JSON (:class:`Order`), an answer is frames. What goes wrong is told by the name of our error
(:func:`told`), and is that error again at the server (:func:`heard`). The store that was asked
last stays open, so that the next task finds its index read.
"""

from __future__ import annotations

import sys
import traceback
from contextlib import suppress
from typing import Any, BinaryIO

import msgspec

from kgraph.base import errors
from kgraph.base.errors import KgraphError, QueryTooLargeError
from kgraph.base.memory import exceeds
from kgraph.server.workers import query_worker
from kgraph.server.workers.tasks import Desk, Task, do

PROGRAM = ("-m", "kgraph.server.workers.task_worker")
"""Arguments of the interpreter that run it."""

ROOM = 0.75
"""Share of its memory from which a process is replaced: the next task needs some, too."""

UNEXPECTED = "unexpected"


class Order(msgspec.Struct, frozen=True):
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

    order: Order
    seconds: float
    size: int

    @property
    def name(self) -> str:
        """The task as it is written down."""
        return msgspec.json.encode(self.order.task).decode()

    def line(self) -> bytes:
        """The order as the process reads it."""
        return msgspec.json.encode(self.order) + b"\n"

    def error(self, told: dict[str, Any]) -> Exception:
        """What the process says went wrong."""
        return heard(told)


def told(error: Exception) -> dict[str, Any]:
    """An error in plain values."""
    if isinstance(error, MemoryError):
        return told(QueryTooLargeError("this needed more memory than it may take: ask for less"))
    if not isinstance(error, KgraphError):
        return {"error": UNEXPECTED, "message": f"{type(error).__name__}: {error}"}
    fields = {
        name: getattr(error, name)
        for name in ("suggestions", "parameter", "status", "allow", "retry_after")
        if hasattr(error, name)
    }
    return {"error": type(error).__name__, "message": str(error), **fields}


def heard(told: dict[str, Any]) -> Exception:
    """The error that :func:`told` put into plain values.

    >>> heard(told(errors.UnknownNameError("no", ["yes"]))).suggestions
    ('yes',)
    """
    fields = dict(told)
    name, message = fields.pop("error"), fields.pop("message")
    if name == UNEXPECTED:
        return RuntimeError(message)
    kind = getattr(errors, name)
    error: KgraphError = kind(message=message, **fields) if fields else kind(message)
    return error


class Desks:
    """The build that was worked on last, kept open."""

    def __init__(self) -> None:
        self._place = ("", "")
        self._desk: Desk | None = None

    def at(self, store: str, build: str) -> Desk:
        """The desk of that build."""
        if self._desk is None or (store, build) != self._place:
            self._desk = Desk(store, build)
            self._place = (store, build)
        return self._desk


def answer(desks: Desks, line: bytes, limit: int, out: BinaryIO) -> None:
    """Do one order; whatever goes wrong is told as a frame."""
    try:
        order = msgspec.json.decode(line, type=Order)
        result = do(desks.at(order.store, order.build), order.task)
    except Exception as error:
        if not isinstance(error, KgraphError | MemoryError):
            traceback.print_exc()
        query_worker.tell(out, b"e", **told(error))
    else:
        query_worker.send_whole(out, result.kind, result.media_type, result.data)
        query_worker.tell(out, b"z", spent=exceeds(ROOM * limit))


def main() -> None:
    """Answer until the input ends."""
    memory, parent = map(int, sys.argv[1:])
    out = query_worker.output()
    query_worker.enter(memory, parent)
    query_worker.tell(out, b"r")
    desks = Desks()
    for line in sys.stdin.buffer:
        answer(desks, line, memory, out)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt, BrokenPipeError):
        main()
