"""The exact YAML parser: PyYAML's C parser gives events, and this makes values of them.

Takes text, gives a :class:`Document`: plain values by the core schema of YAML 1.2, the
keys that were written twice, and the keys that are no scalars. Slower than yaml-rs and free
of its doubts: it decides what a front matter means wherever the two could differ.

Invariants, whatever the text: no more than :data:`limits.DEPTH` levels,
:data:`limits.NODES` values and :data:`limits.CHARS` characters are built (an alias counts
as all that it stands for), no list holds more than :data:`limits.ENTRIES` built entries
(the rest is None), every key is a text of the file, and nothing is raised but
:class:`YamlFault`. Time and memory are linear in the text.
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
from kgraph.base.text import without_surrogates
from kgraph.base.vocabulary import LOADER
from kgraph.ingest import limits, shield
from kgraph.ingest.scalars import plain

_TOO_DEEP = "exceeded maximum nesting depth"  # the C parser's own limit, of 1,000 levels
_STR_TAGS = ("!", "tag:yaml.org,2002:str")


class YamlFault(DataError):
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


class Twice(NamedTuple):
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
    twice: tuple[Twice, ...] = ()
    complex_keys: tuple[ComplexKey, ...] = ()


def parse(text: str, *, core: bool = True) -> Document:
    """The one YAML document in a text.

    Args:
        text: YAML, with line feeds as line breaks.
        core: tell numbers, truth values and null from text; else all scalars stay as
            they are spelled.

    Raises:
        YamlFault: the text is not YAML, holds two documents, or passes a limit.
    """
    if text.count("\n%TAG") > limits.TAG_DIRECTIVES:
        raise YamlFault(f"more than {limits.TAG_DIRECTIVES} %TAG directives", 0, 0, "limit")
    try:
        hidden = shield.hide(text)
    except ValueError as error:
        raise YamlFault(str(error), 0, 0, "limit") from error
    builder = _Builder(_events(hidden.text), _text_of(hidden.offset), plain if core else _spelled)
    return Document(builder.document(), tuple(builder.twice), tuple(builder.complex_keys))


def _text_of(offset: int) -> Callable[[ScalarEvent], str]:
    """The function that gives the text of a scalar whose characters were moved by an offset."""
    if not offset:
        return lambda event: str(event.value)
    return lambda event: shield.show(event.value, offset, escaped=event.style == '"')


def _spelled(text: str) -> str:
    return text


def _events(text: str) -> Iterator[Event]:
    """The parser's events, its errors as ours: the one seam to PyYAML."""
    try:
        yield from islice(yaml.parse(text, Loader=LOADER), limits.EVENTS)
    except yaml.MarkedYAMLError as error:
        code = "limit" if error.problem == _TOO_DEEP else "yaml-broken"
        raise YamlFault(str(error.problem), *_fault_place(error, text), code) from error
    except yaml.YAMLError as error:  # a character that is refused even when shielded
        raise YamlFault(str(error).splitlines()[0], 0, 0) from error
    raise YamlFault(f"more than {limits.EVENTS:,} values and marks", 0, 0, "limit")


def _fault_place(error: yaml.MarkedYAMLError, text: str) -> tuple[int, int]:
    """Where it went wrong; what never ends is told where it begins."""
    line, column = _place(error.problem_mark)
    if error.context_mark and line >= text.count("\n"):
        return _place(error.context_mark)
    return line, column


def _place(mark: Any) -> tuple[int, int]:
    return (mark.line, mark.column) if mark else (0, 0)


