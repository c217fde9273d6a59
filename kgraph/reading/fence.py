"""The lines of ``---`` around front matter, and what stands below them.

Takes the text of a file, gives its front matter and body by python-frontmatter's handler
interface, so ``frontmatter.load(path, handler=Handler())`` reads as kgraph reads. Only the
split differs from what that library does by itself: a line is a fence when it is exactly
``---``, and it is searched as a string, which takes a tenth of the time.
"""

from __future__ import annotations

import re
from typing import Any

from frontmatter.default_handlers import YAMLHandler

from kgraph.reading import limits
from kgraph.reading.layout import Layout, token
from kgraph.reading.parsing import YamlFault, parse
from kgraph.reading.problems import REFUSED, Report
from kgraph.reading.recovery import recover

_CLOSING = re.compile(r"\n---[ \t]*(?:\n|\Z)")
_COMMENT_LINE = re.compile(r"^<!--", re.MULTILINE)


class Handler(YAMLHandler):
    """Splits and parses front matter for python-frontmatter and for kgraph.

    Args:
        report: told what is wrong, and in which lines.
    """

    FM_BOUNDARY = re.compile(r"\s*^---[ \t]*\n", re.MULTILINE)

    def __init__(self, report: Report | None = None) -> None:
        super().__init__()
        self.report = report or Report("front matter")
        self._first = 1

    def split(self, text: str) -> tuple[str, str]:
        """Front matter and body.

        Raises:
            ValueError: the text does not begin with a fence, as python-frontmatter asks.
        """
        opening = self.FM_BOUNDARY.match(text)
        if not opening:
            raise ValueError("no front matter")
        start = opening.end()
        self._first = text.count("\n", 0, start) + 1
        closing = _CLOSING.search(text, start - 1)
        if closing:
            return text[start : closing.start() + 1], text[closing.end() :]
        return self._unclosed(text, start)

    def _unclosed(self, text: str, start: int) -> tuple[str, str]:
        """All of the text is front matter, up to the comments that the pipeline adds."""
        self.report.add(
            "front-matter-unclosed",
            "no line of --- closes the front matter",
            "all of the file read as front matter",
            at=(max(self._first - 1, 1), 1),
        )
        comment = _COMMENT_LINE.search(text, start)
        end = comment.start() if comment else len(text)
        front = text[start:end]
        return front if front.endswith("\n") else front + "\n", text[end:]

    def load(self, fm: str, **_: object) -> dict[str, Any]:
        """The fields of the front matter; one that cannot be parsed is LOST, and told."""
        self.report.layout = Layout(fm, self._first)
        if len(fm) > limits.FAST_CHARS:
            return self._part_by_part(f"more than {limits.FAST_CHARS:,} characters in one piece")
        try:
            document = parse(fm)
        except YamlFault as fault:
            if fault.code == "limit":
                at = (self._first + fault.line, fault.column + 1)
                self.report.add("limit", f"{fault}", "read part by part", at=at)
            return self._part_by_part(f"the front matter is no YAML: {fault}")
        for twice in document.twice:
            pointer = "".join(map(token, twice.path))
            self.report.add_twice(pointer, (self._first + twice.line, twice.column + 1))
        for key in document.complex_keys:
            pointer = "".join(map(token, key.path))
            self.report.add_complex_key(pointer, (self._first + key.line, key.column + 1))
        if isinstance(document.value, dict) and document.value:
            return document.value
        return self._no_fields("the front matter is no mapping of fields, but", document.value)

    def _part_by_part(self, otherwise: str) -> dict[str, Any]:
        layout = self.report.layout
        found = recover(layout, self.report) if layout else {}
        return found or self._no_fields(otherwise, "")

    def _no_fields(self, message: str, value: object) -> dict[str, Any]:
        self.report.add("front-matter-shape", message, REFUSED, value=value, at=(self._first, 1))
        return {}
