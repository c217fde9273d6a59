"""The exact YAML parser: build values from the events of PyYAML's C parser.

The output is a :class:`Document`: plain values by the core schema of YAML 1.2 (section 10.3.2),
and the keys to report. The spellings of YAML 1.1 stay text: ``no``, ``on``, ``12:30:45``,
``1_000``, ``2025-01-01``. This parser is slower than yaml-rs, and decides wherever the two may
differ.

Invariants, whatever the text:
    * at most ``limits.MAX_DEPTH`` levels, ``limits.MAX_NODES`` values and
      ``limits.MAX_TOTAL_CHARS`` characters are built; an alias counts as all that it
      stands for;
    * after ``limits.MAX_ENTRIES`` entries of a list the others are None;
    * every key is a text of the file;
    * nothing but ``FrontMatterError`` is raised;
    * time and memory are linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from kgraph.base.text import replace_surrogates
from kgraph.base.vocabulary import YAML_LOADER
from kgraph.ingest import limits
from kgraph.ingest.problems import FrontMatterError

_DEPTH_MESSAGE = "exceeded maximum nesting depth"  # the C parser's own limit: 1,000 levels
_STR_TAGS = ("!", "tag:yaml.org,2002:str")

_CONSTANTS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_NUMBER_STARTS = frozenset("+-.0123456789")
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


class KeyProblem(NamedTuple):
    """A key that is written twice in one mapping, or that is a list or a mapping."""

    path: tuple[str | int, ...]  #: of the later key; of a list or mapping, of its mapping
    line: int  #: of the key, from 0
    column: int  #: of the key, from 0
    code: str  #: ``key-twice`` or ``key-shape``


class Document(NamedTuple):
    """The value of a YAML document, and the problems of its keys.

    The last duplicate of a key wins; a key that is a list or a mapping is left out with its
    value.
    """

    value: object
    key_problems: tuple[KeyProblem, ...] = ()


def parse_exact(text: str, *, is_core_schema: bool = True) -> Document:
    """Parse the only YAML document in a text.

    Args:
        text: YAML with line feeds as line breaks.
        is_core_schema: resolve numbers, truth values and null; otherwise all scalars stay text.

    Raises:
        FrontMatterError: the text is not YAML, has two documents, or exceeds a limit.
    """
    if text.count("\n%TAG") > limits.MAX_TAG_DIRECTIVES:
        message = f"more than {limits.MAX_TAG_DIRECTIVES} %TAG directives"
        raise FrontMatterError(message, code="limit")
    escaped, offset = escape_unsupported(text)

    def scalar_text(event: ScalarEvent) -> str:
        if not offset:
            return str(event.value)
        is_quoted = event.style == '"'
        return unescape_unsupported(event.value, offset, is_double_quoted=is_quoted)

    resolve = resolve_scalar if is_core_schema else str
    builder = _Builder(_parse_events(escaped), scalar_text, resolve)
    return Document(builder.build_document(), tuple(builder.key_problems))


#: Message of libyaml -> what to do, in words.
_ADVICE = {
    "found unexpected end of stream": "a quotation mark is not closed",
    "did not find expected key": "put a text with quotation marks in others, or indent alike",
    "did not find expected '-' indicator": "indent all entries of a list alike",
    "did not find expected ',' or ']'": "close the bracket, or put the text in quotes",
    "did not find expected ',' or '}'": "close the brace, or put the text in quotes",
    "mapping values are not allowed in this context": "put a text with a colon in quotes",
    "found character that cannot start any token": "put the text in quotes, or indent by blanks",
    "found unknown escape character": "write a backslash twice between double quotes",
}


def _parse_events(text: str) -> Iterator[Event]:
    """Yield the events of PyYAML, and map its errors."""
    try:
        yield from islice(yaml.parse(text, Loader=YAML_LOADER), limits.MAX_EVENTS)
    except yaml.MarkedYAMLError as error:
        code = "limit" if error.problem == _DEPTH_MESSAGE else "yaml-broken"
        position = _mark_position(error.problem_mark)
        if error.context_mark and position[0] >= text.count("\n"):
            position = _mark_position(error.context_mark)  # the start of what never ends
        message = str(error.problem)
        if advice := _ADVICE.get(message):
            message = f"{message} ({advice})"
        raise FrontMatterError(message, *position, code) from error
    except yaml.YAMLError as error:  # a character that is refused even when escaped
        raise FrontMatterError(str(error).splitlines()[0]) from error
    raise FrontMatterError(f"more than {limits.MAX_EVENTS:,} values and marks", code="limit")


def _mark_position(mark: Any) -> tuple[int, int]:
    return (mark.line, mark.column) if mark else (0, 0)


def resolve_scalar(text: str) -> str | int | float | bool | None:
    """Return the value of an unquoted scalar: null, a truth value, a number or text.

    >>> [resolve_scalar(text) for text in ("~", "True", "no", "012", "0o14", "1e3", "12:30")]
    [None, True, 'no', 12, 12, 1000.0, '12:30']
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if _DECIMAL.fullmatch(text):
        return int(text[: limits.MAX_DIGITS])
    if _FLOAT.fullmatch(text):
        return float(text)
    if _OCTAL.fullmatch(text):
        return int(text[2:], 8)
    return int(text[2:], 16) if _HEX.fullmatch(text) else text


