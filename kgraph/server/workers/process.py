"""One worker process, seen from the server: started, asked, slowed down, stopped.

Takes a :class:`Job` (a query is a :class:`QueryJob`), gives a
:class:`kgraph.server.workers.messages.Reply`, or raises what the worker tells
(:mod:`kgraph.server.workers.query_worker` says how the two speak).

Invariant: a process is asked one thing at a time, and one that was not heard out to the end
is killed: nothing that it may still say can be taken for the answer to something else.
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
from kgraph.query.sparql_text import explain_syntax_error
from kgraph.server.workers import query_worker
from kgraph.server.workers.messages import MAX_IN_MEMORY_BYTES, QueryRequest, Reply, SpooledBody

# Ctrl-C is the server's to hear. A session of its own would do too, but Linux shares out its
# time by sessions (autogroup), between which niceness counts for nothing.
_NEW_PROCESS_GROUP: dict[str, Any] = {"process_group": 0} if os.name == "posix" else {}

WORKER_ENVIRONMENT = {
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=2000",
    "OPENBLAS_NUM_THREADS": "1",
}
"""What processes find set. How glibc shares out memory: in large pages, and what a query freed
kept at hand; the engine takes and frees small pieces by the thousand, a tenth to a third of a
query's time. And no threads of numpy's library of linear algebra, which nothing here uses."""


class Job(Protocol):
    """What a process is asked to do."""

    @property
    def name(self) -> str:
        """What two jobs of the same work share."""

    @property
    def seconds(self) -> float:
        """Its limit of time."""

    @property
    def size(self) -> int:
        """The limit of its answer's bytes."""

    def encode(self) -> bytes:
        """The job as the process reads it."""

    def decode_error(self, told: dict[str, Any]) -> Exception:
        """What the process says went wrong, as an error."""


class QueryJob(msgspec.Struct, frozen=True):
    """A question in SPARQL, and what it is put to.

    Attributes:
        path: folder of the database.
        columns: folder of its columns; "" where there are none.
        base: base of the graph's IRIs.
        question: what is asked.
        seconds: the query's limit of time.
        size: the limit of the answer's bytes.
    """

    database: str
    columns: str
    base: str
    query: QueryRequest
    seconds: float
    size: int

    @property
    def name(self) -> str:
        """The query's text."""
        return self.query.text

    def decode_error(self, told: dict[str, Any]) -> KgraphError:
        """What the worker says went wrong, as one of our errors."""
        return _ERRORS_BY_CODE[told["error"]](told["message"], self.query)

    def encode(self) -> bytes:
        """The job as the worker reads it."""
        return (
            msgspec.json.encode(
                {
                    "path": self.database,
                    "columns": self.columns,
                    "base": self.base,
                    "prefixes": PREFIXES,
                    "text": self.query.text,
                    "types": self.query.types,
                    "formats": self.query.formats,
                }
            )
            + b"\n"
        )


QUERY_PROGRAM = (str(Path(query_worker.__file__)),)
"""The program that answers queries."""


