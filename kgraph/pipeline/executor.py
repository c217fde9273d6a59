"""Sharing work between processes.

Takes any :class:`concurrent.futures.Executor` (processes here, a Dask cluster's
elsewhere, provided that it sees the same files), gives results in order with a bounded
number under way, so that fast workers cannot outrun what consumes them.
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

MAX_IN_FLIGHT = 4
"""Tasks under way or waiting to be consumed: two for each of two cores."""

GC_THRESHOLDS = (20_000, 50, 10)
"""Thresholds of the garbage collector in workers, in new objects: what they make has no
circles, and looking for some takes a quarter of their time at Python's own thresholds."""


@contextmanager
def open_process_pool(workers: int | None = None) -> Iterator[Executor | None]:
    """An executor of that many processes; none for one worker, which works in this one.

    Args:
        workers: how many; by default one for each core that this process may use.
    """
    count = workers or count_available_cores()
    if count == 1:
        yield None
        return
    pool = ProcessPoolExecutor(count, mp_context=_choose_context(), initializer=_prepare_worker)
    try:
        # Started now: later there are threads (a fork would copy their locks) and the
        # store's lock (a fork would hold it after this process is killed).
        pool.submit(os.getpid).result()
        yield pool
    except BrokenProcessPool as error:
        raise KgraphError(
            "a worker process was killed, perhaps for want of memory: try --workers 1"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def count_available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _choose_context() -> multiprocessing.context.BaseContext:
    # A fork starts in milliseconds, but is safe only from a process without threads.
    forks = sys.platform == "linux" and threading.active_count() == 1
    return multiprocessing.get_context("fork" if forks else "spawn")


def _prepare_worker() -> None:
    """Make a new worker ready: it lives as long as its parent, and seldom collects garbage.

    Ctrl-C reaches a terminal's whole group: its parent answers it, and ends it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the parent's unwinds what is the parent's
    gc.set_threshold(*GC_THRESHOLDS)
    parent = multiprocessing.parent_process()
    if parent is not None:
        exit_when_ready(parent.sentinel)


def map_ordered(
    executor: Executor | None, function: Callable[[ItemT], ResultT], items: Iterable[ItemT]
) -> Iterator[ResultT]:
    """``map(function, items)`` in order, at most :data:`MAX_IN_FLIGHT` of them under way."""
    if executor is None:
        yield from map(function, items)
        return
    under_way: deque[Future[ResultT]] = deque()
    for item in items:
        under_way.append(executor.submit(function, item))
        if len(under_way) >= MAX_IN_FLIGHT:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()