class _Anchor(NamedTuple):
    """The value of an anchor, and what each of its aliases adds to the counts."""

    value: object
    nodes: int
    chars: int
    height: int


class _Builder:
    """Builds values from events; recursive, but never deeper than the limit."""

    def __init__(
        self,
        events: Iterator[Event],
        scalar_text: Callable[[ScalarEvent], str],
        resolve: Callable[[str], str | int | float | None],
    ) -> None:
        self.next_event = events.__next__
        self.scalar_text = scalar_text
        self.resolve = resolve
        self.key_problems: list[KeyProblem] = []
        self._anchors: dict[str, _Anchor] = {}
        self._open_anchors: list[str] = []  # of the nodes that are being built
        self._path: list[str | int] = []
        self._nodes = 0
        self._chars = 0
        self._max_depth = 0  # length of the longest path since the innermost open anchor

    def build_document(self) -> object:
        self.next_event()  # StreamStartEvent
        if isinstance(self.next_event(), StreamEndEvent):
            return None
        value = self._build_node(self.next_event())
        while isinstance(event := self.next_event(), DocumentEndEvent):
            pass
        if not isinstance(event, StreamEndEvent):
            raise FrontMatterError(
                "a second document starts here", *_mark_position(event.start_mark)
            )
        return value

    def _build_node(self, event: Event) -> object:
        if isinstance(event, AliasEvent):
            return self._resolve_alias(event)
        if not (isinstance(event, NodeEvent) and event.anchor):
            return self._build_value(event)
        nodes, chars, outer_max = self._nodes, self._chars, self._max_depth
        self._max_depth = depth = len(self._path)
        self._open_anchors.append(event.anchor)
        value = self._build_value(event)
        self._open_anchors.pop()
        self._anchors[event.anchor] = _Anchor(
            value, self._nodes - nodes, self._chars - chars, self._max_depth - depth
        )
        self._max_depth = max(self._max_depth, outer_max)
        return value

    def _build_value(self, event: Event) -> object:
        self._count_nodes(1, 0, event)
        if isinstance(event, ScalarEvent):
            text = self.scalar_text(event)
            self._chars += len(text)
            return text if event.style or event.tag in _STR_TAGS else self.resolve(text)
        if isinstance(event, MappingStartEvent):
            return self._build_mapping()
        entries: list[object] = []
        while not isinstance(event := self.next_event(), SequenceEndEvent):
            if len(entries) < limits.MAX_ENTRIES:
                entries.append(self._build_child(len(entries), event))
            else:
                entries.append(None)
                self._skip_node(event)
        return entries

    def _count_nodes(self, nodes: int, chars: int, event: Event) -> None:
        self._nodes += nodes
        self._chars += chars
        if self._nodes > limits.MAX_NODES:
            raise _limit_error(f"more than {limits.MAX_NODES:,} values", event)
        if self._chars > limits.MAX_TOTAL_CHARS:
            raise _limit_error(
                f"more than {limits.MAX_TOTAL_CHARS:,} characters with those of aliases", event
            )

    def _resolve_alias(self, event: AliasEvent) -> object:
        anchored = self._anchors.get(str(event.anchor))
        if anchored is None:
            is_open = event.anchor in self._open_anchors
            fault = (
                "alias in the value that it stands for"
                if is_open
                else "no anchor before this alias"
            )
            raise FrontMatterError(f"{fault}: *{event.anchor}", *_mark_position(event.start_mark))
        self._count_nodes(anchored.nodes, anchored.chars, event)
        self._check_depth(len(self._path) + anchored.height, event)
        return anchored.value

    def _build_child(self, step: str | int, event: Event) -> object:
        self._check_depth(len(self._path) + 1, event)
        self._path.append(step[: limits.MAX_POINTER_CHARS] if isinstance(step, str) else step)
        value = self._build_node(event)
        self._path.pop()
        return value

    def _check_depth(self, depth: int, event: Event) -> None:
        if depth > limits.MAX_DEPTH:
            raise _limit_error(f"more than {limits.MAX_DEPTH} nested levels", event)
        self._max_depth = max(self._max_depth, depth)

    def _skip_node(self, event: Event) -> None:
        depth = 0
        while True:
            if isinstance(event, (SequenceStartEvent, MappingStartEvent)):
                depth += 1
            elif isinstance(event, (SequenceEndEvent, MappingEndEvent)):
                depth -= 1
            if not depth:
                return
            event = self.next_event()

    def _build_mapping(self) -> dict[str, object]:
        mapping: dict[str, object] = {}
        merged: list[dict[str, object]] = []
        while not isinstance(event := self.next_event(), MappingEndEvent):
            key = self._build_key(event)
            if key is None:
                self._report_key("key-shape", (), event)
                self._skip_node(self.next_event())
                continue
            if key == "<<" and isinstance(event, ScalarEvent) and not event.style:
                value = self._build_child(key, self.next_event())
                sources: list[Any] = value if isinstance(value, list) else [value]
                if all(isinstance(source, dict) for source in sources):
                    merged += sources
                else:  # an unknown field
                    mapping[key] = value
                continue
            if key in mapping:
                self._report_key("key-twice", (key[: limits.MAX_POINTER_CHARS],), event)
            mapping[key] = self._build_child(key, self.next_event())
        if not merged:
            return mapping
        # Merge keys (https://yaml.org/type/merge.html): keys of the mapping itself win.
        result: dict[str, object] = {}
        for source in (*reversed(merged), mapping):
            result.update(source)
        return result

    def _report_key(self, code: str, steps: tuple[str, ...], event: Event) -> None:
        position = _mark_position(event.start_mark)
        self.key_problems.append(KeyProblem((*self._path, *steps), *position, code))

    def _build_key(self, event: Event) -> str | None:
        """Return a key as it is spelled (``1.50: x`` gives ``1.50``); None if it is no scalar."""
        key: object = None
        if isinstance(event, ScalarEvent):
            key = self.scalar_text(event)
            if event.anchor:
                value = key if event.style or event.tag in _STR_TAGS else self.resolve(key)
                self._anchors[event.anchor] = _Anchor(value, 1, len(key), 0)
        elif isinstance(event, AliasEvent):
            key = self._resolve_alias(event)
        else:
            self._skip_node(event)
        return replace_surrogates(key) if isinstance(key, str) else None


