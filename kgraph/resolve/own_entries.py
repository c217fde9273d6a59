"""Load a user's own lexicon and tables of ids, which go over the shipped ones.

Takes YAML files in the form of ``data/lexicon/*.yaml`` (its README specifies them) and of
``data/identity.yaml``; gives :class:`OwnEntries`, in which every value was checked. Errors name
file and line. In a table of ids the packages may be left out, and ids may stand alone or in a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, cast

import msgspec

from kgraph.base.entity_types import TYPE_NAMES
from kgraph.base.external_id import ID_KINDS, parse_id_of_kind
from kgraph.base.identity import IdTable, find_table_problems
from kgraph.base.lexicon import RELATION_FIELDS, EntryFields, EntryLookup, Lexicon, LexiconEntry
from kgraph.base.model import EntityType
from kgraph.base.text import name_key, pluralize, suggest_names
from kgraph.ingest.json_pointer import build_pointer
from kgraph.ingest.located_file import LocatedFile, describe, load_located_yaml
from kgraph.ingest.problems import preview_value

_ENTRY_FIX = "see “Own names” in the reference of kgraph"
_ID_FIX = "write for example `wikidata: Q161906` or `ticker: [NASDAQ:NVDA]`"

_SINCE = re.compile(r"[12][0-9]{3}(-(0[1-9]|1[0-2]))?")

#: Field of an entry in a file -> its name in :class:`LexiconEntry` and its type.
_FIELDS = {
    field.encode_name: (field.name, field.type) for field in msgspec.structs.fields(EntryFields)
}
_FILE_KEYS = ("type", "kind", "entries")
_IDENTITY_KEYS = ("about", "packages", "entries")


class OwnEntries(msgspec.Struct, frozen=True, eq=False):
    """Entries and ids of a user; two are equal if they come from files of the same bytes.

    Attributes:
        lexicon: entries, in the order of the files.
        ids: a table of ids; its entries are in the lexicon.
        digest: SHA-256 of the files, hexadecimal; "" for none.
        remarks: on names that two entries have, and on shipped ones that are lost.
    """

    lexicon: tuple[LexiconEntry, ...] = ()
    ids: IdTable = {}
    digest: str = ""
    remarks: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OwnEntries) and self.digest == other.digest

    def __ne__(self, other: object) -> bool:
        return not self == other  # that of msgspec compares by identity

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def notes(self) -> tuple[str, ...]:
        """How many entries and ids there are, and remarks on their names, for people."""
        named = sum(map(len, self.ids.values()))
        entries = pluralize(len(self.lexicon), "entry", "entries")
        counts = [f"{entries} of the project's lexicon"] if self.lexicon else []
        counts += [f"ids of {pluralize(named, 'entry', 'entries')}"] if named else []
        used = (f"using {' and '.join(counts)}",) if counts else ()
        return (*used, *self.remarks)

    @property
    def shows(self) -> tuple[LexiconEntry, ...]:
        """The entries of shows."""
        return tuple(entry for entry in self.lexicon if entry.type == "show")


NO_OWN_ENTRIES = OwnEntries()


class OwnFiles:
    """A user's own files, read: their entries, and where these stand.

    Args:
        lexicon: files of entries.
        identities: files of ids.

    Raises:
        DataError: a file cannot be read, or has a wrong key or value; the message names both.
    """

    def __init__(self, lexicon: Sequence[Path], identities: Sequence[Path]) -> None:
        self._rows: list[_EntryRow] = []
        self._tables: list[_IdFile] = []
        digest = sha256()
        for path in lexicon:
            file = load_located_yaml(path, f"begin with `type:` and `entries:`; {_ENTRY_FIX}")
            self._rows += _read_entries(file)
            digest.update(f"lexicon {file.sha256} ".encode())
        for path in identities:
            file = load_located_yaml(path)
            self._tables.append(_read_table(file))
            digest.update(f"ids {file.sha256} ".encode())
        _refuse_duplicates(self._rows)
        _refuse_taken_names(self._rows)
        self.entries = NO_OWN_ENTRIES
        if lexicon or identities:
            entries = tuple(row.entry for row in self._rows)
            shared = tuple(_describe_shared_names(self._rows))
            tables = _join_tables(self._tables)
            self.entries = OwnEntries(entries, tables, digest.hexdigest(), shared)

    def check(self, merged: Lexicon) -> None:
        """Check what the files name against the lexicon with the own entries in it.

        Raises:
            DataError: a relation leads to no entry or back to its own, an id belongs to no entry,
                or an alias to a shipped one.
        """
        _check_relations(self._rows, merged)
        _refuse_circles(self._rows, merged)
        entry_names = (
            {(entry.type, entry.name) for entry in merged.entries} if self._tables else set()
        )
        for file, table, packages in self._tables:
            for problem in find_table_problems(table, packages, entry_names):
                message = f"{problem.message}: correct it, or delete it"
                file.fail(["entries", *problem.path], message)


class _EntryRow(NamedTuple):
    """An entry, and where it stands."""

    entry: LexiconEntry
    file: LocatedFile

    def name_line(self, key: str) -> str:
        """Return the entry with its type, and file and line of a key of it."""
        pointer = build_pointer(["entries", self.entry.name, key])
        line, _ = self.file.locator.position(pointer)
        name = preview_value(self.entry.name)
        return f"{name} ({self.entry.type}, {self.file.path.name}:{line})"

    def is_told_by_cues(self) -> bool:
        """Return whether words near a name decide if it is this entry."""
        return self.entry.is_common_word and bool(self.entry.cues)

    def is_related_to(self, entry: LexiconEntry) -> bool:
        """Return whether the one entry is of the other, or both are the same as a third."""
        return any(
            name_key(getattr(first, field)) == name_key(second.name)
            for first, second in ((self.entry, entry), (entry, self.entry))
            for field in RELATION_FIELDS
            if getattr(first, field)
        ) or (entry.same_as != "" and entry.same_as == self.entry.same_as)

    def fail(self, key: str, message: str) -> NoReturn:
        """Raise DataError with the place of a key of the entry."""
        keys = ["entries", self.entry.name, key]
        self.file.fail(keys, f"{preview_value(self.entry.name)}: {message}")


class _IdFile(NamedTuple):
    """A table of ids, and where it stands."""

    file: LocatedFile
    table: IdTable
    packages: frozenset[str]  #: keys of its packages


# -- entries -------------------------------------------------------------------------


def _read_entries(file: LocatedFile) -> Iterator[_EntryRow]:
    for key in file.value:
        if key not in _FILE_KEYS:
            file.fail_key([key], _FILE_KEYS)
    file.require_keys(("type", "entries"), _ENTRY_FIX)
    type_ = _check_type(file, ["type"], file.value["type"])
    kind = file.value.get("kind", "")
    entries = file.check_mapping(["entries"], file.value["entries"], _ENTRY_FIX)
    for name, fields in entries.items():
        keys = ["entries", name]
        if not any(map(str.isalnum, name)):
            file.fail(keys, f"{describe(name)}: no letter or digit: write the usual name")
        values = file.check_mapping(keys, {} if fields is None else fields, _ENTRY_FIX)
        yield _EntryRow(_make_entry(file, type_, name, {"kind": kind, **values}), file)


def _refuse_duplicates(rows: Sequence[_EntryRow]) -> None:
    first: dict[tuple[EntityType, str], _EntryRow] = {}
    for row in rows:
        earlier = first.setdefault((row.entry.type, name_key(row.entry.name)), row)
        if earlier is not row:
            location = f"{earlier.file.path.name} as {describe(earlier.entry.name)}"
            row.fail("", f"is also in {location}: delete one")


def _refuse_taken_names(rows: Sequence[_EntryRow]) -> None:
    """Refuse an alias that is another entry's own name, and a ``not`` that is its own entry's.

    Raises:
        DataError: there is one.
    """
    owners = {(row.entry.type, name_key(row.entry.name)): row for row in rows}
    for row in rows:
        entry = row.entry
        for alias in entry.aliases:
            owner = owners.get((entry.type, name_key(alias)), row)
            is_one = owner.entry.name == entry.same_as or entry.name == owner.entry.same_as
            if owner is not row and not is_one and not entry.is_common_word:
                fix = f"write `same_as: {owner.entry.name}`, or `word: true` if it is another thing"
                words = f"alias {describe(alias)} is the name of {owner.name_line('')}"
                row.fail("aliases", f"{words}: {fix}")
        keys = set(map(name_key, (entry.name, *entry.aliases)))
        if own := [name for name in entry.different if name_key(name) in keys]:
            row.fail("not", f"not: {describe(own[0])} is the entry itself: name another thing")


def _describe_shared_names(rows: Sequence[_EntryRow]) -> Iterator[str]:
    """Yield remarks on names of two entries between which nothing decides."""
    first: dict[str, tuple[_EntryRow, str]] = {}
    for row in rows:
        named = {name_key(row.entry.name): (row.entry.name, "")}
        for alias in row.entry.aliases:
            named.setdefault(name_key(alias), (alias, "aliases"))
        for key, (name, field) in named.items():
            earlier, earlier_field = first.setdefault(key, (row, field))
            decides = row.is_told_by_cues() and earlier.is_told_by_cues()
            if earlier is not row and not decides and not row.is_related_to(earlier.entry):
                yield (
                    f"{describe(name)} is a name of {earlier.name_line(earlier_field)} and of "
                    f"{row.name_line(field)}: name one of them otherwise, or give both "
                    "`word: true` and `cues`"
                )


def _check_type(file: LocatedFile, keys: Sequence[str], value: object) -> EntityType:
    text = file.check_text(keys, value, f"choose one of {', '.join(TYPE_NAMES)}")
    if text not in TYPE_NAMES:
        near = "".join(f"did you mean {name}? " for name in suggest_names(text, TYPE_NAMES)[:1])
        file.fail(
            keys, f"{describe(text)}: no such type: {near}Choose one of {', '.join(TYPE_NAMES)}"
        )
    return text


def _make_entry(
    file: LocatedFile, type_: EntityType, name: str, fields: dict[str, object]
) -> LexiconEntry:
    """Return the entry of checked fields."""
    values: dict[str, object] = {}
    for key, value in fields.items():
        keys = ["entries", name, key]
        if key not in _FIELDS:
            file.fail_key(keys, _FIELDS)
        field, field_type = _FIELDS[key]
        if field_type is bool:
            if not isinstance(value, bool):
                file.fail_type(keys, "true or false", value, _ENTRY_FIX)
            values[field] = value
        elif field_type is str:
            text = str(value) if key == "since" and isinstance(value, int) else value
            values[field] = file.check_text(keys, text, _ENTRY_FIX) if text != "" else ""
        else:
            values[field] = file.check_texts(keys, value, _ENTRY_FIX)
    since = values.get("since")
    if since and not _SINCE.fullmatch(str(since)):
        fix = "write a year or a month, such as 2026-01"
        file.fail_type(["entries", name, "since"], "a year or month", since, fix)
    return LexiconEntry(name, type_, **cast("dict[str, Any]", values))


def _check_relations(rows: Sequence[_EntryRow], merged: Lexicon) -> None:
    """Check that relations lead to entries, and that no alias is the name of a shipped entry.

    Raises:
        DataError: one does not, or ``same_as`` leads to an entry that has it, too.
    """
    own = {(row.entry.type, name_key(row.entry.name)) for row in rows}
    own_names = {row.entry.name for row in rows}
    joined = {(row.entry.type, row.entry.name) for row in rows if row.entry.same_as}
    for row in rows:
        target = row.entry.same_as
        if (row.entry.type, target) in joined:
            fix = "name an entry without same_as"
            row.fail("same_as", f"same_as: {describe(target)} has a same_as itself: {fix}")
        for field in RELATION_FIELDS:
            target = getattr(row.entry, field)
            named = _list_entries(target, merged)
            if target and target not in own_names.union(*((e.name, *e.aliases) for e in named)):
                targets = own_names.union(*((e.name, *e.aliases) for e in merged.entries))
                targets.discard(target)  # the merged entry has it as its own name
                near = "".join(f"did you mean {n}? " for n in suggest_names(target, targets)[:1])
                advice = f"{near}Name an entry, or add one"
                row.fail(field, f"{field}: {describe(target)}: no entry of that name: {advice}")
        for alias in row.entry.aliases:
            owner = row.entry.type, name_key(alias)
            named = _list_entries(alias, merged)
            name = next((e.name for e in named if (e.type, name_key(e.name)) == owner), "")
            if name and owner not in own and not row.entry.is_common_word:
                fix = f"write `same_as: {name}`, or `word: true` if it is another thing"
                message = (
                    f"alias {describe(alias)} is the name of a shipped {row.entry.type}: {fix}"
                )
                row.fail("aliases", message)


def _refuse_circles(rows: Sequence[_EntryRow], merged: Lexicon) -> None:
    """Refuse relations that lead back to their own entry.

    Raises:
        DataError: there is one.
    """
    lookup = EntryLookup(merged)
    for row in rows:
        keys = {name_key(row.entry.name), name_key(row.entry.short_name)}
        own = [
            entry
            for entry in _list_entries(row.entry.name, merged)
            if entry.type == row.entry.type and name_key(entry.name) in keys
        ]
        for field in ("product_of", "part_of", "token_of"):
            target = getattr(row.entry, field)
            named = _list_entries(target, merged) if target else []
            if named and all(entry in own for entry in named):
                fix = "name another entry, or delete it"
                row.fail(field, f"{field}: {describe(target)} is the entry itself: {fix}")
            passed: list[LexiconEntry] = []
            following = own[:1]
            while following and following[0] not in passed:
                passed += following
                id_ = lookup.find_related_id(passed[-1], field)
                following = lookup.find_entries(id_)[:1] if id_ else []
            if following and following[0] is passed[0]:
                names = ", ".join(preview_value(entry.name) for entry in passed[1:])
                row.fail(field, f"{field}: leads back to the entry by {names}: delete one of them")


def _list_entries(name: str, lexicon: Lexicon) -> list[LexiconEntry]:
    return [lexicon.get_entry(match) for match in lexicon.index.get(name_key(name), ())]


# -- ids -----------------------------------------------------------------------------


def _join_tables(files: Sequence[_IdFile]) -> IdTable:
    """Join tables of ids.

    Raises:
        DataError: an entry stands in two.
    """
    joined: IdTable = {}
    for file, table, _ in files:
        for type_, names in table.items():
            for name, kinds in names.items():
                if name in joined.setdefault(type_, {}):
                    message = f"{describe(name)} stands in another table of ids, too: delete one"
                    file.fail(["entries", type_, name], message)
                joined[type_][name] = kinds
    return joined


def _read_table(file: LocatedFile) -> _IdFile:
    for key in file.value:
        if key not in _IDENTITY_KEYS:
            file.fail_key([key], _IDENTITY_KEYS)
    file.require_keys(["entries"], _ID_FIX)
    packages = file.check_mapping(["packages"], file.value.get("packages", {}), _ID_FIX)
    table: IdTable = {}
    entries = file.check_mapping(["entries"], file.value["entries"], _ID_FIX)
    for type_name, names in entries.items():
        keys: list[str] = ["entries", type_name]
        type_ = _check_type(file, keys, type_name)
        table[type_] = {}
        for name, kinds in file.check_mapping(keys, names, _ID_FIX).items():
            table[type_][name] = {}
            for kind, ids in file.check_mapping([*keys, name], kinds, _ID_FIX).items():
                if kind not in ID_KINDS:
                    file.fail_key([*keys, name, kind], ID_KINDS)
                table[type_][name][kind] = _read_ids(file, [*keys, name, kind], ids)
    return _IdFile(file, table, frozenset(packages))


def _read_ids(file: LocatedFile, keys: Sequence[str], ids: object) -> dict[str, str]:
    """Return ids with the keys of their packages; an id may stand alone, or in a list."""
    if not isinstance(ids, dict):
        ids = dict.fromkeys(file.check_texts(keys, ids, _ID_FIX), "")
    for id_, packages in ids.items():
        if not isinstance(packages, str):
            file.fail_type([*keys, id_], "keys of packages", packages, _ID_FIX)
    if keys[-1] != "ticker":
        return ids
    parsed = {id_: parse_id_of_kind("ticker", id_) for id_ in ids}
    return {external.id if external else id_: ids[id_] for id_, external in parsed.items()}
