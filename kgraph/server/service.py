"""What the pages share: the graph that answers now, the lanes, the answers given before.

Takes questions, gives whole answers: an answer is known to its end before its first byte is
sent, so that its status is always true, a client that reads slowly holds no process, and
nothing is ever cut short unsaid. The same question to the same graph is answered from
memory, unless it asks for the time or for chance; asked by several at once, it is answered once.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

import msgspec

from kgraph.base.errors import KgraphError, StoreError
from kgraph.base.text import hex_digest
from kgraph.query.formats import ANSWER_FORMATS
from kgraph.query.sparql_text import is_volatile, may_call_functions
from kgraph.server.columns_job import ColumnsJob
from kgraph.server.http.connections import ConnectionLimits
from kgraph.server.http.negotiation import FORMATS_BY_MEDIA_TYPE
from kgraph.server.workers.messages import QueryRequest, Reply
from kgraph.server.workers.pool import FAST_CPU_S, QueryLimits, WorkerPool
from kgraph.server.workers.process import Job, QueryJob
from kgraph.server.workers.singleflight import SingleFlight
from kgraph.server.workers.task_worker import TASK_PROGRAM, TaskJob, TaskRequest
from kgraph.server.workers.tasks import QueryWithFunctions, Task, WriteExport
from kgraph.views.open_graph import CurrentGraph, OpenGraph

CACHE_BYTES = 64 << 20
"""Bytes of answers that are kept."""

TASK_WORKERS = 2
"""Processes for tasks in Python that stand ready, and as many that may take long: each holds
what the recordings share, some 100 MB for a thousand of them."""

EXPORT_TIMEOUT_S = 600.0
"""Seconds that writing a file may take: a thousand recordings take 3 to 8."""

CACHE_ENTRY_OVERHEAD_BYTES = 1 << 10
"""Bytes that an answer takes beside its own, key included, so that many small ones are bounded
too."""

CACHE_KEY_HEX_DIGITS = 32
"""Hexadecimal digits of the digest that stands for a question's text, which may have 256 KB."""


class Settings(msgspec.Struct, frozen=True):
    """How a server is set up.

    Attributes:
        store: folder of the graph.
        limits: what queries may take.
        hosts: names under which the server may be spoken to, beside this machine's own.
        origin: which other sites may read the data: ``*`` for all, "" for none.
        connections: what connections may take.
        proxies: addresses, apart by commas, whose ``X-Forwarded-For`` and ``-Proto`` are believed.
    """

    store: Path
    limits: QueryLimits = QueryLimits()
    hosts: tuple[str, ...] = ()
    origin: str = "*"
    connections: ConnectionLimits = ConnectionLimits()
    proxies: str = ""


