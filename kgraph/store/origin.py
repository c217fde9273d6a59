"""What the last build of a store was made from: its sources, and its file of judgements.

Takes paths as a build was given them, keeps them absolute in a file beside the build, and says
which file of judgements the next one reads. These paths stand in no other file of a build, so the
same input gives the same bytes wherever it lies.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kgraph.base.checksums import CHECKSUMS_FILE, Checksums
from kgraph.base.errors import StoreDamagedError, StoreError, suggest_fix
from kgraph.base.files import write_durable
from kgraph.resolve.judgements_file import JUDGEMENTS_FILE
from kgraph.store import layout

LAST_JUDGEMENTS = ""
"""In place of a file of judgements: the one that the store's last build read, else
:data:`kgraph.resolve.judgements_file.JUDGEMENTS_FILE`."""


class BuildOrigin(msgspec.Struct, frozen=True):
    """What a build was made from.

    Attributes:
        sources: its files, folders and patterns, absolute; ``-`` for standard input.
        judgements: its file of judgements, absolute; "" for none.
        judged: whether that file was there.
    """

    sources: tuple[str, ...] = ()
    judgements: str = ""
    judged: bool = False


class JudgementsChoice(msgspec.Struct, frozen=True):
    """Which file of judgements is read, and what a person should know of that.

    Attributes:
        path: the file, None for none.
        notes: sentences, such as that the file of the last build is gone.
    """

    path: Path | None
    notes: tuple[str, ...] = ()

    @property
    def output(self) -> Path:
        """The file that a judgement is written to."""
        return self.path or JUDGEMENTS_FILE


def make_origin(paths: Sequence[str | Path], judgements: Path | None) -> BuildOrigin:
    """The origin of a build of these paths with that file of judgements."""
    sources = tuple(str(path) if str(path) == "-" else os.path.abspath(path) for path in paths)
    file = os.path.realpath(judgements) if judgements else ""
    return BuildOrigin(sources, file, bool(judgements and judgements.exists()))


def write_origin(build: Path, origin: BuildOrigin) -> None:
    """Keep the origin of a build in its folder.

    Raises:
        StoreError: the folder cannot be written.
    """
    try:
        write_durable(build / layout.ORIGIN_FILE, msgspec.json.encode(origin))
    except OSError as error:
        raise StoreError(
            f"{build}: {error.strerror}: {suggest_fix(error)}; the last whole graph still answers"
        ) from error


def read_origin(store: str | Path) -> BuildOrigin:
    """The origin of a store's last build; an empty one where there is no build.

    Raises:
        StoreDamagedError: the build is damaged.
    """
    try:
        build = layout.find_current_build(Path(store))
        if not (build / CHECKSUMS_FILE).exists():  # of another layout
            return BuildOrigin()
        return msgspec.json.decode(Checksums(build).read_file(layout.ORIGIN_FILE), type=BuildOrigin)
    except StoreDamagedError:
        raise
    except (StoreError, msgspec.MsgspecError):
        return BuildOrigin()


def choose_judgements(
    store: str | Path, judgements: str | Path | None = LAST_JUDGEMENTS, *, write: bool = False
) -> JudgementsChoice:
    """Which file of judgements holds for a store.

    Args:
        store: its folder.
        judgements: the file that was named, :data:`LAST_JUDGEMENTS` for none, None to read none.
        write: the file is to be written to, so that one that is gone is made again.
    """
    try:
        last = read_origin(store)
    except StoreDamagedError as error:
        file = JUDGEMENTS_FILE if str(judgements) == LAST_JUDGEMENTS else judgements
        said = f"{error}; judgements are those of {file}" if file else str(error)
        return JudgementsChoice(Path(file) if file else None, (said,))
    if judgements is None:
        return JudgementsChoice(None, _note_unread(last, "no judgements are applied"))
    if str(judgements) != LAST_JUDGEMENTS:
        named = Path(judgements)
        same = os.path.realpath(named) == last.judgements
        return JudgementsChoice(
            named, () if same else _note_unread(last, f"judgements are those of {named}")
        )
    return _choose_last(last, write)


def _choose_last(last: BuildOrigin, write: bool) -> JudgementsChoice:
    here = Path(os.path.realpath(JUDGEMENTS_FILE))
    file = Path(last.judgements) if last.judgements else here
    if file == here:
        gone = last.judged and not file.exists()
        return JudgementsChoice(
            JUDGEMENTS_FILE, _note_missing(file, "no judgements are applied") if gone else ()
        )
    if file.exists() or (
        write and (last.judged or not here.exists()) and _has_project_folder(file)
    ):
        also = (
            f"; {JUDGEMENTS_FILE} here is not read: name it with --judgements"
            if here.exists()
            else ""
        )
        return JudgementsChoice(
            file, (f"judgements are those of {file}, as at the last build{also}",)
        )
    if not last.judged:
        return JudgementsChoice(JUDGEMENTS_FILE)
    instead = (
        f"judgements are those of {JUDGEMENTS_FILE}"
        if here.exists()
        else "no judgements are applied"
    )
    return JudgementsChoice(JUDGEMENTS_FILE, _note_missing(file, instead))


def _has_project_folder(file: Path) -> bool:
    """Whether the project is still there in which the file would be made."""
    return file.parent.parent.is_dir()


def _note_missing(file: Path, instead: str) -> tuple[str, ...]:
    return (f"{instead}: the file of the last build is gone: {file}",)


def _note_unread(last: BuildOrigin, words: str) -> tuple[str, ...]:
    """That the file of the last build is not read, if it had one that is still there."""
    if not last.judged or not Path(last.judgements).exists():
        return ()
    return (f"{words}, not those of {last.judgements} as at the last build",)
