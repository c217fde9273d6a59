"""Identify entities by a table of ids: read it, match its rows, and make judgements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args

import msgspec

from kgraph.base.errors import unknown_format_error
from kgraph.base.vocabulary import BASE_IRI
from kgraph.graph.records import Entity
from kgraph.identify.id_columns import IdentityRow, choose_columns, read_identity_rows
from kgraph.identify.match_rows import (
    Identifier,
    IdentityReport,
    count_outcomes,
    make_id_judgements,
)
from kgraph.identify.sssom_file import is_sssom, read_mappings
from kgraph.identify.table_file import TableFile, read_table_file
from kgraph.resolve.judgement import Judgement

#: ``auto`` reads a table as SSSOM if it has its columns.
InputFormat = Literal["auto", "table", "sssom"]
INPUT_FORMATS: tuple[InputFormat, ...] = get_args(InputFormat)


class ColumnChoice(msgspec.Struct, frozen=True):
    """Which columns of a table the user named; "" and () to find them."""

    name: str = ""
    ids: tuple[str, ...] = ()  #: ``HEADING`` or ``HEADING=KIND``
    type: str = ""


FIND_COLUMNS = ColumnChoice()


def identify(
    path: str | Path,
    entities: Mapping[str, Entity],
    judgements: Iterable[Judgement] = (),
    *,
    input_format: str = "auto",
    columns: ColumnChoice = FIND_COLUMNS,
    why: str = "",
    base: str = BASE_IRI,
) -> IdentityReport:
    """Say what a table of ids adds to the entities of a graph.

    Args:
        path: of the table; ``-`` for standard input.
        entities: of the graph, by id.
        judgements: those that apply to the next build.
        input_format: one of :data:`INPUT_FORMATS`.
        columns: of a table that is no SSSOM.
        why: reason of the judgements; by default the name of the file.
        base: of the graph's IRIs.

    Raises:
        InputError: the table cannot be read, or has not the columns.
        DataError: judgements contradict each other.
    """
    if input_format not in INPUT_FORMATS:
        raise unknown_format_error(input_format, INPUT_FORMATS)
    table = read_table_file(path)
    rows, left_out = _read_rows(table, input_format, columns)
    findings = Identifier(entities, judgements, base).match(rows)
    reason = why or f"from {Path(table.name).name}"
    return IdentityReport(
        table.name,
        count_outcomes(findings),
        left_out,
        tuple(findings),
        tuple(make_id_judgements(findings, reason)),
    )


def _read_rows(
    table: TableFile, input_format: str, columns: ColumnChoice
) -> tuple[Sequence[IdentityRow], dict[str, int]]:
    if input_format == "sssom" or (input_format == "auto" and is_sssom(table)):
        mappings = read_mappings(table)
        return mappings.rows, mappings.left_out
    chosen = choose_columns(table, columns.name, columns.ids, columns.type)
    return tuple(read_identity_rows(table, chosen)), {}
