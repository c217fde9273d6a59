"""The one writer of a store: a build that nobody reads until it is whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import filelock
import msgspec
import pyoxigraph

from kgraph.errors import StoreBusyError, StoreError, StoreOutdatedError, next_move
from kgraph.graph import Shared
from kgraph.graph.changes import Changes, changes
from kgraph.model import LAYOUT
from kgraph.store import layout


class RecordIndex(msgspec.Struct, array_like=True):
    """Where each recording stands in ``records``, and what recordings share."""

    slugs: list[str]
    offsets: list[int]
    shared: Shared


class Draft:
    """A build in the making, as a context: left by an error, it leaves no trace.

    Args:
        store: folder of the store; made when absent.
        base: base of the instances' IRIs.

    Raises:
        StoreBusyError: another build holds the store.
        StoreError: the folder cannot be written.
    """

    def __init__(self, store: Path, base: str) -> None:
        self.store = store
        self.base = base
        self._slugs: list[str] = []
        self._offsets: list[int] = []
        self._published = False
        with _writing(store):
            (store / layout.BUILDS).mkdir(parents=True, exist_ok=True)
            self._lock = _lock(store)
            self._last = _last(store)
            self.folder = _fresh_folder(store, self._last)
            self._database = pyoxigraph.Store(str(self.folder / layout.DATABASE))
            self._records = (self.folder / layout.RECORDS).open("wb")

    def __enter__(self) -> Draft:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._records.close()
        del self._database
        if not self._published:
            shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.release()

    def load(self, turtle: bytes) -> None:
        """Add statements; frees the interpreter lock while it works.

        Args:
            turtle: a whole document, with its header. About 100,000 statements at a
                time are loaded as fast as more, in a fifth of the memory.
        """
        with _writing(self.store):
            # lenient: these are our own texts, whose IRIs are safe by construction.
            self._database.bulk_load(turtle, pyoxigraph.RdfFormat.TURTLE, lenient=True)

    def optimize(self) -> None:
        """Merge what was loaded in pieces; frees the interpreter lock while it works.

        2.5 million statements take 2 s, and most queries half their time from then on.
        """
        with _writing(self.store):
            self._database.optimize()

    def add_records(self, slugs: list[str], records: list[bytes]) -> None:
        """Add recordings, each as the MessagePack of an ``EpisodeGraph``, in order."""
        with _writing(self.store):
            for slug, record in zip(slugs, records, strict=True):
                self._slugs.append(slug)
                self._offsets.append(self._records.tell())
                self._records.write(record)

    def publish(self, shared: Shared, triples: int, report: bytes) -> None:
        """Make this build the one that readers see."""
        with _writing(self.store):
            self._offsets.append(self._records.tell())
            self._records.flush()
            os.fsync(self._records.fileno())
            index = RecordIndex(self._slugs, self._offsets, shared)
            meta = layout.Meta(LAYOUT, self.base, shared.digest, len(self._slugs), triples)
            self._database.flush()
            for name, data in (
                (layout.INDEX, msgspec.msgpack.encode(index)),
                (layout.REPORT, report),
                (layout.CHANGES, msgspec.json.encode(self._changes(shared))),
                (layout.META, msgspec.json.encode(meta)),
            ):
                _write_synced(self.folder / name, data)
            layout.sync_folder(self.folder)
            layout.replace_text(self.store / layout.CURRENT, self.folder.name)
        self._published = True
        _remove_all_but(self.store, {self.folder.name, self._last})

    def _changes(self, shared: Shared) -> Changes:
        """What changed against the last build; nothing is said of one that cannot be read."""
        try:
            last = layout.read_meta(layout.current_build(self.store))
            index = (self.store / layout.BUILDS / self._last / layout.INDEX).read_bytes()
            old = msgspec.msgpack.decode(index, type=RecordIndex).shared
        except (StoreError, OSError, msgspec.MsgspecError):
            return Changes(after=shared.digest)
        return changes(old, shared) if last.base == self.base else Changes(after=shared.digest)


@contextmanager
def _writing(store: Path) -> Iterator[None]:
    """The one seam where errors of the disk become ours."""
    try:
        yield
    except OSError as error:
        words = error.strerror or str(error)
        raise StoreError(
            f"{store}: {words}: {next_move(error)}; the last whole graph still answers"
        ) from error


def _lock(store: Path) -> filelock.BaseFileLock:
    # The system drops the lock with its process, whatever kills it.
    lock = filelock.FileLock(store / layout.LOCK, timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise StoreBusyError(
            f"{store}: another build is writing here: wait for it, or choose another --store"
        ) from error
    return lock


def _last(store: Path) -> str:
    try:
        return (store / layout.CURRENT).read_text("ascii").strip()
    except OSError:
        return ""


def _fresh_folder(store: Path, last: str) -> Path:
    """The next build's folder; what killed builds left behind is removed."""
    builds = store / layout.BUILDS
    numbers = [int(name) for name in os.listdir(builds) if _is_number(name)]
    _remove_all_but(store, {last, *_older(builds, last)})
    folder = builds / f"{max(numbers, default=0) + 1:04d}"
    folder.mkdir()
    (folder / layout.MARK).touch()  # before anything else: by it, it may be removed
    return folder


def _older(builds: Path, last: str) -> set[str]:
    """The build before the last, which a reader may still hold."""
    before = sorted(name for name in os.listdir(builds) if name < last)
    return set(before[-1:])


def _remove_all_but(store: Path, kept: set[str]) -> None:
    for folder in (store / layout.BUILDS).iterdir():
        if folder.name not in kept and _is_build(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_build(folder: Path) -> bool:
    """Whether a build made it: the store may be somebody's folder that has one of that name for
    something else."""
    if not _is_number(folder.name) or folder.is_symlink():
        return False
    try:
        return (folder / layout.MARK).is_file() or bool(layout.read_meta(folder))
    except StoreOutdatedError:
        return True
    except StoreError:
        return False


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdecimal()


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
