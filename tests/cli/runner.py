"""The command line inside the process of the tests: a twentieth of the time of a new one.

What only a process can show (signals, pipes, closed streams) is tested with :func:`start`.
"""

import subprocess
import sys
import tempfile
from contextlib import ExitStack, chdir
from os import dup
from typing import NamedTuple
from unittest.mock import patch

from kgraph.cli import main
from kgraph.cli.streams import Level, set_level


class Done(NamedTuple):
    """How a command ended, and what it wrote: the names are those of ``subprocess``."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments, cwd=None, stdin=None):
    """Run ``kgraph`` with these arguments; standard input is empty unless it is given.

    An exception that would end the program with a traceback is raised.
    """
    with ExitStack() as stack:
        stack.callback(set_level, Level.NORMAL)  # a --quiet must not outlast the command
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        files[0].write((stdin or "").encode())
        files[0].seek(0)
        # Descriptors of their own: the program may point one of its own elsewhere.
        streams = [
            stack.enter_context(open(dup(file.fileno()), mode, encoding="utf-8", errors=errors))
            for file, mode, errors in zip(
                files, "rww", ("strict", "strict", "backslashreplace"), strict=True
            )
        ]
        for name, stream in zip(("stdin", "stdout", "stderr"), streams, strict=True):
            stack.enter_context(patch.object(sys, name, stream))
        stack.enter_context(patch.object(sys, "argv", ["kgraph", *map(str, arguments)]))
        stack.enter_context(patch.object(sys.modules["__main__"], "__package__", ""))
        if cwd:
            stack.enter_context(chdir(cwd))
        status = _status()
        for stream in streams[1:]:
            stream.flush()
        return Done(status, *map(_text, files[1:]))


def start(*arguments, cwd=None, stdin=None):
    """Run ``python -m kgraph`` with these arguments in a process of its own."""
    command = [sys.executable, "-m", "kgraph", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=cwd, input=stdin, check=False
    )


def _status():
    try:
        main()
    except SystemExit as end:
        return end.code or 0
    return 0


def _text(file):
    """What was written, with line ends as ``subprocess`` gives them."""
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n").replace("\r", "\n")
