"""Add up counts, rank them, and find the highest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar


class _Ordered(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


OrderedT = TypeVar("OrderedT", bound=_Ordered)


def add_counts(total: dict[str, int], counts: Mapping[str, int]) -> None:
    """Add counts to a total, by name."""
    for name, count in counts.items():
        total[name] = total.get(name, 0) + count


def rank_counts(counts: Mapping[OrderedT, int]) -> list[tuple[OrderedT, int]]:
    """Sort counts, highest first, equal ones by key.

    >>> rank_counts({"b": 1, "a": 1, "c": 2})
    [('c', 2), ('a', 1), ('b', 1)]
    """
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def find_commonest(counts: Mapping[OrderedT, int]) -> OrderedT:
    """Return the key of the highest count; of equal ones the first in order.

    Raises:
        ValueError: there is no count.

    >>> find_commonest({"Daily widget": 1, "Daily Widget": 2})
    'Daily Widget'
    """
    return min(counts, key=lambda key: (-counts[key], key))
