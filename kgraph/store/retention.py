"""Remove the builds of a store that nobody needs any more.

The current build stays and the one before, which a reader may have open. What a kill leaves of the
others is recognized by its name.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kgraph.base.files import remove_abandoned_drafts
from kgraph.store import layout


def remove_leftovers(store: Path) -> None:
    """Remove what killed builds left in a store, unless a build is running."""
    remove_abandoned_drafts(store, f".{layout.CURRENT_FILE}-")
    if not any(_list_others(store, _choose_kept(store, layout.find_current_build(store).name))):
        return
    import filelock  # takes 8 ms, and few builds are killed

    with (
        suppress(OSError),  # also filelock.Timeout, a TimeoutError
        filelock.FileLock(store / layout.LOCK_FILE, timeout=0),
    ):
        remove_old_builds(store, layout.find_current_build(store).name)


def remove_old_builds(store: Path, current: str) -> None:
    """Remove all builds but the current one and the one before.

    Args:
        current: name of the current build; "" to keep none.
    """
    remove_other_builds(store, _choose_kept(store, current))


def _choose_kept(store: Path, current: str) -> set[str]:
    builds = layout.list_builds(store)
    older = [
        b.name for b in builds if current and int(b.name) < int(current) and layout.is_build(b)
    ]
    return {current, *older[-1:]}


def remove_other_builds(store: Path, keep: set[str]) -> None:
    """Remove builds, and the folders of those that were being made or removed.

    Args:
        keep: names of the builds that stay.
    """
    for folder in _list_others(store, keep):
        if folder.name.endswith(layout.PARTIAL_SUFFIX):
            shutil.rmtree(folder, ignore_errors=True)
        else:
            remove_build(folder)


def _list_others(store: Path, keep: set[str]) -> Iterator[Path]:
    """Yield the folders that :func:`remove_other_builds` removes."""
    with suppress(OSError):
        for folder in sorted((store / layout.BUILDS_FOLDER).iterdir(), reverse=True):
            number = folder.name.removesuffix(layout.PARTIAL_SUFFIX)
            is_partial = number != folder.name and layout.is_build_number(number)
            if (is_partial and not folder.is_symlink()) or (
                folder.name not in keep and layout.is_build(folder)
            ):
                yield folder


def remove_build(build: Path) -> None:
    """Remove a build: for readers at once; what a kill leaves is recognized by its name."""
    partial = build.with_name(build.name + layout.PARTIAL_SUFFIX)
    with suppress(OSError):  # a reader has it open (on Windows): the next build tries again
        shutil.rmtree(build.rename(partial), ignore_errors=True)
