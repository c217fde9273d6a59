"""The command ``report``: a briefing on a window of days."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kgraph.cli import options


def add_commands(app: typer.Typer) -> None:
    app.command("report")(report)


def report(
    since: options.Since = "",
    until: options.Until = "",
    limit: Annotated[int, typer.Option(min=1, max=30, help="Rows of a section at most.")] = 5,
    format: Annotated[
        str,
        typer.Option(
            "--format",
            help="markdown, html (one file that needs no network), or json.",
            show_default="by the suffix of --output, else markdown, rendered in a terminal",
        ),
    ] = "",
    as_json: options.AsJson = False,
    output: options.Output = "-",
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Brief on a window of days: what rose, what is new, who came together, the best quotes.

    Without --since and --until it is the last whole month with episodes of at least three shows,
    and says how many episodes are later; without --until it ends with the newest episode. Each
    line has its figures, its evidence and a command that repeats it.

    Example: kgraph report --since 2025-09 --until 2025-09
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.cli import printing

    graph = KnowledgeGraph.open(store)
    if not format and output == "-" and sys.stdout.isatty():
        printing.print_markdown(str(graph.briefing(since, until, limit)))
        return
    graph.write_briefing(output, since, until, limit, format=format)
    printing.report_output_file(output)
