"""The commands ``build`` and ``check``."""

from __future__ import annotations

import os
from functools import partial
from typing import Annotated, Any

import typer

from kgraph.base.errors import InputError
from kgraph.base.text import make_printable, pluralize
from kgraph.cli import build_report, json_output, options, streams


def add_commands(app: typer.Typer) -> None:
    app.command()(build)
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
        bool, typer.Option("--explain", help="Also print which episodes were redone, and why.")
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
    from kgraph.cli.progress import show_progress
    from kgraph.project.new_folders import describe_new_folders

    project = context.obj
    check = build_report.format_check_command(paths, exclude, project)
    new_folders = describe_new_folders(project) if project and not paths else ""
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
        "notify": lambda address: streams.print_remark(f"dashboard of the cluster: {address}"),
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
    json_output.print_result(
        report,
        format,
        partial(build_report.print_build_report, changes=changes, earlier=earlier, check=check),
    )
    if turtle:
        from kgraph.cli.printing import report_output_file

        report_output_file(turtle, pluralize(report.triples, "triple"))
    if explain:
        build_report.explain_redone(report, built.store)
    remarks = (
        outcome if format == "json" or not report.is_unchanged else "",
        f"wrote {to}" if has_store and to else "",
        new_folders,
    )
    for remark in filter(None, remarks):
        streams.print_remark(remark)
    if strict and any(not problem.is_remark for problem in report.problems):
        raise typer.Exit(1)


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
    shapes in ontology/shapes.ttl, too. Without problems the exit status is 0; with problems it is
    1. Values that are read under another name or in another form are noted, and are no problems.

    Example: kgraph check data/episodes
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.cli.progress import show_progress
    from kgraph.ingest.problems import describe_conversions, describe_renamed_fields

    paths = options.choose_sources(paths, context.obj)
    with show_progress() as progress:
        findings = KnowledgeGraph.check(
            paths,
            project=context.obj,
            exclude=exclude or None,
            progress=progress,
            notify=lambda note: streams.print_remark(f"note: {note}"),
            with_paths=format != "json",
        )
    if format == "json":
        json_output.print_json(findings)
    else:
        for finding in findings:
            if not finding.is_remark:
                typer.echo(make_printable(str(finding)))
        for line in (*describe_renamed_fields(findings), *describe_conversions(findings)):
            streams.print_remark(f"note: {line}")
    if count := sum(not finding.is_remark for finding in findings):
        streams.print_remark(pluralize(count, "problem"))
        raise typer.Exit(1)
