"""The two streams of a command, as rich writes to them: results, and words about them."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from rich.console import Console

from kgraph.cli import verbosity

PIPE_COLUMNS = 200
"""Width of what goes into a pipe: nothing is cut for the program at its other end."""


class OutputConsole(Console):
    """Standard output; a reader that leaves ends the command, which decides how."""

    def on_broken_pipe(self) -> None:
        """Raise what rich has caught, instead of ending with its own exit status."""
        raise  # noqa: PLE0704


class ErrorConsole(Console):
    """Standard error; a reader that leaves is told nothing more, and ends nothing."""

    def on_broken_pipe(self) -> None:
        """Drop what follows; rich would drop standard output, and end the command."""
        drop_stream(sys.stderr)


def output_console() -> Console:
    """Return the console of results."""
    width = None if sys.stdout.isatty() else PIPE_COLUMNS
    return OutputConsole(width=width, highlight=False, soft_wrap=True)


def error_console() -> Console:
    """Return the console of words and progress, which shows nothing with ``--quiet``."""
    return ErrorConsole(stderr=True, highlight=False, quiet=verbosity.is_quiet())


def drop_stream(stream: TextIO) -> None:
    """Discard everything that is still written to a stream whose reader has left."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
