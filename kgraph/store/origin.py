"""Remember what a store's last build was made from, and choose the file of judgements.

The paths of a build are kept, absolute, in a file of their own beside it: in its other files the
same input gives the same bytes wherever it is.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kgraph.base.checksums import CHECKSUMS_FILE, Checksums
from kgraph.base.errors import StoreDamagedError, StoreError, suggest_fix
from kgraph.base.files import open_durable
from kgraph.resolve.judgements_file import JUDGEMENTS_FILE
from kgraph.store import layout

LAST_JUDGEMENTS = ""
"""In place of a file of judgements: the one that the store's last build read, else
:data:`kgraph.resolve.judgements_file.JUDGEMENTS_FILE`."""

_NO_JUDGEMENTS = "no judgements are applied"


class BuildOrigin(msgspec.Struct, frozen=True):
    """The inputs of a build."""

    sources: tuple[str, ...] = ()  #: files, folders and patterns, absolute; ``-`` for stdin
    judgements: str = ""  #: file of judgements, absolute; "" for none
    judged: bool = False  #: whether that file existed


class JudgementsChoice(msgspec.Struct, frozen=True):
    """Which file of judgements is read."""

    path: Path | None  #: None for none
    notes: tuple[str, ...] = ()  #: warnings to print

    @property
    def output(self) -> Path:
        """The file that a judgement is written to."""
        return self.path or JUDGEMENTS_FILE


def make_origin(paths: Sequence[str | Path], judgements: Path | None) -> BuildOrigin:
    """Return the origin of a build of these paths with that file of judgements."""
    sources = tuple(str(path) if str(path) == "-" else os.path.abspath(path) for path in paths)
    file = os.path.realpath(judgements) if judgements else ""
    return BuildOrigin(sources, file, bool(judgements and judgements.exists()))


def write_origin(build: Path, origin: BuildOrigin) -> None:
    try:
        with open_durable(build / layout.ORIGIN_FILE) as file:
            file.write(msgspec.json.encode(origin))
    except OSError as error:
        raise StoreError(
            f"{build}: {error.strerror}: {suggest_fix(error)}; "
            "readers still see the last complete graph"
        ) from error


def read_origin(store: str | Path) -> BuildOrigin:
    """Read the origin of a store's last build; an empty one if it has none that can be read."""
    try:
        build = layout.find_current_build(Path(store))
        if not (build / CHECKSUMS_FILE).exists():  # of another layout
            return BuildOrigin()
        return msgspec.json.decode(Checksums(build).read_file(layout.ORIGIN_FILE), type=BuildOrigin)
    except StoreDamagedError:
        raise
    except (StoreError, msgspec.MsgspecError):
        return BuildOrigin()  # the first build of a store must not fail for this


def choose_judgements(
    store: str | Path, judgements: str | Path | None = LAST_JUDGEMENTS, *, write: bool = False
) -> JudgementsChoice:
    """Choose the file of judgements for a store.

    Args:
        judgements: the file that the user named, :data:`LAST_JUDGEMENTS` for none, None to read
            none.
        write: the file will be written to, so that one that is gone is made again.
    """
    try:
        last = read_origin(store)
    except StoreDamagedError as error:
        path = JUDGEMENTS_FILE if str(judgements) == LAST_JUDGEMENTS else judgements
        note = f"{error}; using the judgements in {path}" if path else str(error)
        return JudgementsChoice(Path(path) if path else None, (note,))
    if str(judgements) == LAST_JUDGEMENTS:
        return _choose_last(last, write)
    named = None if judgements is None else Path(judgements)
    is_unread = last.judged and Path(last.judgements).exists()
    if not is_unread or (named and os.path.realpath(named) == last.judgements):
        return JudgementsChoice(named)
    outcome = f"using the judgements in {named}" if named else _NO_JUDGEMENTS
    return JudgementsChoice(
        named, (f"{outcome}, not those in {last.judgements} as in the last build",)
    )


def _choose_last(last: BuildOrigin, write: bool) -> JudgementsChoice:
    default = Path(os.path.realpath(JUDGEMENTS_FILE))
    path = Path(last.judgements) if last.judgements else default
    is_default = path == default
    if not is_default:
        has_project = path.parent.parent.is_dir()
        will_be_made = write and has_project and (last.judged or not default.exists())
        if path.exists() or will_be_made:
            note = f"using the judgements in {path}, as in the last build"
            if default.exists():
                note += f"; {JUDGEMENTS_FILE} here is not read: name it with --judgements"
            return JudgementsChoice(path, (note,))
    if not last.judged or (is_default and path.exists()):
        return JudgementsChoice(JUDGEMENTS_FILE)
    outcome = _NO_JUDGEMENTS
    if not is_default and default.exists():
        outcome = f"using the judgements in {JUDGEMENTS_FILE}"
    return JudgementsChoice(
        JUDGEMENTS_FILE, (f"{outcome}: the file of the last build is gone: {path}",)
    )
