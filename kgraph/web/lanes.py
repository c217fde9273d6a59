"""Who is asked when: a fast lane for every query's first second, a slow lane for the rest.

Takes :class:`kgraph.web.process.Job`, gives :class:`kgraph.web.question.Reply`. Worker
processes stand ready in the fast lane. A query that is at work for longer than a moment
moves to the slow lane: its process gives way to the others, and another takes its place. So
slow queries share what the fast ones leave, however many they are. A query that has once
been slow starts in the slow lane.

Invariants:
    * at most ``fast`` + ``slow`` processes are at work;
    * whoever leaves :meth:`Lanes.run` (answer, limit, error, cancelled since the client has
      gone) leaves no process at work behind.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from typing import Any

import msgspec

from kgraph.errors import QueryTimeoutError
from kgraph.web.places import Place, Places
from kgraph.web.process import QUERIES, Job, Worker
from kgraph.web.question import Reply

MOMENT = 1.0
"""Seconds of CPU that a query may take in the fast lane: on a machine that is busy with other
things a fast query takes its time, and is no slow one for that (up to four times as long)."""

PRESSED = 0.25
"""The same while others wait."""

LOOK = 0.1
"""Seconds between two looks at a query in the fast lane; one that is crowded then gives way."""

LATE, SLOW = 5, 10
"""Niceness of a query that is late in a crowded fast lane, and in the slow lane."""

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
        pressed: seconds of CPU that one may take in the fast lane while others wait.
    """

    seconds: float = 30.0
    size: int = 64 << 20
    memory: int = 512 << 20
    fast: int = 8
    slow: int = 2
    pressed: float = PRESSED


def at_once(queries: int = 0, **more: Any) -> Limits:
    """Limits by how many queries may be at work at once; a quarter of that in the slow lane.

    Args:
        queries: 0 for four a core.
        more: the rest of :class:`Limits`.
    """
    fast = queries or 4 * (os.cpu_count() or 1)
    return Limits(fast=fast, slow=max(1, fast // 4), **more)


class Lanes:
    """The worker processes, and the queries that wait for them.

    Args:
        limits: what queries may take.
        program: what the processes run (:mod:`kgraph.web.process`).
    """

    def __init__(self, limits: Limits, program: Sequence[str] = QUERIES) -> None:
        self._limits = limits
        self._program = program
        self._places = Places(limits.fast, limits.slow)
        self._idle: list[Worker] = []
        self._workers: set[Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._known_slow: dict[str, None] = {}

    async def run(self, job: Job) -> Reply:
        """Do one job.

        Raises:
            QueryTimeoutError: it passed its limit of time.
            QueryBusyError: there is no room for it now.
            KgraphError: what :meth:`kgraph.web.process.Worker.reply` raises.
        """
        place = Place(self._places)
        try:
            if job.name in self._known_slow:
                place.enter_slow(job.seconds)
            else:
                await place.enter_fast()
            worker = await self._worker()
            try:
                worker.begin(job)
                return await self._answer(job, place, worker)
            finally:
                place.leave()
                self._put_back(worker)
        finally:
            place.leave()

    async def _answer(self, job: Job, place: Place, worker: Worker) -> Reply:
        start = time.monotonic()
        is_heard = place.is_fast and await self._moment(worker, job.seconds)
        left = start + job.seconds - time.monotonic()
        if not is_heard and left > 0:
            if place.is_fast:
                self._remember(job)
                place.enter_slow(job.seconds)
            worker.give_way(SLOW)
            self._replenish()
            is_heard = await worker.heard(left)
        if not is_heard:
            raise QueryTimeoutError(
                f"the query passed its limit of {job.seconds:g} s: "
                "narrow it, or ask a server with a higher --timeout"
            )
        return worker.reply()

    async def _moment(self, worker: Worker, seconds: float) -> bool:
        """Let a query have its moment, which is short while others wait, or its whole time.

        Returns:
            Whether it was answered.
        """
        start = time.monotonic()
        while (passed := time.monotonic() - start) < seconds:
            moment = self._limits.pressed if self._places.waiting else MOMENT
            if max(worker.worked(), passed / 4) >= moment:
                return False
            if await worker.heard(min(LOOK, seconds - passed)):
                return True
            if self._places.crowded:
                worker.give_way(LATE)
        return False

    def _remember(self, job: Job) -> None:
        self._known_slow[job.name] = None
        if len(self._known_slow) > REMEMBERED:
            del self._known_slow[next(iter(self._known_slow))]

    # -- processes -------------------------------------------------------------

    async def open(self) -> None:
        """Start the processes that stand ready."""
        await asyncio.gather(*(self._stand_by() for _ in range(self._limits.fast)))

    async def close(self) -> None:
        """Stop every process, and wait for their ends."""
        await asyncio.gather(*self._starting)
        for worker in self._workers:
            worker.kill()
        await asyncio.gather(*(worker.gone() for worker in self._workers))

    async def _worker(self) -> Worker:
        worker = self._standing_by() or await self._start()
        try:
            await worker.ready()
        except BaseException:  # cancelled, since the client has gone, too
            self._drop(worker)
            raise
        return worker

    def _standing_by(self) -> Worker | None:
        while self._idle:
            worker = self._idle.pop()
            if worker.fresh:
                return worker
            self._workers.discard(worker)
        return None

    async def _start(self) -> Worker:
        worker = await Worker.start(self._limits.memory, self._program)
        self._workers.add(worker)
        return worker

    async def _stand_by(self) -> None:
        self._idle.append(await self._start())

    def _put_back(self, worker: Worker) -> None:
        """Keep a process that was heard out; stop any other, and start one in its place."""
        if worker.fresh and len(self._workers) <= self._wanted:
            self._idle.append(worker)
            return
        self._drop(worker)

    def _drop(self, worker: Worker) -> None:
        """Stop a process, and start one in its place if one is missing."""
        worker.kill()
        self._workers.discard(worker)
        self._replenish()

    def _replenish(self) -> None:
        """Start a process for each that is missing."""
        while len(self._workers) + len(self._starting) < self._wanted:
            task = asyncio.create_task(self._stand_by())
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    @property
    def _wanted(self) -> int:
        """How many processes there should be: what is slow is not there for others."""
        return self._limits.fast + self._places.slow_taken
