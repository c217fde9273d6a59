"""A time limit: what is asked runs in a process of its own, and ends with it.

The engine has no limit that would stop a query, and neither has an analysis.
"""

from __future__ import annotations

import multiprocessing
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import ParamSpec, TypeVar

from kgraph.errors import KgraphError, QueryError, QueryTimeoutError

Given = ParamSpec("Given")
Result = TypeVar("Result")


def within(
    seconds: float,
    work: Callable[Given, Result],
    *args: Given.args,
    **kwargs: Given.kwargs,
) -> Result:
    """What a function gives, when it does so in time.

    Args:
        seconds: after which its process is killed.
        work: a function of a module; it, its arguments and its result go through pickle.

    Raises:
        QueryTimeoutError: its time was up.
        QueryError: its process was killed by something else.
        KgraphError: what the function itself raised.
    """
    context = _context(work.__module__)
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(  # type: ignore[attr-defined]
        target=_send, args=(sender, work, args, kwargs), daemon=True
    )
    process.start()
    sender.close()
    try:
        if not receiver.poll(seconds):
            raise QueryTimeoutError(
                f"the query passed its limit of {seconds:g} s: narrow it, or raise the timeout"
            )
        result: Result | KgraphError = receiver.recv()
    except EOFError as error:
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


def _context(module: str) -> BaseContext:
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


def _send(
    sender: Connection,
    work: Callable[..., object],
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> None:
    """What the process does: one call, one message."""
    try:
        sender.send(work(*args, **kwargs))
    except KgraphError as error:
        sender.send(error)
