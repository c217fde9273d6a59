"""The one writer of a store: a build that nobody reads until it is whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

import filelock
import msgspec
import pyoxigraph

from kgraph.base import files
from kgraph.base.checksums import CHECKSUMS_FILE, Checksums, compute_checksum, write_checksums
from kgraph.base.errors import (
    StoreBusyError,
    StoreError,
    StoreMissingError,
    StoreOutdatedError,
    suggest_fix,
)
from kgraph.base.model import LAYOUT_VERSION
from kgraph.graph import SharedData
from kgraph.graph.diff import Changes, compare_graphs
from kgraph.store import layout


class RecordIndex(msgspec.Struct, array_like=True):
    """Where each recording stands in ``records``, and what recordings share.

    Attributes:
        slugs: of the recordings, in order.
        offsets: where each begins, and the last ends.
        checksums: CRC-32 of each, so that one is checked when it is read.
        shared: what they share.
    """

    slugs: list[str]
    offsets: list[int]
    checksums: list[int]
    shared: SharedData


class BuildWriter:
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
        self._checksums: list[int] = []
        self._database: pyoxigraph.Store | None = None
        with _convert_os_errors(store):
            (store / layout.BUILDS_FOLDER).mkdir(parents=True, exist_ok=True)
            self._lock = _acquire_lock(store)
        try:
            with _convert_os_errors(store):
                self._previous_name = _find_current_name(store)
                self.folder = _make_build_folder(store, self._previous_name)
                self._records = (self.folder / layout.RECORDS_FILE).open("wb")
                self._database = pyoxigraph.Store(str(self.folder / layout.DATABASE_FOLDER))
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> BuildWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def _close(self) -> None:
        """Let go of everything, and remove a build that readers do not see.

        An interruption here leaves a folder that the next build removes.
        """
        try:
            self._database = None
            with suppress(OSError):  # of a full disk, with what it had still to write
                if hasattr(self, "_records"):
                    self._records.close()
            if hasattr(self, "folder") and not self._is_published:
                _remove_build(self.folder)
        finally:
            self._lock.release()

    @property
    def _is_published(self) -> bool:
        """Whether readers see this build: `current` tells, whatever interrupted us meanwhile."""
        try:
            return layout.read_current_name(self.store) == self.folder.name
        except StoreError:  # then it may be; the next build looks again
            return True

    def load(self, turtle: bytes) -> None:
        """Add statements; frees the interpreter lock while it works.

        Args:
            turtle: a whole document, with its header. About 100,000 statements at a
                time are loaded as fast as more, in a fifth of the memory.
        """
        with _convert_os_errors(self.store):
            # lenient: these are our own texts, whose IRIs are safe by construction.
            self._open_database.bulk_load(turtle, pyoxigraph.RdfFormat.TURTLE, lenient=True)

    def optimize(self) -> None:
        """Merge what was loaded in pieces; frees the interpreter lock while it works.

        2.5 million statements take 2 s, and most queries half their time from then on.
        """
        with _convert_os_errors(self.store):
            self._open_database.optimize()

    @property
    def _open_database(self) -> pyoxigraph.Store:
        assert self._database is not None
        return self._database

    def add_records(self, slugs: list[str], records: list[bytes]) -> None:
        """Add recordings, each as the MessagePack of an ``EpisodeGraph``, in order."""
        with _convert_os_errors(self.store):
            for slug, record in zip(slugs, records, strict=True):
                self._slugs.append(slug)
                self._offsets.append(self._records.tell())
                self._checksums.append(compute_checksum(record).crc)
                self._records.write(record)

    def publish(self, shared: SharedData, triples: int, report: bytes) -> None:
        """Make this build the one that readers see; nothing can be added any more.

        Raises:
            StoreError: it cannot be written, and is not seen; or it is seen, and may not be
                on disk yet.
        """
        with _convert_os_errors(self.store):
            self._offsets.append(self._records.tell())
            self._records.flush()
            os.fsync(self._records.fileno())
            self._records.close()
            self._open_database.flush()
            self._database = None  # closed: from now on its files stay as they are
            index = RecordIndex(self._slugs, self._offsets, self._checksums, shared)
            meta = layout.BuildMeta(
                LAYOUT_VERSION, self.base, shared.digest, len(self._slugs), triples
            )
            for name, data in (
                (layout.INDEX_FILE, msgspec.msgpack.encode(index)),
                (layout.REPORT_FILE, report),
                (layout.CHANGES_FILE, msgspec.json.encode(self._compare_with_previous(shared))),
                (layout.META_FILE, msgspec.json.encode(meta)),
            ):
                files.write_durable(self.folder / name, data)
            write_checksums(self.folder, _list_checked_files(self.folder))
            files.sync_folder(self.folder)
            files.sync_folder(self.folder.parent)
        with _convert_os_errors(self.store, lambda: self._is_published):
            layout.write_current_name(self.store, self.folder.name)
        _remove_other_builds(self.store, {self.folder.name, self._previous_name})

    def _compare_with_previous(self, shared: SharedData) -> Changes:
        """What changed against the last build; nothing is said of one that cannot be read."""
        build = self.store / layout.BUILDS_FOLDER / self._previous_name
        try:
            last = layout.read_meta(build)
            old = read_index(build).shared
        except StoreError:
            return Changes(after=shared.digest)
        return (
            compare_graphs(old, shared) if last.base == self.base else Changes(after=shared.digest)
        )


def read_index(build: Path) -> RecordIndex:
    """Read the index of a build's recordings.

    Raises:
        StoreDamagedError: it is not as it was written.
        StoreError: it cannot be read.
    """
    data = Checksums(build).read_file(layout.INDEX_FILE)
    return layout.decode_file(build, layout.INDEX_FILE, data, msgspec.msgpack.Decoder(RecordIndex))


@contextmanager
def _convert_os_errors(
    store: Path, is_published: Callable[[], bool] = lambda: False
) -> Iterator[None]:
    """The one seam where errors of the disk become ours.

    Args:
        store: what is written.
        is_published: whether readers see the new graph when there is an error.
    """
    try:
        yield
    except OSError as error:
        words = error.strerror or str(error)
        outcome = (
            "the new graph answers, but may be lost if the machine stops now"
            if is_published()
            else "the last whole graph still answers"
        )
        raise StoreError(f"{store}: {words}: {suggest_fix(error)}; {outcome}") from error


def _list_checked_files(folder: Path) -> list[str]:
    """The files of a build by which its graph is answered; the engine's log is none."""
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return [name for name in names if not name.startswith(_UNCHECKED_FILES)]


