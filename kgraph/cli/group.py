"""What all commands have in common: sections of the help, ``-q`` and ``-v`` before or behind the
command's name, and a quiet end when the reader of the output has left.
"""

from __future__ import annotations

import inspect
import os
import sys
import time
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from kgraph.cli import verbosity
from kgraph.cli.console import drop_stream

if TYPE_CHECKING:
    from kgraph.cli.verbosity import Level

OUTPUT_CLOSED = 141
"""Exit status when the reader of the output has left (`kgraph export turtle | head`): 128 and the
number of SIGPIPE, as a shell reports it of `cat`, `grep` and `git`."""

SHARED_OPTIONS = ("quiet", "verbose")
"""Options of the program that every command takes as well."""

JUDGING_COMMANDS = ("judge", "review")
"""Commands that write to the file of judgements."""


class CommandGroup(TyperGroup):
    """The program: its commands in sections."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse a command line, which begins at the normal level."""
        verbosity.set_level(verbosity.Level.NORMAL)
        if args[:1] == ["help"]:  # `kgraph help build`, as of git and cargo
            args = [*args[1:2], "--help"]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; end without a word when nobody reads its output."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except BrokenPipeError:
            drop_output()
            raise typer.Exit(OUTPUT_CLOSED) from None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands section by section, each with its whole summary."""
        commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        width = max(map(len, commands))
        sections: dict[str, list[tuple[str, str]]] = {}
        for name, command in commands.items():
            heading = getattr(command, "rich_help_panel", None) or "Commands"
            sections.setdefault(heading, []).append((name.ljust(width), summarize(command)))
        for heading, rows in sections.items():
            with formatter.section(heading):
                formatter.write_dl(rows)


class Command(TyperCommand):
    """A command, which takes the options of :data:`SHARED_OPTIONS` behind its name, too."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the command's own options, and those that all commands share."""
        program = ctx.find_root().command
        shared = [option for option in program.params if option.name in SHARED_OPTIONS]
        *own, help_option = super().get_params(ctx)
        return [*own, *shared, help_option]

    def invoke(self, ctx: Any) -> Any:
        """Run the command; with ``--verbose`` say which files it uses and how long it took."""
        if not verbosity.is_verbose():
            return super().invoke(ctx)
        from kgraph.cli.printing import print_remark

        start = time.perf_counter()
        for name, path in _used_paths(ctx.params, write=ctx.info_name in JUDGING_COMMANDS):
            print_remark(f"{name}: {path}")
        try:
            return super().invoke(ctx)
        finally:
            print_remark(f"took {time.perf_counter() - start:.1f} s")


def _used_paths(values: dict[str, Any], *, write: bool) -> list[tuple[str, str]]:
    """Return the files and folders that a command uses unasked, and where they are.

    Args:
        values: those of the command's parameters.
        write: whether the command writes to the file of judgements.
    """
    from kgraph.resolve.knowledge_cache import cache_folder
    from kgraph.store.origin import choose_judgements

    places = {"store": values["store"]} if "store" in values else {}
    if "judgements" in values:
        places["judgements"] = choose_judgements(
            values["store"], values["judgements"], write=write
        ).path
    places["cache"] = cache_folder()
    return [(name, _mark_missing(os.path.abspath(path))) for name, path in places.items()]


def _mark_missing(path: str) -> str:
    return path if os.path.exists(path) else f"{path} (does not exist)"


def summarize(command: Any) -> str:
    """Return the first sentence of a command's help, without its full stop."""
    paragraph = inspect.cleandoc(command.help or "").split("\n\n")[0]
    return " ".join(paragraph.split()).split(". ")[0].removesuffix(".")


def set_quiet(wanted: bool) -> None:
    """Take ``--quiet``."""
    _set_level_if(wanted, verbosity.Level.QUIET)


def set_verbose(wanted: bool) -> None:
    """Take ``--verbose``."""
    _set_level_if(wanted, verbosity.Level.VERBOSE)


def _set_level_if(wanted: bool, level: Level) -> None:
    if wanted:
        verbosity.set_level(level)


def drop_output() -> None:
    """Let nothing that is still to be printed fail once more when Python ends."""
    drop_stream(sys.stdout)
