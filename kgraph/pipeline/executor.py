"""Share work between processes, with results in order.

Takes any :class:`concurrent.futures.Executor` (processes here, a Dask cluster's elsewhere, if it
has access to the same files). The number of tasks in flight is bounded, so that fast workers cannot
outrun their consumer.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

from kgraph.base.errors import KgraphError
from kgraph.base.processes import exit_when_ready

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

MAX_IN_FLIGHT = 4  #: tasks that run or wait to be consumed: two for each of two cores

#: Of the garbage collector in workers, in new objects: workers create no reference cycles, and
#: looking for some takes a quarter of their time at Python's own thresholds.
GC_THRESHOLDS = (20_000, 50, 10)


@contextmanager
def open_process_pool(workers: int | None = None) -> Iterator[Executor | None]:
    """Open a pool of processes; None for one worker, which then works in this process.

    Args:
        workers: number of processes; by default one for each core that this process may use.
    """
    if not workers:
        has_affinity = hasattr(os, "sched_getaffinity")
        workers = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    if workers == 1:
        yield None
        return
    # A fork starts in milliseconds, but is safe only from a process without threads.
    can_fork = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if can_fork else "spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_prepare_worker)
    try:
        # Started now: later there are threads (a fork would copy their locks) and the
        # store's lock (a fork would keep it after this process is killed).
        pool.submit(os.getpid).result()
        yield pool
    except BrokenProcessPool as error:
        raise KgraphError(
            "a worker process was killed, perhaps for lack of memory: try --workers 1"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _prepare_worker() -> None:
    """Make a worker end with its parent, and collect garbage rarely.

    Ctrl-C reaches a terminal's whole group: the parent handles it, and ends its workers.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the handler of the parent is not a worker's
    gc.set_threshold(*GC_THRESHOLDS)
    parent = multiprocessing.parent_process()
    if parent is not None:
        exit_when_ready(parent.sentinel)


def map_ordered(
    executor: Executor | None, function: Callable[[ItemT], ResultT], items: Iterable[ItemT]
) -> Iterator[ResultT]:
    """Yield ``map(function, items)`` in order, at most :data:`MAX_IN_FLIGHT` in flight."""
    if executor is None:
        yield from map(function, items)
        return
    in_flight: deque[Future[ResultT]] = deque()
    for item in items:
        in_flight.append(executor.submit(function, item))
        if len(in_flight) >= MAX_IN_FLIGHT:
            yield in_flight.popleft().result()
    while in_flight:
        yield in_flight.popleft().result()
