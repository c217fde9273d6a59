"""Split an episode file into front matter and body, and parse both.

:class:`FrontMatterHandler` has python-frontmatter's handler interface, so that
``frontmatter.load(path, handler=FrontMatterHandler())`` reads as kgraph reads. Front matter is
YAML between two lines of ``---``, TOML between two of ``+++``, JSON between two of ``;;;``, or a
JSON object that begins the file, as Hugo and others write it. A line is a fence if it is exactly
``---`` but for trailing blanks; the first one may name its format, as gray-matter writes it:
``---json``, ``---toml`` or ``---yaml``.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from frontmatter.default_handlers import YAMLHandler

from kgraph.base.text import shorten
from kgraph.base.vocabulary import load_field_table
from kgraph.ingest import limits
from kgraph.ingest.json_and_toml import (
    JsonLocator,
    TomlLocator,
    find_object_end,
    parse_json,
    parse_toml,
)
from kgraph.ingest.json_pointer import build_pointer
from kgraph.ingest.problems import FILE_LEFT_OUT, FrontMatterError, ProblemCollector
from kgraph.ingest.salvage import salvage_fields
from kgraph.ingest.set_aside import set_placeholders_aside
from kgraph.ingest.yaml_fast import parse_yaml
from kgraph.ingest.yaml_positions import YamlLocator

_CLOSING_FENCES = {
    fence: re.compile(rf"\n{re.escape(fence)}[ \t]*(?:\n|\Z)") for fence in ("---", "+++", ";;;")
}
_COMMENT_LINE = re.compile(r"^<!--", re.MULTILINE)
# Of leftover front matter. "Ann: ..." is a line of a talk, and "- Guest: ..." an entry of a list.
_KEY_LINE = re.compile(r"\s*[a-z_][\w-]*:(?:\s|$)")
_YAML_LINE = re.compile(rf"{_KEY_LINE.pattern}|- |\s+\S")
#: Format of front matter by its first fence; None before a JSON object.
_FORMATS = {"---": "YAML", "+++": "TOML", ";;;": "JSON", None: "JSON"}


def name_format(opening: re.Match[str]) -> str:
    """Return the format of front matter: YAML, TOML or JSON.

    Args:
        opening: of :attr:`FrontMatterHandler.FM_BOUNDARY`.
    """
    stated = (opening["format"] or "").upper()
    return stated.replace("YML", "YAML") or _FORMATS[opening["fence"]]


class FrontMatterHandler(YAMLHandler):
    """Splits and parses front matter for python-frontmatter and for kgraph."""

    FM_BOUNDARY = re.compile(
        r"\s*^(?:(?P<fence>---|\+\+\+|;;;)"
        r"(?:(?<=---)[ \t]*(?P<format>json|toml|ya?ml))?[ \t]*\n"
        r"|(?=\{[\s\"}]))",
        re.MULTILINE | re.IGNORECASE,
    )

    def __init__(self, report: ProblemCollector | None = None) -> None:
        super().__init__()
        self.report = report or ProblemCollector("front matter")
        self._first_line = 1
        self._format = "YAML"

    def split(self, text: str) -> tuple[str, str]:
        """Return front matter and body.

        Raises:
            ValueError: the text does not begin with a fence, as python-frontmatter expects.
        """
        opening = self.FM_BOUNDARY.match(text)
        if not opening:
            raise ValueError("no front matter")
        start = opening.end()
        self._first_line = text.count("\n", 0, start) + 1
        self._format, fence = name_format(opening), opening["fence"]
        if fence is None:
            try:
                end = find_object_end(text, start)
            except FrontMatterError:  # reported by `load`
                end = len(text)
            return text[start:end], text[end:]
        closing = _CLOSING_FENCES[fence].search(text, start - 1)
        if closing:
            return text[start : closing.start() + 1], text[closing.end() :]
        self.report.add(
            "front-matter-unclosed",
            f"the front matter is not closed: put a line {fence} below its last field",
            "all of the file read as front matter",
            position=(max(self._first_line - 1, 1), 1),
        )
        comment = _COMMENT_LINE.search(text, start)  # the pipeline adds comments at the end
        end = comment.start() if comment else len(text)
        front = text[start:end]
        return front if front.endswith("\n") else front + "\n", text[end:]

    def load(self, fm: str, **_: object) -> dict[str, Any]:
        """Parse the fields of a front matter; one that cannot be parsed is ``UNPARSED``."""
        # Chosen here: a handler that held its own method would refer to itself, and a build, which
        # looks for no cycles, would keep the text of its file.
        self.report.look_for_placeholders(fm, self._first_line)
        parsers = {"YAML": self._load_yaml, "TOML": self._load_toml, "JSON": self._load_json}
        fields = parsers[self._format](fm)
        return set_placeholders_aside(fields, self.report)

    def _load_json(self, fm: str) -> dict[str, Any]:
        """Parse a JSON object, or its fields without the braces."""
        is_bare = fm.lstrip()[:1] == '"'
        text = f"{{{fm}}}" if is_bare else fm
        locator = JsonLocator(text, self._first_line, -1 if is_bare else 0)
        self.report.locator = locator
        try:
            parsed = parse_json(text)
        except FrontMatterError as fault:
            if is_bare and fault.line == 0:
                fault.column = max(fault.column - 1, 0)  # without the brace
            return self._report_fault("JSON", fault, fm)
        if parsed.has_duplicates:
            for pointer, position in locator.find_duplicate_keys():
                self.report.add_key_problem("key-twice", pointer, position)
        for pointer, constant in locator.find_constants() if parsed.has_constants else ():
            message = "not a value of JSON (write null, or put it in quotes):"
            self.report.add("json-broken", message, "value left out", field=pointer, value=constant)
        return self._check_mapping(parsed.value)

    def _load_toml(self, fm: str) -> dict[str, Any]:
        self.report.locator = TomlLocator(fm, self._first_line)
        try:
            return self._check_mapping(parse_toml(fm))
        except FrontMatterError as fault:
            return self._report_fault("TOML", fault, fm)

    def _report_fault(self, name: str, fault: FrontMatterError, fm: str) -> dict[str, Any]:
        message, line = str(fault), ""
        if fault.code != "limit":
            message = f"the front matter is not {name}: {fault}"
            if fault.line or fault.column:  # else it is unknown where
                message += ":"
                line = fm.split("\n")[fault.line]
                if shorten(line).endswith("…"):
                    line = line[fault.column :]
        position = self._position(fault)
        self.report.add(fault.code, message, FILE_LEFT_OUT, value=line, position=position)
        return {}

    def _position(self, fault: Any) -> tuple[int, int]:
        return self._first_line + fault.line, fault.column + 1

    def _check_mapping(self, value: object) -> dict[str, Any]:
        if isinstance(value, dict) and value:
            return value
        return self._report_no_fields("the front matter is not a mapping of fields but", value)

    def _load_yaml(self, fm: str) -> dict[str, Any]:
        if fm.lstrip()[:1] == "{":
            with suppress(FrontMatterError):  # a flow mapping of YAML
                parsed = parse_json(fm)
                if parsed.value and not parsed.has_constants:
                    return self._load_json(fm)
        locator = YamlLocator(fm, self._first_line)
        self.report.locator = locator
        if len(fm) > limits.MAX_PARSE_CHARS:
            return salvage_fields(locator, self.report) or self._report_no_fields(
                f"more than {limits.MAX_PARSE_CHARS:,} characters in one piece", ""
            )
        try:
            document = parse_yaml(fm)
        except FrontMatterError as fault:
            if fault.code == "limit":
                action, position = "read part by part", self._position(fault)
                self.report.add("limit", f"{fault}", action, position=position)
            return salvage_fields(locator, self.report) or self._report_no_fields(
                f"the front matter is not YAML: {fault}", ""
            )
        for key in document.key_problems:
            self.report.add_key_problem(key.code, build_pointer(key.path), self._position(key))
        return self._check_mapping(document.value)

    def _report_no_fields(self, message: str, value: object) -> dict[str, Any]:
        position = (self._first_line, 1)
        self.report.add(
            "front-matter-shape", message, FILE_LEFT_OUT, value=value, position=position
        )
        return {}


# -- the body --------------------------------------------------------------------


def read_body(report: ProblemCollector, body: str, text: str) -> tuple[tuple[str, ...], str]:
    """Return the texts of a body's HTML comments, which the pipeline writes, and its other text.

    A file that was written over a longer one ends in the tail of that one: such leftover front
    matter is kept and reported.

    Args:
        report: collects the problems.
        body: the text after the front matter.
        text: the whole file, which ends with the body.
    """
    comments, remainder = split_comments(body)
    if remainder and is_leftover_front_matter(remainder):
        offset = text.find(remainder.split("\n", 1)[0], len(text) - len(body))
        position = (text.count("\n", 0, offset) + 1, 1)
        message = "leftover front matter in the body:"
        report.add("body-residue", message, "kept as body", value=remainder, position=position)
    return comments, remainder


def split_comments(body: str) -> tuple[tuple[str, ...], str]:
    """Split a body into the texts of its HTML comments and its other text, stripped.

    >>> split_comments("<!-- made by hand -->\\nMore.\\n")
    (('made by hand',), 'More.')
    """
    comments, texts, offset = [], [], 0
    while (start := body.find("<!--", offset)) >= 0 and (end := body.find("-->", start + 4)) >= 0:
        comments.append(body[start + 4 : end].strip())
        texts.append(body[offset:start])
        offset = end + 3
    texts.append(body[offset:])
    return tuple(comments), "".join(texts).strip()


def is_leftover_front_matter(body: str) -> bool:
    """Check whether a body has a closing fence below fields, or two known fields.

    Any other line of ``---`` is a horizontal rule, or makes a heading of the text above it: 22 of
    119 foreign notes have one after a blank line, and 8 of 238 below a text.
    """
    table = load_field_table()
    names = {*table.episode, *table.rows, *(n for row in table.rows.values() for n in row.fields)}
    lines = body.splitlines()
    keys = (line.strip().removeprefix("- ").partition(":")[0] for line in lines if ":" in line)
    if sum(key in names for key in keys) > 1:
        return True
    start = 0  # of the lines without a blank one or a fence
    for number, line in enumerate(lines):
        if line.rstrip() == "---" and _are_fields(lines[start:number], may_lack_start=not start):
            return True
        if line.rstrip() in ("", "---"):
            start = number + 1
    return False


def _are_fields(lines: list[str], *, may_lack_start: bool) -> bool:
    whole = lines[1:] if may_lack_start and len(lines) > 1 else lines
    return all(map(_YAML_LINE.match, whole)) and any(map(_KEY_LINE.match, lines))
