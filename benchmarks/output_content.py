"""What a file of an export holds, as small JSON that tells where two exports differ.

Digests are of sorted content: two files with the same statements, rows or notes are equal, however
their containers order or compress them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

DIGEST_CHARS = 16  # of a hexadecimal SHA-256: 64 bits tell any two outputs apart

Content = dict[str, Any]


def digest(data: bytes | str) -> str:
    """Return the first characters of the data's SHA-256."""
    encoded = data.encode() if isinstance(data, str) else data
    return hashlib.sha256(encoded).hexdigest()[:DIGEST_CHARS]


def describe_output(key: str, path: Path) -> Content:
    """Describe what an export wrote: a file or a folder."""
    if path.is_dir():
        return {
            str(file.relative_to(path)): describe_file(file.name, file)
            for file in sorted(path.rglob("*"))
            if file.is_file()
        }
    return describe_file(key, path)


def describe_file(name: str, path: Path) -> Content:
    """Describe one file by what its first bytes, name or key say that it is."""
    data = path.read_bytes()
    if data.startswith(b"SQLite format 3"):
        return _describe_sqlite(path)
    if data.startswith(b"PAR1"):
        return _describe_parquet(path)
    text = data.decode("utf-8", "replace")
    if name.startswith(("ntriples", "nquads")):
        return _describe_statements(text)
    if name.startswith("csv") or name.endswith(".csv"):
        rows = list(csv.reader(io.StringIO(text)))
        return _describe_rows(rows[0] if rows else [], rows[1:])
    if name in ("view", "atlas"):
        return {"data": digest(_read_page_data(text))}
    return {"lines": text.count("\n"), "sha256": digest(text)}


def _describe_statements(text: str) -> Content:
    """Count and digest the statements of each predicate."""
    by_predicate: defaultdict[str, list[str]] = defaultdict(list)
    for line in text.splitlines():
        by_predicate[line.split(" ", 2)[1] if line.count(" ") > 1 else ""].append(line)
    return {
        predicate: f"{len(lines)} {digest(chr(10).join(sorted(lines)))}"
        for predicate, lines in by_predicate.items()
    }


def _describe_rows(columns: Iterable[str], rows: list[Any]) -> Content:
    """Count the rows; digest them, and the values of each column."""
    texts = [[str(value) for value in row] for row in rows]
    described: Content = {"rows": len(texts), "all": digest(repr(sorted(texts)))}
    for place, column in enumerate(columns):
        described[column] = digest(repr(sorted(row[place] for row in texts if place < len(row))))
    return described


def _describe_sqlite(path: Path) -> Content:
    connection = sqlite3.connect(path)
    names = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    tables = {}
    for (table,) in names.fetchall():
        try:
            cursor = connection.execute(f'SELECT * FROM "{table}"')
            tables[table] = _describe_rows([c[0] for c in cursor.description], cursor.fetchall())
        except sqlite3.Error as error:
            tables[table] = {"error": str(error)}
    connection.close()
    return tables


def _describe_parquet(path: Path) -> Content:
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path)
    types = {f"type of {field.name}": str(field.type) for field in table.schema}
    rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return types | _describe_rows(table.column_names, rows)


def _read_page_data(text: str) -> str:
    """Return the data blocks of a drawn page: its programs may be renamed, its data may not."""
    block = r'<script type="application/[^>]*id="(?!worker)[^>]*>.*?</script>'
    return "\n".join(re.findall(block, text, re.DOTALL)) or text
