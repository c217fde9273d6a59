"""Finds which lookups of decisions come out otherwise when a user's own entries change.

Takes the knowledge of two builds. Decisions find entries by key in the tables of
:data:`ENTRY_TABLES`; what they read of an entry there is an :class:`EntryAtKey`. Where both builds
find the same under a key, they decide alike, although numbers of entries differ.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from kgraph.base.lexicon import LexiconEntry, NameKind, list_name_keys
from kgraph.base.text import name_key
from kgraph.resolve.knowledge import list_sound_keys, split_longer_name
from kgraph.resolve.lookups import ChangedKey, TablePath
from kgraph.resolve.mentions.phonetics import lookup_codes

if TYPE_CHECKING:
    from kgraph.resolve.knowledge import Knowledge

_NAMES = ("lexicon", "index")
_TICKERS = ("lexicon", "tickers")
_WORDS = ("entries_by_word",)
_SOUNDS = ("phonetic_index",)
_FIRST_NAMES = ("vocabulary", "first_names")
_SURNAMES = ("vocabulary", "surnames")

#: Tables of the knowledge by which entries count; each is looked up by key.
ENTRY_TABLES: tuple[TablePath, ...] = (
    *(_NAMES, _TICKERS, _WORDS, _SOUNDS, _FIRST_NAMES, _SURNAMES),
)


class TableKey(NamedTuple):
    """A key of one of :data:`ENTRY_TABLES`."""

    table: TablePath
    key: str


class EntryAtKey(NamedTuple):
    """An entry under a key of a table.

    Attributes:
        value: all that a decision reads there.
        name: of the entry, as written.
    """

    table_key: TableKey
    value: tuple[object, ...]
    name: str


def find_entry_changes(
    old: Knowledge, new: Knowledge, own: Iterable[LexiconEntry]
) -> dict[TableKey, ChangedKey]:
    """Return the keys under which decisions find something else, with the entry that changed.

    Args:
        own: the own entries of both. Of several entries under one key an own one is named.
    """
    before, after = set(old.lexicon.entries), set(new.lexicon.entries)
    by_build = [
        Counter(item for entry in entries for item in _list_entries_at_keys(entry))
        for entries in (before - after, after - before)
    ]
    changed = (by_build[0] - by_build[1]) + (by_build[1] - by_build[0])
    own_keys = {name_key(entry.short_name) for entry in own}
    by_key: dict[TableKey, list[str]] = defaultdict(list)
    for table_key, _, name in changed:
        if _is_changed(table_key, old, new):
            by_key[table_key].append(name)
    return {table_key: _name_change(names, own_keys) for table_key, names in sorted(by_key.items())}


def decisive_fields(entry: LexiconEntry) -> tuple[object, ...]:
    """Return what decisions on mentions read of an entry that they found.

    Its other fields count by where they lead: names are keys of tables. The name as written gives
    the order of entries with one name.
    """
    return (
        *(_restore_name(entry).name, entry.name, entry.type, entry.kind, entry.is_common_word),
        *(entry.cues, entry.unless, entry.since, entry.tickers, entry.is_own),
    )


def _restore_name(entry: LexiconEntry) -> LexiconEntry:
    """Give an entry that is the same as another its own name again, by which it is indexed."""
    if not entry.same_as:
        return entry
    name, *aliases = entry.aliases
    return msgspec.structs.replace(entry, name=name, aliases=tuple(aliases))


def _list_entries_at_keys(entry: LexiconEntry) -> Iterator[EntryAtKey]:
    """List what decisions may find of an entry, by each of its keys."""
    indexed, fields = _restore_name(entry), decisive_fields(entry)
    name = indexed.name
    spellings: dict[str, list[str]] = defaultdict(list)
    for spelling in (entry.name, entry.short_name, *entry.aliases):
        spellings[name_key(spelling)].append(spelling)
    kinds: dict[str, NameKind] = {}
    for name_kind, key in list_name_keys(indexed):
        kinds.setdefault(key, name_kind)
    for key, kind in kinds.items():
        # Of several entries under a key, one that has the name in this spelling is preferred.
        yield EntryAtKey(TableKey(_NAMES, key), (kind, *spellings.get(key, ()), *fields), name)
    for ticker in entry.tickers:
        yield EntryAtKey(TableKey(_TICKERS, ticker), fields, name)
    words, ends = split_longer_name(entry)
    for word in ends:
        yield EntryAtKey(TableKey(_WORDS, word), (words, *fields), name)
    for key in list_sound_keys(entry):
        for code in lookup_codes(key):
            yield EntryAtKey(TableKey(_SOUNDS, code), (key, *fields), name)
    if entry.trained_type == "person":
        for table, word in zip((_FIRST_NAMES, _SURNAMES), _list_ends(entry), strict=True):
            yield EntryAtKey(TableKey(table, word), (), name)


def _list_ends(entry: LexiconEntry) -> tuple[str, str]:
    words = entry.short_name.lower().split() or [""]
    return words[0], words[-1]


def _is_changed(table_key: TableKey, old: Knowledge, new: Knowledge) -> bool:
    """Return whether a key of the vocabulary is a word of one build alone; True for others."""
    if table_key.table not in (_FIRST_NAMES, _SURNAMES):
        return True
    field = table_key.table[-1]
    return (table_key.key in getattr(old.vocabulary, field)) != (
        table_key.key in getattr(new.vocabulary, field)
    )


def _name_change(names: Collection[str], own_keys: Collection[str]) -> ChangedKey:
    """Return the entry that changed, for people: one of the user's own if there is one."""
    own = sorted(n for n in names if name_key(n.partition(" (")[0]) in own_keys)
    return ChangedKey(
        "own entry" if own else "shipped entry", f"{(own or sorted(names))[0]} changed"
    )
