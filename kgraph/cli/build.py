"""The commands ``build``, ``watch`` and ``check``."""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgraph.base.errors import InputError
from kgraph.base.text import pluralize
from kgraph.cli import build_report, options

if TYPE_CHECKING:
    from kgraph.base.model import InputProblem
    from kgraph.pipeline import Report

#: New problems that a watch prints after a build.
MAX_WATCHED_PROBLEMS = 10


def add_commands(app: typer.Typer) -> None:
    app.command()(build)
    app.command()(watch)
    app.command()(check)


def build(
    context: typer.Context,
    paths: options.Paths = [],
    exclude: options.Exclude = [],
    store: options.Store = options.DEFAULT_STORE,
    to: Annotated[
        str,
        typer.Option(
            metavar="FOLDER|URL",
            help="Write N-Triples for bulk loaders. Without --store on the command line no store "
            "is made: everything is done each time, and workers of --dask write the files.",
        ),
    ] = "",
    profile: Annotated[str, typer.Option(help="Of --to: kb, full or edges.")] = "kb",
    graph: Annotated[str, typer.Option(help="Of --to: IRI of the named graph, for N-Quads.")] = "",
    licence: Annotated[str, typer.Option(help="Of --to: an address or SPDX identifier.")] = "",
    parquet: Annotated[
        bool, typer.Option("--parquet", help="Of --to: tables as Parquet, too.")
    ] = False,
    turtle: Annotated[str, typer.Option(help="Also write the graph as Turtle to this file.")] = "",
    base: Annotated[str, typer.Option(help="Base of the IRIs, ending in / or #.")] = "",
    judgements: options.Judgements = options.DEFAULT_JUDGEMENTS,
    previous: Annotated[
        str,
        typer.Option(
            help="Store of an earlier graph, whose IRIs lead to what they are now; or none.",
            show_default="the last build of --store",
        ),
    ] = "",
    workers: Annotated[int, typer.Option(min=0, max=256, help="Processes; 0: one a core.")] = 0,
    dask: options.Dask = "",
    work: options.Work = "",
    full: Annotated[bool, typer.Option("--full", help="Do everything again.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Also print why each episode was redone.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 on any problem.")] = False,
    format: options.Format = "table",
    as_json: options.AsJson = False,
) -> None:
    """Build the graph of the episodes at PATHS.

    In a project, PATHS are by default its sources (`kgraph init` makes one). Only what changed
    since the last build is done again; the graph is the same as if everything were.

    Example: kgraph build data/episodes --turtle exports/graph.ttl
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.api.statements import check_statements
    from kgraph.base.vocabulary import BASE_IRI
    from kgraph.cli import printing
    from kgraph.cli.progress import show_progress

    project = context.obj
    check = "kgraph check PATH..." if paths else "kgraph check"
    paths = options.choose_sources(paths, project)
    shards: dict[str, Any] = {
        "profile": profile,
        "graph": graph,
        "licence": licence,
        "parquet": parquet,
    }
    has_store = options.wants_store(context, to, shards)
    _refuse_overwriting_input(turtle, paths)
    if has_store and to:  # a build may take hours
        check_statements(to, base or (project.base if project else BASE_IRI), **shards)
    common: dict[str, Any] = {
        "base": base or BASE_IRI,
        "judgements": judgements,
        "project": project,
        "exclude": exclude or None,
        "workers": workers or None,
        "dask": dask,
        "work": work,
        "notify": lambda address: printing.print_remark(f"dashboard of the cluster: {address}"),
    }
    earlier = build_report.read_earlier_problems(store) if has_store else None
    with show_progress() as progress:
        if has_store:
            built = KnowledgeGraph.build(
                paths,
                store,
                turtle=turtle or None,
                previous=None if previous == "none" else previous,
                full=full,
                progress=progress,
                **common,
            )
            report = built.report
            if to:
                built.export_statements(to, workers=workers or None, progress=progress, **shards)
        else:
            report = KnowledgeGraph.build_statements(
                paths, to, progress=progress, **shards, **common
            )
    assert report is not None
    outcome = build_report.describe_written_build(report, store if has_store else to)
    changes = [outcome] if report.is_unchanged else []
    if has_store and not report.is_unchanged and (changed := built.diff()).before:
        changes = changed.describe()
    printing.print_result(
        report,
        format,
        partial(build_report.print_build_report, changes=changes, earlier=earlier, check=check),
    )
    printing.report_output_file(turtle or "-", pluralize(report.triples, "triple"))
    if explain:
        build_report.explain_redone(report)
    if format == "json" or not report.is_unchanged:
        printing.print_remark(outcome)
    if has_store and to:
        printing.print_remark(f"wrote {to}")
    if strict and report.problems:
        raise typer.Exit(1)


def watch(
    context: typer.Context,
    paths: options.Paths = [],
    exclude: options.Exclude = [],
    store: options.Store = options.DEFAULT_STORE,
    base: Annotated[str, typer.Option(help="Base of the IRIs, ending in / or #.")] = "",
    judgements: options.Judgements = options.DEFAULT_JUDGEMENTS,
    interval: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks.")] = 1.0,
    sources_only: Annotated[
        bool,
        typer.Option("--sources-only", help="Leave changes of the judgements to other programs."),
    ] = False,
    workers: Annotated[int, typer.Option(min=0, max=256, help="Processes; 0: one a core.")] = 0,
) -> None:
    """Build the graph again whenever the episodes at PATHS or the judgements change.

    In a project, PATHS are by default its sources, and a change of `kgraph.toml` or of own entries
    counts, too. A server of the same store shows each new graph at once. Ctrl-C ends it.

    Example: kgraph watch data/episodes
    """
    from threading import Event

    from kgraph.base.vocabulary import BASE_IRI
    from kgraph.cli.printing import print_remark
    from kgraph.ingest.exclude import parse_named_exclusion
    from kgraph.pipeline import WatchedInputs, WatchEvents
    from kgraph.pipeline import watch as run
    from kgraph.project import load_project

    project = context.obj
    sources = options.choose_sources(paths, project)
    if "-" in sources:
        raise InputError("-: standard input cannot be watched: name files or folders")
    print_remark(f"watching {', '.join(sources)} until Ctrl-C")
    named_exclusion = parse_named_exclusion(exclude or None)
    named_base = base if project is None or base != project.base else ""

    def read_inputs() -> WatchedInputs:
        settings = load_project(project.file)
        return WatchedInputs(
            options.choose_sources(paths, settings),
            named_base or settings.base,
            judgements,
            (
                *(settings.file, *settings.lexicon, *settings.identities),
                *(() if sources_only else (settings.judgements,)),
            ),
            settings.load_inputs,
            named_exclusion or settings.exclude,
        )

    told: set[InputProblem] | None = None

    def print_build(report: Report) -> None:
        nonlocal told
        _print_rebuilt(report, store, told)
        told = set(report.problems)

    run(
        sources,
        store,
        events=WatchEvents(
            built=print_build,
            failed=lambda error: print_remark(f"{_now()} not built: {error}"),
        ),
        stop=Event(),
        base=base or BASE_IRI,
        judgements=judgements,
        exclude=named_exclusion,
        read_inputs=read_inputs if project else None,
        interval_s=interval,
        sources_only=sources_only,
        workers=workers or None,
    )


def _print_rebuilt(report: Report, store: Path, told: set[InputProblem] | None) -> None:
    """Print what a build did, what it changed in the graph, and which problems are new.

    Args:
        told: problems of the build before; None for the first, of which only the number is printed.
    """
    from kgraph.cli.printing import print_remark, sanitize
    from kgraph.store import Store

    print_remark(f"{_now()} {build_report.describe_written_build(report, store)}")
    if not report.is_unchanged:
        lines = Store(store).changes.describe()
        for line in lines[1:] or lines:
            print_remark(f"         {sanitize(line).plain}")
    for note in report.notes:
        print_remark(f"         {note}")
    if told is None:
        if report.problems:
            problems = pluralize(len(report.problems), "problem")
            print_remark(f"         {problems} (`kgraph check` prints them all)")
        return
    new = [problem for problem in report.problems if problem not in told]
    for problem in new[:MAX_WATCHED_PROBLEMS]:
        print_remark(f"         {sanitize(str(problem)).plain}")
    if (left := len(new) - MAX_WATCHED_PROBLEMS) > 0:
        print_remark(f"         and {left:,} more: `kgraph check` prints them all")


def _now() -> str:
    return time.strftime("%H:%M:%S")


def _refuse_overwriting_input(turtle: str, paths: list[str]) -> None:
    """Refuse to write the graph over one of its episodes."""
    from kgraph.ingest import find_files

    named = [path for path in paths if path != "-"]
    if turtle and named and os.path.exists(turtle):
        output = os.path.realpath(turtle)
        if any(os.path.realpath(file.path) == output for file in find_files(named).files):
            raise InputError(
                f"--turtle {turtle}: this is one of the episodes: write to another file"
            )


def check(
    context: typer.Context,
    paths: options.Paths = [],
    exclude: options.Exclude = [],
    format: options.Format = "table",
    as_json: options.AsJson = False,
) -> None:
    """Report every problem in the episodes at PATHS.

    In a project, PATHS are by default its sources. The graph of the episodes is checked against the
    shapes in ontology/shapes.ttl, too. Without problems nothing is printed and the exit status is
    0; with problems it is 1.

    Example: kgraph check data/episodes
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.cli import printing
    from kgraph.cli.progress import show_progress

    paths = options.choose_sources(paths, context.obj)
    with show_progress() as progress:
        findings = KnowledgeGraph.check(
            paths,
            project=context.obj,
            exclude=exclude or None,
            progress=progress,
            notify=lambda note: printing.print_remark(f"note: {note}"),
        )
    if format == "json":
        printing.print_json(findings)
    else:
        for finding in findings:
            typer.echo(printing.sanitize(finding).plain)
    if findings:
        printing.print_remark(pluralize(len(findings), "problem"))
        raise typer.Exit(1)
