"""Behaviour of all commands: help in sections, ``-q`` and ``-v`` before or after the command, and a
silent exit if the reader of the output closes it.
"""

from __future__ import annotations

import inspect
import os
import sys
import time
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from kgraph.cli import streams

#: Exit status if the reader of the output closes it (`kgraph export turtle | head`): 128 plus the
#: number of SIGPIPE, which a shell reports for `cat`, `grep` and `git`.
OUTPUT_CLOSED = 141

#: Options of the program that every command accepts as well.
SHARED_OPTIONS = ("quiet", "verbose")

#: Commands that write to the file of judgements.
JUDGING_COMMANDS = ("judge", "review")


class CommandGroup(TyperGroup):
    """The program, with its commands in sections."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse a command line at the normal level of messages."""
        streams.set_level(streams.Level.NORMAL)
        if args[:1] == ["help"]:  # `kgraph help build`, as in git and cargo
            args = [*args[1:2], "--help"]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; exit silently if its output is closed."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except BrokenPipeError:
            drop_output()
            raise typer.Exit(OUTPUT_CLOSED) from None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands section by section, with summaries that are not cut."""
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
    """A command that also accepts :data:`SHARED_OPTIONS` after its name."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the command's own options and the shared ones."""
        program = ctx.find_root().command
        shared = [option for option in program.params if option.name in SHARED_OPTIONS]
        *own, help_option = super().get_params(ctx)
        return [*own, *shared, help_option]

    def invoke(self, ctx: Any) -> Any:
        """Run the command; with ``--verbose`` print the files that it uses and its duration."""
        if not streams.is_verbose():
            return super().invoke(ctx)
        from kgraph.cli.printing import print_remark
        from kgraph.resolve.knowledge import cache_folder
        from kgraph.store.origin import choose_judgements

        start, values = time.perf_counter(), ctx.params
        paths = {"store": values["store"]} if "store" in values else {}
        if "judgements" in values:
            write = ctx.info_name in JUDGING_COMMANDS
            chosen = choose_judgements(values["store"], values["judgements"], write=write)
            paths["judgements"] = chosen.path
        paths["cache"] = cache_folder()
        for name, path in paths.items():
            missing = "" if os.path.exists(path) else " (does not exist)"
            print_remark(f"{name}: {os.path.abspath(path)}{missing}")
        try:
            return super().invoke(ctx)
        finally:
            print_remark(f"took {time.perf_counter() - start:.1f} s")


def summarize(command: Any) -> str:
    """Return the first sentence of a command's help, without its full stop."""
    paragraph = inspect.cleandoc(command.help or "").split("\n\n")[0]
    return " ".join(paragraph.split()).split(". ")[0].removesuffix(".")


def set_quiet(is_set: bool) -> None:
    if is_set:
        streams.set_level(streams.Level.QUIET)


def set_verbose(is_set: bool) -> None:
    if is_set:
        streams.set_level(streams.Level.VERBOSE)


def drop_output() -> None:
    """Discard buffered output, so that flushing it at exit does not fail again."""
    streams.drop_stream(sys.stdout)
