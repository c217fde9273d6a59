"""Writes tables and answers to queries: a table on the screen, or a format in a file.

Takes :class:`kgraph.query.table.RowTable` or :class:`kgraph.query.Answer`, the name of a format and
an output.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from kgraph.base.text import pluralize
from kgraph.base.vocabulary import PREFIXES
from kgraph.cli import options, printing, streams

if TYPE_CHECKING:
    from kgraph.query import Answer
    from kgraph.query.table import RowTable, TableCell

MAX_SHOWN_ROWS = 1_000  #: rows of a table on the screen: to lay out 50,000 takes a minute


def write_table(
    table: RowTable,
    format: str,
    output: str,
    limit: int | None = None,
    *,
    omit: Sequence[str] = (),
    advice: str = "",
    is_named: bool = False,
) -> None:
    """Write a table in one of the formats of tables; in a file, ``table`` is TSV.

    A remark says if there are more rows than the limit, or more columns than fit the screen; if
    there is no row, it says ``advice``: what to try next. ``omit`` names columns to leave out
    where the screen is too narrow, the first ones first. The answer to a named query has
    percentages, yes and no, and numbers of two decimals on the screen.

    Raises:
        ExportError: the output cannot be written.
    """
    has_more = False
    if limit is not None:
        first = list(islice(table.rows, limit + 1))
        has_more = len(first) > limit
        table = table._replace(rows=first[:limit])
    if options.wants_table(format, output):
        if is_named:
            from kgraph.query.display import format_rows

            table = table._replace(rows=format_rows(table))
        _print_table(table, limit or MAX_SHOWN_ROWS, omit, advice)
    else:
        from kgraph.base.files import open_output_file
        from kgraph.export.tables import write_csv, write_json_rows, write_tsv

        write = {"json": write_json_rows, "csv": write_csv}.get(format, write_tsv)
        count = 0

        def count_rows() -> Iterator[tuple[TableCell, ...]]:
            nonlocal count
            for row in table.rows:
                count += 1
                yield row

        with open_output_file(output) as out:
            write(out, table.columns, count_rows())
        report_rows(count, format, output)
    if has_more and limit is not None:
        report_limit(limit, is_user_limit=True)


def _print_table(table: RowTable, max_rows: int, omit: Sequence[str], advice: str) -> None:
    rows = list(table.rows)
    left_out = printing.print_rows(table.columns, rows[:max_rows], omit=omit)
    if not rows:
        streams.print_remark(f"0 rows: {advice}" if advice else "0 rows")
    if len(rows) > max_rows:
        streams.print_remark(
            f"limited to {max_rows:,} of {len(rows):,} rows; use --limit, or --format tsv for all"
        )
    printing.report_narrow(left_out, "--format csv")


# -- answers to queries ----------------------------------------------------------


def write_answer(
    answer: Answer,
    format: str,
    output: str,
    limit: int | None = None,
    *,
    omit: Sequence[str] = (),
    advice: str = "",
    is_named: bool = False,
) -> None:
    """Write an answer, and report its number of rows and what a limit or a missing date left out.

    For a table or TSV the answer is in SPARQL JSON; the limit is the user's, and ``omit``,
    ``advice`` and ``is_named`` are as in :func:`write_table`.

    Raises:
        InputError: the format cannot represent the answer.
        ExportError: the output cannot be written.
    """
    from kgraph.query.answer import check_format_carries, describe_empty_months, describe_undated
    from kgraph.query.formats import ANSWER_FORMAT_BY_SUFFIX

    if format == "tsv":
        check_format_carries(format, answer.kind)
    if answer.kind == "solutions":
        count = _write_solutions(answer, format, output, limit, omit, advice, is_named)
        if answer.undated:
            streams.print_remark(describe_undated(answer.undated))
        if note := describe_empty_months(answer.empty_months):
            streams.print_remark(note)
        if answer.more:
            report_limit(count, is_user_limit=limit is not None)
        return
    is_word = format == "table" and answer.kind == "boolean"
    _write_data((b"yes" if answer else b"no") if is_word else answer.data, output)
    format = "text" if is_word else answer.format
    description = describe_format(format, output, ANSWER_FORMAT_BY_SUFFIX).strip()
    printing.report_output_file(output, *filter(None, [description]))
    if answer.more and limit is not None:
        report_limit(limit, "statement", is_user_limit=True)


def _write_solutions(
    answer: Answer,
    format: str,
    output: str,
    limit: int | None,
    omit: Sequence[str],
    advice: str,
    is_named: bool,
) -> int:
    """Write solutions, and return their number."""
    from kgraph.query.table import RowTable

    if format not in ("table", "tsv"):
        _write_data(answer.data, output)
        count = _count_rows(answer)
        report_rows(count, format, output)
        return count
    columns, bindings = answer.bindings()
    rows: list[tuple[TableCell, ...]]
    is_named = is_named and options.wants_table(format, output)
    if is_named:
        rows = [tuple(row.get(column, "") for column in columns) for row in answer.rows()]
    else:
        rows = [
            tuple(_term_value(row[column]) if column in row else "" for column in columns)
            for row in bindings
        ]
    table = RowTable(tuple(columns), rows)
    write_table(table, format, output, limit, omit=omit, advice=advice, is_named=is_named)
    is_complete = not answer.more and 0 < len(rows) <= (limit or MAX_SHOWN_ROWS)
    if options.wants_table(format, output) and is_complete:
        streams.print_remark(pluralize(len(rows), "row"))
    return len(rows)


def _term_value(term: dict[str, Any]) -> str | float:
    """Return an IRI, the value of a literal, or a triple term as JSON."""
    value = term["value"]
    if not isinstance(value, str):
        return msgspec.json.encode(value).decode()
    # Writers escape text that could be a spreadsheet formula; negative numbers must stay numbers.
    if value[:1] in ("-", "+") and term.get("datatype", "").startswith(PREFIXES["xsd"]):
        for cast in (int, float):
            with suppress(ValueError):
                return cast(value)
    return value


def _count_rows(answer: Answer) -> int:
    """Count the solutions of a serialized answer."""
    if answer.format == "json":
        return len(msgspec.json.decode(answer.data)["results"]["bindings"])
    if answer.format == "csv":
        unquoted = answer.data.split(b'"')[::2]
        return sum(text.count(b"\r\n") for text in unquoted) - 1  # without the header
    return answer.data.count(b"<result>")  # XML; in text "<" is escaped


def _write_data(data: bytes, output: str) -> None:
    """Write an answer unchanged, ending in a newline."""
    from kgraph.base.files import open_output_file

    with open_output_file(output) as out:
        out.write(data if data.endswith(b"\n") else data + b"\n")


# -- reports ---------------------------------------------------------------------


def report_rows(count: int, format: str, output: str) -> None:
    """Report how many rows were written to a file, and the format unless the suffix tells it."""
    from kgraph.query.formats import ANSWER_FORMAT_BY_SUFFIX

    printing.report_output_file(
        output, pluralize(count, "row") + describe_format(format, output, ANSWER_FORMAT_BY_SUFFIX)
    )


def describe_format(format: str, output: str, suffixes: Mapping[str, str]) -> str:
    """Return the name of a format for a report, or "" if the output's suffix tells it.

    >>> describe_format("csv", "x.csv", {".csv": "csv"}), describe_format("table", "x.txt", {})
    ('', ' as tsv')
    """
    name = "tsv" if format == "table" else format
    return "" if suffixes.get(Path(output).suffix.lower()) == name else f" as {name}"


def report_limit(count: int, noun: str = "row", *, is_user_limit: bool = False) -> None:
    """Report that a limit left something out; ``noun`` is the singular of the limited items."""
    hint = "raise --limit for more" if is_user_limit else "use --limit"
    streams.print_remark(f"limited to {pluralize(count, noun)}; {hint}")
