"""``query``, ``queries``, ``analyse``, ``diff``, ``stats``, ``show`` and ``why``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kgraph.cli import options
from kgraph.errors import InputError
from kgraph.names import without_surrogates


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command(no_args_is_help=True)(query)
    app.command()(queries)
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
    format: Annotated[
        str, typer.Option("--format", help="table, csv, tsv, json, xml, or an RDF format.")
    ] = "table",
    as_json: options.AsJson = False,
    timeout: options.Timeout = 60,
    max_memory: options.MaxMemory = 2048,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = "-",
) -> None:
    """Ask the graph a question.

    Example: kgraph query co-mentioned --param company=NVIDIA
    """
    from kgraph.analysis import answer as ask
    from kgraph.analysis import questions, taken
    from kgraph.cli import printing
    from kgraph.export.export import opened
    from kgraph.query.hints import hints
    from kgraph.store import Store

    text, given, place = _question(question), _parameters(param), Store(store)
    wanted = None if format == "table" else format
    answer = ask(place, text, given, format=wanted, timeout=timeout, memory=max_memory << 20)
    for remark in (*hints(text), *taken(place, text, given)):
        printing.remark(remark)
    if format == "table" and answer.kind != "graph":
        printing.answer(answer, output, questions().get(text.strip()))
        return
    with opened(output) as out:
        out.write(answer.data)


def _question(text: str) -> str:
    if text == "-":
        return sys.stdin.read().removeprefix("\ufeff")
    if text.endswith((".rq", ".sparql")):
        try:
            return Path(text).read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{text}: cannot be read ({error}): name a SPARQL file") from error
    return text


def _parameters(pairs: list[str]) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InputError(f"--param {pair}: write it as NAME=VALUE")
        if without_surrogates(pair) != pair:
            raise InputError(f"--param {without_surrogates(pair)}: not UTF-8: encode it anew")
        if name in parameters:
            raise InputError(f"--param {pair}: {name} is given more than once: give it once")
        parameters[name] = value
    return parameters


def queries(format: options.Format = "table", as_json: options.AsJson = False) -> None:
    """List the questions that have a name, with their parameters.

    Example: kgraph queries
    """
    from kgraph.analysis import questions
    from kgraph.cli import printing

    wants_json = options.is_json(format)
    found = list(questions().values())
    if wants_json:
        printing.json(found)
    else:
        printing.queries(found)


def analyse(
    name: Annotated[str, typer.Argument(help="An analysis of `kgraph queries`.")],
    param: Annotated[list[str], typer.Option("--param", help="NAME=VALUE; may be repeated.")] = [],
    format: Annotated[
        str, typer.Option("--format", help="table, tsv, csv, json, or turtle.")
    ] = "table",
    as_json: options.AsJson = False,
    timeout: options.Timeout = 60,
    max_memory: options.MaxMemory = 2048,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = "-",
) -> None:
    """Answer what takes a program: paths, clusters, likeness, covers.

    Example: kgraph analyse path --param one=NVIDIA --param other=Coinbase
    """
    from kgraph.analysis import analyse as run
    from kgraph.analysis import taken
    from kgraph.cli import printing
    from kgraph.export.export import opened
    from kgraph.store import Store

    options.chosen(format, (*printing.TABLES, "turtle"))
    place, parameters = Store(store), _parameters(param)
    found = run(place, name, parameters, timeout=timeout, memory=max_memory << 20)
    for remark in taken(place, name, parameters):
        printing.remark(remark)
    if format == "turtle":
        from kgraph.analysis.rdf import turtle_of_findings

        with opened(output) as out:
            out.write(turtle_of_findings(place.meta.base, name, parameters, found))
        return
    printing.table(found.table(), format, output)


def diff(
    format: options.Format = "table",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Say what changed in the graph since the last build.

    Example: kgraph diff
    """
    from kgraph.analysis.diff import sentences
    from kgraph.cli import printing
    from kgraph.store import Store

    wants_json = options.is_json(format)
    found = Store(store).changes
    if wants_json:
        printing.json(found)
    else:
        printing.lines(sentences(found))


def stats(
    format: options.Format = "table",
    as_json: options.AsJson = False,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Count what the graph holds.

    Example: kgraph stats
    """
    from kgraph.cli import printing
    from kgraph.query.stats import stats as count
    from kgraph.store import Store

    wants_json = options.is_json(format)
    found = count(Store(store).graph)
    if wants_json:
        printing.json(found)
    else:
        printing.stats(found)


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
    from kgraph.cli import printing, things
    from kgraph.query.show import show as look_up
    from kgraph.store import Store

    wants_json = options.is_json(format)
    page = look_up(Store(store), name, limit)
    if wants_json:
        printing.json(page)
    else:
        things.page(page)


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
    from kgraph.cli import printing, things
    from kgraph.query.why import why as look_behind
    from kgraph.store import Store

    wants_json = options.is_json(format)
    explanations = look_behind(Store(store), episode, name)
    if wants_json:
        printing.json(explanations)
    else:
        things.explanations(explanations)
