"""The ids that entries of the lexicon have in other registers: ``data/identity.yaml``.

Wikidata, CIK, ISIN and so on, each with the packages that it comes from. ``data/README.md``
tells how ``benchmarks/identify.py`` makes the file. Its text is YAML in the form of JSON, which
is read fifty times as fast (0.02 instead of one second); plain YAML is read, too.

Invariant: an id stands at one entry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

import msgspec

from kgraph.base.errors import DataError
from kgraph.base.external_id import (
    ID_KINDS,
    ExternalId,
    IdKind,
    find_external_id,
    is_bare_ticker,
    is_well_formed,
    list_search_keys,
    make_id_key,
    make_ticker_key,
)
from kgraph.base.lexicon import Lexicon
from kgraph.base.model import EntityType
from kgraph.base.text import name_key, shorten
from kgraph.base.vocabulary import data_path, load_yaml

_ADVICE = "see data/README.md"


class IdPackage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A package that ids come from."""

    registry: str
    name: str
    version: str
    date: str  #: day or month of the version
    licence: str


#: Type -> entry -> kind -> id -> keys of packages, with blanks between them.
IdTable = dict[EntityType, dict[str, dict[IdKind, dict[str, str]]]]


class IdentityFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of ``data/identity.yaml``."""

    about: str
    packages: dict[str, IdPackage]
    entries: IdTable


class LexiconName(msgspec.Struct, frozen=True, order=True):
    """Type and usual name of an entry of the lexicon."""

    type: EntityType
    name: str

    @property
    def entity_id(self) -> str:
        """Return the id of the entry's entity in a graph."""
        return f"{self.type}/{name_key(self.name)}"


class Identities(msgspec.Struct, frozen=True, dict=True):
    """The ids of entries, and the entries of ids."""

    packages: dict[str, IdPackage] = {}
    ids: dict[LexiconName, tuple[ExternalId, ...]] = {}

    @cached_property
    def index(self) -> dict[str, tuple[LexiconName, ...]]:
        """The entries by each key that finds them; builds need none."""
        index: dict[str, dict[LexiconName, None]] = defaultdict(dict)
        for entry, externals in self.ids.items():
            for key in list_search_keys([external.pair for external in externals]):
                index[key][entry] = None
        return {key: tuple(names) for key, names in index.items()}

    def ids_of(self, entity_type: EntityType, name: str) -> tuple[ExternalId, ...]:
        """Return the ids of an entry, in the order of :data:`ID_KINDS`; () for none."""
        return self.ids.get(LexiconName(entity_type, name), ())

    def find(self, text: str) -> tuple[LexiconName, ...]:
        """Find the entries that an id, a ticker or an IRI denotes; () for none.

        ``$NVDA``, ``NASDAQ:NVDA``, ``XNAS:NVDA``, ``Q161906``, ``wd:Q161906``, an ISIN,
        ``eip155:1``, ``kind:id`` for every kind, and IRIs of the thing and of pages on it. A ticker
        without exchange may denote several.

        >>> file = {"company": {"Nvidia": {"ticker": {"NASDAQ:NVDA": "sec"}}}}
        >>> [entry.name for entry in make_identities({}, file).find("$NVDA")]
        ['Nvidia']
        """
        if text.startswith("$") and is_bare_ticker(text):
            return self.index.get(make_ticker_key(text), ())
        external = find_external_id(text)
        return self.index.get(make_id_key(external.kind, external.id), ()) if external else ()


def load_identities(path: Path | None = None, lexicon: Lexicon | None = None) -> Identities:
    """Load a file of ids, by default the shipped one.

    Args:
        lexicon: where given, each entry must be in it.

    Raises:
        DataError: the file is no valid file of ids; it names the entry and the value.
    """
    path = path or data_path("data", "identity.yaml")
    file = _read_file(path)
    known = {(entry.type, entry.name) for entry in lexicon.entries} if lexicon else None
    if problem := next(find_table_problems(file.entries, file.packages, known), None):
        raise DataError(f"{path}: {problem.message}: delete it, or {_ADVICE}")
    return make_identities(file.packages, file.entries)


