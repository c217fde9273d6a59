"""Parse front matter that is TOML 1.0.

Takes a text, gives its mapping, dates as ISO 8601 texts; :class:`TomlLocator` finds the line
of a field by its JSON Pointer. The limits of depth and of values are those of YAML.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cached_property

from kgraph.base.text import replace_surrogates
from kgraph.ingest import limits
from kgraph.ingest.json_front import FrontMatterError
from kgraph.ingest.placetree import ROOT, PositionTree

MAX_TOML_CHARS = 1_000_000
"""Characters of TOML that are parsed: the parser is written in Python, and takes some
seconds for as many."""

_ERROR_POSITION = re.compile(
    r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$"
)
_KEY = r"""(?:"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'|[A-Za-z0-9_-]++)"""
_KEY_PART = re.compile(_KEY)
_DOTTED = rf"{_KEY}(?:[ \t]*+\.[ \t]*+{_KEY})*+"
_ASSIGN = re.compile(rf"[ \t]*+(?P<key>{_DOTTED})[ \t]*+=")
_HEADER = re.compile(rf"[ \t]*+(?P<open>\[\[?)[ \t]*+(?P<key>{_DOTTED})[ \t]*+\]")
_MULTILINE = re.compile(r'"""|\'\'\'')
# A dotted key of many parts takes time in proportion to their square.
_DEEP_KEY = re.compile(rf"""(?<![\w"'.-])(?:{_KEY}[ \t]*+\.[ \t]*+){{{limits.MAX_DEPTH}}}""")


def parse_toml(text: str) -> dict[str, object]:
    """Return the mapping that a TOML text holds.

    Raises:
        FrontFault: the text is not TOML, or passes a limit.

    >>> parse_toml("title = 'On'\\ndate = 2025-09-01\\n")
    {'title': 'On', 'date': '2025-09-01'}
    """
    if len(text) > MAX_TOML_CHARS:
        raise FrontMatterError(
            f"more than {MAX_TOML_CHARS:,} characters in one piece", 0, 0, "limit"
        )
    if deep := _DEEP_KEY.search(text):
        raise _depth_error(text.count("\n", 0, deep.start()))
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _ERROR_POSITION.search(str(error))
        line, column = (place["line"], place["column"]) if place else (None, None)
        last = max(text.count("\n") - 1, 0)
        at = (int(line) - 1, int(column) - 1) if line and column else (last, 0)
        raise FrontMatterError(_ERROR_POSITION.sub("", str(error)), *at, "toml-broken") from error
    except RecursionError as error:
        raise _depth_error(0) from error
    except ValueError as error:  # a number of many thousand digits
        raise FrontMatterError("a number of too many digits", 0, 0, "toml-broken") from error
    return {replace_surrogates(key): _to_json_value(value, 1) for key, value in found.items()}


def _depth_error(line: int) -> FrontMatterError:
    return FrontMatterError(
        f"more than {limits.MAX_DEPTH} levels within one another", line, 0, "limit"
    )


def _to_json_value(value: object, depth: int) -> object:
    """A value as YAML and JSON have it: dates and times as texts."""
    if depth > limits.MAX_DEPTH:
        raise _depth_error(0)
    if isinstance(value, dict):
        return {key: _to_json_value(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [_to_json_value(each, depth + 1) for each in value]
    return value.isoformat() if isinstance(value, (date, datetime, time)) else value


class TomlLocator:
    """Finds the keys of TOML front matter by their JSON Pointers.

    Args:
        text: the front matter.
        first: number of its first line in the file, from 1.
    """

    def __init__(self, text: str, first: int) -> None:
        self.text = text
        self.first_line = first

    @cached_property
    def _positions(self) -> PositionTree[tuple[int, int]]:
        """Line and column, from 0, of each key and table."""
        tree = PositionTree((0, 0))
        counts: dict[int, int] = {}
        table = ROOT
        for number, line in _lines_outside_strings(self.text.split("\n")):
            if header := _HEADER.match(line):
                at = number, header.start("open")
                table = _add_dotted_key(tree, ROOT, header["key"], at, counts)
                if header["open"] == "[[":
                    counts[table] = counts.get(table, -1) + 1
                    table = tree.add_child(table, str(counts[table]), at)
            elif assign := _ASSIGN.match(line):
                _add_dotted_key(tree, table, assign["key"], (number, assign.start("key")), {})
        return tree

    def position(self, pointer: str) -> tuple[int, int]:
        """Line and column in the file, from 1, of the nearest part that can be told.

        >>> TomlLocator("title = 'x'\\n[[rows]]\\na = 1\\n", 2).position("/rows/0/a")
        (4, 1)
        """
        line, column = self._positions.position(self._positions.find_nearest(pointer))
        return self.first_line + line, column + 1

    def source_text(self, pointer: str) -> str | None:
        """None: how a number is spelled is not looked for."""
        return None


def _lines_outside_strings(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines that do not begin within a text of several lines, with their numbers."""
    quote = ""
    for number, line in enumerate(lines):
        if not quote:
            yield number, line
        for mark in _MULTILINE.findall(line):
            quote = mark if not quote else "" if mark == quote else quote


def _add_dotted_key(
    tree: PositionTree[tuple[int, int]],
    start: int,
    dotted: str,
    at: tuple[int, int],
    counts: dict[int, int],
) -> int:
    """Add the part of a dotted key; within a list of tables its last entry is meant."""
    part = start
    for key in _KEY_PART.findall(dotted):
        if part in counts:
            part = tree.add_child(part, str(counts[part]), at)
        part = tree.add_child(part, key[1:-1] if key[0] in "\"'" else key, at)
    return part
