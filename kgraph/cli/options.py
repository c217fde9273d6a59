"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgraph.base.errors import InputError
from kgraph.base.text import replace_surrogates

if TYPE_CHECKING:
    from kgraph.graph import Selection
    from kgraph.project import ProjectSettings


def _parse_folder(text: str) -> Path:
    if not str(text).strip():
        raise InputError("--store: no folder is named: leave it out, or name one")
    return Path(text)


Store = Annotated[
    Path,
    typer.Option(
        "--store",
        help="Folder of the graph; a project sets it.",
        envvar="KGRAPH_STORE",
        parser=_parse_folder,
    ),
]
DEFAULT_STORE = Path(".kgraph")

Judgements = Annotated[
    str,
    typer.Option(
        "--judgements",
        envvar="KGRAPH_JUDGEMENTS",
        help="File of judgements; by default that of the project, else of the last build, else "
        "data/judgements.yaml.",
        show_default=False,
    ),
]
DEFAULT_JUDGEMENTS = ""
JudgedBy = Annotated[str, typer.Option(help="Name of the judge; by default the user's name.")]
BuildAtOnce = Annotated[
    bool,
    typer.Option(
        "--build", help="Build at once from what the last build read; only what changes is redone."
    ),
]

Paths = Annotated[
    list[str],
    typer.Argument(
        help="Files, folders, glob patterns, or - for standard input.",
        show_default="the sources of the project",
    ),
]
Exclude = Annotated[
    list[str],
    typer.Option(
        "--exclude",
        metavar="PATTERN",
        help="Leave files and folders out, such as Templates/ or *.draft.md: a pattern of "
        ".gitignore, from the current folder; may be repeated.",
        show_default="those of the project",
    ),
]
Dask = Annotated[
    str,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        help="Share the work with a Dask cluster: tcp://HOST:PORT of its scheduler, or local:N for "
        "N workers of this machine.",
    ),
]
Work = Annotated[
    str,
    typer.Option(
        "--work",
        metavar="URL",
        help="Folder or URL that all workers of --dask share, so that each file is read once.",
    ),
]
Output = Annotated[str, typer.Option("--output", "-o", help="File to write, or - for the screen.")]


def _default_to_json(context: typer.Context, is_set: bool) -> None:
    if is_set:
        context.default_map = {**(context.default_map or {}), "format": "json"}


#: Accompanies ``--format``, and has no value of its own.
AsJson = Annotated[
    bool,
    typer.Option(
        "--json",
        callback=_default_to_json,
        is_eager=True,
        expose_value=False,
        help="Same as --format json.",
    ),
]
Format = Annotated[
    str,
    typer.Option(
        "--format",
        callback=lambda format: check_format(format, ("table", "json")),
        help="table or json.",
    ),
]
#: ``--format`` of a command that writes a table to ``--output``; "" if the suffix decides.
FileFormat = Annotated[
    str,
    typer.Option(
        "--format",
        help="table, tsv, csv or json.",
        show_default="by the suffix of --output, else table",
    ),
]
Endpoint = Annotated[
    str,
    typer.Option(
        metavar="URL",
        help="Ask this SPARQL endpoint, which holds an export of the graph, and no store.",
    ),
]
Timeout = Annotated[float, typer.Option(min=0.01, help="Seconds before it is stopped.")]
MaxMemory = Annotated[int, typer.Option(min=64, help="Memory in MB at most.")]
MinConfidence = Annotated[
    float, typer.Option("--min-confidence", min=0, max=1, help="Lowest confidence of a mention.")
]
Unlikely = Annotated[
    bool,
    typer.Option(
        "--unlikely", help="Count mentions that are more likely wrong than right as well."
    ),
]
Types = Annotated[
    list[str],
    typer.Option("--type", help="Only entities of this type, such as company; may be repeated."),
]
Since = Annotated[
    str, typer.Option(help="First day, such as 2025-06-01; or a month, such as 2025-06.")
]
Until = Annotated[
    str, typer.Option(help="Last day, such as 2025-09-30; or a month, such as 2025-09.")
]
Limit = Annotated[int, typer.Option(min=1, max=1_000_000, help="How many at most.")]
#: Limit of a command without a default limit, or with one for each question.
RowsOption = Annotated[
    int | None,
    typer.Option("--limit", min=1, max=1_000_000, help="How many rows at most."),
]

TABLE_FORMATS = ("table", "tsv", "csv", "json")

#: Suffix of a file -> format of a table.
TABLE_SUFFIXES = {".csv": "csv", ".tsv": "tsv", ".json": "json"}


