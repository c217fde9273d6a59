"""Remember what a store's last build was made from, and which graphs it was pushed into.

The paths of a build are kept, absolute, in a file of their own beside it: in its other files the
same input gives the same bytes wherever it is. What was pushed is kept in ``pushes/``, a folder for
each graph of a triple store: the pushed statements, and a record of what is in the graph.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

import filelock
import msgspec
from msgspec import field
from msgspec.structs import replace

from kgraph.base.checksums import CHECKSUMS_FILE, Checksums
from kgraph.base.errors import (
    InputError,
    StoreBusyError,
    StoreDamagedError,
    StoreError,
    suggest_fix,
)
from kgraph.base.files import LineFile, open_durable, replace_file
from kgraph.base.vocabulary import BASE_IRI
from kgraph.ingest.exclude import NO_EXCLUSION, Exclusion
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgements_file import JUDGEMENTS_FILE, load_judgements
from kgraph.resolve.own_entries import NO_OWN_ENTRIES, OwnEntries
from kgraph.store import layout

LAST_JUDGEMENTS = ""
"""In place of a file of judgements: the one that the store's last build read, else
:data:`kgraph.resolve.judgements_file.JUDGEMENTS_FILE`."""

_NO_JUDGEMENTS = "no judgements are applied"


class BuildOrigin(msgspec.Struct, frozen=True):
    """The inputs of a build."""

    sources: tuple[str, ...] = ()  #: files, folders and patterns, absolute; ``-`` for stdin
    judgements: str = ""  #: file of judgements, absolute; "" for none
    had_judgements_file: bool = field(default=False, name="judged")  #: whether that file existed
    project: str = ""  #: project file, absolute; "" for none
    exclude: Exclusion = NO_EXCLUSION  #: what was left out of the sources
    #: Which of ``sources``, ``judgements``, ``exclude`` and ``base`` were as the project has them,
    #: so that they follow it.
    followed: tuple[str, ...] = ()


class ProjectInputs(msgspec.Struct, frozen=True):
    """The inputs of a build that a project adds."""

    file: Path  #: the project file
    judgements: Path  #: file of judgements; it may be absent
    own: OwnEntries = NO_OWN_ENTRIES  #: the user's own lexicon and ids
    exclude: Exclusion = NO_EXCLUSION  #: what is left out of the sources
    sources: tuple[str, ...] = ()  #: files, folders and patterns, absolute
    base: str = BASE_IRI  #: of the instances' IRIs


class JudgementsChoice(msgspec.Struct, frozen=True):
    """Which file of judgements is read."""

    path: Path | None  #: None for none
    notes: tuple[str, ...] = ()  #: warnings to print
    may_be_absent: bool = False  #: the user did not name it for this build

    @property
    def output(self) -> Path:
        """The file that a judgement is written to."""
        return self.path or JUDGEMENTS_FILE

    def check(self) -> None:
        """Raise InputError if the user named a file that does not exist.

        :data:`~kgraph.resolve.judgements_file.JUDGEMENTS_FILE` may be absent in any case.
        """
        is_named = self.path not in (None, JUDGEMENTS_FILE) and not self.may_be_absent
        if is_named and self.path and not self.path.exists():
            raise InputError(
                f"{self.path}: no such file: name one, or write it with `kgraph judge`"
            )

    def load(self) -> tuple[Judgement, ...]:
        """Load the judgements of the file, none where there is none.

        Raises:
            InputError: as of :meth:`JudgementsChoice.check`.
            DataError: it is no list of judgements.
        """
        self.check()
        return load_judgements(self.path) if self.path else ()


def choose_exclusion(exclude: Exclusion | None, project: ProjectInputs | None) -> Exclusion:
    """Return the exclusion that a caller gives, else that of the project."""
    if exclude is not None:
        return exclude
    return project.exclude if project else NO_EXCLUSION


def make_origin(
    paths: Sequence[str],
    judgements: Path | None,
    project: ProjectInputs | None = None,
    exclude: Exclusion = NO_EXCLUSION,
    base: str = BASE_IRI,
) -> BuildOrigin:
    """Return the origin of a build of these paths with that file of judgements."""
    sources = _make_absolute(paths)
    file = os.path.realpath(judgements) if judgements else ""
    had_file = bool(judgements and judgements.exists())
    if project is None:
        return BuildOrigin(sources, file, had_file, exclude=exclude)
    is_followed = {
        "sources": sources == _make_absolute(project.sources),
        "judgements": file == os.path.realpath(project.judgements),
        "exclude": exclude == project.exclude,
        "base": base == project.base,
    }
    followed = tuple(name for name, follows in is_followed.items() if follows)
    project_file = os.path.abspath(project.file)
    return BuildOrigin(sources, file, had_file, project_file, exclude, followed)


def _make_absolute(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(path if path == "-" else os.path.abspath(path) for path in paths)


def write_origin(build: Path, origin: BuildOrigin) -> None:
    try:
        with open_durable(build / layout.ORIGIN_FILE) as file:
            file.write(msgspec.json.encode(origin))
    except OSError as error:
        raise StoreError(f"{build}: {error.strerror}: {suggest_fix(error)}") from error


def read_origin(store: str | Path) -> BuildOrigin:
    """Read the origin of a store's last build; an empty one if it has none that can be read."""
    try:
        return read_build_origin(layout.find_current_build(Path(store)))
    except StoreDamagedError:
        raise
    except StoreError:
        return BuildOrigin()  # the first build of a store must not fail for this


def read_build_origin(build: Path) -> BuildOrigin:
    """Read the origin of a build from its folder; an empty one if it is of another layout.

    Raises:
        StoreDamagedError: its checksum differs, or it is missing.
        StoreError: it cannot be read.
    """
    try:
        if not (build / CHECKSUMS_FILE).exists():  # of another layout
            return BuildOrigin()
        return msgspec.json.decode(Checksums(build).read_file(layout.ORIGIN_FILE), type=BuildOrigin)
    except msgspec.MsgspecError:
        return BuildOrigin()


