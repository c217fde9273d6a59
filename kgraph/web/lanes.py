"""Who is asked when: a fast lane for every query's first second, a slow lane for the rest.

Takes :class:`kgraph.web.process.Job`, gives :class:`kgraph.web.question.Reply`. Worker
processes stand ready in the fast lane. A query that is at work for longer than a moment
moves to the slow lane: its process gives way to the others, and another takes its place. So
slow queries share what the fast ones leave, however many they are. A query that has once
been slow starts in the slow lane.

Invariants:
    * at most ``fast`` + ``slow`` processes are at work, and at most ``WAITING`` queries wait;
    * whoever leaves :meth:`Lanes.run` (answer, limit, error, cancelled since the client has
      gone) leaves no process at work behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from kgraph.errors import QueryBusyError, QueryTimeoutError
from kgraph.web.process import Job, Worker
from kgraph.web.question import Reply

MOMENT = 1.0
"""Seconds that a query may take in the fast lane."""

PRESSED = 0.25
"""The same while others wait."""

WAITING = 64
"""Queries that may wait for the fast lane; with answers of 10 ms, that is a fifth of a second."""

PATIENCE = 10.0
"""Seconds that a query waits for the fast lane before it is refused."""

REMEMBERED = 1024
"""Queries that are remembered as slow."""


class Limits(msgspec.Struct, frozen=True):
    """What queries may take.

    Attributes:
        seconds: how long one may be at work.
        size: bytes that an answer may have.
        memory: bytes of memory that one may take.
        fast: how many may be in the fast lane at once.
        slow: how many in the slow lane.
    """

    seconds: float = 30.0
    size: int = 64 << 20
    memory: int = 1 << 30
    fast: int = 4
    slow: int = 2


class Place:
    """A place in one of the lanes, for as long as a query is at work.

    Args:
        lanes: where.

    Attributes:
        is_fast: whether it is one in the fast lane.
    """

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._leave: Callable[[], None] = lambda: None
        self.is_fast = False

    async def enter_fast(self) -> None:
        """Wait for a place in the fast lane.

        Raises:
            QueryBusyError: too many wait, or it takes too long.
        """
        lanes = self._lanes
        if lanes.waiting >= WAITING:
            raise QueryBusyError(f"{WAITING} queries wait already: ask again in a second", 1)
        lanes.waiting += 1
        try:
            await asyncio.wait_for(lanes.fast.acquire(), PATIENCE)
        except TimeoutError as error:
            raise QueryBusyError(
                f"no process was free for {PATIENCE:g} s: ask again in some seconds", 5
            ) from error
        finally:
            lanes.waiting -= 1
        self._leave = lanes.fast.release
        self.is_fast = True

    def enter_slow(self) -> None:
        """Take a place in the slow lane, and give back the one in the fast lane.

        Raises:
            QueryBusyError: there is none.
        """
        slow = self._lanes.slow
        if slow.locked():
            seconds = self._lanes.limits.seconds
            raise QueryBusyError(
                "the query takes long, and as many such queries are at work as there is room "
                f"for: ask again in {seconds:g} s at the latest, or narrow it",
                max(1, round(seconds / 4)),
            )
        slow.take()
        self._leave()
        self._leave = slow.release
        self.is_fast = False

    def leave(self) -> None:
        """Make room for the next."""
        self._leave()
        self._leave = lambda: None


class Room:
    """So many places, which nobody waits for."""

    def __init__(self, places: int) -> None:
        self._free = places

    def locked(self) -> bool:
        """Whether all are taken."""
        return self._free <= 0

    def take(self) -> None:
        """Take one that is free."""
        self._free -= 1

    def release(self) -> None:
        """Give one back."""
        self._free += 1


class Lanes:
    """The worker processes, and the queries that wait for them.

    Args:
        limits: what queries may take.

    Attributes:
        waiting: how many queries wait for the fast lane.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.fast = asyncio.Semaphore(limits.fast)
        self.slow = Room(limits.slow)
        self.waiting = 0
        self._idle: list[Worker] = []
        self._workers: set[Worker] = set()
        self._known_slow: dict[str, None] = {}
        self._starting: set[asyncio.Task[None]] = set()

    async def run(self, job: Job) -> Reply:
        """Answer one question.

        Raises:
            QueryTimeoutError: it passed its limit of time.
            QueryBusyError: there is no room for it now.
            KgraphError: what :meth:`kgraph.web.process.Worker.ask` raises.
        """
        place = Place(self)
        try:
            if job.question.text in self._known_slow:
                place.enter_slow()
                return await self._work(job, place, moment=0.0)
            await place.enter_fast()
            return await self._work(job, place, moment=MOMENT)
        finally:
            place.leave()

    async def _work(self, job: Job, place: Place, moment: float) -> Reply:
        worker = await self._worker()
        asking = asyncio.create_task(worker.ask(job))
        try:
            spent = await self._first(asking, min(moment, job.seconds))
            if not asking.done() and spent < job.seconds:
                self._grow_slow(job, place, worker)
                await asyncio.wait({asking}, timeout=job.seconds - spent)
            if not asking.done():
                raise QueryTimeoutError(
                    f"the query passed its limit of {job.seconds:g} s: "
                    "narrow it, or ask a server with a higher --timeout"
                )
            return asking.result()
        finally:
            self._put_back(worker, asking)

    async def _first(self, asking: asyncio.Task[Reply], moment: float) -> float:
        """Let a query have its moment, which is shorter while others wait; seconds that it had."""
        spent = 0.0
        while spent < moment and not asking.done() and not (spent and self.waiting):
            await asyncio.wait({asking}, timeout=min(PRESSED, moment - spent))
            spent += PRESSED
        return min(spent, moment)

    def _grow_slow(self, job: Job, place: Place, worker: Worker) -> None:
        if place.is_fast:
            self._known_slow[job.question.text] = None
            if len(self._known_slow) > REMEMBERED:
                del self._known_slow[next(iter(self._known_slow))]
            place.enter_slow()
        worker.slow_down()

    # -- processes -------------------------------------------------------------

    async def open(self) -> None:
        """Start the processes that stand ready."""
        await asyncio.gather(*(self._stand_by() for _ in range(self.limits.fast)))

    def close(self) -> None:
        """Stop every process."""
        for task in self._starting:
            task.cancel()
        for worker in self._workers:
            worker.kill()

    async def _worker(self) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.fresh:
                return worker
            self._workers.discard(worker)
        return await self._start()

    async def _start(self) -> Worker:
        worker = await Worker.start(self.limits.memory)
        self._workers.add(worker)
        return worker

    async def _stand_by(self) -> None:
        self._idle.append(await self._start())

    def _put_back(self, worker: Worker, asking: asyncio.Task[Reply]) -> None:
        """Keep a process that was heard out; stop any other, and start one in its place."""
        asking.cancel()
        if worker.fresh:
            self._idle.append(worker)
            return
        worker.kill()
        self._workers.discard(worker)
        if len(self._idle) + len(self._starting) < self.limits.fast:
            task = asyncio.create_task(self._stand_by())
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)
