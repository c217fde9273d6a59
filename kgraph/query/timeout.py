"""Limits of time and memory: what is asked runs in a process of its own, and ends with it.

The engine has no limit that would stop a query, and neither has an analysis. The process ends with
the one that asks, too, whatever ends that.
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
from typing import TYPE_CHECKING, Concatenate, NamedTuple, ParamSpec, TypeVar

from kgraph.base.errors import KgraphError, QueryError, QueryTimeoutError, QueryTooLargeError
from kgraph.base.processes import data_bytes, exit_when_ready, limit_memory

if TYPE_CHECKING:
    from kgraph.store import Store

Params = ParamSpec("Params")
WorkResult = TypeVar("WorkResult")


POLL_S = 0.05
"""Seconds between two looks whether the answer is still waited for."""

MAX_TIMEOUT_S = 1e6
"""Seconds that are waited at the most; a larger limit is none."""


DEFAULT_MAX_MEMORY_BYTES = 2 << 30
"""Bytes that a question may take where nobody says otherwise: every row of 2.5 million statements
takes 1.5 GB, and a laptop has 8."""


class ProcessLimits(NamedTuple):
    """What a process may take.

    Attributes:
        seconds: after which it is killed.
        memory: bytes of data that it may have beside those that it starts with, where the system
            can refuse more (:func:`kgraph.base.processes.limit_memory`); 0 for any number.
    """

    seconds: float = math.inf
    memory: int = 0


def default_memory_limit() -> int:
    """Return the limit for a question that was given none: :data:`DEFAULT_MAX_MEMORY_BYTES` where a process
    can be started for it and the system holds it to that, else 0.

    A script that has threads, and does not guard its main part, would be run again by a process.
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
    """What a function gives, when it does so within limits.

    Args:
        limits: of its process.
        work: a function of a module; it, its arguments and its result go through pickle.

    Raises:
        QueryTimeoutError: its time was up.
        QueryTooLargeError: it needed more memory.
        QueryError: its process was killed by something else.
        KgraphError: what the function itself raised.
    """
    return run_while(_never_cancel, limits, work, *args, **kwargs)


def _never_cancel() -> None:
    """It is waited for until the end."""


def run_while(
    go_on: Callable[[], None],
    limits: ProcessLimits,
    work: Callable[Params, WorkResult],
    *args: Params.args,
    **kwargs: Params.kwargs,
) -> WorkResult:
    """The same as :func:`run_with_timeout`, as long as somebody waits for it.

    Args:
        go_on: called now and then; what it raises ends the process, and is passed on.
        limits, work: as there.
    """
    context = _choose_context(work.__module__)
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(  # type: ignore[attr-defined]
        target=_run_and_send, args=(sender, limits.memory, work, args, kwargs), daemon=True
    )
    with warnings.catch_warnings():
        # Of threads that are not Python's, such as the engine's, which a fork does without.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    sender.close()
    try:
        _wait_for_result(receiver, limits.seconds, go_on)
        result: WorkResult | KgraphError = receiver.recv()
    except EOFError as error:
        process.join()
        raise _explain_exit(process.exitcode, limits.memory) from error
    finally:
        process.kill()
        process.join()
        receiver.close()
    if isinstance(result, KgraphError):
        raise result
    return result


def run_on_store(
    store: Store,
    limits: ProcessLimits,
    work: Callable[Concatenate[tuple[Path, str], Params], WorkResult],
    *args: Params.args,
    **kwargs: Params.kwargs,
) -> WorkResult:
    """Do work on a store in a process of its own (:func:`run_with_timeout`).

    Args:
        store: what it is done on.
        limits: of the process.
        work: a function of a module, called with the store's place and the other arguments.

    Raises:
        StoreDamagedError: it passed a limit, and the database is damaged: the engine may look
            for ever for a block that it cannot read.
    """
    try:
        return run_with_timeout(limits, work, store.location, *args, **kwargs)
    except (QueryTimeoutError, QueryTooLargeError):
        store.verify_database()
        raise


def _explain_exit(status: int | None, most: int) -> QueryError:
    """Why a process ended without an answer: the engine ends it when it is refused memory."""
    if most and status != -signal.SIGKILL:
        return _memory_error(most)
    return QueryError("the query's process was killed, perhaps for want of memory: add a LIMIT")


def _memory_error(most: int) -> QueryTooLargeError:
    return QueryTooLargeError(
        f"the query needed more memory than its limit of {most >> 20:,} MB, or is nested too "
        "deeply: add a LIMIT, group and sort less, or raise --max-memory"
    )


def _wait_for_result(receiver: Connection, seconds: float, go_on: Callable[[], None]) -> None:
    end = time.monotonic() + min(seconds, MAX_TIMEOUT_S)
    while not receiver.poll(max(0.0, min(POLL_S, end - time.monotonic()))):
        go_on()
        if time.monotonic() >= end:
            raise QueryTimeoutError(
                f"the query passed its limit of {seconds:g} s: narrow it, or raise the timeout"
            )


def _choose_context(module: str) -> BaseContext:
    """How to start a process: a fork takes milliseconds, but no thread may be at work beside it.

    Where there are threads, a process without any that has imported the module forks instead.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    if threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", module])  # heard once, by the first to ask
    return context


def _run_and_send(
    sender: Connection,
    most: int,
    work: Callable[..., object],
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> None:
    """What the process does: one call, one message."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    exit_when_ready(parent.sentinel)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # the parent's may unwind what is the parent's
    if most:
        limit_memory(data_bytes() + most)
    try:
        sender.send(work(*args, **kwargs))
    except KgraphError as error:
        sender.send(error)
    except MemoryError:
        sender.send(_memory_error(most))
    except Exception as error:
        # Else the parent would take the death of the process for a want of memory.
        words = f"{type(error).__name__}: {error}"
        sender.send(QueryError(f"the question failed ({words}): this is a defect of kgraph"))
