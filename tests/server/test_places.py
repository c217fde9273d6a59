"""Who waits for a place, and for how long."""

import asyncio

import pytest

from kgraph.base.errors import QueryBusyError
from kgraph.server.workers.places import SlotLease, SlotQueue, Slots


def test_places_are_given_in_the_order_in_which_they_were_asked_for():
    async def main():
        places, order = Slots(1, 1), []

        async def ask(name):
            place = SlotLease(places)
            await place.acquire_fast()
            order.append(name)
            await asyncio.sleep(0)
            place.release()

        await asyncio.gather(*(ask(name) for name in "abcde"))
        return order, places.fast.in_use, places.fast.queued

    assert asyncio.run(main()) == (list("abcde"), 0, 0)


def test_who_waits_for_too_long_is_refused_in_words():
    async def main():
        places = Slots(1, 1, queue_s=0.01, slow_queue_s=0.01)
        first, second = SlotLease(places), SlotLease(places)
        await first.acquire_fast()
        with pytest.raises(QueryBusyError) as fast:
            await second.acquire_fast()
        await first.acquire_slow(8)
        with pytest.raises(QueryBusyError) as slow:
            await second.acquire_slow(8)
        return [(str(e.value), e.value.retry_after) for e in (fast, slow)], places.slow.queued

    assert asyncio.run(main()) == (
        [
            ("no process was free for 0.01 s: ask again in some seconds", 5),
            (
                "the query takes long, and as many such queries are at work as there is room "
                "for: ask again in 8 s at the latest, or narrow it",
                2,
            ),
        ],
        0,
    )


def test_only_so_many_wait():
    async def main():
        lane, full = SlotQueue(1, 1), QueryBusyError("full", 1)
        await lane.acquire(1, full, full)
        waiting = asyncio.create_task(lane.acquire(60, full, full))
        await asyncio.sleep(0)
        with pytest.raises(QueryBusyError, match="full"):
            await lane.acquire(1, full, full)
        lane.release()
        await waiting
        return lane.in_use, lane.queued

    assert asyncio.run(main()) == (1, 0)


def test_nobody_moves_past_those_who_wait():
    async def main():
        places = Slots(2, 1)
        slow, waits, moves = SlotLease(places), SlotLease(places), SlotLease(places)
        await slow.acquire_slow(30)
        waiting = asyncio.create_task(waits.acquire_slow(30))
        await moves.acquire_fast()
        await asyncio.sleep(0)
        slow.release()
        past = await moves.try_move_to_slow(30)
        await waiting
        return past, moves.is_fast, places.slow.in_use

    assert asyncio.run(main()) == (False, True, 1)