@cache
def load_shipped_identities() -> Identities:
    """Load the shipped file once."""
    return load_identities()


def _read_file(path: Path) -> IdentityFile:
    try:
        return msgspec.json.decode(path.read_bytes(), type=IdentityFile)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return load_yaml(path, IdentityFile, _ADVICE)  # plain YAML, or its error


def make_identities(
    packages: dict[str, IdPackage],
    entries: Mapping[EntityType, Mapping[str, Mapping[IdKind, Mapping[str, str]]]],
) -> Identities:
    """Return the ids of a table by entry."""
    ids = {
        LexiconName(entity_type, name): tuple(_list_ids(kinds))
        for entity_type, names in entries.items()
        for name, kinds in names.items()
    }
    return Identities(packages, ids)


def _list_ids(kinds: Mapping[IdKind, Mapping[str, str]]) -> Iterator[ExternalId]:
    for kind in ID_KINDS:
        for id_, packages in kinds.get(kind, {}).items():
            yield ExternalId(kind, id_, tuple(packages.split()))


def overlay_ids(shipped: Identities, own: IdTable) -> Identities:
    """Return the ids of entries with those of a user's own table over them.

    A kind of ids in the own table takes the place of that kind of its entry, and an id in it leaves
    every other entry.

    >>> shipped = make_identities({}, {"company": {"Acme": {"cik": {"0000000001": ""}}}})
    >>> own = {"company": {"Bolt": {"cik": {"0000000001": ""}}}}
    >>> ids = overlay_ids(shipped, own)
    >>> [[e.id for e in ids.ids_of("company", name)] for name in ("Acme", "Bolt")]
    [[], ['0000000001']]
    """
    tables = {
        LexiconName(entity_type, name): kinds
        for entity_type, names in own.items()
        for name, kinds in names.items()
    }
    taken = {(kind, id_) for kinds in tables.values() for kind in kinds for id_ in kinds[kind]}
    ids = {
        entry: tuple(e for e in externals if (e.kind, e.id) not in taken)
        for entry, externals in shipped.ids.items()
    }
    for entry, kinds in tables.items():
        kept = (e for e in ids.get(entry, ()) if e.kind not in kinds)
        order = ID_KINDS.index
        ids[entry] = tuple(sorted((*kept, *_list_ids(kinds)), key=lambda e: order(e.kind)))
    return Identities(shipped.packages, ids)


# -- checks ------------------------------------------------------------------------


class IdProblem(NamedTuple):
    """A fault in a table of ids."""

    path: tuple[str, ...]  #: type, entry, kind and id, as far as the fault has them
    message: str


def find_table_problems(
    table: IdTable,
    packages: Collection[str],
    known: Collection[tuple[EntityType, str]] | None,
) -> Iterator[IdProblem]:
    """Yield the faults of a table of ids.

    Args:
        packages: keys of the packages that ids may come from.
        known: types and names that entries may have; None for any.
    """
    owners: dict[tuple[IdKind, str], tuple[EntityType, str]] = {}
    for entity_type, names in table.items():
        for name, kinds in names.items():
            entry = (entity_type, name)
            if known is not None and entry not in known:
                message = f"{_name_entry(entry)}: no {entity_type} of that name in the lexicon"
                yield IdProblem(entry, message)
            for kind, ids in kinds.items():
                for id_, sources in ids.items():
                    faults = []
                    if not is_well_formed(kind, id_):
                        faults.append("is no well-formed id of that kind")
                    if (owner := owners.setdefault((kind, id_), entry)) != entry:
                        faults.append(f"is also the id of {_name_entry(owner)}")
                    if unknown := set(sources.split()).difference(packages):
                        faults.append(f"is from {min(unknown)!r}, which is not in packages")
                    for fault in faults:
                        message = f"{_name_entry(entry)}.{kind}: {shorten(id_)!r} {fault}"
                        yield IdProblem((*entry, kind, id_), message)


def _name_entry(entry: tuple[EntityType, str]) -> str:
    entity_type, name = entry
    return f"entries.{entity_type}[{shorten(name)!r}]"
