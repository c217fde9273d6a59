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

from kgraph.base.checksums import CHECKSUMS, Checksums
from kgraph.base.errors import StoreDamagedError, StoreError, next_move
from kgraph.resolve.judgements_file import FILE
from kgraph.store import layout

REMEMBERED = ""
"""In place of a file of judgements: the one that the store's last build read, else
:data:`kgraph.resolve.judgements_file.FILE`."""


class Origin(msgspec.Struct, frozen=True):
    """What a build was made from.

    Attributes:
        sources: its files, folders and patterns, absolute; ``-`` for standard input.
        judgements: its file of judgements, absolute; "" for none.
        judged: whether that file was there.
    """

    sources: tuple[str, ...] = ()
    judgements: str = ""
    judged: bool = False


class Choice(msgspec.Struct, frozen=True):
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
        return self.path or FILE


def origin_of(paths: Sequence[str | Path], judgements: Path | None) -> Origin:
    """The origin of a build of these paths with that file of judgements."""
    sources = tuple(str(path) if str(path) == "-" else os.path.abspath(path) for path in paths)
    file = os.path.realpath(judgements) if judgements else ""
    return Origin(sources, file, bool(judgements and judgements.exists()))


def write_origin(build: Path, origin: Origin) -> None:
    """Keep the origin of a build in its folder.

    Raises:
        StoreError: the folder cannot be written.
    """
    try:
        layout.write_synced(build / layout.ORIGIN, msgspec.json.encode(origin))
    except OSError as error:
        raise StoreError(
            f"{build}: {error.strerror}: {next_move(error)}; the last whole graph still answers"
        ) from error


def read_origin(store: str | Path) -> Origin:
    """The origin of a store's last build; an empty one where there is no build.

    Raises:
        StoreDamagedError: the build is damaged.
    """
    try:
        build = layout.current_build(Path(store))
        if not (build / CHECKSUMS).exists():  # of another layout
            return Origin()
        return msgspec.json.decode(Checksums(build).read(layout.ORIGIN), type=Origin)
    except StoreDamagedError:
        raise
    except (StoreError, msgspec.MsgspecError):
        return Origin()


def choose_judgements(
    store: str | Path, judgements: str | Path | None = REMEMBERED, *, write: bool = False
) -> Choice:
    """Which file of judgements holds for a store.

    Args:
        store: its folder.
        judgements: the file that was named, :data:`REMEMBERED` for none, None to read none.
        write: the file is to be written to, so that one that is gone is made again.
    """
    try:
        last = read_origin(store)
    except StoreDamagedError as error:
        file = FILE if str(judgements) == REMEMBERED else judgements
        said = f"{error}; judgements are those of {file}" if file else str(error)
        return Choice(Path(file) if file else None, (said,))
    if judgements is None:
        return Choice(None, _instead(last, "no judgements are applied"))
    if str(judgements) != REMEMBERED:
        named = Path(judgements)
        same = os.path.realpath(named) == last.judgements
        return Choice(named, () if same else _instead(last, f"judgements are those of {named}"))
    return _remembered(last, write)


def _remembered(last: Origin, write: bool) -> Choice:
    here = Path(os.path.realpath(FILE))
    file = Path(last.judgements) if last.judgements else here
    if file == here:
        gone = last.judged and not file.exists()
        return Choice(FILE, _gone(file, "no judgements are applied") if gone else ())
    if file.exists() or (write and (last.judged or not here.exists()) and _has_place(file)):
        also = f"; {FILE} here is not read: name it with --judgements" if here.exists() else ""
        return Choice(file, (f"judgements are those of {file}, as at the last build{also}",))
    if not last.judged:
        return Choice(FILE)
    instead = f"judgements are those of {FILE}" if here.exists() else "no judgements are applied"
    return Choice(FILE, _gone(file, instead))


def _has_place(file: Path) -> bool:
    """Whether the project is still there in which the file would be made."""
    return file.parent.parent.is_dir()


def _gone(file: Path, instead: str) -> tuple[str, ...]:
    return (f"{instead}: the file of the last build is gone: {file}",)


def _instead(last: Origin, words: str) -> tuple[str, ...]:
    """That the file of the last build is not read, if it had one that is still there."""
    if not last.judged or not Path(last.judgements).exists():
        return ()
    return (f"{words}, not those of {last.judgements} as at the last build",)
