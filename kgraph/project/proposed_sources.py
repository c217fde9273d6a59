"""Choose the sources of a first project file, and what is left out of them.

Takes names of files relative to one folder, with ``/``; gives the smallest folders that hold all
episodes. Folders of other notes in them are left out: by patterns if they are few, else by naming
the folders and files beside them.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

MAX_SOURCES = 8  #: folders that are named one by one; of more, the folder above is named
MAX_EXCLUDED = 12  #: folders that are left out one by one; of more, those beside them are named

#: Names of folders, in lower case, that hold no episodes where none is found in them, also if no
#: file in them can be read.
_OTHER_FOLDERS = frozenset(
    ("attachments", "_attachments", "daily", "daily notes", "daily-notes", "journal", "journals")
)


class ProposedSource(NamedTuple):
    """A folder with all that is below it, or the files of a pattern that are directly in it."""

    folder: str  #: relative to the folder that is looked at, with ``/``
    pattern: str = ""  #: such as ``*.md``; "" for all

    def has_file(self, name: str) -> bool:
        """Check whether a file is in it, by its name with ``/``."""
        if self.pattern:
            path = PurePosixPath(name)
            return str(path.parent) == self.folder and f"*{path.suffix}" == self.pattern
        return self.folder == "." or name.startswith(f"{self.folder}/")


class ChosenSources(NamedTuple):
    """The sources of a project, and what is left out of them."""

    sources: list[ProposedSource]
    excluded: Sequence[str] = ()  #: folders, which end in ``/``, and files

    def has_file(self, name: str) -> bool:
        """Check whether a file is in a source, and not left out."""
        return _is_in(name, self.sources) and not self.find_excluded(name)

    def find_excluded(self, name: str) -> str:
        """Return what of the excluded a file is, or is in; "" for nothing."""
        items = (i for i in self.excluded if name == i or (i[-1] == "/" and name.startswith(i)))
        return next(items, "")


def _is_in(name: str, sources: Sequence[ProposedSource]) -> bool:
    return any(source.has_file(name) for source in sources)


def propose_sources(
    episodes: Sequence[str],
    others: Sequence[str],
    readable: Sequence[str],
    templates: Collection[str] = (),
) -> ChosenSources:
    """Return the smallest folders that hold all episodes, and what to leave out of them.

    Args:
        episodes: names of files that are episodes, relative to one folder, with ``/``.
        others: names of all other files.
        readable: names of other files that a build would read.
        templates: names of those that are templates.

    >>> propose_sources(["a.md", "shows/b.md"], ["people/c.md"], ["people/c.md"])
    ChosenSources(sources=[ProposedSource(folder='.', pattern='')], excluded=['people/'])
    """
    sources = list(map(ProposedSource, choose_folders(episodes, others)))
    holding = {path for name in episodes for path in PurePosixPath(name).parents}
    foreign = {
        f"{_find_top(PurePosixPath(name), holding)}/"
        for name in (*readable, *filter(_is_in_other_folder, others))
        if _is_in(name, sources) and PurePosixPath(name).parent not in holding
    }
    if len(foreign) > MAX_EXCLUDED:
        parents = {PurePosixPath(name).parent for name in episodes}
        apart = {PurePosixPath(name).parent for name in readable} - parents
        split = [part for source in sources for part in _split(source.folder, episodes, apart)]
        sources, foreign = (split if len(split) <= MAX_SOURCES else sources), set()
    chosen = ChosenSources(sources, sorted(foreign))
    return ChosenSources(sources, sorted(foreign.union(filter(chosen.has_file, templates))))


def _find_top(path: PurePosixPath, holding: Collection[PurePosixPath]) -> PurePosixPath:
    """Return the highest folder above a file that holds no episode."""
    return [parent for parent in path.parents if parent not in holding][-1]


def _is_in_other_folder(name: str) -> bool:
    return not _OTHER_FOLDERS.isdisjoint(PurePosixPath(name.lower()).parts[:-1])


def _split(
    folder: str, episodes: Sequence[str], foreign: Collection[PurePosixPath]
) -> Iterator[ProposedSource]:
    """Yield the sources of the episodes in a folder, without folders that have other notes.

    Args:
        foreign: folders with notes that are no episodes, and with no episode.
    """
    path = PurePosixPath(folder)
    if not any(path in parent.parents for parent in foreign):
        yield ProposedSource(folder)
        return
    below = [name for name in episodes if ProposedSource(folder).has_file(name)]
    direct = [name for name in below if PurePosixPath(name).parent == path]
    for suffix in sorted({PurePosixPath(name).suffix for name in direct}):
        yield ProposedSource(folder, f"*{suffix}")
    depth = len(path.parts)
    children = {PurePosixPath(name).parts[depth] for name in below if name not in direct}
    for child in sorted(children):
        yield from _split(str(path / child), below, foreign)


def choose_folders(episodes: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return the smallest folders that hold all episodes, and few other files.

    Args:
        episodes: names of files that are episodes, relative to one folder, with ``/``.
        others: names of the other files.

    >>> choose_folders(["notes/2024/a.md", "notes/2025/b.md"], ["README.md"])
    ['notes']
    >>> choose_folders(["notes/a.md", "talks/b.md"], ["README.md"])
    ['notes', 'talks']
    >>> choose_folders(["a.md", "talks/b.md"], ["README.md"])
    ['.']
    """
    if not episodes:
        return []
    parents = {PurePosixPath(name).parent for name in episodes}
    common = PurePosixPath(os.path.commonpath([f"/{parent}" for parent in parents])[1:] or ".")
    if common in parents:
        return [str(common)]
    depth = len(common.parts)
    folders = sorted({str(PurePosixPath(*parent.parts[: depth + 1])) for parent in parents})
    inside, apart = ([ProposedSource(str(common))], list(map(ProposedSource, folders)))
    is_apart = any(_is_in(name, inside) and not _is_in(name, apart) for name in others)
    return folders if is_apart and len(folders) <= MAX_SOURCES else [str(common)]
