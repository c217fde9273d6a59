"""One worker process, seen from the server: started, asked, slowed down, stopped.

Takes a :class:`Job` (a query is a :class:`QueryJob`), gives a
:class:`kgraph.web.question.Reply`, or raises what the worker tells
(:mod:`kgraph.web.worker` says how the two speak).

Invariant: a process is asked one thing at a time, and one that was not heard out to the end
is killed: nothing that it may still say can be taken for the answer to something else.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import msgspec

from kgraph.errors import (
    KgraphError,
    QueryError,
    QueryTooLargeError,
    RequestError,
    StoreError,
)
from kgraph.ontology import PREFIXES
from kgraph.query.text import explain
from kgraph.web import worker
from kgraph.web.question import IN_MEMORY, Body, Question, Reply

# Ctrl-C is the server's to hear. A session of its own would do too, but Linux shares out its
# time by sessions (autogroup), between which niceness counts for nothing.
_APART: dict[str, Any] = {"process_group": 0} if os.name == "posix" else {}

TUNABLES = "glibc.malloc.hugetlb=1:glibc.malloc.tcache_count=2000"
"""How glibc shares out a process's memory: in large pages, and what a query freed kept at hand.
The engine takes and frees small pieces by the thousand: a tenth to a third of a query's time.
Other systems do not look at it."""


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
        base: base of the graph's IRIs.
        question: what is asked.
        seconds: the query's limit of time.
        size: the limit of the answer's bytes.
    """

    path: str
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
                    "base": self.base,
                    "prefixes": PREFIXES,
                    "text": self.question.text,
                    "types": self.question.types,
                    "formats": self.question.formats,
                }
            )
            + b"\n"
        )


QUERIES = (str(Path(worker.__file__)),)
"""The program that answers queries."""


class Worker:
    """A process that answers, one job after another.

    Args:
        process: one that was started.
        memory: bytes that it may take, for words about it.
    """

    def __init__(self, process: Process, memory: int) -> None:
        self._process = process
        self._memory = memory
        self._busy = False
        self._spent = False
        self._is_ready = False
        self._began = 0.0

    @classmethod
    async def start(cls, memory: int, program: Sequence[str] = QUERIES) -> Worker:
        """Start one.

        Args:
            memory: bytes that it may take.
            program: arguments of the interpreter that run it.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # its folder holds modules that are named like the standard library's
            *program,
            str(memory),
            str(os.getpid()),
            stdin=PIPE,
            stdout=PIPE,
            limit=4 * worker.CHUNK,
            env={"GLIBC_TUNABLES": TUNABLES, **os.environ},
            **_APART,
        )
        return cls(process, memory)

    @property
    def fresh(self) -> bool:
        """Whether it can be asked."""
        return not (self._busy or self._spent or self._process.returncode is not None)

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    async def ready(self) -> None:
        """Wait until it can begin: what it does before that counts for no job.

        Raises:
            RuntimeError: it ended instead.
        """
        if not self._is_ready:
            try:
                await self._frame()
            except asyncio.IncompleteReadError as error:
                raise RuntimeError("a worker process ended before it was ready") from error
            self._is_ready = True

    async def ask(self, job: Job) -> Reply:
        """Give it one job and hear the whole answer.

        Raises:
            QueryTooLargeError: its answer or memory passed a limit.
            Exception: what :meth:`Job.error` makes of the process's words: of a query, that it
                is wrong, has no form that the client accepts, or that the store cannot be read.
        """
        assert self._process.stdin is not None
        self._busy = True
        self._began = self._clock()
        try:
            with suppress(ConnectionError):  # its end is heard where it is read
                self._process.stdin.write(job.line())
                await self._process.stdin.drain()
            reply = await self._hear(job)
        except asyncio.IncompleteReadError as error:
            await self.gone()
            raise QueryTooLargeError(
                "the query's process was stopped by the system: it needed more memory than its "
                f"limit of {self._memory >> 20} MB, or is nested too deeply: "
                "add a LIMIT, or group and sort less"
            ) from error
        self._busy = False
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def _hear(self, job: Job) -> Reply | Exception:
        body = Body()
        head: dict[str, Any] = {}
        while True:
            letter, data = await self._frame()
            if letter == b"d":
                body.add(data)
                if body.size > job.size:
                    raise QueryTooLargeError(
                        f"the answer passed its limit of {job.size >> 20} MB: "
                        "ask for less of it at a time with LIMIT and OFFSET"
                    )
            elif letter == b"h":
                head = msgspec.json.decode(data)
            elif letter == b"z":
                self._spent = msgspec.json.decode(data)["spent"]
                whole = body.whole() if body.size <= IN_MEMORY else body
                return Reply(head["kind"], head["type"], whole)
            else:
                return job.error(msgspec.json.decode(data))

    async def _frame(self) -> tuple[bytes, bytes]:
        assert self._process.stdout is not None
        header = await self._process.stdout.readexactly(worker.HEADER.size)
        letter, length = worker.HEADER.unpack(header)
        return letter, await self._process.stdout.readexactly(length)

    def worked(self) -> float:
        """Seconds of CPU that the question has taken; where that is not told, seconds since."""
        return self._clock() - self._began

    def _clock(self) -> float:
        try:
            # The clock of a process's CPU time, as Linux numbers it (clock_getcpuclockid(3)).
            return time.clock_gettime(~self.pid << 3 | 2)
        except (OSError, AttributeError):  # it has ended, or the system numbers them otherwise
            return time.monotonic()

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
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def gone(self) -> None:
        """Wait for its end."""
        await self._process.wait()


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
