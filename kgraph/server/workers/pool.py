"""Worker pool with two queues: a fast one for the start of every query, a slow one for the rest.

A query first waits for a fast slot. When it has used :data:`FAST_CPU_S` of CPU time it moves to a
slow slot: its process gets a lower priority, and another takes its place. If no slow slot is
free, the process is stopped, and the query waits for a slow slot and starts again. A query that
was slow the last time waits for a slow slot at once. Slow queries thus share the time that fast
ones leave, however many there are. Wall time decides nothing but the timeout: on a loaded machine
a cheap query takes long and stays fast.

Invariants:
    * at most ``fast_slots`` + ``slow_slots`` processes run jobs;
    * no process keeps running a job after :meth:`WorkerPool.run` has returned, has raised an
      error, or was cancelled because the client has gone;
    * a query is recorded as slow only by its measured CPU time.
"""

from __future__ import annotations

import asyncio
import math
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from kgraph.base.errors import QueryBusyError
from kgraph.base.text import hex_digest
from kgraph.query.timeout import timeout_error
from kgraph.server.workers.messages import Reply
from kgraph.server.workers.process import QUERY_PROGRAM, Job, Worker

FAST_CPU_S = 1.0  #: CPU seconds of a query in a fast slot; one that takes more is slow
FAST_CPU_BUSY_S = 0.25  #: CPU seconds of a query in a fast slot while others are queued
CPU_POLL_S = 0.1  #: interval in which the CPU time of a query in a fast slot is read
NICE_SLOW = 10  #: niceness in a slow slot: leaves nine tenths of the time to others
MAX_KNOWN_SLOW = 1024  #: queries that are recorded as slow, by a digest of 16 bytes

MAX_QUEUED = 256  #: queries queued for a fast slot; each holds its text, of at most 256 KB
MAX_SLOW_QUEUED = 16  #: queries queued for a slow slot, which may be in use for a whole timeout

#: Seconds in the fast queue until a query is refused. Nobody knows yet whether it is cheap, and
#: fast slots are given back after a second of CPU time.
QUEUE_TIMEOUT_S = 30.0
SLOW_QUEUE_TIMEOUT_S = 10.0  #: seconds in the slow queue until a query is refused


class QueryLimits(msgspec.Struct, frozen=True):
    """Resource limits of queries."""

    timeout_s: float = 30.0  #: wall-clock seconds of one query
    max_reply_bytes: int = 64 << 20
    memory_bytes: int = 512 << 20  #: memory of one process
    fast_slots: int = 8
    slow_slots: int = 2
    fast_cpu_s: float = FAST_CPU_S  #: CPU seconds in a fast slot
    fast_cpu_busy_s: float = FAST_CPU_BUSY_S  #: CPU seconds in a fast slot while others wait
    queue_s: float = QUEUE_TIMEOUT_S  #: seconds in the fast queue
    slow_queue_s: float = SLOW_QUEUE_TIMEOUT_S  #: seconds in the slow queue


