"""Read a table that a user brings (CSV, TSV, with semicolons), and write it with more columns.

A table is UTF-8, UTF-16 with a byte order mark, or of an encoding that is named. Its first row has
the names of the columns. Quotation is that of RFC 4180, with any of :data:`DELIMITERS`; a first
line ``sep=;``, as Excel writes it, names the delimiter. Every error names file and line.

Invariant: cells are given back as they were read; only rows that are too short are filled up.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from kgraph.base.errors import InputError, explain_os_error
from kgraph.base.text import pluralize, shorten, suggest_names

#: Delimiter -> its name; of equally likely ones the first is taken.
DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}

SNIFFED_ROWS = 50  #: rows that show which delimiter a table has
MAX_CELL_CHARS = 1 << 20  #: a longer one is a quotation mark that nobody closed
MAX_LISTED_COLUMNS = 20  #: columns that an error names

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


class UserRow(msgspec.Struct, frozen=True):
    """A row: the number of its first line in the file, and a cell for each column."""

    line: int
    cells: tuple[str, ...]


class UserTable(msgspec.Struct, frozen=True):
    """A table and how it was written.

    Attributes:
        file: name of the file, for messages.
        columns: their names, without blanks around them.
        rows: the rows, in order.
        delimiter: one of :data:`DELIMITERS`; a comma for a single column.
        encoding: name of the encoding.
        has_mark: whether it begins with a byte order mark, which Excel needs for UTF-8.
        line_end: end of its first line.
        short_rows: number of rows that had fewer cells than there are columns.
        header_line: line of the names.
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[UserRow, ...]
    delimiter: str
    encoding: str
    has_mark: bool
    line_end: str
    short_rows: int
    header_line: int

    def find_column(self, name: str = "") -> int:
        """Return the position of a column; without a name, of the only one.

        Raises:
            InputError: there is no such column; the message lists those that there are.
        """
        place = f"{self.file}:{self.header_line}"
        listed = ", ".join(shorten(column) or '""' for column in self.columns[:MAX_LISTED_COLUMNS])
        more = len(self.columns) - MAX_LISTED_COLUMNS
        listed += f" and {more:,} more" if more > 0 else ""
        if not name:
            if len(self.columns) == 1:
                return 0
            raise InputError(f"{place}: {len(self.columns)} columns: choose one: {listed}")
        if name.strip() in self.columns:
            return self.columns.index(name.strip())
        near = suggest_names(name, self.columns)
        hint = f"did you mean {shorten(near[0])}? " if near else ""
        raise InputError(f"{place}: no column {shorten(name)!r}: {hint}columns: {listed}")


