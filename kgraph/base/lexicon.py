"""What kgraph knows of the world before it reads an episode.

Takes the YAML files of ``data/lexicon`` (their README is the specification) and gives a
:class:`Lexicon`: the entries, and an index from a name's key to the entries that go by
it. The knowledge is general knowledge, written by people; nothing here was learnt.

Invariants:
    * entries stand in the order of their names, so an entry's number depends on nothing
      but the lexicon's content;
    * an entry keeps the bracket of its name only where another entry shares the bare name
      (``Gemini (exchange)`` beside ``Gemini``), or where the bracket says whose it is
      (institutions and places);
    * the index is keyed by :func:`kgraph.base.text.name_key`, and by the same without a leading
      "the", so that case, spaces, accents and articles do not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from kgraph.base import text as names
from kgraph.base.entity_types import ENTITY_TYPES, TRAINED_TYPES
from kgraph.base.errors import DataError
from kgraph.base.model import EntityType
from kgraph.base.vocabulary import YAML_LOADER, data_path

NameKind = Literal["name", "alias", "heard", "ticker"]
"""In which of its ways an entry goes by a name."""


class EntryFields(msgspec.Struct, frozen=True, rename={"not_": "not"}, forbid_unknown_fields=True):
    """What a file says of one entry, beside its name and type."""

    aliases: list[str] = []
    heard: list[str] = []
    tickers: list[str] = []
    word: bool = False
    cues: list[str] = []
    unless: list[str] = []
    not_: list[str] = []
    kind: str = ""
    product_of: str = ""
    part_of: str = ""
    token_of: str = ""
    hosts: list[str] = []
    channels: list[str] = []
    feeds: list[str] = []


class LexiconFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One lexicon file."""

    type: EntityType
    entries: dict[str, EntryFields | None]
    kind: str = ""


class LexiconEntry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One known thing: its usual name, with a bracket where two things share one; what
    sort of thing it is; and its terms (``data/lexicon/README.md`` says what each means)."""

    name: str
    type: EntityType
    kind: str = ""
    word: bool = False
    aliases: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    tickers: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    product_of: str = ""
    part_of: str = ""
    token_of: str = ""
    hosts: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()

    @property
    def short_name(self) -> str:
        """The name as people say it, without the bracket that tells it apart."""
        return self.name.partition(" (")[0] if self.name.endswith(")") else self.name

    @property
    def trained_type(self) -> str:
        """The type as which its mentions are decided."""
        return TRAINED_TYPES[self.type]

    @property
    def has_relations(self) -> bool:
        return bool(self.product_of or self.part_of or self.token_of)


class LexiconMatch(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An entry that goes by a name: its number, and in which way."""

    number: int
    name_kind: NameKind


class Lexicon(msgspec.Struct, frozen=True, array_like=True):
    """The entries, and the index by key of every name that they go by."""

    entries: tuple[LexiconEntry, ...] = ()
    index: dict[str, tuple[LexiconMatch, ...]] = {}
    tickers: dict[str, tuple[int, ...]] = {}

    def find_matches(self, name: str) -> tuple[LexiconMatch, ...]:
        """The entries that go by ``name``; tickers count in capitals only.

        >>> lexicon = build_lexicon([LexiconEntry("Visa", "company", tickers=("V1",))])
        >>> lexicon.find_matches("VISA"), lexicon.find_matches("v1"), lexicon.find_matches("V1")[0].name_kind
        ((LexiconMatch(number=0, name_kind='name'),), (), 'ticker')
        """
        hits = self.index.get(names.name_key(name), ())
        if name not in self.tickers:
            return hits
        known = {hit.number for hit in hits}
        more = (n for n in self.tickers[name] if n not in known)
        return hits + tuple(LexiconMatch(number, "ticker") for number in more)

    def get_entry(self, hit: LexiconMatch) -> LexiconEntry:
        return self.entries[hit.number]


