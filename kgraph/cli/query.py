"""The commands ``query``, ``queries``, ``analyse``, ``stats`` and ``show``."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.base.errors import InputError
from kgraph.cli import json_output, options, streams

if TYPE_CHECKING:
    from kgraph.analysis import NamedQuery
    from kgraph.store import Store


SHOWN_ITEMS = 10  #: of each list of ``show``, and three times as many mentions of an episode
TERMINAL_ITEMS = 5  #: in a terminal, where ten of each type fill several screens


def add_commands(app: typer.Typer) -> None:
    app.command(no_args_is_help=True)(query)
    app.command()(queries)
    app.command()(schema)
    app.command(no_args_is_help=True)(analyse)
    app.command()(stats)
    app.command(no_args_is_help=True)(show)


def query(
    question: Annotated[
        str,
        typer.Argument(
            help="SPARQL, a name from `kgraph queries`, a .rq file, or - for standard input."
        ),
    ],
    param: Annotated[
        list[str], typer.Option("--param", help="NAME=VALUE of a saved query; may be repeated.")
    ] = [],
    unlikely: options.Unlikely = False,
    limit: options.RowsOption = None,
    format: Annotated[
        str,
        typer.Option(
            "--format",
            help="table, csv, tsv, json, xml, or an RDF format.",
            show_default="by the suffix of --output, else table; turtle for a graph",
        ),
    ] = "",
    as_json: options.AsJson = False,
    timeout: options.Timeout = 60,
    max_memory: options.MaxMemory = 2048,
    endpoint: options.Endpoint = "",
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = "-",
) -> None:
    """Run SPARQL or a named question.

    Example: kgraph query co-mentioned --param company=NVIDIA
    """
    from kgraph.analysis import answer_query, answer_remote_query, load_named_queries
    from kgraph.cli import tables
    from kgraph.query.formats import ANSWER_FORMAT_BY_SUFFIX, ANSWER_FORMATS
    from kgraph.query.remote import RemoteGraph
    from kgraph.query.term_hints import describe_unknown_terms
    from kgraph.store import Store

    text, parameters = _read_question(question), options.parse_parameters(param, unlikely)
    _check_counts_unlikely(text, parameters)
    format = options.resolve_format(
        format, output, ("table", *ANSWER_FORMATS), ANSWER_FORMAT_BY_SUFFIX
    )
    # Tables and this program's TSV are converted from SPARQL JSON.
    answer_format = None if format in ("table", "tsv") else format
    if endpoint:
        remote = RemoteGraph(endpoint, os.environ, timeout)
        answer = answer_remote_query(remote, text, parameters, format=answer_format, limit=limit)
        location = ["--endpoint", endpoint]
        remarks = [
            *describe_unknown_terms(text, None),
            *_describe_examples(text, parameters, location),
        ]
    else:
        opened = Store(store)
        answer = answer_query(
            opened,
            text,
            parameters,
            format=answer_format,
            timeout=timeout,
            memory=max_memory << 20,
            limit=limit,
        )
        remarks = [*describe_unknown_terms(text, opened), *_find_remarks(text, parameters, opened)]
    for remark in remarks:
        streams.print_remark(remark)
    named = load_named_queries().get(text.strip())
    omit = named.omit if named else ()
    advice = _advise_on_no_rows(text, parameters)
    if endpoint and advice:
        advice += "; most need the profile full, as kb has no quotes, rows or counts"
    tables.write_answer(
        answer, format, output, limit, omit=omit, advice=advice, is_named=named is not None
    )


def _check_counts_unlikely(question: str, parameters: dict[str, str]) -> None:
    """Check that a question has the parameter ``unlikely``, if that is given.

    Raises:
        InputError: it has not; the message says which have, and how to ask this one.
    """
    from kgraph.analysis import load_named_queries
    from kgraph.analysis.questions import is_query_name

    questions = load_named_queries()
    able = [
        name for name, q in questions.items() if any(p.name == "unlikely" for p in q.parameters)
    ]
    name = question.strip()
    if "unlikely" not in parameters or name in able:
        return
    named = questions.get(name)
    if named is None and is_query_name(question):
        return  # the error is that there is no such question
    pattern = "`?m kg:episode ?episode ; kg:entity ?entity ; kg:status kg:Unlikely`"
    hint = f"SPARQL finds unlikely mentions with {pattern}"
    if named and named.kind == "query":
        command = f"`kgraph queries {name} --sparql > mine.rq`"
        hint = f"for {name}, change its SPARQL ({command}): {pattern} in place of schema:mentions"
    raise InputError(f"--unlikely: only {', '.join(able)} take it; {hint}")


def _advise_on_no_rows(question: str, parameters: dict[str, str]) -> str:
    """Return what to change in a named question that has no rows; "" for SPARQL."""
    from kgraph.analysis import load_named_queries
    from kgraph.query.parameters import find_example_defaults

    named = load_named_queries().get(question.strip())
    if named is None or not named.parameters:
        return ""
    changes = []
    examples = find_example_defaults(named.parameters, parameters)
    for parameter in named.parameters:
        text = parameters.get(parameter.name, parameter.default) or ""
        is_day = parameter.type in ("date", "last-day") and text != parameter.default
        if parameter.name.startswith("min") and float(text or 0) > (parameter.type == "integer"):
            changes.append(f"lower {parameter.name}={text}")
        elif parameter.name in examples or parameter.type == "month" or is_day:
            changes.append(f"choose another {parameter.name}")
        elif parameter.name == "unlikely" and text == "false":
            changes.append("add --unlikely")
    advice = " or ".join(changes) or "change a parameter"
    return f"{advice}; `kgraph queries {named.name}` lists the parameters"


def _find_remarks(question: str, parameters: dict[str, str], store: Store) -> list[str]:
    """Return remarks on defaults of parameters, and on names that were substituted."""
    from kgraph.analysis import describe_query_substitutions

    location = [] if store.path == options.DEFAULT_STORE else ["--store", str(store.path)]
    return [
        *_describe_examples(question, parameters, location),
        *describe_query_substitutions(store, question, parameters),
    ]


def _describe_examples(question: str, parameters: dict[str, str], location: list[str]) -> list[str]:
    """Return remarks on defaults of parameters; ``location`` is the option of store or endpoint."""
    from kgraph.analysis import load_named_queries
    from kgraph.query.parameters import find_example_defaults

    named = load_named_queries().get(question.strip())
    examples = find_example_defaults(named.parameters, parameters) if named else {}
    if named is None or not examples:
        return []
    words = ["kgraph", "query", named.name]
    for name, value in (parameters | examples).items():
        words += ["--param", f"{name}={value}"]
    pairs = " and ".join(f"{name}={value}" for name, value in examples.items())
    return [
        f"{pairs} is an example; to choose, change it in this command:",
        f"  {shlex.join([*words, *location])}",
    ]


def _read_question(text: str) -> str:
    if text == "-":
        return sys.stdin.read().removeprefix("\ufeff")
    if text.endswith((".rq", ".sparql")):
        try:
            return Path(text).read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{text}: cannot be read ({error}): name a SPARQL file") from error
    return text


def queries(
    name: Annotated[str, typer.Argument(help="Show this question; by default list all.")] = "",
    sparql: Annotated[
        bool, typer.Option("--sparql", help="Print its SPARQL, with the parameters filled in.")
    ] = False,
    param: Annotated[
        list[str], typer.Option("--param", help="NAME=VALUE for --sparql; may be repeated.")
    ] = [],
    format: options.Format = "table",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """List the named questions, or show one with its parameters or its SPARQL.

    Example: kgraph queries co-mentioned --sparql --param company=NVIDIA
    """
    from kgraph.analysis.questions import load_named_queries, unknown_query_error
    from kgraph.cli import printing

    parameters = options.parse_parameters(param)
    if (sparql and not name) or (parameters and not sparql):
        raise InputError("name one question: kgraph queries NAME --sparql --param NAME=VALUE")
    questions = load_named_queries()
    if name and name not in questions:
        raise unknown_query_error(name)
    if sparql:
        _print_sparql(questions[name], parameters, store)
    elif format == "json":
        described = [question.describe() for question in questions.values()]
        json_output.print_json(questions[name].describe() if name else described)
    elif name:
        printing.print_question(questions[name])
    else:
        printing.print_questions(list(questions.values()))


def _print_sparql(question: NamedQuery, parameters: dict[str, str], store: Path) -> None:
    """Print the SPARQL of a question; without a graph, parameters stay variables."""
    from kgraph.base.errors import StoreMissingError
    from kgraph.query.evaluate import render_saved_query, render_unbound_query
    from kgraph.query.named import SparqlSource
    from kgraph.store import Store

    if question.kind != "query":
        raise InputError(
            f"{question.name}: answered by a program, not by SPARQL: leave --sparql out"
        )
    try:
        text = render_saved_query(Store(store), question.name, parameters)
    except StoreMissingError:
        if parameters:
            raise
        text = render_unbound_query(question.name)
        streams.print_remark(f"{store}: no graph yet: parameters are left as variables")
    typer.echo(text.rstrip("\n"))
    if not isinstance(question.source, SparqlSource):
        return
    if question.source.thinning:
        streams.print_remark(
            f"`kgraph query {question.name}` also limits its rows, which this SPARQL does not: "
            f"{question.source.thinning}"
        )
    if computed := question.source.computed or question.source.recordings:
        streams.print_remark(
            f"`kgraph query {question.name}` also computes what this SPARQL does not: {computed}"
        )


def analyse(
    name: Annotated[str, typer.Argument(help="An analysis from `kgraph queries`.")],
    param: Annotated[list[str], typer.Option("--param", help="NAME=VALUE; may be repeated.")] = [],
    unlikely: options.Unlikely = False,
    limit: options.RowsOption = None,
    format: Annotated[
        str,
        typer.Option(
            "--format",
            help="table, tsv, csv, json, or turtle.",
            show_default="by the suffix of --output, else table",
        ),
    ] = "",
    as_json: options.AsJson = False,
    timeout: options.Timeout = 60,
    max_memory: options.MaxMemory = 2048,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = "-",
) -> None:
    """Run an analysis: paths, clusters, similarity, coverage.

    Example: kgraph analyse path --param one=NVIDIA --param other=Coinbase
    """
    from kgraph.analysis import ANALYSES, run_analysis
    from kgraph.cli import tables
    from kgraph.store import Store

    suffixes = {**options.TABLE_SUFFIXES, ".ttl": "turtle"}
    format = options.resolve_format(format, output, (*options.TABLE_FORMATS, "turtle"), suffixes)
    parameters = options.parse_parameters(param, unlikely)
    _check_counts_unlikely(name, parameters)
    opened = Store(store)
    findings = run_analysis(
        opened, name, parameters, timeout=timeout, memory=max_memory << 20, limit=limit
    )
    for remark in _find_remarks(name, parameters, opened):
        streams.print_remark(remark)
    if format == "turtle":
        from kgraph.analysis.presentation import format_findings_turtle
        from kgraph.base.files import open_output_file

        with open_output_file(output) as out:
            out.write(format_findings_turtle(opened.meta.base, name, parameters, findings))
        tables.report_rows(len(findings.rows), format, output)
    else:
        advice, omit = _advise_on_no_rows(name, parameters), ANALYSES[name].omit
        table = findings.table()
        tables.write_table(table, format, output, omit=omit, advice=advice, is_named=True)
    if findings.more:
        tables.report_limit(len(findings.rows), is_user_limit=limit is not None)


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
    from kgraph.api import KnowledgeGraph
    from kgraph.cli import tables
    from kgraph.query.schema import tabulate_terms

    format = options.resolve_format(format, output)
    terms = KnowledgeGraph.open(store).schema()
    omit = ("example", "label")
    tables.write_table(tabulate_terms(terms), format, output, limit, omit=omit)


def stats(
    unlikely: options.Unlikely = False,
    format: options.Format = "table",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Count what the graph holds.

    Example: kgraph stats
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.cli import printing

    counted = KnowledgeGraph.open(store).stats(unlikely=unlikely)
    json_output.print_result(counted, format, printing.print_stats)


def show(
    name: Annotated[
        str, typer.Argument(help="An entity, theme, topic, tag or episode, by name or id.")
    ],
    limit: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1_000_000,
            help="How many of each list at most.",
            show_default=f"{SHOWN_ITEMS}; {TERMINAL_ITEMS} in a terminal",
        ),
    ] = None,
    unlikely: options.Unlikely = False,
    format: options.Format = "table",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Show an entity, theme, topic, tag or episode: names, associations, quotes and episodes.

    Example: kgraph show NVIDIA
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.cli import details
    from kgraph.graph.lookup import explain_naming
    from kgraph.views.theme_and_show import ThemeFacts

    graph = KnowledgeGraph.open(store)
    is_for_people = format == "table" and sys.stdout.isatty()
    default = TERMINAL_ITEMS if is_for_people else SHOWN_ITEMS
    page = graph.show(name, limit or default, unlikely=unlikely)
    if naming := explain_naming(graph.store.shared, name, page.id):
        streams.print_remark(naming)
    if isinstance(page, ThemeFacts):
        json_output.print_result(page, format, details.print_theme)
    else:
        json_output.print_result(page, format, details.print_page)
