"""Build a store again from what its last build was made from, such as after a judgement."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from kgraph.base.errors import InputError, StoreBusyError
from kgraph.base.progress import Progress, ignore_progress
from kgraph.ingest.files import source_exists
from kgraph.pipeline import Report, build
from kgraph.project.settings import ProjectSettings, load_project
from kgraph.store import Store
from kgraph.store.layout import LOCK_FILE
from kgraph.store.origin import LAST_JUDGEMENTS, BuildOrigin, read_origin
from kgraph.store.writer import acquire_lock

BUSY_TIMEOUT_S = 60.0  #: to wait for another build of the store
_PAUSE_S = 0.05  #: between two looks at it

_ADVICE = "build again with `kgraph build PATH...`"


def load_origin_project(store: str | Path) -> ProjectSettings | None:
    """Load the project that a store was built from; None if there was none, or its file is gone.

    Raises:
        DataError: the project file is wrong.
    """
    file = read_origin(store).project
    return load_project(Path(file)) if file and os.path.isfile(file) else None


class LastInputs(NamedTuple):
    """Inputs from which a store is built again."""

    origin: BuildOrigin  #: sources and exclusion as the project states them now, if they follow it
    base: str  #: base of the instances' IRIs, likewise
    project: ProjectSettings | None  #: as its file is now


def load_last_inputs(store: str | Path) -> LastInputs:
    """Return what a store is built from again.

    Raises:
        InputError: the last build read standard input, its project is gone, or it is unknown what
            it read.
        DataError: the project file is wrong.
        StoreError: there is no graph, or it cannot be read.
    """
    base = Store(store).meta.base
    origin = read_origin(store)
    check_origin(store, origin)
    project = load_origin_project(store)
    if project is None:
        return LastInputs(origin, base, None)
    now = {"sources": project.sources, "exclude": project.exclude}
    followed = {name: now[name] for name in origin.followed if name in now}
    base = project.base if "base" in origin.followed else base
    return LastInputs(replace(origin, **followed), base, project)


def rebuild_store(
    store: str | Path,
    *,
    judgements: str | Path = LAST_JUDGEMENTS,
    project: ProjectSettings | None = None,
    progress: Progress = ignore_progress,
    busy_timeout_s: float = BUSY_TIMEOUT_S,
) -> Report:
    """Build a store again: only what changed since its last build is done again.

    The files, what is left out of them, the base of the IRIs and the project are those of its last
    build; what that took from the project file is as the file states it now. If another build is
    writing to it, that one is waited for.

    Args:
        judgements: file of judgements; by default that of the project or of the last build.
        project: the project, if it was opened already.
        busy_timeout_s: seconds to wait for another build.

    Raises:
        InputError: the last build read standard input, its files are gone, or it is unknown what
            it read.
        DataError: lexicon, ontology, judgements or the project file are wrong.
        StoreError: there is no graph, or it cannot be written.
    """
    origin, base, origin_project = load_last_inputs(store)
    if origin_project and "sources" in origin.followed:
        origin_project.check_sources()
    _check_sources(store, origin)
    project = project or origin_project
    inputs = project.load_inputs() if project else None

    def run() -> Report:
        return build(
            origin.sources,
            store,
            base=base,
            judgements=judgements,
            project=inputs,
            exclude=origin.exclude,
            progress=progress,
        )

    return build_when_free(run, Path(store), busy_timeout_s)


def build_when_free(
    run: Callable[[], Report],
    store: Path,
    busy_timeout_s: float,
    *,
    pause: Callable[[], None] = lambda: time.sleep(_PAUSE_S),
) -> Report:
    """Build when no other build is writing to the store, and again if one was faster meanwhile.

    Args:
        run: the build.
        busy_timeout_s: seconds to wait for another build.
        pause: called between two looks whether another build is writing; it may raise to give up.

    Raises:
        StoreBusyError: another build has been writing for so long.
    """
    deadline = time.monotonic() + busy_timeout_s
    while True:
        try:
            if (store / LOCK_FILE).exists():  # else the first build makes the folder
                acquire_lock(store).release()  # or all would be read in vain
            return run()
        except StoreBusyError:
            if time.monotonic() > deadline:
                raise
        pause()


def check_origin(store: str | Path, origin: BuildOrigin) -> None:
    """Check that what a store's last build read can be read again.

    Raises:
        InputError: it read standard input, its project is gone, or it is unknown what it read.
    """
    if not origin.sources:
        raise InputError(f"{store}: it is unknown what its last build read: {_ADVICE}")
    if "-" in origin.sources:
        raise InputError(f"{store}: its last build read standard input: {_ADVICE}")
    if origin.project and not os.path.isfile(origin.project):
        raise InputError(f"{origin.project}: the project of {store} is gone: {_ADVICE}")


def _check_sources(store: str | Path, origin: BuildOrigin) -> None:
    for source in origin.sources:
        if not source_exists(source):
            raise InputError(f"{source}: gone, and the last build of {store} read it: {_ADVICE}")
