"""Read a table from a file: CSV, TSV, or results of SPARQL queries in TSV or JSON.

CSV and TSV are read as ``kgraph match`` reads them (:mod:`kgraph.base.delimited`). The others are
those of "SPARQL 1.1 Query Results CSV and TSV Formats", "SPARQL 1.1 Query Results JSON Format", and
the plain JSON of the Wikidata Query Service (a list of objects). Lines that begin with ``#`` before
the header are the metadata of an SSSOM file.
"""

from __future__ import annotations

import re
import sys
from itertools import takewhile
from pathlib import Path

import msgspec

from kgraph.base.delimited import parse_user_table
from kgraph.base.errors import InputError, explain_os_error

_SPARQL_LITERAL = re.compile(r'"(.*)"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?', re.DOTALL)
_SPARQL_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


class TableRow(msgspec.Struct, frozen=True):
    """A row of a table."""

    line: int  #: on which it begins, from 1; of JSON, the number of the result
    cells: dict[str, str]  #: by column


class TableFile(msgspec.Struct, frozen=True):
    """A table with the file that it is from."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    metadata: str = ""  #: lines before the header, without their ``#``


def read_table_file(path: str | Path) -> TableFile:
    """Read a table; ``-`` is standard input.

    Raises:
        InputError: it cannot be read, has no header or wrong rows, or its JSON is no table.
    """
    name = "standard input" if str(path) == "-" else str(path)
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{name}: {explain_os_error(error)}") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"{name}:{line}: not UTF-8: save it as UTF-8") from error
    if text.lstrip()[:1] in ("[", "{"):
        return _read_json(name, text)
    lines = text.split("\n")
    metadata = list(takewhile(lambda line: line.startswith("#"), lines))
    if text[:1] == "?":
        text = _convert_sparql_tsv(text)
    else:  # blank lines in place of the metadata keep the numbers of lines
        text = "\n" * len(metadata) + "\n".join(lines[len(metadata) :])
    table = parse_user_table(text.encode(), name)
    rows = tuple(
        TableRow(row.line, dict(zip(table.columns, map(str.strip, row.cells), strict=True)))
        for row in table.rows
    )
    return TableFile(name, table.columns, rows, "".join(f"{line[1:]}\n" for line in metadata))


def _convert_sparql_tsv(text: str) -> str:
    """Return results in TSV, whose terms are written as in Turtle, as a table of plain texts."""
    rows = [line.split("\t") for line in text.split("\n")]
    rows[0] = [variable.removeprefix("?") for variable in rows[0]]
    return "\n".join("\t".join(map(_quote_sparql_term, row)) for row in rows)


def _quote_sparql_term(term: str) -> str:
    """Return the text of a term in quotation marks: an IRI without brackets, a lexical form."""
    text = term.strip()
    if match := _SPARQL_LITERAL.fullmatch(text):
        text = re.sub(r"\\(.)", lambda m: _SPARQL_ESCAPES.get(m[1], m[1]), match[1])
    elif text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    return '"' + text.replace('"', '""').replace("\n", " ") + '"'


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
