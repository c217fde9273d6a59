"""Names inside a store folder, and which build is the last whole one."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from kgraph.base.checksums import CHECKSUMS, SMALL_BYTES, Checksums, damage
from kgraph.base.errors import StoreError, StoreMissingError, StoreOutdatedError
from kgraph.base.model import LAYOUT

Shape = TypeVar("Shape")
Decoded_co = TypeVar("Decoded_co", covariant=True)


class Decoder(Protocol[Decoded_co]):
    """What msgspec decodes with, of JSON or MessagePack."""

    def decode(self, buf: bytes, /) -> Decoded_co:
        """Decode bytes."""


DEFAULT_STORE = Path(".kgraph")

LOCK = "lock"
CURRENT = "current"
BUILDS = "builds"
META = "meta.json"
DATABASE = "graph"
RECORDS = "records"
INDEX = "index"
SEARCH = "search"
REPORT = "report.json"
CHANGES = "changes.json"
ORIGIN = "origin.json"
WORK = "work"
COLUMNS = "columns-2"
"""Ends in the version of its files: a server writes them anew where they are of another."""
MARK = "made-by-kgraph"
PARTIAL = ".kgraph-partial"
"""Behind the number of a build that is not whole yet, or not any more: it is in nobody's way, and
the name says who made it, whatever is left in it."""


class Meta(msgspec.Struct, frozen=True):
    """What a build says of itself.

    Attributes:
        layout: version of the files beside it (:data:`kgraph.base.model.LAYOUT`).
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


class _Layout(msgspec.Struct):
    """What every layout has said of itself."""

    layout: int


def is_number(name: str) -> bool:
    """Return whether a name is one that builds have."""
    return name.isascii() and name.isdecimal()


def named_build(store: Path) -> str:
    """Return the name in ``current``; "" where it names none.

    Raises:
        StoreError: the file cannot be read.
    """
    try:
        words = (store / CURRENT).read_bytes().split()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise StoreError(f"{store}: {error.strerror}: check its permissions") from error
    name = words[0].decode("ascii", "replace") if words else ""
    # Without a checksum it was written by another layout, which its build will tell.
    is_right = words[1:] in ([], [_checksum(name)])
    return name if is_number(name) and is_right else ""


def name_build(store: Path, name: str) -> None:
    """Let readers see a build from now on: one atomic step, on disk when this returns."""
    replace_text(store / CURRENT, f"{name} {_checksum(name).decode()}")


def _checksum(name: str) -> bytes:
    return b"%08x" % zlib.crc32(name.encode())


def current_build(store: Path) -> Path:
    """Return the folder of the last whole build.

    Raises:
        StoreMissingError: there is none yet.
        StoreError: the store cannot be read.
    """
    return find_build(store)[0]


def find_build(store: Path) -> tuple[Path, str]:
    """Return the folder of the last whole build, and what is wrong when it is not the named one.

    Where the build that ``current`` names is gone, or ``current`` is damaged, the newest build
    that is whole answers.

    Returns:
        The folder, and a sentence; "" when all is well.

    Raises:
        StoreMissingError: there is none yet, or none any more.
        StoreError: the store cannot be read.
    """
    name = named_build(store)
    if name and _has_meta(store / BUILDS / name):
        return store / BUILDS / name, ""
    is_there = (store / CURRENT).exists()
    wrong = f"`current` is {'damaged' if is_there else 'gone'}"
    if name:
        wrong = f"the build {name} that `current` names is gone"
    for build in _whole_builds(store):
        return build, f"{store}: {wrong}: build {build.name} answers instead: build again"
    if not is_there:
        raise StoreMissingError(
            f"{store}: no graph here yet: run `kgraph build PATH... --store {store}` first"
        )
    raise StoreMissingError(f"{store}: {wrong}, and there is no other: build again")


def _whole_builds(store: Path) -> Iterator[Path]:
    """Builds with all that is written before one is named, newest first."""
    try:
        names = sorted(filter(is_number, os.listdir(store / BUILDS)), key=int, reverse=True)
    except OSError:
        return
    for name in names:
        if _has_meta(store / BUILDS / name) and (store / BUILDS / name / CHECKSUMS).is_file():
            yield store / BUILDS / name


def _has_meta(build: Path) -> bool:
    """Whether a folder is there, and more than what is left of one."""
    try:
        return (build / META).is_file()
    except OSError as error:  # such as of a folder that we may not look into
        raise StoreError(f"{build}: {error.strerror}: check its permissions") from error


def read_meta(build: Path) -> Meta:
    """Return what the build says of itself.

    Raises:
        StoreDamagedError: its description is not as it was written.
        StoreError: it cannot be read.
        StoreOutdatedError: another layout wrote it.
    """
    try:
        data = (build / META).read_bytes()
    except OSError as error:
        raise StoreError(f"{build / META}: {error.strerror}: build again") from error
    layout = decode_json(build, META, data, _Layout).layout
    if layout != LAYOUT:
        raise StoreOutdatedError(
            f"{build}: written by layout {layout}, this kgraph reads {LAYOUT}: build again"
        )
    return decode_json(build, META, Checksums(build).read(META), Meta)


def decode_json(build: Path, name: str, data: bytes, shape: type[Shape]) -> Shape:
    """Decode the JSON of a build's file.

    Raises:
        StoreDamagedError: it is none, or of another shape.
    """
    return decode(build, name, data, msgspec.json.Decoder(shape))


def decode(build: Path, name: str, data: bytes, decoder: Decoder[Shape]) -> Shape:
    """Decode the data of a build's file: the one seam where errors of msgspec become ours.

    Raises:
        StoreDamagedError: it is none that the decoder takes.
    """
    try:
        return decoder.decode(data)
    # Bad UTF-8 is a ValueError that is no MsgspecError.
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise damage(build, name, str(error)) from error


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
    Checksums(build).check(f"{DATABASE}/", largest)


def replace_text(path: Path, text: str) -> None:
    """Write a small file in one atomic step, on disk when this returns."""
    draft = path.with_name(path.name + ".new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def write_synced(path: Path, data: bytes) -> None:
    """Write a file of a build that nobody reads yet, on disk when this returns."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make renames inside a folder durable, where the system can (not on Windows)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
