"""Share the work of a build between the machines of a Dask cluster.

Dask schedules, moves data, and repeats the tasks of workers that die. This module adds what a build
needs besides: tasks in flight in proportion to the cluster's cores, results in order, and an error
in words within a stated time where the cluster cannot go on. Workers on other machines need not see
this machine's files: tasks carry what they read.
"""

from __future__ import annotations

import pickle
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future, wait
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from kgraph.base.errors import ClusterError
from kgraph.base.text import pluralize
from kgraph.pipeline.cluster_tasks import keep_bytes, pack_task, run_task
from kgraph.pipeline.executor import TASKS_PER_WORKER, TaskPool, write_shared

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as DaskFuture

ANSWER_TIMEOUT_S = 30.0  #: within which the scheduler answers
WORKERS_TIMEOUT_S = 60.0  #: within which a worker runs; one that died may be starting again
POLL_INTERVAL_S = 1.0  #: between two looks at the cluster

ResultT = TypeVar("ResultT")
TaskT = TypeVar("TaskT")


class _NamesFiles(Protocol):
    """A task that can name its files."""

    def list_files(self) -> list[str]: ...


class _Shard:
    """A task in flight.

    Its future is dropped when the result is here: Dask would make the results that a dead worker
    had again while somebody holds their futures.
    """

    def __init__(self, task: object, future: Future[bytes]) -> None:
        self.task = task
        self.future: Future[bytes] | None = future
        self.result = b""
        self.error: BaseException | None = None

    def settle(self, timeout_s: float) -> bool:
        """Wait for the result or the error; return whether it is here."""
        if self.future is None:
            return True
        try:
            self.result = self.future.result(timeout_s)
        except TimeoutError:
            if not self.future.done():
                return False
            self.error = self.future.exception()
        except (Exception, CancelledError) as error:
            self.error = error
        self.future = None
        return True

    def is_killed(self) -> bool:
        """Return whether Dask gave the task up, since too many workers died that had it."""
        from distributed import KilledWorker

        return isinstance(self.error, KilledWorker)


