"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.errors import InputError

if TYPE_CHECKING:
    from kgraph.resolve.judgements import Judgement

Store = Annotated[Path, typer.Option("--store", help="Folder of the graph.", envvar="KGRAPH_STORE")]
DEFAULT_STORE = Path(".kgraph")

Judgements = Annotated[
    Path, typer.Option("--judgements", help="File of judgements that people made.")
]
DEFAULT_JUDGEMENTS = Path("data/judgements.yaml")
By = Annotated[str, typer.Option(help="Who judges; by default the user's name.")]

Paths = Annotated[
    list[str], typer.Argument(help="Files, folders, glob patterns, or - for standard input.")
]
Output = Annotated[str, typer.Option("--output", "-o", help="File to write, or - for the screen.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
MinConfidence = Annotated[
    float, typer.Option("--min-confidence", min=0, max=1, help="Leave out what is less sure.")
]
Types = Annotated[
    list[str],
    typer.Option("--type", help="Only entities of this type, such as company; may be repeated."),
]
Since = Annotated[str, typer.Option(help="First day, such as 2025-06-01.")]
Until = Annotated[str, typer.Option(help="Last day, such as 2025-09-30.")]
Limit = Annotated[int, typer.Option(min=1, help="How many at the most.")]


def day(name: str, text: str) -> str:
    """A day in ISO 8601 form, or "" for none.

    Raises:
        InputError: it is no day.
    """
    from datetime import date

    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise InputError(f"--{name} {text}: no day: write it as 2025-06-01") from error


def stamp(by: str) -> Callable[[Judgement], Judgement]:
    """A function that says of a judgement who made it, and on which day.

    Args:
        by: who judges; "" for the user's name.
    """
    import getpass
    from datetime import date

    from msgspec.structs import replace

    who, day = by or getpass.getuser(), date.today().isoformat()
    return lambda judged: replace(judged, by=who, date=day)


def types(names: list[str], more: Sequence[str] = ()) -> frozenset[str]:
    """Names of entity types, and what more is allowed.

    Raises:
        InputError: one is not known.
    """
    from typing import get_args

    from kgraph.model import EntityType

    known = (*get_args(EntityType), *more)
    for name in names:
        if name not in known:
            raise InputError(f"--type {name}: no such type; choose one of {', '.join(known)}")
    return frozenset(names)
