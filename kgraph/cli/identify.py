"""The command ``identify``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from kgraph.base.errors import InputError
from kgraph.base.text import pluralize
from kgraph.cli import json_output, options, streams

if TYPE_CHECKING:
    from kgraph.identify.identify import InputFormat
    from kgraph.identify.match_rows import IdentityReport

MAX_FINDINGS = 10  #: printed of each outcome; --json has all of them

#: Outcome -> what it is called.
OUTCOME_HEADINGS = {
    "new": "new",
    "present": "already in the graph, or judged",
    "ambiguous": "ambiguous",
    "unknown": "of nothing in the graph",
    "contradictory": "contradictory",
    "malformed": "malformed",
}


def add_commands(app: typer.Typer) -> None:
    app.command(no_args_is_help=True)(identify)


def identify(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="FILE",
            help="Table of names and ids: CSV, TSV, JSON of a SPARQL query, SSSOM; - for "
            "standard input.",
        ),
    ],
    input_format: Annotated[
        str, typer.Option(help="auto, table or sssom.", show_default=True)
    ] = "auto",
    name_column: Annotated[
        str, typer.Option(help="Heading of the names, if it is not a usual one.")
    ] = "",
    id_column: Annotated[
        list[str],
        typer.Option(
            metavar="COLUMN[=KIND]",
            help="Heading of ids and their register, such as qid=wikidata; may be repeated.",
        ),
    ] = [],
    type_column: Annotated[
        str, typer.Option(help="Heading of the types, if it is not a usual one.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be written.")
    ] = False,
    why: Annotated[str, typer.Option(help="The reason; by default the name of the table.")] = "",
    by: options.JudgedBy = "",
    build: options.BuildAtOnce = False,
    format: options.Format = "table",
    as_json: options.AsJson = False,
    judgements: options.Judgements = options.DEFAULT_JUDGEMENTS,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Take ids of other registers from a table, as judgements.

    The table may be an export of OpenRefine, results of the Wikidata Query Service, or SSSOM.

    Example: kgraph identify --from companies.csv --name-column company --id-column qid --dry-run
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.cli.build_report import print_written_build
    from kgraph.cli.corrections import Corrector
    from kgraph.cli.progress import show_progress
    from kgraph.store import Store

    if dry_run and build:
        raise InputError("identify --dry-run --build: choose one of the two")
    corrector = Corrector(store, judgements, context.obj)
    graph = KnowledgeGraph(Store(store), project=context.obj)
    with corrector.advise_if_interrupted(count=2), show_progress() as progress:
        report = graph.identify(
            source,
            input_format=cast("InputFormat", input_format),
            name_column=name_column,
            id_columns=id_column,
            type_column=type_column,
            dry_run=dry_run,
            why=why,
            by=by,
            judgements=judgements,
            build=build,
            progress=progress,
        )
    json_output.print_result(report, format, _print_report)
    number = len(report.judgements)
    count = pluralize(number, "judgement")
    outcome = f"wrote {count}"
    if dry_run:
        outcome = f"would write {count}"
    elif not build:
        outcome += f": {corrector.describe_next_build(number)}"
    streams.print_remark(f"{corrector.file}: {outcome if number else 'nothing to write'}")
    for note in corrector.list_choice_notes():
        streams.print_remark(note)
    if graph.report:
        print_written_build(graph.report, graph.diff(), store)


def _print_report(report: IdentityReport) -> None:
    from kgraph.cli import printing
    from kgraph.identify.match_rows import describe_finding

    if not report.findings and not report.left_out:
        printing.print_lines([f"{report.file}: no row has an id"])
    for outcome, count in report.counts.items():
        if not count:
            continue
        printing.print_lines([f"{OUTCOME_HEADINGS[outcome]}: {count:,}"])
        if outcome == "present":
            continue
        described = [
            f"{describe_finding(report.file, finding)}"
            + (f" -> {finding.entity}" if outcome == "new" else "")
            for finding in report.findings
            if finding.outcome == outcome
        ]
        printing.print_lines(f"  {line}" for line in described[:MAX_FINDINGS])
        if len(described) > MAX_FINDINGS:
            printing.print_lines([f"  ... and {len(described) - MAX_FINDINGS:,} more"])
    for reason, count in report.left_out.items():
        printing.print_lines([f"{pluralize(count, 'mapping')} left out: {reason}"])
