"""The exact YAML parser: PyYAML's C parser gives events, and this makes values of them.

Takes text, gives a :class:`Document`: plain values by the core schema of YAML 1.2, the
keys that were written twice, and the keys that are no scalars. Slower than yaml-rs and free
of its doubts: it decides what a front matter means wherever the two could differ.

Invariants, whatever the text: no more than :data:`limits.MAX_DEPTH` levels,
:data:`limits.MAX_NODES` values and :data:`limits.MAX_TOTAL_CHARS` characters are built (an alias counts
as all that it stands for), no list holds more than :data:`limits.MAX_ENTRIES` built entries
(the rest is None), every key is a text of the file, and nothing is raised but
:class:`YamlParseError`. Time and memory are linear in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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

from kgraph.base.errors import DataError
from kgraph.base.text import replace_surrogates
from kgraph.base.vocabulary import YAML_LOADER
from kgraph.ingest import limits, shield
from kgraph.ingest.scalars import resolve_scalar

_DEPTH_MESSAGE = "exceeded maximum nesting depth"  # the C parser's own limit, of 1,000 levels
_STR_TAGS = ("!", "tag:yaml.org,2002:str")


class YamlParseError(DataError):
    """The text is not YAML, or more of it than is read.

    Attributes:
        line: line in the text, from 0.
        column: column, from 0.
        code: ``yaml-broken`` or ``limit``.
    """

    def __init__(self, message: str, line: int, column: int, code: str = "yaml-broken") -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.code = code


class DuplicateKey(NamedTuple):
    """A key that stands twice in one mapping: where the later one stands, from 0."""

    path: tuple[str | int, ...]
    line: int
    column: int


class ComplexKey(NamedTuple):
    """A key that is a list or a mapping: where it stands, from 0.

    Attributes:
        path: the mapping that holds the key.
    """

    path: tuple[str | int, ...]
    line: int
    column: int


class Document(NamedTuple):
    """What a text says, and which of its keys are told.

    Attributes:
        value: the value of the document.
        twice: keys that were written twice; the last one holds.
        complex_keys: keys that are lists or mappings; each is left out with its value.
    """

    value: object
    duplicate_keys: tuple[DuplicateKey, ...] = ()
    complex_keys: tuple[ComplexKey, ...] = ()


def parse_exact(text: str, *, is_core_schema: bool = True) -> Document:
    """The one YAML document in a text.

    Args:
        text: YAML, with line feeds as line breaks.
        core: tell numbers, truth values and null from text; else all scalars stay as
            they are spelled.

    Raises:
        YamlFault: the text is not YAML, holds two documents, or passes a limit.
    """
    if text.count("\n%TAG") > limits.MAX_TAG_DIRECTIVES:
        raise YamlParseError(
            f"more than {limits.MAX_TAG_DIRECTIVES} %TAG directives", 0, 0, "limit"
        )
    try:
        hidden = shield.escape_unsupported(text)
    except ValueError as error:
        raise YamlParseError(str(error), 0, 0, "limit") from error
    builder = _Builder(
        _parse_events(hidden.text),
        _make_text_reader(hidden.offset),
        resolve_scalar if is_core_schema else _verbatim,
    )
    return Document(
        builder.build_document(), tuple(builder.duplicate_keys), tuple(builder.complex_keys)
    )


def _make_text_reader(offset: int) -> Callable[[ScalarEvent], str]:
    """The function that gives the text of a scalar whose characters were moved by an offset."""
    if not offset:
        return lambda event: str(event.value)
    return lambda event: shield.unescape_unsupported(
        event.value, offset, is_double_quoted=event.style == '"'
    )


def _verbatim(text: str) -> str:
    return text


def _parse_events(text: str) -> Iterator[Event]:
    """The parser's events, its errors as ours: the one seam to PyYAML."""
    try:
        yield from islice(yaml.parse(text, Loader=YAML_LOADER), limits.MAX_EVENTS)
    except yaml.MarkedYAMLError as error:
        code = "limit" if error.problem == _DEPTH_MESSAGE else "yaml-broken"
        raise YamlParseError(str(error.problem), *_error_position(error, text), code) from error
    except yaml.YAMLError as error:  # a character that is refused even when shielded
        raise YamlParseError(str(error).splitlines()[0], 0, 0) from error
    raise YamlParseError(f"more than {limits.MAX_EVENTS:,} values and marks", 0, 0, "limit")


def _error_position(error: yaml.MarkedYAMLError, text: str) -> tuple[int, int]:
    """Where it went wrong; what never ends is told where it begins."""
    line, column = _mark_position(error.problem_mark)
    if error.context_mark and line >= text.count("\n"):
        return _mark_position(error.context_mark)
    return line, column


def _mark_position(mark: Any) -> tuple[int, int]:
    return (mark.line, mark.column) if mark else (0, 0)


class _Anchor(NamedTuple):
    """The value of an anchor, and what each of its aliases counts for."""

    value: object
    nodes: int
    chars: int
    height: int


