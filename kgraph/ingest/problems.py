"""What can be wrong with an input, by code, and the collector of one file's problems.

Takes what the other modules of this room find, gives :class:`model.InputProblem` values. Lines
are looked up only when a problem is told, so a file without problems does not pay for
them.
"""

from __future__ import annotations

from typing import Protocol

from kgraph.base.model import InputProblem
from kgraph.base.text import shorten
from kgraph.ingest import limits

PROBLEM_CODES = {
    "address-invalid": "not an http or https URL nor a path on the site",
    "address-encoded": "characters that no address may hold were percent-encoded",
    "body-residue": "the body holds what looks like front matter left over",
    "converted": "a value of another type that can only mean one thing",
    "date-invalid": "not a date or a date and time, or one that could be read in two ways",
    "encoding": "the file is not UTF-8 without a byte order mark",
    "field-missing": "a required field is absent or empty",
    "field-unknown": "ontology/fields.yaml does not know the field",
    "file-binary": "the file is not text",
    "file-empty": "the file holds nothing",
    "file-too-large": "the file passes the limit of size",
    "file-unreadable": "the file or folder cannot be read",
    "folder-empty": "no episode file was found",
    "front-matter-missing": "the file does not begin with front matter",
    "front-matter-shape": "the front matter is no mapping of fields",
    "front-matter-unclosed": "the front matter has no end",
    "hidden": "hidden files and folders were left out",
    "key-shape": "a key that is not a text, such as a list or a mapping",
    "key-twice": "a key stands twice in one mapping",
    "json-broken": "front matter that is not JSON as its braces promise",
    "level-invalid": "not high, medium or low",
    "limit": "more than is read of one file",
    "link-broken": "a link that leads nowhere, or back to itself",
    "list-shape": "a field of rows holds no list",
    "mojibake": "text that was decoded with the wrong encoding",
    "more": "further problems of the file, told as a number",
    "out-of-range": "a number outside its range",
    "row-empty": "rows whose required text is empty",
    "row-incomplete": "a row without its required field",
    "row-shape": "an entry that is no mapping of fields",
    "surrogate": "an escape of half a character",
    "toml-broken": "front matter that is not TOML as its fence promises",
    "type-wrong": "a value of another type",
    "yaml-broken": "a part that is no YAML",
    "yaml-colon": "an unquoted text that holds a colon and a space",
}
"""Code of a problem -> what it is, in words."""

FIELD_SET_ASIDE = "field set aside"
ROW_LEFT_OUT = "row left out"
FILE_LEFT_OUT = "file left out"


class Unparsed:
    """The type of :data:`UNPARSED`."""

    def __repr__(self) -> str:
        return "LOST"


UNPARSED = Unparsed()
"""In the place of a value that could not be parsed and has been told."""


class Locator(Protocol):
    """Finds the parts of one front matter by their JSON Pointers."""

    def position(self, pointer: str) -> tuple[int, int]:
        """Line and column in the file, from 1, of the nearest part that can be told."""

    def source_text(self, pointer: str) -> str | None:
        """How the scalar at a JSON Pointer is spelled; None when that cannot be told."""


class ProblemCollector:
    """The problems of one file, as they are met.

    Args:
        file: name of the file.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.locator: Locator | None = None
        self._problems: list[InputProblem] = []
        self._omitted = 0

    def add(
        self,
        code: str,
        message: str,
        action: str,
        *,
        field: str = "",
        value: object = "",
        position: tuple[int, int] | None = None,
    ) -> None:
        """Tell a problem.

        Args:
            code: one of :data:`PROBLEM_CODES`.
            message: what is wrong, in words; ends such that the value can follow.
            action: what was done.
            field: JSON Pointer, or "" for the file.
            value: as found.
            at: line and column from 1; None looks the field up.
        """
        assert code in PROBLEM_CODES
        if len(self._problems) >= limits.MAX_PROBLEMS:
            self._omitted += 1
            return
        line, column = position or self._locate(field)
        field = (
            field
            if len(field) <= limits.MAX_POINTER_CHARS
            else field[: limits.MAX_POINTER_CHARS] + "…"
        )
        self._problems.append(
            InputProblem(
                self.file, line, column, field, code, preview_value(value), message, action
            )
        )

    def add_duplicate_key(self, field: str, at: tuple[int, int]) -> None:
        """Tell a key that stands twice; ``at`` is the later place.

        The last one holds, as in every YAML loader that accepts such files (PyYAML, and
        with it python-frontmatter; Jekyll): the graph agrees with what others show.
        """
        self.add("key-twice", "key written twice", "last one kept", field=field, position=at)

    def add_complex_key(self, field: str, at: tuple[int, int]) -> None:
        """Tell a key that is not a text; no field has such a name."""
        message = "expected a text as a key"
        self.add("key-shape", message, "left out with its value", field=field, position=at)

    def _locate(self, field: str) -> tuple[int, int]:
        return self.locator.position(field) if self.locator and field else (0, 0)

    def source_text(self, pointer: str, value: object) -> str:
        """A number or truth value as the file spells it: ``007``, not 7."""
        spelled = self.locator.source_text(pointer) if self.locator else None
        return preview_value(value) if spelled is None else spelled

    def problems(self) -> tuple[InputProblem, ...]:
        """All of them, in the order of the file."""
        told = sorted(self._problems)
        if self._omitted:
            told.append(
                InputProblem(
                    self.file, 0, 0, "", "more", str(self._omitted), "further problems:", "not told"
                )
            )
        return tuple(told)


def preview_value(value: object) -> str:
    """A value for a reader: on one line, at most 80 characters, without control characters.

    >>> preview_value("two\\nlines\\x1b"), preview_value(None), preview_value([1, 2]), preview_value(True)
    ('two lines\\\\x1b', 'null', 'a list of 2', 'true')
    """
    if isinstance(value, str):
        return shorten(_escape_unprintable(shorten(value)))
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):  # Python refuses to print numbers of many thousand digits
        return shorten(str(value)) if value.bit_length() < 1000 else "a number of many digits"
    if isinstance(value, list):
        return f"a list of {len(value):,}"
    if isinstance(value, dict):
        return (
            preview_value("a mapping of " + ", ".join(map(str, list(value)[:5]))) if value else "{}"
        )
    return preview_value(str(value))


def _escape_unprintable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
