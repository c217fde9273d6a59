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
from kgraph.ingest.json_front import FrontMatterError, JsonLocator, find_object_end, parse_json
from kgraph.ingest.problems import FILE_LEFT_OUT, ProblemCollector
from kgraph.ingest.salvage import salvage_fields
from kgraph.ingest.toml_front import TomlLocator, parse_toml
from kgraph.ingest.yaml_fast import YamlParseError, parse_yaml
from kgraph.ingest.yaml_positions import YamlLocator, build_pointer

_CLOSING_FENCES = {
    fence: re.compile(rf"\n{re.escape(fence)}[ \t]*(?:\n|\Z)") for fence in ("---", "+++", ";;;")
}
_COMMENT_LINE = re.compile(r"^<!--", re.MULTILINE)


class FrontMatterHandler(YAMLHandler):
    """Splits and parses front matter for python-frontmatter and for kgraph.

    Args:
        report: told what is wrong, and in which lines.
    """

    FM_BOUNDARY = re.compile(
        r"\s*^(?:(?P<fence>---|\+\+\+|;;;)[ \t]*\n|(?=\{[\s\"}]))", re.MULTILINE
    )

    def __init__(self, report: ProblemCollector | None = None) -> None:
        super().__init__()
        self.collector = report or ProblemCollector("front matter")
        self._first_line = 1
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
        self._first_line = text.count("\n", 0, start) + 1
        fence = opening["fence"]
        if fence is None:
            return self._split_json_object(text, start)
        loaders = {"---": self._load_yaml, "+++": self._load_toml, ";;;": self._load_json}
        self._parse = loaders[fence]
        closing = _CLOSING_FENCES[fence].search(text, start - 1)
        if closing:
            return text[start : closing.start() + 1], text[closing.end() :]
        return self._split_unclosed(text, start, fence)

    def _split_json_object(self, text: str, start: int) -> tuple[str, str]:
        """The JSON object that begins a file, and what stands behind it."""
        self._parse = self._load_json
        try:
            end = find_object_end(text, start)
        except FrontMatterError:  # told when it is loaded
            end = len(text)
        return text[start:end], text[end:]

    def _split_unclosed(self, text: str, start: int, fence: str) -> tuple[str, str]:
        """All of the text is front matter, up to the comments that the pipeline adds."""
        self.collector.add(
            "front-matter-unclosed",
            f"the front matter has no end: put a line {fence} below its last field",
            "all of the file read as front matter",
            position=(max(self._first_line - 1, 1), 1),
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
        layout = JsonLocator(text, self._first_line, -1 if bare else 0)
        self.collector.locator = layout
        try:
            value, is_twice = parse_json(text)
        except FrontMatterError as fault:
            return self._report_fault("JSON", fault)
        if is_twice:
            for pointer, at in layout.find_duplicate_keys():
                self.collector.add_duplicate_key(pointer, at)
        return self._check_mapping(value)

    def _load_toml(self, fm: str) -> dict[str, Any]:
        self.collector.locator = TomlLocator(fm, self._first_line)
        try:
            return self._check_mapping(parse_toml(fm))
        except FrontMatterError as fault:
            return self._report_fault("TOML", fault)

    def _report_fault(self, name: str, fault: FrontMatterError) -> dict[str, Any]:
        message = (
            f"{fault}" if fault.code == "limit" else f"the front matter is not {name}: {fault}"
        )
        at = (self._first_line + fault.line, fault.column + 1)
        self.collector.add(fault.code, message, FILE_LEFT_OUT, position=at)
        return {}

    def _check_mapping(self, value: object) -> dict[str, Any]:
        """The fields, where the value holds any."""
        if isinstance(value, dict) and value:
            return value
        return self._report_no_fields("the front matter is no mapping of fields, but", value)

    def _load_yaml(self, fm: str) -> dict[str, Any]:
        if fm.lstrip()[:1] == "{" and (found := self._try_json(fm)):
            return found
        self.collector.locator = YamlLocator(fm, self._first_line)
        if len(fm) > limits.MAX_PARSE_CHARS:
            return self._salvage(f"more than {limits.MAX_PARSE_CHARS:,} characters in one piece")
        try:
            document = parse_yaml(fm)
        except YamlParseError as fault:
            if fault.code == "limit":
                at = (self._first_line + fault.line, fault.column + 1)
                self.collector.add("limit", f"{fault}", "read part by part", position=at)
            return self._salvage(f"the front matter is not YAML: {fault}")
        for twice in document.duplicate_keys:
            at = (self._first_line + twice.line, twice.column + 1)
            self.collector.add_duplicate_key(build_pointer(twice.path), at)
        for key in document.complex_keys:
            at = (self._first_line + key.line, key.column + 1)
            self.collector.add_complex_key(build_pointer(key.path), at)
        return self._check_mapping(document.value)

    def _try_json(self, fm: str) -> dict[str, Any]:
        """The fields of JSON between the fences of YAML; none where it is YAML after all."""
        try:
            value, _ = parse_json(fm)
        except FrontMatterError:
            return {}
        return self._load_json(fm) if value else {}

    def _salvage(self, otherwise: str) -> dict[str, Any]:
        layout = self.collector.locator
        found = salvage_fields(layout, self.collector) if isinstance(layout, YamlLocator) else {}
        return found or self._report_no_fields(otherwise, "")

    def _report_no_fields(self, message: str, value: object) -> dict[str, Any]:
        self.collector.add(
            "front-matter-shape",
            message,
            FILE_LEFT_OUT,
            value=value,
            position=(self._first_line, 1),
        )
        return {}
