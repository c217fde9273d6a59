"""Open the workers of a build: processes of this machine, a given executor, or a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.output_target import refuse_password

if TYPE_CHECKING:
    from kgraph.pipeline.executor import TaskPool


class WorkerOptions(msgspec.Struct, frozen=True):
    """The workers that a caller chooses, by at most one of ``executor`` and ``dask``.

    Attributes:
        executor: runs the work, with access to the same files.
        workers: number of processes; by default one for each core; with ``executor``, its workers.
        dask: address of a Dask scheduler, or ``local:N`` for N workers of this machine.
        work: folder or URL that all workers of ``dask`` share; "" for none.
        notify: called once with the address of the cluster's dashboard, if it has one.

    Raises:
        InputError: the options contradict each other, or the address of ``work`` has a password.
    """

    executor: Executor | None = None
    workers: int | None = None
    dask: str = ""
    work: str = ""
    notify: Callable[[str], None] | None = None

    def __post_init__(self) -> None:
        if self.dask and (self.executor or self.workers):
            raise InputError("--dask: the cluster has its own workers: leave --workers out")
        if self.work and not self.dask:
            raise InputError("--work: only the workers of --dask share a folder: leave it out")
        refuse_password(self.work)

    @property
    def are_forks(self) -> bool:
        """Whether the workers are forks of this process, which start in milliseconds."""
        from kgraph.pipeline.executor import can_fork

        return self.executor is None and not self.dask and can_fork()


@contextmanager
def open_workers(options: WorkerOptions, tasks: int | None = None) -> Iterator[TaskPool | None]:
    """Open the workers that a caller chose; None for this process.

    Args:
        tasks: as of :func:`~kgraph.pipeline.executor.open_process_pool`.

    Raises:
        InputError: a cluster cannot be used.
    """
    from kgraph.pipeline.executor import DEFAULT_WORKERS, ExecutorPool, open_process_pool

    if options.executor is not None:
        yield ExecutorPool(options.executor, options.workers or DEFAULT_WORKERS)
    elif options.dask:
        from kgraph.pipeline.open_cluster import open_cluster

        with open_cluster(options.dask, options.work, options.notify) as cluster:
            yield cluster
    else:
        with open_process_pool(options.workers, tasks) as pool:
            yield pool
