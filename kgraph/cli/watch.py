"""The command ``watch``, and what it prints after each build, also beside a server."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.base.arguments import DEFAULT_INTERVAL_S, MAX_INTERVAL_S, MIN_INTERVAL_S
from kgraph.base.text import pluralize, shorten_path
from kgraph.cli import build_report, options, streams

if TYPE_CHECKING:
    from kgraph.pipeline import Report
    from kgraph.project import ProjectSettings
    from kgraph.project.watch import WatchedInputs

#: New problems that a watch prints after a build, and as many that are solved.
MAX_WATCHED_PROBLEMS = 10
#: New episodes of several files that it prints after a build.
MAX_WATCHED_COPIES = 10


def add_commands(app: typer.Typer) -> None:
    app.command()(watch)


def watch(
    context: typer.Context,
    paths: options.Paths = [],
    exclude: options.Exclude = [],
    store: options.Store = options.DEFAULT_STORE,
    base: Annotated[str, typer.Option(help="Base of the IRIs, ending in / or #.")] = "",
    judgements: options.Judgements = options.DEFAULT_JUDGEMENTS,
    interval: Annotated[
        float,
        typer.Option(min=MIN_INTERVAL_S, max=MAX_INTERVAL_S, help="Seconds between two looks."),
    ] = DEFAULT_INTERVAL_S,
    sources_only: Annotated[
        bool,
        typer.Option("--sources-only", help="Leave changes of the judgements to other programs."),
    ] = False,
    workers: Annotated[int, typer.Option(min=0, max=256, help="Processes; 0: one a core.")] = 0,
) -> None:
    """Build the graph again whenever the episodes at PATHS or the judgements change.

    In a project, PATHS are by default its sources, and a change of `kgraph.toml` or of own entries
    counts, too. A server of the same store shows each new graph at once. Ctrl-C ends it. PATHS
    must be there at the start; what goes later is waited for.

    Example: kgraph watch data/episodes
    """
    from kgraph.base.vocabulary import BASE_IRI
    from kgraph.ingest import find_files
    from kgraph.ingest.exclude import parse_named_exclusion
    from kgraph.project.watch import WatchedInputs

    sources = tuple(options.choose_sources(paths, context.obj))
    inputs = WatchedInputs(
        sources, base or BASE_IRI, judgements, context.obj, parse_named_exclusion(exclude or None)
    )
    find_files(sources)  # refuses a path that is not there, as a build does
    streams.print_remark(f"watching {', '.join(sources)} until Ctrl-C")
    try:
        print_builds(
            inputs,
            store,
            check=build_report.format_check_command(paths, exclude, context.obj),
            interval_s=interval,
            sources_only=sources_only,
            workers=workers or None,
        )
    except KeyboardInterrupt:
        streams.report_interruption("stopped watching")
        raise typer.Exit(streams.INTERRUPTED) from None


def print_builds(
    inputs: WatchedInputs,
    store: Path,
    *,
    check: str,
    interval_s: float = DEFAULT_INTERVAL_S,
    sources_only: bool = False,
    workers: int | None = None,
    plain: bool = False,
) -> None:
    """Watch until the process is interrupted or ended, and print what each build did.

    Args:
        inputs, store, interval_s, sources_only, workers: as of :func:`kgraph.project.watch.watch`.
        check: command that prints all problems.
        plain: whether progress is lines, since others print to the same terminal.
    """
    from kgraph.cli.progress import show_progress
    from kgraph.project.watch import watch as run

    last: Report | None = None
    settings = inputs.project
    builds = run(
        inputs,
        store,
        interval_s=interval_s,
        sources_only=sources_only,
        workers=workers,
        on_error=lambda error: streams.print_remark(f"{_now()} not built: {error}"),
        on_new_folders=lambda note: streams.print_remark(f"{_now()} {note}"),
        show_progress=partial(show_progress, plain=plain),
    )
    for report, project in builds:
        details = [*_describe_kept_store(settings, project, store)]
        _print_rebuilt(report, store, last, check, details)
        last, settings = report, project


def _describe_kept_store(
    last: ProjectSettings | None, project: ProjectSettings | None, store: Path
) -> Iterator[str]:
    """Yield that the project file now names another store than at the last build."""
    if last and project and project.store != last.store and project.store != store.absolute():
        yield (
            f"{project.file.name} now names the store {shorten_path(project.store)}: this watch "
            f"keeps {store}: start it again for the other"
        )


def _print_rebuilt(
    report: Report, store: Path, last: Report | None, check: str, details: Iterable[str]
) -> None:
    """Print what a build did, what it changed in the graph, and which problems are new or solved.

    Args:
        last, check: as of :func:`_describe_problems`.
        details: further lines.
    """
    from kgraph.store import Store

    copies = [files for files in report.joined if last and files not in last.joined]
    details = [
        *details,
        *(note for note in report.notes if last is None or note not in last.notes),
        *(f"same recording: {' = '.join(files)}" for files in copies[:MAX_WATCHED_COPIES]),
        *_describe_problems(report, last, check),
    ]
    build_report.print_written_build(
        report, Store(store).changes, store, time=_now(), details=details
    )


def _describe_problems(report: Report, last: Report | None, check: str) -> Iterator[str]:
    """Yield the new problems of a build, and those that are solved.

    Args:
        last: report of the build before; None for the first, whose problems are only counted.
        check: command that prints all problems.
    """
    from kgraph.pipeline.report import drop_position

    if last is None:
        if count := sum(not problem.is_remark for problem in report.problems):
            problems = pluralize(count, "problem")
            yield f"{problems} (`{check}` prints them all)"
        return
    earlier = set(map(drop_position, last.problems))
    new = [problem for problem in report.find_new_problems(earlier) if not problem.is_remark]
    yield from map(report.describe_problem, new[:MAX_WATCHED_PROBLEMS])
    if (left := len(new) - MAX_WATCHED_PROBLEMS) > 0:
        yield f"and {left:,} more: `{check}` prints them all"
    solved = [p for p in report.find_solved_problems(earlier) if not p.is_remark]
    yield from (f"solved: {last.describe_problem(p)}" for p in solved[:MAX_WATCHED_PROBLEMS])
    if (left := len(solved) - MAX_WATCHED_PROBLEMS) > 0:
        yield f"and {left:,} more solved"


def _now() -> str:
    return time.strftime("%H:%M:%S")
