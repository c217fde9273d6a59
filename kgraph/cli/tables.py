"""Tables and answers as people and programs read them, and where they are written.

Takes tables (:class:`kgraph.query.table.RowTable`), answers to queries and the names of a format and
an output; writes a table for people on the screen, or one of the formats in a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from kgraph.base.text import pluralize
from kgraph.base.vocabulary import PREFIXES
from kgraph.cli import options, printing

if TYPE_CHECKING:
    from kgraph.query import Answer
    from kgraph.query.table import RowTable

Item = TypeVar("Item")

TABLE_FORMATS = ("table", "tsv", "csv", "json")
"""Formats of :func:`write_table`."""

MAX_SHOWN_ROWS = 1_000
"""Rows of a table for people: nobody reads more, and laying out 50,000 takes a minute."""


def write_table(found: RowTable, format: str, output: str, limit: int | None = None) -> None:
    """Write a table in one of the formats :data:`TABLE_FORMATS`; in a file, ``table`` is TSV.

    Args:
        found: columns and rows.
        format: name of the format.
        output: file to write, or - for the screen.
        limit: rows at the most; where there are more, that is said.

    Raises:
        ExportError: the output cannot be written.
    """
    more = False
    if limit is not None:
        first = list(islice(found.rows, limit + 1))
        more = len(first) > limit
        found = found._replace(rows=first[:limit])
    if options.wants_table(format, output):
        _print_rows(found.columns, list(found.rows), limit)
    else:
        count = _write_rows(found, format, output)
        report_rows(count, format, output)
    if more and limit is not None:
        report_limit(limit, is_user_limit=True)


def _print_rows(
    columns: Sequence[str], rows: Sequence[Sequence[object]], limit: int | None
) -> None:
    shown = limit or MAX_SHOWN_ROWS
    printing.print_rows(columns, rows[:shown])
    if not rows:
        printing.print_remark("0 rows")
    if len(rows) > shown:
        printing.print_remark(
            f"limited to {shown:,} of {len(rows):,} rows; use --limit, or --format tsv for all"
        )


def _write_rows(found: RowTable, format: str, output: str) -> int:
    """Write a table to a file, and return how many rows it has."""
    from kgraph.base.files import open_output_file
    from kgraph.export.tables import write_csv, write_json_rows, write_tsv

    write = {"json": write_json_rows, "csv": write_csv}.get(format, write_tsv)
    rows = CountingIterator(found.rows)
    with open_output_file(output) as out:
        write(out, found.columns, rows)
    return rows.count


class CountingIterator(Generic[Item]):
    """Items that are counted while they are read.

    Args:
        items: what is read.
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self._items = items
        self.count = 0

    def __iter__(self) -> Iterator[Item]:
        for item in self._items:
            self.count += 1
            yield item


# -- answers to queries ----------------------------------------------------------


def write_answer(answer: Answer, format: str, output: str, limit: int | None = None) -> None:
    """Write an answer, and say how many rows it has and whether a limit left some out.

    Args:
        answer: what was found; solutions for people or as TSV come as SPARQL JSON.
        format: name of the format that is wanted.
        output: file to write, or - for the screen.
        limit: the one that the person gave.

    Raises:
        InputError: the format cannot carry the answer.
        ExportError: the output cannot be written.
    """
    from kgraph.query.evaluate import check_format_carries
    from kgraph.query.formats import ANSWER_FORMAT_BY_SUFFIX

    if format == "tsv":
        check_format_carries(format, answer.kind)
    if answer.kind == "solutions":
        count = _write_solutions(answer, format, output, limit)
        if answer.more:
            report_limit(count, is_user_limit=limit is not None)
        return
    is_word = format == "table" and answer.kind == "boolean"
    _write_data((b"yes" if answer else b"no") if is_word else answer.data, output)
    format = "text" if is_word else answer.format
    named = describe_format(format, output, ANSWER_FORMAT_BY_SUFFIX).strip()
    printing.report_output_file(output, *filter(None, [named]))
    if answer.more and limit is not None:
        report_limit(limit, "statement", is_user_limit=True)


def _write_solutions(answer: Answer, format: str, output: str, limit: int | None) -> int:
    """Write solutions, and return how many there are."""
    if format not in ("table", "tsv"):
        _write_data(answer.data, output)
        count = _count_rows(answer)
        report_rows(count, format, output)
        return count
    found = _tabulate_solutions(answer)
    rows = list(found.rows)
    write_table(found._replace(rows=rows), format, output, limit)
    is_whole = not answer.more and len(rows) <= (limit or MAX_SHOWN_ROWS)
    if options.wants_table(format, output) and is_whole:
        printing.print_remark(pluralize(len(rows), "row"))
    return len(rows)


def _tabulate_solutions(answer: Answer) -> RowTable:
    """Solutions in SPARQL JSON as a table of plain values."""
    from kgraph.query.table import RowTable

    found = msgspec.json.decode(answer.data)
    columns = tuple(found["head"]["vars"])
    return RowTable(
        columns,
        (
            tuple(_term_value(row[column]) if column in row else "" for column in columns)
            for row in found["results"]["bindings"]
        ),
    )


def _term_value(term: dict[str, Any]) -> str | float:
    """An IRI, or what a literal says; of a triple term its JSON."""
    value = term["value"]
    if not isinstance(value, str):
        return msgspec.json.encode(value).decode()
    # Text that begins so could be a formula of a spreadsheet; a number is none.
    if value[:1] in ("-", "+") and term.get("datatype", "").startswith(PREFIXES["xsd"]):
        for cast in (int, float):
            with suppress(ValueError):
                return cast(value)
    return value


def _count_rows(answer: Answer) -> int:
    """How many solutions an answer has that was written out."""
    if answer.format == "json":
        return len(msgspec.json.decode(answer.data)["results"]["bindings"])
    if answer.format == "csv":
        unquoted = answer.data.split(b'"')[::2]
        return sum(text.count(b"\r\n") for text in unquoted) - 1  # without the names of columns
    return answer.data.count(b"<result>")  # in XML; in a text the sign is escaped


def _write_data(data: bytes, output: str) -> None:
    """Write an answer as it is, ending in a newline."""
    from kgraph.base.files import open_output_file

    with open_output_file(output) as out:
        out.write(data if data.endswith(b"\n") else data + b"\n")


# -- words about what was written ------------------------------------------------


def report_rows(count: int, format: str, output: str) -> None:
    """Say how many rows were written to a file, and in which format where its suffix does not
    say so."""
    from kgraph.query.formats import ANSWER_FORMAT_BY_SUFFIX

    printing.report_output_file(
        output, pluralize(count, "row") + describe_format(format, output, ANSWER_FORMAT_BY_SUFFIX)
    )


def describe_format(format: str, output: str, suffixes: Mapping[str, str]) -> str:
    """The name of a format, for a report, where the output's suffix does not tell it.

    >>> describe_format("csv", "x.csv", {".csv": "csv"}), describe_format("table", "x.txt", {})
    ('', ' as tsv')
    """
    name = "tsv" if format == "table" else format
    return "" if suffixes.get(Path(output).suffix.lower()) == name else f" as {name}"


def report_limit(count: int, noun: str = "row", *, is_user_limit: bool = False) -> None:
    """Say that a limit left something out.

    Args:
        count: how many were shown.
        one: what a single one is called.
        given: whether the person who asked gave the limit.
    """
    move = "raise --limit for more" if is_user_limit else "use --limit"
    printing.print_remark(f"limited to {pluralize(count, noun)}; {move}")
