"""Remember what a store's last build was made from, and choose by it what the next one reads.

The paths of a build are kept, absolute, in a file of their own beside it: in its other files the
same input gives the same bytes wherever it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec import field
from msgspec.structs import replace

from kgraph.base.checksums import CHECKSUMS_FILE, Checksums
from kgraph.base.errors import (
    InputError,
    StoreDamagedError,
    StoreError,
    explain_os_error,
)
from kgraph.base.files import open_durable
from kgraph.base.text import pluralize
from kgraph.base.vocabulary import BASE_IRI
from kgraph.ingest.exclude import NO_EXCLUSION, Exclusion
from kgraph.resolve.judgement import Judgement
from kgraph.resolve.judgements_file import JUDGEMENTS_FILE, load_judgements
from kgraph.resolve.own_entries import NO_OWN_ENTRIES, OwnEntries
from kgraph.store import layout

LAST_JUDGEMENTS = ""
"""In place of a file of judgements: the one that the store's last build read, else
:data:`kgraph.resolve.judgements_file.JUDGEMENTS_FILE`."""

LAST_GRAPH = ""
"""In place of the store of an earlier graph: the last build of the store that is written."""


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


class _AppliedJudgements(msgspec.Struct):
    judgements: int = 0  #: the part of a build's report that counts those that it applied


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

    @property
    def is_missing(self) -> bool:
        """Whether the user named a file that does not exist.

        :data:`~kgraph.resolve.judgements_file.JUDGEMENTS_FILE` may be absent in any case.
        """
        if self.path is None or self.path == JUDGEMENTS_FILE or self.may_be_absent:
            return False
        return not self.path.exists()

    def check(self) -> None:
        """Raise InputError if the user named a file that does not exist."""
        if self.is_missing:
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
        raise StoreError(f"{build}: {explain_os_error(error)}") from error


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
    store: str | Path | None,
    judgements: str | Path | None = LAST_JUDGEMENTS,
    *,
    write: bool = False,
    project: ProjectInputs | None = None,
) -> JudgementsChoice:
    """Choose the file of judgements for a store, or for none.

    Args:
        judgements: the file that the user named, :data:`LAST_JUDGEMENTS` for none, None to read
            none.
        write: the file will be written to, so that one that is gone is made again.
        project: the project, whose file is read where the user named none.
    """
    is_unnamed = judgements == LAST_JUDGEMENTS
    if is_unnamed and project:
        judgements = project.judgements
    is_last = is_unnamed and not project
    named = Path(judgements) if judgements else None
    try:
        last = BuildOrigin() if store is None else read_origin(store)
        choice = _choose_last(store, last, write) if is_last else _choose_named(store, last, named)
    except StoreDamagedError as error:
        path = JUDGEMENTS_FILE if is_last else named
        note = f"{error}; using the judgements in {path}" if path else str(error)
        choice = JudgementsChoice(path, (note,))
    own = os.path.realpath(project.judgements) if project else None
    is_own = named is not None and os.path.realpath(named) == own
    return replace(choice, may_be_absent=is_unnamed or is_own)


def _choose_named(
    store: str | Path | None, last: BuildOrigin, named: Path | None
) -> JudgementsChoice:
    is_there = os.path.exists(last.judgements)
    if named and os.path.realpath(named) == last.judgements:
        return JudgementsChoice(named, () if is_there else _describe_loss(store, last))
    if not (last.had_judgements_file and is_there):
        return JudgementsChoice(named)
    outcome = f"using the judgements in {named}" if named else "no judgements are applied"
    return JudgementsChoice(
        named, (f"{outcome}, not those in {last.judgements} as in the last build",)
    )


def _choose_last(store: str | Path | None, last: BuildOrigin, write: bool) -> JudgementsChoice:
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
    if is_default and path.exists():
        return JudgementsChoice(JUDGEMENTS_FILE)
    notes = _describe_loss(store, last, option="" if is_default else f" with --judgements {path}")
    if notes and default.exists():
        notes = (f"using the judgements in {JUDGEMENTS_FILE}: {notes[0]}",)
    return JudgementsChoice(JUDGEMENTS_FILE, notes)


def _describe_loss(
    store: str | Path | None, last: BuildOrigin, option: str = ""
) -> tuple[str, ...]:
    """Return a note if the last build applied judgements of its file, which is gone."""
    if store is None or not last.had_judgements_file:
        return ()
    data = layout.read_report(layout.find_current_build(Path(store)))
    applied = msgspec.json.decode(data, type=_AppliedJudgements).judgements
    lost = f"{last.judgements} is gone, and with it {pluralize(applied, 'judgement')}"
    note = f"{lost} that the last build applied: bring them back into it, and build again{option}"
    return (note,) if applied else ()
