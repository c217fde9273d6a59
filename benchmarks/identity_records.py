"""Records of packages that name things with ids of the outside world, and how files are read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import yaml

from kgraph.base.external_id import IdKind
from kgraph.base.model import EntityType
from kgraph.base.vocabulary import YAML_LOADER


class SourceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A thing as one package describes it."""

    package: str  #: its key in ``identity_packages.PACKAGES``
    names: tuple[str, ...]
    types: frozenset[EntityType]  #: what it may be
    ids: tuple[tuple[IdKind, str], ...]
    titles: tuple[str, ...] = ()  #: names of what the package links it to, perhaps its parent
    kinds: frozenset[str] = frozenset()  #: kinds of the lexicon that it may be; empty for any
    hosts: frozenset[str] = frozenset()  #: registered domains of its websites
    tickers: frozenset[str] = frozenset()  #: symbols of its stocks or tokens
    place: tuple[str, ...] = ()  #: names of the places that it lies in
    described_kinds: frozenset[str] = frozenset()  #: kinds of the lexicon that its text speaks for
    claims: frozenset[str] = frozenset()  #: aliases that would say the same of an ordinary word
    inhabitants: int | None = None  #: of a city
    local_name: str = ""  #: of a city by its names in other languages
    needs_witness: bool = False  #: the package has too few things to tell those of one name apart
    text: str = ""  #: the source's own description

    @property
    def key(self) -> str:
        """What tells it from other things of its package."""
        return self.ids[0][1]


COMPANY: frozenset[EntityType] = frozenset({"company"})
PLACE: frozenset[EntityType] = frozenset({"place"})
CRYPTO: frozenset[EntityType] = frozenset({"crypto"})

#: Hosts on which others keep their pages: no sign of who somebody is.
SHARED_HOSTS = frozenset(
    "facebook.com github.com github.io google.com instagram.com linkedin.com medium.com x.com "
    "twitter.com wikimedia.org wikipedia.org youtube.com notion.site frontify.com".split()
)

_SECOND_LEVEL = frozenset("ac co com edu gc go gob gouv gov lg ne net or org".split())


def read_host(url: str) -> str:
    """Return the host of an address without "www"; "" for none.

    >>> [read_host(url) for url in ("https://www.city.example.jp/x", "acme.com", "{{a|b}}")]
    ['city.example.jp', 'acme.com', '']
    """
    host = (urlsplit(url if "//" in url else f"//{url}").hostname or "").encode("idna").decode()
    return host.removeprefix("www.") if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host) else ""


def registered_domain(url: str) -> str:
    """Return the registered domain of an address; "" for none.

    >>> [registered_domain(url) for url in ("https://www.aldi.co.uk/x", "press.acme.com", "")]
    ['aldi.co.uk', 'acme.com', '']
    """
    labels = read_host(url).split(".")
    is_second = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3 if is_second else -2 :])


def read_json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def read_script(path: Path) -> Any:
    """Read the array that a script of a package holds: as Prettier prints it, it is YAML."""
    text = path.read_text("utf-8")
    start = text.index("= [") + 2
    end = re.compile(r"^\];?$", re.M).search(text, start)
    assert end, f"{path}: no array"
    return yaml.load(text[start : end.start() + 1].replace("\t", "  "), YAML_LOADER)


def make_website(hosts: Iterable[str]) -> tuple[tuple[IdKind, str], ...]:
    """Make the id of a website of one domain; several are those of countries."""
    distinct = sorted(set(hosts))
    return (("website", f"https://{distinct[0]}/"),) if len(distinct) == 1 else ()