_UNCHECKED_FILES = (
    f"{layout.DATABASE_FOLDER}/LOG",
    f"{layout.DATABASE_FOLDER}/LOCK",
    layout.MARKER_FILE,
    CHECKSUMS_FILE,
)


def _acquire_lock(store: Path) -> filelock.BaseFileLock:
    # The system drops the lock with its process, whatever kills it.
    lock = filelock.FileLock(store / layout.LOCK_FILE, timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise StoreBusyError(
            f"{store}: another build is writing here: wait for it, or choose another --store"
        ) from error
    return lock


def _find_current_name(store: Path) -> str:
    """The build that readers see; "" where there is none.

    Raises:
        StoreError: it cannot be told, so that none may be removed.
    """
    try:
        return layout.find_current_build(store).name
    except StoreMissingError:
        return ""


def _make_build_folder(store: Path, last: str) -> Path:
    """The next build's folder; what killed builds left behind is removed."""
    builds = store / layout.BUILDS_FOLDER
    # The one that `current` names counts even when it is gone: no draft may take its name.
    taken = [0, int(layout.read_current_name(store) or 0)]
    taken += [int(name) for name in os.listdir(builds) if layout.is_build_number(name)]
    _remove_other_builds(store, {last, _find_previous_build(builds, last)})
    folder = builds / f"{max(taken) + 1:04d}"
    partial = folder.with_name(folder.name + layout.PARTIAL_SUFFIX)
    try:
        partial.mkdir()
        (partial / layout.MARKER_FILE).touch()  # by it, it may be removed
        return partial.rename(folder)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _find_previous_build(builds: Path, last: str) -> str:
    """The build before the last, which a reader may still hold; "" where there is none."""
    if not last:
        return ""
    names = [f.name for f in builds.iterdir() if _is_build(f) and int(f.name) < int(last)]
    return max(names, key=int, default="")


def _remove_other_builds(store: Path, kept: set[str]) -> None:
    """Remove builds, and what is left of those that were being made or removed."""
    with suppress(OSError):
        for folder in sorted((store / layout.BUILDS_FOLDER).iterdir(), reverse=True):
            number = folder.name.removesuffix(layout.PARTIAL_SUFFIX)
            if number != folder.name and layout.is_build_number(number) and not folder.is_symlink():
                shutil.rmtree(folder, ignore_errors=True)
            elif folder.name not in kept and _is_build(folder):
                _remove_build(folder)


def _remove_build(build: Path) -> None:
    """Remove a build: at once for readers, and so that what is left by a kill is known as ours."""
    partial = build.with_name(build.name + layout.PARTIAL_SUFFIX)
    with suppress(OSError):  # a reader holds it (on Windows): the next build tries again
        shutil.rmtree(build.rename(partial), ignore_errors=True)


def _is_build(folder: Path) -> bool:
    """Whether a build made it: the store may be somebody's folder that has one of that name for
    something else."""
    if not layout.is_build_number(folder.name) or folder.is_symlink():
        return False
    try:
        return (folder / layout.MARKER_FILE).is_file() or bool(layout.read_meta(folder))
    except StoreOutdatedError:
        return True
    except StoreError:
        return False
