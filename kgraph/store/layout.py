"""Names inside a store folder, and which build is the last complete one."""

from __future__ import annotations

import os
import stat
import time
import zlib
from pathlib import Path
from typing import TypeVar

import msgspec

from kgraph.base.checksums import (
    CHECKSUMS_FILE,
    SMALL_BYTES,
    Checksums,
    damage_error,
    unreadable_error,
)
from kgraph.base.errors import StoreError, StoreMissingError, StoreOutdatedError, explain_os_error
from kgraph.base.files import replace_file
from kgraph.base.model import LAYOUT_VERSION
from kgraph.base.named_file import read_regular_file

StructT = TypeVar("StructT")

DEFAULT_STORE = Path(".kgraph")

IGNORE_FILE = ".gitignore"  #: of a folder that kgraph made; nothing reads it but version control
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
KEPT_FILE = "kept"
WORK_FOLDER = "work"
COLUMNS_FOLDER = "columns-2"  #: ends in the version of its files; servers write each version anew
MARKER_FILE = "made-by-kgraph"
PARTIAL_SUFFIX = ".kgraph-partial"  #: of the folder of a build that is being made or removed

#: What to do about a folder whose ``current`` another program, or the user, made.
FOREIGN_CURRENT = (
    f"the file {CURRENT_FILE} in it is not kgraph's: move it, or choose another folder"
)


class BuildMeta(msgspec.Struct, frozen=True):
    """Description of a build."""

    layout: int  #: version of its files (:data:`kgraph.base.model.LAYOUT_VERSION`)
    base: str  #: base of the instances' IRIs
    digest: str  #: of the input (SHA-256 over the digests of its files)
    episodes: int
    triples: int


class _LayoutVersion(msgspec.Struct):
    layout: int  #: the part of :class:`BuildMeta` that every layout has


def is_build_number(name: str) -> bool:
    """Return whether a name is one that builds have."""
    return name.isascii() and name.isdecimal()


def read_current_name(store: Path) -> str:
    """Return the name in ``current``; "" if it is missing or damaged."""
    return _read_current(store)[0]


def _read_current(store: Path) -> tuple[str, bool]:
    """Return the name in ``current``, "" as of :func:`read_current_name`, and whether its checksum
    is there."""
    path = store / CURRENT_FILE
    try:
        words = read_regular_file(path).split()
    except (FileNotFoundError, NotADirectoryError):
        return "", False
    except OSError as error:
        if _is_special(path):
            raise StoreError(f"{store}: {FOREIGN_CURRENT}") from error
        raise StoreError(f"{path}: {explain_os_error(error)}") from error
    name = words[0].decode("ascii", "replace") if words else ""
    # Another layout wrote it without a checksum; read_meta reports that.
    has_checksum = words[1:] == [_checksum_name(name)]
    is_intact = is_build_number(name) and (has_checksum or not words[1:])
    return (name, has_checksum) if is_intact else ("", False)


def _is_special(path: Path) -> bool:
    return os.path.exists(path) and not os.path.isfile(path)


def write_current_name(store: Path, name: str) -> None:
    """Make readers see a build from now on: one atomic step, on disk when this returns."""
    with replace_file(store / CURRENT_FILE, is_durable=True) as file:
        file.write(name.encode() + b" " + _checksum_name(name))


def _checksum_name(name: str) -> bytes:
    return b"%08x" % zlib.crc32(name.encode())


def make_store_folder(store: Path) -> None:
    """Make the folder of a store; a new one is out of version control. OSError if that fails."""
    if not store.exists():
        store.mkdir(parents=True, exist_ok=True)
        (store / IGNORE_FILE).write_bytes(b"*\n")
    (store / BUILDS_FOLDER).mkdir(exist_ok=True)


def find_folder_fault(store: Path) -> str:
    """Return why no store can be at a path, and what to do; "" if one can, or is there."""
    try:
        is_folder = stat.S_ISDIR(store.stat().st_mode)
    except FileNotFoundError:
        return ""
    except OSError as error:
        return explain_os_error(error)
    return _find_other_use(store) if is_folder else "not a folder: name a folder"


def _find_other_use(store: Path) -> str:
    current = store / CURRENT_FILE
    # A number may stand in anybody's file.
    if not _is_special(current) and (
        _read_current(store)[1] or any(map(is_build, list_builds(store)))
    ):
        return ""
    folder = os.path.realpath(store)
    is_home = folder == os.path.realpath(os.path.expanduser("~"))
    if is_home or os.path.dirname(folder) == folder:
        kind = "your home folder" if is_home else "the root of a file system"
        return f"{kind}: name a folder of its own, such as {store / DEFAULT_STORE}"
    return FOREIGN_CURRENT if current.exists() else ""