class _Builder:
    """Makes values of events; recursive, but never deeper than the limit."""

    def __init__(
        self,
        events: Iterator[Event],
        text: Callable[[ScalarEvent], str],
        meaning: Callable[[str], str | int | float | None],
    ) -> None:
        self.next_event = events.__next__
        self.scalar_text = text
        self.resolve = meaning
        self.duplicate_keys: list[DuplicateKey] = []
        self.complex_keys: list[ComplexKey] = []
        self._anchors: dict[str, _Anchor] = {}
        self._path: list[str | int] = []
        self._nodes = 0
        self._chars = 0
        self._max_depth = 0  # the longest path since the innermost open anchor

    def build_document(self) -> object:
        self.next_event()  # the stream's start
        if isinstance(self.next_event(), StreamEndEvent):
            return None
        value = self._build_node(self.next_event())
        while isinstance(event := self.next_event(), DocumentEndEvent):
            pass
        if not isinstance(event, StreamEndEvent):
            raise YamlParseError("a second document starts here", *_mark_position(event.start_mark))
        return value

    def _build_node(self, event: Event) -> object:
        if isinstance(event, AliasEvent):
            return self._resolve_alias(event)
        if isinstance(event, NodeEvent) and event.anchor:
            return self._build_anchored(event, event.anchor)
        return self._build_value(event)

    def _build_anchored(self, event: Event, anchor: str) -> object:
        nodes, chars, deepest = self._nodes, self._chars, self._max_depth
        self._max_depth = here = len(self._path)
        value = self._build_value(event)
        self._anchors[anchor] = _Anchor(
            value, self._nodes - nodes, self._chars - chars, self._max_depth - here
        )
        self._max_depth = max(self._max_depth, deepest)
        return value

    def _build_value(self, event: Event) -> object:
        self._count_nodes(1, 0, event)
        if isinstance(event, ScalarEvent):
            return self._build_scalar(event)
        return (
            self._build_mapping()
            if isinstance(event, MappingStartEvent)
            else self._build_sequence()
        )

    def _count_nodes(self, nodes: int, chars: int, event: Event) -> None:
        self._nodes += nodes
        self._chars += chars
        if self._nodes > limits.MAX_NODES:
            raise _limit_error(f"more than {limits.MAX_NODES:,} values", event)
        if self._chars > limits.MAX_TOTAL_CHARS:
            raise _limit_error(
                f"more than {limits.MAX_TOTAL_CHARS:,} characters with those of aliases", event
            )

    def _build_scalar(self, event: ScalarEvent) -> str | int | float | None:
        text = self.scalar_text(event)
        self._chars += len(text)
        return text if event.style or event.tag in _STR_TAGS else self.resolve(text)

    def _resolve_alias(self, event: AliasEvent) -> object:
        anchored = self._anchors.get(str(event.anchor))
        if anchored is None:
            raise YamlParseError(
                f"no anchor before this alias in what is read with it: *{event.anchor}",
                *_mark_position(event.start_mark),
            )
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
            raise _limit_error(f"more than {limits.MAX_DEPTH} levels within one another", event)
        self._max_depth = max(self._max_depth, depth)

    def _build_sequence(self) -> list[object]:
        entries: list[object] = []
        while not isinstance(event := self.next_event(), SequenceEndEvent):
            if len(entries) < limits.MAX_ENTRIES:
                entries.append(self._build_child(len(entries), event))
            else:
                entries.append(None)
                self._skip_node(event)
        return entries

    def _skip_node(self, event: Event) -> None:
        """Pass over a node without building it."""
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
        merged: list[Any] = []
        while not isinstance(event := self.next_event(), MappingEndEvent):
            key = self._build_key(event)
            if key is None:
                self.complex_keys.append(
                    ComplexKey(tuple(self._path), *_mark_position(event.start_mark))
                )
                self._skip_node(self.next_event())
                continue
            if key == "<<" and isinstance(event, ScalarEvent) and not event.style:
                value = self._build_child(key, self.next_event())
                if _is_mergeable(value):
                    merged.append(value)
                else:  # a field that nobody knows
                    mapping[key] = value
                continue
            if key in mapping:
                path = (*self._path, key[: limits.MAX_POINTER_CHARS])
                self.duplicate_keys.append(DuplicateKey(path, *_mark_position(event.start_mark)))
            mapping[key] = self._build_child(key, self.next_event())
        return _merge_mappings(mapping, merged) if merged else mapping

    def _build_key(self, event: Event) -> str | None:
        """A key as text, in its own spelling: ``1.50: x`` stays ``1.50``. None if complex."""
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


def _is_mergeable(value: object) -> bool:
    sources = value if isinstance(value, list) else [value]
    return all(isinstance(source, dict) for source in sources)


def _merge_mappings(mapping: dict[str, object], sources: list[Any]) -> dict[str, object]:
    """Merge keys (https://yaml.org/type/merge.html): what is written beside them wins."""
    mappings = [m for source in sources for m in (source if isinstance(source, list) else [source])]
    merged: dict[str, object] = {}
    for each in (*reversed(mappings), mapping):
        merged.update(each)
    return merged


def _limit_error(message: str, event: Event) -> YamlParseError:
    return YamlParseError(message, *_mark_position(event.start_mark), code="limit")
