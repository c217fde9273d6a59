"""Load the lexicon: the entities that are known before any episode is read.

The input is the YAML files of ``data/lexicon``, which its README specifies, and a user's own
entries; the output is a :class:`Lexicon` of entries and an index of their names. The shipped
entries are general knowledge, written by people.

Invariants:
    * entries are sorted by name, so that an entry's number depends on the content alone;
    * an entry keeps the bracket of its name only where another entry has the same name
      without it (``Gemini (exchange)`` and ``Gemini``), or where its type says so
      (``keeps_brackets`` in ``ontology/types.yaml``), or where it is younger than episodes may be
      (``since``): what they call so before that day is another thing;
    * an entry that is the same as another (``same_as``) has that one's name, and its own names only
      in the index;
    * an own entry takes the place of a shipped one of its type that has its name, and its names are
      no longer other names of shipped entries of its type;
    * the index is keyed by :func:`kgraph.base.text.name_key`, also without a leading "the", so
      that case, spaces, accents and articles do not count; the entries under a key are in the
      order of their numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from kgraph.base.entity_types import ENTITY_TYPES, TRAINED_TYPES
from kgraph.base.errors import DataError
from kgraph.base.model import EntityType
from kgraph.base.text import name_key
from kgraph.base.vocabulary import data_path, load_yaml

#: How a name belongs to an entry; part of the names of trained features.
NameKind = Literal["name", "alias", "heard", "ticker"]


class EntryFields(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename={"different": "not", "misheard": "heard", "is_common_word": "word"},
    forbid_unknown_fields=True,
):
    """The fields of an entry in a lexicon file, beside its name and type."""

    aliases: tuple[str, ...] = ()
    misheard: tuple[str, ...] = ()
    tickers: tuple[str, ...] = ()
    is_common_word: bool = False
    cues: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    kind: str = ""
    product_of: str = ""
    part_of: str = ""
    token_of: str = ""
    same_as: str = ""
    since: str = ""
    hosts: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()


#: Fields that name another entry.
RELATION_FIELDS = ("product_of", "part_of", "token_of", "same_as")


class LexiconFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of entries of one type; ``kind`` is the default of their kinds."""

    type: EntityType
    entries: dict[str, EntryFields | None]
    kind: str = ""


class LexiconEntry(EntryFields, frozen=True, array_like=True, gc=False):
    """A known entity: its usual name, its type, and the fields of its entry."""

    name: str
    type: EntityType
    is_own: bool = False  #: it is the user's, and not of the shipped lexicon

    @property
    def short_name(self) -> str:
        """The name without its bracket, as people say it."""
        return strip_bracket(self.name)

    @property
    def entity_id(self) -> str:
        """The id of the entity that it is about.

        >>> LexiconEntry("Green Chips", "company").entity_id
        'company/greenchips'
        """
        return f"{self.type}/{name_key(self.name)}"

    def existed_on(self, day: str) -> bool:
        """Return whether the thing was there on a day; True where either day is unknown.

        >>> entry = LexiconEntry("Acme", "company", since="2025-11")
        >>> [entry.existed_on(day) for day in ("2025-10-31", "2025-11-01", "")]
        [False, True, True]
        """
        return not day or day >= self.since

    @property
    def trained_type(self) -> str:
        """The type as which its mentions are decided."""
        return TRAINED_TYPES[self.type]


def strip_bracket(name: str) -> str:
    """Return a name without the bracket that tells it from others, as people say it.

    >>> strip_bracket("Gemini (exchange)"), strip_bracket("Gemini")
    ('Gemini', 'Gemini')
    """
    return name.partition(" (")[0] if name.endswith(")") else name


