"""Names of files that are unique over several roots.

Takes where each file was found, gives its name: the path below its root, and before it as
many of the root's own folders as it takes to tell it from the others. A name depends on
the set of files alone, not on their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple


class FileLocation(NamedTuple):
    """Where a file was found.

    Attributes:
        root: folders of the root's path, outermost first.
        below: path of the file below the root, with ``/``.
    """

    root: tuple[str, ...]
    relative_path: str


def assign_unique_names(candidates: Sequence[FileLocation]) -> list[str]:
    """A name for each, in the same order.

    >>> assign_unique_names([FileLocation(("a", "x"), "1.md"), FileLocation(("b", "x"), "1.md")])
    ['a/x/1.md', 'b/x/1.md']
    """
    folders = [0] * len(candidates)
    while True:
        names = [_join_name(*each) for each in zip(candidates, folders, strict=True)]
        count = Counter(names)
        longer = [
            number + (count[name] > 1 and number < len(candidate.root))
            for number, name, candidate in zip(folders, names, candidates, strict=True)
        ]
        if longer == folders:
            return names
        folders = longer


def _join_name(candidate: FileLocation, folders: int) -> str:
    kept = candidate.root[len(candidate.root) - folders :]
    return "/".join((*kept, candidate.relative_path))
