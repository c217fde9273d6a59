"""``export``, ``view`` and ``atlas``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kgraph.base.text import pluralize
from kgraph.cli import options


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command(no_args_is_help=True)(export)
    app.command()(view)
    app.command()(atlas)


def export(
    format: Annotated[
        str,
        typer.Argument(
            help="turtle, ntriples, nquads, trig, jsonld, rdfxml, "
            "graphml, gexf, json, csv or csv-nodes; left out, the suffix of --output says it."
        ),
    ] = "",
    output: options.Output = "-",
    min_confidence: options.MinConfidence = 0.0,
    type: options.Types = [],
    since: options.Since = "",
    until: options.Until = "",
    episode: Annotated[
        list[str],
        typer.Option(help="Only this episode, by file name, title or id; may be repeated."),
    ] = [],
    profile: Annotated[
        str, typer.Option(help="full: all evidence; edges: plain statements with labels.")
    ] = "full",
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Write the graph, or a part of it, in another format.

    Example: kgraph export turtle --profile edges --output exports/small.ttl
    """
    from kgraph.cli.printing import report_output_file
    from kgraph.cli.progress import announce
    from kgraph.export import export as write
    from kgraph.export.export import guess_format
    from kgraph.graph import Selection
    from kgraph.store import Store

    format = format or guess_format(output)
    opened = Store(store)
    selection = Selection(
        min_confidence,
        options.parse_types(type),
        options.parse_day_option("since", since),
        options.parse_day_option("until", until),
        frozenset(episode),
    )
    with announce(f"writing {format}", output):
        write(
            opened.graph,
            format,
            output,
            selection=selection,
            profile=profile,
            base=opened.meta.base,
        )
    report_output_file(output)


def view(
    focus: Annotated[str, typer.Option(help="What to look at, by name.")] = "",
    depth: Annotated[int, typer.Option(min=1, max=3, help="Steps around the focus.")] = 1,
    type: options.Types = ["company"],
    min_confidence: options.MinConfidence = 0.5,
    since: options.Since = "",
    until: options.Until = "",
    limit: options.Limit = 60,
    output: options.Output = "exports/view.html",
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Write an interactive picture as one offline HTML file.

    Example: kgraph view --focus NVIDIA --depth 1 --output exports/nvidia.html
    """
    from kgraph.cli.printing import report_output_file
    from kgraph.cli.progress import announce
    from kgraph.draw import write_view
    from kgraph.store import Store

    with announce("drawing the view", output):
        drawn = write_view(
            Store(store).graph,
            output,
            focus=focus or None,
            depth=depth,
            types=options.parse_types(type),
            min_confidence=min_confidence,
            since=options.parse_day_option("since", since),
            until=options.parse_day_option("until", until),
            limit=limit,
        )
    report_output_file(output, pluralize(drawn.nodes, "node"), pluralize(drawn.edges, "edge"))


def atlas(
    output: options.Output = "exports/atlas.html",
    quotes: Annotated[
        bool, typer.Option(help="With the texts of quotes and the words around mentions.")
    ] = True,
    title: Annotated[str, typer.Option(help="Title of the page.")] = "Atlas",
    previous: Annotated[
        Path | None, typer.Option(help="An atlas whose map is to be kept, as far as it goes.")
    ] = None,
    type: options.Types = [],
    min_confidence: options.MinConfidence = 0.0,
    since: options.Since = "",
    until: options.Until = "",
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Draw the whole graph as one offline HTML file with search and filters.

    Every edge in it can be asked why it is there.

    Example: kgraph atlas --output exports/atlas.html
    """
    from kgraph.atlas import write_atlas as draw
    from kgraph.cli.printing import report_output_file
    from kgraph.cli.progress import announce
    from kgraph.graph import Selection
    from kgraph.store import Store

    opened = Store(store)
    selection = Selection(
        min_confidence,
        options.parse_types(type),
        options.parse_day_option("since", since),
        options.parse_day_option("until", until),
    )
    with announce("drawing the atlas", output):
        drawn = draw(
            opened.graph,
            output,
            title=title,
            quotes=quotes,
            selection=selection,
            before=previous,
            base=opened.meta.base,
        )
    report_output_file(output, pluralize(drawn.nodes, "node"), pluralize(drawn.edges, "edge"))
