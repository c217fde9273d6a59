"""What can be saved of a front matter that is no YAML as a whole.

Takes its layout, gives the mapping of what could be parsed; every loss is told to the
report with its line and column. The text is taken apart by indentation: each field of the
top level is parsed on its own; where that fails, each entry of its list; where that
fails, each field of the entry. So one bad line costs one field or one entry, and the
indices of the other entries stay true.

Invariants: nothing is raised; a value that is lost is :data:`problems.UNPARSED` and has been
told; a text that may have been cut off, within its quotes or by a limit, is not kept as if it
were whole; work is bounded by :data:`limits.MAX_SALVAGE_WORK` and does not depend on the parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kgraph.ingest import limits
from kgraph.ingest.problems import FIELD_SET_ASIDE, UNPARSED, ProblemCollector, Unparsed
from kgraph.ingest.yaml_fast import YamlParseError, parse_yaml
from kgraph.ingest.yaml_positions import (
    YamlBlock,
    YamlLocator,
    build_pointer,
    count_entries,
    count_indentation,
    find_child_blocks,
    find_content_start,
    find_fields,
    is_content,
    pointer_token,
)

_NOT_PLAIN = re.compile(r"[&*!|>'\"%@`{}\[\],#]|[-?:](?:\s|$)")
_TAB = "a tab indents this line, and YAML takes spaces only:"
_COLON = re.compile(r":(?=\s|$)")


def salvage_fields(layout: YamlLocator, report: ProblemCollector) -> dict[str, object]:
    """The fields of a front matter that could be parsed, and LOST for those that could not."""
    lines = list(layout.lines)
    place = find_content_start(lines, YamlBlock("", 0, len(lines), 0, 0))
    if place is None:
        return {}
    line, column = place
    parts = find_fields(lines, line, len(lines), column)
    if layout.is_truncated:
        message = f"only {limits.MAX_SALVAGE_LINES:,} lines of a front matter are told apart"
        at = (layout.first_line + len(lines), 1)
        report.add("limit", message, "the rest left out", position=at)
    return _Salvager(layout, report).salvage_mapping(parts, line, "")


def estimate_work(text: str) -> int:
    """How much work a text is to parse: about as many units as the parser gives events.

    Each value ends at one of the signs; the characters between them cost little.
    """
    return len(text) // 32 + sum(map(text.count, ",:-[{\n"))


class _Salvager:
    def __init__(self, layout: YamlLocator, report: ProblemCollector) -> None:
        self.lines = list(layout.lines)  # ours to change: what has been told is blanked out
        self.first_line = layout.first_line
        self.is_truncated = layout.is_truncated
        self.collector = report
        self.blocks_left = limits.MAX_SALVAGE_PARTS
        self.work_left = limits.MAX_SALVAGE_WORK

    def salvage_mapping(
        self, parts: list[YamlBlock], start: int, pointer: str
    ) -> dict[str, object]:
        """The fields of the mapping that begins in line ``start``, each parsed on its own."""
        before = range(start, parts[0].start if parts else len(self.lines))
        self._drop_lines((line for line in before if is_content(self.lines[line])), pointer)
        values: dict[YamlBlock, object] = {}
        for part in sorted(parts, key=self._count_chars):  # the smallest first, while work is left
            values[part] = self._parse_or_salvage(part, pointer + pointer_token(part.key))
        mapping: dict[str, object] = {}
        for part in parts:
            if part.key in mapping:
                field = pointer + pointer_token(part.key)
                self.collector.add_duplicate_key(field, self._position(part.start, part.column))
            mapping[part.key] = values[part]
        if len(parts) == limits.MAX_SALVAGE_PARTS:
            message = f"only {limits.MAX_SALVAGE_PARTS:,} fields of one mapping are read"
            at = self._position(parts[-1].stop, 0)
            self.collector.add("limit", message, "the rest left out", field=pointer, position=at)
        return mapping

    def _salvage_entries(self, parts: list[YamlBlock], stop: int, pointer: str) -> list[object]:
        read = [
            self._parse_or_salvage(p, f"{pointer}/{n}")
            for n, p in enumerate(parts[: limits.MAX_ENTRIES])
        ]
        if len(parts) <= limits.MAX_ENTRIES:
            return read
        return read + [UNPARSED] * (count_entries(self.lines, parts[0], stop) - len(read))

    def _parse_or_salvage(self, part: YamlBlock, pointer: str) -> object:
        try:
            return self._parse_block(part, pointer)
        except YamlParseError as fault:
            return self._salvage(part, pointer, fault)

    def _parse_block(self, part: YamlBlock, pointer: str) -> object:
        """The part as YAML of its own: a mapping of one field or a list of one entry."""
        if self._is_truncated(part):
            raise YamlParseError("cut off by the limit of lines", 0, part.column, "limit")
        head = " " * part.column + self.lines[part.start][part.column :]
        text = "\n".join([head, *self.lines[part.start + 1 : part.stop], ""])
        self._spend_work(estimate_work(text), part)
        if len(text) > limits.MAX_PARSE_CHARS and self._find_children(part, pointer):
            raise YamlParseError("too long to be parsed whole", 0, part.column, "limit")
        document = parse_yaml(text)
        if isinstance(document.value, dict) and len(document.value) == 1:
            (value,) = document.value.values()
        elif isinstance(document.value, list) and len(document.value) == 1:
            (value,) = document.value
        else:
            raise YamlParseError("not one field or entry", 0, part.column)
        for twice in document.duplicate_keys:
            field = pointer + build_pointer(twice.path[1:])
            self.collector.add_duplicate_key(
                field, self._position(part.start + twice.line, twice.column)
            )
        for key in document.complex_keys:
            field = pointer + build_pointer(key.path[1:])
            self.collector.add_complex_key(field, self._position(part.start + key.line, key.column))
        return value

    def _spend_work(self, work: int, part: YamlBlock) -> None:
        self.blocks_left -= 1
        if self.blocks_left < 0:
            raise YamlParseError("too many parts", 0, part.column, "limit")
        if self.work_left < work:
            raise YamlParseError("too much to be parsed part by part", 0, part.column, "limit")
        self.work_left -= work

    def _count_chars(self, part: YamlBlock) -> int:
        return sum(map(len, self.lines[part.start : part.stop]))

    def _is_truncated(self, part: YamlBlock) -> bool:
        return self.is_truncated and part.stop == len(self.lines)

    def _salvage(self, part: YamlBlock, pointer: str, fault: YamlParseError) -> object:
        """What can be had of a part that is no YAML as it stands."""
        if self._drop_lines(self._find_outdented(part), pointer):
            return self._parse_or_salvage(part, pointer)
        parts = self._find_children(part, pointer)
        if parts and self.blocks_left > 0:
            return self._parse_children(part, parts, pointer)
        text = "" if self._is_truncated(part) else self._read_as_text(part)
        if text:
            at = self._position(part.start, part.column)
            message = "unquoted text with a colon:"
            self.collector.add(
                "yaml-colon", message, "read as text", field=pointer, value=text, position=at
            )
            return text
        return self._report_unparsed(part, pointer, fault)

    def _find_children(self, part: YamlBlock, pointer: str) -> list[YamlBlock]:
        """What the part can be taken apart into."""
        return (
            find_child_blocks(self.lines, part)
            if pointer.count("/") < limits.MAX_SALVAGE_DEPTH
            else []
        )

    def _parse_children(self, part: YamlBlock, parts: list[YamlBlock], pointer: str) -> object:
        if not parts[0].key:
            return self._salvage_entries(parts, part.stop, pointer)
        start = (find_content_start(self.lines, part) or (part.start, 0))[0]
        mapping = self.salvage_mapping(parts, start, pointer)
        return {key: value for key, value in mapping.items() if value is not UNPARSED}

    def _report_unparsed(self, part: YamlBlock, pointer: str, fault: YamlParseError) -> Unparsed:
        line = min(part.start + fault.line, part.stop - 1)
        self.collector.add(
            fault.code,
            f"{fault}:",
            FIELD_SET_ASIDE if part.key else "entry left out",
            field=pointer,
            value=self.lines[line],
            position=self._position(line, fault.column),
        )
        return UNPARSED

    def _find_outdented(self, part: YamlBlock) -> Iterator[int]:
        """Lines of a part that stand too far left to belong to it."""
        for number in range(part.start + 1, part.stop):
            line = self.lines[number]
            column = count_indentation(line)
            is_entry = part.key and column == part.column and line[column:].startswith("- ")
            if column <= part.column and is_content(line) and not is_entry:
                yield number

    def _drop_lines(self, numbers: Iterable[int], pointer: str) -> bool:
        """Tell lines that belong to nothing, and take them out; whether there were any."""
        stray = list(numbers)
        if stray:
            line = self.lines[stray[0]]
            is_tab = "\t" in line[: len(line) - len(line.lstrip())]
            self.collector.add(
                "yaml-broken",
                _TAB if is_tab else "no field and no entry:",
                "line left out" if len(stray) == 1 else f"{len(stray)} lines left out",
                field=pointer,
                value=self.lines[stray[0]],
                position=self._position(stray[0], count_indentation(self.lines[stray[0]])),
            )
        for number in stray:
            self.lines[number] = ""
        return bool(stray)

    def _read_as_text(self, part: YamlBlock) -> str:
        """The value of ``title: One: two`` as its writer meant it; "" when unlike that."""
        first = self.lines[part.start][part.content_column :].strip()
        if not part.key or not first or _NOT_PLAIN.match(first):
            return ""
        rest = (line.strip() for line in self.lines[part.start + 1 : part.stop])
        text = " ".join(line for line in (first, *rest) if line)
        return text if _COLON.search(text) else ""

    def _position(self, line: int, column: int) -> tuple[int, int]:
        return self.first_line + line, column + 1
