"""State of a server: the current graph, the worker pools and the cache of replies.

A reply is complete before its first byte is sent. Its status is thus always true, a slow client
occupies no process, and no answer is cut short unnoticed. Replies are cached by graph and request,
unless the query depends on time or chance; concurrent identical requests share one execution.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from kgraph.base.errors import KgraphError, StoreError
from kgraph.base.text import hex_digest
from kgraph.query.formats import ANSWER_FORMATS
from kgraph.query.sparql_text import is_volatile, may_call_functions
from kgraph.server.columns_job import ColumnsJob
from kgraph.server.names_job import PREPARATION_TIMEOUT_S, NamesJob
from kgraph.server.negotiation import FORMATS_BY_MEDIA_TYPE
from kgraph.server.settings import Settings
from kgraph.server.workers.atlas_cache import restore_atlas
from kgraph.server.workers.file_tasks import WriteAtlas, WriteExport
from kgraph.server.workers.messages import QueryRequest, Reply
from kgraph.server.workers.pool import FAST_CPU_S, WorkerPool
from kgraph.server.workers.process import Job, QueryJob
from kgraph.server.workers.task_worker import TASK_PROGRAM, TaskJob
from kgraph.server.workers.tasks import PrepareNames, PrepareViews, QueryWithFunctions, Task
from kgraph.views.open_graph import CurrentGraph, OpenGraph

CACHE_BYTES = 64 << 20  #: bytes of cached replies

#: Fast slots for tasks in Python, and as many slow ones. Each process holds what the episodes
#: share, some 100 MB for a thousand of them.
TASK_WORKERS = 2

MAX_REPLACED_GRAPHS = 5  #: under one request, by builds in quick succession
JUDGE_TIMEOUT_S = 120.0  #: seconds for a preview, which takes one or two where nothing else runs

EXPORT_TIMEOUT_S = 600.0  #: seconds for writing a file; a thousand episodes take 3 to 20

#: Memory of the process that writes files: an atlas of a thousand episodes takes 0.3 GB.
FILE_MEMORY_BYTES = 2 << 30

#: Bytes counted for a cached reply beyond its body, key included: bounds many small ones, too.
CACHE_ENTRY_OVERHEAD_BYTES = 1 << 10

Work = Callable[[], Coroutine[Any, Any, Reply]]

CACHE_KEY_HEX_DIGITS = 32  #: of a request's digest; its text may have 256 KB


class ReplyCache:
    """LRU cache of replies, bounded in bytes."""

    def __init__(self, max_bytes: int = CACHE_BYTES) -> None:
        self._max_bytes = max_bytes
        self._used_bytes = 0
        self._replies: OrderedDict[str, Reply] = OrderedDict()

    def get(self, key: str) -> Reply | None:
        """Return the reply of a key, if it is cached."""
        if key in self._replies:
            self._replies.move_to_end(key)
        return self._replies.get(key)

    def add(self, key: str, reply: Reply) -> None:
        """Cache a reply, unless it is spooled to disk, and drop the least recently used ones."""
        if key in self._replies or not isinstance(reply.body, bytes):
            return
        self._replies[key] = reply
        self._used_bytes += reply.size + CACHE_ENTRY_OVERHEAD_BYTES
        while self._used_bytes > self._max_bytes:
            _, dropped = self._replies.popitem(last=False)
            self._used_bytes -= dropped.size + CACHE_ENTRY_OVERHEAD_BYTES


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
    """Executions in progress, by key: concurrent calls with one key share one.

    An execution runs as long as a caller waits for it, and is cancelled when the last one goes.
    """

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


class Service:
    """State of a server."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._current_graph = CurrentGraph(settings.store)
        self._replies = ReplyCache()
        self._single_flight = SingleFlight()
        self._columns_job = ColumnsJob(on_ready=self._warm_up_workers)
        self._names_job = NamesJob(self._prepare_names)
        limits, folders = settings.limits, self._columns_job.ready_folders
        # Queries of pages take milliseconds, and must not wait behind those of users.
        single = msgspec.structs.replace(limits, fast_slots=1, slow_slots=1)
        few = msgspec.structs.replace(
            limits, fast_slots=TASK_WORKERS, slow_slots=TASK_WORKERS, fast_cpu_busy_s=FAST_CPU_S
        )
        unhurried = msgspec.structs.replace(
            single, fast_cpu_s=JUDGE_TIMEOUT_S, fast_cpu_busy_s=JUDGE_TIMEOUT_S
        )
        self._pools = {
            "queries": WorkerPool(limits, startup_arguments=folders),
            "pages": WorkerPool(single, startup_arguments=folders),
            "tasks": WorkerPool(few, TASK_PROGRAM),
            "functions": WorkerPool(single, TASK_PROGRAM),
            "names": WorkerPool(single, TASK_PROGRAM),  # the lexicon takes 150 MB of each process
            "files": WorkerPool(
                msgspec.structs.replace(single, memory_bytes=FILE_MEMORY_BYTES), TASK_PROGRAM
            ),
            # A person waits for a preview, and it takes longer than a fast query.
            "judge": WorkerPool(unhurried, TASK_PROGRAM),
        }

    def get_graph(self) -> OpenGraph:
        """Return the current graph.

        Raises:
            StoreError: there is none.
        """
        return self._current_graph.get()

    async def run_query(
        self, graph: OpenGraph, query: QueryRequest, pool: str = "queries"
    ) -> Reply:
        """Evaluate a query.

        Args:
            pool: ``queries`` for users' queries, ``pages`` for those of our own pages.

        Raises:
            QueryError: the query is wrong, or passed a limit.
            RequestError: the client accepts no format of the result.
        """
        is_cacheable = not is_volatile(query.text)
        if not may_call_functions(query.text):
            key = (graph.tag, *query.cache_key)
            return await self._run_cached(pool, key, self._query_job(graph, query), is_cacheable)
        formats = {kind: FORMATS_BY_MEDIA_TYPE[kind][type_] for kind, type_ in query.types.items()}
        task = QueryWithFunctions(query.text, formats)
        reply = await self.run_task(graph, task, "functions", is_cacheable=is_cacheable)
        assert reply.kind != "value"
        return msgspec.structs.replace(reply, media_type=query.types[reply.kind])

    async def write_file(self, graph: OpenGraph, task: WriteExport | WriteAtlas) -> int:
        """Write a file, and return its unpacked size in bytes; an atlas may be in the user's cache.

        Raises:
            KgraphError: raised by the task, or it passed a limit.
        """
        if isinstance(task, WriteAtlas):
            path = Path(task.path)
            size = await asyncio.to_thread(restore_atlas, graph, task.title, path)
            if size is not None:
                return size
        reply = await self.run_task(graph, task, "files", EXPORT_TIMEOUT_S, is_cacheable=False)
        return msgspec.json.decode(reply.read_all(), type=int)

    async def run_task(
        self,
        graph: OpenGraph,
        task: Task,
        pool: str = "tasks",
        timeout_s: float = 0.0,
        is_cacheable: bool = True,
    ) -> Reply:
        """Run a task in Python; with 0 seconds, the timeout is that of queries.

        Raises:
            KgraphError: raised by the task, or it passed a limit.
        """
        job = self._task_job(graph, task, timeout_s)
        return await self._run_cached(pool, (graph.tag, "task", job.key), job, is_cacheable)

    async def run_newest_task(
        self, task: Task, pool: str = "tasks", timeout_s: float = 0.0
    ) -> Reply:
        """Run a task on the current graph, and again if newer builds replaced that meanwhile.

        Raises:
            KgraphError: as of :meth:`Service.run_task`.
        """
        graph = self.get_graph()
        for _ in range(MAX_REPLACED_GRAPHS):
            try:
                return await self.run_task(graph, task, pool, timeout_s)
            except StoreError:
                replaced, graph = graph, self.get_graph()
                if graph.store.build == replaced.store.build:
                    raise
        return await self.run_task(graph, task, pool, timeout_s)

    def start_preparing_names(self, graph: OpenGraph) -> None:
        """Let a worker load the lexicon, before a name is matched."""
        self._names_job.start(graph)

    async def run_names_task(self, graph: OpenGraph, task: Task) -> Reply:
        """Run a task that matches names, once a worker is ready for it.

        Raises:
            KgraphError: raised by the task, or it passed a limit, or no worker is ready yet.
        """
        await self._names_job.wait_ready(graph)
        return await self.run_task(graph, task, "names")

    async def _prepare_names(self, graph: OpenGraph) -> Reply:
        timeout_s = PREPARATION_TIMEOUT_S
        return await self.run_task(graph, PrepareNames(), "names", timeout_s, is_cacheable=False)

    async def _run_cached(
        self, pool: str, key_parts: tuple[str, ...], job: Job, is_cacheable: bool
    ) -> Reply:
        if not is_cacheable:
            return await self._pools[pool].run(job)
        key = hex_digest("\0".join(key_parts), CACHE_KEY_HEX_DIGITS)
        reply = self._replies.get(key)
        if reply is None:
            reply = await self._single_flight.run(key, lambda: self._pools[pool].run(job))
            self._replies.add(key, reply)
        return reply

    def _task_job(self, graph: OpenGraph, task: Task, timeout_s: float = 0.0) -> TaskJob:
        limits = self.settings.limits
        return TaskJob(
            str(self.settings.store),
            graph.store.build.name,
            task,
            timeout_s or limits.timeout_s,
            limits.max_reply_bytes,
        )

    def _query_job(self, graph: OpenGraph, query: QueryRequest) -> QueryJob:
        limits = self.settings.limits
        return QueryJob(
            graph.database_path,
            self._columns_job.ensure_folder(graph),
            graph.base,
            query.text,
            query.types,
            query.formats,
            limits.timeout_s,
            limits.max_reply_bytes,
        )

    async def _warm_up_workers(self, graph: OpenGraph) -> None:
        """Let idle processes open what they need of a graph, before a query waits for that."""
        query = QueryRequest("ASK {}", {"boolean": ANSWER_FORMATS["json"].media_type})
        for name in ("queries", "pages"):
            with suppress(KgraphError, RuntimeError):  # the next query reports it
                await self._pools[name].warm_up(self._query_job(graph, query))
        with suppress(KgraphError, RuntimeError):
            await self._pools["tasks"].warm_up(self._task_job(graph, PrepareViews()))

    async def open(self) -> None:
        """Start the idle processes of the busier pools; the others start on demand."""
        for name in ("queries", "pages", "tasks"):
            await self._pools[name].open()
        with suppress(StoreError):  # there is no graph yet
            self._columns_job.ensure_folder(self.get_graph())

    async def close(self) -> None:
        """Stop all processes."""
        await self._columns_job.close()
        await self._names_job.close()
        for pool in self._pools.values():
            await pool.close()
