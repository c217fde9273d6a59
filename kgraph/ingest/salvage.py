"""Salvage the fields of a front matter that is not YAML as a whole.

The text is split by indentation: each field of the top level is parsed on its own; where that
fails, each entry of its list; where that fails, each field of the entry. So a bad line costs one
field or one entry, and the indices of the other entries stay true. Every loss is reported with
its line and column.

Invariants:
    * nothing is raised;
    * a lost value is ``UNPARSED`` and has been reported;
    * a text that may be cut, within its quotes or by a limit, is not kept as if it were complete;
    * work is bounded by ``limits.MAX_SALVAGE_WORK``, whichever parser is installed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kgraph.base.markup import ANY_WIKI_LINK
from kgraph.base.text import shorten
from kgraph.ingest import limits
from kgraph.ingest.json_pointer import build_pointer, pointer_token
from kgraph.ingest.problems import (
    FIELD_SET_ASIDE,
    UNPARSED,
    FrontMatterError,
    ProblemCollector,
    describe_hashtag,
)
from kgraph.ingest.yaml_fast import parse_yaml
from kgraph.ingest.yaml_positions import (
    HASHTAG,
    YamlBlock,
    YamlLocator,
    count_entries,
    count_indentation,
    find_child_blocks,
    find_content_start,
    find_fields,
    is_content,
)

_NOT_PLAIN = re.compile(r"[&*!|>'\"%@`{}\[\],#]|[-?:](?:\s|$)")
_TAB_MESSAGE = "a tab indents this line, and YAML takes spaces only:"
_COLON = re.compile(r":(?=\s|$)")
# A quoted text, up to the end where its quotation mark is not closed, or a comment.
_QUOTED_OR_COMMENT = re.compile(
    r"""(?<=[\s,\[{]) (?: "(?:[^"\\]|\\.)*+"? | '(?:[^']|'')*+'? | \#[^\n]*+ )""",
    re.VERBOSE | re.DOTALL,
)


def salvage_fields(locator: YamlLocator, report: ProblemCollector) -> dict[str, object]:
    """Parse the fields of a front matter one by one; lost ones are ``UNPARSED``."""
    lines = list(locator.lines)
    content = find_content_start(lines, locator.document)
    if content is None:
        return {}
    line, column = content
    blocks = find_fields(lines, line, len(lines), column)
    if locator.is_truncated:
        message = f"only {limits.MAX_SALVAGE_LINES:,} lines of a front matter are read"
        position = (locator.first_line + len(lines), 1)
        report.add("limit", message, "the rest left out", position=position)
    return _Salvager(locator, report).salvage_mapping(blocks, line, "")


def estimate_work(text: str) -> int:
    """Estimate the work to parse a text, in about as many units as the parser gives events.

    Each value ends at one of these signs; the characters between them cost little.
    """
    return len(text) // 32 + sum(map(text.count, ",:-[{\n"))


