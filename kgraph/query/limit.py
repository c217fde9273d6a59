"""A time limit: what is asked runs in a process of its own, and ends with it.

The engine has no limit that would stop a query, and neither has an analysis. The process ends with
the one that asks, too, whatever ends that.
"""

from __future__ import annotations

import multiprocessing
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import ParamSpec, TypeVar

from kgraph.errors import KgraphError, QueryError, QueryTimeoutError
from kgraph.lifetime import end_with

Given = ParamSpec("Given")
Result = TypeVar("Result")


LOOK = 0.05
"""Seconds between two looks whether the answer is still waited for."""

LONGEST = 1e6
"""Seconds that are waited at the most; a larger limit is none."""


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
    return within_while(_always, seconds, work, *args, **kwargs)


def _always() -> None:
    """It is waited for until the end."""


def within_while(
    go_on: Callable[[], None],
    seconds: float,
    work: Callable[Given, Result],
    *args: Given.args,
    **kwargs: Given.kwargs,
) -> Result:
    """The same as :func:`within`, as long as somebody waits for it.

    Args:
        go_on: called now and then; what it raises ends the process, and is passed on.
        seconds, work: as there.
    """
    context = _context(work.__module__)
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(  # type: ignore[attr-defined]
        target=_send, args=(sender, work, args, kwargs), daemon=True
    )
    process.start()
    sender.close()
    try:
        _wait(receiver, seconds, go_on)
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


def _wait(receiver: Connection, seconds: float, go_on: Callable[[], None]) -> None:
    end = time.monotonic() + min(seconds, LONGEST)
    while not receiver.poll(max(0.0, min(LOOK, end - time.monotonic()))):
        go_on()
        if time.monotonic() >= end:
            raise QueryTimeoutError(
                f"the query passed its limit of {seconds:g} s: narrow it, or raise the timeout"
            )


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
    parent = multiprocessing.parent_process()
    assert parent is not None
    end_with(parent.sentinel)
    try:
        sender.send(work(*args, **kwargs))
    except KgraphError as error:
        sender.send(error)
