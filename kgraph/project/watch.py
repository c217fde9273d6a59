"""Build a graph again whenever its files change.

Files are compared by size, inode and the times of their last changes (of content, and of anything
else), again and again: a thousand take a few milliseconds. Events of the file system would be
faster, but are lost on network drives, in containers and where a folder is replaced; and a build
waits until the files have settled anyway.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from pathlib import Path
from threading import Event
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from kgraph.base.arguments import (
    DEFAULT_INTERVAL_S,
    MAX_INTERVAL_S,
    MIN_INTERVAL_S,
    check_number,
)
from kgraph.base.errors import InputError, KgraphError, StoreError
from kgraph.base.progress import Progress, ignore_progress
from kgraph.base.vocabulary import BASE_IRI
from kgraph.ingest import find_files
from kgraph.ingest.exclude import Exclusion
from kgraph.ingest.files import read_state
from kgraph.pipeline import Report, build
from kgraph.project.new_folders import describe_new_folders
from kgraph.project.rebuild import BUSY_TIMEOUT_S, build_when_free, load_last_inputs
from kgraph.project.settings import ProjectSettings, load_project
from kgraph.project.settling import AbsenceTimer, ChangeDetector
from kgraph.store import DEFAULT_STORE
from kgraph.store.layout import CURRENT_FILE
from kgraph.store.origin import LAST_JUDGEMENTS, choose_exclusion, choose_judgements

#: Shows the progress of one build while its block runs.
ShowProgress = Callable[[], AbstractContextManager[Progress]]


class WatchedInputs(msgspec.Struct, frozen=True):
    """Inputs of a watch: arguments of :func:`~kgraph.pipeline.build.build`.

    Of these, what is the same as in the project follows the project file when that is edited.

    Attributes:
        project: whose file is read again at each look; None for none.
        exclude: None for what the project leaves out.
        judgements_may_be_absent: whether :data:`~kgraph.store.origin.LAST_JUDGEMENTS` are read
            while the file of judgements is not there.

    Raises:
        InputError: a path is standard input.
    """

    paths: tuple[str, ...]
    base: str = BASE_IRI
    judgements: str | Path | None = LAST_JUDGEMENTS
    project: ProjectSettings | None = None
    exclude: Exclusion | None = None
    judgements_may_be_absent: bool = False

    def __post_init__(self) -> None:
        if "-" in self.paths:
            raise InputError("-: standard input cannot be watched: name files or folders")

    def choose_judgements(self) -> str | Path | None:
        """Return the file of judgements to build with now."""
        is_absent = self.judgements_may_be_absent and not os.path.exists(str(self.judgements))
        return LAST_JUDGEMENTS if is_absent else self.judgements

    def read_project_again(self) -> WatchedInputs:
        """Return the inputs as the project file states them now.

        Raises:
            DataError: it is wrong, or a source in it is not there.
        """
        if (old := self.project) is None:
            return self
        project, paths = load_project(old.file), self.paths
        if paths == old.sources:
            project.check_sources()
            paths = project.sources
        base = project.base if self.base == old.base else self.base
        exclude = None if self.exclude == old.exclude else self.exclude
        return replace(self, paths=paths, base=base, project=project, exclude=exclude)


class WatchedBuild(NamedTuple):
    """A build of a watch."""

    report: Report
    project: ProjectSettings | None  #: as its file was for this build


class _WatchEnded(Exception):
    """A watch was ended while it waited."""


def load_watched_inputs(store: str | Path) -> WatchedInputs:
    """Return what a store's last build was made from, as the inputs of a watch.

    What it took from the project is as the project file states it now. A file of judgements that
    the user named for it is read while it is there.

    Raises:
        InputError: it read standard input, its project is gone, or it is unknown what it read.
        DataError: the project file is wrong.
        StoreError: there is no graph, or it cannot be read.
    """
    origin, base, project = load_last_inputs(store)
    is_named = origin.had_judgements_file and "judgements" not in origin.followed
    return WatchedInputs(
        origin.sources,
        base,
        origin.judgements if is_named else LAST_JUDGEMENTS,
        project,
        origin.exclude,
        judgements_may_be_absent=is_named,
    )


def _hide_progress() -> AbstractContextManager[Progress]:
    return nullcontext(ignore_progress)


def watch(
    inputs: WatchedInputs,
    store: str | Path = DEFAULT_STORE,
    *,
    interval_s: float = DEFAULT_INTERVAL_S,
    sources_only: bool = False,
    workers: int | None = None,
    on_error: Callable[[Exception], None] | None = None,
    on_new_folders: Callable[[str], None] | None = None,
    show_progress: ShowProgress = _hide_progress,
    stop: Event | None = None,
) -> Iterator[WatchedBuild]:
    """Build a graph, and again whenever its files, judgements or project have changed.

    Yields each build, also one that found nothing changed. A build begins when the files look alike
    twice in a row, so that a save that is half written or a checkout under way is not read. If
    another build is writing to the store, that one is waited for, up to a minute. So is a file of
    judgements that is gone, for :data:`~kgraph.project.settling.ABSENCE_S`: it may be being
    replaced. The watch ends when its iterator is closed, as a loop does that is left. A store that
    is removed is built again.

    Args:
        store: folder of the store.
        interval_s: seconds between two looks at the files, from 0.1 to 86,400.
        sources_only: whether changes of the judgements alone start no build; a build applies them,
            and is not possible while the file that the user named for them is gone.
        workers: as of :func:`~kgraph.pipeline.build.build`.
        on_error: called when a build is not possible, once for each state of the files; readers
            keep the last whole graph, and the watch goes on. By default the error is raised.
        on_new_folders: called with a note when a folder with episodes appears beside the sources of
            a project, which no build reads.
        show_progress: makes a context for each build, whose value is called after each step.
        stop: also ends the watch, within ``interval_s``, when another thread sets it.

    Raises:
        InputError: at once, ``interval_s`` is no such number.
        InputError, DataError, StoreError, OSError: a build is not possible, without ``on_error``.
    """
    check_number("interval_s", interval_s, MIN_INTERVAL_S, MAX_INTERVAL_S)
    if sources_only:
        inputs = replace(inputs, judgements_may_be_absent=False)
    return _watch(
        inputs,
        store,
        interval_s=interval_s,
        sources_only=sources_only,
        workers=workers,
        on_error=on_error,
        new_folders=_NewFolders(on_new_folders),
        show_progress=show_progress,
        stop=stop or Event(),
    )


class _NewFolders:
    """Tells of folders that appear beside the sources of a project, once of each."""

    def __init__(self, tell: Callable[[str], None] | None) -> None:
        self._tell = tell
        self._last_note = ""

    def look(self, inputs: WatchedInputs | KgraphError | OSError) -> None:
        """Tell of the new folders, if there are others than at the last look."""
        if self._tell and isinstance(inputs, WatchedInputs) and inputs.project:
            note = ""
            with suppress(KgraphError, OSError):  # a file half written
                note = describe_new_folders(inputs.project)
            if note and note != self._last_note:
                self._tell(note)
            self._last_note = note


def _watch(
    inputs: WatchedInputs,
    store: str | Path,
    *,
    interval_s: float,
    sources_only: bool,
    workers: int | None,
    on_error: Callable[[Exception], None] | None,
    new_folders: _NewFolders,
    show_progress: ShowProgress,
    stop: Event,
) -> Iterator[WatchedBuild]:
    pause_build = partial(_pause, stop, min(interval_s, DEFAULT_INTERVAL_S))
    absence, detector = AbsenceTimer(), ChangeDetector()
    failed_state = None
    has_built = False
    with suppress(_WatchEnded):
        while True:
            current, state = _look(inputs, store, sources_only, absence)
            if has_built and not os.path.exists(Path(store) / CURRENT_FILE):  # it was removed
                detector.known, has_built = None, False
            new_folders.look(current)
            if detector.look(state):
                try:
                    built = _build(current, store, workers, pause_build, show_progress)
                except (KgraphError, OSError) as error:
                    if on_error is None:
                        raise
                    # Where another build still runs, or the disk is full, it may be possible soon.
                    may_pass = isinstance(error, StoreError | OSError)
                    detector.known = None if may_pass else state
                    if state != failed_state:
                        on_error(error)
                    failed_state = state
                else:
                    detector.known, has_built, failed_state = state, True, None
                    yield built
            _pause(stop, interval_s)


def _pause(stop: Event, seconds: float) -> None:
    """Wait for so long.

    Raises:
        _WatchEnded: another thread ended the watch.
    """
    if stop.wait(seconds):
        raise _WatchEnded


def _look(
    inputs: WatchedInputs, store: str | Path, sources_only: bool, absence: AbsenceTimer
) -> tuple[WatchedInputs | KgraphError | OSError, tuple[object, ...]]:
    """Return the inputs as they are now, or what is wrong with them, and the state of the files."""
    try:
        current = inputs.read_project_again()
        return current, _observe(current, store, sources_only, absence)
    except (KgraphError, OSError) as error:  # a project file half written or a folder gone
        return error, (str(error),)


def _build(
    inputs: WatchedInputs | KgraphError | OSError,
    store: str | Path,
    workers: int | None,
    pause: Callable[[], None],
    show_progress: ShowProgress,
) -> WatchedBuild:
    """Build when no other build is writing.

    Args:
        inputs: or what is wrong with them, which is raised.
        pause: as of :func:`~kgraph.project.rebuild.build_when_free`.

    Raises:
        StoreBusyError: another build has been writing for a minute.
    """
    if isinstance(inputs, KgraphError | OSError):
        raise inputs

    def run() -> Report:
        with show_progress() as progress:
            return build(
                inputs.paths,
                store,
                base=inputs.base,
                judgements=inputs.choose_judgements(),
                project=inputs.project.load_inputs() if inputs.project else None,
                exclude=inputs.exclude,
                workers=workers,
                progress=progress,
            )

    report = build_when_free(run, Path(store), BUSY_TIMEOUT_S, pause=pause)
    return WatchedBuild(report, inputs.project)


def _observe(
    inputs: WatchedInputs, store: str | Path, sources_only: bool, absence: AbsenceTimer
) -> tuple[object, ...]:
    """Return what tells whether files, judgements or the project have changed.

    () while the file of judgements is gone for a moment.

    Raises:
        InputError: a path or the file of judgements cannot be used.
    """
    settings = inputs.project
    project = settings.make_inputs() if settings else None
    exclude = choose_exclusion(inputs.exclude, project)
    sources = find_files(inputs.paths, exclude)
    files = [file.path for file in sources.files]
    choice = choose_judgements(store, inputs.choose_judgements(), project=project)
    if absence.is_brief(choice.path, settings.judgements if settings else None):
        return ()
    if choice.path and not sources_only:
        files.append(str(choice.path))
    if settings:
        files += map(str, (settings.file, *settings.lexicon, *settings.identities))
    states = ((file, read_state(file)) for file in files)
    return inputs.base, choice.is_missing, sources.problems, *states
