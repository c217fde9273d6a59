"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from kgraph.base.errors import InputError


def _parse_folder(text: str) -> Path:
    if not str(text).strip():
        raise InputError("--store: no folder is named: leave it out, or name one")
    return Path(text)


Store = Annotated[
    Path,
    typer.Option(
        "--store", help="Folder of the graph.", envvar="KGRAPH_STORE", parser=_parse_folder
    ),
]
DEFAULT_STORE = Path(".kgraph")

Judgements = Annotated[
    str,
    typer.Option(
        "--judgements",
        envvar="KGRAPH_JUDGEMENTS",
        help="File of judgements that people made; by default that of the last build, else "
        "data/judgements.yaml.",
        show_default=False,
    ),
]
DEFAULT_JUDGEMENTS = ""
JudgedBy = Annotated[str, typer.Option(help="Who judges; by default the user's name.")]

Paths = Annotated[
    list[str], typer.Argument(help="Files, folders, glob patterns, or - for standard input.")
]
Output = Annotated[str, typer.Option("--output", "-o", help="File to write, or - for the screen.")]


def _default_to_json(context: typer.Context, wanted: bool) -> None:
    """What ``--json`` does: it makes JSON the default of the command's ``--format``."""
    if wanted:
        context.default_map = {**(context.default_map or {}), "format": "json"}


AsJson = Annotated[
    bool,
    typer.Option(
        "--json",
        callback=_default_to_json,
        is_eager=True,
        expose_value=False,
        help="The same as --format json.",
    ),
]
"""Stands beside a ``--format``, and is no value of its own."""
Format = Annotated[str, typer.Option("--format", help="table, for people, or json.")]
FileFormat = Annotated[
    str,
    typer.Option(
        "--format",
        help="table, tsv, csv or json.",
        show_default="table, or what the suffix of --output says",
    ),
]
"""Of a command that writes a table to ``--output``; "" where the output's suffix decides."""
Timeout = Annotated[float, typer.Option(min=0.01, help="Seconds before it is stopped.")]
MaxMemory = Annotated[int, typer.Option(min=64, help="MB of memory that it may take.")]
MinConfidence = Annotated[
    float, typer.Option("--min-confidence", min=0, max=1, help="Leave out what is less sure.")
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
RowsOption = Annotated[
    int | None,
    typer.Option("--limit", min=1, max=1_000_000, help="How many rows at most."),
]
"""A limit of a command that has none of its own, or one for each question."""

TABLE_SUFFIXES = {".csv": "csv", ".tsv": "tsv", ".json": "json"}
"""How the name of a file with a table ends -> name of its format."""


def is_json(format: str) -> bool:
    """Whether JSON is wanted of a command that gives that or a table.

    Raises:
        InputError: the format is neither.
    """
    return check_format(format, ("table", "json")) == "json"


def check_format(format: str, known: Collection[str]) -> str:
    """A format, before any work is done for it.

    Raises:
        InputError: it is not known.
    """
    if format not in known:
        raise InputError(f"--format {format}: choose one of {', '.join(known)}")
    return format


def resolve_format(
    format: str,
    output: str,
    known: Collection[str],
    suffixes: Mapping[str, str] = TABLE_SUFFIXES,
) -> str:
    """The format that is wanted: the one that is named, else that of the output's suffix, else
    ``table``.

    Args:
        format: its name; "" where none is given.
        output: file to write, or - for the screen.
        known: names of formats.
        suffixes: how a file's name ends -> name of a format.

    Raises:
        InputError: it is not known.
    """
    if format:
        return check_format(format, known)
    named = suffixes.get(Path(output).suffix.lower(), "")
    return named if named in known else "table"


def wants_table(format: str, output: str) -> bool:
    """Whether a table for people is wanted: in a file, a table is for programs (TSV)."""
    return format == "table" and output == "-"


def parse_day_option(name: str, text: str) -> str:
    """A day in ISO 8601 form, or "" for none; of a month or a year the first, for ``until`` the
    last.

    Raises:
        InputError: it is not a date.
    """
    from kgraph.base.text import parse_bound

    return parse_bound(name, text, label=f"--{name}")


def parse_types(names: list[str], extra_types: Sequence[str] = ()) -> frozenset[str]:
    """Names of entity types, and what more is allowed.

    Raises:
        InputError: one is not known.
    """
    from kgraph.base.entity_types import TYPE_NAMES

    known = (*TYPE_NAMES, *extra_types)
    for name in names:
        if name not in known:
            raise InputError(f"--type {name}: no such type; choose one of {', '.join(known)}")
    return frozenset(names)
