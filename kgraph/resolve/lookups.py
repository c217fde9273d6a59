"""Logs which keys of the corpus's tables the decisions on an episode look up.

An episode's decisions depend on its own files, and on what they find in the tables of the corpus.
If every key that they looked up has the same value in the tables of a later build, they would come
out the same there ("early cut-off": Mokhov, Mitchell and Peyton Jones 2018, "Build systems à la
carte"). So a build keeps these keys, and the next one redoes only the episodes that looked up a key
whose value changed.

Invariant: a logged table can be looked up, never listed: listing would depend on every key.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Iterator, KeysView, Mapping, Set
from typing import Any, NamedTuple, NoReturn, TypeVar, cast
from zlib import crc32

import msgspec

from kgraph.resolve.hash_counts import HashCounts

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")
HolderT = TypeVar("HolderT")
SortableT = TypeVar("SortableT", str, int)

COUNT_DIGITS = 3  #: binary digits of a rounded count
MAX_EXACT_COUNT = (1 << COUNT_DIGITS) - 1  #: that :func:`round_count` leaves as it is

_KEY_BITS = 32


class LoggedMapping(Mapping[KeyT, ValueT]):
    """A mapping that logs the keys that are looked up in it.

    Args:
        values: the mapping itself, which is not copied.
    """

    __slots__ = ("_values", "looked_up")

    def __init__(self, values: Mapping[KeyT, ValueT]) -> None:
        self._values = values
        self.looked_up: set[KeyT] = set()

    @property
    def values_without_log(self) -> Mapping[KeyT, ValueT]:
        return self._values

    def get(self, key: KeyT, default: Any = None) -> Any:
        """Return the value of a key, or else the default."""
        self.looked_up.add(key)
        return self._values.get(key, default)

    def __getitem__(self, key: KeyT) -> ValueT:
        self.looked_up.add(key)
        return self._values[key]

    def __contains__(self, key: object) -> bool:
        self.looked_up.add(key)  # type: ignore[arg-type]
        return key in self._values

    def keys(self) -> KeysView[KeyT]:
        """Return a view of the keys, which logs those that it is compared with."""
        return _LoggedKeys(self)

    def __iter__(self) -> NoReturn:
        raise _listing_error()

    def __len__(self) -> NoReturn:
        raise _listing_error()


class _LoggedKeys(KeysView[KeyT]):
    """The keys of a :class:`LoggedMapping`, to compare with several at once."""

    def __init__(self, mapping: LoggedMapping[KeyT, Any]) -> None:
        self._logged = mapping

    def isdisjoint(self, other: Iterable[Any]) -> bool:
        """Return whether none of some keys is among these."""
        keys = tuple(other)
        self._logged.looked_up.update(keys)
        return self._logged._values.keys().isdisjoint(keys)

    def __contains__(self, key: object) -> bool:
        return key in self._logged

    def __iter__(self) -> NoReturn:
        raise _listing_error()

    def __len__(self) -> NoReturn:
        raise _listing_error()


class LoggedSet(Set[KeyT]):
    """A set that logs the members that are looked up in it."""

    __slots__ = ("_values", "looked_up")

    def __init__(self, values: Set[KeyT]) -> None:
        self._values = values
        self.looked_up: set[KeyT] = set()

    @property
    def values_without_log(self) -> Set[KeyT]:
        return self._values

    def __contains__(self, key: object) -> bool:
        self.looked_up.add(key)  # type: ignore[arg-type]
        return key in self._values

    def __iter__(self) -> NoReturn:
        raise _listing_error()

    def __len__(self) -> NoReturn:
        raise _listing_error()


LoggedTable = LoggedMapping[Any, Any] | LoggedSet[Any]
Table = Mapping[Any, Any] | Set[Any]
TablePath = tuple[str, ...]  #: attributes that lead to a table of a struct


class ChangedKey(NamedTuple):
    """A key whose value differs between the tables of two builds."""

    table: str  #: for people, such as "frequency of the name"
    key: str = ""  #: for people; "" if they cannot read it, as a hash

    def describe(self, count: int) -> str:
        """Tell what changed, if so many keys did that are the same for people.

        >>> ChangedKey("frequency of the name", "visa").describe(1)
        'frequency of the name: visa'
        >>> ChangedKey("phrases that episodes repeat").describe(1_200)
        'phrases that episodes repeat: 1,200 changed'
        """
        return f"{self.table}: {self.key or f'{count:,} changed'}"


def _listing_error() -> TypeError:
    return TypeError("a logged table can be looked up, but not listed")


def round_count(count: int) -> int:
    """Round a count down to :data:`COUNT_DIGITS` binary digits.

    Decisions round it further, or take its logarithm. Exact counts would have a build redo every
    episode that looks one up, whenever a new episode raises it.

    >>> [round_count(count) for count in (7, 8, 9, 10, 99)]
    [7, 8, 8, 10, 96]
    """
    spare_bits = max(0, count.bit_length() - COUNT_DIGITS)
    return count >> spare_bits << spare_bits


def log_lookups(table: Table) -> LoggedTable:
    """Return a table that logs what is looked up in it."""
    return LoggedSet(table) if isinstance(table, Set) else LoggedMapping(table)


def log_tables_of(
    holder: HolderT, paths: Iterable[TablePath]
) -> tuple[HolderT, tuple[LoggedTable, ...]]:
    """Return a struct whose tables log what is looked up in them, and the logs.

    Args:
        paths: where the tables are in the struct.
    """
    logs = []
    for path in paths:
        log = log_lookups(unlogged(get_table(holder, path)))
        logs.append(log)
        holder = replace_table(holder, path, log)
    return holder, tuple(logs)


def get_table(holder: object, path: TablePath) -> Table:
    """Return the table of a struct at a path of attributes."""
    table: Any = holder
    for name in path:
        table = getattr(table, name)
    return cast("Table", table)


def replace_table(holder: Any, path: TablePath, table: object) -> Any:
    """Return a struct with another table at a path of attributes."""
    name, *inner = path
    value = replace_table(getattr(holder, name), tuple(inner), table) if inner else table
    return msgspec.structs.replace(holder, **{name: value})


def unlogged(table: Table) -> Table:
    """Return the table itself of one that may log."""
    if isinstance(table, LoggedMapping | LoggedSet):
        return table.values_without_log
    return table


def take_lookups(tables: Iterable[LoggedTable], further: Iterable[int] = ()) -> bytes:
    """Return the keys looked up in some tables since the last call, and forget them.

    Args:
        further: numbers to add.

    Returns:
        The :func:`number_key` of each, sorted, 8 bytes each in native order.
    """
    numbers = set(further)
    for number, table in enumerate(tables):
        numbers.update([number_key(number, key) for key in table.looked_up])
        table.looked_up.clear()
    return array("Q", sorted(numbers)).tobytes()


def number_key(table: int, key: Any) -> int:
    """Return a number for a key of a table, given by its position among all tables.

    Two keys may have the same number: then an episode is redone that need not be.
    """
    if not isinstance(key, int):
        text = key if isinstance(key, str) else "\0".join(key)
        key = crc32(text.encode("utf-8", "surrogatepass"))
    return (table << _KEY_BITS) | (int(key) & ((1 << _KEY_BITS) - 1))


def find_changed_keys(old: Table, new: Table) -> Iterator[Any]:
    """Yield the keys that have another value in one table than in the other, or in only one."""
    if old is new:
        return
    if isinstance(old, HashCounts) and isinstance(new, HashCounts):
        yield from old.find_changes(new)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from (key for key, value in old.items() if key not in new or new[key] != value)
        yield from (key for key in new if key not in old)
    else:
        yield from set(old) ^ set(new)


def replace_items(
    table: Mapping[SortableT, ValueT], new: Mapping[SortableT, ValueT], keys: Iterable[SortableT]
) -> Mapping[SortableT, ValueT]:
    """Return a sorted table in which some keys have the items of a new one, or none.

    It is the table itself if nothing differs.

    Args:
        new: has no other keys.

    >>> replace_items({"a": 1, "c": 3}, {"b": 2}, ["b", "c"])
    {'a': 1, 'b': 2}
    """
    changed = [key for key in keys if table.get(key) != new.get(key)]
    if not changed:
        return table
    replaced = {**table, **new}
    for key in changed:
        if key not in new:
            del replaced[key]
    return {key: replaced[key] for key in sorted(replaced)}
