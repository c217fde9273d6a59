"""The ids that entries of the lexicon have in other registers: ``data/identity.yaml``.

Wikidata, CIK, ISIN and so on, each with the packages that it comes from. ``data/README.md``
tells how ``benchmarks/identify.py`` makes the file. Its text is YAML in the form of JSON, which
is read fifty times as fast (0.02 instead of one second); plain YAML is read, too.

Invariant: an id stands at one entry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

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


class IdentityFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The content of ``data/identity.yaml``."""

    about: str
    packages: dict[str, IdPackage]
    #: Type -> entry -> kind -> id -> keys of packages, with blanks between them.
    entries: dict[EntityType, dict[str, dict[IdKind, dict[str, str]]]]


class LexiconName(msgspec.Struct, frozen=True, order=True):
    """Type and usual name of an entry of the lexicon."""

    type: EntityType
    name: str

    @property
    def entity_id(self) -> str:
        """Return the id of the entry's entity in a graph."""
        return f"{self.type}/{name_key(self.name)}"


class Identities(msgspec.Struct, frozen=True):
    """The ids of entries, and the entries of ids."""

    packages: dict[str, IdPackage] = {}
    ids: dict[LexiconName, tuple[ExternalId, ...]] = {}
    index: dict[str, tuple[LexiconName, ...]] = {}

    def ids_of(self, entity_type: EntityType, name: str) -> tuple[ExternalId, ...]:
        """Return the ids of an entry, in the order of :data:`ID_KINDS`; () for none."""
        return self.ids.get(LexiconName(entity_type, name), ())

    def find(self, text: str) -> tuple[LexiconName, ...]:
        """Find the entries that an id, a ticker or an IRI denotes; () for none.

        ``$NVDA``, ``NASDAQ:NVDA``, ``XNAS:NVDA``, ``Q161906``, ``wd:Q161906``, an ISIN,
        ``eip155:1``, ``kind:id`` for every kind, and IRIs of the thing and of pages on it. A ticker
        without exchange may denote several.

        >>> file = {"company": {"Nvidia": {"ticker": {"NASDAQ:NVDA": "sec"}}}}
        >>> [entry.name for entry in index_identities({}, file).find("$NVDA")]
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
    problem = next(_find_problems(file, lexicon), "")
    if problem:
        raise DataError(f"{path}: {problem}: delete it, or {_ADVICE}")
    return index_identities(file.packages, file.entries)


@cache
def load_shipped_identities() -> Identities:
    """Load the shipped file once."""
    return load_identities()


def _read_file(path: Path) -> IdentityFile:
    try:
        return msgspec.json.decode(path.read_bytes(), type=IdentityFile)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return load_yaml(path, IdentityFile, _ADVICE)  # plain YAML, or its error


def index_identities(
    packages: dict[str, IdPackage],
    entries: Mapping[EntityType, Mapping[str, Mapping[IdKind, Mapping[str, str]]]],
) -> Identities:
    """Index the entries by their ids."""
    ids: dict[LexiconName, tuple[ExternalId, ...]] = {}
    index: dict[str, dict[LexiconName, None]] = defaultdict(dict)
    for entity_type, names in entries.items():
        for name, kinds in names.items():
            entry = LexiconName(entity_type, name)
            ids[entry] = tuple(
                ExternalId(kind, id_, tuple(kinds[kind][id_].split()))
                for kind in ID_KINDS
                for id_ in kinds.get(kind, ())
            )
            for key in list_search_keys([(external.kind, external.id) for external in ids[entry]]):
                index[key][entry] = None
    return Identities(packages, ids, {key: tuple(found) for key, found in index.items()})


# -- checks ------------------------------------------------------------------------


def _find_problems(file: IdentityFile, lexicon: Lexicon | None) -> Iterator[str]:
    known = {(entry.type, entry.name) for entry in lexicon.entries} if lexicon else None
    owners: dict[tuple[IdKind, str], str] = {}
    for entity_type, names in file.entries.items():
        for name, kinds in names.items():
            place = f"entries.{entity_type}[{shorten(name)!r}]"
            if known is not None and (entity_type, name) not in known:
                yield f"{place}: no {entity_type} of that name in the lexicon"
            for kind, ids in kinds.items():
                for id_, packages in ids.items():
                    value = f"{place}.{kind}: {shorten(id_)!r}"
                    if not is_well_formed(kind, id_):
                        yield f"{value} is no well-formed id of that kind"
                    if (owner := owners.setdefault((kind, id_), place)) != place:
                        yield f"{value} is also the id of {owner}"
                    if unknown := set(packages.split()) - set(file.packages):
                        yield f"{value} is from {min(unknown)!r}, which is not in packages"
