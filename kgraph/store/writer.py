"""Write a store: a build that readers do not see until it is complete."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import filelock
import msgspec
import pyoxigraph

from kgraph.base import files
from kgraph.base.checksums import (
    CHECKSUMS_FILE,
    STATES_FILE,
    Checksum,
    Checksums,
    compute_checksum,
    report_damage,
    write_checksums,
    write_states,
)
from kgraph.base.errors import (
    StoreBusyError,
    StoreError,
    StoreMissingError,
    suggest_fix,
)
from kgraph.base.model import LAYOUT_VERSION
from kgraph.base.processes import lower_thread_priority
from kgraph.graph import EpisodeGraph, SharedData
from kgraph.graph.diff import Changes
from kgraph.store import layout
from kgraph.store.record_file import RecordFile, RecordIndex, compare_builds, read_index
from kgraph.store.retention import remove_build, remove_old_builds, remove_other_builds
from kgraph.store.segments import SegmentWriter, ValuePlace, count_segment_bytes, link_file

# Files of a build without a checksum: the engine's log and lock, and the marker.
_UNCHECKED_FILES = (
    f"{layout.DATABASE_FOLDER}/LOG",
    f"{layout.DATABASE_FOLDER}/LOCK",
    layout.MARKER_FILE,
    CHECKSUMS_FILE,
    STATES_FILE,
)

MERGING_THREADS = "rocksdb:low"  #: name of the engine's threads that merge its files

MERGING_NICE = 10
"""By how much their priority is lower than that of the thread that loads.

