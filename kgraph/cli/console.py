"""Consoles for results and messages. They need rich, which a command imports when it prints."""

from __future__ import annotations

import sys

from rich.console import Console

from kgraph.cli.streams import drop_stream, is_quiet

#: Width of output into a pipe: wide enough that nothing is cut for the next program.
PIPE_COLUMNS = 200


class OutputConsole(Console):
    """Standard output; a closed pipe ends the command, with a status that the command chooses."""

    def on_broken_pipe(self) -> None:
        """Raise the error that rich has caught, instead of exiting with rich's status."""
        raise  # noqa: PLE0704


class ErrorConsole(Console):
    """Standard error; a closed pipe is ignored."""

    def on_broken_pipe(self) -> None:
        """Discard further messages; rich would close standard output and exit."""
        drop_stream(sys.stderr)


def output_console() -> Console:
    """Return the console of results."""
    width = None if sys.stdout.isatty() else PIPE_COLUMNS
    return OutputConsole(width=width, highlight=False, soft_wrap=True)


def error_console() -> Console:
    """Return the console of messages and progress, which prints nothing with ``--quiet``."""
    return ErrorConsole(stderr=True, highlight=False, quiet=is_quiet())
