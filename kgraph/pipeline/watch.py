"""Build a graph again whenever its files change.

Files are compared by size, time of change and inode, again and again: a thousand take a few
milliseconds. Events of the file system would be faster, but are lost on network drives, in
containers and where a folder is replaced; and a build waits until the files have settled anyway.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

import msgspec

from kgraph.base.errors import KgraphError, StoreError
from kgraph.base.vocabulary import BASE_IRI
from kgraph.ingest import find_files
from kgraph.ingest.exclude import NO_EXCLUSION, Exclusion
from kgraph.pipeline.build import build
from kgraph.pipeline.report import Report
from kgraph.store import DEFAULT_STORE
from kgraph.store.origin import LAST_JUDGEMENTS, ProjectInputs, choose_exclusion, choose_judgements

DEFAULT_INTERVAL_S = 1.0  #: between two looks at the files


class WatchEvents(msgspec.Struct, frozen=True):
    """Functions to call while files are watched."""

    built: Callable[[Report], None]  #: after each build, also if nothing had changed
    failed: Callable[[Exception], None]  #: when a build is not possible; once for each state


class WatchedInputs(msgspec.Struct, frozen=True):
    """The inputs of a watch's next build, as a project file states them now.

    Attributes:
        paths, base, judgements: as of :func:`~kgraph.pipeline.build.build`.
        exclude: what is left out of the paths.
        files: the project file, and those that it adds: their changes count, too.
        load_project: gives what the project adds.
    """

    paths: Sequence[str | Path]
    base: str
    judgements: str | Path | None
    files: Sequence[Path] = ()
    load_project: Callable[[], ProjectInputs | None] = lambda: None
    exclude: Exclusion = NO_EXCLUSION


def watch(
    paths: Sequence[str | Path],
    store: str | Path = DEFAULT_STORE,
    *,
    events: WatchEvents,
    stop: Event,
    base: str = BASE_IRI,
    judgements: str | Path | None = LAST_JUDGEMENTS,
    project: ProjectInputs | None = None,
    exclude: Exclusion | None = None,
    read_inputs: Callable[[], WatchedInputs] | None = None,
    interval_s: float = DEFAULT_INTERVAL_S,
    sources_only: bool = False,
    workers: int | None = None,
) -> None:
    """Build the graph of the episodes at ``paths``, and again whenever they have changed.

    A build begins when the files look alike twice in a row, so that a save that is half written or
    a checkout under way is not read. A build that is not possible is reported, and tried again when
    the files change: readers keep the last whole graph.

    Args:
        paths, store, base, judgements, project, exclude, workers: as of
            :func:`~kgraph.pipeline.build.build`.
        stop: ends the watch when it is set.
        read_inputs: gives the inputs at each look, where a project file states them; they take the
            place of ``paths``, ``base``, ``judgements``, ``project`` and ``exclude``.
        interval_s: seconds between two looks at the files.
        sources_only: whether only files of episodes are looked at; a build applies the judgements
            as well.
    """
    fixed = WatchedInputs(
        paths, base, judgements, (), lambda: project, choose_exclusion(exclude, project)
    )
    built_state = last_state = failed_state = None
    while True:
        try:
            inputs = read_inputs() if read_inputs else fixed
            wrong: KgraphError | None = None
            state = _observe(inputs, store, project, sources_only)
        except KgraphError as error:  # the project file is half written, for example
            wrong, state = error, (str(error),)
        if state != built_state and state == last_state:
            try:
                if wrong:
                    raise wrong
                report = build(
                    inputs.paths,
                    store,
                    base=inputs.base,
                    judgements=inputs.judgements,
                    project=inputs.load_project(),
                    exclude=inputs.exclude,
                    workers=workers,
                )
            except (KgraphError, OSError) as error:
                # Where another build runs, or the disk is full, it may be possible soon.
                may_pass = isinstance(error, StoreError | OSError)
                built_state = None if may_pass else state
                if state != failed_state:
                    events.failed(error)
                failed_state = state
            else:
                events.built(report)
                built_state = state
        last_state = state
        if stop.wait(interval_s):
            return


def _observe(
    inputs: WatchedInputs,
    store: str | Path,
    project: ProjectInputs | None,
    sources_only: bool,
) -> tuple[object, ...]:
    """Return what tells whether files, judgements or the project have changed."""
    try:
        files = [file.path for file in find_files(inputs.paths, inputs.exclude).files]
        judged = choose_judgements(store, inputs.judgements, project=project).path
    except KgraphError as error:  # a folder is gone, for example
        return (str(error),)
    others = [*([] if sources_only or judged is None else [judged]), *inputs.files]
    return inputs.base, *map(_stat_file, [*files, *map(str, others)])


def _stat_file(path: str) -> tuple[str, int, int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return path, 0, 0, 0
    return path, status.st_size, status.st_mtime_ns, status.st_ino
