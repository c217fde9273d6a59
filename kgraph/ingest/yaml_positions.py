"""Where the parts of a front matter stand, told from indentation alone.

Takes lines of YAML in block style and a place in them, gives the fields of the mapping or
the entries of the list that begins there. Two use it: :mod:`recovery`, when the whole
cannot be parsed, and :class:`YamlLocator`, which finds the line of a problem without a second
parse. Both can do without the whole truth: a part in flow style or under an odd key is
not seen, and its parent is told instead.

Lines and columns here count from 0. Invariants: every function is linear in its lines;
of one front matter no more than :data:`limits.MAX_SALVAGE_LINES` lines are looked at, of one mapping or
list no more than :data:`limits.MAX_SALVAGE_PARTS` parts are told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from kgraph.ingest import limits, yaml_exact

# A key and its colon; a key has at most 1,024 characters (YAML 1.2, section 7.4). The loops
# are possessive ("+"): hostile lines must not make them backtrack.
_KEY = re.compile(
    r"""(?: "(?P<double>(?:[^"\\]|\\.){0,1024}+)"[ ]*+
          | '(?P<single>(?:[^']|''){0,1024}+)'[ ]*+
          | (?P<plain>(?![-?:][ ]|[-?:]$)[^\s,\[\]{}#&*!|>'"%@`](?:[^:]|:(?=\S)){0,1024}+)
        ):(?=\s|$)""",
    re.VERBOSE,
)
_DASH = re.compile(r"-(?=\s|$)")
_NO_CONTENT = re.compile(r"\s*(?:#.*)?")


class YamlBlock(NamedTuple):
    """A field of a mapping, or an entry of a list.

    Attributes:
        key: the field's name; "" for an entry.
        start: its first line.
        stop: the line after its last.
        column: where its key or dash stands.
        content: column after its colon or dash.
    """

    key: str
    start: int
    stop: int
    column: int
    content_column: int


def find_fields(lines: Sequence[str], start: int, stop: int, column: int) -> list[YamlBlock]:
    """The fields of the mapping that stands at ``column``; the first may follow a dash."""
    return _make_blocks(_iter_keys(lines, start, stop, column), stop, column)


def find_entries(lines: Sequence[str], start: int, stop: int, column: int) -> list[YamlBlock]:
    """The entries of the list whose dashes stand at ``column``."""
    return _make_blocks(_iter_dashes(lines, start, stop, column), stop, column)


def _make_blocks(marks: Iterator[tuple[str, int, int]], stop: int, column: int) -> list[YamlBlock]:
    found = list(islice(marks, limits.MAX_SALVAGE_PARTS + 1))
    stops = [start for _, start, _ in found[1:]] + [stop]
    return [
        YamlBlock(key, start, end, column, content)
        for (key, start, content), end in zip(
            found[: limits.MAX_SALVAGE_PARTS], stops, strict=False
        )
    ]


def _iter_keys(
    lines: Sequence[str], start: int, stop: int, column: int
) -> Iterator[tuple[str, int, int]]:
    for number in _iter_lines_at(lines, start, stop, column):
        if key := _KEY.match(lines[number], column):
            text = key["double"] or key["single"] or key["plain"] or ""
            yield text.rstrip(), number, key.end()


def _iter_dashes(
    lines: Sequence[str], start: int, stop: int, column: int
) -> Iterator[tuple[str, int, int]]:
    for number in _iter_lines_at(lines, start, stop, column):
        if dash := _DASH.match(lines[number], column):
            yield "", number, dash.end()


def _iter_lines_at(lines: Sequence[str], start: int, stop: int, column: int) -> Iterator[int]:
    """Lines whose text begins at ``column``; the first may hold something before it."""
    margin = " " * column
    for number in range(start, stop):
        line = lines[number]
        if line[column : column + 1] not in ("", " ") and (
            number == start or line.startswith(margin)
        ):
            yield number


def count_entries(lines: Sequence[str], first: YamlBlock, stop: int) -> int:
    """How many entries a list has, however many: its first one is given."""
    return sum(1 for _ in _iter_dashes(lines, first.start, stop, first.column))


def count_indentation(line: str) -> int:
    """Columns of blanks before the line's text."""
    return len(line) - len(line.lstrip(" "))


def is_content(line: str) -> bool:
    """Whether the line holds more than blanks and a comment."""
    return _NO_CONTENT.fullmatch(line) is None


def find_content_start(lines: Sequence[str], part: YamlBlock) -> tuple[int, int] | None:
    """Line and column where the content of a part begins, if it has any."""
    rest = lines[part.start][part.content_column :]
    if is_content(rest):
        return part.start, part.content_column + count_indentation(rest)
    for number in range(part.start + 1, part.stop):
        if is_content(lines[number]):
            return number, count_indentation(lines[number])
    return None


def find_child_blocks(lines: Sequence[str], part: YamlBlock) -> list[YamlBlock]:
    """The fields or the entries that a part holds, when it holds any in block style."""
    place = find_content_start(lines, part)
    if place is None:
        return []
    line, column = place
    if _DASH.match(lines[line], column):
        return find_entries(lines, line, part.stop, column)
    if part.key and line == part.start:
        return []  # "key: value: ..." is no mapping
    return find_fields(lines, line, part.stop, column)


class YamlLocator:
    """Finds the parts of one front matter by their JSON Pointers, each level read once.

    Args:
        text: the front matter.
        first: number of its first line in the file, from 1.
    """

    def __init__(self, text: str, first: int) -> None:
        self.text = text
        self.first_line = first
        self._children_of: dict[YamlBlock, dict[str, YamlBlock]] = {}

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, at most :data:`limits.MAX_SALVAGE_LINES` of them."""
        return self.text.split("\n", limits.MAX_SALVAGE_LINES)[: limits.MAX_SALVAGE_LINES]

    @property
    def is_truncated(self) -> bool:
        """Whether the text has more lines than those."""
        rest = self.text.split("\n", limits.MAX_SALVAGE_LINES)[limits.MAX_SALVAGE_LINES :]
        return any(map(str.strip, rest))

    @cached_property
    def _top_level(self) -> dict[str, YamlBlock]:
        start = next((n for n, line in enumerate(self.lines) if is_content(line)), 0)
        column = count_indentation(self.lines[start])
        return {part.key: part for part in find_fields(self.lines, start, len(self.lines), column)}

    def position(self, pointer: str) -> tuple[int, int]:
        """Line and column in the file, from 1, of the nearest part that can be told.

        >>> YamlLocator("title: x\\nrows:\\n- a: 1\\n  b: 2\\n", 2).position("/rows/0/b")
        (5, 3)
        """
        level, found = self._top_level, None
        for step in parse_pointer(pointer):
            if step not in level:
                break
            found = level[step]
            level = self._children(found)
        return (self.first_line + found.start, found.column + 1) if found else (self.first_line, 1)

    def _children(self, part: YamlBlock) -> dict[str, YamlBlock]:
        if part not in self._children_of:
            parts = find_child_blocks(self.lines, part)
            self._children_of[part] = {p.key or str(n): p for n, p in enumerate(parts)}
        return self._children_of[part]

    @cached_property
    def _source_values(self) -> object:
        if len(self.text) > limits.MAX_PARSE_CHARS:
            return None
        try:
            return yaml_exact.parse_exact(self.text, is_core_schema=False).value
        except yaml_exact.YamlParseError:
            return None

    def source_text(self, pointer: str) -> str | None:
        """How the scalar at a JSON Pointer is spelled; None when that cannot be told."""
        value = self._source_values
        for step in parse_pointer(pointer):
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
                value = value[int(step)]
        return value if isinstance(value, str) else None


def parse_pointer(pointer: str) -> list[str]:
    """The reference tokens of a JSON Pointer (RFC 6901, section 3).

    >>> parse_pointer("/a~1b/0")
    ['a/b', '0']
    """
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def pointer_token(step: str | int) -> str:
    """One step as a reference token of a JSON Pointer, with its slash."""
    return "/" + str(step).replace("~", "~0").replace("/", "~1")


def build_pointer(path: Iterable[str | int]) -> str:
    """Return the JSON Pointer of a path, as far as it is told (:data:`limits.MAX_POINTER_CHARS`).

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
