"""JSON Pointers (RFC 6901), and a tree that finds the position of a pointer in a document."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property

from kgraph.ingest import limits

_INDEX = re.compile(r"[0-9]{1,9}")
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


def pointer_sort_key(pointer: str) -> tuple[tuple[bool, int, str], ...]:
    """Return a key that sorts pointers by their tokens, and indices as numbers.

    >>> sorted(["/hosts/10", "/hosts/2", "/hosts"], key=pointer_sort_key)
    ['/hosts', '/hosts/2', '/hosts/10']
    """
    # A digit string of many thousand characters is no index, and slow to convert.
    return tuple(
        (False, int(step), "") if _INDEX.fullmatch(step) else (True, 0, step)
        for step in parse_pointer(pointer)
    )


class PositionTree:
    """The nodes of a document by number, each with its offset.

    Memory is linear in the nodes. No pointers are kept: where keys are as long as their file, a
    document of 4 MB has pointers of many gigabytes.
    """

    def __init__(self) -> None:
        # Parent and reference token -> number of the child; in the order of the numbers, from 1.
        self._numbers: dict[tuple[int, str], int] = {}
        self._offsets = [0]

    def add_child(self, parent: int, step: str, offset: int) -> int:
        """Add a node unless it exists; return its number."""
        number = self._numbers.setdefault((parent, step), len(self._offsets))
        if number == len(self._offsets):
            self._offsets.append(offset)
        return number

    def set_child(self, parent: int, step: str, offset: int) -> int:
        """Add a node, or change its offset; return its number."""
        number = self.add_child(parent, step, offset)
        self._offsets[number] = offset
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

    def offset(self, number: int) -> int:
        """Return the offset of a node."""
        return self._offsets[number]

    def pointer_to(self, number: int) -> str:
        """Build the JSON Pointer of a node, once all nodes are added.

        >>> tree = PositionTree()
        >>> tree.pointer_to(tree.add_child(tree.add_child(ROOT, "rows", 2), "0", 3))
        '/rows/0'
        """
        path = []
        while number != ROOT:
            number, step = self._parents_and_steps[number - 1]
            path.append(step)
        return build_pointer(reversed(path))

    @cached_property
    def _parents_and_steps(self) -> list[tuple[int, str]]:
        return list(self._numbers)


class TreeLocator:
    """Finds positions in front matter by the tree of its nodes, which is made when it is needed.

    Args:
        text: the front matter.
        first_line: number of its first line in the file, from 1.
        column: column of its first character, from 0.
    """

    def __init__(self, text: str, first_line: int, column: int = 0) -> None:
        self.text = text
        self.first_line = first_line
        self.column = column
        self.source_texts: dict[int, str] = {}  #: node -> its scalar as written, if known

    def add_nodes(self, tree: PositionTree) -> None:
        """Add the nodes of the text, and their source texts."""
        raise NotImplementedError

    def find_hashtag(self, pointer: str, *, is_alone: bool = False) -> str:
        """Return "": only in YAML does an unquoted hashtag stand for no value."""
        return ""

    @cached_property
    def tree(self) -> PositionTree:
        """The nodes of the text."""
        tree = PositionTree()
        self.add_nodes(tree)
        return tree

    def position(self, pointer: str) -> tuple[int, int]:
        """Return line and column in the file, from 1, of a node or its nearest known ancestor."""
        return self.offset_position(self.tree.offset(self.tree.find_nearest(pointer)))

    def source_text(self, pointer: str) -> str | None:
        """Return a scalar as the file spells it; None if unknown."""
        return self.source_texts.get(self.tree.find_nearest(pointer))

    def offset_position(self, offset: int) -> tuple[int, int]:
        """Return line and column in the file, from 1, of an offset in the text."""
        line = bisect_right(self._line_starts, offset) - 1
        column = offset - self._line_starts[line] + 1
        return self.first_line + line, column + (0 if line else self.column)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]
