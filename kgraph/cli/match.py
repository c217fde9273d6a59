"""The command ``match``: names of a user's table matched to the graph."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.base.errors import InputError
from kgraph.base.text import pluralize
from kgraph.cli import options, streams

if TYPE_CHECKING:
    from kgraph.base.delimited import UserRow, UserTable
    from kgraph.graph.matcher import MatchCandidate, NameMatches

FORMATS = ("table", "csv", "tsv", "json")

#: Names of delimiters in ``--delimiter``, which a shell passes more easily than a tab.
_DELIMITER_NAMES = {"comma": ",", "tab": "\t", "semicolon": ";", "bar": "|"}


def add_commands(app: typer.Typer) -> None:
    app.command(no_args_is_help=True)(match)


def match(
    table: Annotated[str, typer.Argument(help="Table with a row of column names, or -.")],
    column: Annotated[
        str, typer.Option(help="Column of the names; not needed if it is the only one.")
    ] = "",
    type: options.Types = [],
    min_score: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=100,
            help="Also give candidates that do not clearly match, from this score.",
            show_default="only clear matches",
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=20, help="Candidates of a name at most, each in a row.")
    ] = 1,
    delimiter: Annotated[
        str,
        typer.Option(help="comma, tab, semicolon or bar.", show_default="what most rows agree in"),
    ] = "",
    encoding: Annotated[
        str, typer.Option(help="Encoding of the table, such as cp1252.", show_default="UTF-8")
    ] = "",
    format: options.FileFormat = "",
    as_json: options.AsJson = False,
    output: options.Output = "-",
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Match the names in a column of a table to the graph and the lexicon.

    The table is written with its own columns and what each name matches: IRI, name, type, score,
    ids, and why. A name that means nothing clearly has empty cells, unless --min-score is given.

    Example: kgraph match firms.csv --column Firm --type company --output matched.csv
    """
    from kgraph.api import KnowledgeGraph
    from kgraph.views.matching import MATCH_COLUMNS

    format = options.resolve_format(format, output, FORMATS)
    types = options.parse_types(type)
    source = _read_table(table, delimiter, encoding)
    position = source.find_column(column)
    clash = next((name for name in MATCH_COLUMNS if name in source.columns), "")
    if clash:
        raise InputError(
            f"{source.file}:{source.header_line}: it has a column {clash} already: rename it, or "
            "match the table from before"
        )
    graph = KnowledgeGraph.open(store)
    names = list(dict.fromkeys(row.cells[position] for row in source.rows))
    results = graph.match(names, types=types, limit=limit, min_score=min_score)
    by_name = {result.name: result for result in results}
    rows = list(_pair_rows(source, position, by_name))
    _write(source, position, rows, graph.store.meta.base, format, output)
    streams.print_remark(_summarize(source, position, by_name))


def _read_table(path: str, delimiter: str, encoding: str) -> UserTable:
    from kgraph.base.delimited import parse_user_table, read_user_table

    delimiter = _DELIMITER_NAMES.get(delimiter, delimiter)
    if path == "-":
        data = sys.stdin.buffer.read()
        return parse_user_table(data, "standard input", delimiter=delimiter, encoding=encoding)
    return read_user_table(path, delimiter=delimiter, encoding=encoding)


def _pair_rows(
    table: UserTable, position: int, results: Mapping[str, NameMatches]
) -> Iterator[tuple[UserRow, MatchCandidate | None]]:
    """Yield each row of the table with each candidate of its name, or with None."""
    for row in table.rows:
        for candidate in results[row.cells[position]].candidates or (None,):
            yield row, candidate


def _write(
    table: UserTable,
    position: int,
    rows: Sequence[tuple[UserRow, MatchCandidate | None]],
    base: str,
    format: str,
    output: str,
) -> None:
    from kgraph.base.delimited import write_user_table
    from kgraph.base.files import open_output_file
    from kgraph.cli import printing
    from kgraph.export.tables import make_cell, write_json_rows
    from kgraph.views.matching import MATCH_COLUMNS, describe_match

    if options.wants_table(format, output):
        _print_table(table, position, rows)
        return
    cells = [(row, describe_match(base, candidate)) for row, candidate in rows]
    with open_output_file(output) as out:
        if format == "json":
            names = [name or f"column {n}" for n, name in enumerate(table.columns, 1)]
            all_cells = ((*row.cells, *added) for row, added in cells)
            write_json_rows(out, (*names, *MATCH_COLUMNS), all_cells)
        else:
            delimiter = _choose_delimiter(table, format)
            added = ((row, [str(make_cell(cell)) for cell in own]) for row, own in cells)
            write_user_table(table, MATCH_COLUMNS, added, out, delimiter)
    printing.report_output_file(output, pluralize(len(cells), "row"))


def _choose_delimiter(table: UserTable, format: str) -> str:
    """Return the delimiter of a format: in CSV that of the table, unless it has tabs."""
    if format == "csv":
        return table.delimiter if table.delimiter != "\t" else ","
    return "\t" if format == "tsv" else table.delimiter


def _print_table(
    table: UserTable, position: int, rows: Sequence[tuple[UserRow, MatchCandidate | None]]
) -> None:
    from kgraph.cli import printing, tables

    shown = [
        (row.cells[position], x.thing.name, x.thing.type, f"{x.score:g}", x.thing.id, x.why)
        if x
        else (row.cells[position], "", "", "", "", "")
        for row, x in rows[: tables.MAX_SHOWN_ROWS]
    ]
    head = (table.columns[position] or "name", "is", "type", "score", "id", "why")
    printing.print_rows(head, shown, omit=("why", "id"))
    if len(rows) > tables.MAX_SHOWN_ROWS:
        streams.print_remark(
            f"limited to {tables.MAX_SHOWN_ROWS:,} of {len(rows):,} rows; use --output for all"
        )


def _summarize(table: UserTable, position: int, results: Mapping[str, NameMatches]) -> str:
    """Return how the table was read, and how many rows of it match."""
    from kgraph.base.delimited import DELIMITERS

    names = [row.cells[position] for row in table.rows]
    matched = sum(results[name].best is not None for name in names)
    given = sum(bool(results[name].candidates) for name in names) - matched
    empty = sum(not name.strip() for name in names)
    parts = [f"{matched:,} matched"]
    parts += [f"{given:,} with candidates only"] if given else []
    parts += [f"{len(names) - matched - given - empty:,} not"]
    parts += [f"{empty:,} without a name"] if empty else []
    parts += [f"{table.short_rows:,} filled up with empty cells"] if table.short_rows else []
    read_as = f"{table.encoding.upper()}, {DELIMITERS[table.delimiter]}"
    file = Path(table.file).name
    return f"{file} ({read_as}): {pluralize(len(names), 'row')}: {', '.join(parts)}"
