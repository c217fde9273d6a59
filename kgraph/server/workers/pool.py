"""Who is asked when: a fast lane for every query's first moment, a slow lane for the rest.

Takes :class:`kgraph.server.workers.process.Job`, gives :class:`kgraph.server.workers.messages.Reply`. Worker
processes stand ready in the fast lane. A query that has taken more than a moment of CPU time
moves to the slow lane: its process gives way to the others, and another takes its place. Where
the slow lane is full it is stopped, waits for a place there, and begins anew. So slow queries
share what the fast ones leave, however many they are. A query that took a second of CPU time
the last time waits for the slow lane at once. Time of the clock decides nothing but the query's
limit: on a machine that is busy with other things a light query takes long, and is light.

Invariants:
    * at most ``fast`` + ``slow`` processes are at work;
    * whoever leaves :meth:`Lanes.run` (answer, limit, error, cancelled since the client has
      gone) leaves no process at work behind;
    * a query is remembered as slow only by the CPU time that it was measured to take.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from kgraph.base.errors import QueryBusyError, QueryTimeoutError
from kgraph.base.text import hex_digest
from kgraph.server.workers.messages import Reply
from kgraph.server.workers.places import QUEUE_TIMEOUT_S, SLOW_QUEUE_TIMEOUT_S, SlotLease, Slots
from kgraph.server.workers.process import QUERY_PROGRAM, Job, Worker

FAST_CPU_S = 1.0
"""Seconds of CPU that a query may take in the fast lane; one that takes more is slow."""

FAST_CPU_BUSY_S = 0.25
"""The same while others wait."""

CPU_POLL_S = 0.1
"""Seconds between two looks at a query in the fast lane."""

NICE_SLOW = 10
"""Niceness of a query in the slow lane: it leaves nine tenths of the time to others."""

MAX_KNOWN_SLOW = 1024
"""Queries that are remembered as slow, by a digest of 16 bytes."""


class QueryLimits(msgspec.Struct, frozen=True):
    """What queries may take.

    Attributes:
        seconds: how long one may be at work.
        size: bytes that an answer may have.
        memory: bytes of memory that one may take.
        fast: how many may be in the fast lane at once.
        slow: how many in the slow lane.
        moment: seconds of CPU that one may take in the fast lane.
        pressed: the same while others wait.
        queue_s: seconds that one waits for the fast lane.
        slow_queue_s: seconds that one waits for the slow lane.
    """

    seconds: float = 30.0
    size: int = 64 << 20
    memory: int = 512 << 20
    fast_slots: int = 8
    slow_slots: int = 2
    fast_cpu_s: float = FAST_CPU_S
    fast_cpu_busy_s: float = FAST_CPU_BUSY_S
    queue_s: float = QUEUE_TIMEOUT_S
    slow_queue_s: float = SLOW_QUEUE_TIMEOUT_S


def limits_for(queries: int = 0, **more: Any) -> QueryLimits:
    """Limits by how many queries may be at work at once; a quarter of that in the slow lane.

    Args:
        queries: 0 for four a core.
        more: the rest of :class:`QueryLimits`.
    """
    fast = queries or 4 * (os.cpu_count() or 1)
    return QueryLimits(fast_slots=fast, slow_slots=max(1, fast // 4), **more)


class WorkerPool:
    """The worker processes, and the queries that wait for them.

    Args:
        limits: what queries may take.
        program: what the processes run (:mod:`kgraph.server.workers.process`).
        graph: gives what a process is told at its start, so that it is ready for the graph.
    """

    def __init__(
        self,
        limits: QueryLimits,
        program: Sequence[str] = QUERY_PROGRAM,
        startup_arguments: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._limits = limits
        self._program = program
        self._startup_arguments = startup_arguments
        self._slots = Slots(
            limits.fast_slots, limits.slow_slots, limits.queue_s, limits.slow_queue_s
        )
        self._idle: list[Worker] = []
        self._workers: set[Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._known_slow: dict[str, None] = {}

    async def run(self, job: Job) -> Reply:
        """Do one job.

        Raises:
            QueryTimeoutError: it passed its limit of time.
            QueryBusyError: there is no room for it now.
            KgraphError: what :meth:`kgraph.server.workers.process.Worker.reply` raises.
        """
        key = hex_digest(job.name, 32)
        place = SlotLease(self._slots)
        try:
            if key not in self._known_slow:
                await place.acquire_fast()
                reply = await self._run_on_worker(job, key, place)
                if reply is not None:
                    return reply
            await place.acquire_slow(job.seconds)
            reply = await self._run_on_worker(job, key, place)
            assert reply is not None
            return reply
        finally:
            place.release()

    async def _run_on_worker(self, job: Job, key: str, place: SlotLease) -> Reply | None:
        """Let a process do a job, in the lane in which it has a place.

        Returns:
            The answer; None where it is slow and the slow lane is full.
        """
        worker = await self._acquire_worker()
        try:
            worker.send_job(job)
            start = time.monotonic()
            is_heard = place.is_fast and await self._wait_in_fast_queue(worker, job.seconds)
            left = start + job.seconds - time.monotonic()
            if not is_heard and left > 0:
                if place.is_fast and not await place.try_move_to_slow(job.seconds):
                    self._record_speed(key, worker.cpu_seconds(), is_heard)
                    return None
                worker.lower_priority(NICE_SLOW)
                self._replenish()
                is_heard = await worker.wait_reply(left)
            self._record_speed(key, worker.cpu_seconds(), is_heard)
            if not is_heard:
                raise QueryTimeoutError(
                    f"the query passed its limit of {job.seconds:g} s: "
                    "narrow it, or ask a server with a higher --timeout"
                )
            return worker.reply()
        finally:
            place.release()
            self._return_worker(worker)

    async def _wait_in_fast_queue(self, worker: Worker, seconds: float) -> bool:
        """Let a query have its moment, which is short while others wait, or its whole time.

        Returns:
            Whether it was answered.
        """
        start = time.monotonic()
        while (passed := time.monotonic() - start) < seconds:
            is_pressed = self._slots.fast.queued > 0
            if worker.cpu_seconds() >= (
                self._limits.fast_cpu_busy_s if is_pressed else self._limits.fast_cpu_s
            ):
                return False
            if await worker.wait_reply(min(CPU_POLL_S, seconds - passed)):
                return True
        return False

    def _record_speed(self, key: str, cpu_s: float, is_answered: bool) -> None:
        """Note whether a query is slow, by the CPU time that it took.

        Args:
            key: of the query.
            cpu_s: seconds of CPU until now.
            is_answered: whether that is all that it takes.
        """
        if cpu_s >= self._limits.fast_cpu_s:
            self._known_slow.pop(key, None)
            self._known_slow[key] = None
            if len(self._known_slow) > MAX_KNOWN_SLOW:
                del self._known_slow[next(iter(self._known_slow))]
        elif is_answered:
            self._known_slow.pop(key, None)

    # -- processes -------------------------------------------------------------

    async def open(self) -> None:
        """Start the processes that stand ready."""
        await asyncio.gather(*(self._add_idle_worker() for _ in range(self._limits.fast_slots)))

    async def warm_up(self, job: Job) -> None:
        """Let each process that stands ready do a job, one after the other, so that it has opened
        what the next ones need."""
        for worker in list(self._idle):
            if worker in self._idle and worker.is_usable:
                self._idle.remove(worker)
                try:
                    await worker.wait_ready()
                    worker.send_job(job)
                    if await worker.wait_reply(job.seconds):
                        worker.reply()
                finally:
                    self._return_worker(worker)

    async def close(self) -> None:
        """Stop every process, and wait for their ends."""
        await asyncio.gather(*self._starting, return_exceptions=True)
        for worker in self._workers:
            worker.kill()
        await asyncio.gather(*(worker.wait_exit() for worker in self._workers))

    async def _acquire_worker(self) -> Worker:
        try:
            worker = self._pop_idle() or await self._start_worker()
        except OSError as error:
            sys.stderr.write(f"kgraph: no process could be started: {error}\n")
            raise QueryBusyError(
                "no process could be started for the query: ask again in some seconds", 5
            ) from error
        try:
            await worker.wait_ready()
        except BaseException:  # cancelled, since the client has gone, too
            self._discard_worker(worker)
            raise
        return worker

    def _pop_idle(self) -> Worker | None:
        while self._idle:
            worker = self._idle.pop()
            if worker.is_usable:
                return worker
            self._workers.discard(worker)
        return None

    async def _start_worker(self) -> Worker:
        worker = await Worker.start(self._limits.memory, self._program, self._startup_arguments())
        self._workers.add(worker)
        return worker

    async def _add_idle_worker(self) -> None:
        self._idle.insert(0, await self._start_worker())  # those that have answered go first

    def _return_worker(self, worker: Worker) -> None:
        """Keep a process that was heard out; stop any other, and start one in its place."""
        if worker.is_usable and len(self._workers) <= self._target_size:
            self._idle.append(worker)
            return
        self._discard_worker(worker)

    def _discard_worker(self, worker: Worker) -> None:
        """Stop a process, and start one in its place if one is missing."""
        worker.kill()
        self._workers.discard(worker)
        self._replenish()

    def _replenish(self) -> None:
        """Start a process for each that is missing."""
        while len(self._workers) + len(self._starting) < self._target_size:
            task = asyncio.create_task(self._add_idle_worker())
            self._starting.add(task)
            task.add_done_callback(self._handle_start_result)

    def _handle_start_result(self, task: asyncio.Task[None]) -> None:
        self._starting.discard(task)
        if not task.cancelled() and isinstance(task.exception(), OSError):
            # The next query that wants one starts it, or is refused.
            sys.stderr.write(f"kgraph: no process could be started: {task.exception()}\n")

    @property
    def _target_size(self) -> int:
        """How many processes there should be: what is slow is not there for others."""
        return self._limits.fast_slots + self._slots.slow.in_use