class _Anchored(NamedTuple):
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
        self.next = events.__next__
        self.text = text
        self.meaning = meaning
        self.twice: list[Twice] = []
        self.complex_keys: list[ComplexKey] = []
        self._anchors: dict[str, _Anchored] = {}
        self._path: list[str | int] = []
        self._nodes = 0
        self._chars = 0
        self._deepest = 0  # the longest path since the innermost open anchor

    def document(self) -> object:
        self.next()  # the stream's start
        if isinstance(self.next(), StreamEndEvent):
            return None
        value = self._node(self.next())
        while isinstance(event := self.next(), DocumentEndEvent):
            pass
        if not isinstance(event, StreamEndEvent):
            raise YamlFault("a second document starts here", *_place(event.start_mark))
        return value

    def _node(self, event: Event) -> object:
        if isinstance(event, AliasEvent):
            return self._alias(event)
        if isinstance(event, NodeEvent) and event.anchor:
            return self._anchored(event, event.anchor)
        return self._value(event)

    def _anchored(self, event: Event, anchor: str) -> object:
        nodes, chars, deepest = self._nodes, self._chars, self._deepest
        self._deepest = here = len(self._path)
        value = self._value(event)
        self._anchors[anchor] = _Anchored(
            value, self._nodes - nodes, self._chars - chars, self._deepest - here
        )
        self._deepest = max(self._deepest, deepest)
        return value

    def _value(self, event: Event) -> object:
        self._count(1, 0, event)
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        return self._mapping() if isinstance(event, MappingStartEvent) else self._sequence()

    def _count(self, nodes: int, chars: int, event: Event) -> None:
        self._nodes += nodes
        self._chars += chars
        if self._nodes > limits.NODES:
            raise _limit(f"more than {limits.NODES:,} values", event)
        if self._chars > limits.CHARS:
            raise _limit(f"more than {limits.CHARS:,} characters with those of aliases", event)

    def _scalar(self, event: ScalarEvent) -> str | int | float | None:
        text = self.text(event)
        self._chars += len(text)
        return text if event.style or event.tag in _STR_TAGS else self.meaning(text)

    def _alias(self, event: AliasEvent) -> object:
        anchored = self._anchors.get(str(event.anchor))
        if anchored is None:
            raise YamlFault(
                f"no anchor before this alias in what is read with it: *{event.anchor}",
                *_place(event.start_mark),
            )
        self._count(anchored.nodes, anchored.chars, event)
        self._reach(len(self._path) + anchored.height, event)
        return anchored.value

    def _deeper(self, step: str | int, event: Event) -> object:
        self._reach(len(self._path) + 1, event)
        self._path.append(step[: limits.POINTER] if isinstance(step, str) else step)
        value = self._node(event)
        self._path.pop()
        return value

    def _reach(self, depth: int, event: Event) -> None:
        if depth > limits.DEPTH:
            raise _limit(f"more than {limits.DEPTH} levels within one another", event)
        self._deepest = max(self._deepest, depth)

    def _sequence(self) -> list[object]:
        entries: list[object] = []
        while not isinstance(event := self.next(), SequenceEndEvent):
            if len(entries) < limits.ENTRIES:
                entries.append(self._deeper(len(entries), event))
            else:
                entries.append(None)
                self._skip(event)
        return entries

    def _skip(self, event: Event) -> None:
        """Pass over a node without building it."""
        depth = 0
        while True:
            if isinstance(event, (SequenceStartEvent, MappingStartEvent)):
                depth += 1
            elif isinstance(event, (SequenceEndEvent, MappingEndEvent)):
                depth -= 1
            if not depth:
                return
            event = self.next()

    def _mapping(self) -> dict[str, object]:
        mapping: dict[str, object] = {}
        merged: list[Any] = []
        while not isinstance(event := self.next(), MappingEndEvent):
            key = self._key(event)
            if key is None:
                self.complex_keys.append(ComplexKey(tuple(self._path), *_place(event.start_mark)))
                self._skip(self.next())
                continue
            if key == "<<" and isinstance(event, ScalarEvent) and not event.style:
                value = self._deeper(key, self.next())
                if _is_mergeable(value):
                    merged.append(value)
                else:  # a field that nobody knows
                    mapping[key] = value
                continue
            if key in mapping:
                path = (*self._path, key[: limits.POINTER])
                self.twice.append(Twice(path, *_place(event.start_mark)))
            mapping[key] = self._deeper(key, self.next())
        return _merged(mapping, merged) if merged else mapping

    def _key(self, event: Event) -> str | None:
        """A key as text, in its own spelling: ``1.50: x`` stays ``1.50``. None if complex."""
        key: object = None
        if isinstance(event, ScalarEvent):
            key = self.text(event)
            if event.anchor:
                value = key if event.style or event.tag in _STR_TAGS else self.meaning(key)
                self._anchors[event.anchor] = _Anchored(value, 1, len(key), 0)
        elif isinstance(event, AliasEvent):
            key = self._alias(event)
        else:
            self._skip(event)
        return without_surrogates(key) if isinstance(key, str) else None


def _is_mergeable(value: object) -> bool:
    sources = value if isinstance(value, list) else [value]
    return all(isinstance(source, dict) for source in sources)


def _merged(mapping: dict[str, object], sources: list[Any]) -> dict[str, object]:
    """Merge keys (https://yaml.org/type/merge.html): what is written beside them wins."""
    mappings = [m for source in sources for m in (source if isinstance(source, list) else [source])]
    merged: dict[str, object] = {}
    for each in (*reversed(mappings), mapping):
        merged.update(each)
    return merged


def _limit(message: str, event: Event) -> YamlFault:
    return YamlFault(message, *_place(event.start_mark), code="limit")
