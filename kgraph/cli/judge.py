"""The commands ``audit`` and ``judge``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from kgraph.base.errors import InputError, StoreError, StoreMissingError
from kgraph.cli import json_output, options, streams

if TYPE_CHECKING:
    from kgraph.resolve.judgement import Judgement
    from kgraph.views.audit import AuditName


def add_commands(app: typer.Typer) -> None:
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
    from kgraph.api import KnowledgeGraph
    from kgraph.cli import tables
    from kgraph.query.table import RowTable

    table_format = options.resolve_format(format, output)
    audit = KnowledgeGraph.open(store).audit(cast("AuditName", what))
    columns, rows = audit.tabulate()
    tables.write_table(
        RowTable(tuple(columns), (tuple(row) for row in rows)), table_format, output, limit
    )
    if audit.note:
        streams.print_remark(audit.note)


def judge(
    context: typer.Context,
    verb: Annotated[
        str,
        typer.Argument(help="same, different, type, rename, reject, accept, sameas or not-sameas."),
    ] = "",
    names: Annotated[
        list[str],
        typer.Argument(
            help="Names, or ids such as product/gemini; same: first what the thing is called; "
            "rename: old, then new; sameas: a name, then its ids in other registers, such as "
            "Q182477 or NASDAQ:NVDA."
        ),
    ] = [],
    type: Annotated[str, typer.Option(help="The type, for same, type, rename and accept.")] = "",
    why: Annotated[str, typer.Option(help="The reason, for later readers.")] = "",
    by: options.JudgedBy = "",
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say what it would change; write nothing.")
    ] = False,
    build: options.BuildAtOnce = False,
    list_: Annotated[
        bool, typer.Option("--list", help="List all judgements instead, or those with VERB.")
    ] = False,
    undo: Annotated[
        bool,
        typer.Option("--undo", help="Remove the last judgement instead, or those on LINE..."),
    ] = False,
    format: options.Format = "table",
    as_json: options.AsJson = False,
    judgements: options.Judgements = options.DEFAULT_JUDGEMENTS,
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Record a decision; every later build applies it, or --build at once.

    A name stands for all rows with that name, an id for all rows that were decided as that
    entity. sameas says which ids it has in other registers, not-sameas which it does not have:
    Wikidata, CIK, ISIN, ticker, CoinGecko, CAIP-2, GeoNames, ISO 3166, website, Wikipedia.
    --preview tells which rows, entities and ids would change. --list prints all judgements,
    --list VERB those with one verb; --undo removes the last one, --undo LINE... those on some
    lines, and says how to bring them back.

    Example: kgraph judge same "JPMorgan Chase" "JP Morgan Private Bank" --why "one group"
    """
    from kgraph.cli.corrections import Corrector
    from kgraph.judging.signature import sign_judgement
    from kgraph.resolve.judgement import make_judgement, select_judgements

    modes = {"--list": list_, "--undo": undo, "--preview": preview, "--build": build}
    fields = {"--type": type, "--why": why, "--by": by}
    _refuse_combinations([option for option, value in (modes | fields).items() if value])
    corrector = Corrector(store, judgements, context.obj, format)
    if list_:
        if names:
            raise InputError(
                f"judge --list {verb}: {' '.join(names)}: takes no names: leave them out"
            )
        listed = _add_states(select_judgements(corrector.load(), verb), store)
        json_output.print_result(listed, format, partial(_print_judgements, corrector.file, verb))
        for note in corrector.list_choice_notes():
            streams.print_remark(note)
    elif undo:
        lines = [_parse_line(text) for text in (verb, *names) if text] or [0]
        corrector.preview_removal(lines) if preview else corrector.remove(lines, build=build)
    else:
        judgement = make_judgement(verb, names, type=type, why=why)
        if preview:
            corrector.preview(judgement)
        else:
            corrector.write(sign_judgement(judgement, by), build=build)


#: Options that go with a judgement that is made, and not with a list or an undo.
_FIELD_OPTIONS = ("--type", "--why", "--by")

#: Option -> others that it excludes.
_EXCLUDED_OPTIONS = {
    "--list": ("--undo", "--preview", "--build", *_FIELD_OPTIONS),
    "--undo": _FIELD_OPTIONS,
    "--preview": ("--build",),
}


def _refuse_combinations(given: Collection[str]) -> None:
    for option, excluded in _EXCLUDED_OPTIONS.items():
        for other in excluded:
            if option in given and other in given:
                raise InputError(f"judge {option} {other}: choose one of the two")


def _parse_line(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise InputError(f"judge --undo {text}: not a line: `kgraph judge --list` shows them")
    return int(text)


def _add_states(judgements: Iterable[Judgement], store: Path) -> list[dict[str, Any]]:
    """Return the fields of each judgement, and what the last build made of it as ``state``."""
    from kgraph.judging.correct import AppliedJudgements, read_applied_judgements
    from kgraph.store import Store

    applied: AppliedJudgements | None = AppliedJudgements()
    try:
        applied = read_applied_judgements(Store(store))
    except StoreMissingError:
        pass
    except StoreError as error:
        streams.print_remark(f"note: what the last build made of them is not known: {error}")
        applied = None
    return [
        json_output.to_named_fields(judgement)
        | {"state": applied.describe(judgement) if applied else ""}
        for judgement in judgements
    ]


def _print_judgements(file: Path, verb: str, judgements: Sequence[dict[str, Any]]) -> None:
    from kgraph.cli import printing

    columns = ("line", "verb", "names", "type", "state", "by", "date", "why")
    named = [judgement | {"names": " | ".join(judgement["names"])} for judgement in judgements]
    cells = [[judgement[column] or "" for column in columns] for judgement in named]
    printing.print_rows(columns, cells, str(file))
    if not judgements:
        streams.print_remark(f"{file}: no judgements {f'with {verb}' if verb else 'yet'}")
