"""Who waits for a place, and for how long."""

import asyncio

import pytest

from kgraph.base.errors import QueryBusyError
from kgraph.server.workers.places import Lane, Place, Places


def test_places_are_given_in_the_order_in_which_they_were_asked_for():
    async def main():
        places, order = Places(1, 1), []

        async def ask(name):
            place = Place(places)
            await place.enter_fast()
            order.append(name)
            await asyncio.sleep(0)
            place.leave()

        await asyncio.gather(*(ask(name) for name in "abcde"))
        return order, places.fast.taken, places.fast.waiting

    assert asyncio.run(main()) == (list("abcde"), 0, 0)


def test_who_waits_for_too_long_is_refused_in_words():
    async def main():
        places = Places(1, 1, queue_s=0.01, slow_queue_s=0.01)
        first, second = Place(places), Place(places)
        await first.enter_fast()
        with pytest.raises(QueryBusyError) as fast:
            await second.enter_fast()
        await first.enter_slow(8)
        with pytest.raises(QueryBusyError) as slow:
            await second.enter_slow(8)
        return [(str(e.value), e.value.retry_after) for e in (fast, slow)], places.slow.waiting

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
        lane, full = Lane(1, 1), QueryBusyError("full", 1)
        await lane.take(1, full, full)
        waiting = asyncio.create_task(lane.take(60, full, full))
        await asyncio.sleep(0)
        with pytest.raises(QueryBusyError, match="full"):
            await lane.take(1, full, full)
        lane.free()
        await waiting
        return lane.taken, lane.waiting

    assert asyncio.run(main()) == (1, 0)


def test_nobody_moves_past_those_who_wait():
    async def main():
        places = Places(2, 1)
        slow, waits, moves = Place(places), Place(places), Place(places)
        await slow.enter_slow(30)
        waiting = asyncio.create_task(waits.enter_slow(30))
        await moves.enter_fast()
        await asyncio.sleep(0)
        slow.leave()
        past = await moves.move_to_slow(30)
        await waiting
        return past, moves.is_fast, places.slow.taken

    assert asyncio.run(main()) == (False, True, 1)
