"""Parse front matter that is JSON (RFC 8259), and find positions in it.

The limits of depth and of values are those of YAML, and are checked before anything is built.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import count
from typing import NamedTuple, NoReturn

from kgraph.base.text import replace_surrogates
from kgraph.ingest import limits
from kgraph.ingest.json_pointer import ROOT, PositionTree
from kgraph.ingest.problems import FrontMatterError

_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*+"?|[{}\[\],]', re.DOTALL)
_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*+")|(?P<mark>[{}\[\]])|(?P<scalar>[^\s,:{}\[\]"]++)', re.DOTALL
)


def find_object_end(text: str, start: int = 0) -> int:
    """Return the offset after the JSON object at ``start``; the text's end if it is not closed.

    Raises:
        FrontMatterError: the object exceeds a limit of depth or of values.

    >>> find_object_end('{"a": {"b": "}"}} and more')
    17
    """
    depth = 0
    for number, match in enumerate(_STRUCTURE.finditer(text, start)):
        sign = match[0]
        if sign in "{[":
            depth += 1
        elif sign in "}]":
            depth -= 1
            if depth <= 0:
                return match.end()
        if depth > limits.MAX_DEPTH:
            message = f"more than {limits.MAX_DEPTH} nested levels"
            offset = match.start()
            line, line_start = text.count("\n", start, offset), text.rfind("\n", start, offset) + 1
            raise FrontMatterError(message, line, offset - (line_start or start), "limit")
        if number >= limits.MAX_EVENTS:
            message = f"more than {limits.MAX_EVENTS:,} values and marks"
            raise FrontMatterError(message, code="limit")
    return len(text)


def parse_json(text: str) -> tuple[object, bool]:
    """Return the value of a JSON text, and whether an object has a duplicate key.

    Raises:
        FrontMatterError: the text is not JSON, or exceeds a limit.
    """
    if len(text) > limits.MAX_PARSE_CHARS:
        message = f"more than {limits.MAX_PARSE_CHARS:,} characters in one piece"
        raise FrontMatterError(message, code="limit")
    find_object_end(text)
    has_duplicates = False

    def build(pairs: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal has_duplicates
        mapping = {replace_surrogates(key): value for key, value in pairs}
        has_duplicates = has_duplicates or len(mapping) < len(pairs)
        return mapping

    try:
        value = json.loads(
            text,
            object_pairs_hook=build,
            parse_int=lambda digits: int(digits[: limits.MAX_DIGITS]),
            parse_constant=_reject_constant,
        )
    except json.JSONDecodeError as error:
        line, column = error.lineno - 1, error.colno - 1
        raise FrontMatterError(error.msg, line, column, "json-broken") from error
    return value, has_duplicates


def _reject_constant(name: str) -> NoReturn:
    raise FrontMatterError(f"{name} is not JSON", code="json-broken")


class _OpenContainer(NamedTuple):
    """An object or list whose end was not reached yet."""

    node: int  #: its number
    indices: Iterator[int] | None  #: of a list, the indices of its next entries
    fields: set[int]  #: of an object, its nodes so far


class JsonLocator:
    """Finds positions in JSON front matter.

    Args:
        text: the front matter.
        first_line: number of its first line in the file, from 1.
        column: column of its first character, from 0.
    """

    def __init__(self, text: str, first_line: int, column: int = 0) -> None:
        self.text = text
        self.first_line = first_line
        self.column = column
        self._duplicates: list[tuple[int, int]] = []  # node, and offset of the later key
        self._source_texts: dict[int, str] = {}

    @cached_property
    def _offsets(self) -> PositionTree[int]:
        """The offset of each field (of its key) and of each entry."""
        tree = PositionTree(0)
        containers: list[_OpenContainer] = []
        field: int | None = None  # the field whose value comes next
        for match in _TOKEN.finditer(self.text):
            top = containers[-1] if containers else None
            if match["mark"] in ("}", "]"):
                containers = containers[:-1]
                continue
            if top and top.indices is None and field is None:
                # The last duplicate of a key wins.
                field = tree.set_child(top.node, _decode_key(match[0]), match.start())
                if field in top.fields:
                    self._duplicates.append((field, match.start()))
                top.fields.add(field)
                continue
            node = ROOT if field is None else field
            if top and top.indices is not None:
                node = tree.set_child(top.node, str(next(top.indices)), match.start())
            field = None
            if match["mark"]:
                indices = None if match[0] == "{" else count()
                containers.append(_OpenContainer(node, indices, set()))
            elif match["scalar"]:
                self._source_texts[node] = match[0]
        return tree

    def position(self, pointer: str) -> tuple[int, int]:
        """Return line and column in the file, from 1, of the deepest known node.

        >>> JsonLocator('{"a": 1,\\n "b": [2, 3]}', 1).position("/b/1")
        (2, 11)
        """
        tree = self._offsets
        return self._offset_position(tree.position(tree.find_nearest(pointer)))

    def find_duplicate_keys(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yield pointer and position of each key that its object has already."""
        tree = self._offsets
        for node, offset in self._duplicates:
            yield tree.pointer_to(node), self._offset_position(offset)

    def _offset_position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._line_starts, offset) - 1
        column = offset - self._line_starts[line] + 1
        return self.first_line + line, column + (0 if line else self.column)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def source_text(self, pointer: str) -> str | None:
        """Return a number or truth value as the file spells it; None if unknown."""
        return self._source_texts.get(self._offsets.find_nearest(pointer))


def _decode_key(key: str) -> str:
    try:
        return replace_surrogates(str(json.loads(key)))
    except ValueError:
        return key
