"""Worker process as the server handles it: start, send a job, wait for the reply, stop.

:mod:`kgraph.server.workers.protocol` describes the messages.

Invariant: a process gets one job at a time, and is killed unless its reply was read to the end:
no frame of one job can be taken for the reply to another.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import msgspec

from kgraph.base.errors import (
    KgraphError,
    QueryError,
    QueryTooLargeError,
    RequestError,
    StoreError,
)
from kgraph.base.vocabulary import PREFIXES
from kgraph.query.formats import AnswerKind
from kgraph.query.sparql_text import explain_syntax_error
from kgraph.query.timeout import memory_error
from kgraph.server.workers.messages import MAX_IN_MEMORY_BYTES, Reply, SpooledBody
from kgraph.server.workers.protocol import FrameReader

# Keeps Ctrl-C from the workers. A session of its own would do so too, but Linux shares CPU time
# between sessions (autogroup), and niceness has no effect across them.
_NEW_PROCESS_GROUP: dict[str, Any] = {"process_group": 0} if os.name == "posix" else {}

#: Environment of worker processes. Large pages and a larger cache of freed memory in glibc: the
#: engine allocates small blocks by the thousand, a tenth to a third of a query's time. One thread
#: for numpy's linear algebra, which nothing here uses.
WORKER_ENVIRONMENT = {
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=2000",
    "OPENBLAS_NUM_THREADS": "1",
}

#: Arguments of the interpreter that run a query worker.
QUERY_PROGRAM = (str(Path(__file__).with_name("query_worker.py")),)


class Job(Protocol):
    """Work for one process."""

    @property
    def key(self) -> str: ...  # equal for jobs of the same work

    @property
    def timeout_s(self) -> float: ...

    @property
    def max_reply_bytes(self) -> int: ...

    def encode(self) -> bytes: ...  # a line for the process

    def decode_error(self, fields: dict[str, Any]) -> Exception: ...  # from frame "e"


class QueryJob(msgspec.Struct, frozen=True):
    """A SPARQL query on a database."""

    database: str  #: folder
    columns: str  #: folder of the column index; "" if there is none
    base: str  #: base of the graph's IRIs
    text: str
    types: dict[AnswerKind, str]  #: as in :class:`kgraph.server.workers.messages.QueryRequest`
    formats: dict[AnswerKind, str]
    timeout_s: float
    max_reply_bytes: int
    prefixes: dict[str, str] = msgspec.field(default_factory=lambda: PREFIXES)

    @property
    def key(self) -> str:
        """The query's text."""
        return self.text

    def encode(self) -> bytes:
        """Encode the job as a line of JSON."""
        return msgspec.json.encode(self) + b"\n"

    def decode_error(self, fields: dict[str, Any]) -> KgraphError:
        """Return the error that the worker reported."""
        return _ERRORS_BY_CODE[fields["error"]](fields["message"], self)


