"""Find the project file that holds for a folder, or for a store.

It is searched in a folder and those above it; the nearest holds.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import msgspec

from kgraph.base.errors import InputError, StoreDamagedError
from kgraph.project.settings import PROJECT_FILE, ProjectSettings, load_project
from kgraph.store.origin import read_origin

#: Where the project of a command comes from.
ProjectOrigin = Literal["named", "here", "above", "store"]


class ProjectChoice(msgspec.Struct, frozen=True):
    """The project of a command.

    Attributes:
        settings: None for none.
        origin: where its file was found; "" for none.
        note: remark to print; "" for none.
    """

    settings: ProjectSettings | None = None
    origin: ProjectOrigin | Literal[""] = ""
    note: str = ""


def find_project_file(folder: str | Path = ".") -> Path | None:
    """Return the project file in a folder, or in the nearest one above it; None for none."""
    try:
        start = Path(os.path.abspath(folder))
    except FileNotFoundError:  # the current folder was removed
        return None
    paths = (parent / PROJECT_FILE for parent in (start, *start.parents))
    return next((path for path in paths if os.path.exists(path) and not os.path.isdir(path)), None)


def choose_project(
    folder: str | Path = ".", store: str | Path = "", named: str | Path = ""
) -> ProjectChoice:
    """Choose the project of a command.

    That is the one that the user names; else the one that the named store was built from; else the
    nearest above the folder.

    Args:
        folder: where the search begins.
        store: the store that the user names; "" for none.
        named: the project file that the user names, or its folder; "" for none.

    Raises:
        InputError: there is no file of that name.
        DataError: the project file is wrong.
    """
    if str(named):
        path = Path(named)
        path = path / PROJECT_FILE if path.is_dir() else path
        if not os.path.exists(path):
            raise InputError(f"--project {path}: no such file: name a {PROJECT_FILE}")
        return ProjectChoice(load_project(path), "named")
    found = find_project_file(folder)
    settings = load_project(found) if found else None
    note = ""
    if str(store) and (settings is None or not _is_same_path(store, settings.store)):
        file = _read_project_of(store)
        if file and os.path.isfile(file):
            note = f"using the project {file}, from which {store} was built"
            return ProjectChoice(load_project(Path(file)), "store", note)
        if file:
            note = f"the project from which {store} was built is gone: {file}"
    if found is None or settings is None:
        return ProjectChoice(note=note)
    if found.parent == Path(os.path.abspath(folder)):
        return ProjectChoice(settings, "here", note)
    return ProjectChoice(settings, "above", note or f"using the project {found}")


def _is_same_path(first: str | Path, second: str | Path) -> bool:
    return os.path.realpath(first) == os.path.realpath(second)


def _read_project_of(store: str | Path) -> str:
    try:
        return read_origin(store).project
    except StoreDamagedError:  # whatever reads the graph reports it
        return ""