class _Salvager:
    def __init__(self, locator: YamlLocator, report: ProblemCollector) -> None:
        self.lines = list(locator.lines)  # a copy, in which reported lines are blanked
        self.first_line = locator.first_line
        self.is_truncated = locator.is_truncated
        self.report = report
        self.blocks_left = limits.MAX_SALVAGE_PARTS
        self.work_left = limits.MAX_SALVAGE_WORK

    def salvage_mapping(
        self, blocks: list[YamlBlock], start: int, pointer: str
    ) -> dict[str, object]:
        """Parse the fields of the mapping that begins in line ``start`` one by one."""
        before = range(start, blocks[0].start if blocks else len(self.lines))
        self._drop_lines((line for line in before if is_content(self.lines[line])), pointer)
        values: dict[YamlBlock, object] = {}

        def count_chars(block: YamlBlock) -> int:
            return sum(map(len, self.lines[block.start : block.stop]))

        for block in sorted(blocks, key=count_chars):  # the smallest first, while work is left
            values[block] = self._parse_or_salvage(block, pointer + pointer_token(block.key))
        mapping: dict[str, object] = {}
        for block in blocks:
            if block.key in mapping:
                field = pointer + pointer_token(block.key)
                position = self._position(block.start, block.column)
                self.report.add_key_problem("key-twice", field, position)
            mapping[block.key] = values[block]
        if len(blocks) == limits.MAX_SALVAGE_PARTS:
            message = f"only {limits.MAX_SALVAGE_PARTS:,} fields of one mapping are read"
            position = self._position(blocks[-1].stop, 0)
            self.report.add("limit", message, "the rest left out", field=pointer, position=position)
        return mapping

    def _parse_or_salvage(self, block: YamlBlock, pointer: str) -> object:
        try:
            return self._parse_block(block, pointer)
        except FrontMatterError as fault:
            return self._salvage(block, pointer, fault)

    def _parse_block(self, block: YamlBlock, pointer: str) -> object:
        """Parse a block as YAML of its own: a mapping of one field or a list of one entry."""
        if self._is_cut(block):
            raise FrontMatterError("cut off by the limit of lines", 0, block.column, "limit")
        head = " " * block.column + self.lines[block.start][block.column :]
        text = "\n".join([head, *self.lines[block.start + 1 : block.stop], ""])
        self._spend_work(estimate_work(text), block)
        if len(text) > limits.MAX_PARSE_CHARS and self._find_children(block, pointer):
            raise FrontMatterError("too long to be parsed at once", 0, block.column, "limit")
        document = parse_yaml(text)
        if isinstance(document.value, dict) and len(document.value) == 1:
            (value,) = document.value.values()
        elif isinstance(document.value, list) and len(document.value) == 1:
            (value,) = document.value
        else:
            raise FrontMatterError("not one field or entry", 0, block.column)
        for key in document.key_problems:
            position = self._position(block.start + key.line, key.column)
            self.report.add_key_problem(key.code, pointer + build_pointer(key.path[1:]), position)
        return value

    def _spend_work(self, work: int, block: YamlBlock) -> None:
        self.blocks_left -= 1
        if self.blocks_left < 0:
            raise FrontMatterError("too many parts", 0, block.column, "limit")
        if self.work_left < work:
            raise FrontMatterError("too much to be parsed part by part", 0, block.column, "limit")
        self.work_left -= work

    def _is_cut(self, block: YamlBlock) -> bool:
        return self.is_truncated and block.stop == len(self.lines)

    def _salvage(self, block: YamlBlock, pointer: str, fault: FrontMatterError) -> object:
        """Return as much as possible of a block that is not YAML as it is."""
        if self._drop_lines(self._find_outdented(block), pointer):
            return self._parse_or_salvage(block, pointer)
        children = self._find_children(block, pointer)
        if children and self.blocks_left > 0:
            return self._parse_children(block, children, pointer)
        text = "" if self._is_cut(block) else self._read_as_text(block)
        if text:
            self.report.add(
                "yaml-colon",
                "unquoted text with a colon:",
                "read as text",
                field=pointer,
                value=text,
                position=self._position(block.start, block.column),
            )
            return text
        line, column = min(block.start + fault.line, block.stop - 1), fault.column
        message = str(fault)
        if fault.code == "yaml-broken" and (hashtag := self._find_hashtag(block, line)):
            line, column, tag = hashtag
            message = describe_hashtag(tag)
        elif fault.code == "yaml-broken" and (advice := self._advise_links(block)):
            message = f"[[ begins a list in a list ({advice})"
        self.report.add(
            fault.code,
            f"{message}:",
            FIELD_SET_ASIDE if block.key else "entry left out",
            field=pointer,
            value=self.lines[line],
            position=self._position(line, column),
        )
        return UNPARSED

    def _find_hashtag(self, block: YamlBlock, last: int) -> tuple[int, int, str] | None:
        """Find the first hashtag in flow style, up to some line, that makes a bracket a comment.

        A comment without such a bracket leaves the list as it is: it is not the fault.

        Returns:
            line and column of the hashtag, and its text.
        """
        content = find_content_start(self.lines, block)
        if content is None or self.lines[content[0]][content[1]] not in "[{":
            return None
        text = "\n".join(self.lines[content[0] : last + 1])
        for match in _QUOTED_OR_COMMENT.finditer(text, content[1]):
            hashtag, count = HASHTAG.match(match[0]), match[0].count
            if hashtag and count("]") + count("}") > count("[") + count("{"):
                line_start = text.rfind("\n", 0, match.start()) + 1
                line = content[0] + text.count("\n", 0, line_start)
                return line, match.start() - line_start, hashtag[0]
        return None

    def _advise_links(self, block: YamlBlock) -> str:
        """Return what to do about a text that begins with a wiki's link; "" for another one."""
        line, column = find_content_start(self.lines, block) or (block.start, 0)
        text = self.lines[line][column:].strip()
        links = ANY_WIKI_LINK.findall(text)
        if not links or not text.startswith(links[0]):
            return ""
        if block.key or len(links) == 1:
            quoted = links[0] if '"' in text else text
            return f'put the text in quotes: "{shorten(quoted)}"'
        return f'write an entry for each link, in quotes: `- "{shorten(links[0])}"`'

    def _find_children(self, block: YamlBlock, pointer: str) -> list[YamlBlock]:
        is_deep = pointer.count("/") >= limits.MAX_SALVAGE_DEPTH
        return [] if is_deep else find_child_blocks(self.lines, block)

    def _parse_children(self, block: YamlBlock, children: list[YamlBlock], pointer: str) -> object:
        if children[0].key:
            start = (find_content_start(self.lines, block) or (block.start, 0))[0]
            mapping = self.salvage_mapping(children, start, pointer)
            return {key: value for key, value in mapping.items() if value is not UNPARSED}
        entries = [
            self._parse_or_salvage(child, f"{pointer}/{n}")
            for n, child in enumerate(children[: limits.MAX_ENTRIES])
        ]
        if len(children) > limits.MAX_ENTRIES:
            count = count_entries(self.lines, children[0], block.stop)
            entries += [UNPARSED] * (count - len(entries))
        return entries

    def _find_outdented(self, block: YamlBlock) -> Iterator[int]:
        """Yield the lines of a block that are too far left to belong to it."""
        for number in range(block.start + 1, block.stop):
            line = self.lines[number]
            column = count_indentation(line)
            is_entry = block.key and column == block.column and line[column:].startswith("- ")
            if column <= block.column and is_content(line) and not is_entry:
                yield number

    def _drop_lines(self, numbers: Iterable[int], pointer: str) -> bool:
        """Report lines that belong to nothing, and blank them; return whether there are any."""
        stray = list(numbers)
        if stray:
            line = self.lines[stray[0]]
            is_tab = "\t" in line[: len(line) - len(line.lstrip())]
            self.report.add(
                "yaml-broken",
                _TAB_MESSAGE if is_tab else "neither a field nor an entry:",
                "line left out" if len(stray) == 1 else f"{len(stray)} lines left out",
                field=pointer,
                value=line,
                position=self._position(stray[0], count_indentation(line)),
            )
        for number in stray:
            self.lines[number] = ""
        return bool(stray)

    def _read_as_text(self, block: YamlBlock) -> str:
        """Read the value of ``title: One: two`` as plain text; "" if it is not like that."""
        first = self.lines[block.start][block.content_column :].strip()
        if not block.key or not first or _NOT_PLAIN.match(first):
            return ""
        following = (line.strip() for line in self.lines[block.start + 1 : block.stop])
        text = " ".join(line for line in (first, *following) if line)
        return text if _COLON.search(text) else ""

    def _position(self, line: int, column: int) -> tuple[int, int]:
        return self.first_line + line, column + 1
