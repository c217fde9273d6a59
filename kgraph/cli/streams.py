"""The standard streams of a command, and the level of ``--quiet`` and ``--verbose``.

A command line is one run of one process, so the level is a variable of this module; it is reset
when a command line is parsed. Every command imports this module, so it imports little.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from contextlib import suppress
from enum import IntEnum
from typing import TextIO

#: Exit status of a command that Ctrl-C ended: 128 plus the number of SIGINT.
INTERRUPTED = 130


class Level(IntEnum):
    """How much a command writes to standard error."""

    QUIET = 0  #: errors only
    NORMAL = 1
    VERBOSE = 2  #: also paths, times and every problem


_level = Level.NORMAL


def set_level(level: Level) -> None:
    """Set the level of this command line."""
    global _level  # noqa: PLW0603
    _level = level


def is_quiet() -> bool:
    return _level is Level.QUIET


def is_verbose() -> bool:
    return _level is Level.VERBOSE


def drop_stream(stream: TextIO) -> None:
    """Discard all further output to a stream whose reader has closed it."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)


def report_interruption(message: str = "interrupted") -> None:
    """Say in a terminal, which shows ^C, that Ctrl-C ended the command; ignore it from now on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one must not interrupt the exit
    if sys.stderr is not None and sys.stderr.isatty():
        with suppress(OSError):
            sys.stderr.write(f"\nkgraph: {message}\n")


def open_streams() -> None:
    """Make the standard streams usable for any text, even if the caller has closed them.

    Writing to a closed standard output fails; messages to a closed standard error are lost.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull)  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = open(os.open(os.devnull, os.O_RDONLY), "w")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def print_remark(message: str) -> None:
    """Print a message on standard error, unless ``--quiet`` is set."""
    if not is_quiet():
        write_message(message)


def write_message(text: str) -> None:
    """Write a text, which may quote hostile input, on one line of standard error.

    If that is closed, this and all further messages are discarded.
    """
    from kgraph.base.text import make_printable

    try:
        sys.stderr.write(f"{make_printable(text)}\n")
        sys.stderr.flush()
    except BrokenPipeError:
        drop_stream(sys.stderr)
