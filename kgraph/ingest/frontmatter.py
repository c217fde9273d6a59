"""The fences around front matter, and what stands below them.

Takes the text of a file, gives its front matter and body by python-frontmatter's handler
interface, so ``frontmatter.load(path, handler=Handler())`` reads as kgraph reads. Front
matter is YAML between two lines of ``---``, TOML between two of ``+++``, JSON between two
of ``;;;``, or a JSON object that begins the file, as Hugo and others write it. Of YAML only
the split differs from what python-frontmatter does by itself: a line is a fence when it is
exactly ``---``, and it is searched as a string, which takes a tenth of the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from frontmatter.default_handlers import YAMLHandler

from kgraph.ingest import limits
from kgraph.ingest.json_front import FrontFault, JsonLayout, find_end, parse_json
from kgraph.ingest.problems import REFUSED, Report
from kgraph.ingest.salvage import recover
from kgraph.ingest.toml_front import TomlLayout, parse_toml
from kgraph.ingest.yaml_fast import YamlFault, parse
from kgraph.ingest.yaml_positions import Layout, pointer_of

_CLOSINGS = {
    fence: re.compile(rf"\n{re.escape(fence)}[ \t]*(?:\n|\Z)") for fence in ("---", "+++", ";;;")
}
_COMMENT_LINE = re.compile(r"^<!--", re.MULTILINE)


class Handler(YAMLHandler):
    """Splits and parses front matter for python-frontmatter and for kgraph.

    Args:
        report: told what is wrong, and in which lines.
    """

    FM_BOUNDARY = re.compile(
        r"\s*^(?:(?P<fence>---|\+\+\+|;;;)[ \t]*\n|(?=\{[\s\"}]))", re.MULTILINE
    )

    def __init__(self, report: Report | None = None) -> None:
        super().__init__()
        self.report = report or Report("front matter")
        self._first = 1
        self._parse: Callable[[str], dict[str, Any]] = self._load_yaml

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
        fence = opening["fence"]
        if fence is None:
            return self._split_object(text, start)
        loaders = {"---": self._load_yaml, "+++": self._load_toml, ";;;": self._load_json}
        self._parse = loaders[fence]
        closing = _CLOSINGS[fence].search(text, start - 1)
        if closing:
            return text[start : closing.start() + 1], text[closing.end() :]
        return self._unclosed(text, start, fence)

    def _split_object(self, text: str, start: int) -> tuple[str, str]:
        """The JSON object that begins a file, and what stands behind it."""
        self._parse = self._load_json
        try:
            end = find_end(text, start)
        except FrontFault:  # told when it is loaded
            end = len(text)
        return text[start:end], text[end:]

    def _unclosed(self, text: str, start: int, fence: str) -> tuple[str, str]:
        """All of the text is front matter, up to the comments that the pipeline adds."""
        self.report.add(
            "front-matter-unclosed",
            f"the front matter has no end: put a line {fence} below its last field",
            "all of the file read as front matter",
            at=(max(self._first - 1, 1), 1),
        )
        comment = _COMMENT_LINE.search(text, start)
        end = comment.start() if comment else len(text)
        front = text[start:end]
        return front if front.endswith("\n") else front + "\n", text[end:]

    def load(self, fm: str, **_: object) -> dict[str, Any]:
        """The fields of the front matter; one that cannot be parsed is LOST, and told."""
        return self._parse(fm)

    def _load_json(self, fm: str) -> dict[str, Any]:
        """The fields of JSON; those alone, without the braces around them, are taken, too."""
        bare = fm.lstrip()[:1] == '"'
        text = f"{{{fm}}}" if bare else fm
        layout = JsonLayout(text, self._first, -1 if bare else 0)
        self.report.layout = layout
        try:
            value, is_twice = parse_json(text)
        except FrontFault as fault:
            return self._refuse("JSON", fault)
        if is_twice:
            for pointer, at in layout.find_twice():
                self.report.add_twice(pointer, at)
        return self._checked(value)

    def _load_toml(self, fm: str) -> dict[str, Any]:
        self.report.layout = TomlLayout(fm, self._first)
        try:
            return self._checked(parse_toml(fm))
        except FrontFault as fault:
            return self._refuse("TOML", fault)

    def _refuse(self, name: str, fault: FrontFault) -> dict[str, Any]:
        message = (
            f"{fault}" if fault.code == "limit" else f"the front matter is not {name}: {fault}"
        )
        at = (self._first + fault.line, fault.column + 1)
        self.report.add(fault.code, message, REFUSED, at=at)
        return {}

    def _checked(self, value: object) -> dict[str, Any]:
        """The fields, where the value holds any."""
        if isinstance(value, dict) and value:
            return value
        return self._no_fields("the front matter is no mapping of fields, but", value)

    def _load_yaml(self, fm: str) -> dict[str, Any]:
        if fm.lstrip()[:1] == "{" and (found := self._json_in_yaml(fm)):
            return found
        self.report.layout = Layout(fm, self._first)
        if len(fm) > limits.FAST_CHARS:
            return self._part_by_part(f"more than {limits.FAST_CHARS:,} characters in one piece")
        try:
            document = parse(fm)
        except YamlFault as fault:
            if fault.code == "limit":
                at = (self._first + fault.line, fault.column + 1)
                self.report.add("limit", f"{fault}", "read part by part", at=at)
            return self._part_by_part(f"the front matter is not YAML: {fault}")
        for twice in document.twice:
            at = (self._first + twice.line, twice.column + 1)
            self.report.add_twice(pointer_of(twice.path), at)
        for key in document.complex_keys:
            at = (self._first + key.line, key.column + 1)
            self.report.add_complex_key(pointer_of(key.path), at)
        return self._checked(document.value)

    def _json_in_yaml(self, fm: str) -> dict[str, Any]:
        """The fields of JSON between the fences of YAML; none where it is YAML after all."""
        try:
            value, _ = parse_json(fm)
        except FrontFault:
            return {}
        return self._load_json(fm) if value else {}

    def _part_by_part(self, otherwise: str) -> dict[str, Any]:
        layout = self.report.layout
        found = recover(layout, self.report) if isinstance(layout, Layout) else {}
        return found or self._no_fields(otherwise, "")

    def _no_fields(self, message: str, value: object) -> dict[str, Any]:
        self.report.add("front-matter-shape", message, REFUSED, value=value, at=(self._first, 1))
        return {}
