"""Names inside a store folder, and which build is the last whole one."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from kgraph.errors import StoreError, StoreMissingError, StoreOutdatedError
from kgraph.model import LAYOUT

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
COLUMNS = "columns-1"
"""Ends in the version of its files: a server writes them anew where they are of another."""
MARK = "made-by-kgraph"


class Meta(msgspec.Struct, frozen=True):
    """What a build says of itself.

    Attributes:
        layout: version of the files beside it (:data:`kgraph.model.LAYOUT`).
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


def current_build(store: Path) -> Path:
    """The folder of the last whole build.

    Raises:
        StoreMissingError: there is none yet.
    """
    try:
        name = (store / CURRENT).read_text("ascii").strip()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise StoreMissingError(
            f"{store}: no graph here yet: run `kgraph build PATH... --store {store}` first"
        ) from error
    except OSError as error:
        raise StoreError(f"{store}: {error.strerror}: check its permissions") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{store / CURRENT}: not a build's name: build again") from error
    build = store / BUILDS / name
    if not name or not build.is_dir():
        raise StoreMissingError(f"{build}: the build that `current` names is gone: build again")
    return build


def read_meta(build: Path) -> Meta:
    """What the build says of itself.

    Raises:
        StoreError: its description cannot be read.
        StoreOutdatedError: another layout wrote it.
    """
    try:
        meta = msgspec.json.decode((build / META).read_bytes(), type=Meta)
    except (OSError, msgspec.MsgspecError) as error:
        raise StoreError(f"{build / META}: {error}: build again") from error
    if meta.layout != LAYOUT:
        raise StoreOutdatedError(
            f"{build}: written by layout {meta.layout}, this kgraph reads {LAYOUT}: build again"
        )
    return meta


def replace_text(path: Path, text: str) -> None:
    """Write a small file in one atomic step, on disk when this returns."""
    draft = path.with_name(path.name + ".new")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames inside a folder durable, where the system can (not on Windows)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
