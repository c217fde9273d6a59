"""The commands, and the one seam where our errors become words and an exit status."""

from __future__ import annotations

import os
import signal
import sys
from typing import Annotated

import typer

from kgraph import __version__
from kgraph.cli import asking, building, judging, looking, reviewing, searching, serving
from kgraph.errors import InputError, KgraphError, QueryError

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
        words = f"{place}{error.strerror or error}: make room there, or choose another place"
        _leave(KgraphError(words), 1)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # one is enough
        sys.exit(130)


def _drop_output() -> None:
    """Let nothing that is still to be printed fail once more when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _leave(error: KgraphError, status: int) -> None:
    """End with words; they may quote hostile text, line by line."""
    from kgraph.cli.printing import plain

    for line in f"kgraph: {error}".splitlines():
        sys.stderr.write(f"{plain(line).plain}\n")
    sys.exit(status)
