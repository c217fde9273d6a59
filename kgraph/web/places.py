"""Places for queries at work: those of the fast lane are waited for, those of the slow are not.

Takes numbers of places, gives them out and takes them back; knows nothing of queries.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from kgraph.errors import QueryBusyError

WAITING = 64
"""Queries that may wait for the fast lane; with answers of 10 ms, that is a fifth of a second."""

PATIENCE = 10.0
"""Seconds that a query waits for the fast lane before it is refused."""


class Places:
    """The places of both lanes.

    Args:
        fast: how many there are in the fast lane.
        slow: how many in the slow lane.

    Attributes:
        waiting: queries that wait for the fast lane.
        slow_taken: places taken in the slow lane.
    """

    def __init__(self, fast: int, slow: int) -> None:
        self._fast = asyncio.Semaphore(fast)
        self._half = fast // 2
        self._fast_taken = 0
        self._slow = slow
        self.waiting = 0
        self.slow_taken = 0

    async def take_fast(self) -> None:
        """Wait for a place in the fast lane.

        Raises:
            QueryBusyError: too many wait, or it takes too long.
        """
        if not self._fast.locked():
            await self._fast.acquire()  # at once
            self._fast_taken += 1
            return
        if self.waiting >= WAITING:
            raise QueryBusyError(f"{WAITING} queries wait already: ask again in a second", 1)
        self.waiting += 1
        try:
            async with asyncio.timeout(PATIENCE):
                await self._fast.acquire()
            self._fast_taken += 1
        except TimeoutError as error:
            raise QueryBusyError(
                f"no process was free for {PATIENCE:g} s: ask again in some seconds", 5
            ) from error
        finally:
            self.waiting -= 1

    def free_fast(self) -> None:
        """Give back a place in the fast lane."""
        self._fast.release()
        self._fast_taken -= 1

    @property
    def crowded(self) -> bool:
        """Whether more than half of the fast lane's places are taken."""
        return self._fast_taken > self._half

    def take_slow(self, seconds: float) -> None:
        """Take a place in the slow lane.

        Args:
            seconds: after which there is one for sure.

        Raises:
            QueryBusyError: there is none.
        """
        if self.slow_taken >= self._slow:
            raise QueryBusyError(
                "the query takes long, and as many such queries are at work as there is room "
                f"for: ask again in {seconds:g} s at the latest, or narrow it",
                max(1, round(seconds / 4)),
            )
        self.slow_taken += 1

    def free_slow(self) -> None:
        """Give back a place in the slow lane."""
        self.slow_taken -= 1


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
        self._free, self.is_fast = self._places.free_fast, True

    def enter_slow(self, seconds: float) -> None:
        """Take a place in the slow lane, giving back any other (:meth:`Places.take_slow`)."""
        self._places.take_slow(seconds)
        self.leave()
        self._free = self._places.free_slow

    def leave(self) -> None:
        """Make room for the next; once."""
        if self._free is not None:
            self._free()
        self._free, self.is_fast = None, False
