"""Counts by hash in two columns, looked up without being decoded.

Takes sorted hashes of 64 bits and a count of each; gives a mapping of 12 bytes an entry, a tenth of
what a dictionary takes, which is encoded and decoded as it is in memory.
"""

from __future__ import annotations

from abc import ABCMeta
from bisect import bisect_left
from collections.abc import Iterable, Iterator, KeysView, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from numpy.typing import NDArray


class _MappingStructMeta(msgspec.StructMeta, ABCMeta):
    """Class of structs that are mappings."""


class HashCounts(
    msgspec.Struct,
    Mapping[int, int],
    array_like=True,
    frozen=True,
    eq=False,
    dict=True,
    metaclass=_MappingStructMeta,
):
    """Counts by hash.

    Attributes:
        hashes: sorted, 8 bytes each, in native order.
        counts: of the hashes in turn, 4 bytes each, in native order.
    """

    hashes: memoryview = memoryview(b"")
    counts: memoryview = memoryview(b"")

    @classmethod
    def from_columns(cls, hashes: NDArray[Any], counts: NDArray[Any]) -> HashCounts:
        """Make it of columns of numpy, of which that of the hashes is sorted."""
        columns = hashes.astype("u8", copy=False), counts.astype("u4", copy=False)
        return cls(*(memoryview(column.tobytes()) for column in columns))

    @cached_property
    def _sorted(self) -> memoryview:
        return self.hashes.cast("Q")

    def get(self, hash_: int, default: Any = None) -> Any:
        """Return the count of a hash, or else the default."""
        hashes = self._sorted
        index = bisect_left(hashes, hash_)
        if index < len(hashes) and hashes[index] == hash_:
            return self.counts.cast("I")[index]
        return default

    def __getitem__(self, hash_: int) -> int:
        count: int | None = self.get(hash_)
        if count is None:
            raise KeyError(hash_)
        return count

    def __contains__(self, hash_: object) -> bool:
        return self.get(hash_) is not None  # type: ignore[arg-type]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, HashCounts):
            return self.hashes == other.hashes and self.counts == other.counts
        return Mapping.__eq__(self, other)

    __hash__ = None  # type: ignore[assignment]  # as of other mappings

    def __iter__(self) -> Iterator[int]:
        return iter(self._sorted)

    def __len__(self) -> int:
        return len(self._sorted)

    def keys(self) -> KeysView[int]:
        """Return a view of the hashes, to compare with several at once."""
        return _HashesView(self)

    def replace(self, new: HashCounts, hashes: Iterable[int]) -> HashCounts:
        """Return the counts in which some hashes have those of new ones, or none.

        It is this object itself if nothing differs.

        Args:
            new: has no other hashes.
        """
        import numpy as np

        old_hashes, old_counts = self._read_columns()
        is_kept = ~np.isin(old_hashes, np.fromiter(hashes, np.uint64), assume_unique=True)
        kept_hashes, kept_counts = old_hashes[is_kept], old_counts[is_kept]
        new_hashes, new_counts = new._read_columns()
        indices = np.searchsorted(kept_hashes, new_hashes)
        replaced = HashCounts.from_columns(
            np.insert(kept_hashes, indices, new_hashes),
            np.insert(kept_counts, indices, new_counts),
        )
        return self if replaced == self else replaced

    def find_changes(self, new: HashCounts) -> list[int]:
        """Return the hashes that have another count in new counts, or only in one of both."""
        if self == new:
            return []
        return sorted({*_find_unmatched(self, new), *_find_unmatched(new, self)})

    def _read_columns(self) -> tuple[NDArray[Any], NDArray[Any]]:
        import numpy as np

        return np.frombuffer(self.hashes, np.uint64), np.frombuffer(self.counts, np.uint32)


def _find_unmatched(counts: HashCounts, reference: HashCounts) -> list[int]:
    """Return the hashes that reference counts lack, or have with another count."""
    import numpy as np

    hashes, own_counts = counts._read_columns()
    known_hashes, known_counts = reference._read_columns()
    if not len(known_hashes):
        return [*hashes.tolist()]
    indices = np.searchsorted(known_hashes, hashes)
    indices[indices == len(known_hashes)] = 0
    is_same = (known_hashes[indices] == hashes) & (known_counts[indices] == own_counts)
    return [*hashes[~is_same].tolist()]


class _HashesView(KeysView[int]):
    """The hashes of counts; comparing several of them calls few functions."""

    def __init__(self, counts: HashCounts) -> None:
        super().__init__(counts)
        self._sorted = counts._sorted

    def isdisjoint(self, other: Iterable[Any]) -> bool:
        """Return whether none of some hashes is among these."""
        hashes, count = self._sorted, len(self._sorted)
        for hash_ in other:
            index = bisect_left(hashes, hash_)
            if index < count and hashes[index] == hash_:
                return False
        return True
