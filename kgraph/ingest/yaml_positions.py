"""Find the parts of a YAML text by indentation alone.

:mod:`kgraph.ingest.salvage` splits broken front matter with these functions, and
:class:`YamlLocator` finds the line of a problem without a second parse. A part in flow style or
under an unusual key is not found; its parent stands in for it.

Lines and columns count from 0. Every function is linear in its lines. At most
``limits.MAX_SALVAGE_LINES`` lines of a front matter are examined, and at most
``limits.MAX_SALVAGE_PARTS`` parts of a mapping or list are returned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from kgraph.ingest import limits
from kgraph.ingest.json_pointer import parse_pointer
from kgraph.ingest.problems import FrontMatterError
from kgraph.ingest.yaml_exact import parse_exact

# A key and its colon; a key has at most 1,024 characters (YAML 1.2, section 7.4). The loops
# are possessive ("+"), so that hostile lines cannot make them backtrack.
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
    """A field of a mapping, or an entry of a list."""

    key: str  #: name of the field; "" for an entry
    start: int  #: first line
    stop: int  #: line after the last
    column: int  #: column of the key or dash
    content_column: int  #: column after the colon or dash


def find_fields(lines: Sequence[str], start: int, stop: int, column: int) -> list[YamlBlock]:
    """Find the fields of the mapping at ``column``; the first may follow a dash."""
    return _make_blocks(_iter_keys(lines, start, stop, column), stop, column)


def find_entries(lines: Sequence[str], start: int, stop: int, column: int) -> list[YamlBlock]:
    """Find the entries of the list whose dashes are at ``column``."""
    return _make_blocks(_iter_dashes(lines, start, stop, column), stop, column)


def _make_blocks(marks: Iterator[tuple[str, int, int]], stop: int, column: int) -> list[YamlBlock]:
    bounded = list(islice(marks, limits.MAX_SALVAGE_PARTS + 1))
    stops = [start for _, start, _ in bounded[1:]] + [stop]
    return [
        YamlBlock(key, start, end, column, content)
        for (key, start, content), end in zip(
            bounded[: limits.MAX_SALVAGE_PARTS], stops, strict=False
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
    """Yield the lines whose text begins at ``column``; the first may have text before it."""
    margin = " " * column
    for number in range(start, stop):
        line = lines[number]
        if line[column : column + 1] not in ("", " ") and (
            number == start or line.startswith(margin)
        ):
            yield number


def count_entries(lines: Sequence[str], first: YamlBlock, stop: int) -> int:
    """Count the entries of a list, also beyond the limit, from its first one on."""
    return sum(1 for _ in _iter_dashes(lines, first.start, stop, first.column))


def count_indentation(line: str) -> int:
    """Count the blanks before the line's text."""
    return len(line) - len(line.lstrip(" "))


def is_content(line: str) -> bool:
    """Check whether the line has more than blanks and a comment."""
    return _NO_CONTENT.fullmatch(line) is None


def find_content_start(lines: Sequence[str], block: YamlBlock) -> tuple[int, int] | None:
    """Find the line and column where the content of a block begins; None if it has none."""
    tail = lines[block.start][block.content_column :]
    if is_content(tail):
        return block.start, block.content_column + count_indentation(tail)
    for number in range(block.start + 1, block.stop):
        if is_content(lines[number]):
            return number, count_indentation(lines[number])
    return None


def find_child_blocks(lines: Sequence[str], block: YamlBlock) -> list[YamlBlock]:
    """Find the fields or the entries in a block, if it has any in block style."""
    content = find_content_start(lines, block)
    if content is None:
        return []
    line, column = content
    if _DASH.match(lines[line], column):
        return find_entries(lines, line, block.stop, column)
    if block.key and line == block.start:
        return []  # "key: value: ..." is no mapping
    return find_fields(lines, line, block.stop, column)


class YamlLocator:
    """Finds positions in YAML front matter; each level is read once.

    Args:
        text: the front matter.
        first_line: number of its first line in the file, from 1.
    """

    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.first_line = first_line
        self._children_of: dict[YamlBlock, dict[str, YamlBlock]] = {}

    @cached_property
    def lines(self) -> list[str]:
        """The first ``limits.MAX_SALVAGE_LINES`` lines of the text."""
        return self.text.split("\n", limits.MAX_SALVAGE_LINES)[: limits.MAX_SALVAGE_LINES]

    @property
    def is_truncated(self) -> bool:
        """Whether the text has more lines."""
        remainder = self.text.split("\n", limits.MAX_SALVAGE_LINES)[limits.MAX_SALVAGE_LINES :]
        return any(map(str.strip, remainder))

    @cached_property
    def _top_level(self) -> dict[str, YamlBlock]:
        start = next((n for n, line in enumerate(self.lines) if is_content(line)), 0)
        column = count_indentation(self.lines[start])
        return {
            block.key: block for block in find_fields(self.lines, start, len(self.lines), column)
        }

    def position(self, pointer: str) -> tuple[int, int]:
        """Return line and column in the file, from 1, of the deepest known node.

        >>> YamlLocator("title: x\\nrows:\\n- a: 1\\n  b: 2\\n", 2).position("/rows/0/b")
        (5, 3)
        """
        level, block = self._top_level, None
        for step in parse_pointer(pointer):
            if step not in level:
                break
            block = level[step]
            if block not in self._children_of:
                children = find_child_blocks(self.lines, block)
                self._children_of[block] = {b.key or str(n): b for n, b in enumerate(children)}
            level = self._children_of[block]
        return (self.first_line + block.start, block.column + 1) if block else (self.first_line, 1)

    @cached_property
    def _source_values(self) -> object:
        if len(self.text) > limits.MAX_PARSE_CHARS:
            return None
        try:
            return parse_exact(self.text, is_core_schema=False).value
        except FrontMatterError:
            return None

    def source_text(self, pointer: str) -> str | None:
        """Return a scalar as the file spells it; None if unknown."""
        value = self._source_values
        for step in parse_pointer(pointer):
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
                value = value[int(step)]
        return value if isinstance(value, str) else None
