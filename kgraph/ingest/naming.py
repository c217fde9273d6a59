"""Names of files that are unique over several roots.

Takes where each file was found, gives its name: the path below its root, and before it as
many of the root's own folders as it takes to tell it from the others. A name depends on
the set of files alone, not on their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple


class Candidate(NamedTuple):
    """Where a file was found.

    Attributes:
        root: folders of the root's path, outermost first.
        below: path of the file below the root, with ``/``.
    """

    root: tuple[str, ...]
    below: str


def unique_names(candidates: Sequence[Candidate]) -> list[str]:
    """A name for each, in the same order.

    >>> unique_names([Candidate(("a", "x"), "1.md"), Candidate(("b", "x"), "1.md")])
    ['a/x/1.md', 'b/x/1.md']
    """
    folders = [0] * len(candidates)
    while True:
        names = [_name(*each) for each in zip(candidates, folders, strict=True)]
        count = Counter(names)
        longer = [
            number + (count[name] > 1 and number < len(candidate.root))
            for number, name, candidate in zip(folders, names, candidates, strict=True)
        ]
        if longer == folders:
            return names
        folders = longer


def _name(candidate: Candidate, folders: int) -> str:
    kept = candidate.root[len(candidate.root) - folders :]
    return "/".join((*kept, candidate.below))
