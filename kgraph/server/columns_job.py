"""The graph held in columns: written by a process beside the server, once a build.

Takes the graph that answers now, gives the folder of its columns, or nothing while there are none:
then every query is the engine's. They lie in the build's own folder, so that the next server finds
them and they go with it; the processes that answer share one copy of them in memory. What could
not be written is tried again, ever more seldom.
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

MAX_MEMORY_BYTES = 2 << 30
"""Bytes that the process may take; 2.5 million statements take 0.5 GB."""


class ColumnsJobLimits(msgspec.Struct, frozen=True):
    """What writing the columns may take.

    Attributes:
        cpu_s: seconds of CPU; 2.5 million statements take 14.
        wall_s: seconds of the clock: the process gives way to all others, so that a busy machine
            may leave it a twentieth of its time.
        look_s: seconds between two looks at the CPU time.
        retry_s: seconds until it is tried again; twice as many each further time.
        max_retry_s: the most of these.
    """

    cpu_s: float = 600.0
    wall_s: float = 4 * 3600.0
    poll_s: float = 1.0
    retry_s: float = 60.0
    max_retry_s: float = 3600.0


DEFAULT_JOB_LIMITS = ColumnsJobLimits()


class ColumnsJob:
    """The columns of the graph that answers now.

    Args:
        limits: what writing them may take.
        use: called with the graph when it is held.
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
        """The folder of a graph's columns; "" until there is one, which begins to be written."""
        if snapshot.tag != self._tag:
            self._tag, self._folder = snapshot.tag, ""
            for work in self._tasks:
                work.cancel()
            running = [work for work in self._tasks if not work.done()]
            self._tasks = [*running, asyncio.create_task(self._write_with_retries(snapshot))]
        return self._folder

    def ready_folders(self) -> tuple[str, ...]:
        """The folder that was asked for last, if there is one."""
        return (self._folder,) if self._folder else ()

    async def close(self) -> None:
        """Stop what is being written."""
        for work in self._tasks:
            work.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _write_with_retries(self, snapshot: OpenGraph) -> None:
        """Write the columns, and try again as long as they cannot be written."""
        folder, retry_s = snapshot.store.build / COLUMNS_FOLDER, self._limits.retry_s
        while True:
            try:
                await _write_columns(snapshot, self._limits)
                size = sum(file.stat().st_size for file in folder.iterdir())
            except (KgraphError, OSError, RuntimeError) as error:
                sys.stderr.write(
                    f"kgraph: the graph is not held in columns: {error}: "
                    f"this is tried again in {retry_s:g} s\n"
                )
                await asyncio.sleep(retry_s)
                retry_s = min(2 * retry_s, self._limits.max_retry_s)
                continue
            self._folder = str(folder)
            sys.stderr.write(f"kgraph: the graph is held in columns ({size >> 20} MB)\n")
            if self._on_ready is not None:
                await self._on_ready(snapshot)
            return


async def _write_columns(snapshot: OpenGraph, limits: ColumnsJobLimits) -> None:
    """Let a process of its own write them, if there are none, which gives way to all others.

    Raises:
        KgraphError: it could not, or passed a limit.
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
        finally:  # cancelled once more, by a server that is told to stop
            shutil.rmtree(store.build / draft, ignore_errors=True)
