"""``query``, ``queries``, ``analyse``, ``diff``, ``stats``, ``show`` and ``why``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.base.errors import InputError
from kgraph.base.text import replace_surrogates
from kgraph.cli import options

if TYPE_CHECKING:
    from kgraph.analysis import NamedQuery
    from kgraph.store import Store


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command(no_args_is_help=True)(query)
    app.command()(queries)
    app.command()(schema)
    app.command(no_args_is_help=True)(analyse)
    app.command()(diff)
    app.command()(stats)
    app.command(no_args_is_help=True)(show)
    app.command(no_args_is_help=True)(why)


def query(
    question: Annotated[
        str, typer.Argument(help="SPARQL, a name of `kgraph queries`, a .rq file, or - for stdin.")
    ],
    param: Annotated[
        list[str], typer.Option("--param", help="NAME=VALUE of a saved query; may be repeated.")
    ] = [],
    limit: options.RowsOption = None,
    format: Annotated[
        str,
        typer.Option(
            "--format",
            help="table, csv, tsv, json, xml, or an RDF format.",
            show_default="what the suffix of --output says, else table, of a graph turtle",
        ),
    ] = "",
    as_json: options.AsJson = False,
    timeout: options.Timeout = 60,
    max_memory: options.MaxMemory = 2048,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = "-",
) -> None:
    """Ask the graph a question.

    Example: kgraph query co-mentioned --param company=NVIDIA
    """
    from kgraph.analysis import answer_query as ask
    from kgraph.cli import printing, tables
    from kgraph.query.formats import ANSWER_FORMAT_BY_SUFFIX, ANSWER_FORMATS
    from kgraph.query.term_hints import describe_unknown_terms
    from kgraph.store import Store

    text, given, place = _read_question(question), _parse_parameters(param), Store(store)
    wanted = options.resolve_format(
        format, output, ("table", *ANSWER_FORMATS), ANSWER_FORMAT_BY_SUFFIX
    )
    # The table for people and the command line's TSV are made from SPARQL JSON.
    asked = None if wanted in ("table", "tsv") else wanted
    answer = ask(
        place, text, given, format=asked, timeout=timeout, memory=max_memory << 20, limit=limit
    )
    for remark in (*describe_unknown_terms(text, place), *_find_remarks(text, given, place)):
        printing.print_remark(remark)
    tables.write_answer(answer, wanted, output, limit)


def _find_remarks(question: str, given: dict[str, str], store: Store) -> list[str]:
    """What names were taken for, and what a question is about where nobody said so."""
    from kgraph.analysis import describe_query_substitutions, load_named_queries
    from kgraph.query.parameters import describe_defaults

    known = load_named_queries().get(question.strip())
    said = describe_defaults(known.parameters, given) if known else []
    return [*said, *describe_query_substitutions(store, question, given)]


def _read_question(text: str) -> str:
    if text == "-":
        return sys.stdin.read().removeprefix("\ufeff")
    if text.endswith((".rq", ".sparql")):
        try:
            return Path(text).read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{text}: cannot be read ({error}): name a SPARQL file") from error
    return text


def _parse_parameters(pairs: list[str]) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InputError(f"--param {pair}: write it as NAME=VALUE")
        if replace_surrogates(pair) != pair:
            raise InputError(f"--param {replace_surrogates(pair)}: not UTF-8: encode it anew")
        if name in parameters:
            raise InputError(f"--param {pair}: {name} is given more than once: give it once")
        parameters[name] = value
    return parameters


def queries(
    name: Annotated[str, typer.Argument(help="Show this one; by default all are listed.")] = "",
    sparql: Annotated[
        bool, typer.Option("--sparql", help="Print its SPARQL, with its parameters in place.")
    ] = False,
    param: Annotated[
        list[str], typer.Option("--param", help="NAME=VALUE for --sparql; may be repeated.")
    ] = [],
    format: options.Format = "table",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """List the questions that have a name, or show one: its parameters, its SPARQL.

    Example: kgraph queries co-mentioned --sparql --param company=NVIDIA
    """
    from kgraph.analysis.questions import load_named_queries, unknown_query_error
    from kgraph.cli import printing

    wants_json = options.is_json(format)
    given = _parse_parameters(param)
    if (sparql and not name) or (given and not sparql):
        raise InputError("name one question: kgraph queries NAME --sparql --param NAME=VALUE")
    known = load_named_queries()
    if name and name not in known:
        raise unknown_query_error(name)
    if sparql:
        _print_sparql(known[name], given, store)
    elif wants_json:
        printing.print_json(known[name] if name else list(known.values()))
    elif name:
        printing.print_question(known[name])
    else:
        printing.print_questions(list(known.values()))


def _print_sparql(question: NamedQuery, given: dict[str, str], store: Path) -> None:
    """Print the SPARQL of a question; without a graph, its parameters stay variables."""
    from kgraph.base.errors import StoreMissingError
    from kgraph.cli import printing
    from kgraph.query.evaluate import render_saved_query, render_unbound_query
    from kgraph.query.saved import load_saved_queries
    from kgraph.store import Store

    if question.kind != "query":
        raise InputError(
            f"{question.name}: a program answers it, and no SPARQL: leave --sparql out"
        )
    try:
        text = render_saved_query(Store(store), question.name, given)
    except StoreMissingError:
        if given:
            raise
        text = render_unbound_query(question.name)
        printing.print_remark(f"{store}: no graph here yet: the parameters are left as variables")
    typer.echo(text.rstrip("\n"))
    if keep := load_saved_queries()[question.name].keep:
        once = f", no {keep.once} twice" if keep.once else ""
        printing.print_remark(
            f"`kgraph query {question.name}` also thins its rows out, which this does not: "
            f"{keep.each} of each {keep.column}, {keep.all} in all{once}"
        )


def analyse(
    name: Annotated[str, typer.Argument(help="An analysis of `kgraph queries`.")],
    param: Annotated[list[str], typer.Option("--param", help="NAME=VALUE; may be repeated.")] = [],
    limit: options.RowsOption = None,
    format: Annotated[
        str,
        typer.Option(
            "--format",
            help="table, tsv, csv, json, or turtle.",
            show_default="table, or what the suffix of --output says",
        ),
    ] = "",
    as_json: options.AsJson = False,
    timeout: options.Timeout = 60,
    max_memory: options.MaxMemory = 2048,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = "-",
) -> None:
    """Answer what takes a program: paths, clusters, likeness, covers.

    Example: kgraph analyse path --param one=NVIDIA --param other=Coinbase
    """
    from kgraph.analysis import run_analysis as run
    from kgraph.cli import printing, tables
    from kgraph.store import Store

    suffixes = {**options.TABLE_SUFFIXES, ".ttl": "turtle"}
    wanted = options.resolve_format(format, output, (*tables.TABLE_FORMATS, "turtle"), suffixes)
    place, parameters = Store(store), _parse_parameters(param)
    found = run(place, name, parameters, timeout=timeout, memory=max_memory << 20, limit=limit)
    for remark in _find_remarks(name, parameters, place):
        printing.print_remark(remark)
    if wanted == "turtle":
        from kgraph.analysis.rdf import format_findings_turtle
        from kgraph.base.files import open_output_file

        with open_output_file(output) as out:
            out.write(format_findings_turtle(place.meta.base, name, parameters, found))
        tables.report_rows(len(found.rows), wanted, output)
    else:
        tables.write_table(found.table(), wanted, output)
    if found.more:
        tables.report_limit(len(found.rows), is_user_limit=limit is not None)


def schema(
    limit: options.RowsOption = None,
    format: options.FileFormat = "",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = "-",
) -> None:
    """List the classes and properties that the graph uses, with counts and examples.

    Example: kgraph schema --output schema.csv
    """
    from kgraph.cli import tables
    from kgraph.query.schema import describe_schema, tabulate_terms
    from kgraph.store import Store

    wanted = options.resolve_format(format, output, tables.TABLE_FORMATS)
    tables.write_table(tabulate_terms(describe_schema(Store(store))), wanted, output, limit)


def diff(
    format: options.Format = "table",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Say what changed in the graph since the last build.

    Example: kgraph diff
    """
    from kgraph.analysis.diff import describe_changes
    from kgraph.cli import printing
    from kgraph.store import Store

    wants_json = options.is_json(format)
    found = Store(store).changes
    if wants_json:
        printing.print_json(found)
    else:
        printing.print_lines(describe_changes(found))


