"""Ids that things have in other registers: their kinds, forms, IRIs, and all ways to write them.

The forms are those of the registers: items of Wikidata, ISO 6166 (ISIN), CIK of the SEC, CAIP-2,
ISO 3166. IRIs are what Wikidata's properties give as "formatter URL" and "formatter URI for RDF
resource".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Literal, get_args
from urllib.parse import quote, unquote, urlsplit

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.text import shorten

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

_SHARE_KINDS = frozenset({"isin", "ticker"})

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

#: Beginnings of IRIs that denote the thing, the usual one first, then those of pages on it.
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

_MIC_BY_CODE = {code: mic for mic, code in EXCHANGES.items()}

MAX_TICKER_LETTERS = 6  #: of a symbol that is recognised without ``$`` and exchange

EXAMPLES = (
    "Q182477, cik:1045810, US67066G1040, NASDAQ:NVDA, coingecko:bitcoin, eip155:1, "
    "geonames:5128581, iso:US-CA, https://www.nvidia.com/, https://en.wikipedia.org/wiki/Nvidia"
)


class ExternalId(msgspec.Struct, frozen=True, order=True):
    """An id of an entry in another register."""

    kind: IdKind
    id: str
    packages: tuple[str, ...] = ()  #: keys of :attr:`kgraph.base.identity.Identities.packages`

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def pair(self) -> tuple[IdKind, str]:
        """Return kind and id."""
        return self.kind, self.id

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


def is_single_valued(kind: str) -> bool:
    """Return whether a thing has one id of a kind; of its shares it has several."""
    return kind not in _SHARE_KINDS


def _escape(id_: str) -> str:
    return quote(id_, safe="!$&'()*+,;=:@/-._~")


def list_ticker_symbols(ids: Iterable[tuple[IdKind, str]]) -> set[str]:
    """Return the tickers among ids: alone, and after the code of the exchange where it has one.

    The latter is the form of schema.org's ``tickerSymbol``, with codes of ISO 10383.

    >>> sorted(list_ticker_symbols([("ticker", "NASDAQ:NVDA"), ("ticker", "FRA:NVD")]))
    ['NVD', 'NVDA', 'XNAS NVDA']
    """
    symbols = set()
    for kind, id_ in ids:
        if kind == "ticker":
            code, _, symbol = id_.partition(":")
            symbols.add(symbol)
            if code in _MIC_BY_CODE:
                symbols.add(f"{_MIC_BY_CODE[code]} {symbol}")
    return symbols


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


# -- parsing -----------------------------------------------------------------------

#: Prefix -> kind, for ids written as ``prefix:id``.
_KIND_BY_PREFIX: dict[str, IdKind] = {kind: kind for kind in ID_KINDS} | {
    "wd": "wikidata",
    "iso": "iso3166",
    "geo": "geonames",
    "dbr": "enwiki",
}

#: Host and beginning of the path of pages, without ``www.`` and ``m.`` -> kind. The id is the next
#: part of the path; what follows it, such as a name, is not read.
_PAGES: dict[str, IdKind] = {
    "wikidata.org/entity/": "wikidata",
    "wikidata.org/wiki/special:entitypage/": "wikidata",
    "wikidata.org/wiki/special:entitydata/": "wikidata",
    "wikidata.org/wiki/": "wikidata",
    "geonames.org/": "geonames",
    "sws.geonames.org/": "geonames",
    "coingecko.com/en/coins/": "coingecko",
    "coingecko.com/coins/": "coingecko",
    "en.wikipedia.org/wiki/": "enwiki",
    "en.m.wikipedia.org/wiki/": "enwiki",
    "dbpedia.org/resource/": "enwiki",
    "dbpedia.org/page/": "enwiki",
}

#: Hosts whose pages are about things: none of them is the website of what a page is about.
_REGISTER_HOSTS = ("wikidata.org", "geonames.org", "coingecko.com", "wikipedia.org", "dbpedia.org")


def parse_external_id(text: str) -> ExternalId:
    """Parse an id of another register, in any of the ways in which people and pages write it.

    Raises:
        InputError: it is none.

    >>> str(parse_external_id("https://www.geonames.org/5128581/new-york-city.html"))
    'geonames:5128581'
    >>> [str(parse_external_id(text)) for text in ("wd:Q42", "CIK0001045810", "XNAS:NVDA")]
    ['wikidata:Q42', 'cik:0001045810', 'ticker:NASDAQ:NVDA']
    """
    external = find_external_id(text)
    if external is None:
        symbol = text.strip().removeprefix("$")
        hint = f"write one such as {EXAMPLES}"
        if is_bare_ticker(text) and symbol.isalpha():
            hint = f"a ticker needs its exchange: write NASDAQ:{symbol} or NYSE:{symbol}"
        raise InputError(f"{shorten(text)!r}: no id of another register: {hint}")
    return external


def find_external_id(text: str) -> ExternalId | None:
    """Return the id that a text is, as :func:`parse_external_id` reads it; None if it is none."""
    text = text.strip().strip("<>").strip()
    candidates = _parse_address(text) if _is_address(text) else _parse_code(text)
    for kind, id_ in candidates:
        if is_well_formed(kind, id_):
            return ExternalId(kind, id_)
    return None


def _is_address(text: str) -> bool:
    return text.lower().startswith(("http://", "https://", "www."))


def _parse_address(text: str) -> Iterator[tuple[IdKind, str]]:
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = re.sub(r"^(www|m)\.", "", parts.hostname or "")
    except ValueError:  # such as "http://[", which is no address
        return
    path = unquote(parts.path)
    if host.endswith("sec.gov"):
        numbers = re.findall(r"CIK=?([0-9]{1,10})\b", f"{parts.path}?{parts.query}", re.IGNORECASE)
        yield from (("cik", number.zfill(10)) for number in numbers)
        return
    if host == "iso.org":
        yield "iso3166", text.rpartition(":")[2].upper()
        return
    for beginning, kind in _PAGES.items():
        if f"{host}{path}".lower().startswith(beginning):
            tail = f"{host}{path}"[len(beginning) :]
            id_ = tail.replace(" ", "_") if kind == "enwiki" else tail.partition("/")[0]
            yield kind, re.sub(r"\.(json|rdf|ttl|nt)$", "", id_) if kind == "wikidata" else id_
            return
    if not path.strip("/") and not parts.query and not host.endswith(_REGISTER_HOSTS):
        yield "website", f"https://{host}/"


def _parse_code(text: str) -> Iterator[tuple[IdKind, str]]:
    prefix, colon, rest = text.partition(":")
    if colon and (kind := _KIND_BY_PREFIX.get(prefix.casefold())):
        yield from _parse_of_kind(kind, rest.strip())
        return
    yield "wikidata", text.upper()
    yield "isin", text.upper()
    if re.fullmatch(r"CIK[0-9]{1,10}", text, re.IGNORECASE):
        yield "cik", text[3:].zfill(10)
    if colon:
        exchange = EXCHANGES.get(prefix.upper(), prefix.upper())
        if prefix.isupper() or exchange in EXCHANGES.values():
            yield "ticker", f"{exchange}:{rest.strip().upper()}"
        yield "caip2", text
    if re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", text):
        yield "iso3166", text
    if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}/?", text):
        yield "website", f"https://{text.removeprefix('www.').rstrip('/')}/"


def _parse_of_kind(kind: IdKind, text: str) -> Iterator[tuple[IdKind, str]]:
    """Yield an id that is written without its kind, or as an address of that kind."""
    if _is_address(text) or (kind == "ticker" and ":" in text):
        parsed = _parse_address(text) if _is_address(text) else _parse_code(text)
        yield from (candidate for candidate in parsed if candidate[0] == kind)
    elif kind == "cik":
        yield kind, text.upper().removeprefix("CIK").zfill(10)
    elif kind in ("wikidata", "isin", "iso3166"):
        yield kind, text.upper()
    elif kind == "website":
        yield from _parse_address(f"https://{text}")
    else:
        yield kind, text.replace(" ", "_") if kind == "enwiki" else text


def parse_id_of_kind(kind: IdKind, text: str) -> ExternalId | None:
    """Return an id of a certain kind, such as ``1045810`` of ``cik``; None if it is none.

    >>> str(parse_id_of_kind("cik", "1045810")), parse_id_of_kind("wikidata", "1045810")
    ('cik:0001045810', None)
    """
    text = text.strip().strip("<>").strip()
    bare = re.sub(rf"^{kind}:", "", text, flags=re.IGNORECASE)
    for _, id_ in _parse_of_kind(kind, bare):
        if is_well_formed(kind, id_):
            return ExternalId(kind, id_)
    external = find_external_id(text)
    return external if external and external.kind == kind else None


# -- search keys -------------------------------------------------------------------


def find_search_keys(text: str) -> tuple[str, ...]:
    """Return the keys under which a text is indexed if it is an id or a ticker; () if it is none.

    >>> find_search_keys("https://www.geonames.org/77/atlantis.html"), find_search_keys("$NVDA")
    (('geonames:77',), ('$nvda',))
    """
    external = find_external_id(text)
    keys = (make_id_key(external.kind, external.id),) if external else ()
    return (*keys, make_ticker_key(text)) if is_bare_ticker(text) else keys


def make_id_key(kind: IdKind, id_: str) -> str:
    """Return the search key of an id; ids that differ in case alone have the same."""
    return f"{kind}:{id_}".casefold()


def make_ticker_key(symbol: str) -> str:
    """Return the search key of a ticker without exchange."""
    return f"${symbol.strip().removeprefix('$').casefold()}"


def is_bare_ticker(text: str) -> bool:
    """Return whether a text may be a ticker without exchange: ``$nvda`` or ``NVDA``."""
    text = text.strip()
    is_short = text.isupper() and text.isalnum() and len(text) <= MAX_TICKER_LETTERS
    return is_short or re.fullmatch(r"\$[A-Za-z][A-Za-z0-9.]*", text) is not None


def list_search_keys(ids: Collection[tuple[IdKind, str]], tickers: Iterable[str] = ()) -> set[str]:
    """Return the search keys of a thing: of its ids, and of its tickers without exchange."""
    symbols = {id_.partition(":")[2] for kind, id_ in ids if kind == "ticker"}
    keys = {make_id_key(kind, id_) for kind, id_ in ids}
    return keys | {make_ticker_key(symbol) for symbol in (*symbols, *tickers)}
