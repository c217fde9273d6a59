"""Find folders beside the sources of a project that came after its last build, with episodes.

No build reads them, and `kgraph init` told only of those that were there. The search takes names
and times of files, and reads one file of a new folder: less than a millisecond for most projects.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator

from kgraph.ingest.exclude import ExclusionMatcher
from kgraph.ingest.files import GLOB_CHARACTERS, VAULT_MANIFEST, find_files, has_episode_suffix
from kgraph.project.settings import PROJECT_FILE, ProjectSettings
from kgraph.store.layout import CURRENT_FILE

MAX_DEPTH = 2  #: folders below that of the project file
MAX_SEARCHED_FOLDERS = 100


def find_new_folders(project: ProjectSettings) -> list[str]:
    """Return the folders whose files all came after the last build, relative to the project file.

    The first file of each looks like notes of an episode. None before the first build.
    """
    try:
        built_ns = (project.store / CURRENT_FILE).stat().st_ctime_ns
    except OSError:
        return []
    root = str(project.file.parent)
    return [
        os.path.relpath(folder, root).replace(os.sep, "/")
        for folder, file in _search(root, project, built_ns)
        if _is_episode(file)
    ]


def describe_new_folders(project: ProjectSettings) -> str:
    """Return a note that names the new folders and what to do; "" if there are none."""
    named = ", ".join(find_new_folders(project))
    return f"note: new, and in no source: {named}: add it to {PROJECT_FILE}" if named else ""


def _is_episode(file: str) -> bool:
    from kgraph.project.preview import preview_files  # late: most builds find no folder

    return preview_files(find_files(file))[0].kind == "episode"


def _list_left_out(project: ProjectSettings) -> set[str]:
    """Return the store, the sources, and the folders in which patterns are looked for."""
    left_out = {str(project.store)}
    for source in project.sources:
        fixed, *pattern = GLOB_CHARACTERS.split(source, maxsplit=1)
        left_out.add(os.path.dirname(fixed) if pattern else source)
    return left_out


def _search(root: str, project: ProjectSettings, built_ns: int) -> Iterator[tuple[str, str]]:
    """Yield the folders whose notes are all new, each with the path of its first note."""
    left_out, exclude = _list_left_out(project), ExclusionMatcher(project.exclude)
    is_source = any(f"{root}{os.sep}".startswith(os.path.join(path, "")) for path in left_out)
    folders = deque([] if is_source else [(root, 0)])
    searched = 0
    while folders and searched < MAX_SEARCHED_FOLDERS:
        folder, depth = folders.popleft()
        searched += 1
        notes: list[str] = []
        below: list[str] = []
        is_new = depth > 0
        for entry in _scan(folder):
            may_be_note = has_episode_suffix(entry.name)
            if (may_be_note and not is_new) or entry.path in left_out:
                continue
            is_folder = entry.is_dir(follow_symlinks=False)
            if exclude.matches(root, entry.path, is_folder):
                continue
            if is_folder:
                below.append(entry.path)
            elif may_be_note and entry.is_file():
                notes.append(entry.path)
                is_new = entry.stat().st_ctime_ns > built_ns
        if depth < MAX_DEPTH:
            folders.extend((path, depth + 1) for path in sorted(below))
        if is_new and notes:
            yield folder, min(notes)


def _scan(folder: str) -> list[os.DirEntry[str]]:
    """Return the entries of a folder that are not hidden; none of an exported vault."""
    try:
        with os.scandir(folder) as found:
            entries = list(found)
    except OSError:
        return []
    if any(entry.name == VAULT_MANIFEST for entry in entries):
        return []
    return [entry for entry in entries if entry.name[0] != "."]