def stats(
    format: options.Format = "table",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Count what the graph holds.

    Example: kgraph stats
    """
    from kgraph.cli import printing
    from kgraph.store import Store
    from kgraph.views.stats import count_graph as count

    wants_json = options.is_json(format)
    found = count(Store(store).graph)
    if wants_json:
        printing.print_json(found)
    else:
        printing.print_stats(found)


def show(
    name: Annotated[str, typer.Argument(help="An entity or an episode, by name, alias or id.")],
    limit: options.Limit = 10,
    format: options.Format = "table",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Show one thing: its names, what stands beside it, its quotes and episodes.

    Example: kgraph show NVIDIA
    """
    from kgraph.cli import print_things, printing
    from kgraph.store import Store
    from kgraph.views.open_graph import OpenGraph
    from kgraph.views.thing import look_up

    wants_json = options.is_json(format)
    page = look_up(OpenGraph(Store(store)), name, limit)
    if wants_json:
        printing.print_json(page)
    else:
        print_things.print_page(page)


def why(
    episode: Annotated[str, typer.Argument(help="An episode, by file name, title or id.")],
    name: Annotated[str, typer.Argument(help="What it mentions, by name or as written.")],
    format: options.Format = "table",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Say why an episode is linked to something, or why something was rejected.

    Example: kgraph why 2025-10-02-tll-137-polymarket-comes-home.md Polymarket
    """
    from kgraph.cli import print_things, printing
    from kgraph.store import Store
    from kgraph.views.why import explain_by_name as look_behind

    wants_json = options.is_json(format)
    explanations = look_behind(Store(store), episode, name)
    if wants_json:
        printing.print_json(explanations)
    else:
        print_things.print_explanations(explanations)
