"""Find folders beside the sources of a project that came after its last build, with episodes.

No build reads them, and `kgraph init` told only of those that were there. The search takes names
and times of files, and reads one file of a new folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice

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
        for folder, notes in islice(_walk(root, project), MAX_SEARCHED_FOLDERS)
        if folder != root
        and notes
        and all(os.path.exists(note) and os.stat(note).st_ctime_ns > built_ns for note in notes)
        and _is_episode(notes[0])
    ]


def _is_episode(file: str) -> bool:
    from kgraph.project.preview import preview_files  # late: most builds find no folder

    return preview_files(find_files(file))[0].kind == "episode"


def describe_new_folders(project: ProjectSettings) -> str:
    """Return a note that names the new folders and what to do; "" if there are none."""
    named = ", ".join(find_new_folders(project))
    return f"note: new, and in no source: {named}: add it to {PROJECT_FILE}" if named else ""


def _walk(root: str, project: ProjectSettings) -> Iterator[tuple[str, list[str]]]:
    """Yield the folders that no source reaches, each with the sorted paths of its notes."""
    left_out = {str(project.store)}
    for source in project.sources:
        fixed, *pattern = GLOB_CHARACTERS.split(source, maxsplit=1)
        left_out.add(os.path.dirname(fixed) if pattern else source)
    if any(f"{root}{os.sep}".startswith(os.path.join(path, "")) for path in left_out):
        return
    exclude = ExclusionMatcher(project.exclude)
    for folder, names, files in os.walk(root):
        is_deep = folder.count(os.sep) - root.count(os.sep) == MAX_DEPTH
        below = [] if is_deep or VAULT_MANIFEST in files else sorted(names)
        paths = [os.path.join(folder, name) for name in below if name[0] != "."]
        names[:] = [
            os.path.basename(path)
            for path in paths
            if path not in left_out and not exclude.matches(root, path, True)
        ]
        notes = [] if VAULT_MANIFEST in files else filter(has_episode_suffix, sorted(files))
        candidates = [os.path.join(folder, name) for name in notes if name[0] != "."]
        yield (
            folder,
            [x for x in candidates if x not in left_out and not exclude.matches(root, x, False)],
        )
