"""Parse front matter that is JSON (RFC 8259).

Takes a text, gives its mapping; :class:`JsonLocator` finds the line of a field by its JSON
Pointer. The limits of depth and of values are those of YAML, and are checked before
anything is built.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import count
from typing import NamedTuple, NoReturn

from kgraph.base.errors import DataError
from kgraph.base.text import replace_surrogates
from kgraph.ingest import limits
from kgraph.ingest.placetree import ROOT, PositionTree

_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*+"?|[{}\[\],]', re.DOTALL)
_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*+")|(?P<mark>[{}\[\]])|(?P<other>[^\s,:{}\[\]"]++)', re.DOTALL
)


class FrontMatterError(DataError):
    """The front matter is not what its fence promises, or more of it than is read.

    Attributes:
        line: line in the front matter, from 0.
        column: column, from 0.
        code: one of :data:`problems.CODES`.
    """

    def __init__(self, message: str, line: int, column: int, code: str) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.code = code


def find_object_end(text: str, start: int = 0) -> int:
    """Return the offset behind the JSON object that begins at ``start``.

    The end of the text where the object is not closed.

    Raises:
        FrontFault: it is deeper or has more values than is read.

    >>> find_object_end('{"a": {"b": "}"}} and more')
    17
    """
    depth = 0
    for number, mark in enumerate(_STRUCTURE.finditer(text, start)):
        sign = mark[0]
        if sign in "{[":
            depth += 1
        elif sign in "}]":
            depth -= 1
            if depth <= 0:
                return mark.end()
        if depth > limits.MAX_DEPTH:
            message = f"more than {limits.MAX_DEPTH} levels within one another"
            raise FrontMatterError(message, *locate_offset(text, mark.start(), start), "limit")
        if number >= limits.MAX_EVENTS:
            raise FrontMatterError(
                f"more than {limits.MAX_EVENTS:,} values and marks", 0, 0, "limit"
            )
    return len(text)


def locate_offset(text: str, offset: int, start: int = 0) -> tuple[int, int]:
    """Return the line and column of an offset, both from 0, counted from ``start``."""
    return text.count("\n", start, offset), offset - (text.rfind("\n", start, offset) + 1 or start)


def parse_json(text: str) -> tuple[object, bool]:
    """Return the value of a JSON text, and whether a key stands twice in one object.

    Raises:
        FrontFault: the text is not JSON, or passes a limit.
    """
    if len(text) > limits.MAX_PARSE_CHARS:
        message = f"more than {limits.MAX_PARSE_CHARS:,} characters in one piece"
        raise FrontMatterError(message, 0, 0, "limit")
    find_object_end(text)
    twice = False

    def build(pairs: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal twice
        mapping = {replace_surrogates(key): value for key, value in pairs}
        twice = twice or len(mapping) < len(pairs)
        return mapping

    try:
        value = json.loads(
            text,
            object_pairs_hook=build,
            parse_int=lambda digits: int(digits[: limits.MAX_DIGITS]),
            parse_constant=_reject_constant,
        )
    except json.JSONDecodeError as error:
        place = error.lineno - 1, error.colno - 1
        raise FrontMatterError(error.msg, *place, "json-broken") from error
    return value, twice


def _reject_constant(name: str) -> NoReturn:
    raise FrontMatterError(f"{name} is not JSON", 0, 0, "json-broken")


class _OpenContainer(NamedTuple):
    """An object or list whose end was not met yet.

    Attributes:
        part: its number.
        entries: of a list, the numbers of its next entries; None of an object.
        fields: of an object, the parts that were met.
    """

    node: int
    entries: Iterator[int] | None
    fields: set[int]


class JsonLocator:
    """Finds the parts of JSON front matter by their JSON Pointers.

    Args:
        text: the front matter.
        first: number of its first line in the file, from 1.
        column: column of its first character, from 0.
    """

    def __init__(self, text: str, first: int, column: int = 0) -> None:
        self.text = text
        self.first_line = first
        self.column = column
        self._duplicates: list[tuple[int, int]] = []  # part, and the later offset
        self._source_texts: dict[int, str] = {}

    @cached_property
    def _offsets(self) -> PositionTree[int]:
        """Where each field (its key) and each entry stands."""
        tree = PositionTree(0)
        levels: list[_OpenContainer] = []
        field: int | None = None  # whose value comes next
        for found in _TOKEN.finditer(self.text):
            top = levels[-1] if levels else None
            if found["mark"] in ("}", "]"):
                levels = levels[:-1]
                continue
            if top and top.entries is None and field is None:
                # Of a key that stands twice the last one holds.
                field = tree.set_child(top.node, _decode_key(found[0]), found.start())
                if field in top.fields:
                    self._duplicates.append((field, found.start()))
                top.fields.add(field)
                continue
            part = ROOT if field is None else field
            if top and top.entries is not None:
                part = tree.set_child(top.node, str(next(top.entries)), found.start())
            field = None
            if found["mark"]:
                levels.append(_OpenContainer(part, None if found[0] == "{" else count(), set()))
            elif found["other"]:
                self._source_texts[part] = found[0]
        return tree

    def position(self, pointer: str) -> tuple[int, int]:
        """Line and column in the file, from 1, of the nearest part that can be told.

        >>> JsonLocator('{"a": 1,\\n "b": [2, 3]}', 1).position("/b/1")
        (2, 11)
        """
        tree = self._offsets
        return self.offset_position(tree.position(tree.find_nearest(pointer)))

    def find_duplicate_keys(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yield each key that stands in its object already: its pointer, and where it stands."""
        tree = self._offsets
        for part, offset in self._duplicates:
            yield tree.pointer_to(part), self.offset_position(offset)

    def offset_position(self, offset: int) -> tuple[int, int]:
        """Line and column in the file, from 1, of an offset in the text."""
        line = bisect_right(self._line_starts, offset) - 1
        column = offset - self._line_starts[line] + 1
        return self.first_line + line, column + (0 if line else self.column)

    @cached_property
    def _line_starts(self) -> list[int]:
        """Where each line begins."""
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def source_text(self, pointer: str) -> str | None:
        """How the number or truth value at a JSON Pointer is spelled."""
        return self._source_texts.get(self._offsets.find_nearest(pointer))


def _decode_key(key: str) -> str:
    try:
        return replace_surrogates(str(json.loads(key)))
    except ValueError:
        return key
