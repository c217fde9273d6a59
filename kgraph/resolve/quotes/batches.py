"""Quotes and passages of some files at a time, in columns.

A file has few quotes, so that each operation on a column is done for many files at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

import numpy as np

from kgraph.resolve.quotes.fingerprints import QuoteFingerprints
from kgraph.resolve.quotes.hash_columns import (
    Array,
    HashColumns,
    contains,
    join_hashes,
    pack_column,
    unpack_columns,
)
from kgraph.resolve.quotes.passages import ContextFingerprints

ItemT = TypeVar("ItemT")

_BATCH_FILES = 1024  #: some 3 MB of fingerprints, and four times as much in columns


def split_batches(files: Iterable[ItemT]) -> Iterator[list[ItemT]]:
    """Yield the items of some files at a time."""
    files = iter(files)
    while batch := list(islice(files, _BATCH_FILES)):
        yield batch


class GroupedHashes:
    """The hashes of some quotes in a column.

    Attributes:
        hashes: those of each quote, one after another.
        starts: place of the first of each quote, and the end of the last.
    """

    def __init__(self, packed: Iterable[bytes], counts: Iterable[bytes]) -> None:
        self.hashes = join_hashes(packed)
        self.starts = np.concatenate(([0], np.cumsum(_join_bytes(counts), dtype=np.int64)))

    def list_quotes(self) -> Array:
        """Return the number of the quote of each hash."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def list_hashes(self, quote: int) -> list[int]:
        """Return the hashes of a quote."""
        hashes: list[int] = self.hashes[slice(*self.starts[quote : quote + 2])].tolist()
        return hashes

    def find(self, members: Array) -> Array:
        """Return the number of the quote of each hash that is among some sorted ones."""
        indices = np.flatnonzero(contains(members, self.hashes))
        return np.searchsorted(self.starts, indices, "right") - 1

    def take(self, quotes: Array) -> Array:
        """Return the hashes of some quotes, one after another."""
        starts, ends = self.starts[quotes].tolist(), self.starts[quotes + 1].tolist()
        columns = [self.hashes[start:end] for start, end in zip(starts, ends, strict=True)]
        return np.concatenate((self.hashes[:0], *columns))

    def count(self, quotes: Array) -> bytes:
        """Return how many hashes each of some quotes has, one byte each."""
        return bytes((self.starts[quotes + 1] - self.starts[quotes]).tolist())


class QuoteBatch:
    """The quotes of some files in columns, an item for each quote.

    Attributes:
        fingerprints: of each file.
        first_quotes: number of the first quote of each file.
        files: number of the file of each quote among these.
        keys: as numbers.
    """

    def __init__(self, files: Sequence[QuoteFingerprints]) -> None:
        self.fingerprints = files
        self.keys = join_hashes(f.keys for f in files)
        counts = np.fromiter((len(f.word_counts) for f in files), np.int64, len(files))
        self.first_quotes = np.cumsum(counts) - counts
        self.files = np.repeat(np.arange(len(files)), counts)
        self.word_counts = _join_bytes(f.word_counts for f in files)
        self.wording = _join_bytes(f.wording for f in files)
        self.shingles = GroupedHashes(
            (f.packed_shingles for f in files), (f.shingle_counts for f in files)
        )
        self.runs = GroupedHashes((f.packed_runs for f in files), (f.run_counts for f in files))

    def find(self, keys: Array, hashes: Array) -> Array:
        """Return the numbers of the quotes that have one of some keys or hashes, sorted.

        Args:
            keys, hashes: sorted; the latter are shingles and runs.
        """
        is_found = contains(keys, self.keys)
        for column in (self.shingles, self.runs):
            is_found[column.find(hashes)] = True
        return np.flatnonzero(is_found)

    def select(self, quotes: Array) -> Iterator[QuoteFingerprints]:
        """Yield the fingerprints of some quotes, file by file.

        Args:
            quotes: their numbers, sorted.
        """
        for own in _split_by(self.files[quotes], quotes):
            number = int(self.files[own[0]])
            file, first = self.fingerprints[number], int(self.first_quotes[number])
            indices = {quote - first: index for index, quote in enumerate(own.tolist())}
            yield QuoteFingerprints(
                file.file,
                pack_column(self.keys[own]),
                self.shingles.count(own),
                pack_column(self.shingles.take(own)),
                self.wording[own].tobytes(),
                bytes(file.relevance[index] for index in indices),
                self.word_counts[own].tobytes(),
                self.runs.count(own),
                pack_column(self.runs.take(own)),
                tuple((indices[n], name) for n, name in file.sponsors if n in indices),
            )


class PassageBatch:
    """The passages of some files in columns.

    Attributes:
        fingerprints: of each file.
        contexts, runs: with the number of the file among these.
    """

    def __init__(self, files: Sequence[ContextFingerprints]) -> None:
        self.fingerprints = files
        self.contexts = unpack_columns([f.packed_hashes for f in files])
        self.runs = unpack_columns([f.packed_runs for f in files])

    def select(self, contexts: Array, runs: Array) -> Iterator[ContextFingerprints]:
        """Yield those of some contexts and runs that files have, file by file."""
        packed_contexts = _pack_by_file(self.contexts, contexts)
        packed_runs = _pack_by_file(self.runs, runs)
        for number in sorted(packed_contexts.keys() | packed_runs.keys()):
            file = self.fingerprints[number].file
            yield ContextFingerprints(
                file, packed_contexts.get(number, b""), packed_runs.get(number, b"")
            )


def _pack_by_file(column: HashColumns, members: Array) -> dict[int, bytes]:
    """Pack those of some sorted hashes that each file has, by its number."""
    is_member = contains(members, column.hashes)
    hashes, files = column.hashes[is_member], column.files[is_member]
    packed = map(pack_column, _split_by(files, hashes))
    return {int(own[0]): data for own, data in zip(_split_by(files, files), packed, strict=True)}


def _split_by(numbers: Array, values: Array) -> list[Array]:
    split = np.split(values, np.flatnonzero(np.diff(numbers)) + 1)
    return split if len(values) else []


def _join_bytes(parts: Iterable[bytes]) -> Array:
    return np.frombuffer(b"".join(parts), np.uint8)
