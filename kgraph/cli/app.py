"""The program: its commands, and the place where errors become messages and an exit status."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from contextlib import suppress
from types import FrameType
from typing import Annotated, TextIO

import typer

from kgraph.base import VERSION
from kgraph.base.errors import InputError, KgraphError, QueryError, StoreWarning, suggest_fix
from kgraph.cli import build, export, judge, query, review, search, serve
from kgraph.cli.completion import add_completions
from kgraph.cli.group import (
    OUTPUT_CLOSED,
    Command,
    CommandGroup,
    drop_output,
    set_quiet,
    set_verbose,
)
from kgraph.cli.streams import drop_stream, open_streams

#: Section of `kgraph --help` -> modules of its commands.
COMMAND_SECTIONS = {
    "Build": (build,),
    "Ask": (query, search),
    "Correct": (judge, review),
    "Export and draw": (export,),
    "Serve": (serve,),
}
app = typer.Typer(
    name="kgraph",
    cls=CommandGroup,
    help="From a folder of episode files to a knowledge graph that a careful reader would sign.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for section, modules in COMMAND_SECTIONS.items():
    first = len(app.registered_commands)
    for module in modules:
        module.add_commands(app)
    for info in app.registered_commands[first:]:
        info.cls, info.rich_help_panel = Command, section
if "_KGRAPH_COMPLETE" in os.environ:  # set by the shell function of --show-completion
    add_completions(app)


def _print_version(is_set: bool) -> None:
    if is_set:
        typer.echo(VERSION)
        raise typer.Exit


@app.callback()
def _take_program_options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
    quiet: Annotated[
        bool,
        typer.Option(
            *("--quiet", "-q"),
            help="Print no progress and no remarks, only results and errors.",
            callback=set_quiet,
            expose_value=False,
        ),
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option(
            *("--verbose", "-v"),
            help="Also print which files are used, times, and every problem.",
            callback=set_verbose,
            expose_value=False,
        ),
    ] = False,
) -> None:
    """Options before a command."""


def main() -> None:
    """Run the command line; a known error ends in a message and never in a traceback."""
    open_streams()
    signal.signal(signal.SIGTERM, _exit_on_signal)
    warnings.showwarning = _show_warning
    try:
        app()
    except (InputError, QueryError) as error:
        _exit_with_error(error, 2)
    except KgraphError as error:
        _exit_with_error(error, 1)
    except BrokenPipeError:
        drop_output()
        sys.exit(OUTPUT_CLOSED)
    except OSError as error:
        drop_output()
        path = f"{error.filename}: " if error.filename else ""
        _exit_with_error(KgraphError(f"{path}{error.strerror or error}: {suggest_fix(error)}"), 1)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one must not interrupt the clean-up
        with suppress(OSError):
            sys.stderr.write("\nkgraph: interrupted\n" if sys.stderr.isatty() else "")
        sys.exit(130)


def _exit_on_signal(number: int, frame: FrameType | None) -> None:
    """End like an error, so that partial output is removed; ignore further signals."""
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
    """Write our own warnings on one line, like errors."""
    from kgraph.cli.printing import sanitize

    text = warnings.formatwarning(message, category, filename, lineno, line)
    if issubclass(category, StoreWarning):
        text = f"kgraph: {sanitize(str(message)).plain}\n"
    (file or sys.stderr).write(text)


def _exit_with_error(error: KgraphError, status: int) -> None:
    """Print an error, which may quote hostile text, and exit."""
    from kgraph.cli.printing import sanitize

    try:
        for line in f"kgraph: {error}".splitlines():
            sys.stderr.write(f"{sanitize(line).plain}\n")
    except BrokenPipeError:
        drop_stream(sys.stderr)
    sys.exit(status)