class LexiconMatch(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The number of an entry that has a name, and how the name belongs to it."""

    number: int
    name_kind: NameKind


class Lexicon(msgspec.Struct, frozen=True, array_like=True):
    """The entries, and an index by key of all their names."""

    entries: tuple[LexiconEntry, ...] = ()
    index: dict[str, tuple[LexiconMatch, ...]] = {}
    tickers: dict[str, tuple[int, ...]] = {}

    def find_matches(self, name: str) -> tuple[LexiconMatch, ...]:
        """Find the entries that have a name; a ticker matches in capitals only.

        >>> lexicon = build_lexicon([LexiconEntry("Visa", "company", tickers=("V1",))])
        >>> [[match.name_kind for match in lexicon.find_matches(n)] for n in ("VISA", "v1", "V1")]
        [['name'], [], ['ticker']]
        """
        matches = self.index.get(name_key(name), ())
        if name not in self.tickers:
            return matches
        numbers = {match.number for match in matches}
        added = (number for number in self.tickers[name] if number not in numbers)
        return matches + tuple(LexiconMatch(number, "ticker") for number in added)

    def get_entry(self, match: LexiconMatch) -> LexiconEntry:
        return self.entries[match.number]


class EntryLookup:
    """Lookup of entries by the ids of their entities and by their names.

    It uses the index, so that nothing is computed for entries that no corpus names. Of several
    entries the last counts.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        #: Name of each entry that others are the same as -> numbers of these.
        self._joined: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(lexicon.entries):
            if entry.same_as:
                self._joined[name_key(entry.name)].append(number)

    def find_entry(self, id_: str) -> LexiconEntry | None:
        """Return the entry of an entity; None if it has none of its own."""
        return next(iter(self.find_entries(id_)), None)

    def find_entries(self, id_: str) -> list[LexiconEntry]:
        """Return the entry of an entity and those that are the same as it; [] if it has no own."""
        type_, _, key = id_.partition("/")
        listed = reversed(self._list_entries(key))
        entries = [e for e in listed if e.type == type_ and e.entity_id == id_]
        own = [e for e in entries if not e.same_as]
        return [*own, *(e for e in entries if e.same_as)] if own else []

    def find_related_id(self, entry: LexiconEntry, field: str) -> str:
        """Return the id of the entity that a relation of an entry names; "" if there is none."""
        name = getattr(entry, field)
        entries = self._list_entries(name_key(name)) if name else []
        ids = (e.entity_id for e in reversed(entries) if e.name == name)
        return next((id_ for id_ in ids if id_ != entry.entity_id), "")

    def find_related(self, ids: Iterable[str]) -> set[str]:
        """Return the ids of the entities whose entries relate them to some entities."""
        entity_ids = set(ids)
        keys = {id_.partition("/")[2] for id_ in entity_ids}
        near = (entry for key in keys for entry in self._list_entries(key))
        names = {entry.name for entry in near if entry.entity_id in entity_ids}
        fields = [field for field in RELATION_FIELDS if field != "same_as"]
        return {
            entry.entity_id
            for entry in self._lexicon.entries
            if any(getattr(entry, field) in names for field in fields)
        }

    def _list_entries(self, key: str) -> list[LexiconEntry]:
        """Return the entries whose names, or those of what they are the same as, have a key."""
        numbers = [match.number for match in self._lexicon.index.get(key, ())]
        if key in self._joined:
            numbers = sorted({*numbers, *self._joined[key]})
        return [self._lexicon.entries[number] for number in numbers]


class LexiconMeaning(NamedTuple):
    """The entry that a name means in a lexicon."""

    name: str  #: of the entry
    entity_id: str  #: such as ``company/visa``

    def __str__(self) -> str:
        return f"{self.name} ({self.entity_id})"


def list_meanings(lexicon: Lexicon) -> dict[str, LexiconMeaning]:
    """List what each key of a name, each ticker and each id means: its first entry.

    >>> meanings = list_meanings(build_lexicon([LexiconEntry("Visa", "company", tickers=("V",))]))
    >>> sorted(meanings), str(meanings["visa"])
    (['V', 'company/visa', 'visa'], 'Visa (company/visa)')
    """
    meanings = [LexiconMeaning(entry.name, entry.entity_id) for entry in lexicon.entries]
    numbers = {ticker: numbers[0] for ticker, numbers in lexicon.tickers.items()}
    numbers |= {key: matches[0].number for key, matches in lexicon.index.items()}
    entries = enumerate(lexicon.entries)
    numbers |= {entry.entity_id: number for number, entry in entries if not entry.same_as}
    return {text: meanings[number] for text, number in numbers.items()}


def load_lexicon(folder: Path | None = None) -> Lexicon:
    """Load a folder of lexicon files, by default the shipped one.

    Raises:
        DataError: a file is no valid lexicon file, or two files have one name.
    """
    return build_lexicon(read_lexicon_folder(folder))


def read_lexicon_folder(folder: Path | None = None) -> list[LexiconEntry]:
    """Read the entries of a folder of lexicon files, by default the shipped one.

    Raises:
        DataError: a file is no valid lexicon file, or two files have one name.
    """
    folder = folder or data_path("data", "lexicon")
    entries: list[LexiconEntry] = []
    files: dict[str, Path] = {}
    for path in sorted(folder.glob("*.yaml")):
        for entry in read_lexicon_file(path):
            if (first := files.setdefault(entry.name, path)) is not path:
                raise DataError(f"{path}: {entry.name!r} is also in {first.name}: delete one")
            entries.append(entry)
    return entries


def overlay_entries(
    shipped: Sequence[LexiconEntry], own: Sequence[LexiconEntry]
) -> list[LexiconEntry]:
    """Return shipped entries with a user's own over them.

    A shipped entry has the name of an own one as written, or without its bracket where the lexicon
    drops that. What is part of a replaced entry, or made by it, is then of the own one.

    >>> shipped = [LexiconEntry("Acme", "company", kind="bank"), LexiconEntry("Bolt", "company")]
    >>> own = [LexiconEntry("ACME", "company")]
    >>> [entry.name for entry in overlay_entries(shipped, own)]
    ['Bolt', 'ACME']
    """
    if not own:
        return list(shipped)
    own_names = {(entry.type, name_key(entry.name)): entry.name for entry in own}
    own_keys = {(e.type, name_key(n)) for e in own for n in (e.name, e.short_name, *e.aliases)}
    short_names = _find_short_names(shipped)
    remaining: list[LexiconEntry] = []
    renamed: dict[str, str] = {}
    for entry in shipped:
        names = dict.fromkeys((entry.name, short_names.get(entry.name, entry.name)))
        keys = [(entry.type, name_key(name)) for name in names]
        if own_name := next((own_names[key] for key in keys if key in own_names), ""):
            renamed |= dict.fromkeys(names, own_name)
        else:
            remaining.append(entry)
    left = (_release_names(entry, own_keys) for entry in remaining)
    marked = (msgspec.structs.replace(entry, is_own=True) for entry in own)
    return [*(_rename_relations(entry, renamed) for entry in left), *marked]


def _release_names(
    entry: LexiconEntry, own_keys: Collection[tuple[EntityType, str]]
) -> LexiconEntry:
    aliases, misheard = (
        tuple(name for name in names if (entry.type, name_key(name)) not in own_keys)
        for names in (entry.aliases, entry.misheard)
    )
    if len(aliases) + len(misheard) == len(entry.aliases) + len(entry.misheard):
        return entry
    return msgspec.structs.replace(entry, aliases=aliases, misheard=misheard)


def _rename_relations(entry: LexiconEntry, names: Mapping[str, str]) -> LexiconEntry:
    """Replace the names of other entries in the relations of an entry."""
    targets = (entry.product_of, entry.part_of, entry.token_of, entry.same_as)
    if names.keys().isdisjoint(targets):
        return entry
    renamed = (names.get(target, target) for target in targets)
    return msgspec.structs.replace(entry, **dict(zip(RELATION_FIELDS, renamed, strict=True)))


def build_lexicon(rows: Iterable[LexiconEntry]) -> Lexicon:
    """Sort entries, shorten their names, and index all their names."""
    named = sorted(_shorten_names(list(rows)), key=lambda e: (e.name, e.type))
    entries = _join_same(named)
    index: dict[str, dict[int, NameKind]] = {}
    tickers: dict[str, list[int]] = {}
    for number, entry in enumerate(named):
        for kind, key in list_name_keys(entry):
            index.setdefault(key, {}).setdefault(number, kind)
        for ticker in entry.tickers:
            tickers.setdefault(ticker, []).append(number)
    return Lexicon(
        entries,
        {key: tuple(LexiconMatch(*item) for item in kinds.items()) for key, kinds in index.items()},
        {ticker: tuple(numbers) for ticker, numbers in tickers.items()},
    )


def _join_same(entries: list[LexiconEntry]) -> tuple[LexiconEntry, ...]:
    """Give each entry that is the same as another the other's name, also in the relations."""
    usual = {entry.name: entry.same_as for entry in entries if entry.same_as}
    return tuple(_join_entry(entry, usual) for entry in entries)


def _join_entry(entry: LexiconEntry, usual: Mapping[str, str]) -> LexiconEntry:
    if entry.same_as:
        aliases = (entry.name, *entry.aliases)
        entry = msgspec.structs.replace(entry, name=entry.same_as, aliases=aliases)
    targets = (entry.product_of, entry.part_of, entry.token_of)
    if usual.keys().isdisjoint(targets):
        return entry
    product_of, part_of, token_of = (usual.get(target, target) for target in targets)
    return msgspec.structs.replace(entry, product_of=product_of, part_of=part_of, token_of=token_of)


def _shorten_names(entries: list[LexiconEntry]) -> Iterator[LexiconEntry]:
    """Drop the brackets that no other entry makes necessary, also in the relations."""
    short_names = _find_short_names(entries)
    for entry in entries:
        renamed = _rename_relations(entry, short_names)
        if short_name := short_names.get(entry.name):
            aliases = (*entry.aliases, entry.name)
            renamed = msgspec.structs.replace(renamed, name=short_name, aliases=aliases)
        yield renamed


def _find_short_names(entries: Iterable[LexiconEntry]) -> dict[str, str]:
    """Return the names that lose their bracket, each with what is left."""
    short_names = [(entry, entry.short_name) for entry in entries]
    counts = Counter(name_key(short_name) for _, short_name in short_names)
    return {
        entry.name: short_name
        for entry, short_name in short_names
        if short_name != entry.name
        and not entry.since
        and not ENTITY_TYPES[entry.type].keeps_brackets
        and counts[name_key(short_name)] == 1
    }


def list_name_keys(entry: LexiconEntry) -> Iterator[tuple[NameKind, str]]:
    names: tuple[tuple[NameKind, tuple[str, ...]], ...] = (
        ("name", (entry.short_name, entry.name)),
        ("alias", entry.aliases),
        ("heard", entry.misheard),
    )
    for kind, texts in names:
        for text in texts:
            yield kind, name_key(text)
            if text[:4].casefold() == "the ":
                yield kind, name_key(text[4:])


def read_lexicon_file(path: Path) -> Iterator[LexiconEntry]:
    """Read the entries of one file.

    Raises:
        DataError: the file is no valid lexicon file.
    """
    file = load_yaml(path, LexiconFile, "see README.md beside it")
    for name, entry in file.entries.items():
        fields = msgspec.structs.asdict(entry or EntryFields())
        yield LexiconEntry(name, file.type, **{**fields, "kind": fields["kind"] or file.kind})
