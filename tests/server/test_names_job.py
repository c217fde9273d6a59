"""The preparation of names goes on without its client, is shared, and is tried again."""

import asyncio
from types import SimpleNamespace

import pytest

from kgraph.base.errors import DataError, QueryBusyError
from kgraph.server.names_job import RETRY_AFTER_S, NamesJob

GRAPH = SimpleNamespace(tag="one")
NEXT_GRAPH = SimpleNamespace(tag="two")


class Preparations:
    """Preparations that end when they are released, and those that were started."""

    def __init__(self, *outcomes):
        self.outcomes, self.started = list(outcomes), []
        self.release = asyncio.Event()

    async def prepare(self, graph):
        self.started.append(graph.tag)
        await self.release.wait()
        if self.outcomes and (error := self.outcomes.pop(0)):
            raise error


def run(scenario):
    return asyncio.run(scenario())


def test_waiting_clients_share_one_preparation():
    async def scenario():
        work = Preparations()
        job = NamesJob(work.prepare)
        waiting = [asyncio.create_task(job.wait_ready(GRAPH)) for _ in range(5)]
        await asyncio.sleep(0)
        work.release.set()
        await asyncio.gather(*waiting)
        await job.wait_ready(GRAPH)
        return work.started

    assert run(scenario) == ["one"]


def test_it_goes_on_when_its_client_goes():
    async def scenario():
        work = Preparations()
        job = NamesJob(work.prepare)
        client = asyncio.create_task(job.wait_ready(GRAPH))
        await asyncio.sleep(0)
        client.cancel()
        await asyncio.gather(client, return_exceptions=True)
        work.release.set()
        await job.wait_ready(GRAPH)
        return work.started

    assert run(scenario) == ["one"]


def test_a_client_that_waits_too_long_is_told_when_to_try_again():
    async def scenario():
        work = Preparations()
        job = NamesJob(work.prepare)
        with pytest.raises(QueryBusyError, match="being prepared: try again") as error:
            await job.wait_ready(GRAPH, 0.01)
        work.release.set()
        await job.wait_ready(GRAPH)
        return error.value.retry_after, work.started

    assert run(scenario) == (RETRY_AFTER_S, ["one"])


def test_a_preparation_that_failed_is_told_and_tried_again():
    async def scenario():
        work = Preparations(DataError("broken.yaml"))
        work.release.set()
        job = NamesJob(work.prepare)
        with pytest.raises(DataError, match="broken"):
            await job.wait_ready(GRAPH)
        await job.wait_ready(GRAPH)
        return work.started

    assert run(scenario) == ["one", "one"]


def test_a_new_build_is_prepared_anew():
    async def scenario():
        work = Preparations()
        job = NamesJob(work.prepare)
        old = asyncio.create_task(job.wait_ready(GRAPH))
        await asyncio.sleep(0)
        new = asyncio.create_task(job.wait_ready(NEXT_GRAPH))
        await asyncio.sleep(0)
        work.release.set()
        with pytest.raises(QueryBusyError, match="the graph has changed: try again"):
            await old
        await new
        return work.started

    assert run(scenario) == ["one", "two"]


def test_closing_cancels_it():
    async def scenario():
        work = Preparations()
        job = NamesJob(work.prepare)
        await NamesJob(work.prepare).close()
        task = job.start(GRAPH)
        await asyncio.sleep(0)
        await job.close()
        return task.cancelled()

    assert run(scenario)