#: Option -> what help writes for its value, where that is not the option's name in capitals.
VALUE_NAMES = {
    **dict.fromkeys(("at_once", "depth", "limit", "per_episode", "quotes", "workers"), "N"),
    **dict.fromkeys(("min_confidence", "min_relevance", "min_score"), "NUMBER"),
    **dict.fromkeys(("interval", "timeout"), "SECONDS"),
    **dict.fromkeys(("max_answer", "max_memory"), "MB"),
    **dict.fromkeys(("judgements", "output", "turtle"), "FILE"),
    **dict.fromkeys(("files", "store"), "FOLDER"),
    **dict.fromkeys(("address", "query_url", "update_url"), "URL"),
    **dict.fromkeys(("base", "graph"), "IRI"),
    **dict.fromkeys(("by", "company", "focus", "show", "theme"), "NAME"),
    **dict.fromkeys(("since", "until"), "DAY"),
    **dict.fromkeys(("name_column", "type_column"), "COLUMN"),
    **{"against": "PATH", "previous": "PATH", "param": "NAME=VALUE", "input_format": "FORMAT"},
    **{"allow_host": "HOST", "cors": "SITE", "forwarded_allow_ips": "IPS", "http": "HOST:PORT"},
    **{"title": "TEXT", "why": "TEXT"},
}


def name_values(parameters: Iterable[Any]) -> None:
    """Set what help writes for the values of a command's options and arguments.

    typer writes their Python types: ``<list[str]>``.
    """
    for parameter in parameters:
        if parameter.param_type_name == "argument":
            parameter.display_type_rich = lambda ctx: ""  # its name says it
        elif parameter.metavar is None and not parameter.is_flag:
            parameter.metavar = VALUE_NAMES.get(parameter.name, parameter.name.upper())


def choose_sources(paths: list[str], project: ProjectSettings | None) -> list[str]:
    """Return the paths that the user names, else the sources of the project.

    Raises:
        InputError: there are neither.
        DataError: a source of the project is not there.
    """
    if paths:
        return paths
    if project is None:
        raise InputError(
            "no PATH is named, and there is no kgraph.toml here or above: name files or folders, "
            "or run `kgraph init`"
        )
    project.check_sources()
    return list(project.sources)


def check_format(format: str, formats: Collection[str]) -> str:
    """Return a format if it is one of ``formats``.

    Raises:
        InputError: it is not.
    """
    if format not in formats:
        raise InputError(f"--format {format}: choose one of {', '.join(formats)}")
    return format


def resolve_format(
    format: str,
    output: str,
    formats: Collection[str] = TABLE_FORMATS,
    suffixes: Mapping[str, str] = TABLE_SUFFIXES,
) -> str:
    """Return the named format, else the format of the output's suffix, else ``table``.

    Raises:
        InputError: the named format is not one of ``formats``.
    """
    if format:
        return check_format(format, formats)
    by_suffix = suffixes.get(Path(output).suffix.lower(), "")
    return by_suffix if by_suffix in formats else "table"


def wants_table(format: str, output: str) -> bool:
    """Return whether to print a table on the screen; in a file, a table is TSV."""
    return format == "table" and output == "-"


def parse_selection(
    min_confidence: float,
    types: list[str],
    since: str,
    until: str,
    unlikely: bool,
    episodes: Sequence[str] = (),
) -> Selection:
    """Return the part of a graph that the options choose.

    A bound is the first day of a month or year for since, the last for until; "" for none.

    Raises:
        InputError: an option is wrong.
    """
    from kgraph.base.text import parse_bound
    from kgraph.graph import Selection

    return Selection(
        min_confidence,
        parse_types(types),
        parse_bound("since", since, label="--since"),
        parse_bound("until", until, label="--until"),
        frozenset(episodes),
        unlikely,
    )


def parse_types(names: list[str], extra_types: Sequence[str] = ()) -> frozenset[str]:
    """Return the names of entity types as a set.

    Raises:
        InputError: a type is unknown.
    """
    from kgraph.base.entity_types import TYPE_NAMES

    types = (*TYPE_NAMES, *extra_types)
    for name in names:
        if name not in types:
            raise InputError(f"--type {name}: no such type; choose one of {', '.join(types)}")
    return frozenset(names)


def parse_parameters(pairs: list[str], unlikely: bool = False) -> dict[str, str]:
    """Return the parameters of ``--param NAME=VALUE``, and ``unlikely`` as one of them.

    Raises:
        InputError: one is not written so, or stands twice.
    """
    parameters = {"unlikely": "true"} if unlikely else {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InputError(f"--param {pair}: write it as NAME=VALUE")
        if replace_surrogates(pair) != pair:
            raise InputError(f"--param {replace_surrogates(pair)}: not UTF-8: encode it as UTF-8")
        if name in parameters:
            raise InputError(f"--param {pair}: {name} is given more than once: give it once")
        parameters[name] = value
    return parameters


def wants_store(context: typer.Context, to: str, shards: Mapping[str, object]) -> bool:
    """Return whether a build writes a store, and not statements alone.

    Args:
        to: folder or URL of the statements; "" for none.
        shards: what is only of these, by name.

    Raises:
        InputError: an option is there without what it is of.
    """

    def is_given(name: str) -> bool:
        source = context.get_parameter_source(name)
        return source is not None and source.name == "COMMANDLINE"

    if not to:
        for name in filter(is_given, shards):
            raise InputError(f"--{name} is of --to: name a folder or URL with --to")
        if is_given("to"):
            raise InputError("--to: no folder is named: leave it out, or name one")
    has_store = not to or is_given("store")
    if not has_store:
        for name in filter(is_given, ("turtle", "previous", "full", "explain")):
            raise InputError(f"--{name} needs a store: add --store, or leave --{name} out")
    return has_store
