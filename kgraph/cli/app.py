"""The program: its commands, and what they share.

All commands have help in sections, take ``-q`` and ``-v`` before or after the command, and exit
silently if the reader of the output closes it.
"""

from __future__ import annotations

import inspect
import os
import signal
import sys
import time
from copy import copy
from itertools import takewhile
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from kgraph.base import VERSION
from kgraph.base.errors import KgraphError
from kgraph.cli import (
    briefing,
    build,
    exit_status,
    export,
    how_and_why_not,
    identify,
    init,
    judge,
    match,
    query,
    review,
    search,
    serve,
    streams,
    watch,
)
from kgraph.cli.completion import add_completions
from kgraph.cli.defaults import NO_PROJECT_META, PROJECT_META, set_project_defaults
from kgraph.cli.options import name_values

#: Options of the program that every command accepts as well.
SHARED_OPTIONS = ("project", "no_project", "quiet", "verbose")

#: Commands that write to the file of judgements.
JUDGING_COMMANDS = ("judge", "review", "identify")

#: Commands that take the name of a question.
QUESTION_COMMANDS = ("query", "analyse")


class CommandGroup(TyperGroup):
    """The program, with its commands in sections."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse a command line at the normal level of messages."""
        streams.set_level(streams.Level.NORMAL)
        if args[:1] == ["help"]:  # `kgraph help build`, as in git and cargo
            args = [*args[1:2], "--help"]
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command; a question's name in its place is an error that says how to ask it."""
        name = args[0]
        if self.get_command(ctx, name) is None and not ctx.resilient_parsing:
            from kgraph.analysis import load_named_queries

            if name in load_named_queries():
                ctx.fail(f"No such command '{name}'. To ask the question: kgraph query {name}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; exit silently if its output is closed, with a word if interrupted."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except BrokenPipeError:
            exit_status.drop_output()
            raise typer.Exit(exit_status.OUTPUT_CLOSED) from None
        except KeyboardInterrupt as error:  # typer would exit without a word
            if error.args:  # what stays of the work
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                interrupted = KgraphError(f"interrupted: {error}")
                exit_status.exit_with_error(interrupted, streams.INTERRUPTED)
            streams.report_interruption()
            raise typer.Exit(streams.INTERRUPTED) from None

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
        name_values(own)
        return [*own, *shared, help_option]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the line of the command, with the values of the project as defaults."""
        if ctx.info_name in QUESTION_COMMANDS and "--list" in takewhile("--".__ne__, args):
            ctx.fail("No such option: --list. `kgraph queries` lists the questions")
        if args or not self.no_args_is_help:
            set_project_defaults(self, ctx, args)
        ctx.allow_extra_args = True  # so that they are refused below, with what to write
        extra: list[str] = super().parse_args(ctx, args)
        if extra and not ctx.resilient_parsing:
            ctx.fail(self._describe_extra(ctx, extra))
        return extra

    def _describe_extra(self, ctx: Any, extra: list[str]) -> str:
        """Return that there are more arguments than the command has, and what may be meant."""
        fault = f"Got unexpected extra argument(s) ({' '.join(extra)})"
        options = {name for param in self.params for name in param.opts}
        if ctx.params.get("param"):
            return f"{fault}. A parameter is one word: --param NAME=VALUE"
        arguments = sum(param.param_type_name == "argument" for param in self.params)
        is_path = os.path.dirname(extra[0]) or "." in extra[0]
        if "--output" in options and is_path and arguments < 2:
            return f"{fault}. To write to a file: --output {extra[0]}"
        if arguments:
            return f"{fault}. Put a name or words with spaces in quotes"
        return fault

    def invoke(self, ctx: Any) -> Any:
        """Run the command; with ``--verbose`` print the files that it uses and its duration."""
        if not streams.is_verbose():
            return super().invoke(ctx)
        from kgraph.base.cache import cache_folder
        from kgraph.store.origin import choose_judgements

        start, values = time.perf_counter(), ctx.params
        paths = {"project": ctx.obj.file} if ctx.obj else {}
        if "store" in values:
            paths["store"] = values["store"]
        if "judgements" in values:
            write = ctx.info_name in JUDGING_COMMANDS
            project = ctx.obj.make_inputs() if ctx.obj else None
            chosen = choose_judgements(
                values["store"], values["judgements"], write=write, project=project
            )
            paths["judgements"] = chosen.path
        paths["cache"] = cache_folder()
        for name, path in paths.items():
            missing = "" if os.path.exists(path) else " (does not exist)"
            streams.print_remark(f"{name}: {os.path.abspath(path)}{missing}")
        try:
            return super().invoke(ctx)
        finally:
            streams.print_remark(f"took {time.perf_counter() - start:.1f} s")


def summarize(command: Any) -> str:
    """Return the first sentence of a command's help, without its full stop."""
    paragraph = inspect.cleandoc(command.help or "").split("\n\n")[0]
    return " ".join(paragraph.split()).split(". ")[0].removesuffix(".")


#: Section of `kgraph --help` -> modules of its commands.
COMMAND_SECTIONS = {
    "Build": (init, build, watch),
    "Ask": (query, how_and_why_not, search, match, briefing),
    "Correct": (judge, review, identify),
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


def set_quiet(is_set: bool) -> None:
    if is_set:
        streams.set_level(streams.Level.QUIET)


def set_verbose(is_set: bool) -> None:
    if is_set:
        streams.set_level(streams.Level.VERBOSE)


def set_project(context: typer.Context, path: str) -> None:
    if path:
        context.meta[PROJECT_META] = path


def set_no_project(context: typer.Context, is_set: bool) -> None:
    if is_set:
        context.meta[NO_PROJECT_META] = True


@app.callback()
def _take_program_options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
    project: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            help="Project file, or its folder; else KGRAPH_PROJECT.",
            show_default="the nearest kgraph.toml from here upwards",
            show_envvar=False,
            callback=set_project,
            expose_value=False,
        ),
    ] = "",
    no_project: Annotated[
        bool,
        typer.Option(
            "--no-project",
            help="Read no project file.",
            callback=set_no_project,
            expose_value=False,
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


def select_command(args: list[str]) -> typer.Typer:
    """Return the program with the one command that a command line begins with, else with all.

    To make the options of all takes 20 ms.
    """
    for info in app.registered_commands:
        if args[:1] == [info.name or getattr(info.callback, "__name__", "")]:
            selected = copy(app)
            selected.registered_commands = [info]
            return selected
    return app


def run() -> None:
    """Run the command line; a known error ends in a message and never in a traceback."""
    exit_status.run_with_exit_status(select_command(sys.argv[1:]))
