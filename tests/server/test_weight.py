"""Measured CPU time alone decides whether a query is slow."""

import asyncio
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from kgraph.base.errors import QueryBusyError, QueryTimeoutError
from kgraph.server.workers import pool
from kgraph.server.workers.messages import Reply
from kgraph.server.workers.pool import NICE_SLOW, QueryLimits, WorkerPool

LIGHT = Reply("value", "text/plain", b"done")


@dataclass
class Job:
    """A job: CPU time at each poll of the server, and the poll at which it has a reply."""

    key: str
    cpu: list = field(default_factory=lambda: [0.0])
    answered_at: int = 10**9
    timeout_s: float = 30.0
    runs: int = 0


class Worker:
    """A fake process that takes the time that its job names."""

    all: ClassVar[list] = []

    def __init__(self):
        self.job, self.polls, self.nice, self.dead = None, 0, 0, False
        Worker.all.append(self)

    @classmethod
    async def start(cls, *_):
        return cls()

    async def wait_ready(self):
        pass

    @property
    def is_usable(self):
        return self.job is None and not self.dead and not self.nice

    def send_job(self, job):
        self.job, self.polls = job, 0
        job.runs += 1

    def cpu_seconds(self):
        return self.job.cpu[min(self.polls, len(self.job.cpu) - 1)] if self.job else 0.0

    async def wait_reply(self, timeout_s):
        if timeout_s > 1:  # waits for the end, in a slow slot
            while self.polls < min(self.job.answered_at, 1000):
                self.polls += 1
                await asyncio.sleep(0)
            return self.polls >= self.job.answered_at
        await asyncio.sleep(0)
        self.polls += 1
        return self.polls >= self.job.answered_at

    def reply(self):
        self.job = None
        return LIGHT

    def lower_priority(self, nice):
        self.nice = nice

    def kill(self):
        self.dead = True

    async def wait_exit(self):
        pass


@pytest.fixture
def workers(monkeypatch):
    monkeypatch.setattr(pool, "Worker", Worker)
    monkeypatch.setattr(Worker, "all", [])
    return Worker.all


def slow_names(running):
    return len(running._known_slow)


def test_a_busy_machine_makes_no_query_slow(workers):
    async def main():
        running = WorkerPool(QueryLimits(fast_slots=1, slow_slots=1))
        late = Job("late", cpu=[0.005], answered_at=500)  # 500 polls, 5 ms of CPU
        others = [Job(f"other {n}", answered_at=1) for n in range(3)]
        found = await asyncio.gather(*(running.run(job) for job in (late, *others)))
        return found, slow_names(running), late.runs

    assert asyncio.run(main()) == ([LIGHT] * 4, 0, 1)
    assert {worker.nice for worker in workers} == {0}


def test_a_query_of_much_cpu_time_moves_and_is_recorded(workers):
    async def main():
        running = WorkerPool(QueryLimits(fast_slots=1, slow_slots=1))
        heavy = Job("heavy", cpu=[0.0, 0.5, 1.0, 1.5], answered_at=5)
        first = await running.run(heavy)
        return first, heavy.runs, slow_names(running), [w.nice for w in workers if w.nice]

    assert asyncio.run(main()) == (LIGHT, 1, 1, [NICE_SLOW])


def test_a_query_that_became_fast_is_no_longer_recorded(workers):
    async def main():
        running = WorkerPool(QueryLimits(fast_slots=1, slow_slots=1))
        await running.run(Job("same", cpu=[1.5], answered_at=5))
        before = slow_names(running)
        await running.run(Job("same", cpu=[0.02], answered_at=1))
        return before, slow_names(running)

    assert asyncio.run(main()) == (1, 0)


def test_a_query_that_moved_for_others_is_not_recorded(workers):
    """0.3 s of CPU time are too much while others wait, and not slow."""

    async def main():
        running = WorkerPool(QueryLimits(fast_slots=1, slow_slots=1))
        middle = Job("middle", cpu=[0.0, 0.3], answered_at=50)
        light = Job("light", answered_at=1)
        found = await asyncio.gather(running.run(middle), running.run(light))
        return found, slow_names(running)

    assert asyncio.run(main()) == ([LIGHT] * 2, 0)


def test_slow_queries_wait_for_each_other_and_fast_ones_pass(workers):
    async def main():
        running = WorkerPool(QueryLimits(fast_slots=2, slow_slots=1))
        heavy = [Job(f"heavy {n}", cpu=[0.0, 1.0], answered_at=300) for n in range(4)]
        asking = [asyncio.create_task(running.run(job)) for job in heavy]
        await asyncio.sleep(0)
        light = [await running.run(Job(f"light {n}", answered_at=2)) for n in range(20)]
        still = sum(not task.done() for task in asking)
        return light, still > 0, await asyncio.gather(*asking)

    light, still, heavy = asyncio.run(main())
    assert (light, still, heavy) == ([LIGHT] * 20, True, [LIGHT] * 4)
    assert sum(not worker.dead for worker in workers) <= 3


def test_a_query_that_waits_in_vain_for_a_slow_slot_is_refused(workers):
    async def main():
        running = WorkerPool(QueryLimits(fast_slots=2, slow_slots=1, slow_queue_s=0.01))
        endless = Job("endless", cpu=[1.0])
        endless.timeout_s = 60.0
        lease = pool.SlotLease(running._fast, running._slow)
        await lease.acquire_slow(60)
        with pytest.raises(QueryBusyError, match="all slots for such queries are in use"):
            await running.run(endless)
        return running._fast.in_use, running._slow.in_use, slow_names(running)

    assert asyncio.run(main()) == (0, 1, 1)


def test_a_query_that_passes_its_timeout_is_stopped(workers):
    async def main():
        running = WorkerPool(QueryLimits(fast_slots=1, slow_slots=1))
        with pytest.raises(QueryTimeoutError, match="the query passed its limit of 30 s"):
            await running.run(Job("endless", cpu=[2.0]))
        return running._fast.in_use, running._slow.in_use

    assert asyncio.run(main()) == (0, 0)


def test_query_texts_are_not_stored(workers):
    async def main():
        running = WorkerPool(QueryLimits(fast_slots=1, slow_slots=1))
        await running.run(Job("x" * 10**6, cpu=[1.0], answered_at=2))
        return [len(key) for key in running._known_slow]

    assert asyncio.run(main()) == [32]


def test_a_process_that_cannot_be_started_is_reported(monkeypatch, capsys):
    async def fail(*_):
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(pool.Worker, "start", fail)
    with pytest.raises(QueryBusyError, match="no process could be started"):
        asyncio.run(WorkerPool(QueryLimits(fast_slots=1, slow_slots=1)).run(Job("any")))
    assert "no process could be started: [Errno 24] Too many" in capsys.readouterr().err


def test_idle_processes_are_warmed_up_one_at_a_time(workers):
    async def main():
        running = WorkerPool(QueryLimits(fast_slots=3, slow_slots=1))
        await running.open()
        job = Job("warm", answered_at=1)
        await running.warm_up(job)
        return job.runs, len(running._idle), [worker.dead for worker in workers]

    assert asyncio.run(main()) == (3, 3, [False] * 3)
