"""Worker process that runs tasks in Python: saved questions, searches, decisions, exports.

A job is a :class:`TaskJob` in JSON, a reply consists of frames as
:mod:`kgraph.server.workers.protocol` describes. An error travels as its class name, message and
fields. The last build stays open, so that the next task finds its index loaded.
"""

from __future__ import annotations

import traceback
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from kgraph.base import errors
from kgraph.base.errors import KgraphError, QueryTooLargeError
from kgraph.base.processes import collect_garbage_rarely, memory_exceeds
from kgraph.server.workers.protocol import send_body, send_json, serve_jobs, start_process
from kgraph.server.workers.tasks import Task
from kgraph.store import Store
from kgraph.views.open_graph import OpenGraph

TASK_PROGRAM = ("-m", "kgraph.server.workers.task_worker")  #: arguments of the interpreter

#: Share of its memory limit from which a process is replaced: the next task needs some, too.
RECYCLE_MEMORY_SHARE = 0.75

UNEXPECTED_ERROR = "unexpected"

_ERROR_FIELDS = (
    *("suggestions", "parameter", "value", "status", "allow", "retry_after", "words", "keys"),
)


class TaskJob(msgspec.Struct, frozen=True):
    """A task on a build, with its limits: a :class:`kgraph.server.workers.process.Job`."""

    store: str  #: folder of the store
    build: str  #: name of the build
    task: Task
    timeout_s: float
    max_reply_bytes: int

    @property
    def key(self) -> str:
        """The task in JSON."""
        return msgspec.json.encode(self.task).decode()

    def encode(self) -> bytes:
        """Encode the job as a line of JSON."""
        return msgspec.json.encode(self) + b"\n"

    def decode_error(self, fields: dict[str, Any]) -> Exception:
        """Return the error that the worker reported."""
        return decode_error(fields)


def encode_error(error: Exception) -> dict[str, Any]:
    """Return an error as plain values."""
    if isinstance(error, MemoryError):
        error = QueryTooLargeError("this needed more memory than it may take: ask for less")
    if not isinstance(error, KgraphError):
        return {"error": UNEXPECTED_ERROR, "message": f"{type(error).__name__}: {error}"}
    fields = {name: getattr(error, name) for name in _ERROR_FIELDS if hasattr(error, name)}
    return {"error": type(error).__name__, "message": str(error), **fields}


def decode_error(fields: dict[str, Any]) -> Exception:
    """Return the error that :func:`encode_error` made plain values of.

    >>> decode_error(encode_error(errors.UnknownNameError("no", ["yes"]))).suggestions
    ('yes',)
    """
    arguments = dict(fields)
    name, message = arguments.pop("error"), arguments.pop("message")
    if name == UNEXPECTED_ERROR:
        return RuntimeError(message)
    class_ = getattr(errors, name)
    error: KgraphError = class_(message=message, **arguments) if arguments else class_(message)
    return error


@lru_cache(maxsize=1)
def open_build(store: str, build: str) -> OpenGraph:
    """Open a build by the folder of its store and its name; the last one stays open."""
    return OpenGraph(Store(Path(store), build))


def handle_task_job(line: bytes, memory_bytes: int, out: BinaryIO) -> None:
    """Run one task, and send its result or the error."""
    try:
        job = msgspec.json.decode(line, type=TaskJob)
        result = job.task.run(open_build(job.store, job.build))
    except Exception as error:
        if not isinstance(error, KgraphError | MemoryError):
            traceback.print_exc()
        send_json(out, b"e", **encode_error(error))
    else:
        send_body(out, result.kind, result.media_type, result.read_all())
        send_json(out, b"z", spent=memory_exceeds(RECYCLE_MEMORY_SHARE * memory_bytes))


def main() -> None:
    """Run tasks until the input ends."""
    out, memory_bytes, _ = start_process()
    collect_garbage_rarely()
    serve_jobs(out, lambda line, out: handle_task_job(line, memory_bytes, out))


if __name__ == "__main__":
    with suppress(KeyboardInterrupt, BrokenPipeError):
        main()
