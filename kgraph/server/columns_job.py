"""Write the columns of the current graph in a background process, once a build.

Takes the current graph, gives the folder of its columns; without columns every query goes to the
engine. They are in the build's own folder, so that the next server finds them and they are removed
with it; the processes that answer share one copy of them in memory. After a failure it tries again,
at growing intervals.
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
from kgraph.server.workers.task_worker import TASK_PROGRAM, TaskJob, TaskRequest
from kgraph.server.workers.tasks import WriteColumns
from kgraph.store.layout import COLUMNS_FOLDER
from kgraph.views.open_graph import OpenGraph

MAX_MEMORY_BYTES = 2 << 30  #: of the process; 2.5 million statements take 0.5 GB


class ColumnsJobLimits(msgspec.Struct, frozen=True):
    """Limits of the process that writes columns.

    It has the lowest priority, so that a busy machine may leave it a twentieth of its time.
    """

    cpu_s: float = 600.0  #: CPU time; 2.5 million statements take 14 s
    wall_s: float = 4 * 3600.0  #: elapsed time
    poll_s: float = 1.0  #: interval at which the CPU time is checked
    retry_s: float = 60.0  #: until the first retry; doubled each time
    max_retry_s: float = 3600.0  #: longest time until a retry


DEFAULT_JOB_LIMITS = ColumnsJobLimits()


class ColumnsJob:
    """Writes the columns of the current graph.

    Args:
        limits: of the process that writes them.
        on_ready: called with the graph when its columns are ready.
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

    def ensure_folder(self, snapshot: OpenGraph) -> str:
        """Return the folder of a graph's columns; "" while they are being written."""
        if snapshot.tag != self._tag:
            self._tag, self._folder = snapshot.tag, ""
            for task in self._tasks:
                task.cancel()
            running = [task for task in self._tasks if not task.done()]
            self._tasks = [*running, asyncio.create_task(self._write_with_retries(snapshot))]
        return self._folder

    def ready_folders(self) -> tuple[str, ...]:
        """Return the folder of the last graph's columns, if they are ready."""
        return (self._folder,) if self._folder else ()

    async def close(self) -> None:
        """Stop writing."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _write_with_retries(self, snapshot: OpenGraph) -> None:
        folder, retry_s = snapshot.store.build / COLUMNS_FOLDER, self._limits.retry_s
        while True:
            try:
                await _write_columns(snapshot, self._limits)
                size = sum(file.stat().st_size for file in folder.iterdir())
            except (KgraphError, OSError, RuntimeError) as error:
                sys.stderr.write(
                    f"kgraph: the columns could not be written: {error}: "
                    f"trying again in {retry_s:g} s\n"
                )
                await asyncio.sleep(retry_s)
                retry_s = min(2 * retry_s, self._limits.max_retry_s)
                continue
            self._folder = str(folder)
            sys.stderr.write(f"kgraph: the columns are ready ({size >> 20} MB)\n")
            if self._on_ready is not None:
                await self._on_ready(snapshot)
            return


async def _write_columns(snapshot: OpenGraph, limits: ColumnsJobLimits) -> None:
    """Start a process of the lowest priority that writes columns if there are none, and wait.

    Raises:
        KgraphError: it failed, or exceeded a limit.
        OSError: no process could be started.
        RuntimeError: it ended at once.
    """
    store, draft = snapshot.store, f"{COLUMNS_FOLDER}-{secrets.token_hex(4)}"
    order = TaskRequest(str(store.path), store.build.name, WriteColumns(draft))
    worker = await Worker.start(MAX_MEMORY_BYTES, TASK_PROGRAM)
    try:
        await worker.wait_ready()
        worker.send_job(TaskJob(order, limits.wall_s, 1 << 10))
        worker.lower_priority(NICE_SLOW)
        end = time.monotonic() + limits.wall_s
        while not await worker.wait_reply(limits.poll_s):
            if worker.cpu_seconds() >= limits.cpu_s:
                raise QueryTimeoutError(f"they took more than {limits.cpu_s:g} s of CPU time")
            if time.monotonic() >= end:
                raise QueryTimeoutError(f"they were not written within {limits.wall_s:g} s")
        worker.reply()
    finally:
        worker.kill()
        try:
            await worker.wait_exit()
        finally:  # cancelled once more, by a server that stops
            shutil.rmtree(store.build / draft, ignore_errors=True)
