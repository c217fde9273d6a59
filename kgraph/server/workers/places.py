"""Places for queries at work, given out in the order in which they were asked for.

Takes numbers of places, gives them out and takes them back; knows nothing of queries.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kgraph.base.errors import QueryBusyError

MAX_WAITING = 256
"""Queries that may wait for the fast lane; each holds its text, of at most 256 KB."""

MAX_SLOW_WAITING = 16
"""Queries that may wait for the slow lane, where a place may be taken for a query's whole time."""

QUEUE_TIMEOUT_S = 30.0
"""Seconds that a query waits for the fast lane before it is refused: nobody knows yet whether it is
a light one, and others leave the lane after a moment of CPU time."""

SLOW_QUEUE_TIMEOUT_S = 10.0
"""Seconds that a slow query waits for the slow lane before it is refused."""


class Lane:
    """Places of one kind.

    Args:
        places: how many there are.
        max_waiting: how many may be waited for.

    Attributes:
        taken: places taken.
        waiting: queries that wait for one.
    """

    def __init__(self, places: int, max_waiting: int) -> None:
        self._free = asyncio.Semaphore(places)
        self._max_waiting = max_waiting
        self.taken = 0
        self.waiting = 0

    async def take(self, seconds: float, full: QueryBusyError, late: QueryBusyError) -> None:
        """Take a place, or wait for one.

        Args:
            seconds: how long is waited.
            full: raised when too many wait.
            late: raised when it takes too long.

        Raises:
            QueryBusyError: one of these.
        """
        if self._free.locked():
            if self.waiting >= self._max_waiting:
                raise full
            self.waiting += 1
            try:
                async with asyncio.timeout(seconds):
                    await self._free.acquire()
            except TimeoutError:
                raise late from None
            finally:
                self.waiting -= 1
        else:
            await self._free.acquire()  # at once
        self.taken += 1

    @property
    def has_room(self) -> bool:
        """Whether a place can be taken at once, and nobody waits for it."""
        return not self._free.locked()

    def free(self) -> None:
        """Give a place back."""
        self._free.release()
        self.taken -= 1


class Places:
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
        self.fast = Lane(fast, MAX_WAITING)
        self.slow = Lane(slow, MAX_SLOW_WAITING)
        self._queue_s = queue_s
        self._slow_queue_s = slow_queue_s

    async def take_fast(self) -> None:
        """Wait for a place in the fast lane.

        Raises:
            QueryBusyError: too many wait, or it takes too long.
        """
        await self.fast.take(
            self._queue_s,
            QueryBusyError(f"{MAX_WAITING} queries wait already: ask again in a second", 1),
            QueryBusyError(
                f"no process was free for {self._queue_s:g} s: ask again in some seconds", 5
            ),
        )

    async def take_slow(self, seconds: float) -> None:
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
        await self.slow.take(min(self._slow_queue_s, seconds), busy, busy)


class Place:
    """What one query holds: a place in one lane, or none.

    Args:
        places: where.

    Attributes:
        is_fast: whether it is in the fast lane.
    """

    def __init__(self, places: Places) -> None:
        self._places = places
        self._free: Callable[[], None] | None = None
        self.is_fast = False

    async def enter_fast(self) -> None:
        """Wait for a place in the fast lane (:meth:`Places.take_fast`)."""
        await self._places.take_fast()
        self._free, self.is_fast = self._places.fast.free, True

    async def enter_slow(self, seconds: float) -> None:
        """Give back any place, and wait for one in the slow lane (:meth:`Places.take_slow`)."""
        self.leave()
        await self._places.take_slow(seconds)
        self._free = self._places.slow.free

    async def move_to_slow(self, seconds: float) -> bool:
        """Move to the slow lane, if there is a place now.

        Args:
            seconds: after which one is free for sure.

        Returns:
            Whether there was one.
        """
        if self._places.slow.has_room:
            await self.enter_slow(seconds)
            return True
        return False

    def leave(self) -> None:
        """Make room for the next; once."""
        if self._free is not None:
            self._free()
        self._free, self.is_fast = None, False
