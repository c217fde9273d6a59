"""Concurrency slots: order, timeouts and limits of their queues."""

import asyncio

import pytest

from kgraph.base.errors import QueryBusyError
from kgraph.server.workers.pool import SlotLease, SlotQueue


def make_queues(fast=1, slow=1, timeout_s=30.0):
    return SlotQueue(fast, 256, timeout_s), SlotQueue(slow, 16, timeout_s)


def test_slots_are_given_in_the_order_of_requests():
    async def main():
        queues, order = make_queues(), []

        async def request_slot(name):
            lease = SlotLease(*queues)
            await lease.acquire_fast()
            order.append(name)
            await asyncio.sleep(0)
            lease.release()

        await asyncio.gather(*(request_slot(name) for name in "abcde"))
        return order, queues[0].in_use, queues[0].queued

    assert asyncio.run(main()) == (list("abcde"), 0, 0)


def test_a_long_wait_is_refused_with_a_message():
    async def main():
        queues = make_queues(timeout_s=0.01)
        first, second = SlotLease(*queues), SlotLease(*queues)
        await first.acquire_fast()
        with pytest.raises(QueryBusyError) as fast:
            await second.acquire_fast()
        await first.acquire_slow(8)
        with pytest.raises(QueryBusyError) as slow:
            await second.acquire_slow(8)
        return [(str(e.value), e.value.retry_after) for e in (fast, slow)], queues[1].queued

    assert asyncio.run(main()) == (
        [
            ("no process was free for 0.01 s: try again in some seconds", 5),
            (
                "the query takes long, and all slots for such queries are in use: "
                "try again within 8 s, or narrow it",
                2,
            ),
        ],
        0,
    )


def test_the_queue_is_bounded():
    async def main():
        queue, full = SlotQueue(1, 1, 60), QueryBusyError("full", 1)
        await queue.acquire(full, full)
        waiting = asyncio.create_task(queue.acquire(full, full))
        await asyncio.sleep(0)
        with pytest.raises(QueryBusyError, match="full"):
            await queue.acquire(full, full)
        queue.release()
        await waiting
        return queue.in_use, queue.queued

    assert asyncio.run(main()) == (1, 0)


def test_a_query_does_not_overtake_the_slow_queue():
    async def main():
        queues = make_queues(fast=2)
        slow, queued, mover = SlotLease(*queues), SlotLease(*queues), SlotLease(*queues)
        await slow.acquire_slow(30)
        waiting = asyncio.create_task(queued.acquire_slow(30))
        await mover.acquire_fast()
        await asyncio.sleep(0)
        slow.release()
        is_free = queues[1].has_free_slot
        await waiting
        return is_free, mover.is_fast, queues[1].in_use

    assert asyncio.run(main()) == (False, True, 1)
