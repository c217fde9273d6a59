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

#: What people write as a hashtag, and YAML reads as a comment; ``# a`` is meant as one.
HASHTAG = re.compile(r"#[^\W\d_][\w/-]*+")
_HASHTAGS = re.compile(rf"{HASHTAG.pattern}(?:[\s,;]++{HASHTAG.pattern})*+\s*")


class YamlBlock(NamedTuple):
    """A field of a mapping, or an entry of a list."""

    key: str  #: name of the field; "" for an entry
    start: int  #: first line
    stop: int  #: line after the last
    column: int  #: column of the key or dash
    content_column: int  #: column after the colon or dash

    @property
    def is_document(self) -> bool:
        """Whether it is the whole text, which has neither colon nor dash."""
        return self.content_column == self.column


def find_fields(lines: Sequence[str], start: int, stop: int, column: int) -> list[YamlBlock]:
    """Find the fields of the mapping at ``column``; the first may follow a dash."""
    return _find_blocks(_KEY, lines, start, stop, column)


def _find_blocks(
    mark: re.Pattern[str], lines: Sequence[str], start: int, stop: int, column: int
) -> list[YamlBlock]:
    # One more than the limit, since a block ends where the next one starts.
    matches = list(
        islice(_iter_marks(mark, lines, start, stop, column), limits.MAX_SALVAGE_PARTS + 1)
    )
    stops = [number for number, _ in matches[1:]] + [stop]
    return [
        YamlBlock(next(filter(None, match.groups()), "").rstrip(), number, end, column, match.end())
        for (number, match), end in zip(matches[: limits.MAX_SALVAGE_PARTS], stops, strict=False)
    ]


def _iter_marks(
    mark: re.Pattern[str], lines: Sequence[str], start: int, stop: int, column: int
) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield number and match of each line that has a key or a dash at ``column``.

    Only the first line may have text before that column.
    """
    margin = " " * column
    for number in range(start, stop):
        line = lines[number]
        if (number == start or line.startswith(margin)) and (match := mark.match(line, column)):
            yield number, match


def count_entries(lines: Sequence[str], first: YamlBlock, stop: int) -> int:
    """Count all entries of a list, given its first one; no limit applies."""
    return sum(1 for _ in _iter_marks(_DASH, lines, first.start, stop, first.column))


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
    """Find the fields or the entries in a block, if it has any in block style.

    A document is a mapping: entries of a list at its top level are ignored.
    """
    content = find_content_start(lines, block)
    if content is None:
        return []
    line, column = content
    if not block.is_document and _DASH.match(lines[line], column):
        return _find_blocks(_DASH, lines, line, block.stop, column)
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
        """Whether the text goes on after ``lines``."""
        remainder = self.text.split("\n", limits.MAX_SALVAGE_LINES)[limits.MAX_SALVAGE_LINES :]
        return any(map(str.strip, remainder))

    @property
    def document(self) -> YamlBlock:
        """The whole of the lines, as a block."""
        return YamlBlock("", 0, len(self.lines), 0, 0)

    def position(self, pointer: str) -> tuple[int, int]:
        """Return line and column in the file, from 1, of a node or its nearest known ancestor.

        >>> YamlLocator("title: x\\nrows:\\n- a: 1\\n  b: 2\\n", 2).position("/rows/0/b")
        (5, 3)
        """
        block, _ = self._find_block(pointer)
        return self.first_line + block.start, block.column + 1

    def find_hashtag(self, pointer: str, *, is_alone: bool = False) -> str:
        """Return the hashtag that stands as a comment in place of a value; "" for none.

        Args:
            pointer: JSON Pointer of the value.
            is_alone: whether the comment may have nothing but hashtags.

        >>> [YamlLocator(f"tags: {x}", 1).find_hashtag("/tags") for x in ("#a b", "# a", "a")]
        ['#a', '', '']
        """
        block, is_exact = self._find_block(pointer)
        tail = self.lines[block.start][block.content_column :].lstrip(" ") if is_exact else ""
        match = HASHTAG.match(tail)
        return match[0] if match and (not is_alone or _HASHTAGS.fullmatch(tail)) else ""

    def _find_block(self, pointer: str) -> tuple[YamlBlock, bool]:
        """Return the block of a node or its nearest known ancestor; whether it is its own."""
        block = self.document
        for step in parse_pointer(pointer):
            if block not in self._children_of:
                children = find_child_blocks(self.lines, block)
                # An entry is found by its number, a field by its key, which may be empty.
                self._children_of[block] = {
                    key: child
                    for number, child in enumerate(children)
                    for key in (child.key, child.key or str(number))
                }
            if step not in self._children_of[block]:
                return block, False
            block = self._children_of[block][step]
        return block, True

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