class Worker(asyncio.SubprocessProtocol):
    """A process that answers, one job after another.

    It hears what the process says in the turn of the loop in which that arrives, and wakes who
    waits in the next: an answer of a millisecond shows what each turn costs.

    Args:
        memory: bytes that it may take, for words about it.
    """

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._frames = query_worker.FrameReader()
        self._reply_reader: _ReplyReader | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._is_spent = False
        self._is_ready = False
        self._has_ended = False
        self._cpu_at_start = self._last_cpu_s = 0.0

    @classmethod
    async def start(
        cls, memory: int, program: Sequence[str] = QUERY_PROGRAM, arguments: Sequence[str] = ()
    ) -> Worker:
        """Start one.

        Args:
            memory: bytes that it may take.
            program: arguments of the interpreter that run it.
            arguments: what else it is told.
        """
        _, started = await asyncio.get_running_loop().subprocess_exec(
            lambda: cls(memory),
            sys.executable,
            "-P",  # its folder holds modules that are named like the standard library's
            *program,
            str(memory),
            str(os.getpid()),
            *arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=None,
            env={**WORKER_ENVIRONMENT, **os.environ},
            **_NEW_PROCESS_GROUP,
        )
        return started

    # -- what the loop says ------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It has been started."""
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._process = transport
        self._exited = asyncio.get_running_loop().create_future()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """It said something."""
        for letter, content in self._frames.feed(data):
            if self._reply_reader is not None:
                self._reply_reader.feed(letter, content)
            else:
                self._is_ready = True
        if self._has_reply:
            self._wake()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """It hears or says no more."""
        if fd == 1:
            self._has_ended = True
            self._wake()

    def process_exited(self) -> None:
        """It is no more."""
        self._exited.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Its pipes are closed, too."""
        self._process.close()

    # -- being asked -------------------------------------------------------------

    @property
    def is_usable(self) -> bool:
        """Whether it can be asked."""
        is_busy = self._reply_reader is not None
        return not (is_busy or self._is_spent or self._has_ended or self._exited.done())

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.get_pid()

    async def wait_ready(self) -> None:
        """Wait until it can begin: what it does before that counts for no job.

        Raises:
            RuntimeError: it ended instead.
        """
        while not self._is_ready:
            if self._has_ended:
                raise RuntimeError("a worker process ended before it was ready")
            await self._wait_for_data(None)

    def send_job(self, job: Job) -> None:
        """Give it one job."""
        self._reply_reader = _ReplyReader(job)
        self._cpu_at_start, self._last_cpu_s = self._read_cpu_clock(), 0.0
        pipe = self._process.get_pipe_transport(0)
        assert isinstance(pipe, asyncio.WriteTransport)
        pipe.write(job.encode())

    async def wait_reply(self, seconds: float) -> bool:
        """Wait for the whole answer, for so long; whether there is one, or an error.

        Args:
            seconds: that are waited at the most.
        """
        if not self._has_reply and seconds > 0:
            await self._wait_for_data(seconds)
        return self._has_reply

    def reply(self) -> Reply:
        """The whole answer.

        Raises:
            QueryTooLargeError: its answer or memory passed a limit.
            Exception: what :meth:`Job.decode_error` makes of the process's words: of a query, that it
                is wrong, has no form that the client accepts, or that the store cannot be read.
        """
        hearing = self._reply_reader
        assert hearing is not None
        if hearing.outcome is None:
            raise QueryTooLargeError(
                "the query's process was stopped by the system: it needed more memory than its "
                f"limit of {self._memory >> 20} MB, or is nested too deeply: "
                "add a LIMIT, or group and sort less"
            )
        if hearing.is_complete:
            self._reply_reader = None
            self._is_spent |= hearing.is_worker_spent
        if isinstance(hearing.outcome, Exception):
            raise hearing.outcome
        return hearing.outcome

    @property
    def _has_reply(self) -> bool:
        return (
            self._has_ended or self._reply_reader is None or self._reply_reader.outcome is not None
        )

    async def _wait_for_data(self, seconds: float | None) -> None:
        """Wait for the next that is heard."""
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        timer = loop.call_later(seconds, self._wake) if seconds is not None else None
        try:
            await self._waiter
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # -- slowed down and stopped -------------------------------------------------

    def cpu_seconds(self) -> float:
        """Seconds of CPU that the question has taken, up to the last look when the process has
        ended; where the system does not tell them, seconds since it was asked."""
        if not self._has_ended:
            self._last_cpu_s = self._read_cpu_clock() - self._cpu_at_start
        return self._last_cpu_s

    def _read_cpu_clock(self) -> float:
        if sys.platform != "linux":
            return time.monotonic()
        try:
            # The clock of a process's CPU time, as Linux numbers it (clock_getcpuclockid(3)).
            return time.clock_gettime(~self.pid << 3 | 2)
        except OSError:  # it has ended just now
            return self._cpu_at_start + self._last_cpu_s

    def lower_priority(self, nice: int) -> None:
        """Let others go first from now on; it cannot be taken back, so it is asked no more.

        Args:
            nice: steps of niceness: 5 leave a third of another's time, 10 a tenth.
        """
        self._is_spent = True
        if sys.platform != "win32":
            with suppress(ProcessLookupError, PermissionError):
                os.setpriority(os.PRIO_PROCESS, self.pid, nice)

    def kill(self) -> None:
        """Stop it at once, whatever it does."""
        with suppress(ProcessLookupError):  # it has ended
            self._process.kill()

    async def wait_exit(self) -> None:
        """Wait for its end."""
        await asyncio.shield(self._exited)


class _ReplyReader:
    """What is heard of one job's answer.

    Args:
        job: what was asked.

    Attributes:
        outcome: the whole answer, or why there is none.
        is_whole: the process has said all of it, and may be asked again.
        is_last: it wants to be replaced.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._body = SpooledBody()
        self._header: dict[str, Any] = {}
        self.outcome: Reply | Exception | None = None
        self.is_complete = self.is_worker_spent = False

    def feed(self, letter: bytes, data: bytes) -> None:
        """Hear a frame; what comes behind an error of ours counts no more."""
        if self.outcome is not None:
            return
        if letter == b"d":
            self._append_body(data)
        elif letter == b"h":
            self._header = msgspec.json.decode(data)
        else:
            self.is_complete = True
            told = msgspec.json.decode(data)
            self.outcome = (
                self._make_reply(told) if letter == b"z" else self._job.decode_error(told)
            )

    def _append_body(self, data: bytes) -> None:
        self._body.append(data)
        if self._body.size > self._job.size:
            self.outcome = QueryTooLargeError(
                f"the answer passed its limit of {self._job.size >> 20} MB: "
                "ask for less of it at a time with LIMIT and OFFSET"
            )

    def _make_reply(self, told: dict[str, Any]) -> Reply:
        self.is_worker_spent = told["spent"]
        body = self._body
        whole = body.read_all() if body.size <= MAX_IN_MEMORY_BYTES else body
        return Reply(self._header["kind"], self._header["type"], whole)


_KIND_PHRASES = {"solutions": "solutions", "boolean": "a yes or no", "graph": "a graph"}

_ERRORS_BY_CODE: dict[str, Callable[[str, QueryRequest], KgraphError]] = {
    "syntax": lambda message, question: explain_syntax_error(message, question.text),
    "failed": lambda message, _: QueryError(f"the query failed: {message}"),
    "store": lambda message, _: StoreError(message),
    "unacceptable": lambda kind, question: RequestError(
        406,
        f"the query gives {_KIND_PHRASES[kind]}, which {', '.join(question.types.values())} cannot carry: "
        "accept another media type",
    ),
}
"""What a worker says went wrong -> the error that it is."""
