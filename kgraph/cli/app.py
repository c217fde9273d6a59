"""The commands, and the one seam where our errors become words and an exit status."""

from __future__ import annotations

import io
import os
import signal
import sys
import warnings
from types import FrameType
from typing import Annotated, TextIO

import typer

from kgraph import __version__
from kgraph.cli import asking, building, judging, looking, reviewing, searching, serving
from kgraph.errors import InputError, KgraphError, QueryError, StoreWarning, next_move

app = typer.Typer(
    name="kgraph",
    help="From a folder of episode files to a knowledge graph that a careful reader would sign.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for room in (building, asking, searching, judging, reviewing, looking, serving):
    room.add_to(app)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _everywhere(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_tell_version, is_eager=True),
    ] = False,
) -> None:
    """Options before a command."""


def main() -> None:
    """Run the command line; never ends in a traceback for an error that we know."""
    _open_streams()
    signal.signal(signal.SIGTERM, _unwind)
    warnings.showwarning = _show_warning
    try:
        app()
    except (InputError, QueryError) as error:
        _leave(error, 2)
    except KgraphError as error:
        _leave(error, 1)
    except BrokenPipeError:
        # The reader has left (`kgraph export ... | head`): nothing more to say to anyone.
        _drop_output()
        sys.exit(1)
    except OSError as error:
        _drop_output()
        place = f"{error.filename}: " if error.filename else ""
        _leave(KgraphError(f"{place}{error.strerror or error}: {next_move(error)}"), 1)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # one is enough
        sys.exit(130)


def _unwind(number: int, frame: FrameType | None) -> None:
    """End as an error does, so that what is half written is removed; once is enough."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(128 + number)


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Write our warnings on one line, as errors are written."""
    from kgraph.cli.printing import plain

    words = warnings.formatwarning(message, category, filename, lineno, line)
    if issubclass(category, StoreWarning):
        words = f"kgraph: {plain(str(message)).plain}\n"
    (file or sys.stderr).write(words)


def _open_streams() -> None:
    """See to it that there is somewhere to read from and to write to, and that any text can be
    written there.

    What is written to a closed output is refused; what is written to a closed standard error is
    heard by nobody.
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


def _drop_output() -> None:
    """Let nothing that is still to be printed fail once more when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _leave(error: KgraphError, status: int) -> None:
    """End with words; they may quote hostile text, line by line."""
    from kgraph.cli.printing import plain

    for line in f"kgraph: {error}".splitlines():
        sys.stderr.write(f"{plain(line).plain}\n")
    sys.exit(status)
