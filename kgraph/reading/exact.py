"""The exact YAML parser: PyYAML's C parser gives events, and this makes values of them.

Takes text, gives a :class:`Document`: plain values by the core schema of YAML 1.2, and
the keys that were written twice. Slower than yaml-rs and free of its doubts: it decides
what a front matter means wherever the two could differ.

Invariants, whatever the text: no more than :data:`limits.DEPTH` levels and
:data:`limits.NODES` values are built (an alias counts as all that it stands for), no
list holds more than :data:`limits.ENTRIES` built entries (the rest is None), and nothing
is raised but :class:`YamlFault`.
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

from kgraph.errors import DataError
from kgraph.names import without_surrogates
from kgraph.ontology import LOADER
from kgraph.reading import limits, shield
from kgraph.reading.scalars import plain

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


class Document(NamedTuple):
    """What a text says, and which of its keys were written twice (the last one holds)."""

    value: object
    twice: tuple[Twice, ...] = ()


def parse(text: str, *, core: bool = True) -> Document:
    """The one YAML document in a text.

    Args:
        text: YAML, with line feeds as line breaks.
        core: tell numbers, truth values and null from text; else all scalars stay as
            they are spelled.

    Raises:
        YamlFault: the text is not YAML, holds two documents, or passes a limit.
    """
    hidden = shield.hide(text)
    builder = _Builder(
        _events(hidden), _as_it_is if hidden is text else _shown, plain if core else _spelled
    )
    return Document(builder.document(), tuple(builder.twice))


def _as_it_is(event: ScalarEvent) -> str:
    return str(event.value)


def _shown(event: ScalarEvent) -> str:
    return shield.show(event.value, escaped=event.style == '"')


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
        self._anchors: dict[str, tuple[object, int]] = {}
        self._path: list[str | int] = []
        self._nodes = 0

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
        before = self._nodes
        self._count(1, event)
        value: object = None
        if isinstance(event, ScalarEvent):
            value = self._scalar(event)
        elif isinstance(event, MappingStartEvent):
            value = self._mapping()
        elif isinstance(event, SequenceStartEvent):
            value = self._sequence()
        elif isinstance(event, AliasEvent):
            return self._alias(event)
        if isinstance(event, NodeEvent) and event.anchor:
            self._anchors[event.anchor] = (value, self._nodes - before)
        return value

    def _count(self, nodes: int, event: Event) -> None:
        self._nodes += nodes
        if self._nodes > limits.NODES:
            raise _limit(f"more than {limits.NODES:,} values", event)

    def _scalar(self, event: ScalarEvent) -> str | int | float | None:
        text = self.text(event)
        return text if event.style or event.tag in _STR_TAGS else self.meaning(text)

    def _alias(self, event: AliasEvent) -> object:
        if event.anchor not in self._anchors:
            raise YamlFault(
                f"no anchor before this alias in what is read with it: *{event.anchor}",
                *_place(event.start_mark),
            )
        value, nodes = self._anchors[event.anchor]
        self._count(nodes, event)
        return value

    def _deeper(self, step: str | int, event: Event) -> object:
        if len(self._path) >= limits.DEPTH:
            raise _limit(f"more than {limits.DEPTH} levels within one another", event)
        self._path.append(step)
        value = self._node(event)
        self._path.pop()
        return value

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
            if key == "<<" and isinstance(event, ScalarEvent) and not event.style:
                value = self._deeper(key, self.next())
                if _is_mergeable(value):
                    merged.append(value)
                else:  # a field that nobody knows
                    mapping[key] = value
                continue
            if key in mapping:
                self.twice.append(Twice((*self._path, key), *_place(event.start_mark)))
            mapping[key] = self._deeper(key, self.next())
        return _merged(mapping, merged) if merged else mapping

    def _key(self, event: Event) -> str:
        """A key as text: in its own spelling, so that ``1.50: x`` stays ``1.50``."""
        if isinstance(event, ScalarEvent):
            return without_surrogates(self.text(event))
        return str(self._deeper("?", event))


def _is_mergeable(value: object) -> bool:
    sources = value if isinstance(value, list) else [value]
    return all(isinstance(source, dict) for source in sources)


def _merged(mapping: dict[str, object], sources: list[Any]) -> dict[str, object]:
    """Merge keys (https://yaml.org/type/merge.html): what is written beside them wins."""
    for source in sources:
        for each in source if isinstance(source, list) else [source]:
            mapping = {**each, **mapping}
    return mapping


def _limit(message: str, event: Event) -> YamlFault:
    return YamlFault(message, *_place(event.start_mark), code="limit")
