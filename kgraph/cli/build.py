"""The commands ``build`` and ``check``."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from kgraph.base.errors import InputError
from kgraph.base.text import pluralize
from kgraph.cli import options


def add_commands(app: typer.Typer) -> None:
    app.command(no_args_is_help=True)(build)
    app.command(no_args_is_help=True)(check)


def build(
    paths: options.Paths,
    store: options.Store = options.DEFAULT_STORE,
    turtle: Annotated[str, typer.Option(help="Also write the graph as Turtle to this file.")] = "",
    base: Annotated[str, typer.Option(help="Base of the IRIs, ending in / or #.")] = "",
    judgements: options.Judgements = options.DEFAULT_JUDGEMENTS,
    workers: Annotated[int, typer.Option(min=0, max=256, help="Processes; 0: one a core.")] = 0,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 on any problem.")] = False,
    format: options.Format = "table",
    as_json: options.AsJson = False,
) -> None:
    """Build the graph of the episodes at PATHS.

    Example: kgraph build data/episodes --turtle exports/graph.ttl
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.base.vocabulary import BASE_IRI
    from kgraph.cli import printing
    from kgraph.cli.build_report import print_build_report
    from kgraph.cli.progress import show_progress

    wants_json = options.is_json(format)
    _refuse_overwriting_input(turtle, paths)
    with show_progress() as progress:
        graph = KnowledgeGraph.build(
            paths,
            store,
            base=base or BASE_IRI,
            turtle=turtle or None,
            judgements=judgements,
            workers=workers or None,
            progress=progress,
        )
    report = graph.report
    assert report is not None
    if wants_json:
        printing.print_json(report)
    else:
        print_build_report(report)
    printing.report_output_file(turtle or "-", pluralize(report.triples, "triple"))
    printing.print_remark(f"wrote {store} in {sum(report.seconds.values()):.1f} s")
    if strict and report.problems:
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
    paths: options.Paths, format: options.Format = "table", as_json: options.AsJson = False
) -> None:
    """Report every problem in the episodes at PATHS.

    Also check their graph against the shapes in ontology/shapes.ttl. Without problems nothing is
    printed and the exit status is 0; with problems it is 1.

    Example: kgraph check data/episodes
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.cli import printing
    from kgraph.cli.progress import show_progress

    wants_json = options.is_json(format)
    with show_progress() as progress:
        findings = KnowledgeGraph.check(paths, progress=progress)
    if wants_json:
        printing.print_json(findings)
    else:
        for finding in findings:
            typer.echo(printing.sanitize(finding).plain)
    if findings:
        printing.print_remark(pluralize(len(findings), "problem"))
        raise typer.Exit(1)
