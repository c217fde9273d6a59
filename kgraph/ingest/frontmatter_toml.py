"""Parse front matter that is TOML 1.0, and find positions in it.

Dates become ISO 8601 texts. The limits of depth and of values are those of YAML.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time

from kgraph.base.text import replace_surrogates
from kgraph.ingest import limits
from kgraph.ingest.json_pointer import ROOT, PositionTree, TreeLocator
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


class TomlLocator(TreeLocator):
    """Finds positions in TOML front matter; the spelling of its numbers is unknown.

    >>> TomlLocator("title = 'x'\\n[[rows]]\\na = 1\\n", 2).position("/rows/0/a")
    (4, 1)
    """

    def add_nodes(self, tree: PositionTree) -> None:
        """Add each key and table."""
        counts: dict[int, int] = {}
        table = ROOT
        for start, line in _lines_outside_strings(self.text):
            if header := _HEADER.match(line):
                offset = start + header.start("open")
                table = _add_dotted_key(tree, ROOT, header["key"], offset, counts)
                if header["open"] == "[[":
                    counts[table] = counts.get(table, -1) + 1
                    table = tree.add_child(table, str(counts[table]), offset)
            elif assign := _ASSIGN.match(line):
                _add_dotted_key(tree, table, assign["key"], start + assign.start("key"), {})


def _lines_outside_strings(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that do not begin within a multi-line string, with their offsets."""
    quote, offset = "", 0
    for line in text.split("\n"):
        if not quote:
            yield offset, line
        offset += len(line) + 1
        for mark in _MULTILINE.findall(line):
            quote = mark if not quote else "" if mark == quote else quote


def _add_dotted_key(
    tree: PositionTree, start: int, dotted: str, offset: int, counts: dict[int, int]
) -> int:
    """Add the node of a dotted key; in an array of tables it belongs to the last table."""
    node = start
    for key in _KEY_PART.findall(dotted):
        if node in counts:
            node = tree.add_child(node, str(counts[node]), offset)
        node = tree.add_child(node, key[1:-1] if key[0] in "\"'" else key, offset)
    return node
