"""The graph written down in columns, once a build.

Takes a database, gives a folder of arrays, which :class:`kgraph.columns.graph.Graph` opens. Terms
are numbered in the order of their N-Triples, so that IRIs stand as ORDER BY wants them; the
statements of a property stand together, once by subject and once by object ("vertical
partitioning": Abadi, Marcus, Madden and Hollenbach, VLDB 2007).

Invariant: the folder appears whole or not at all.
"""

from __future__ import annotations

import io
import os
import shutil
import time
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyoxigraph

from kgraph.base.checksums import Checksums, write_checksums
from kgraph.base.errors import StoreError
from kgraph.columns.graph import (
    ENDS,
    KINDS,
    NUMBERS,
    PROPERTIES,
    STATEMENTS,
    TERMS,
    Array,
    Graph,
    rank,
)
from kgraph.columns.kinds import Kind, kind_of, number_of

CHUNK = 1 << 20
"""Bytes of the graph that are read at once."""


STALE = 3600.0
"""Seconds after which nobody is at work any more on a draft that lies there."""


def hold(database: str, folder: Path, draft: Path) -> None:
    """Make columns where there are none, or damaged ones.

    Args:
        database: folder of the database.
        folder: where they are to be.
        draft: as :func:`make` takes it; its name begins with that of the folder and a hyphen.

    Raises:
        OSError: as :func:`make` does.
        MemoryError: the same.
    """
    for other in folder.parent.glob(f"{folder.name}-*"):
        if other.stat().st_mtime < time.time() - STALE:
            shutil.rmtree(other, ignore_errors=True)
    if _are_whole(folder):
        return
    shutil.rmtree(folder, ignore_errors=True)
    try:
        make(database, folder, draft)
    except OSError:
        if not _are_whole(folder):  # nobody else has made them meanwhile
            raise


def _are_whole(folder: Path) -> bool:
    """Whether each byte is as it was written: processes that open them look at their sizes only."""
    try:
        Checksums(folder).check_files()
        Graph(folder)
    except (OSError, StoreError, ValueError):
        return False
    return True


def make(database: str, folder: Path, draft: Path) -> None:
    """Write the columns of a database.

    Args:
        database: its folder.
        folder: where they are to be.
        draft: where they are written until they are whole: beside it, and not there yet.

    Raises:
        OSError: the one cannot be read, or the other not be written.
        MemoryError: it is larger than fits.
    """
    draft.mkdir()
    try:
        _write(database, draft)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(database: str, draft: Path) -> None:
    store = pyoxigraph.Store.read_only(database)
    numbering = Numbering()
    with io.BufferedWriter(numbering, CHUNK) as sink:
        store.dump(
            sink, format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph()
        )
        sink.flush()
        terms, statements = numbering.found()
    _keep(draft / TERMS, lambda file: file.write(b"".join(terms)))
    for name, column in (_of_terms(terms) | _of_statements(statements, len(terms))).items():
        _keep(draft / name, lambda file, column=column: np.save(file, column))  # type: ignore[misc]
    write_checksums(draft, os.listdir(draft))


def _keep(file: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file so that it is on the disk, whatever happens to the machine then."""
    with file.open("wb") as out:
        write(out)
        out.flush()
        os.fsync(out.fileno())


class Numbering(io.RawIOBase):
    """Takes N-Triples as they are written, and numbers their terms as they come."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}
        self._statements = array("i")
        self._rest = b""

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Number the terms of the statements that are whole by now."""
        *lines, self._rest = (self._rest + data).split(b" .\n")
        numbers = self._numbers
        self._statements.extend(
            numbers.setdefault(term, len(numbers)) for line in lines for term in line.split(b" ", 2)
        )
        return len(data)

    def found(self) -> tuple[list[bytes], Array]:
        """Terms in order; statements, a row of three places in these each."""
        terms = sorted(self._numbers, key=rank)
        numbers = np.fromiter(map(self._numbers.__getitem__, terms), np.int32, len(terms))
        places = np.empty_like(numbers)
        places[numbers] = np.arange(len(terms), dtype=np.int32)
        return terms, places[np.frombuffer(self._statements, np.int32)].reshape(-1, 3)


def _of_terms(terms: list[bytes]) -> dict[str, Array]:
    """What is known of each term: where its N-Triples end, its kind, and its number."""
    kinds = list(map(kind_of, terms))
    numbers = [
        number_of(term) if kind in (Kind.INTEGER, Kind.DECIMAL) else 0
        for term, kind in zip(terms, kinds, strict=True)
    ]
    return {
        ENDS: np.cumsum([0, *map(len, terms)], dtype=np.int64),
        KINDS: np.array(kinds, np.uint8),
        NUMBERS: np.array(numbers, np.int64),
    }


def _of_statements(statements: Array, terms: int) -> dict[str, Array]:
    """The statements of each property, by subject and by object, and where which stand."""
    subjects, predicates, objects = statements.T
    names, property_ = np.unique(predicates, return_inverse=True)
    orders = []
    for first, second in ((subjects, objects), (objects, subjects)):
        pairs = np.sort((property_.astype(np.int64) * terms + first) * terms + second)
        rest, seconds = np.divmod(pairs, terms)
        orders += [(rest % terms).astype(np.int32), seconds.astype(np.int32)]
    ends = np.cumsum([0, *np.bincount(property_, minlength=len(names))])
    rows = [
        (name, start, end, *(len(np.unique(orders[place][start:end])) for place in (0, 2)))
        for name, start, end in zip(names, ends, ends[1:], strict=False)
    ]
    return {STATEMENTS: np.array(orders), PROPERTIES: np.array(rows, np.int64).reshape(-1, 5)}
