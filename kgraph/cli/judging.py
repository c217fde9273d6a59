"""``audit`` every decision, and ``judge`` those that are wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from kgraph.cli import options
from kgraph.errors import InputError


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command(no_args_is_help=True)(audit)
    app.command(no_args_is_help=True)(judge)


def audit(
    what: Annotated[str, typer.Argument(help="mentions, shows, quotes, themes or rows.")],
    limit: options.Rows = None,
    format: options.FileFormat = "",
    as_json: options.AsJson = False,
    output: options.Output = "-",
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """List every decision with its confidence and reasons: one row for each entry.

    Example: kgraph audit mentions --format tsv --output mentions.tsv
    """
    from kgraph.cli import tables
    from kgraph.query.audit import AUDITS
    from kgraph.store import Store

    if what not in AUDITS:
        raise InputError(f"audit {what}: no such audit; choose one of {', '.join(AUDITS)}")
    wanted = options.format_for(format, output, tables.TABLES)
    tables.write_table(AUDITS[what](Store(store).graph), wanted, output, limit)


def judge(
    verb: Annotated[str, typer.Argument(help="same, different, type, rename, reject or accept.")],
    names: Annotated[list[str], typer.Argument(help="The names judged; rename: old, then new.")],
    type: Annotated[str, typer.Option(help="The type; reject and different take none.")] = "",
    why: Annotated[str, typer.Option(help="The reason, for those who come after.")] = "",
    by: options.By = "",
    judgements: options.Judgements = options.DEFAULT_JUDGEMENTS,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Write down what a person decided; every later build holds it. Delete its line to undo it.

    Example: kgraph judge same "JPMorgan Chase" "JP Morgan Private Bank" --why "one group"
    """
    from kgraph.cli.printing import plain
    from kgraph.resolve.judgementfile import append
    from kgraph.resolve.judgements import judgement

    append(judgements, options.stamp(by)(judgement(verb, names, type=type, why=why)))
    told = plain(f"{judgements}: {verb} {', '.join(names)}: build again to apply it").plain
    typer.echo(told, err=True)
    for remark in _unknown(_known_by_now(verb, names), store):
        typer.echo(f"note: {remark}; the judgement waits for it", err=True)


def _known_by_now(verb: str, names: list[str]) -> list[str]:
    """The names that the graph should have: not what was rejected, nor a new name."""
    return {"accept": [], "rename": names[:1]}.get(verb, names)


def _unknown(names: list[str], store: Path) -> Iterator[str]:
    """What the graph, if there is one, says of names that nothing in it goes by."""
    from kgraph.cli.printing import plain
    from kgraph.errors import StoreError, UnknownNameError
    from kgraph.query import Lookup
    from kgraph.store import Store

    try:
        lookup = Lookup(Store(store).shared.entities)
    except StoreError:
        return
    for name in names:
        try:
            lookup.one(name)
        except UnknownNameError as error:
            yield plain(error).plain