def read_user_table(path: str | Path, *, delimiter: str = "", encoding: str = "") -> UserTable:
    """Read a table from a file.

    Args:
        delimiter: one of :data:`DELIMITERS`; "" to find out.
        encoding: name of an encoding of Python; "" for UTF-8, or what a byte order mark says.

    Raises:
        InputError: it cannot be read, is empty or of another encoding, or has wrong rows.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {explain_os_error(error)}") from error
    return parse_user_table(data, str(path), delimiter=delimiter, encoding=encoding)


def parse_user_table(
    data: bytes, file: str, *, delimiter: str = "", encoding: str = ""
) -> UserTable:
    """Parse the bytes of a table; ``file`` is its name in messages.

    Raises:
        InputError: as in :func:`read_user_table`.

    >>> table = parse_user_table("Firma;Ort\\nMüller;Köln\\n".encode(), "a.csv")
    >>> table.columns, table.rows[0].cells, table.delimiter
    (('Firma', 'Ort'), ('Müller', 'Köln'), ';')
    """
    text, codec, has_mark = _decode(data, file, encoding)
    first_line = 1
    if match := _SEPARATOR_LINE.match(text):
        delimiter, text, first_line = delimiter or match[1], text[match.end() :], 2
    if not text.strip():
        raise InputError(f"{file}: the table is empty: name one with a row of column names")
    if delimiter and delimiter not in DELIMITERS:
        raise InputError(
            f"{file}: delimiter {delimiter!r}: choose one of {', '.join(DELIMITERS.values())}"
        )
    delimiter = delimiter or _find_delimiter(text)
    rows = list(_parse_rows(text, delimiter, file, first_line))
    header, body = rows[0], rows[1:]
    columns = tuple(cell.strip() for cell in header.cells)
    _check_columns(columns, f"{file}:{header.line}")
    width = len(columns)
    return UserTable(
        file,
        columns,
        tuple(_fit_row(row, width, delimiter, file) for row in body),
        delimiter if width > 1 else ",",
        codec,
        has_mark,
        "\r\n" if "\r\n" in text[: text.find("\n") + 1] else "\n",
        sum(len(row.cells) < width for row in body),
        header.line,
    )


def _decode(data: bytes, file: str, encoding: str) -> tuple[str, str, bool]:
    """Return text, encoding, and whether there was a byte order mark."""
    mark, codec = next(((m, c) for m, c in _BYTE_ORDER_MARKS if data.startswith(m)), (b"", ""))
    if mark and encoding.lower().replace("_", "-") in {"", codec, codec[:6], "utf-8-sig"}:
        encoding, data = codec, data[len(mark) :]
    else:
        mark = b""
    try:
        text = data.decode(encoding or "utf-8")
    except LookupError as error:
        raise InputError(
            f"{file}: encoding {shorten(encoding)}: no such encoding: try cp1252 or utf-16"
        ) from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{file}:{line}: byte {error.start + 1} (0x{data[error.start]:02X}) is not "
            f"{encoding or 'UTF-8'}: name the encoding, such as cp1252, or save it as UTF-8"
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(
            f"{file}:{line}: NUL in the text: no table, or of another encoding, such as utf-16"
        )
    return text, encoding or "utf-8", bool(mark)


def _find_delimiter(text: str) -> str:
    """Return the delimiter by which most rows have as many cells as the first, and most cells.

    A first row without one is of a single column, whose cells may have commas: then it is one
    that is nowhere in the text.
    """

    def rate(delimiter: str) -> tuple[float, int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        widths = [len(row) for _, row in zip(range(SNIFFED_ROWS), reader, strict=False) if row]
        return (0.0, 0) if widths[0] < 2 else (widths.count(widths[0]) / len(widths), widths[0])

    try:
        best = max(DELIMITERS, key=rate)
        is_single = rate(best) == (0.0, 0)
    except csv.Error:  # reported, with its line, when the rows are read
        return ","
    return next((d for d in DELIMITERS if d not in text), ",") if is_single else best


def _parse_rows(text: str, delimiter: str, file: str, first_line: int) -> Iterator[UserRow]:
    """Yield the rows that are not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = first_line
    csv.field_size_limit(MAX_CELL_CHARS)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield UserRow(line, tuple(cells))
            line = reader.line_num + first_line
    except csv.Error as error:
        raise InputError(
            f"{file}:{line}: {error}: write a quotation mark in a quoted cell twice, and close "
            "every quoted cell"
        ) from error


def _check_columns(columns: Sequence[str], place: str) -> None:
    counts = Counter(filter(None, columns))
    for column, count in counts.items():
        if count > 1:
            numbers = [str(n) for n, name in enumerate(columns, 1) if name == column]
            raise InputError(
                f"{place}: the column {shorten(column)!r} stands {count} times, as columns "
                f"{' and '.join(numbers)}: rename one"
            )


def _fit_row(row: UserRow, width: int, delimiter: str, file: str) -> UserRow:
    """Fill up a short row; drop cells beyond the columns if they are empty."""
    if any(row.cells[width:]):
        raise InputError(
            f"{file}:{row.line}: {pluralize(len(row.cells), 'cell')}, but "
            f"{pluralize(width, 'column')}: quote cells that hold a {DELIMITERS[delimiter]}"
        )
    missing = width - len(row.cells)
    return UserRow(row.line, (*row.cells[:width], *[""] * missing)) if missing else row


def write_user_table(
    table: UserTable,
    added_columns: Sequence[str],
    rows: Iterable[tuple[UserRow, Sequence[str]]],
    out: BinaryIO,
    delimiter: str,
) -> None:
    """Write rows of a table as UTF-8 with further cells, quoted as in RFC 4180.

    Args:
        rows: each row of the table with the cells of the added columns.
        delimiter: one of :data:`DELIMITERS`.
    """
    if table.has_mark:
        out.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
    writer = csv.writer(text, delimiter=delimiter, lineterminator=table.line_end)
    writer.writerow((*table.columns, *added_columns))
    writer.writerows((*row.cells, *cells) for row, cells in rows)
    text.flush()
    text.detach()
