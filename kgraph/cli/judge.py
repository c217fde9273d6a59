"""``audit`` every decision, and ``judge`` those that are wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.base.errors import InputError
from kgraph.cli import options

if TYPE_CHECKING:
    from kgraph.resolve.judgement import Judgement


def add_to(app: typer.Typer) -> None:
    """Add this file's commands."""
    app.command(no_args_is_help=True)(audit)
    app.command(no_args_is_help=True)(judge)


def audit(
    what: Annotated[str, typer.Argument(help="mentions, shows, quotes, themes or rows.")],
    limit: options.RowsOption = None,
    format: options.FileFormat = "",
    as_json: options.AsJson = False,
    output: options.Output = "-",
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """List every decision with its confidence and reasons: one row for each entry.

    Example: kgraph audit mentions --format tsv --output mentions.tsv
    """
    from kgraph.cli import tables
    from kgraph.store import Store
    from kgraph.views.audit_tables import find_audit

    tabulate = find_audit(what)
    wanted = options.resolve_format(format, output, tables.TABLE_FORMATS)
    tables.write_table(tabulate(Store(store).graph), wanted, output, limit)


def judge(
    verb: Annotated[
        str, typer.Argument(help="same, different, type, rename, reject or accept.")
    ] = "",
    names: Annotated[
        list[str],
        typer.Argument(help="Names, or ids such as product/gemini; rename: old, then new."),
    ] = [],
    type: Annotated[str, typer.Option(help="The type; reject and different take none.")] = "",
    why: Annotated[str, typer.Option(help="The reason, for those who come after.")] = "",
    by: options.JudgedBy = "",
    list_: Annotated[bool, typer.Option("--list", help="Print all judgements instead.")] = False,
    undo: Annotated[
        bool,
        typer.Option("--undo", help="Remove the last judgement instead, or the one of a LINE."),
    ] = False,
    format: options.Format = "table",
    as_json: options.AsJson = False,
    judgements: options.Judgements = options.DEFAULT_JUDGEMENTS,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Write down what a person decided; every later build applies it.

    A name stands for all rows that are called so, an id for the rows that were taken for that
    entity. --list prints what was judged; --undo removes it again: the last, or --undo LINE.

    Example: kgraph judge same "JPMorgan Chase" "JP Morgan Private Bank" --why "one group"
    """
    from kgraph.cli import printing
    from kgraph.resolve import judgements_file
    from kgraph.resolve.judgement import make_judgement
    from kgraph.store.origin import choose_judgements
    from kgraph.views.judging import sign_judgement

    wants_json = options.is_json(format)
    chosen = choose_judgements(store, judgements, write=True)
    file = chosen.output
    if list_ and undo:
        raise InputError("judge --list --undo: choose one of the two")
    if list_:
        _refuse_names("--list", [verb, *names])
        _print_judgements(file, wants_json)
        return
    if undo:
        _refuse_names("--undo", names)
        removed = judgements_file.remove_judgement(file, _parse_line(verb))
        told = f"{file}:{removed.line}: removed {removed}: build again to apply it"
    else:
        judged = sign_judgement(make_judgement(verb, names, type=type, why=why), by)
        judgements_file.append_judgement(file, judged)
        told = f"{file}: {judged}: build again to apply it"
    printing.print_remark(told)
    notes = chosen.notes if judgements else ()
    for note in (*notes, *(() if undo else _find_remarks(judged, store))):
        printing.print_remark(f"note: {note}")


def _refuse_names(option: str, words: list[str]) -> None:
    """Let no word stand beside an option that takes none."""
    if given := [word for word in words if word]:
        raise InputError(f"judge {option}: {' '.join(given)}: takes no names: leave them out")


def _parse_line(text: str) -> int:
    """The line that is to be undone, 0 for the last judgement."""
    if not text:
        return 0
    if not text.isdecimal() or int(text) == 0:
        raise InputError(f"judge --undo {text}: not a line: `kgraph judge --list` shows them")
    return int(text)


def _print_judgements(file: Path, wants_json: bool) -> None:
    """Print the judgements of a file with the lines that they stand on."""
    from kgraph.cli import printing
    from kgraph.resolve import judgements_file

    found = judgements_file.load_judgements(file)
    if wants_json:
        printing.print_json(found)
        return
    columns = ("line", "verb", "names", "type", "by", "date", "why")
    cells = [
        (j.line, j.verb, " | ".join(j.names), j.type or "", j.by, j.date, j.why) for j in found
    ]
    printing.print_rows(columns, cells, str(file))
    if not found:
        printing.print_remark(f"{file}: no judgements yet")


def _find_remarks(judged: Judgement, store: Path) -> list[str]:
    """What the graph, if there is one, says of names that no row has."""
    from kgraph.base.errors import StoreError
    from kgraph.store import Store
    from kgraph.views.judging import describe_unknown_names

    try:
        return describe_unknown_names(Store(store), judged)
    except StoreError:
        return []
