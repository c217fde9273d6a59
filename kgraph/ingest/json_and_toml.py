"""Parse front matter that is JSON (RFC 8259) or TOML 1.0, and find positions in it.

The limits of depth and of values are those of YAML. In JSON they are checked before anything is
built. Dates of TOML become ISO 8601 texts.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time
from itertools import count
from typing import NamedTuple

from kgraph.base.text import replace_surrogates
from kgraph.ingest import limits
from kgraph.ingest.json_pointer import ROOT, PositionTree, TreeLocator
from kgraph.ingest.problems import UNPARSED, FrontMatterError, Unparsed

_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*+"?|[{}\[\],]', re.DOTALL)
_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*+")|(?P<mark>[{}\[\]])|(?P<scalar>[^\s,:{}\[\]"]++)', re.DOTALL
)
#: Message of json that ends with "at", since a position follows it -> message.
_JSON_FAULTS = {
    "Invalid control character at": (
        "a line break or another control character in a text (write \\n, or close the quotation "
        "mark)"
    ),
    "Unterminated string starting at": "a text without an end (close the quotation mark)",
}
_CONSTANTS = frozenset({"NaN", "Infinity", "-Infinity"})


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


class ParsedJson(NamedTuple):
    """The value of a JSON text."""

    value: object  #: with UNPARSED for each constant that JSON does not have
    has_duplicates: bool  #: an object has a duplicate key
    has_constants: bool  #: NaN or an infinity stands for a value


def parse_json(text: str) -> ParsedJson:
    """Parse a JSON text.

    Raises:
        FrontMatterError: the text is not JSON, or exceeds a limit.
    """
    if len(text) > limits.MAX_PARSE_CHARS:
        message = f"more than {limits.MAX_PARSE_CHARS:,} characters in one piece"
        raise FrontMatterError(message, code="limit")
    find_object_end(text)
    has_duplicates = has_constants = False

    def build(pairs: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal has_duplicates
        mapping = {replace_surrogates(key): value for key, value in pairs}
        has_duplicates = has_duplicates or len(mapping) < len(pairs)
        return mapping

    def set_aside(_: str) -> Unparsed:
        nonlocal has_constants
        has_constants = True
        return UNPARSED

    try:
        value = json.loads(
            text,
            object_pairs_hook=build,
            parse_int=lambda digits: int(digits[: limits.MAX_DIGITS]),
            parse_constant=set_aside,
        )
    except json.JSONDecodeError as error:
        line, column = error.lineno - 1, error.colno - 1
        message = _JSON_FAULTS.get(error.msg) or f"{error.msg} (correct this line or one before)"
        if text[: error.pos].rstrip().endswith(",") and text[error.pos :].startswith(("]", "}")):
            message = "a comma without an entry behind it (delete it)"
        raise FrontMatterError(message, line, column, "json-broken") from error
    return ParsedJson(value, has_duplicates, has_constants)


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

    def find_constants(self) -> Iterator[tuple[str, str]]:
        """Yield the pointer of each NaN or infinity, which JSON does not have, and its text."""
        tree = self.tree
        for node, text in self.source_texts.items():
            if text in _CONSTANTS:
                yield tree.pointer_to(node), text


def _decode_key(key: str) -> str:
    try:
        return replace_surrogates(str(json.loads(key)))
    except ValueError:
        return key


# -- TOML ----------------------------------------------------------------------------

#: Characters of TOML that are parsed: the parser is written in Python, and takes some seconds.
MAX_TOML_CHARS = 1_000_000

_ERROR_POSITION = re.compile(
    r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$"
)
_OPEN_QUOTE = 'Expected "\'"'
#: Message of tomllib -> what to do, in words.
_TOML_ADVICE = {
    "Illegal character '\\n'": "close the quotation mark on its line",
    _OPEN_QUOTE: "close the quotation mark on its line",
    "Unterminated string": "close the text with as many quotation marks as begin it",
    "Unescaped '\\' in a string": "write a backslash twice, or put the text in single quotes",
    "Unclosed array": "put a comma between entries, and a ] behind the last one, here or before",
    "Cannot overwrite a value": "the key stands twice: delete one",
    "Expected '=' after a key in a key/value pair": "write a field as key = value",
}
_DEFAULT_TOML_ADVICE = (
    "correct the line; texts, and dates of other forms than 2025-01-31, stand in quotes"
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
        fault = _ERROR_POSITION.sub("", str(error))
        if fault == _OPEN_QUOTE and not (match and match["line"]):
            position = position[0], max(text.rstrip("\n").rpartition("\n")[2].rfind("'"), 0)
        message = f"{fault} ({_TOML_ADVICE.get(fault, _DEFAULT_TOML_ADVICE)})"
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
        node = tree.add_child(node, _decode_toml_key(key), offset)
    return node


def _decode_toml_key(key: str) -> str:
    r"""Return a part of a key without its quotes and escapes.

    >>> [_decode_toml_key(key) for key in ("a-b", "'a'", r'"\u0061\u0062"')]
    ['a-b', 'a', 'ab']
    """
    if key[0] == '"' and "\\" in key:
        with suppress(tomllib.TOMLDecodeError):
            return replace_surrogates(next(iter(tomllib.loads(f"{key} = 0"))))
    return key[1:-1] if key[0] in "\"'" else key
