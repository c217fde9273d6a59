"""The parts of a parsed document and where each stands, found by JSON Pointer (RFC 6901).

Takes the parts one by one, each below another; gives the place of the nearest part that a
pointer leads to. No pointer is kept: under keys as long as its file a document of 4 MB has
pointers of many gigabytes.
"""

from __future__ import annotations

from functools import cached_property
from typing import Generic, TypeVar

from kgraph.ingest.yaml_positions import build_pointer, parse_pointer

Position = TypeVar("Position")

ROOT = 0
"""Number of the part that is the whole document."""


class PositionTree(Generic[Position]):
    """Parts of a document by number, each with its place; memory is linear in the parts.

    Args:
        place: where the document begins.
    """

    def __init__(self, place: Position) -> None:
        self._numbers: dict[tuple[int, str], int] = {}  # parent and step -> part, in order
        self._positions = [place]

    def add_child(self, parent: int, step: str, place: Position) -> int:
        """Add the part that a step leads to, unless it is there already; return its number."""
        number = self._numbers.setdefault((parent, step), len(self._positions))
        if number == len(self._positions):
            self._positions.append(place)
        return number

    def set_child(self, parent: int, step: str, place: Position) -> int:
        """Add the part that a step leads to, or put it in another place; return its number."""
        number = self._numbers.setdefault((parent, step), len(self._positions))
        if number == len(self._positions):
            self._positions.append(place)
        else:
            self._positions[number] = place
        return number

    def find_nearest(self, pointer: str) -> int:
        """Return the nearest part that a pointer leads to."""
        number = ROOT
        for step in parse_pointer(pointer):
            below = self._numbers.get((number, step))
            if below is None:
                break
            number = below
        return number

    def position(self, number: int) -> Position:
        """Return where a part stands."""
        return self._positions[number]

    def pointer_to(self, number: int) -> str:
        """Return the JSON Pointer of a part, as far as it is told, when all parts are added.

        >>> tree = PositionTree((1, 1))
        >>> tree.pointer_to(tree.add_child(tree.add_child(ROOT, "rows", (2, 1)), "0", (3, 1)))
        '/rows/0'
        """
        path = []
        while number != ROOT:
            number, step = self._parents[number - 1]
            path.append(step)
        return build_pointer(reversed(path))

    @cached_property
    def _parents(self) -> list[tuple[int, str]]:
        """Of each part but the first, its parent and the step that leads to it."""
        return list(self._numbers)
