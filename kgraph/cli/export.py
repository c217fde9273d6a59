"""The commands ``export``, ``diff``, ``push``, ``view`` and ``atlas``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from kgraph.base.entity_types import DEFAULT_VIEW_TYPES
from kgraph.base.errors import InputError
from kgraph.base.text import pluralize
from kgraph.cli import json_output, options, streams

if TYPE_CHECKING:
    from kgraph.api.export import DeltaFormat, NetworkName, RdfProfile


Profile = Annotated[
    str,
    typer.Option(
        "--profile",
        help="Of RDF. kb: what other knowledge bases take, with confidences; "
        "full: all evidence; edges: plain statements with labels.",
    ),
]
Quotes = Annotated[
    int, typer.Option("--quotes", min=0, help="In kb, how many of the best quotes of an episode.")
]
Rdf12 = Annotated[
    bool,
    typer.Option("--rdf12", help="In kb, let the nodes of mentions reify them (RDF 1.2)."),
]
DIFF_FORMATS = ("table", "json", "patch", "update")


def add_commands(app: typer.Typer) -> None:
    app.command(no_args_is_help=True)(export)
    app.command()(diff)
    app.command(no_args_is_help=True)(push)
    app.command()(view)
    app.command()(atlas)


def export(
    format: Annotated[
        str,
        typer.Argument(
            help="turtle, ntriples, nquads, trig, jsonld, rdfxml, graphml, gexf, json, csv, "
            "csv-nodes, sqlite, sssom, neo4j, parquet, vault; virtuoso, qlever, neptune: for their "
            "bulk loaders; dcat, croissant: records of --files; by default the suffix of --output "
            "decides."
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
    profile: Profile = "kb",
    quotes: Annotated[
        str,
        typer.Option(
            metavar="N",
            help="In kb, networks, tables and vaults: how many of the best quotes of an episode, "
            "or all.",
        ),
    ] = "0",
    rdf12: Rdf12 = False,
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
            help="Of what is written, for RDF and vaults: an address, or an SPDX identifier like "
            "CC-BY-4.0."
        ),
    ] = "",
    ontology: Annotated[
        bool, typer.Option("--ontology", help="Put the ontology's statements into RDF, too.")
    ] = False,
    base: Annotated[str, typer.Option(help="Base of the IRIs; by default that of the build.")] = "",
    graph: Annotated[
        str,
        typer.Option(
            help="IRI of the named graph: nquads, trig, virtuoso, qlever, neptune.",
            show_default="dataset, after the base",
        ),
    ] = "",
    files: Annotated[
        Path | None, typer.Option(help="Folder of exports that dcat or croissant describes.")
    ] = None,
    address: Annotated[
        str, typer.Option(help="Where --files are published: http://... with a / at the end.")
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
    opened = KnowledgeGraph.open(store)
    selection = options.parse_selection(min_confidence, type, since, until, unlikely, episode)
    with announce(f"writing {format}", output):
        opened.export(
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
            graph=graph,
            files=files,
            address=address,
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


def diff(
    format: Annotated[
        str,
        typer.Option(
            help="table or json: what changed; patch: RDF Patch of an export; "
            "update: SPARQL Update of an export.",
        ),
    ] = "table",
    as_json: options.AsJson = False,
    output: options.Output = "-",
    against: Annotated[
        str,
        typer.Option(
            help="Store to compare with, instead of the previous build; for patch and update also "
            "an RDF file."
        ),
    ] = "",
    graph: Annotated[
        str, typer.Option(help="IRI of the named graph to change, instead of the default graph.")
    ] = "",
    profile: Profile = "kb",
    quotes: Quotes = 0,
    rdf12: Rdf12 = False,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """List what changed since the previous build, or write it as a patch of an export.

    A patch turns the previous build's export exactly into this one's. --against compares with
    another store, such as a copy of yesterday.

    Example: kgraph diff --format update --graph https://example.org/graph --output changes.ru
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.cli import printing
    from kgraph.cli.progress import announce
    from kgraph.graph.diff import MAX_CHANGED_NAMES
    from kgraph.store.layout import describe_build, find_current_build, find_previous_build

    options.check_format(format, DIFF_FORMATS)
    opened = KnowledgeGraph.open(store)
    if format in ("patch", "update"):
        with announce("comparing", output):
            deleted, inserted = opened.export_changes(
                output,
                format=cast("DeltaFormat", format),
                against=against or None,
                graph=graph,
                profile=cast("RdfProfile", profile),
                quotes=quotes,
                rdf12=rdf12,
            )
        printing.report_output_file(output, f"{deleted:,} deleted", f"{inserted:,} inserted")
        return
    if graph or output != "-":
        raise InputError("--graph and --output need --format patch or update")
    try:
        changes = opened.diff(against or None)
    except InputError as error:
        if error.parameter != "against":
            raise
        raise InputError(f"--{error}, or an RDF file with --format patch or update") from error
    if format == "json":
        json_output.print_json(changes)
        return
    current = opened.store.build
    previous = find_current_build(Path(against)) if against else find_previous_build(current)
    earlier = describe_build(previous) if previous else "the build before, which is gone,"
    store_words = f" in {against}" if against else ""
    printing.print_lines(changes.describe(describe_build(current), f"{earlier}{store_words}"))
    counts = Counter((change.what, change.how) for change in changes)
    if counts and max(counts.values()) > MAX_CHANGED_NAMES:
        streams.print_remark("--json lists every change")


