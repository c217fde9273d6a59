"""Choose the earlier graph whose ids a build forwards.

It is an input of the build, as its files are: the same files and the same earlier graph give the
same bytes, and so does a build without one.
"""

from __future__ import annotations

from pathlib import Path

from kgraph.base.errors import InputError, StoreError
from kgraph.store.origin import LAST_GRAPH
from kgraph.store.reader import Store
from kgraph.store.writer import BuildWriter


def choose_previous(
    previous: str | Path | None, writer: BuildWriter, last: Store | None = None
) -> tuple[Store | None, tuple[str, ...]]:
    """Open the earlier graph of a build; return it, and notes to print.

    Args:
        previous: the store that the user named, :data:`~kgraph.store.origin.LAST_GRAPH` for none,
            None for no graph.
        last: the last build, where it is open already.

    Raises:
        InputError: the named graph has another base.
        StoreError: the named graph cannot be read.
    """
    if previous is None:
        return None, ()
    if previous != LAST_GRAPH:
        store = Store(previous)
        if store.meta.base != writer.base:
            raise InputError(
                f"{previous}: its IRIs begin with {store.meta.base}, not with {writer.base}: "
                "build with that --base, or name another --previous"
            )
        return store, ()
    if not writer.last_build:
        return None, ()
    try:
        store = last or Store(writer.store, writer.last_build)
    except StoreError as error:  # the next build of a store must not fail for this
        return None, (describe_failure(error),)
    if store.meta.base != writer.base:
        return None, (
            describe_failure(f"the base is another, its IRIs begin with {store.meta.base}"),
        )
    return store, ()


def describe_failure(why: object) -> str:
    """Return a note on an earlier graph whose ids are not forwarded."""
    return f"no IRIs of the last build are forwarded: {why}"
