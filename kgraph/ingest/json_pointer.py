"""JSON Pointers (RFC 6901), and a tree that finds the position of a pointer in a document."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Generic, TypeVar

from kgraph.ingest import limits

Position = TypeVar("Position")

ROOT = 0  #: number of the node that is the whole document


def parse_pointer(pointer: str) -> list[str]:
    """Split a JSON Pointer into its reference tokens, unescaped (RFC 6901, section 3).

    >>> parse_pointer("/a~1b/0")
    ['a/b', '0']
    """
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def pointer_token(step: str | int) -> str:
    """Escape a key or an index as a reference token, with its slash."""
    return "/" + str(step).replace("~", "~0").replace("/", "~1")


def build_pointer(path: Iterable[str | int]) -> str:
    """Build the JSON Pointer of a path, cut after ``limits.MAX_POINTER_CHARS``.

    >>> build_pointer(["rows", 0, "a/b"])
    '/rows/0/a~1b'
    """
    pointer = ""
    for step in path:
        if len(pointer) > limits.MAX_POINTER_CHARS:
            break
        pointer += pointer_token(
            step[: limits.MAX_POINTER_CHARS + 1] if isinstance(step, str) else step
        )
    return pointer


class PositionTree(Generic[Position]):
    """The nodes of a document by number, each with its position.

    Memory is linear in the nodes. No pointers are kept: where keys are as long as their file, a
    document of 4 MB has pointers of many gigabytes.

    Args:
        position: where the document begins.
    """

    def __init__(self, position: Position) -> None:
        self._numbers: dict[tuple[int, str], int] = {}  # parent and step -> node, in order
        self._positions = [position]

    def add_child(self, parent: int, step: str, position: Position) -> int:
        """Add a node unless it exists; return its number."""
        number = self._numbers.setdefault((parent, step), len(self._positions))
        if number == len(self._positions):
            self._positions.append(position)
        return number

    def set_child(self, parent: int, step: str, position: Position) -> int:
        """Add a node, or change its position; return its number."""
        number = self.add_child(parent, step, position)
        self._positions[number] = position
        return number

    def find_nearest(self, pointer: str) -> int:
        """Return the number of the deepest node on the path of a pointer."""
        number = ROOT
        for step in parse_pointer(pointer):
            child = self._numbers.get((number, step))
            if child is None:
                break
            number = child
        return number

    def position(self, number: int) -> Position:
        """Return the position of a node."""
        return self._positions[number]

    def pointer_to(self, number: int) -> str:
        """Build the JSON Pointer of a node, once all nodes are added.

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
        return list(self._numbers)
