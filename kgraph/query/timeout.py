"""Limits of time and memory: the work runs in a child process that is killed at a limit.

Neither the SPARQL engine nor an analysis can be interrupted in its own process. The child also
ends when its parent ends, for whatever reason.
"""

from __future__ import annotations

import math
import multiprocessing
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from kgraph.base.errors import KgraphError, QueryError, QueryTimeoutError, QueryTooLargeError
from kgraph.base.processes import data_bytes, exit_when_ready, limit_memory

if TYPE_CHECKING:
    from kgraph.store import Store

Params = ParamSpec("Params")
WorkResult = TypeVar("WorkResult")

POLL_S = 0.05  #: seconds between two checks whether the caller still waits
MAX_TIMEOUT_S = 1e6  #: a longer timeout waits this long

#: Memory of a query by default. Every row of 2.5 million statements takes 1.5 GB; a laptop has 8.
DEFAULT_MAX_MEMORY_BYTES = 2 << 30


class ProcessLimits(NamedTuple):
    """Limits of a child process."""

    timeout_s: float = math.inf  #: time after which it is killed
    #: Bytes of data beyond those it starts with, where the system can refuse more
    #: (:func:`kgraph.base.processes.limit_memory`); 0 for no limit.
    memory_bytes: int = 0


def timeout_error(
    timeout_s: float, advice: str = "narrow it, or raise the timeout"
) -> QueryTimeoutError:
    """Return the error of a query that ran longer than its timeout."""
    return QueryTimeoutError(f"the query passed its limit of {timeout_s:g} s: {advice}")


def memory_error(
    memory_bytes: int, advice: str = "add a LIMIT, group and sort less, or raise --max-memory"
) -> QueryTooLargeError:
    """Return the error of a query that needed more memory than its limit."""
    return QueryTooLargeError(
        f"the query needed more memory than its limit of {memory_bytes >> 20:,} MB, or is nested "
        f"too deeply: {advice}"
    )


def default_memory_limit() -> int:
    """Return the memory limit in bytes of a caller that gave none; 0 for no limit.

    The limit is :data:`DEFAULT_MAX_MEMORY_BYTES` where the system enforces it and a child process
    can be started. A child would run a script again that has threads and no guarded main part.
    """
    is_script = hasattr(sys.modules["__main__"], "__file__")
    if sys.platform != "linux" or multiprocessing.current_process().daemon:
        return 0
    return 0 if is_script and threading.active_count() > 1 else DEFAULT_MAX_MEMORY_BYTES


def run_with_timeout(
    limits: ProcessLimits,
    work: Callable[Params, WorkResult],
    *args: Params.args,
    **kwargs: Params.kwargs,
) -> WorkResult:
    """Call a function in a child process, within limits.

    Args:
        work: a function at the top of a module; it, its arguments and its result are pickled.

    Raises:
        QueryTimeoutError: it passed the timeout.
        QueryTooLargeError: it needed more memory.
        QueryError: its process was killed by something else.
        KgraphError: an error of the function itself.
    """
    return run_while(lambda: None, limits, work, *args, **kwargs)


def run_while(
    check_cancelled: Callable[[], None],
    limits: ProcessLimits,
    work: Callable[Params, WorkResult],
    *args: Params.args,
    **kwargs: Params.kwargs,
) -> WorkResult:
    """Call a function as :func:`run_with_timeout` does, until the caller cancels it.

    ``check_cancelled`` is called every :data:`POLL_S`; an error that it raises kills the child and
    is passed on.
    """
    context = _choose_context(work.__module__)
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(  # type: ignore[attr-defined]
        target=_run_and_send, args=(sender, limits.memory_bytes, work, args, kwargs), daemon=True
    )
    with warnings.catch_warnings():
        # Python warns of a fork beside threads; the engine's threads are not needed in the child.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    sender.close()
    end = time.monotonic() + min(limits.timeout_s, MAX_TIMEOUT_S)
    try:
        while not receiver.poll(max(0.0, min(POLL_S, end - time.monotonic()))):
            check_cancelled()
            if time.monotonic() >= end:
                raise timeout_error(limits.timeout_s)
        result: WorkResult | KgraphError = receiver.recv()
    except EOFError as error:
        process.join()
        # The engine aborts the process when memory is refused; SIGKILL comes from elsewhere.
        if limits.memory_bytes and process.exitcode != -signal.SIGKILL:
            raise memory_error(limits.memory_bytes) from error
        raise QueryError(
            "the query's process was killed, perhaps for want of memory: add a LIMIT"
        ) from error
    finally:
        process.kill()
        process.join()
        receiver.close()
    if isinstance(result, KgraphError):
        raise result
    return result


def run_on_store(
    store: Store,
    limits: ProcessLimits | None,
    work: Callable[Concatenate[Store, Params], WorkResult],
    *args: Params.args,
    **kwargs: Params.kwargs,
) -> WorkResult:
    """Call a function with a store: here, or with limits in a child that opens the same build.

    Args:
        limits: of the child process; None to call it in this process.

    Raises:
        StoreDamagedError: it passed a limit and the database is damaged: the engine may loop on
            a block that it cannot read.
    """
    if limits is None:
        return work(store, *args, **kwargs)
    try:
        call: Callable[..., WorkResult] = _StoreWork(work)
        return run_with_timeout(limits, call, store.location, *args, **kwargs)
    except (QueryTimeoutError, QueryTooLargeError):
        store.verify_database()
        raise


def make_limits(timeout: float | None, memory: int) -> ProcessLimits | None:
    """Return limits from a timeout in seconds and bytes of memory; None where both are absent."""
    if timeout is None and not memory:
        return None
    return ProcessLimits(math.inf if timeout is None else timeout, memory)


class _StoreWork:
    """A picklable function that opens a store by its location and passes it on."""

    def __init__(self, work: Callable[..., object]) -> None:
        self.work = work
        self.__module__ = work.__module__  # the module that a fork server imports in advance

    def __call__(self, location: tuple[Path, str], *args: object, **kwargs: object) -> Any:
        from kgraph.store import Store

        return self.work(Store(*location), *args, **kwargs)


def _choose_context(module: str) -> BaseContext:
    """Return how to start a child. A fork takes milliseconds but is unsafe beside threads.

    With threads, a fork server without any, which has imported the module, forks instead.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    if threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", module])  # only the first call has an effect
    return context


def _run_and_send(
    sender: Connection,
    memory_limit: int,
    work: Callable[..., object],
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    exit_when_ready(parent.sentinel)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the parent's handler may clean up its files
    if memory_limit:
        limit_memory(data_bytes() + memory_limit)
    try:
        sender.send(work(*args, **kwargs))
    except KgraphError as error:
        sender.send(error)
    except MemoryError:
        sender.send(memory_error(memory_limit))
    except Exception as error:
        # Otherwise the parent would take the child's death for a lack of memory.
        description = f"{type(error).__name__}: {error}"
        sender.send(QueryError(f"the query failed ({description}): this is a defect of kgraph"))