def push(
    url: Annotated[str, typer.Argument(help="Address of its SPARQL Graph Store Protocol.")],
    graph: Annotated[str, typer.Option(help="IRI of the named graph to write.")],
    update_url: Annotated[str, typer.Option(help="Address of its SPARQL Update.")] = "",
    query_url: Annotated[
        str,
        typer.Option(
            help="Address of its SPARQL queries.",
            show_default="by --update-url: /update becomes /query",
        ),
    ] = "",
    delta: Annotated[
        bool, typer.Option("--delta", help="Send only the changes since the last push.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a graph that no push has written.")
    ] = False,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify", help="Afterwards compare number and digest of each class's statements."
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Send nothing, and print what would be sent.")
    ] = False,
    timeout: Annotated[
        float, typer.Option(min=0.01, help="Seconds without an answer before a new try.")
    ] = 600,
    profile: Profile = "kb",
    quotes: Quotes = 0,
    rdf12: Rdf12 = False,
    format: options.Format = "table",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Make a graph of another triple store equal to an export, whole or by the changes.

    A push that was cut is completed by the next one. KGRAPH_PUSH_USER and KGRAPH_PUSH_PASSWORD,
    or KGRAPH_PUSH_TOKEN, log in.

    Example: kgraph push http://localhost:7878/store --graph https://example.org/kg
    --update-url http://localhost:7878/update --delta --verify
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.cli import printing
    from kgraph.cli.progress import show_progress

    with show_progress() as progress:
        report = KnowledgeGraph.open(store).push(
            url,
            graph,
            update_url=update_url,
            query_url=query_url,
            delta=delta,
            overwrite=overwrite,
            verify=verify,
            dry_run=dry_run,
            timeout=timeout,
            profile=cast("RdfProfile", profile),
            quotes=quotes,
            rdf12=rdf12,
            progress=progress,
        )
    json_output.print_result(
        report, format, lambda report: printing.print_lines(report.describe(dry_run))
    )


def view(
    focus: Annotated[str, typer.Option(help="Name to put in the middle.")] = "",
    depth: Annotated[int, typer.Option(min=1, max=3, help="Steps around the focus.")] = 1,
    type: options.Types = list(DEFAULT_VIEW_TYPES),
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
        selection = options.parse_selection(min_confidence, type, since, until, unlikely)
        drawn = graph.view(output, focus=focus, depth=depth, selection=selection, limit=limit)
    report_output_file(output, pluralize(drawn.nodes, "node"), pluralize(drawn.edges, "edge"))


def atlas(
    output: options.Output = "exports/atlas.html",
    quotes: Annotated[
        bool, typer.Option(help="Include the texts of quotes and the words around mentions.")
    ] = True,
    title: Annotated[str, typer.Option(help="Title of the page.")] = "Atlas",
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
    selection = options.parse_selection(min_confidence, type, since, until, unlikely)
    with announce("drawing the atlas", output):
        drawn = graph.atlas(output, title=title, quotes=quotes, selection=selection)
    report_output_file(output, pluralize(drawn.nodes, "node"), pluralize(drawn.edges, "edge"))
