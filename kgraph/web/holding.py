"""The graph held in columns: written by a process beside the server, once a build.

Takes the graph that answers now, gives the folder of its columns, or nothing while there are none:
then every query is the engine's. They lie in the build's own folder, so that the next server finds
them and they go with it; the processes that answer share one copy of them in memory.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
import sys

from kgraph.errors import KgraphError, QueryTimeoutError
from kgraph.store.layout import COLUMNS
from kgraph.web.clerk import PROGRAM, Order, TaskJob
from kgraph.web.lanes import SLOW
from kgraph.web.process import Worker
from kgraph.web.snapshot import Snapshot
from kgraph.web.tasks import Hold

MEMORY = 2 << 30
"""Bytes that the process may take; 2.5 million statements take 0.5 GB."""

SECONDS = 600.0
"""That it may take; 2.5 million statements take 14."""


class Holding:
    """The columns of the graph that answers now."""

    def __init__(self) -> None:
        self._tag = ""
        self._folder = ""
        self._work: list[asyncio.Task[None]] = []

    def folder(self, snapshot: Snapshot) -> str:
        """The folder of a graph's columns; "" until there is one, which begins to be written."""
        if snapshot.tag != self._tag:
            self._tag, self._folder = snapshot.tag, ""
            for work in self._work:
                work.cancel()
            running = [work for work in self._work if not work.done()]
            self._work = [*running, asyncio.create_task(self._hold(snapshot))]
        return self._folder

    async def close(self) -> None:
        """Stop what is being written."""
        for work in self._work:
            work.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    async def _hold(self, snapshot: Snapshot) -> None:
        folder = snapshot.store.build / COLUMNS
        try:
            await _write(snapshot)
            size = sum(file.stat().st_size for file in folder.iterdir())
        except (KgraphError, OSError, RuntimeError) as error:
            sys.stderr.write(f"kgraph: the graph is not held in columns: {error}\n")
            return
        self._folder = str(folder)
        sys.stderr.write(f"kgraph: the graph is held in columns ({size >> 20} MB)\n")


async def _write(snapshot: Snapshot) -> None:
    """Let a process of its own write them, if there are none, which gives way to all others.

    Raises:
        KgraphError: it could not, or passed a limit.
        OSError: no process could be started.
        RuntimeError: it ended at once.
    """
    store, draft = snapshot.store, f"{COLUMNS}-{secrets.token_hex(4)}"
    order = Order(str(store.path), store.build.name, Hold(draft))
    worker = await Worker.start(MEMORY, PROGRAM)
    try:
        await worker.ready()
        worker.begin(TaskJob(order, SECONDS, 1 << 10))
        worker.give_way(SLOW)
        if not await worker.heard(SECONDS):
            raise QueryTimeoutError(f"they were not written within {SECONDS:g} s")
        worker.reply()
    finally:
        worker.kill()
        await worker.gone()
        shutil.rmtree(store.build / draft, ignore_errors=True)
