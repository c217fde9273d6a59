"""Names inside a store folder, and which build is the last whole one."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from kgraph.base.checksums import CHECKSUMS_FILE, SMALL_BYTES, Checksums, damage_error
from kgraph.base.errors import StoreError, StoreMissingError, StoreOutdatedError
from kgraph.base.files import replace_file
from kgraph.base.model import LAYOUT_VERSION

StructT = TypeVar("StructT")
Decoded_co = TypeVar("Decoded_co", covariant=True)


class Decoder(Protocol[Decoded_co]):
    """What msgspec decodes with, of JSON or MessagePack."""

    def decode(self, buf: bytes, /) -> Decoded_co:
        """Decode bytes."""


DEFAULT_STORE = Path(".kgraph")

LOCK_FILE = "lock"
CURRENT_FILE = "current"
BUILDS_FOLDER = "builds"
META_FILE = "meta.json"
DATABASE_FOLDER = "graph"
RECORDS_FILE = "records"
INDEX_FILE = "index"
SEARCH_FILE = "search"
REPORT_FILE = "report.json"
CHANGES_FILE = "changes.json"
ORIGIN_FILE = "origin.json"
WORK_FOLDER = "work"
COLUMNS_FOLDER = "columns-2"
"""Ends in the version of its files: a server writes them anew where they are of another."""
MARKER_FILE = "made-by-kgraph"
PARTIAL_SUFFIX = ".kgraph-partial"
"""Behind the number of a build that is not whole yet, or not any more: it is in nobody's way, and
the name says who made it, whatever is left in it."""


class BuildMeta(msgspec.Struct, frozen=True):
    """What a build says of itself.

    Attributes:
        layout: version of the files beside it (:data:`kgraph.base.model.LAYOUT_VERSION`).
        base: base of the instances' IRIs.
        digest: which input made it (SHA-256 over the digests of its files).
        episodes: how many recordings it holds.
        triples: how many statements it holds.
    """

    layout: int
    base: str
    digest: str
    episodes: int
    triples: int


class _LayoutVersion(msgspec.Struct):
    """What every layout has said of itself."""

    layout: int


def is_build_number(name: str) -> bool:
    """Return whether a name is one that builds have."""
    return name.isascii() and name.isdecimal()


def read_current_name(store: Path) -> str:
    """Return the name in ``current``; "" where it names none.

    Raises:
        StoreError: the file cannot be read.
    """
    try:
        words = (store / CURRENT_FILE).read_bytes().split()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise StoreError(f"{store}: {error.strerror}: check its permissions") from error
    name = words[0].decode("ascii", "replace") if words else ""
    # Without a checksum it was written by another layout, which its build will tell.
    is_right = words[1:] in ([], [_checksum_name(name)])
    return name if is_build_number(name) and is_right else ""


def write_current_name(store: Path, name: str) -> None:
    """Let readers see a build from now on: one atomic step, on disk when this returns."""
    with replace_file(store / CURRENT_FILE, is_durable=True) as file:
        file.write(name.encode() + b" " + _checksum_name(name))


def _checksum_name(name: str) -> bytes:
    return b"%08x" % zlib.crc32(name.encode())


def find_current_build(store: Path) -> Path:
    """Return the folder of the last whole build.

    Raises:
        StoreMissingError: there is none yet.
        StoreError: the store cannot be read.
    """
    return find_readable_build(store)[0]


def find_readable_build(store: Path) -> tuple[Path, str]:
    """Return the folder of the last whole build, and what is wrong when it is not the named one.

    Where the build that ``current`` names is gone, or ``current`` is damaged, the newest build
    that is whole answers.

    Returns:
        The folder, and a sentence; "" when all is well.

    Raises:
        StoreMissingError: there is none yet, or none any more.
        StoreError: the store cannot be read.
    """
    name = read_current_name(store)
    if name and _has_meta(store / BUILDS_FOLDER / name):
        return store / BUILDS_FOLDER / name, ""
    is_there = (store / CURRENT_FILE).exists()
    wrong = f"`current` is {'damaged' if is_there else 'gone'}"
    if name:
        wrong = f"the build {name} that `current` names is gone"
    for build in _iterate_complete_builds(store):
        return build, f"{store}: {wrong}: build {build.name} answers instead: build again"
    if not is_there:
        raise StoreMissingError(
            f"{store}: no graph here yet: run `kgraph build PATH... --store {store}` first"
        )
    raise StoreMissingError(f"{store}: {wrong}, and there is no other: build again")


def _iterate_complete_builds(store: Path) -> Iterator[Path]:
    """Builds with all that is written before one is named, newest first."""
    try:
        names = sorted(
            filter(is_build_number, os.listdir(store / BUILDS_FOLDER)), key=int, reverse=True
        )
    except OSError:
        return
    for name in names:
        if (
            _has_meta(store / BUILDS_FOLDER / name)
            and (store / BUILDS_FOLDER / name / CHECKSUMS_FILE).is_file()
        ):
            yield store / BUILDS_FOLDER / name


def _has_meta(build: Path) -> bool:
    """Whether a folder is there, and more than what is left of one."""
    try:
        return (build / META_FILE).is_file()
    except OSError as error:  # such as of a folder that we may not look into
        raise StoreError(f"{build}: {error.strerror}: check its permissions") from error


def read_meta(build: Path) -> BuildMeta:
    """Return what the build says of itself.

    Raises:
        StoreDamagedError: its description is not as it was written.
        StoreError: it cannot be read.
        StoreOutdatedError: another layout wrote it.
    """
    try:
        data = (build / META_FILE).read_bytes()
    except OSError as error:
        raise StoreError(f"{build / META_FILE}: {error.strerror}: build again") from error
    layout = decode_json_file(build, META_FILE, data, _LayoutVersion).layout
    if layout != LAYOUT_VERSION:
        raise StoreOutdatedError(
            f"{build}: written by layout {layout}, this kgraph reads {LAYOUT_VERSION}: build again"
        )
    return decode_json_file(build, META_FILE, Checksums(build).read_file(META_FILE), BuildMeta)


def decode_json_file(build: Path, name: str, data: bytes, shape: type[StructT]) -> StructT:
    """Decode the JSON of a build's file.

    Raises:
        StoreDamagedError: it is none, or of another shape.
    """
    return decode_file(build, name, data, msgspec.json.Decoder(shape))


def decode_file(build: Path, name: str, data: bytes, decoder: Decoder[StructT]) -> StructT:
    """Decode the data of a build's file: the one seam where errors of msgspec become ours.

    Raises:
        StoreDamagedError: it is none that the decoder takes.
    """
    try:
        return decoder.decode(data)
    # Bad UTF-8 is a ValueError that is no MsgspecError.
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise damage_error(build, name, str(error)) from error


def check_database(build: Path, largest: float = SMALL_BYTES) -> None:
    """Check the files of a build's database.

    The engine checks the blocks of its large files itself as it reads them, but neither the list
    of these files nor that it holds all of them.

    Args:
        build: folder of the build.
        largest: bytes of a file that is read; of larger ones the size is compared.

    Raises:
        StoreDamagedError: one is not as the build wrote it.
        StoreError: one cannot be read.
    """
    Checksums(build).check_files(f"{DATABASE_FOLDER}/", largest)
