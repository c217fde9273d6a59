"""Parse front matter that is TOML 1.0, and find positions in it.

Dates become ISO 8601 texts. The limits of depth and of values are those of YAML.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cached_property

from kgraph.base.text import replace_surrogates
from kgraph.ingest import limits
from kgraph.ingest.json_pointer import ROOT, PositionTree
from kgraph.ingest.problems import FrontMatterError

#: Characters of TOML that are parsed: the parser is written in Python, and takes some seconds.
MAX_TOML_CHARS = 1_000_000

_ERROR_POSITION = re.compile(
    r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$"
)
_KEY = r"""(?:"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'|[A-Za-z0-9_-]++)"""
_KEY_PART = re.compile(_KEY)
_DOTTED = rf"{_KEY}(?:[ \t]*+\.[ \t]*+{_KEY})*+"
_ASSIGN = re.compile(rf"[ \t]*+(?P<key>{_DOTTED})[ \t]*+=")
_HEADER = re.compile(rf"[ \t]*+(?P<open>\[\[?)[ \t]*+(?P<key>{_DOTTED})[ \t]*+\]")
_MULTILINE = re.compile(r'"""|\'\'\'')
# The time for a dotted key is quadratic in its parts.
_DEEP_KEY = re.compile(rf"""(?<![\w"'.-])(?:{_KEY}[ \t]*+\.[ \t]*+){{{limits.MAX_DEPTH}}}""")


def parse_toml(text: str) -> dict[str, object]:
    """Return the mapping of a TOML text.

    Raises:
        FrontMatterError: the text is not TOML, or exceeds a limit.

    >>> parse_toml("title = 'On'\\ndate = 2025-09-01\\n")
    {'title': 'On', 'date': '2025-09-01'}
    """
    if len(text) > MAX_TOML_CHARS:
        message = f"more than {MAX_TOML_CHARS:,} characters in one piece"
        raise FrontMatterError(message, code="limit")
    if deep := _DEEP_KEY.search(text):
        raise _depth_error(text.count("\n", 0, deep.start()))
    try:
        fields = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = _ERROR_POSITION.search(str(error))
        position = max(text.count("\n") - 1, 0), 0
        if match and match["line"]:
            position = int(match["line"]) - 1, int(match["column"]) - 1
        message = _ERROR_POSITION.sub("", str(error))
        raise FrontMatterError(message, *position, "toml-broken") from error
    except RecursionError as error:
        raise _depth_error(0) from error
    except ValueError as error:  # a number of many thousand digits
        raise FrontMatterError("a number of too many digits", code="toml-broken") from error
    return {replace_surrogates(key): _to_json_value(value, 1) for key, value in fields.items()}


def _depth_error(line: int) -> FrontMatterError:
    message = f"more than {limits.MAX_DEPTH} nested levels"
    return FrontMatterError(message, line, code="limit")


def _to_json_value(value: object, depth: int) -> object:
    """Convert dates and times to texts, at all levels."""
    if depth > limits.MAX_DEPTH:
        raise _depth_error(0)
    if isinstance(value, dict):
        return {key: _to_json_value(member, depth + 1) for key, member in value.items()}
    if isinstance(value, list):
        return [_to_json_value(entry, depth + 1) for entry in value]
    return value.isoformat() if isinstance(value, (date, datetime, time)) else value


class TomlLocator:
    """Finds positions in TOML front matter.

    Args:
        text: the front matter.
        first_line: number of its first line in the file, from 1.
    """

    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.first_line = first_line

    @cached_property
    def _positions(self) -> PositionTree[tuple[int, int]]:
        """Line and column, from 0, of each key and table."""
        tree = PositionTree((0, 0))
        counts: dict[int, int] = {}
        table = ROOT
        for number, line in _lines_outside_strings(self.text.split("\n")):
            if header := _HEADER.match(line):
                position = number, header.start("open")
                table = _add_dotted_key(tree, ROOT, header["key"], position, counts)
                if header["open"] == "[[":
                    counts[table] = counts.get(table, -1) + 1
                    table = tree.add_child(table, str(counts[table]), position)
            elif assign := _ASSIGN.match(line):
                _add_dotted_key(tree, table, assign["key"], (number, assign.start("key")), {})
        return tree

    def position(self, pointer: str) -> tuple[int, int]:
        """Return line and column in the file, from 1, of the deepest known node.

        >>> TomlLocator("title = 'x'\\n[[rows]]\\na = 1\\n", 2).position("/rows/0/a")
        (4, 1)
        """
        line, column = self._positions.position(self._positions.find_nearest(pointer))
        return self.first_line + line, column + 1

    def source_text(self, pointer: str) -> str | None:
        """Return None: the spelling of numbers is unknown."""
        return None


def _lines_outside_strings(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines that do not begin within a multi-line string, with their numbers."""
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
    position: tuple[int, int],
    counts: dict[int, int],
) -> int:
    """Add the node of a dotted key; in an array of tables it belongs to the last table."""
    node = start
    for key in _KEY_PART.findall(dotted):
        if node in counts:
            node = tree.add_child(node, str(counts[node]), position)
        node = tree.add_child(node, key[1:-1] if key[0] in "\"'" else key, position)
    return node
