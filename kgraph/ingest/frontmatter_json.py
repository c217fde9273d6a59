"""Parse front matter that is JSON (RFC 8259), and find positions in it.

The limits of depth and of values are those of YAML, and are checked before anything is built.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple, NoReturn

from kgraph.base.text import replace_surrogates
from kgraph.ingest import limits
from kgraph.ingest.json_pointer import ROOT, PositionTree, TreeLocator
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


class JsonLocator(TreeLocator):
    """Finds positions in JSON front matter.

    >>> JsonLocator('{"a": 1,\\n "b": [2, 3]}', 1).position("/b/1")
    (2, 11)
    """

    def __init__(self, text: str, first_line: int, column: int = 0) -> None:
        super().__init__(text, first_line, column)
        self._duplicates: list[tuple[int, int]] = []  # node, and offset of the later key

    def add_nodes(self, tree: PositionTree) -> None:
        """Add each field (at the offset of its key) and each entry."""
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
                self.source_texts[node] = match[0]

    def find_duplicate_keys(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yield pointer and position of each key that its object has already."""
        tree = self.tree
        for node, offset in self._duplicates:
            yield tree.pointer_to(node), self.offset_position(offset)


def _decode_key(key: str) -> str:
    try:
        return replace_surrogates(str(json.loads(key)))
    except ValueError:
        return key