def find_current_build(store: Path) -> Path:
    """Return the folder of the last complete build; StoreMissingError if there is none."""
    return find_readable_build(store)[0]


def find_readable_build(store: Path) -> tuple[Path, str]:
    """Return the folder of the last complete build, and a warning if it is not the named one.

    If the build that ``current`` names is gone, or ``current`` is damaged, that is the newest
    complete build. The warning is "" if there is none.

    Raises:
        StoreMissingError: there is no complete build, or none any more.
    """
    name = read_current_name(store)
    if name and _has_meta(store / BUILDS_FOLDER / name):
        return store / BUILDS_FOLDER / name, ""
    exists = (store / CURRENT_FILE).exists()
    wrong = f"`current` is {'damaged' if exists else 'gone'}"
    if name:
        wrong = f"the build {name} that `current` names is gone"
    for build in reversed(list_builds(store)):
        if _is_complete(build):
            return build, f"{store}: {wrong}: using build {build.name}: build again"
    if not exists:
        raise StoreMissingError(
            f"{store}: no graph here yet: run `kgraph build PATH... --store {store}` first, "
            "or `kgraph build` where a project names the paths"
        )
    raise StoreMissingError(f"{store}: {wrong}, and there is no other: build again")


def list_builds(store: Path) -> list[Path]:
    """Return the folders with a build's number, in order; [] if they cannot be listed."""
    try:
        names = os.listdir(store / BUILDS_FOLDER)
    except OSError:
        return []
    numbers = sorted(filter(is_build_number, names), key=int)
    return [store / BUILDS_FOLDER / name for name in numbers]


def is_build(folder: Path) -> bool:
    """Return whether a build made the folder: the store may be a folder of other things, too."""
    if not is_build_number(folder.name) or folder.is_symlink():
        return False
    try:
        return (folder / MARKER_FILE).is_file() or bool(read_meta(folder))
    except StoreOutdatedError:
        return True
    except StoreError:
        return False


def find_previous_build(build: Path) -> Path | None:
    """Return the folder of the complete build before a build; None if none is kept."""
    for other in reversed(list_builds(build.parent.parent)):
        if int(other.name) < int(build.name) and _is_complete(other):
            return other
    return None


def describe_build(build: Path) -> str:
    """Return the number of a build and the local time at which it was written, for people.

    Raises:
        StoreReplacedError: the build is gone.
    """
    try:
        written = time.localtime((build / CHECKSUMS_FILE).stat().st_mtime)
    except OSError as error:
        raise unreadable_error(build, CHECKSUMS_FILE, error) from error
    return f"build {int(build.name)} of {time.strftime('%Y-%m-%d %H:%M', written)}"


def _is_complete(build: Path) -> bool:
    return _has_meta(build) and (build / CHECKSUMS_FILE).is_file()


def _has_meta(build: Path) -> bool:
    try:
        return (build / META_FILE).is_file()
    except OSError as error:  # the folder may not be entered, for example
        raise StoreError(f"{build}: {error.strerror}: check its permissions") from error


def read_meta(build: Path) -> BuildMeta:
    """Read the description of a build; StoreOutdatedError if another layout wrote it."""
    try:
        data = (build / META_FILE).read_bytes()
    except OSError as error:
        raise unreadable_error(build, META_FILE, error) from error
    layout = decode_file(build, META_FILE, data, msgspec.json.Decoder(_LayoutVersion)).layout
    if layout != LAYOUT_VERSION:
        raise StoreOutdatedError(
            f"{build}: written by layout {layout}, this kgraph reads {LAYOUT_VERSION}: build again"
        )
    data = Checksums(build).read_file(META_FILE)
    return decode_file(build, META_FILE, data, msgspec.json.Decoder(BuildMeta))


def read_report(build: Path) -> bytes:
    """Read the closing report of a build, as JSON."""
    return Checksums(build).read_file(REPORT_FILE)


def decode_file(
    build: Path,
    name: str,
    data: bytes,
    decoder: msgspec.json.Decoder[StructT] | msgspec.msgpack.Decoder[StructT],
) -> StructT:
    """Decode the data of a build's file; StoreDamagedError if the decoder refuses it."""
    try:
        return decoder.decode(data)
    # Bad UTF-8 is a ValueError that is no MsgspecError.
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise damage_error(build, name, str(error)) from error


def check_database(build: Path, largest: float = SMALL_BYTES) -> None:
    """Check the files of a build's database.

    The engine checks the blocks of its large files as it reads them, but not the list of its files.

    Args:
        largest: size in bytes up to which a file is read; of larger ones only the size is checked.
    """
    Checksums(build).check_files(f"{DATABASE_FOLDER}/", largest)