def choose_judgements(
    store: str | Path,
    judgements: str | Path | None = LAST_JUDGEMENTS,
    *,
    write: bool = False,
    project: ProjectInputs | None = None,
) -> JudgementsChoice:
    """Choose the file of judgements for a store.

    Args:
        judgements: the file that the user named, :data:`LAST_JUDGEMENTS` for none, None to read
            none.
        write: the file will be written to, so that one that is gone is made again.
        project: the project, whose file is read where the user named none.
    """
    if project and _is_project_file(judgements, project):
        choice = choose_judgements(store, judgements or project.judgements)
        return replace(choice, may_be_absent=True)
    try:
        last = read_origin(store)
    except StoreDamagedError as error:
        path = JUDGEMENTS_FILE if str(judgements) == LAST_JUDGEMENTS else judgements
        note = f"{error}; using the judgements in {path}" if path else str(error)
        is_last = str(judgements) == LAST_JUDGEMENTS
        return JudgementsChoice(Path(path) if path else None, (note,), is_last)
    if str(judgements) == LAST_JUDGEMENTS:
        return replace(_choose_last(last, write), may_be_absent=True)
    named = None if judgements is None else Path(judgements)
    is_unread = last.had_judgements_file and Path(last.judgements).exists()
    if not is_unread or (named and os.path.realpath(named) == last.judgements):
        return JudgementsChoice(named)
    outcome = f"using the judgements in {named}" if named else _NO_JUDGEMENTS
    return JudgementsChoice(
        named, (f"{outcome}, not those in {last.judgements} as in the last build",)
    )


def _is_project_file(judgements: str | Path | None, project: ProjectInputs) -> bool:
    """Return whether the user named no file, or that of the project."""
    if judgements is None:
        return False
    is_named = str(judgements) != LAST_JUDGEMENTS
    return not is_named or os.path.realpath(judgements) == os.path.realpath(project.judgements)


def _choose_last(last: BuildOrigin, write: bool) -> JudgementsChoice:
    default = Path(os.path.realpath(JUDGEMENTS_FILE))
    path = Path(last.judgements) if last.judgements else default
    is_default = path == default
    if not is_default:
        has_project = path.parent.parent.is_dir()
        will_be_made = write and has_project and (last.had_judgements_file or not default.exists())
        if path.exists() or will_be_made:
            note = f"using the judgements in {path}, as in the last build"
            if default.exists():
                note += f"; {JUDGEMENTS_FILE} here is not read: name it with --judgements"
            return JudgementsChoice(path, (note,))
    if not last.had_judgements_file or (is_default and path.exists()):
        return JudgementsChoice(JUDGEMENTS_FILE)
    outcome = _NO_JUDGEMENTS
    if not is_default and default.exists():
        outcome = f"using the judgements in {JUDGEMENTS_FILE}"
    return JudgementsChoice(
        JUDGEMENTS_FILE, (f"{outcome}: the file of the last build is gone: {path}",)
    )


# -- what was pushed ----------------------------------------------------------------

_PUSHES_FOLDER = "pushes"
_RECORD_FILE = "record.json"


class PushRecord(msgspec.Struct, frozen=True):
    """Statements of a graph in a triple store, as the pushes from this store left it.

    Attributes:
        graph: address of the triple store and IRI of the graph, for people.
        held: the statements in it; None if they are unknown.
        coming: the statements that a push is writing; None if none is.
        sent: chunks of changes that the triple store acknowledged.
    """

    graph: str = ""
    held: LineFile | None = None
    coming: LineFile | None = None
    sent: int = 0

    @property
    def is_uncertain(self) -> bool:
        """Whether a push of the whole graph began and did not end."""
        return self.coming is not None and self.held is None


def find_push_folder(store: Path, graph: str) -> Path:
    """Return the folder of the record of a graph."""
    return store / _PUSHES_FOLDER / sha256(graph.encode()).hexdigest()[:16]


@contextmanager
def lock_pushes(folder: Path) -> Iterator[None]:
    """Keep other pushes to the graph out, and convert errors of the file system.

    Raises:
        StoreBusyError: another push to the graph is running.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(folder / "lock", timeout=0):
            yield
    except filelock.Timeout as error:
        raise StoreBusyError(f"{folder}: another push to this graph runs: wait for it") from error
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror or error}: {suggest_fix(error)}") from error


def read_push_record(folder: Path) -> PushRecord:
    """Read the record of a graph; an empty one if nothing was pushed."""
    try:
        record = msgspec.json.decode((folder / _RECORD_FILE).read_bytes(), type=PushRecord)
    except FileNotFoundError:
        return PushRecord()
    except (OSError, ValueError) as error:
        raise StoreDamagedError(
            f"{folder / _RECORD_FILE}: {error}: remove it, and push the whole graph"
        ) from error
    held, coming = (
        file and replace(file, path=str(folder / Path(file.path).name))  # the store was moved
        for file in (record.held, record.coming)
    )
    return replace(record, held=held, coming=coming)


def write_push_record(folder: Path, record: PushRecord, *keep: LineFile | None) -> None:
    """Write the record of a graph in one step, and remove files that it does not name.

    Args:
        keep: files that stay in any case.
    """
    with replace_file(folder / _RECORD_FILE, is_durable=True) as out:
        out.write(msgspec.json.encode(record))
    kept = {Path(file.path).name for file in (record.held, record.coming, *keep) if file}
    for path in folder.glob("*.nt.gz"):
        if path.name not in kept:
            with suppress(OSError):
                path.unlink()