They merge all files after each load, as often as they get a core, and :meth:`BuildWriter.optimize`
merges all at the end. Beside busy workers they get a tenth of a core, and so merge seldom. With 19
they would hardly run at the end, if other programs of the session are busy. The threads are the
process's: later builds in it merge with the same priority.
"""


class BuildWriter(AbstractContextManager["BuildWriter"]):
    """A build that is being written, and is removed if the block ends with an error.

    The folder of the store stays, with its lock: to remove that would let two builds write at once,
    one of which has waited for the lock that is gone.

    Args:
        store: folder of the store; made when absent.
        base: base of the instances' IRIs.
        continued: the last build, if its database is to be changed instead of a new one loaded. Its
            files stay as they are: those that do not change are shared by hard links.

    Attributes:
        folder: of the build.
        last_build: name of the build that readers see until this one is published; "" for none.

    Raises:
        StoreBusyError: another build is writing to the store, or wrote to it since ``continued``
            was read.
        StoreError: no store can be in the folder.
    """

    def __init__(self, store: Path, base: str, continued: Path | None = None) -> None:
        self.store = store
        self.base = base
        self._continued = continued
        self._places: dict[str, ValuePlace] = {}  #: of the records
        self._last_places: dict[str, ValuePlace] = {}  #: of those of the build continued
        self._records: SegmentWriter | None = None
        self._database: pyoxigraph.Store | None = None
        if fault := layout.find_folder_fault(store):
            raise StoreError(f"{store}: {fault}")
        with _convert_os_errors(store):
            layout.make_store_folder(store)
        self._lock = acquire_lock(store)
        try:
            with _convert_os_errors(store):
                self.last_build = ""
                # After other errors it is unknown, and no build may be removed.
                with suppress(StoreMissingError):
                    self.last_build = layout.find_current_build(store).name
                if continued and continued.name != self.last_build:
                    raise StoreBusyError(f"{store}: another build was faster: build again")
                self.folder = _make_build_folder(store, self.last_build)
                if continued:
                    _link_database(continued, self.folder)
                with self._convert_damage():
                    self._database = pyoxigraph.Store(str(self.folder / layout.DATABASE_FOLDER))
                if not continued:
                    lower_thread_priority(MERGING_THREADS, MERGING_NICE)
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *exception: object) -> None:
        """Close everything, and remove a build that readers do not see."""
        try:
            self._database = None
            with suppress(OSError):  # the disk is full, and buffered data is lost
                self._close_records()
            if hasattr(self, "folder") and not self._is_published():
                remove_build(self.folder)
        finally:
            self._lock.release()

    def _is_published(self) -> bool:
        """Return whether readers see this build, from `current`: it is right after any failure."""
        try:
            return layout.read_current_name(self.store) == self.folder.name
        except StoreError:  # unknown: the next build looks again
            return True

    def load(self, turtle: bytes) -> None:
        """Add the statements of a document; frees the interpreter lock while it works."""
        with _convert_os_errors(self.store):
            # lenient: these are our own texts, whose IRIs are safe by construction.
            self._open_database.bulk_load(turtle, pyoxigraph.RdfFormat.TURTLE, lenient=True)

    @contextmanager
    def _convert_damage(self) -> Iterator[None]:
        """Raise StoreDamagedError for what the engine finds wrong in the database it continues."""
        try:
            yield
        except RuntimeError as error:
            if self._continued is None:
                raise
            raise report_damage(self._continued, layout.DATABASE_FOLDER, str(error)) from error

    def change_statements(
        self, removed: Iterable[pyoxigraph.Triple], added: Iterable[pyoxigraph.Triple]
    ) -> None:
        """Remove statements from the database, and add others."""
        with _convert_os_errors(self.store), self._convert_damage():
            if old := "".join(f"{t.subject} {t.predicate} {t.object} .\n" for t in removed):
                self._open_database.update(f"DELETE DATA {{\n{old}}}")
            self._open_database.extend(pyoxigraph.Quad(*triple) for triple in added)

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

    def add_records(self, slugs: Iterable[str], records: Iterable[bytes]) -> None:
        """Add episodes, each as the MessagePack of an ``EpisodeGraph``, in order."""
        with _convert_os_errors(self.store):
            if self._records is None:
                self._records = SegmentWriter(self.folder, layout.RECORDS_FILE)
            for slug, record in zip(slugs, records, strict=True):
                self._places[slug] = self._records.add(record)

    def continue_records(
        self,
        last: Mapping[str, ValuePlace],
        slugs: Sequence[str],
        changed: Mapping[str, bytes],
    ) -> None:
        """Take over the records of the last build, but for those that changed.

        Args:
            last: places of the records of the last build, by slug.
            slugs: of all episodes, in order.
            changed: records of new and changed episodes, by slug, encoded as those that are added.

        Raises:
            StoreDamagedError: the last build is damaged.
        """
        assert self._continued is not None
        self._last_places = dict(last)
        kept = {slug: last[slug] for slug in slugs if slug not in changed}
        with _convert_os_errors(self.store):
            new_bytes = sum(map(len, changed.values()))
            kept_bytes = count_segment_bytes(kept.values())
            self._records = SegmentWriter(
                self.folder, layout.RECORDS_FILE, self._continued, kept_bytes, new_bytes
            )
            places = {slug: self._records.keep(slug, place) for slug, place in kept.items()}
            places |= {slug: self._records.add(record) for slug, record in changed.items()}
        self._places = {slug: places[slug] for slug in slugs}

    def _close_records(self) -> None:
        """Make the records durable."""
        if self._records is not None:
            self._records.__exit__(None, None, None)
        self._records = None

    def read_episodes(self, slugs: Iterable[str]) -> Iterator[EpisodeGraph]:
        """Read episodes that were added, by their slugs."""
        with _convert_os_errors(self.store):
            if self._records is not None:
                self._records.flush()
        return RecordFile(self.folder, self._places).read_slugs(slugs, EpisodeGraph)

    def publish(
        self,
        shared: SharedData,
        triples: int,
        report: bytes,
        kept: bytes,
        last: SharedData | None = None,
    ) -> None:
        """Make this build the one that readers see; nothing can be added any more.

        Args:
            report: the closing report of the build, as JSON.
            kept: what the next build need not do again.
            last: what the episodes of the build that is continued share, if it is read already.

        Raises:
            StoreError: it cannot be written, and readers do not see it; or they see it, and it may
                not be on disk yet.
        """
        with _convert_os_errors(self.store):
            self._close_records()
            with self._convert_damage():
                self._open_database.flush()
            self._database = None  # closed: its files do not change any more
            index = RecordIndex(self._places, shared)
            changes = self._compare_with_last(index, last)
            meta = layout.BuildMeta(
                LAYOUT_VERSION, self.base, shared.digest, len(self._places), triples
            )
            known: dict[str, Checksum] = {}
            for name, data in (
                (layout.INDEX_FILE, msgspec.msgpack.encode(index)),
                (layout.REPORT_FILE, report),
                (layout.KEPT_FILE, kept),
                (layout.CHANGES_FILE, msgspec.json.encode(changes)),
                (layout.META_FILE, msgspec.json.encode(meta)),
            ):
                with files.open_durable(self.folder / name) as file:
                    file.write(data)
                known[name] = compute_checksum(data)
            paths = [path for path in self.folder.rglob("*") if path.is_file()]
            names = [path.relative_to(self.folder).as_posix() for path in paths]
            names = [name for name in names if not name.startswith(_UNCHECKED_FILES)]
            if self._continued:
                known |= Checksums(self._continued).find_linked(self.folder)
            write_checksums(self.folder, names, known)
            write_states(self.folder, names)
            files.sync_folder(self.folder)
            files.sync_folder(self.folder.parent)
        with _convert_os_errors(self.store, self._is_published):
            layout.write_current_name(self.store, self.folder.name)
        remove_other_builds(self.store, {self.folder.name, self.last_build})

    def _compare_with_last(self, index: RecordIndex, last: SharedData | None) -> Changes:
        """Compare with the last build; no changes if it cannot be read or has another base.

        Args:
            index: of this build.
            last: of the build that is continued, if it is read already.
        """
        build = self.store / layout.BUILDS_FOLDER / self.last_build
        try:
            if layout.read_meta(build).base != self.base:
                return Changes(after=index.shared.digest)
            earlier = RecordIndex(self._last_places, last) if last else read_index(build)
            return compare_builds((build, earlier), (self.folder, index))
        except StoreError:
            return Changes(after=index.shared.digest)


def _link_database(source: Path, target: Path) -> None:
    """Give a build the database of another, which may then be changed without changing that one.

    The engine (RocksDB) never changes a table file once it is written, so these are linked. It
    appends to its other files, which are small, so these are copied.
    """
    folder = target / layout.DATABASE_FOLDER
    folder.mkdir()
    for file in (source / layout.DATABASE_FOLDER).iterdir():
        if file.name in ("LOG", "LOCK"):
            continue
        copy = folder / file.name
        if file.suffix == ".sst":
            link_file(file, copy)
        else:
            shutil.copyfile(file, copy)


@contextmanager
def _convert_os_errors(
    store: Path, is_published: Callable[[], bool] = lambda: False
) -> Iterator[None]:
    """Raise StoreError for errors of the file system, with what readers see after them."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        outcome = (
            "readers see the new graph, but it may be lost if the machine stops now"
            if is_published()
            else "readers still see the last complete graph"
            if (store / layout.CURRENT_FILE).exists()
            else ""
        )
        fix = "; ".join(filter(None, (suggest_fix(error), outcome)))
        raise StoreError(f"{store}: {reason}: {fix}") from error


