"""Name files of several folders, each by a path that no other file has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple


class FileLocation(NamedTuple):
    """The place where a file was found."""

    root: tuple[str, ...]  #: folders of the root's path, outermost first
    relative_path: str  #: path of the file below the root, with ``/``


def assign_unique_names(locations: Sequence[FileLocation]) -> list[str]:
    """Name each file by its path below its root, with as many of the root's folders as needed.

    A name depends on the set of files alone, not on their order.

    >>> assign_unique_names([FileLocation(("a", "x"), "1.md"), FileLocation(("b", "x"), "1.md")])
    ['a/x/1.md', 'b/x/1.md']
    """
    names = [location.relative_path for location in locations]
    if len(set(names)) == len(names):
        return names
    folder_counts = [0] * len(locations)
    while True:
        names = [
            "/".join((*root[len(root) - count :], relative_path))
            for (root, relative_path), count in zip(locations, folder_counts, strict=True)
        ]
        uses = Counter(names)
        longer = [
            count + (uses[name] > 1 and count < len(location.root))
            for count, name, location in zip(folder_counts, names, locations, strict=True)
        ]
        if longer == folder_counts:
            return names
        folder_counts = longer
