"""Background job that makes a worker ready to match names.

Once for each version of the program, preparing the lexicon takes seconds of CPU time (less than one
from its cache), more than a client waits for on a busy machine. So the job runs on when a client
goes; later clients wait for it, and after a while get 503 with the time to try again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from kgraph.base.errors import KgraphError, QueryBusyError
from kgraph.views.open_graph import OpenGraph

PREPARATION_TIMEOUT_S = 600.0  #: seconds that the job may take at low priority
READY_TIMEOUT_S = 20.0  #: seconds that a request waits for it
RETRY_AFTER_S = 5  #: seconds after which a client may try again

#: Prepares a graph's names.
Preparation = Callable[[OpenGraph], Coroutine[Any, Any, object]]


class NamesJob:
    """Preparation of the names of the current graph.

    Args:
        prepare: does it, once for each graph; after a failure it is called again.
    """

    def __init__(self, prepare: Preparation) -> None:
        self._prepare = prepare
        self._tag = ""
        self._task: asyncio.Task[object] | None = None

    def start(self, graph: OpenGraph) -> asyncio.Task[object]:
        """Return the running or finished preparation of a graph; start it if there is none."""
        task = self._task
        has_failed = task is not None and task.done() and _has_failed(task)
        if task is None or has_failed or graph.tag != self._tag:
            if task is not None:
                task.cancel()
            self._tag = graph.tag
            task = self._task = asyncio.create_task(self._prepare(graph))
            task.add_done_callback(_has_failed)  # else asyncio logs an error that nobody awaited
        return task

    async def wait_ready(self, graph: OpenGraph, timeout_s: float = READY_TIMEOUT_S) -> None:
        """Wait until the names of a graph are ready.

        Raises:
            QueryBusyError: it takes longer than the timeout.
            KgraphError: the preparation failed.
        """
        task = self.start(graph)
        if not task.done():
            await asyncio.wait([task], timeout=timeout_s)
        if not task.done():
            message = "the names are being prepared: try again in a moment"
            raise QueryBusyError(message, RETRY_AFTER_S)
        if task.cancelled():  # a new build has taken its place
            raise QueryBusyError("the graph has changed: try again", RETRY_AFTER_S)
        task.result()

    async def close(self) -> None:
        """Cancel the job."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError, KgraphError, RuntimeError):
                await self._task


def _has_failed(task: asyncio.Task[object]) -> bool:
    return task.cancelled() or task.exception() is not None