def acquire_lock(store: Path, timeout_s: float = 0) -> filelock.BaseFileLock:
    """Acquire the lock of a store, which the system releases with its process, whatever kills it.

    Args:
        timeout_s: seconds to wait for other builds, from 0.

    Raises:
        StoreBusyError: another build has it.
    """
    lock = filelock.FileLock(store / layout.LOCK_FILE, timeout=timeout_s)
    with _convert_os_errors(store):
        try:
            lock.acquire()
        except filelock.Timeout as error:
            raise StoreBusyError(
                f"{store}: another build is writing here: wait for it, or choose another store"
            ) from error
    return lock


def _make_build_folder(store: Path, current: str) -> Path:
    """Make the next build's folder, and remove what killed builds left."""
    # The name in `current` counts even if its folder is gone: no other build may take it.
    names = [layout.read_current_name(store) or "0", *(b.name for b in layout.list_builds(store))]
    last = max(map(int, names))
    remove_old_builds(store, current)
    folder = store / layout.BUILDS_FOLDER / f"{last + 1:04d}"
    partial = folder.with_name(folder.name + layout.PARTIAL_SUFFIX)
    try:
        partial.mkdir()
        (partial / layout.MARKER_FILE).touch()  # allows removing it
        return partial.rename(folder)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
        raise
