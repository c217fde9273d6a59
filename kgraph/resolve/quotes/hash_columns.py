"""Hashes of many texts in columns: which of them several recordings share.

Takes hashes with the number of the file that each is from, and the owner of each file: the number
of its recording, or of a group of recordings. Every function works on a partition of the hashes
alone, which has all occurrences of each of its hashes; so partitions can be counted anywhere.

A column takes 12 bytes a hash, and counting 20 for a while; objects of Python take ten times as
much.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kgraph.resolve.hash_counts import HashCounts
from kgraph.resolve.lookups import COUNT_DIGITS
from kgraph.resolve.quotes.fingerprints import HASH_BYTES

Array = NDArray[Any]

NO_OWNER = (1 << 32) - 1  #: of a file of no recording
_VALUES_AT_ONCE = 1 << 20
_OWNER_BITS = np.uint64(32)
_PREFIX_BITS = 16  #: of a hash
_PREFIX_SHIFT = np.uint64(8 * HASH_BYTES - _PREFIX_BITS)
_HASH_TYPE, _FILE_TYPE = np.dtype(np.uint64), np.dtype(np.uint32)


class HashColumns(NamedTuple):
    """Hashes with the number of the file that each is from."""

    hashes: Array  #: uint64
    files: Array  #: uint32


class RepeatCounts(NamedTuple):
    """Hashes that several owners have, sorted, and how many have each."""

    hashes: Array
    counts: Array  #: rounded (:func:`~kgraph.resolve.lookups.round_count`)

    def to_dict(self) -> dict[int, int]:
        """Return the counts by hash, to look up many."""
        return dict(zip(self.hashes.tolist(), self.counts.tolist(), strict=True))

    def pack(self) -> HashCounts:
        """Return the counts by hash, to keep them."""
        return HashCounts.from_columns(self.hashes, self.counts)


class FirstOwners(NamedTuple):
    """Distinct hashes, sorted, with their lowest owner, and whether they have another."""

    hashes: Array
    owners: Array
    are_repeated: Array


class PairCounts(NamedTuple):
    """Pairs of owners, sorted, and how many hashes the two share."""

    pairs: Array  #: uint64: the lower owner in the upper half
    counts: Array


def unpack_columns(packed: Sequence[bytes]) -> HashColumns:
    """Return the columns of packed hashes, one item for each file, numbered in order."""
    lengths = np.fromiter(map(len, packed), np.int64, len(packed)) // HASH_BYTES
    files = np.repeat(np.arange(len(packed), dtype=_FILE_TYPE), lengths)
    return HashColumns(join_hashes(packed), files)


def join_hashes(packed: Iterable[bytes]) -> Array:
    """Return the hashes of :func:`~kgraph.resolve.quotes.fingerprints.pack_hashes` as uint64."""
    return np.frombuffer(b"".join(packed), ">u8").astype(_HASH_TYPE)


def pack_column(hashes: Array) -> bytes:
    """Pack hashes as :func:`~kgraph.resolve.quotes.fingerprints.pack_hashes` does."""
    return hashes.astype(">u8").tobytes()


def concatenate_columns(partitions: Sequence[HashColumns]) -> HashColumns:
    """Return the columns of all partitions, of which there is at least one."""
    hashes, files = zip(*partitions, strict=True)
    return HashColumns(np.concatenate(hashes), np.concatenate(files))


def encode_columns(columns: HashColumns, first_file: int, partitions: int) -> list[bytes]:
    """Encode columns in partitions of consecutive hashes, for :func:`decode_columns`.

    Args:
        first_file: number to add to those of the files.
    """
    order = np.argsort(columns.hashes, kind="stable")
    hashes, files = columns.hashes[order], columns.files[order] + np.uint32(first_file)
    ends = np.searchsorted(hashes, _list_bounds(partitions)).tolist()
    return [
        hashes[start:end].tobytes() + files[start:end].tobytes()
        for start, end in pairwise((0, *ends, len(hashes)))
    ]


def decode_columns(data: bytes) -> HashColumns:
    """Decode a partition of columns."""
    count = len(data) // (_HASH_TYPE.itemsize + _FILE_TYPE.itemsize)
    files = np.frombuffer(data, _FILE_TYPE, offset=count * _HASH_TYPE.itemsize)
    return HashColumns(np.frombuffer(data, _HASH_TYPE, count), files)


def split_sorted(hashes: Array, partitions: int) -> list[Array]:
    """Split sorted hashes as :func:`encode_columns` does."""
    return np.split(hashes, np.searchsorted(hashes, _list_bounds(partitions)))


def _list_bounds(partitions: int) -> Array:
    end = 1 << 8 * HASH_BYTES
    return np.array([end * number // partitions for number in range(1, partitions)], _HASH_TYPE)


def contains(members: Array, values: Array) -> Array:
    """Return whether each value is among sorted members."""
    result = np.zeros(len(values), bool)
    if not len(members):
        return result
    # Where there are few members, the upper bits tell nearly all other values from them.
    is_possible = np.zeros(1 << _PREFIX_BITS, bool)
    is_possible[members >> _PREFIX_SHIFT] = True
    # Places take 8 bytes a value, so many values are looked up a part at a time.
    for start in range(0, len(values), _VALUES_AT_ONCE):
        some = values[start : start + _VALUES_AT_ONCE]
        possible = np.flatnonzero(is_possible[some >> _PREFIX_SHIFT])
        some = some[possible]
        indices = np.minimum(np.searchsorted(members, some), len(members) - 1)
        result[start + possible] = members[indices] == some
    return result


def count_owners(columns: HashColumns, owners: Array, min_owners: int) -> RepeatCounts:
    """Count the owners of each hash that so many have.

    Args:
        owners: of each file by number, :data:`NO_OWNER` for none.
        min_owners: two or more.
    """
    among = find_repeated(columns.hashes.copy(), 1)
    pairs = _pair_with_owners(columns, owners, among)
    starts, sizes = _group_owners(pairs)
    is_repeated = sizes >= min_owners
    counts = sizes[is_repeated]
    # frexp gives the binary digits of whole numbers below 2 ** 53 exactly.
    spare_bits = np.maximum(np.frexp(counts)[1] - COUNT_DIGITS, 0)
    hashes = among[pairs[starts[is_repeated]] >> _OWNER_BITS]
    return RepeatCounts(hashes, counts >> spare_bits << spare_bits)


def find_first_owners(columns: HashColumns, owners: Array) -> FirstOwners:
    """Find the lowest owner of each hash."""
    own = owners[columns.files]
    is_owned = own != NO_OWNER
    own, hashes = own[is_owned], columns.hashes[is_owned]
    order = np.lexsort((own, hashes))
    own, hashes = own[order], hashes[order]
    starts = _find_starts(hashes)
    ends = starts + np.diff(starts, append=len(hashes)) - 1
    return FirstOwners(hashes[starts], own[starts], own[starts] != own[ends])


def count_pairs(columns: HashColumns, owners: Array, among: Array, max_owners: int) -> PairCounts:
    """Count the hashes that two owners share.

    Args:
        among: sorted hashes of which those of at most ``max_owners`` count.
    """
    pairs = _pair_with_owners(columns, owners, among)
    starts, sizes = _group_owners(pairs)
    own = pairs & np.uint64(NO_OWNER)
    pairs_by_size = [np.empty(0, np.uint64)]
    for size in range(2, max_owners + 1):
        group = starts[sizes == size]
        pairs_by_size += (
            own[group + low] << _OWNER_BITS | own[group + high]
            for low, high in combinations(range(size), 2)
        )
    shared = np.sort(np.concatenate(pairs_by_size))
    starts = _find_starts(shared)
    return PairCounts(shared[starts], np.diff(starts, append=len(shared)))


def add_pair_counts(partitions: Sequence[PairCounts]) -> PairCounts:
    """Add up counts of pairs; there is at least one partition."""
    pairs, counts = map(np.concatenate, zip(*partitions, strict=True))
    order = np.argsort(pairs, kind="stable")
    pairs, counts = pairs[order], counts[order]
    starts = _find_starts(pairs)
    return PairCounts(pairs[starts], np.add.reduceat(counts, starts) if len(starts) else counts)


def drop_repeats(values: Array) -> Array:
    """Sort values in place, and return the distinct ones.

    ``numpy.unique`` would use a hash table, which takes five times as long and more memory.
    """
    values.sort()
    return values[_find_starts(values)]


def find_repeated(values: Array, times: int) -> Array:
    """Sort values in place, and return those that are there more than so many times."""
    values.sort()
    starts = _find_starts(values)
    return values[starts[np.diff(starts, append=len(values)) > times]]


def _pair_with_owners(columns: HashColumns, owners: Array, among: Array) -> Array:
    """Return the distinct pairs of a hash and an owner, sorted.

    Args:
        among: sorted hashes, the only ones that count; the upper half of a pair is an index of it.
    """
    is_counted = contains(among, columns.hashes)
    own = owners[columns.files[is_counted]]
    pairs = np.searchsorted(among, columns.hashes[is_counted]).astype(np.uint64)
    pairs <<= _OWNER_BITS
    pairs |= own
    return drop_repeats(pairs[own != NO_OWNER])


def _group_owners(pairs: Array) -> tuple[Array, Array]:
    starts = _find_starts(pairs >> _OWNER_BITS)
    return starts, np.diff(starts, append=len(pairs))


def _find_starts(values: Array) -> Array:
    """Return the index of the first of each run of equal values."""
    is_start = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=is_start[1:])
    return np.flatnonzero(is_start)
