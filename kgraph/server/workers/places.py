"""Places for queries at work, given out in the order in which they were asked for.

Takes numbers of places, gives them out and takes them back; knows nothing of queries.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kgraph.base.errors import QueryBusyError

MAX_QUEUED = 256
"""Queries that may wait for the fast lane; each holds its text, of at most 256 KB."""

MAX_SLOW_QUEUED = 16
"""Queries that may wait for the slow lane, where a place may be taken for a query's whole time."""

QUEUE_TIMEOUT_S = 30.0
"""Seconds that a query waits for the fast lane before it is refused: nobody knows yet whether it is
a light one, and others leave the lane after a moment of CPU time."""

SLOW_QUEUE_TIMEOUT_S = 10.0
"""Seconds that a slow query waits for the slow lane before it is refused."""


class SlotQueue:
    """Places of one kind.

    Args:
        places: how many there are.
        max_waiting: how many may be waited for.

    Attributes:
        taken: places taken.
        waiting: queries that wait for one.
    """

    def __init__(self, slots: int, max_queued: int) -> None:
        self._semaphore = asyncio.Semaphore(slots)
        self._max_queued = max_queued
        self.in_use = 0
        self.queued = 0

    async def acquire(self, seconds: float, full: QueryBusyError, late: QueryBusyError) -> None:
        """Take a place, or wait for one.

        Args:
            seconds: how long is waited.
            full: raised when too many wait.
            late: raised when it takes too long.

        Raises:
            QueryBusyError: one of these.
        """
        if self._semaphore.locked():
            if self.queued >= self._max_queued:
                raise full
            self.queued += 1
            try:
                async with asyncio.timeout(seconds):
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
        """Whether a place can be taken at once, and nobody waits for it."""
        return not self._semaphore.locked()

    def release(self) -> None:
        """Give a place back."""
        self._semaphore.release()
        self.in_use -= 1


class Slots:
    """The places of both lanes.

    Args:
        fast: how many there are in the fast lane.
        slow: how many in the slow lane.
        queue_s: seconds that a query waits for the fast lane.
        slow_queue_s: seconds that one waits for the slow lane.
    """

    def __init__(
        self,
        fast: int,
        slow: int,
        queue_s: float = QUEUE_TIMEOUT_S,
        slow_queue_s: float = SLOW_QUEUE_TIMEOUT_S,
    ) -> None:
        self.fast = SlotQueue(fast, MAX_QUEUED)
        self.slow = SlotQueue(slow, MAX_SLOW_QUEUED)
        self._queue_s = queue_s
        self._slow_queue_s = slow_queue_s

    async def acquire_fast(self) -> None:
        """Wait for a place in the fast lane.

        Raises:
            QueryBusyError: too many wait, or it takes too long.
        """
        await self.fast.acquire(
            self._queue_s,
            QueryBusyError(f"{MAX_QUEUED} queries wait already: ask again in a second", 1),
            QueryBusyError(
                f"no process was free for {self._queue_s:g} s: ask again in some seconds", 5
            ),
        )

    async def acquire_slow(self, seconds: float) -> None:
        """Wait for a place in the slow lane.

        Args:
            seconds: after which one is free for sure.

        Raises:
            QueryBusyError: too many wait, or it takes too long.
        """
        busy = QueryBusyError(
            "the query takes long, and as many such queries are at work as there is room "
            f"for: ask again in {seconds:g} s at the latest, or narrow it",
            max(1, round(seconds / 4)),
        )
        await self.slow.acquire(min(self._slow_queue_s, seconds), busy, busy)


class SlotLease:
    """What one query holds: a place in one lane, or none.

    Args:
        places: where.

    Attributes:
        is_fast: whether it is in the fast lane.
    """

    def __init__(self, places: Slots) -> None:
        self._slots = places
        self._release: Callable[[], None] | None = None
        self.is_fast = False

    async def acquire_fast(self) -> None:
        """Wait for a place in the fast lane (:meth:`Places.acquire_fast`)."""
        await self._slots.acquire_fast()
        self._release, self.is_fast = self._slots.fast.release, True

    async def acquire_slow(self, seconds: float) -> None:
        """Give back any place, and wait for one in the slow lane (:meth:`Places.acquire_slow`)."""
        self.release()
        await self._slots.acquire_slow(seconds)
        self._release = self._slots.slow.release

    async def try_move_to_slow(self, seconds: float) -> bool:
        """Move to the slow lane, if there is a place now.

        Args:
            seconds: after which one is free for sure.

        Returns:
            Whether there was one.
        """
        if self._slots.slow.has_free_slot:
            await self.acquire_slow(seconds)
            return True
        return False

    def release(self) -> None:
        """Make room for the next; once."""
        if self._release is not None:
            self._release()
        self._release, self.is_fast = None, False
