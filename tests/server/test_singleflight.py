"""Single-flight: concurrent calls share one execution, as long as one of them waits."""

import asyncio

from kgraph.server.service import SingleFlight
from kgraph.server.workers.messages import Reply, SpooledBody


class Work:
    """Fake work that counts its starts and cancellations, and ends on demand."""

    def __init__(self, body=lambda: b"done", error=None):
        self.begun = self.stopped = 0
        self.end = asyncio.Event()
        self.body, self.error = body, error

    async def __call__(self):
        self.begun += 1
        try:
            await self.end.wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        if self.error:
            raise self.error
        return Reply("value", "text/plain", self.body())


async def asked(once, work, times, key="k"):
    """Start that many calls, which wait."""
    tasks = [asyncio.create_task(once.run(key, work)) for _ in range(times)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


def test_concurrent_calls_share_one_execution():
    async def main():
        once, work = SingleFlight(), Work()
        tasks = await asked(once, work, 3)
        other = await asked(once, work, 1, "other")
        work.end.set()
        bodies = [(await task).body for task in (*tasks, *other)]
        again = (await once.run("k", work)).body
        return work.begun, bodies, again

    assert asyncio.run(main()) == (3, [b"done"] * 4, b"done")


def test_an_error_reaches_every_caller():
    async def main():
        once, work = SingleFlight(), Work(error=ValueError("no"))
        tasks = await asked(once, work, 2)
        work.end.set()
        return work.begun, [repr(e) for e in await asyncio.gather(*tasks, return_exceptions=True)]

    assert asyncio.run(main()) == (1, ["ValueError('no')"] * 2)


def test_the_work_is_cancelled_with_the_last_caller():
    async def main():
        once, work = SingleFlight(), Work()
        first, second = await asked(once, work, 2)
        first.cancel()
        await asyncio.sleep(0.01)
        still = work.stopped
        second.cancel()
        await asyncio.sleep(0.01)
        third = await asked(once, work, 1)
        work.end.set()
        return still, work.stopped, work.begun, (await third[0]).body

    assert asyncio.run(main()) == (0, 1, 2, b"done")


def long():
    """A spooled reply, which can be read only once."""
    body = SpooledBody()
    body.append(b"long")
    return body


def test_a_spooled_reply_is_made_for_each_caller():
    async def main():
        once, work = SingleFlight(), Work(long)
        tasks = await asked(once, work, 2)
        work.end.set()
        return [(await task).body.read_all() for task in tasks], work.begun

    assert asyncio.run(main()) == ([b"long", b"long"], 2)


def test_a_call_just_after_a_cancellation_is_answered():
    async def main():
        once, work = SingleFlight(), Work()
        [first] = await asked(once, work, 1)
        first.cancel()
        await asyncio.sleep(0)  # one turn: the work is told to stop, and has not ended yet
        work.end.set()
        return (await once.run("k", work)).body, work.begun

    assert asyncio.run(main()) == (b"done", 2)
