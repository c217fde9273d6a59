"""Commands that remove the judgements of which ``why-not`` tells."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from kgraph.base.errors import KgraphError, StoreError
from kgraph.base.text import shorten_path
from kgraph.resolve.judgement import Judgement, format_undo_command
from kgraph.resolve.judgements_file import load_judgements
from kgraph.store.origin import read_build_origin
from kgraph.views.open_graph import OpenGraph


def find_judgements_file(graph: OpenGraph, *, show_folders: bool) -> str:
    """Return the file of judgements that the build read; "" if it is unknown or not to be shown.

    Args:
        show_folders: whether it may be outside of the current folder: clients of a server must not
            learn of its folders.
    """
    try:
        file = read_build_origin(graph.store.build).judgements
    except StoreError:
        return ""
    path = shorten_path(Path(file)) if file else ""
    return path if show_folders or not os.path.isabs(path) else ""


def list_undo_commands(graph: OpenGraph, judgements: Iterable[Judgement], file: str) -> list[str]:
    """Return the commands that remove judgements; the last line goes first, for the numbers.

    Their lines are those that they have in the file by now; one that is gone from it has no
    command, as the next build takes it back.

    Args:
        file: as :func:`find_judgements_file` returns it.
    """
    lines = {judgement.without_line(): judgement.line for judgement in judgements}
    with suppress(KgraphError, OSError):
        if source := read_build_origin(graph.store.build).judgements:
            written = {each.without_line(): each.line for each in load_judgements(Path(source))}
            lines = {judgement: written[judgement] for judgement in lines if judgement in written}
    return [format_undo_command(line, file) for line in sorted({*lines.values()}, reverse=True)]