def _limit_error(message: str, event: Event) -> FrontMatterError:
    return FrontMatterError(message, *_mark_position(event.start_mark), code="limit")


# -- characters that the C parser refuses ------------------------------------------

# YAML 1.2 (section 5.1) does not allow control characters and U+FFFE, and the C parser reads NEL,
# LS and PS as line breaks, as YAML 1.1 did. Hostile text is kept exactly, so each of these
# characters is moved to a plane of Unicode that the text does not use, and moved back after
# parsing. So are escapes of surrogates ("\ud83d\ude00", as JSON writers make them), which the
# parser refuses. The escaped text has as many lines as the text.
_UNSUPPORTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# An odd number of backslashes: the last one begins the escape.
_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89a-fA-F][0-9a-fA-F]{2})")
_WIDE_ESCAPE = re.compile(r"\\U([0-9a-fA-F]{8})")
_PLANES = range(16, 0, -1)  # private use first


def escape_unsupported(text: str) -> tuple[str, int]:
    """Escape a text; return it with the offset of the moved code points, 0 if none was moved.

    Raises:
        FrontMatterError: the text uses every plane of Unicode.
    """
    if not _UNSUPPORTED.search(text) and not ("\\u" in text and _ESCAPE.search(text)):
        return text, 0
    used = {ord(char) >> 16 for char in set(text)}
    used.update(int(code, 16) >> 16 for code in _WIDE_ESCAPE.findall(text))
    plane = next((plane for plane in _PLANES if plane not in used), None)
    if plane is None:
        message = "characters that YAML does not allow, next to some of every plane"
        raise FrontMatterError(message, code="limit")
    offset = plane << 16
    escaped = _UNSUPPORTED.sub(lambda match: chr(ord(match[0]) + offset), text)
    return _ESCAPE.sub(rf"\1\\U{plane:04x}\2", escaped), offset


def unescape_unsupported(text: str, offset: int, *, is_double_quoted: bool) -> str:
    """Restore a scalar of an escaped text.

    Args:
        text: the scalar from the parser.
        offset: from :func:`escape_unsupported`.
        is_double_quoted: escapes have a meaning in the scalar. Only there can a surrogate arise;
            a pair of them becomes its character.
    """
    moved, moved_escape = _moved_patterns(offset)
    restored = moved.sub(lambda match: chr(ord(match[0]) - offset), text)
    if is_double_quoted:
        return restored.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return moved_escape.sub(r"\\u\1", restored)


@cache
def _moved_patterns(offset: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns of the characters and of the escapes that an offset moved."""
    characters = f"[{chr(offset)}-{chr(offset + 0xFFFF)}]"
    escapes = rf"\\U{offset >> 16:04x}([dD][89a-fA-F][0-9a-fA-F]{{2}})"
    return re.compile(characters), re.compile(escapes)
