"""Write the graph of a database as column files, once for each build.

Terms are numbered in the order of their N-Triples, so that IRIs are in the order of ORDER BY. The
statements of a property are next to each other, once sorted by subject and once by object
("vertical partitioning": Abadi, Marcus, Madden and Hollenbach, VLDB 2007).

Invariant: the folder appears complete or not at all.
"""

from __future__ import annotations

import io
import os
import shutil
import time
from array import array
from pathlib import Path
from typing import Any

import numpy as np
import pyoxigraph

from kgraph.accel.columns.graph import (
    ENDS_FILE,
    KINDS_FILE,
    NUMBERS_FILE,
    PROPERTIES_FILE,
    STATEMENTS_FILE,
    TERMS_FILE,
    Array,
    ColumnGraph,
    sort_key,
)
from kgraph.accel.columns.terms import TermKind, find_term_kind, parse_number
from kgraph.base.checksums import Checksums, write_checksums
from kgraph.base.errors import StoreError
from kgraph.base.files import open_durable

CHUNK_BYTES = 1 << 20  #: of the graph that are read at once
STALE_S = 3600.0  #: age of a draft that no process is writing any more


def ensure_columns(database: str, folder: Path, draft: Path) -> None:
    """Write columns if there are none, or damaged ones.

    Takes and raises what :func:`write_columns` does; the draft's name is that of the folder, a
    hyphen, and more.
    """
    for old_draft in folder.parent.glob(f"{folder.name}-*"):
        if old_draft.stat().st_mtime < time.time() - STALE_S:
            shutil.rmtree(old_draft, ignore_errors=True)
    if _are_complete(folder):
        return
    shutil.rmtree(folder, ignore_errors=True)
    try:
        write_columns(database, folder, draft)
    except OSError:
        if not _are_complete(folder):  # else another process has written them
            raise


def _are_complete(folder: Path) -> bool:
    """Check every byte; processes that open columns check sizes only."""
    try:
        Checksums(folder).check_files()
        ColumnGraph(folder)
    except (OSError, StoreError, ValueError):
        return False
    return True


def write_columns(database: str, folder: Path, draft: Path) -> None:
    """Write the columns of a database.

    Args:
        database: folder of the database.
        folder: of the columns.
        draft: folder in which they are written until they are complete: beside it, and new.

    Raises:
        OSError: the database cannot be read, or the columns not be written.
        MemoryError: the graph is too large.
    """
    draft.mkdir()
    try:
        store = pyoxigraph.Store.read_only(database)
        sink = StatementSink()
        with io.BufferedWriter(sink, CHUNK_BYTES) as buffer:
            store.dump(
                buffer, format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph()
            )
            buffer.flush()
            terms, statements = sink.number_terms()
        with open_durable(draft / TERMS_FILE) as file:
            file.write(b"".join(terms))
        arrays = _describe_terms(terms) | _sort_statements(statements, len(terms))
        for name, data in arrays.items():
            with open_durable(draft / name) as file:
                np.save(file, data)
        write_checksums(draft, os.listdir(draft))
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


class StatementSink(io.RawIOBase):
    """Takes N-Triples, and numbers their terms in order of appearance."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._statements = array("i")
        self._incomplete = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Add the statements that are complete by now."""
        *lines, self._incomplete = (self._incomplete + data).split(b" .\n")
        numbers = self._numbers
        self._statements.extend(
            numbers.setdefault(term, len(numbers)) for line in lines for term in line.split(b" ", 2)
        )
        return len(data)

    def number_terms(self) -> tuple[list[bytes], Array]:
        """Return the terms in order, and statements as rows of three indices of terms."""
        terms = sorted(self._numbers, key=sort_key)
        numbers = np.fromiter(map(self._numbers.__getitem__, terms), np.int32, len(terms))
        sorted_numbers = np.empty_like(numbers)
        sorted_numbers[numbers] = np.arange(len(terms), dtype=np.int32)
        return terms, sorted_numbers[np.frombuffer(self._statements, np.int32)].reshape(-1, 3)


def _describe_terms(terms: list[bytes]) -> dict[str, Array]:
    """Return for each term where its N-Triples end, its kind, and its numeric value."""
    kinds = list(map(find_term_kind, terms))
    numbers = [
        parse_number(term) if kind in (TermKind.INTEGER, TermKind.DECIMAL) else 0
        for term, kind in zip(terms, kinds, strict=True)
    ]
    return {
        ENDS_FILE: np.cumsum([0, *map(len, terms)], dtype=np.int64),
        KINDS_FILE: np.array(kinds, np.uint8),
        NUMBERS_FILE: np.array(numbers, np.int64),
    }


def _sort_statements(statements: Array, terms: int) -> dict[str, Array]:
    """Return the statements by property and subject and by property and object, and their spans."""
    subjects, predicates, objects = statements.T
    properties, property_index = np.unique(predicates, return_inverse=True)
    columns = []
    for first, second in ((subjects, objects), (objects, subjects)):
        keys = np.sort((property_index.astype(np.int64) * terms + first) * terms + second)
        pairs, seconds = np.divmod(keys, terms)
        columns += [(pairs % terms).astype(np.int32), seconds.astype(np.int32)]
    ends = np.cumsum([0, *np.bincount(property_index, minlength=len(properties))])
    rows = [
        (property, start, end, *(len(np.unique(columns[index][start:end])) for index in (0, 2)))
        for property, start, end in zip(properties, ends, ends[1:], strict=False)
    ]
    return {
        STATEMENTS_FILE: np.array(columns),
        PROPERTIES_FILE: np.array(rows, np.int64).reshape(-1, 5),
    }
