"""Read a table from a file: CSV, TSV, or results of SPARQL queries in TSV or JSON.

The formats are those of RFC 4180, "SPARQL 1.1 Query Results CSV and TSV Formats", "SPARQL 1.1
Query Results JSON Format", and the plain JSON of the Wikidata Query Service (a list of objects).
Lines that begin with ``#`` before the header are the metadata of an SSSOM file.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import msgspec

from kgraph.base.errors import InputError, explain_os_error
from kgraph.base.text import pluralize, shorten

MAX_BYTES = 200_000_000  #: of a file: a million rows

MAX_CELL_LETTERS = 2_000_000  #: a longer cell is a quotation mark that is not closed

DELIMITERS = ("\t", ",", ";")  #: of several in the header, the one that parts it into most columns

_SPARQL_LITERAL = re.compile(r'"(.*)"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?', re.DOTALL)
_SPARQL_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


class CsvReader(Protocol):
    """A reader of :mod:`csv`."""

    line_num: int  #: lines that were read

    def __iter__(self) -> Iterator[list[str]]: ...


class TableRow(msgspec.Struct, frozen=True):
    """A row of a table."""

    line: int  #: on which it begins, from 1; of JSON, the number of the result
    cells: dict[str, str]  #: by column
    fault: str = ""  #: why it cannot be read


class TableFile(msgspec.Struct, frozen=True):
    """A table with the file that it is from."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    metadata: str = ""  #: lines before the header, without their ``#``


def read_table_file(path: str | Path) -> TableFile:
    """Read a table; ``-`` is standard input.

    Raises:
        InputError: it cannot be read, is not UTF-8, has no header, or its JSON is no table.
    """
    name, content = _read_bytes(path)
    text = _decode(name, content)
    if not text.strip():
        raise InputError(f"{name}: the file is empty: give a table with a header")
    if text.lstrip()[:1] in "[{":
        return _read_json(name, text)
    return _read_delimited(name, text)


def _read_bytes(path: str | Path) -> tuple[str, bytes]:
    name = "standard input" if str(path) == "-" else str(path)
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{name}: {explain_os_error(error)}") from error
    if len(content) > MAX_BYTES:
        raise InputError(f"{name}: larger than {MAX_BYTES // 1_000_000} MB: split the table")
    return name, content


def _decode(name: str, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{name}: the file is UTF-16: save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{name}:{line}: byte 0x{content[error.start]:02x} is not UTF-8: save it as UTF-8"
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(f"{name}:{line}: a NUL character: this is no text: save it as CSV or TSV")
    return text


# -- CSV and TSV ----------------------------------------------------------------------


def _read_delimited(name: str, text: str) -> TableFile:
    lines = io.StringIO(text, newline="").readlines()
    count = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    metadata, body = lines[:count], lines[count:]
    if not body:
        raise InputError(f"{name}: there is no header: its first line must name the columns")
    is_sparql = body[0].startswith("?")
    delimiter = max(DELIMITERS, key=lambda mark: len(next(csv.reader(body[:1], delimiter=mark))))
    # A line end in a quoted cell is part of the cell: the reader needs the whole text.
    source = io.StringIO("".join(body), newline="")
    reader = (
        csv.reader(source, delimiter=delimiter, quoting=csv.QUOTE_NONE)
        if is_sparql
        else csv.reader(source, delimiter=delimiter)
    )
    former_limit = csv.field_size_limit(MAX_CELL_LETTERS)
    try:
        header = [cell.strip().removeprefix("?") for cell in next(reader)]
        _check_header(f"{name}:{count + 1}", header)
        rows = tuple(_read_rows(reader, header, count, is_sparql))
    except csv.Error as error:
        line = count + reader.line_num
        raise InputError(f"{name}:{line}: {error}: check its quotation marks") from error
    finally:
        csv.field_size_limit(former_limit)
    plain = "".join(line[1:] for line in metadata)
    return TableFile(name, tuple(header), rows, plain)


def _check_header(place: str, header: list[str]) -> None:
    for column in header:
        if column and header.count(column) > 1:
            raise InputError(f"{place}: two columns are called {shorten(column)!r}: rename one")


def _read_rows(
    reader: CsvReader, header: list[str], skipped: int, is_sparql: bool
) -> Iterator[TableRow]:
    start = skipped + reader.line_num + 1
    for cells in reader:
        if len(cells) > len(header):
            extra = pluralize(len(cells), "cell")
            fault = f"{extra}, but {pluralize(len(header), 'column')}: quote what has a delimiter"
            yield TableRow(start, {}, fault)
        elif any(map(str.strip, cells)):
            texts = map(_parse_sparql_term, cells) if is_sparql else cells
            named = zip(header, texts, strict=False)  # spreadsheets leave out empty last cells
            yield TableRow(start, {column: cell.strip() for column, cell in named})
        start = skipped + reader.line_num + 1


def _parse_sparql_term(term: str) -> str:
    """Return the text of a term: of an IRI without brackets, of a literal its lexical form."""
    term = term.strip()
    if match := _SPARQL_LITERAL.fullmatch(term):
        return re.sub(r"\\(.)", lambda m: _SPARQL_ESCAPES.get(m[1], m[1]), match[1])
    return term[1:-1] if term.startswith("<") and term.endswith(">") else term


# -- JSON ------------------------------------------------------------------------------


def _read_json(name: str, text: str) -> TableFile:
    try:
        content = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(f"{name}: {error}: export it again, or take CSV") from error
    results = content
    if isinstance(content, dict):
        inner = content.get("results")
        results = inner.get("bindings") if isinstance(inner, dict) else None
    if not isinstance(results, list) or not all(isinstance(item, dict) for item in results):
        raise InputError(
            f"{name}: expected a list of objects, or results of a SPARQL query "
            "(results.bindings): export it again, or take CSV"
        )
    rows = tuple(
        TableRow(number, {str(column): _read_value(value) for column, value in item.items()})
        for number, item in enumerate(results, 1)
    )
    columns = dict.fromkeys(column for row in rows for column in row.cells)
    if not columns:
        raise InputError(f"{name}: there is no result in it: ask the query again")
    return TableFile(name, tuple(columns), rows)


def _read_value(value: object) -> str:
    if isinstance(value, dict):  # a term of SPARQL: {"type": "uri", "value": "http://..."}
        value = value.get("value", "")
    return "" if value is None or isinstance(value, list | dict) else str(value).strip()
