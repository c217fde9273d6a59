"""What can be saved of a front matter that is no YAML as a whole.

Takes its layout, gives the mapping of what could be parsed; every loss is told to the
report with its line and column. The text is taken apart by indentation: each field of the
top level is parsed on its own; where that fails, each entry of its list; where that
fails, each field of the entry. So one bad line costs one field or one entry, and the
indices of the other entries stay true.

Invariants: nothing is raised; a value that is lost is :data:`problems.LOST` and has been
told; a text that may have been cut off, within its quotes or by a limit, is not kept as if it
were whole; work is bounded by :data:`limits.WORK` and does not depend on the parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kgraph.ingest import limits
from kgraph.ingest.problems import LOST, SET_ASIDE, Lost, Report
from kgraph.ingest.yaml_fast import YamlFault, parse
from kgraph.ingest.yaml_positions import (
    Layout,
    Part,
    count_entries,
    fields,
    is_content,
    margin_of,
    parts_within,
    pointer_of,
    token,
    within,
)

_NOT_PLAIN = re.compile(r"[&*!|>'\"%@`{}\[\],#]|[-?:](?:\s|$)")
_TAB = "a tab indents this line, and YAML takes spaces only:"
_COLON = re.compile(r":(?=\s|$)")


def recover(layout: Layout, report: Report) -> dict[str, object]:
    """The fields of a front matter that could be parsed, and LOST for those that could not."""
    lines = list(layout.lines)
    place = within(lines, Part("", 0, len(lines), 0, 0))
    if place is None:
        return {}
    line, column = place
    parts = fields(lines, line, len(lines), column)
    if layout.is_cut:
        message = f"only {limits.LINES:,} lines of a front matter are told apart"
        at = (layout.first + len(lines), 1)
        report.add("limit", message, "the rest left out", at=at)
    return _Recovery(layout, report).mapping(parts, line, "")


def weigh(text: str) -> int:
    """How much work a text is to parse: about as many units as the parser gives events.

    Each value ends at one of the signs; the characters between them cost little.
    """
    return len(text) // 32 + sum(map(text.count, ",:-[{\n"))


class _Recovery:
    def __init__(self, layout: Layout, report: Report) -> None:
        self.lines = list(layout.lines)  # ours to change: what has been told is blanked out
        self.first = layout.first
        self.is_cut = layout.is_cut
        self.report = report
        self.left = limits.PIECES
        self.work = limits.WORK

    def mapping(self, parts: list[Part], start: int, pointer: str) -> dict[str, object]:
        """The fields of the mapping that begins in line ``start``, each parsed on its own."""
        before = range(start, parts[0].start if parts else len(self.lines))
        self._blank((line for line in before if is_content(self.lines[line])), pointer)
        values: dict[Part, object] = {}
        for part in sorted(parts, key=self._size):  # the smallest first, while work is left
            values[part] = self._part(part, pointer + token(part.key))
        mapping: dict[str, object] = {}
        for part in parts:
            if part.key in mapping:
                field = pointer + token(part.key)
                self.report.add_twice(field, self._at(part.start, part.column))
            mapping[part.key] = values[part]
        if len(parts) == limits.PIECES:
            message = f"only {limits.PIECES:,} fields of one mapping are read"
            at = self._at(parts[-1].stop, 0)
            self.report.add("limit", message, "the rest left out", field=pointer, at=at)
        return mapping

    def _entries(self, parts: list[Part], stop: int, pointer: str) -> list[object]:
        read = [self._part(p, f"{pointer}/{n}") for n, p in enumerate(parts[: limits.ENTRIES])]
        if len(parts) <= limits.ENTRIES:
            return read
        return read + [LOST] * (count_entries(self.lines, parts[0], stop) - len(read))

    def _part(self, part: Part, pointer: str) -> object:
        try:
            return self._parsed(part, pointer)
        except YamlFault as fault:
            return self._saved(part, pointer, fault)

    def _parsed(self, part: Part, pointer: str) -> object:
        """The part as YAML of its own: a mapping of one field or a list of one entry."""
        if self._is_cut(part):
            raise YamlFault("cut off by the limit of lines", 0, part.column, "limit")
        head = " " * part.column + self.lines[part.start][part.column :]
        text = "\n".join([head, *self.lines[part.start + 1 : part.stop], ""])
        self._spend(weigh(text), part)
        if len(text) > limits.FAST_CHARS and self._within(part, pointer):
            raise YamlFault("too long to be parsed whole", 0, part.column, "limit")
        document = parse(text)
        if isinstance(document.value, dict) and len(document.value) == 1:
            (value,) = document.value.values()
        elif isinstance(document.value, list) and len(document.value) == 1:
            (value,) = document.value
        else:
            raise YamlFault("not one field or entry", 0, part.column)
        for twice in document.twice:
            field = pointer + pointer_of(twice.path[1:])
            self.report.add_twice(field, self._at(part.start + twice.line, twice.column))
        for key in document.complex_keys:
            field = pointer + pointer_of(key.path[1:])
            self.report.add_complex_key(field, self._at(part.start + key.line, key.column))
        return value

    def _spend(self, work: int, part: Part) -> None:
        self.left -= 1
        if self.left < 0:
            raise YamlFault("too many parts", 0, part.column, "limit")
        if self.work < work:
            raise YamlFault("too much to be parsed part by part", 0, part.column, "limit")
        self.work -= work

    def _size(self, part: Part) -> int:
        return sum(map(len, self.lines[part.start : part.stop]))

    def _is_cut(self, part: Part) -> bool:
        return self.is_cut and part.stop == len(self.lines)

    def _saved(self, part: Part, pointer: str, fault: YamlFault) -> object:
        """What can be had of a part that is no YAML as it stands."""
        if self._blank(self._outdented(part), pointer):
            return self._part(part, pointer)
        parts = self._within(part, pointer)
        if parts and self.left > 0:
            return self._taken_apart(part, parts, pointer)
        text = "" if self._is_cut(part) else self._as_text(part)
        if text:
            at = self._at(part.start, part.column)
            message = "unquoted text with a colon:"
            self.report.add("yaml-colon", message, "read as text", field=pointer, value=text, at=at)
            return text
        return self._lost(part, pointer, fault)

    def _within(self, part: Part, pointer: str) -> list[Part]:
        """What the part can be taken apart into."""
        return parts_within(self.lines, part) if pointer.count("/") < limits.LEVELS else []

    def _taken_apart(self, part: Part, parts: list[Part], pointer: str) -> object:
        if not parts[0].key:
            return self._entries(parts, part.stop, pointer)
        start = (within(self.lines, part) or (part.start, 0))[0]
        mapping = self.mapping(parts, start, pointer)
        return {key: value for key, value in mapping.items() if value is not LOST}

    def _lost(self, part: Part, pointer: str, fault: YamlFault) -> Lost:
        line = min(part.start + fault.line, part.stop - 1)
        self.report.add(
            fault.code,
            f"{fault}:",
            SET_ASIDE if part.key else "entry left out",
            field=pointer,
            value=self.lines[line],
            at=self._at(line, fault.column),
        )
        return LOST

    def _outdented(self, part: Part) -> Iterator[int]:
        """Lines of a part that stand too far left to belong to it."""
        for number in range(part.start + 1, part.stop):
            line = self.lines[number]
            column = margin_of(line)
            is_entry = part.key and column == part.column and line[column:].startswith("- ")
            if column <= part.column and is_content(line) and not is_entry:
                yield number

    def _blank(self, numbers: Iterable[int], pointer: str) -> bool:
        """Tell lines that belong to nothing, and take them out; whether there were any."""
        stray = list(numbers)
        if stray:
            line = self.lines[stray[0]]
            is_tab = "\t" in line[: len(line) - len(line.lstrip())]
            self.report.add(
                "yaml-broken",
                _TAB if is_tab else "no field and no entry:",
                "line left out" if len(stray) == 1 else f"{len(stray)} lines left out",
                field=pointer,
                value=self.lines[stray[0]],
                at=self._at(stray[0], margin_of(self.lines[stray[0]])),
            )
        for number in stray:
            self.lines[number] = ""
        return bool(stray)

    def _as_text(self, part: Part) -> str:
        """The value of ``title: One: two`` as its writer meant it; "" when unlike that."""
        first = self.lines[part.start][part.content :].strip()
        if not part.key or not first or _NOT_PLAIN.match(first):
            return ""
        rest = (line.strip() for line in self.lines[part.start + 1 : part.stop])
        text = " ".join(line for line in (first, *rest) if line)
        return text if _COLON.search(text) else ""

    def _at(self, line: int, column: int) -> tuple[int, int]:
        return self.first + line, column + 1