class ReplyCache:
    """Answers given before, the last used last.

    Args:
        room: bytes that they may take.
    """

    def __init__(self, max_bytes: int = CACHE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._used_bytes = 0
        self._replies: OrderedDict[str, Reply] = OrderedDict()

    def get(self, key: str) -> Reply | None:
        """The answer to that question, if it is still known."""
        if key in self._replies:
            self._replies.move_to_end(key)
        return self._replies.get(key)

    def add(self, key: str, reply: Reply) -> None:
        """Keep an answer, if it is small; forget the ones that were not used for longest."""
        if key in self._replies or not isinstance(reply.body, bytes):
            return
        self._replies[key] = reply
        self._used_bytes += reply.size + CACHE_ENTRY_OVERHEAD_BYTES
        while self._used_bytes > self._max_bytes:
            _, forgotten = self._replies.popitem(last=False)
            self._used_bytes -= forgotten.size + CACHE_ENTRY_OVERHEAD_BYTES


class Service:
    """The state of a server.

    Args:
        settings: how it is set up.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._current_graph = CurrentGraph(settings.store)
        self._replies = ReplyCache()
        self._single_flight = SingleFlight()
        self._columns_job = ColumnsJob(on_ready=self._warm_up_workers)
        # Pages ask what is answered in milliseconds, and wait behind nobody's queries.
        own = msgspec.structs.replace(settings.limits, fast_slots=1, slow_slots=1)
        few = msgspec.structs.replace(
            settings.limits,
            fast_slots=TASK_WORKERS,
            slow_slots=TASK_WORKERS,
            fast_cpu_busy_s=FAST_CPU_S,
        )
        self._pools = {
            "queries": WorkerPool(
                settings.limits, startup_arguments=self._columns_job.ready_folders
            ),
            "pages": WorkerPool(own, startup_arguments=self._columns_job.ready_folders),
            "tasks": WorkerPool(few, TASK_PROGRAM),
            "functions": WorkerPool(own, TASK_PROGRAM),
            "files": WorkerPool(own, TASK_PROGRAM),
        }

    def get_graph(self) -> OpenGraph:
        """The graph that answers now.

        Raises:
            StoreError: there is none.
        """
        return self._current_graph.get()

    async def run_query(
        self, snapshot: OpenGraph, question: QueryRequest, pool: str = "queries"
    ) -> Reply:
        """Answer a question.

        Args:
            snapshot: what it is put to.
            question: what is asked.
            lane: ``queries`` for people's, ``pages`` for those of our own pages.

        Raises:
            QueryError: it is wrong, or passed a limit.
            RequestError: its answer has no form that the client accepts.
        """
        if may_call_functions(question.text):
            formats = {
                kind: FORMATS_BY_MEDIA_TYPE[kind][type_] for kind, type_ in question.types.items()
            }
            task = QueryWithFunctions(question.text, formats)
            found = await self._run_task(
                snapshot, task, "functions", is_cacheable=not is_volatile(question.text)
            )
            asked = {str(kind): media_type for kind, media_type in question.types.items()}
            return msgspec.structs.replace(found, media_type=asked[found.kind])
        key = (snapshot.tag, *question.cache_key)
        keep = not is_volatile(question.text)
        return await self._run_cached(pool, key, self._query_job(snapshot, question), keep)

    async def run_task(self, snapshot: OpenGraph, task: Task) -> Reply:
        """Do a task that takes Python.

        Args:
            snapshot: what it is put to.
            task: what is to be done.

        Raises:
            KgraphError: whatever the task raises, or that it passed a limit.
        """
        return await self._run_task(snapshot, task, "tasks")

    async def write_export(self, snapshot: OpenGraph, task: WriteExport) -> int:
        """Write a file; its bytes.

        Raises:
            KgraphError: whatever the task raises, or that it passed a limit.
        """
        told = await self._run_task(snapshot, task, "files", EXPORT_TIMEOUT_S, is_cacheable=False)
        assert isinstance(told.body, bytes)
        return msgspec.json.decode(told.body, type=int)

    async def _run_task(
        self,
        snapshot: OpenGraph,
        task: Task,
        lane: str,
        seconds: float = 0.0,
        is_cacheable: bool = True,
    ) -> Reply:
        limits = self.settings.limits
        order = TaskRequest(str(self.settings.store), snapshot.store.build.name, task)
        job = TaskJob(order, seconds or limits.seconds, limits.size)
        key = (snapshot.tag, "task", job.name)
        return await self._run_cached(lane, key, job, is_cacheable)

    async def _run_cached(
        self, lane: str, parts: tuple[str, ...], job: Job, is_cacheable: bool
    ) -> Reply:
        """The answer known to a key, else that of a job, which is kept where it stays the same."""
        if not is_cacheable:
            return await self._pools[lane].run(job)
        key = hex_digest("\0".join(parts), CACHE_KEY_HEX_DIGITS)
        known = self._replies.get(key)
        if known is None:
            known = await self._single_flight.run(key, lambda: self._pools[lane].run(job))
            self._replies.add(key, known)
        return known

    def _query_job(self, snapshot: OpenGraph, question: QueryRequest) -> QueryJob:
        limits = self.settings.limits
        return QueryJob(
            snapshot.database_path,
            self._columns_job.ensure_folder(snapshot),
            snapshot.base,
            question,
            limits.seconds,
            limits.size,
        )

    async def _warm_up_workers(self, snapshot: OpenGraph) -> None:
        """Let the processes that stand ready open the columns, before a query waits for that."""
        job = self._query_job(
            snapshot, QueryRequest("ASK {}", {"boolean": ANSWER_FORMATS["json"].media_type})
        )
        for name in ("queries", "pages"):
            with suppress(KgraphError, RuntimeError):  # the next query is told
                await self._pools[name].warm_up(job)

    async def open(self) -> None:
        """Start the processes that stand ready; the others start when they are wanted."""
        for name in ("queries", "pages", "tasks"):
            await self._pools[name].open()
        with suppress(StoreError):  # there is no graph yet
            self._columns_job.ensure_folder(self.get_graph())

    async def close(self) -> None:
        """Stop the processes."""
        await self._columns_job.close()
        for lanes in self._pools.values():
            await lanes.close()
