"""``audit``: every decision, for people who check and programs that score."""

from __future__ import annotations

from typing import Annotated

import typer

from kgraph.cli import options
from kgraph.errors import InputError


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command(no_args_is_help=True)(audit)


def audit(
    what: Annotated[str, typer.Argument(help="mentions, shows, quotes, themes or rows.")],
    format: Annotated[str, typer.Option("--format", help="table, tsv, csv or json.")] = "table",
    output: options.Output = "-",
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """List every decision with its confidence and reasons: one row for each entry.

    Example: kgraph audit mentions --format tsv --output mentions.tsv
    """
    from kgraph.cli import printing
    from kgraph.query.audit import AUDITS
    from kgraph.store import Store

    if what not in AUDITS:
        raise InputError(f"audit {what}: no such audit; choose one of {', '.join(AUDITS)}")
    printing.table(AUDITS[what](Store(store).graph), format, output)
