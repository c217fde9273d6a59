"""Cache of replies, and bodies spooled to disk."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest

from kgraph.base.errors import StoreError
from kgraph.server.service import (
    CACHE_ENTRY_OVERHEAD_BYTES,
    MAX_REPLACED_GRAPHS,
    ReplyCache,
    Service,
)
from kgraph.server.workers.messages import Reply, SpooledBody


def reply(size):
    return Reply("solutions", "text/csv", b"x" * size)


def test_the_least_recently_used_reply_is_dropped():
    cache = ReplyCache(3 * (CACHE_ENTRY_OVERHEAD_BYTES + 100))
    for name in "abc":
        cache.add(name, reply(100))
    assert cache.get("a") == reply(100)
    cache.add("d", reply(100))
    assert [name for name in "abcd" if cache.get(name)] == ["a", "c", "d"]


def test_large_and_spooled_replies_are_not_cached():
    cache = ReplyCache(2000)
    cache.add("large", reply(5000))
    cache.add("disk", Reply("graph", "text/turtle", SpooledBody()))
    assert [cache.get("large"), cache.get("disk")] == [None, None]
    cache.add("small", reply(10))
    assert cache.get("small") == reply(10)


def test_a_spooled_body_is_read_once():
    body = SpooledBody()
    pieces = [bytes([n]) * 100_000 for n in range(60)]
    for piece in pieces:
        body.append(piece)
    assert body.size == 6_000_000
    assert b"".join(body.iter_chunks()) == b"".join(pieces)


class ReplacedGraphs(Service):
    """A service whose current graph is the next of some builds at each look; the last stays."""

    def __init__(self, builds, readable):
        self._builds, self._readable = builds, readable

    def get_graph(self):
        name = self._builds.pop(0) if len(self._builds) > 1 else self._builds[0]
        return SimpleNamespace(store=SimpleNamespace(build=Path(name)))

    async def run_task(self, graph, task, pool="tasks", timeout_s=0.0, is_cacheable=True):
        if graph.store.build.name not in self._readable:
            raise StoreError(f"{graph.store.build}: No such file or directory")
        return f"{task} on {graph.store.build}"


def test_a_task_is_repeated_where_newer_builds_replaced_the_graph():
    service = ReplacedGraphs(["0001", "0003", "0005"], {"0005"})
    assert asyncio.run(service.run_newest_task("preview")) == "preview on 0005"


@pytest.mark.parametrize("builds", [["0001"], [f"{n:04d}" for n in range(MAX_REPLACED_GRAPHS + 9)]])
def test_a_graph_that_cannot_be_read_is_told(builds):
    service = ReplacedGraphs(list(builds), ())
    with pytest.raises(StoreError, match="No such file"):
        asyncio.run(service.run_newest_task("preview"))
    assert service.get_graph().store.build.name == builds[min(len(builds) - 1, 6)]
