"""The ids that entries of the lexicon have in other registers: ``data/identity.yaml``.

Wikidata, CIK, ISIN and so on, each with the packages that it comes from. ``data/README.md``
tells how ``benchmarks/identify.py`` makes the file. Its text is YAML in the form of JSON, which
is read fifty times as fast (0.02 instead of one second); plain YAML is read, too.

Invariant: an id stands at one entry.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import quote, unquote

import msgspec

from kgraph.base.errors import DataError
from kgraph.base.lexicon import Lexicon
from kgraph.base.model import EntityType
from kgraph.base.text import name_key, shorten
from kgraph.base.vocabulary import data_path, load_yaml

#: ``enwiki`` is the title of an article of the English Wikipedia, as in its address.
IdKind = Literal[
    "wikidata",
    "isin",
    "cik",
    "ticker",
    "coingecko",
    "caip2",
    "geonames",
    "iso3166",
    "website",
    "enwiki",
]
ID_KINDS: tuple[IdKind, ...] = get_args(IdKind)

_FORMS: dict[IdKind, str] = {
    "wikidata": r"Q[1-9][0-9]*",
    "isin": r"[A-Z]{2}[A-Z0-9]{9}[0-9]",  # ISO 6166
    "cik": r"[0-9]{10}",
    "ticker": r"[A-Z]+:[A-Z0-9][A-Z0-9.&-]*",
    "coingecko": r"[a-z0-9][a-z0-9._-]*",
    "caip2": r"[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}",  # CAIP-2, "Syntax"
    "geonames": r"[1-9][0-9]*",
    "iso3166": r"[A-Z]{2}(-[A-Z0-9]{1,3})?",  # ISO 3166-1 alpha-2, 3166-2
    "website": r"https://[a-z0-9-]+(\.[a-z0-9-]+)+/",
    "enwiki": r"[^\s#<>\[\]{}|]+",
}

#: Beginnings of IRIs that denote the thing, the usual one first, then those of pages on it. They
#: are what Wikidata's properties give as "formatter URL" and "formatter URI for RDF resource".
#: ISIN, ticker and CAIP-2 have none.
_IRI_PREFIXES: dict[IdKind, tuple[str, ...]] = {
    "wikidata": ("http://www.wikidata.org/entity/", "https://www.wikidata.org/wiki/"),
    "cik": (
        "https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK=",
        "https://www.sec.gov/cgi-bin/browse-edgar?CIK=",
    ),
    "coingecko": ("https://www.coingecko.com/en/coins/",),
    "geonames": ("https://sws.geonames.org/", "https://www.geonames.org/"),
    "iso3166": ("https://www.iso.org/obp/ui/#iso:code:3166:",),
    "enwiki": ("https://en.wikipedia.org/wiki/", "http://dbpedia.org/resource/"),
}

#: Market identifier code (ISO 10383) -> usual code, as before a ticker in the file.
EXCHANGES = {
    "XAMS": "AMS",
    "XBRU": "EBR",
    "XETR": "ETR",
    "XHEL": "HEL",
    "XLON": "LON",
    "XMAD": "BME",
    "XNAS": "NASDAQ",
    "XNYS": "NYSE",
    "XPAR": "EPA",
    "XSTO": "STO",
    "XSWX": "SWX",
    "XTKS": "TYO",
}

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


class ExternalId(msgspec.Struct, frozen=True, order=True):
    """An id of an entry in another register."""

    kind: IdKind
    id: str
    packages: tuple[str, ...] = ()  #: keys of :attr:`Identities.packages`

    @property
    def iris(self) -> tuple[str, ...]:
        """Return the IRIs that other knowledge bases write for it, the usual one first.

        >>> ExternalId("wikidata", "Q161906").iris
        ('http://www.wikidata.org/entity/Q161906',)
        >>> ExternalId("enwiki", "Moody's_Corporation").iris[0]
        "https://en.wikipedia.org/wiki/Moody's_Corporation"
        """
        if self.kind == "website":
            return (self.id,)
        prefixes = _IRI_PREFIXES.get(self.kind, ())
        count = 2 if self.kind == "enwiki" else 1  # two for the thing; else pages follow
        tail = "/" if self.kind == "geonames" else ""
        return tuple(prefix + _escape(self.id) + tail for prefix in prefixes[:count])


def _escape(id_: str) -> str:
    return quote(id_, safe="!$&'()*+,;=:@/-._~")


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
        return self.index.get(_search_key(text), ())


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
            for external in ids[entry]:
                for key in _search_keys(external.kind, external.id):
                    index[key][entry] = None
    return Identities(packages, ids, {key: tuple(found) for key, found in index.items()})


# -- search keys -------------------------------------------------------------------

#: Kinds whose ids are recognised without their kind.
_BARE_KINDS = frozenset({"wikidata", "isin", "ticker", "caip2", "website"})


def _search_key(text: str) -> str:
    """Return what all ways to write an id have in common.

    >>> _search_key("https://www.Wikidata.org/entity/Q42/")
    'wikidata.org/entity/q42'
    >>> [_search_key(text) for text in ("XNAS:NVDA", " wd:Q42 ", "iso:US")]
    ['nasdaq:nvda', 'q42', 'iso3166:us']
    """
    text = unquote(text.strip().strip("<>"))
    exchange, colon, symbol = text.partition(":")
    if code := EXCHANGES.get(exchange.upper()):
        text = code + colon + symbol
    text = re.sub(r"^(wd|website):", "", re.sub(r"^iso:", "iso3166:", text.casefold()))
    return _drop_scheme(text).rstrip("/")


def _drop_scheme(text: str) -> str:
    return re.sub(r"^(https?://)?(www\.)?", "", text)


#: Kind -> what a search key may begin with before the id.
_KEY_PREFIXES = {
    kind: (
        f"{kind}:",
        *([""] if kind in _BARE_KINDS else []),
        *(_drop_scheme(prefix.casefold()) for prefix in _IRI_PREFIXES.get(kind, ())),
    )
    for kind in ID_KINDS
}


def _search_keys(kind: IdKind, id_: str) -> Iterator[str]:
    """Return all search keys of an id; faster than :func:`_search_key` of all its forms."""
    folded = id_.casefold()
    if kind == "website":
        folded = _drop_scheme(folded).rstrip("/")
    for prefix in _KEY_PREFIXES[kind]:
        yield prefix + folded
        if kind == "cik":
            yield prefix + folded.lstrip("0")
    if kind == "ticker":
        yield "$" + folded.partition(":")[2]
    if kind == "iso3166" and "-" in folded:
        yield folded


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


def is_well_formed(kind: IdKind, id_: str) -> bool:
    """Return whether a text has the form of an id of a kind, with a right check digit.

    >>> [is_well_formed("isin", isin) for isin in ("US67066G1040", "US67066G1041")]
    [True, False]
    """
    is_formed = re.fullmatch(_FORMS[kind], id_) is not None
    return is_formed and (kind != "isin" or _has_check_digit(id_))


def _has_check_digit(isin: str) -> bool:
    """Check the last digit of an ISIN, by the Luhn algorithm over letters as numbers (ISO 6166)."""
    digits = [int(digit) for digit in "".join(str(int(letter, 36)) for letter in isin)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
