"""Single-flight: concurrent calls with one key share one execution.

The execution runs as long as a caller waits for it, and is cancelled when the last one goes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from kgraph.server.workers.messages import Reply

Work = Callable[[], Coroutine[Any, Any, Reply]]


class _Flight:
    """One execution and the callers that wait for it.

    Callers are woken in the turn of the event loop in which the work ends; `asyncio.shield`
    would take one more.
    """

    def __init__(self, work: Work) -> None:
        self._waiters: set[asyncio.Future[Reply]] = set()
        self.task = asyncio.ensure_future(self._run(work))
        self.is_body_claimed = False

    async def _run(self, work: Work) -> None:
        try:
            reply = await work()
        except Exception as error:
            for waiter in self._pending_waiters():
                waiter.set_exception(error)
        except asyncio.CancelledError:
            for waiter in self._pending_waiters():
                waiter.cancel()
            raise
        else:
            for waiter in self._pending_waiters():
                waiter.set_result(reply)

    def _pending_waiters(self) -> list[asyncio.Future[Reply]]:
        return [waiter for waiter in self._waiters if not waiter.done()]

    async def wait_reply(self) -> Reply:
        waiter: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            return await waiter
        finally:
            self._waiters.remove(waiter)
            if not self._waiters and not self.task.done():
                self.task.cancel()


class SingleFlight:
    """Executions in progress, by key."""

    def __init__(self) -> None:
        self._flights: dict[str, _Flight] = {}

    async def run(self, key: str, work: Work) -> Reply:
        """Join the execution of a key, or start it.

        Raises:
            KgraphError: raised by the work.
        """
        flight = self._flights.get(key)
        # A cancelled task may not have ended yet: a new caller must not share its end.
        if flight is None or flight.task.done() or flight.task.cancelling():
            flight = self._flights[key] = _Flight(work)
            flight.task.add_done_callback(lambda _: self._forget(key))
        reply = await flight.wait_reply()
        if isinstance(reply.body, bytes):
            return reply
        if flight.is_body_claimed:  # a spooled body can be read only once
            return await work()
        flight.is_body_claimed = True
        return reply

    def _forget(self, key: str) -> None:
        flight = self._flights.get(key)
        if flight is not None and flight.task.done():
            del self._flights[key]
