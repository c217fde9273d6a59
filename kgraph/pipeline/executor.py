"""Share work between workers, with results in order.

Workers are those of any :class:`concurrent.futures.Executor` that have access to the same files, or
those of a cluster (:mod:`kgraph.pipeline.cluster`). The number of tasks in flight is bounded, so
that fast workers cannot outrun their consumer.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from kgraph.base.errors import KgraphError
from kgraph.base.processes import exit_when_ready

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

TASKS_PER_WORKER = 2  #: tasks in flight, that run or wait to be consumed
DEFAULT_WORKERS = 2  #: of an executor that does not say how many it has

_ONE_WORKER = "use one worker (--workers 1, or workers=1 in Python)"
_KILLED = f"a worker process was killed, perhaps for lack of memory: {_ONE_WORKER}"
_NOT_STARTED = (
    "no worker process could start: a Python script must build under "
    f'`if __name__ == "__main__":`, since each worker imports it; otherwise {_ONE_WORKER}'
)


class TaskPool(ABC):
    """Workers that share the tasks of a build."""

    #: Whether workers have the files of this machine, under the same paths.
    sees_files: bool
    #: Whether workers have what this process had in memory when the pool was opened.
    is_forked = False

    @abstractmethod
    def map_ordered(
        self, function: Callable[[ItemT], ResultT], tasks: Iterable[ItemT]
    ) -> Iterator[ResultT]:
        """Yield ``map(function, tasks)`` in order, with a bounded number of tasks in flight."""

    @abstractmethod
    def share(self, data: bytes, sha256: bytes, work: Path) -> Path | None:
        """Make data available to all tasks from now on.

        Args:
            sha256: of the data.
            work: folder of this build.

        Returns:
            The file with the data; None if they come with each task
            (:func:`kgraph.pipeline.tables.receive_tables`).
        """

    @abstractmethod
    def choose_spill_folder(self, work: Path) -> str:
        """Return where workers write spill files: a folder or a URL; "" if they write none.

        Args:
            work: folder of this build.
        """


class ExecutorPool(TaskPool):
    """Workers of an executor, with access to the same files.

    Args:
        workers: number of them.
        is_forked: whether they are forks of this process.
    """

    sees_files = True

    def __init__(
        self, executor: Executor, workers: int = DEFAULT_WORKERS, *, is_forked: bool = False
    ) -> None:
        self._executor = executor
        self._max_in_flight = TASKS_PER_WORKER * workers
        self.is_forked = is_forked

    def map_ordered(
        self, function: Callable[[ItemT], ResultT], tasks: Iterable[ItemT]
    ) -> Iterator[ResultT]:
        """Yield ``map(function, tasks)`` in order.

        Raises:
            KgraphError: a worker was killed.
        """
        in_flight: deque[Future[ResultT]] = deque()
        try:
            for task in tasks:
                in_flight.append(self._executor.submit(_run_task, function, task))
                if len(in_flight) >= self._max_in_flight:
                    yield in_flight.popleft().result()
            while in_flight:
                yield in_flight.popleft().result()
        except BrokenExecutor as error:
            raise KgraphError(_KILLED) from error
        finally:
            for future in in_flight:
                future.cancel()

    def share(self, data: bytes, sha256: bytes, work: Path) -> Path | None:
        """Write the data to a file."""
        return write_shared(data, work)

    def choose_spill_folder(self, work: Path) -> str:
        return str(work)


def write_shared(data: bytes, work: Path) -> Path:
    """Write data for the workers of this machine to a file in the folder of a build."""
    path = work / "tables"
    path.write_bytes(data)
    return path


@contextmanager
def open_process_pool(
    workers: int | None = None, tasks: int | None = None
) -> Iterator[TaskPool | None]:
    """Open a pool of processes; None for one worker, which then works in this process.

    Args:
        workers: number of processes; by default one for each core that this process may use.
        tasks: number of tasks to share, which no more processes do; None if it is unknown.

    Raises:
        KgraphError: the processes ended as they started.
    """
    if not workers:
        has_affinity = hasattr(os, "sched_getaffinity")
        workers = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    if tasks is not None:
        workers = min(workers, tasks)
    if workers <= 1:
        yield None
        return
    is_forked = can_fork()
    context = multiprocessing.get_context("fork" if is_forked else "spawn")
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_prepare_worker)
    try:
        # Started now: later there are threads (a fork would copy their locks) and the
        # store's lock (a fork would keep it after this process is killed).
        try:
            executor.submit(abs, 0).result()
        except BrokenExecutor as error:
            raise KgraphError(_KILLED if is_forked else _NOT_STARTED) from error
        yield ExecutorPool(executor, workers, is_forked=is_forked)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def can_fork() -> bool:
    """Return whether workers of this process are forks, which start in milliseconds.

    A fork is safe only from a process without threads.
    """
    return sys.platform == "linux" and threading.active_count() == 1


def _prepare_worker() -> None:
    """Make a worker end with its parent, and look for reference cycles only between tasks.

    Looking for them takes a quarter of a task's time at Python's own thresholds. Ctrl-C reaches a
    terminal's whole group: the parent handles it, and ends its workers.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the handler of the parent is not a worker's
    gc.disable()
    gc.freeze()  # what a fork has of its parent is not looked at
    parent = multiprocessing.parent_process()
    if parent is not None:
        exit_when_ready(parent.sentinel)


def map_ordered(
    pool: TaskPool | None, function: Callable[[ItemT], ResultT], tasks: Iterable[ItemT]
) -> Iterator[ResultT]:
    """Yield ``map(function, tasks)`` in order; without a pool, of this process."""
    return _map_here(function, tasks) if pool is None else pool.map_ordered(function, tasks)


def _map_here(function: Callable[[ItemT], ResultT], tasks: Iterable[ItemT]) -> Iterator[ResultT]:
    for number, task in enumerate(tasks):
        if number:  # behind a single task, it would be all objects of the process for nothing
            _free_cycles()
        yield function(task)


def _run_task(function: Callable[[ItemT], ResultT], task: ItemT) -> ResultT:
    """Run a task, and free the reference cycles that it left."""
    result = function(task)
    _free_cycles()
    return result


def _free_cycles() -> None:
    """Free the reference cycles that a task left.

    Builds switch the garbage collector off: a cycle that keeps the text of a file would take a
    gigabyte of ten thousand. Only objects that are new since the last call are looked at.
    """
    gc.collect(0)