def load_lexicon(folder: Path | None = None) -> Lexicon:
    """The lexicon of a folder of YAML files (default: the one that travels with kgraph).

    Raises:
        DataError: a file is no valid lexicon file, or a name stands twice.
    """
    folder = folder or data_path("data", "lexicon")
    entries: list[LexiconEntry] = []
    seen: dict[str, Path] = {}
    for path in sorted(folder.glob("*.yaml")):
        for entry in read_lexicon_file(path):
            if (other := seen.setdefault(entry.name, path)) is not path:
                raise DataError(f"{path}: {entry.name!r} stands in {other.name} too: delete one")
            entries.append(entry)
    return build_lexicon(entries)


def build_lexicon(rows: Iterable[LexiconEntry]) -> Lexicon:
    """A lexicon of these entries."""
    entries = tuple(sorted(_with_short_names(list(rows)), key=_sort_key))
    index: dict[str, dict[int, NameKind]] = {}
    tickers: dict[str, list[int]] = {}
    for number, entry in enumerate(entries):
        for how, key in _name_keys(entry):
            index.setdefault(key, {}).setdefault(number, how)
        for ticker in entry.tickers:
            tickers.setdefault(ticker, []).append(number)
    hits = {key: tuple(LexiconMatch(n, how) for n, how in by.items()) for key, by in index.items()}
    return Lexicon(entries, hits, {t: tuple(numbers) for t, numbers in tickers.items()})


def _with_short_names(entries: list[LexiconEntry]) -> Iterator[LexiconEntry]:
    """The entries without the brackets that nothing needs, and relations to match."""
    sharing = Counter(names.name_key(entry.short_name) for entry in entries)
    shown = {
        entry.name: entry.short_name
        for entry in entries
        if not ENTITY_TYPES[entry.type].keeps_brackets
        and sharing[names.name_key(entry.short_name)] == 1
    }
    for entry in entries:
        if entry.name == shown.get(entry.name, entry.name) and not entry.has_relations:
            yield entry
            continue
        yield msgspec.structs.replace(
            entry,
            name=shown.get(entry.name, entry.name),
            aliases=_with_full_name(entry) if entry.name in shown else entry.aliases,
            product_of=shown.get(entry.product_of, entry.product_of),
            part_of=shown.get(entry.part_of, entry.part_of),
            token_of=shown.get(entry.token_of, entry.token_of),
        )


def _with_full_name(entry: LexiconEntry) -> tuple[str, ...]:
    return entry.aliases if entry.name == entry.short_name else (*entry.aliases, entry.name)


def _sort_key(entry: LexiconEntry) -> tuple[str, str]:
    return entry.name, entry.type


def _name_keys(entry: LexiconEntry) -> Iterator[tuple[NameKind, str]]:
    said: tuple[tuple[NameKind, tuple[str, ...]], ...] = (
        ("name", (entry.short_name, entry.name)),
        ("alias", entry.aliases),
        ("heard", entry.heard),
    )
    for how, texts in said:
        for text in texts:
            yield how, names.name_key(text)
            if text[:4].casefold() == "the ":
                yield how, names.name_key(text[4:])


def read_lexicon_file(path: Path) -> Iterator[LexiconEntry]:
    """The entries of one file.

    Raises:
        DataError: the file is no valid lexicon file.
    """
    try:
        text = path.read_text("utf-8")
        file = msgspec.convert(yaml.load(text, YAML_LOADER), LexiconFile)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}: check the folder") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 at byte {error.start}: save it as UTF-8") from error
    except yaml.YAMLError as error:
        raise DataError(f"{path}: {error}: quote the value") from error
    except msgspec.ValidationError as error:
        raise DataError(f"{path}: {error}: see README.md beside it") from error
    for name, terms in file.entries.items():
        yield _make_entry(name, file, terms or EntryFields())


def _make_entry(name: str, file: LexiconFile, terms: EntryFields) -> LexiconEntry:
    said = msgspec.structs.asdict(terms)
    lists = {field: tuple(value) for field, value in said.items() if isinstance(value, list)}
    said |= {**lists, "kind": terms.kind or file.kind, "different": lists.pop("not_")}
    del said["not_"]
    return LexiconEntry(name, file.type, **said)
