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
from kgraph.query.sparql_text import explain
from kgraph.server.workers import query_worker
from kgraph.server.workers.messages import IN_MEMORY, Body, Question, Reply

# Ctrl-C is the server's to hear. A session of its own would do too, but Linux shares out its
# time by sessions (autogroup), between which niceness counts for nothing.
_APART: dict[str, Any] = {"process_group": 0} if os.name == "posix" else {}

ENVIRONMENT = {
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

    def line(self) -> bytes:
        """The job as the process reads it."""

    def error(self, told: dict[str, Any]) -> Exception:
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

    path: str
    columns: str
    base: str
    question: Question
    seconds: float
    size: int

    @property
    def name(self) -> str:
        """The query's text."""
        return self.question.text

    def error(self, told: dict[str, Any]) -> KgraphError:
        """What the worker says went wrong, as one of our errors."""
        return _ERRORS[told["error"]](told["message"], self.question)

    def line(self) -> bytes:
        """The job as the worker reads it."""
        return (
            msgspec.json.encode(
                {
                    "path": self.path,
                    "columns": self.columns,
                    "base": self.base,
                    "prefixes": PREFIXES,
                    "text": self.question.text,
                    "types": self.question.types,
                    "formats": self.question.formats,
                }
            )
            + b"\n"
        )


QUERIES = (str(Path(query_worker.__file__)),)
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
        self._frames = query_worker.Heard()
        self._hearing: _Hearing | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._spent = False
        self._is_ready = False
        self._has_ended = False
        self._began = self._worked = 0.0

    @classmethod
    async def start(
        cls, memory: int, program: Sequence[str] = QUERIES, arguments: Sequence[str] = ()
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
            env={**ENVIRONMENT, **os.environ},
            **_APART,
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
        for letter, content in self._frames.add(data):
            if self._hearing is not None:
                self._hearing.add(letter, content)
            else:
                self._is_ready = True
        if self._is_heard:
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
    def fresh(self) -> bool:
        """Whether it can be asked."""
        is_busy = self._hearing is not None
        return not (is_busy or self._spent or self._has_ended or self._exited.done())

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.get_pid()

    async def ready(self) -> None:
        """Wait until it can begin: what it does before that counts for no job.

        Raises:
            RuntimeError: it ended instead.
        """
        while not self._is_ready:
            if self._has_ended:
                raise RuntimeError("a worker process ended before it was ready")
            await self._wait(None)

    def begin(self, job: Job) -> None:
        """Give it one job."""
        self._hearing = _Hearing(job)
        self._began, self._worked = self._clock(), 0.0
        pipe = self._process.get_pipe_transport(0)
        assert isinstance(pipe, asyncio.WriteTransport)
        pipe.write(job.line())

    async def heard(self, seconds: float) -> bool:
        """Wait for the whole answer, for so long; whether there is one, or an error.

        Args:
            seconds: that are waited at the most.
        """
        if not self._is_heard and seconds > 0:
            await self._wait(seconds)
        return self._is_heard

    def reply(self) -> Reply:
        """The whole answer.

        Raises:
            QueryTooLargeError: its answer or memory passed a limit.
            Exception: what :meth:`Job.error` makes of the process's words: of a query, that it
                is wrong, has no form that the client accepts, or that the store cannot be read.
        """
        hearing = self._hearing
        assert hearing is not None
        if hearing.outcome is None:
            raise QueryTooLargeError(
                "the query's process was stopped by the system: it needed more memory than its "
                f"limit of {self._memory >> 20} MB, or is nested too deeply: "
                "add a LIMIT, or group and sort less"
            )
        if hearing.is_whole:
            self._hearing = None
            self._spent |= hearing.is_last
        if isinstance(hearing.outcome, Exception):
            raise hearing.outcome
        return hearing.outcome

    @property
    def _is_heard(self) -> bool:
        return self._has_ended or self._hearing is None or self._hearing.outcome is not None

    async def _wait(self, seconds: float | None) -> None:
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

    def worked(self) -> float:
        """Seconds of CPU that the question has taken, up to the last look when the process has
        ended; where the system does not tell them, seconds since it was asked."""
        if not self._has_ended:
            self._worked = self._clock() - self._began
        return self._worked

    def _clock(self) -> float:
        if sys.platform != "linux":
            return time.monotonic()
        try:
            # The clock of a process's CPU time, as Linux numbers it (clock_getcpuclockid(3)).
            return time.clock_gettime(~self.pid << 3 | 2)
        except OSError:  # it has ended just now
            return self._began + self._worked

    def give_way(self, nice: int) -> None:
        """Let others go first from now on; it cannot be taken back, so it is asked no more.

        Args:
            nice: steps of niceness: 5 leave a third of another's time, 10 a tenth.
        """
        self._spent = True
        if sys.platform != "win32":
            with suppress(ProcessLookupError, PermissionError):
                os.setpriority(os.PRIO_PROCESS, self.pid, nice)

    def kill(self) -> None:
        """Stop it at once, whatever it does."""
        with suppress(ProcessLookupError):  # it has ended
            self._process.kill()

    async def gone(self) -> None:
        """Wait for its end."""
        await asyncio.shield(self._exited)


class _Hearing:
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
        self._body = Body()
        self._head: dict[str, Any] = {}
        self.outcome: Reply | Exception | None = None
        self.is_whole = self.is_last = False

    def add(self, letter: bytes, data: bytes) -> None:
        """Hear a frame; what comes behind an error of ours counts no more."""
        if self.outcome is not None:
            return
        if letter == b"d":
            self._add(data)
        elif letter == b"h":
            self._head = msgspec.json.decode(data)
        else:
            self.is_whole = True
            told = msgspec.json.decode(data)
            self.outcome = self._reply(told) if letter == b"z" else self._job.error(told)

    def _add(self, data: bytes) -> None:
        self._body.add(data)
        if self._body.size > self._job.size:
            self.outcome = QueryTooLargeError(
                f"the answer passed its limit of {self._job.size >> 20} MB: "
                "ask for less of it at a time with LIMIT and OFFSET"
            )

    def _reply(self, told: dict[str, Any]) -> Reply:
        self.is_last = told["spent"]
        body = self._body
        whole = body.whole() if body.size <= IN_MEMORY else body
        return Reply(self._head["kind"], self._head["type"], whole)


_WORDS = {"solutions": "solutions", "boolean": "a yes or no", "graph": "a graph"}

_ERRORS: dict[str, Callable[[str, Question], KgraphError]] = {
    "syntax": lambda message, question: explain(message, question.text),
    "failed": lambda message, _: QueryError(f"the query failed: {message}"),
    "store": lambda message, _: StoreError(message),
    "unacceptable": lambda kind, question: RequestError(
        406,
        f"the query gives {_WORDS[kind]}, which {', '.join(question.types.values())} cannot carry: "
        "accept another media type",
    ),
}
"""What a worker says went wrong -> the error that it is."""
