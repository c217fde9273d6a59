"""Background job that writes the column index of the current build.

The index is in the build's folder: the next server finds it, and it is removed with the build. All
worker processes share one copy of it in memory. Until it is written, the engine answers every
query. A job that failed is tried again, after ever longer pauses; that of a build which is gone
ends, and the next query starts one for the new build.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
import sys
import time
from collections.abc import Awaitable, Callable

import msgspec

from kgraph.base.errors import KgraphError, QueryTimeoutError
from kgraph.server.workers.pool import NICE_SLOW
from kgraph.server.workers.process import Worker
from kgraph.server.workers.task_worker import TASK_PROGRAM, TaskJob
from kgraph.server.workers.tasks import WriteColumns
from kgraph.store.layout import COLUMNS_FOLDER
from kgraph.views.open_graph import OpenGraph

MAX_MEMORY_BYTES = 2 << 30  #: memory of the process; 2.5 million statements take 0.5 GB


class ColumnsJobLimits(msgspec.Struct, frozen=True):
    """Resource limits of the job."""

    cpu_s: float = 600.0  #: CPU seconds; 2.5 million statements take 14
    #: Wall-clock seconds. The process runs at low priority: a busy machine may leave it a
    #: twentieth of its time.
    wall_s: float = 4 * 3600.0
    poll_s: float = 1.0  #: interval in which the CPU time is read
    retry_s: float = 60.0  #: pause before the second attempt; doubled before each further one
    max_retry_s: float = 3600.0


DEFAULT_JOB_LIMITS = ColumnsJobLimits()


class ColumnsJob:
    """Column index of the current graph.

    Args:
        limits: resource limits of the job.
        on_ready: called with the graph when its index is ready.
    """

    def __init__(
        self,
        limits: ColumnsJobLimits = DEFAULT_JOB_LIMITS,
        on_ready: Callable[[OpenGraph], Awaitable[None]] | None = None,
    ) -> None:
        self._limits = limits
        self._on_ready = on_ready
        self._tag = ""
        self._folder = ""
        self._tasks: list[asyncio.Task[None]] = []

    def ensure_folder(self, graph: OpenGraph) -> str:
        """Return the folder of a graph's index; start writing it and return "" if there is none."""
        if graph.tag != self._tag:
            self._tag, self._folder = graph.tag, ""
            for task in self._tasks:
                task.cancel()
            running = [task for task in self._tasks if not task.done()]
            self._tasks = [*running, asyncio.create_task(self._write_with_retries(graph))]
        return self._folder

    def ready_folders(self) -> tuple[str, ...]:
        """Return the folder of the last graph's index, if it is ready."""
        return (self._folder,) if self._folder else ()

    async def close(self) -> None:
        """Cancel the job."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _write_with_retries(self, graph: OpenGraph) -> None:
        folder, retry_s = graph.store.build / COLUMNS_FOLDER, self._limits.retry_s
        while True:
            try:
                await _write_columns(graph, self._limits)
                size = sum(file.stat().st_size for file in folder.iterdir())
            except (KgraphError, OSError, RuntimeError) as error:
                if not graph.store.build.is_dir():
                    return
                sys.stderr.write(
                    f"kgraph: no column index: {error}: trying again in {retry_s:g} s\n"
                )
                await asyncio.sleep(retry_s)
                retry_s = min(2 * retry_s, self._limits.max_retry_s)
                continue
            self._folder = str(folder)
            sys.stderr.write(
                f"kgraph: column index ready ({size >> 20} MB): queries are fast now\n"
            )
            if self._on_ready is not None:
                await self._on_ready(graph)
            return


async def _write_columns(graph: OpenGraph, limits: ColumnsJobLimits) -> None:
    """Write the index in a process of low priority, unless it exists.

    Raises:
        KgraphError: the job failed, or passed a limit.
        OSError: no process could be started.
        RuntimeError: the process ended at once.
    """
    store, draft = graph.store, f"{COLUMNS_FOLDER}-{secrets.token_hex(4)}"
    task = WriteColumns(draft)
    job = TaskJob(str(store.path), store.build.name, task, limits.wall_s, 1 << 10)
    worker = await Worker.start(MAX_MEMORY_BYTES, TASK_PROGRAM)
    try:
        await worker.wait_ready()
        worker.send_job(job)
        worker.lower_priority(NICE_SLOW)
        end = time.monotonic() + limits.wall_s
        while not await worker.wait_reply(limits.poll_s):
            if worker.cpu_seconds() >= limits.cpu_s:
                raise QueryTimeoutError(f"it took more than {limits.cpu_s:g} s of CPU time")
            if time.monotonic() >= end:
                raise QueryTimeoutError(f"it was not written within {limits.wall_s:g} s")
        worker.reply()
    finally:
        worker.kill()
        try:
            await worker.wait_exit()
        finally:  # runs also if cancelled again, when the server stops
            shutil.rmtree(store.build / draft, ignore_errors=True)