class Worker(asyncio.SubprocessProtocol):
    """A process that runs one job after another.

    Data is parsed in the turn of the event loop in which it arrives, and the caller is woken in
    the next: a further turn would be noticeable in a reply of one millisecond.
    """

    def __init__(self, memory_bytes: int) -> None:
        self._memory_bytes = memory_bytes
        self._frames = FrameReader()
        self._reply_reader: _ReplyReader | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._is_spent = False
        self._is_ready = False
        self._has_ended = False
        self._cpu_at_start = self._last_cpu_s = 0.0

    @classmethod
    async def start(
        cls,
        memory_bytes: int,
        program: Sequence[str] = QUERY_PROGRAM,
        arguments: Sequence[str] = (),
    ) -> Worker:
        """Start a process with a memory limit.

        ``program`` are arguments of the interpreter, ``arguments`` further ones of the program.
        """
        _, worker = await asyncio.get_running_loop().subprocess_exec(
            lambda: cls(memory_bytes),
            sys.executable,
            "-P",  # the script's folder holds modules named like the standard library's
            *program,
            str(memory_bytes),
            str(os.getpid()),
            *arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=None,
            env={**WORKER_ENVIRONMENT, **os.environ},
            **_NEW_PROCESS_GROUP,
        )
        return worker

    # -- callbacks of asyncio ----------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._process = transport
        self._exited = asyncio.get_running_loop().create_future()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        for letter, content in self._frames.feed(data):
            if self._reply_reader is not None:
                self._reply_reader.feed(letter, content)
            else:
                self._is_ready = True
        if self._has_reply:
            self._wake()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd == 1:
            self._has_ended = True
            self._wake()

    def process_exited(self) -> None:
        self._exited.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._process.close()

    # -- jobs --------------------------------------------------------------------

    @property
    def is_usable(self) -> bool:
        """Whether the process can take a job."""
        is_busy = self._reply_reader is not None
        return not (is_busy or self._is_spent or self._has_ended or self._exited.done())

    @property
    def pid(self) -> int:
        """Id of the process."""
        return self._process.get_pid()

    async def wait_ready(self) -> None:
        """Wait until the process can take a job: time before that counts for no job.

        Raises:
            RuntimeError: the process ended instead.
        """
        while not self._is_ready:
            if self._has_ended:
                raise RuntimeError("a worker process ended before it was ready")
            await self._wait_for_data(None)

    def send_job(self, job: Job) -> None:
        """Give the process a job."""
        self._reply_reader = _ReplyReader(job)
        self._cpu_at_start, self._last_cpu_s = self._read_cpu_clock(), 0.0
        pipe = self._process.get_pipe_transport(0)
        assert isinstance(pipe, asyncio.WriteTransport)
        pipe.write(job.encode())

    async def wait_reply(self, timeout_s: float) -> bool:
        """Wait for the whole reply; return whether there is one, or an error."""
        if not self._has_reply and timeout_s > 0:
            await self._wait_for_data(timeout_s)
        return self._has_reply

    def reply(self) -> Reply:
        """Return the whole reply.

        Raises:
            QueryTooLargeError: reply or memory passed its limit.
            Exception: the error that the process reported.
        """
        reader = self._reply_reader
        assert reader is not None
        if reader.outcome is None:
            raise memory_error(self._memory_bytes, "add a LIMIT, or group and sort less")
        if reader.is_complete:
            self._reply_reader = None
            self._is_spent |= reader.is_worker_spent
        if isinstance(reader.outcome, Exception):
            raise reader.outcome
        return reader.outcome

    @property
    def _has_reply(self) -> bool:
        reader = self._reply_reader
        return self._has_ended or reader is None or reader.outcome is not None

    async def _wait_for_data(self, timeout_s: float | None) -> None:
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        timer = loop.call_later(timeout_s, self._wake) if timeout_s is not None else None
        try:
            await self._waiter
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # -- priority and end --------------------------------------------------------

    def cpu_seconds(self) -> float:
        """Return the CPU seconds of the current job, as last read if the process has ended.

        Elsewhere than on Linux, return the wall-clock seconds since the job was sent.
        """
        if not self._has_ended:
            self._last_cpu_s = self._read_cpu_clock() - self._cpu_at_start
        return self._last_cpu_s

    def _read_cpu_clock(self) -> float:
        if sys.platform != "linux":
            return time.monotonic()
        try:
            # Number of a process's CPU clock on Linux (clock_getcpuclockid(3)).
            return time.clock_gettime(~self.pid << 3 | 2)
        except OSError:  # the process has just ended
            return self._cpu_at_start + self._last_cpu_s

    def lower_priority(self, nice: int) -> None:
        """Raise the niceness of the process; it takes no further job, as this cannot be undone.

        Args:
            nice: steps; 5 leave a process a third of another's time, 10 a tenth.
        """
        self._is_spent = True
        if sys.platform != "win32":
            with suppress(ProcessLookupError, PermissionError):
                os.setpriority(os.PRIO_PROCESS, self.pid, nice)

    def kill(self) -> None:
        """Kill the process at once."""
        with suppress(ProcessLookupError):  # it has ended
            self._process.kill()

    async def wait_exit(self) -> None:
        """Wait until the process has ended."""
        await asyncio.shield(self._exited)


class _ReplyReader:
    """Collects the frames of one job's reply."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._body = SpooledBody()
        self._header: dict[str, Any] = {}
        self.outcome: Reply | Exception | None = None
        self.is_complete = False  # the process sent its final frame and can take another job
        self.is_worker_spent = False

    def feed(self, letter: bytes, content: bytes) -> None:
        """Add a frame; frames after an error are ignored."""
        if self.outcome is not None:
            return
        if letter == b"d":
            self._body.append(content)
            if self._body.size > self._job.max_reply_bytes:
                self.outcome = QueryTooLargeError(
                    f"the answer passed its limit of {self._job.max_reply_bytes >> 20} MB: "
                    "ask for less of it at a time with LIMIT and OFFSET"
                )
            return
        fields = msgspec.json.decode(content)
        if letter == b"h":
            self._header = fields
            return
        self.is_complete = True
        if letter == b"z":
            self.is_worker_spent = fields["spent"]
            is_small = self._body.size <= MAX_IN_MEMORY_BYTES
            body = self._body.read_all() if is_small else self._body
            self.outcome = Reply(self._header["kind"], self._header["type"], body)
        else:
            self.outcome = self._job.decode_error(fields)


_KIND_PHRASES = {"solutions": "solutions", "boolean": "a yes or no", "graph": "a graph"}

#: Error code of a query worker -> the error, made from its message and the job.
_ERRORS_BY_CODE: dict[str, Callable[[str, QueryJob], KgraphError]] = {
    "syntax": lambda message, job: explain_syntax_error(message, job.text),
    "failed": lambda message, _: QueryError(f"the query failed: {message}"),
    "store": lambda message, _: StoreError(message),
    "uncarried": lambda message, _: RequestError(406, f"{message}: accept another media type"),
    "unacceptable": lambda kind, job: RequestError(
        406,
        f"the query gives {_KIND_PHRASES[kind]}, which {', '.join(job.types.values())} "
        "cannot carry: accept another media type",
    ),
}
