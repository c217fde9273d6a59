"""The commands ``export``, ``view`` and ``atlas``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from kgraph.base.errors import InputError
from kgraph.base.text import pluralize
from kgraph.cli import options

if TYPE_CHECKING:
    from kgraph.api.export import NetworkName, RdfProfile


def add_commands(app: typer.Typer) -> None:
    app.command(no_args_is_help=True)(export)
    app.command()(view)
    app.command()(atlas)


def export(
    format: Annotated[
        str,
        typer.Argument(
            help="turtle, ntriples, nquads, trig, jsonld, rdfxml, graphml, gexf, json, csv, "
            "csv-nodes, sqlite, neo4j or parquet; by default the suffix of --output decides."
        ),
    ] = "",
    output: options.Output = "-",
    min_confidence: options.MinConfidence = 0.0,
    unlikely: options.Unlikely = False,
    type: options.Types = [],
    since: options.Since = "",
    until: options.Until = "",
    episode: Annotated[
        list[str],
        typer.Option(help="Only this episode, by file name, title or id; may be repeated."),
    ] = [],
    profile: Annotated[
        str,
        typer.Option(
            help="Of RDF formats. kb: what other knowledge bases take, with confidences; "
            "full: all evidence; edges: plain statements with labels."
        ),
    ] = "kb",
    quotes: Annotated[
        str,
        typer.Option(
            metavar="N",
            help="In kb, networks and tables: how many of the best quotes of an episode, or all.",
        ),
    ] = "0",
    rdf12: Annotated[
        bool,
        typer.Option("--rdf12", help="In kb, let the nodes of mentions reify them (RDF 1.2)."),
    ] = False,
    network: Annotated[
        str,
        typer.Option(
            help="Of graphml, gexf, json, csv and csv-nodes. statements: of episodes; "
            "co-mentions: entities that are mentioned together."
        ),
    ] = "statements",
    licence: Annotated[
        str,
        typer.Option(
            help="Of what is written, for RDF: an address, or an SPDX identifier like CC-BY-4.0."
        ),
    ] = "",
    ontology: Annotated[
        bool, typer.Option("--ontology", help="Put the ontology's statements into RDF, too.")
    ] = False,
    base: Annotated[
        str, typer.Option(help="Base of the IRIs in RDF; by default that of the build.")
    ] = "",
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Write the graph, or a part of it, in another format.

    Example: kgraph export turtle --quotes 3 --output exports/kb.ttl
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.cli.printing import report_output_file
    from kgraph.cli.progress import announce
    from kgraph.export.export import guess_format

    format = format or guess_format(output)
    graph = KnowledgeGraph.open(store)
    selection = options.make_selection(min_confidence, type, since, until, unlikely, episode)
    with announce(f"writing {format}", output):
        graph.export(
            format,
            output,
            selection=selection,
            profile=cast("RdfProfile", profile),
            quotes=_parse_quotes(quotes),
            rdf12=rdf12,
            network=cast("NetworkName", network),
            licence=licence,
            ontology=ontology,
            base=base,
        )
    report_output_file(output)


def _parse_quotes(text: str) -> int | Literal["all"]:
    if text == "all":
        return "all"
    try:
        return int(text)
    except ValueError:
        message = f"--quotes {text}: give a number of quotes of an episode, or all"
        raise InputError(message) from None


def view(
    focus: Annotated[str, typer.Option(help="Name to put in the middle.")] = "",
    depth: Annotated[int, typer.Option(min=1, max=3, help="Steps around the focus.")] = 1,
    type: options.Types = ["company"],
    min_confidence: options.MinConfidence = 0.0,
    unlikely: options.Unlikely = False,
    since: options.Since = "",
    until: options.Until = "",
    limit: options.Limit = 60,
    output: options.Output = "exports/view.html",
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Write an interactive picture as one offline HTML file.

    Example: kgraph view --focus NVIDIA --depth 1 --output exports/nvidia.html
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.cli.printing import report_output_file
    from kgraph.cli.progress import announce

    with announce("drawing the view", output):
        graph = KnowledgeGraph.open(store)
        selection = options.make_selection(min_confidence, type, since, until, unlikely)
        drawn = graph.view(output, focus=focus, depth=depth, selection=selection, limit=limit)
    report_output_file(output, pluralize(drawn.nodes, "node"), pluralize(drawn.edges, "edge"))


def atlas(
    output: options.Output = "exports/atlas.html",
    quotes: Annotated[
        bool, typer.Option(help="Include the texts of quotes and the words around mentions.")
    ] = True,
    title: Annotated[str, typer.Option(help="Title of the page.")] = "Atlas",
    previous: Annotated[
        Path | None, typer.Option(help="An earlier atlas; its map is kept as far as possible.")
    ] = None,
    type: options.Types = [],
    min_confidence: options.MinConfidence = 0.0,
    unlikely: options.Unlikely = False,
    since: options.Since = "",
    until: options.Until = "",
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Draw the whole graph as one offline HTML file with search and filters.

    Every edge in it shows its evidence.

    Example: kgraph atlas --output exports/atlas.html
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.cli.printing import report_output_file
    from kgraph.cli.progress import announce

    graph = KnowledgeGraph.open(store)
    selection = options.make_selection(min_confidence, type, since, until, unlikely)
    with announce("drawing the atlas", output):
        drawn = graph.atlas(
            output, title=title, quotes=quotes, selection=selection, before=previous
        )
    report_output_file(output, pluralize(drawn.nodes, "node"), pluralize(drawn.edges, "edge"))