class ClusterPool(TaskPool):
    """The workers of a Dask cluster.

    Args:
        client: of the cluster.
        address: of the cluster, as the user named it.
        sees_files: whether all workers are on this machine.

    Attributes:
        work: folder or URL that all workers share; "" for none but this machine's.
    """

    def __init__(self, client: Client, address: str, *, sees_files: bool) -> None:
        self.sees_files = sees_files
        self.work = ""
        self._client = client
        self._executor: Executor = client.get_executor(pure=False)
        self._address = address
        self._tables: tuple[DaskFuture, ...] = ()  #: the last argument of tasks, if it is there
        self._threads = 0
        self._checked_at = 0.0
        self._idle_since: float | None = None

    def share(self, data: bytes, sha256: bytes, work: Path) -> Path | None:
        """Write data to a file, or send them to the workers, once each, with the next task.

        What is sent is the result of a task, so that Dask moves it from worker to worker, and the
        scheduler makes it again if all workers that had it died; scattered data would be lost.
        """
        if self.sees_files:
            return write_shared(data, work)
        key = f"kgraph-tables-{sha256.hex()}"
        with self._name_loss():
            self._tables = (self._client.submit(keep_bytes, data, key=key),)
        return None

    def choose_spill_folder(self, work: Path) -> str:
        return self.work or (str(work) if self.sees_files else "")

    def map_ordered(
        self, function: Callable[[TaskT], ResultT], tasks: Iterable[TaskT]
    ) -> Iterator[ResultT]:
        """Yield ``map(function, tasks)`` in order, with two tasks in flight for each core.

        Raises:
            ClusterError: the cluster is lost or has no workers, a worker has another version of
                kgraph, or the files of a task kill the workers that read them.
        """
        remaining = iter(tasks)
        in_flight: deque[_Shard] = deque()
        try:
            while True:
                self.check()
                while len(in_flight) < max(1, TASKS_PER_WORKER * self._threads):
                    task = next(remaining, None)
                    if task is None:
                        break
                    in_flight.append(_Shard(task, self._submit(function, task)))
                if not in_flight:
                    return
                self._settle(in_flight[0])
                for shard in in_flight:
                    shard.settle(0)
                if in_flight[0].is_killed():
                    self._retry_killed(function, in_flight)
                yield cast("ResultT", self._get_result(in_flight.popleft()))
        finally:
            for shard in in_flight:
                if shard.future is not None:
                    with suppress(Exception):  # of a cluster that is lost
                        shard.future.cancel()

    def check(self) -> None:
        """Look at the cluster, if the last look is a while ago.

        Raises:
            ClusterError: the scheduler does not answer, or there have been no workers for
                :data:`WORKERS_TIMEOUT_S`.
        """
        now = time.monotonic()
        if self._checked_at and now - self._checked_at < POLL_INTERVAL_S:
            return
        info = self.call(lambda: self._client.scheduler_info(n_workers=-1))
        workers = list(info["workers"].values())
        self._threads = sum(w["nthreads"] for w in workers if w.get("status") == "running")
        self._checked_at = time.monotonic()
        if self._threads:
            self._idle_since = None
        elif self._idle_since is None:
            self._idle_since = now
        elif now - self._idle_since > WORKERS_TIMEOUT_S:
            paused = f" ({pluralize(len(workers), 'worker')} paused or leaving)" if workers else ""
            raise ClusterError(
                f"--dask {self._address}: no worker has been running for {WORKERS_TIMEOUT_S:.0f} s"
                f"{paused}: start workers with `dask worker {self._client.scheduler.address}` or "
                "give them more memory, and build again"
            )

    def wait_for_workers(self) -> None:
        """Wait until a worker runs; errors are those of :meth:`check`."""
        self.check()
        while not self._threads:
            time.sleep(POLL_INTERVAL_S)
            self.check()

    def call(self, function: Callable[[], Any]) -> Any:
        """Call a function that asks the cluster, and return its result.

        Raises:
            ClusterError: it takes longer than :data:`ANSWER_TIMEOUT_S`, or the connection is lost.
        """
        answer = call_in_thread(function)
        deadline = time.monotonic() + ANSWER_TIMEOUT_S
        try:
            while not answer.done() and time.monotonic() < deadline:
                wait([answer], POLL_INTERVAL_S)
                if self._client.status != "running":
                    raise self._make_loss_error()
            return answer.result(0)
        except TimeoutError as error:
            raise ClusterError(
                f"--dask {self._address}: no answer within {ANSWER_TIMEOUT_S:.0f} s: see that "
                "scheduler and workers run and can be reached, and build again"
            ) from error
        except OSError as error:
            raise self._make_loss_error() from error

    def _submit(self, function: Callable[[Any], object], task: object) -> Future[bytes]:
        packed = pack_task(function, task)
        with self._name_loss():
            return self._executor.submit(run_task, packed, *self._tables)

    def _settle(self, shard: _Shard) -> None:
        while not shard.settle(POLL_INTERVAL_S):
            self.check()

    def _retry_killed(self, function: Callable[[Any], object], in_flight: Iterable[_Shard]) -> None:
        """Repeat tasks that Dask gave up, each alone.

        A worker that dies counts against all tasks that it was given, so an innocent one may be
        among them.
        """
        for shard in in_flight:
            self._settle(shard)
        killed = [shard for shard in in_flight if shard.is_killed()]
        for shard in killed if len(killed) > 1 else ():
            shard.future, shard.error = self._submit(function, shard.task), None
            self._settle(shard)
            if shard.is_killed():
                break

    def _get_result(self, shard: _Shard) -> object:
        """Return the result of a task, or raise its error in words."""
        error = shard.error
        if error is None:
            return pickle.loads(shard.result)
        if shard.is_killed():
            files = ", ".join(cast("_NamesFiles", shard.task).list_files())
            raise ClusterError(
                f"--dask {self._address}: every worker that read these files died, perhaps for "
                f"lack of memory: {files}: see the workers' logs, or find the file with "
                "`kgraph check FILE` on this machine"
            ) from error
        if isinstance(error, CancelledError):
            raise self._make_loss_error() from error
        if isinstance(error, ImportError):
            raise make_version_error(f"a worker of {self._address}", str(error)) from error
        raise error

    @contextmanager
    def _name_loss(self) -> Iterator[None]:
        """Raise the error of a lost scheduler in words."""
        from distributed.client import ClosedClientError

        try:
            yield
        except (ClosedClientError, CancelledError) as error:
            raise self._make_loss_error() from error

    def _make_loss_error(self) -> ClusterError:
        return ClusterError(
            f"--dask {self._address}: the connection to the scheduler is lost: see that it runs, "
            "and build again; the store has its last graph"
        )


def call_in_thread(function: Callable[[], ResultT]) -> Future[ResultT]:
    """Call a function of Dask in a thread, so that this one can stop waiting.

    Dask limits the time of few of its calls: of connecting, but not that of the greeting after it.
    """
    answer: Future[ResultT] = Future()

    def run() -> None:
        try:
            answer.set_result(function())
        except BaseException as error:  # raised again by the thread that waits
            answer.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return answer


def make_version_error(machine: str, difference: str) -> ClusterError:
    """Return the error for a machine with another version of kgraph."""
    return ClusterError(
        f"{machine} has another version than this machine ({difference}): install the same "
        "versions of Python, kgraph and Dask on all machines, restart, and build again"
    )
