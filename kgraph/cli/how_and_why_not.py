"""The commands ``why``, ``how`` and ``why-not``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgraph.cli import json_output, options, streams
from kgraph.views.values import MAX_VIEW_ROWS

if TYPE_CHECKING:
    from kgraph.views.reasons import Explanation


def add_commands(app: typer.Typer) -> None:
    app.command(no_args_is_help=True)(why)
    app.command(no_args_is_help=True)(how)
    app.command("why-not", no_args_is_help=True)(why_not)


def why(
    episode: Annotated[str, typer.Argument(help="An episode, by file name, title or id.")],
    name: Annotated[
        str, typer.Argument(help="A name in it, as in the graph or as written; or a theme of it.")
    ],
    steps: Annotated[
        bool, typer.Option("--steps", help="Break each confidence down into all its parts.")
    ] = False,
    format: options.Format = "table",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Explain why an episode is linked to an entity or theme, or why a row was rejected.

    Example: kgraph why 2025-10-02-tll-137-polymarket-comes-home.md Polymarket
    """
    values = {"episode": episode, "name": name, "steps": steps}
    _print_explanation("why", values, name, format, store)


def how(
    name: Annotated[str, typer.Argument(help="An entity, by name or id.")],
    limit: Annotated[
        int, typer.Option(min=1, max=MAX_VIEW_ROWS, help="Groups of rows in each list at most.")
    ] = 20,
    format: options.Format = "table",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Tell how an entity came together: which names joined by which rule, and what was left out.

    Also where its label, type and ids come from, and which judgements changed it.

    Example: kgraph how Polymarket
    """
    _print_explanation("how", {"name": name, "limit": limit}, name, format, store)


def why_not(
    name: Annotated[str, typer.Argument(help="An entity, by name or id.")],
    other: Annotated[
        str, typer.Argument(help="Another one; or an episode, by file name, title or id.")
    ],
    format: options.Format = "table",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Tell why two names are not one thing, or why an episode does not mention a name.

    Of an episode and a theme, tell why the episode is not about it.

    Example: kgraph why-not Polymarket 2025-06-10-tll-122-circle-rings-the-bell.md
    """
    _print_explanation("why-not", {"name": name, "other": other}, "", format, store)


def _print_explanation(
    operation: str, values: dict[str, Any], name: str, format: str, store: Path
) -> None:
    """Print an explanation, and remark what a name was taken for."""
    from kgraph.cli.printing import output_console
    from kgraph.graph.lookup import explain_naming
    from kgraph.operations.table import OPERATIONS
    from kgraph.operations.terminal import print_document
    from kgraph.store import Store
    from kgraph.views.open_graph import OpenGraph

    graph = OpenGraph(Store(store))
    asked = OPERATIONS[operation]
    request = asked.parse(values)
    explanation: Explanation = asked.run(graph, request)
    for thing in explanation.things if name else ():
        if naming := explain_naming(graph.shared, name, thing.id):
            streams.print_remark(naming)
    if format == "json":
        json_output.print_json(explanation)
    else:
        print_document(output_console(), asked.present(explanation, request), folded=True)