def limits_for(queries: int = 0, **limits: Any) -> QueryLimits:
    """Return limits for a number of concurrent queries: that many fast slots, a quarter slow.

    Args:
        queries: 0 for four a core.
        limits: other fields of :class:`QueryLimits`.
    """
    fast = queries or 4 * (os.cpu_count() or 1)
    return QueryLimits(fast_slots=fast, slow_slots=max(1, fast // 4), **limits)


class SlotQueue:
    """First-in, first-out queue for a number of slots."""

    def __init__(self, slots: int, max_queued: int, timeout_s: float) -> None:
        self._semaphore = asyncio.Semaphore(slots)
        self._max_queued = max_queued
        self.timeout_s = timeout_s
        self.in_use = 0
        self.queued = 0

    async def acquire(
        self, full: QueryBusyError, late: QueryBusyError, max_wait_s: float = math.inf
    ) -> None:
        """Take a slot, or queue for one.

        Args:
            full: raised if the queue is full.
            late: raised after the queue's timeout, or ``max_wait_s`` if that is less.
        """
        if self._semaphore.locked():
            if self.queued >= self._max_queued:
                raise full
            self.queued += 1
            try:
                async with asyncio.timeout(min(self.timeout_s, max_wait_s)):
                    await self._semaphore.acquire()
            except TimeoutError:
                raise late from None
            finally:
                self.queued -= 1
        else:
            await self._semaphore.acquire()  # at once
        self.in_use += 1

    @property
    def has_free_slot(self) -> bool:
        """Whether a slot is free and nobody is queued for it."""
        return not self._semaphore.locked()

    def release(self) -> None:
        """Give a slot back."""
        self._semaphore.release()
        self.in_use -= 1


class SlotLease:
    """The slot that one query holds: a fast one, a slow one, or none."""

    def __init__(self, fast: SlotQueue, slow: SlotQueue) -> None:
        self._fast = fast
        self._slow = slow
        self._held: SlotQueue | None = None

    @property
    def is_fast(self) -> bool:
        """Whether the slot is a fast one."""
        return self._held is self._fast

    async def acquire_fast(self) -> None:
        """Wait for a fast slot.

        Raises:
            QueryBusyError: the queue is full, or the wait took too long.
        """
        await self._fast.acquire(
            QueryBusyError(f"{MAX_QUEUED} queries are queued already: try again in a second", 1),
            QueryBusyError(
                f"no process was free for {self._fast.timeout_s:g} s: try again in some seconds", 5
            ),
        )
        self._held = self._fast

    async def acquire_slow(self, timeout_s: float) -> None:
        """Give back any slot, and wait for a slow one.

        Args:
            timeout_s: seconds after which a slow query ends, and frees its slot.

        Raises:
            QueryBusyError: the queue is full, or the wait took too long.
        """
        self.release()
        busy = QueryBusyError(
            "the query takes long, and all slots for such queries are in use: "
            f"try again within {timeout_s:g} s, or narrow it",
            max(1, round(timeout_s / 4)),
        )
        await self._slow.acquire(busy, busy, timeout_s)
        self._held = self._slow

    def release(self) -> None:
        """Give the slot back, if one is held."""
        if self._held is not None:
            self._held.release()
        self._held = None


class WorkerPool:
    """Worker processes, and the queues of jobs for them.

    Args:
        limits: resource limits of a job.
        program: arguments of the interpreter that run a worker.
        startup_arguments: returns further arguments of the program, at each start of one.
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
        self._fast = SlotQueue(limits.fast_slots, MAX_QUEUED, limits.queue_s)
        self._slow = SlotQueue(limits.slow_slots, MAX_SLOW_QUEUED, limits.slow_queue_s)
        self._idle: list[Worker] = []
        self._workers: set[Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._known_slow: dict[str, None] = {}

    async def run(self, job: Job) -> Reply:
        """Run one job.

        Raises:
            QueryTimeoutError: the job passed its timeout.
            QueryBusyError: no slot or process is free for it.
            KgraphError: the error that the process reported.
        """
        key = hex_digest(job.key, 32)
        lease = SlotLease(self._fast, self._slow)
        try:
            if key not in self._known_slow:
                await lease.acquire_fast()
                reply = await self._run_on_worker(job, key, lease)
                if reply is not None:
                    return reply
            await lease.acquire_slow(job.timeout_s)
            reply = await self._run_on_worker(job, key, lease)
            assert reply is not None
            return reply
        finally:
            lease.release()

    async def _run_on_worker(self, job: Job, key: str, lease: SlotLease) -> Reply | None:
        """Run a job; return None if it is slow and no slow slot is free."""
        worker = await self._acquire_worker()
        try:
            worker.send_job(job)
            start = time.monotonic()
            has_reply = lease.is_fast and await self._wait_in_fast_slot(worker, job.timeout_s)
            remaining_s = start + job.timeout_s - time.monotonic()
            if not has_reply and remaining_s > 0:
                if lease.is_fast:
                    if not self._slow.has_free_slot:
                        self._record_speed(key, worker.cpu_seconds(), has_reply)
                        return None
                    await lease.acquire_slow(job.timeout_s)
                worker.lower_priority(NICE_SLOW)
                self._replenish()
                has_reply = await worker.wait_reply(remaining_s)
            self._record_speed(key, worker.cpu_seconds(), has_reply)
            if not has_reply:
                raise timeout_error(
                    job.timeout_s, "narrow it, or use a server with a higher --timeout"
                )
            return worker.reply()
        finally:
            lease.release()
            self._return_worker(worker)

    async def _wait_in_fast_slot(self, worker: Worker, timeout_s: float) -> bool:
        """Wait until a query has a reply, has used its CPU time, or has passed its timeout."""
        start = time.monotonic()
        while (elapsed := time.monotonic() - start) < timeout_s:
            limits = self._limits
            limit = limits.fast_cpu_busy_s if self._fast.queued else limits.fast_cpu_s
            if worker.cpu_seconds() >= limit:
                return False
            if await worker.wait_reply(min(CPU_POLL_S, timeout_s - elapsed)):
                return True
        return False

    def _record_speed(self, key: str, cpu_s: float, is_answered: bool) -> None:
        if cpu_s >= self._limits.fast_cpu_s:
            self._known_slow.pop(key, None)
            self._known_slow[key] = None
            if len(self._known_slow) > MAX_KNOWN_SLOW:
                del self._known_slow[next(iter(self._known_slow))]
        elif is_answered:
            self._known_slow.pop(key, None)

    # -- processes -------------------------------------------------------------

    async def open(self) -> None:
        """Start the idle processes."""
        await asyncio.gather(*(self._add_idle_worker() for _ in range(self._limits.fast_slots)))

    async def warm_up(self, job: Job) -> None:
        """Run a job on each idle process, one at a time, so that each opens its files."""
        for worker in list(self._idle):
            if worker in self._idle and worker.is_usable:
                self._idle.remove(worker)
                try:
                    await worker.wait_ready()
                    worker.send_job(job)
                    if await worker.wait_reply(job.timeout_s):
                        worker.reply()
                finally:
                    self._return_worker(worker)

    async def close(self) -> None:
        """Kill every process, and wait until they have ended."""
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
                "no process could be started for the query: try again in some seconds", 5
            ) from error
        try:
            await worker.wait_ready()
        except BaseException:  # includes cancellation: the client has gone
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
        arguments = self._startup_arguments()
        worker = await Worker.start(self._limits.memory_bytes, self._program, arguments)
        self._workers.add(worker)
        return worker

    async def _add_idle_worker(self) -> None:
        self._idle.insert(0, await self._start_worker())  # last: used ones have their files open

    def _return_worker(self, worker: Worker) -> None:
        if worker.is_usable and len(self._workers) <= self._target_size:
            self._idle.append(worker)
        else:
            self._discard_worker(worker)

    def _discard_worker(self, worker: Worker) -> None:
        worker.kill()
        self._workers.discard(worker)
        self._replenish()

    def _replenish(self) -> None:
        """Start the processes that are missing."""
        while len(self._workers) + len(self._starting) < self._target_size:
            task = asyncio.create_task(self._add_idle_worker())
            self._starting.add(task)
            task.add_done_callback(self._handle_start_result)

    def _handle_start_result(self, task: asyncio.Task[None]) -> None:
        self._starting.discard(task)
        if not task.cancelled() and isinstance(task.exception(), OSError):
            # The next query tries again, or is refused.
            sys.stderr.write(f"kgraph: no process could be started: {task.exception()}\n")

    @property
    def _target_size(self) -> int:
        # Processes in slow slots are not available to others.
        return self._limits.fast_slots + self._slow.in_use
