"""The problems of an input: a collector for one file, and summaries of many.

Positions are looked up only when a problem is reported, so they cost nothing for a file without
problems.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from kgraph.base.counts import find_commonest, rank_counts
from kgraph.base.errors import DataError
from kgraph.base.model import InputProblem
from kgraph.base.problem_codes import PROBLEM_CODES
from kgraph.base.text import fold_letters, pluralize, shorten, shorten_path
from kgraph.base.vocabulary import load_field_table
from kgraph.ingest import limits
from kgraph.ingest.json_pointer import build_pointer, pointer_sort_key
from kgraph.ingest.placeholders import (
    find_bare_placeholder,
    find_placeholder,
    has_marks,
    match_placeholder,
)

#: Codes of problems that an unquoted placeholder in their line explains.
_PLACEHOLDER_CODES = frozenset({"json-broken", "toml-broken", "yaml-broken"})
_PLACEHOLDER_MESSAGE = (
    "a placeholder of a template (leave the file out with exclude, or fill it in):"
)
_KEY_LEFT_OUT = "left out with its value"

_INDEX = re.compile(r"/[0-9]+(?=/|$)")  #: of an entry, in a JSON Pointer

FIELD_SET_ASIDE = "field set aside"
LEFT_EMPTY = "left empty"
ROW_LEFT_OUT = "row left out"
FILE_LEFT_OUT = "file left out"


def count_lists_set_aside(problems: Iterable[InputProblem]) -> dict[str, int]:
    """Count the lists of rows that could not be read at all, by their name."""
    names = load_field_table().rows
    set_aside = (p.field for p in problems if p.action == FIELD_SET_ASIDE)
    fields = (field.removeprefix("/").lower() for field in set_aside)  # as the file has them
    counts = Counter(name for name in fields if name in names)
    return {name: counts[name] for name in names if counts[name]}


def describe_renamed_fields(
    problems: Iterable[object], limit: int | None = None, hint: str = ""
) -> Iterator[str]:
    """Yield a line for each name that fields were read under; other problems are passed over.

    Spellings that differ in case, accents or marks are one name, in the commonest of them.

    Args:
        limit: maximum number of names, those of most files first.
        hint: where to find the others.

    >>> where = {"file": "a.md", "line": 3, "column": 1, "field": "/published", "value": "date"}
    >>> what = {"code": "field-renamed", "message": "another name of", "action": "read as date"}
    >>> list(describe_renamed_fields([InputProblem(**where, **what)]))
    ['published is read as date in 1 file']
    """
    spellings: dict[tuple[str, str], Counter[str]] = {}
    for problem in problems:
        if isinstance(problem, InputProblem) and problem.code == "field-renamed":
            key = problem.field.removeprefix("/")
            spellings.setdefault((fold_letters(key), problem.value), Counter())[key] += 1
    names = {(find_commonest(keys), name[1]): keys.total() for name, keys in spellings.items()}
    for (key, field), count in rank_counts(names)[:limit]:
        yield f"{key} is read as {field} in {pluralize(count, 'file')}"
    if limit is not None and len(names) > limit:
        yield f"and {len(names) - limit:,} more, read under other names{hint}"


def describe_conversions(
    problems: Iterable[object],
    limit: int | None = None,
    hint: str = "",
    *,
    describe: Callable[[InputProblem], str] = str,
) -> Iterator[str]:
    """Yield the first remark of each field and message, but for those on renamed fields.

    Limit and hint are as in :func:`describe_renamed_fields`.

    >>> what = "/tags", "converted", "A, B", "expected a list, got", "read as 2 rows"
    >>> list(describe_conversions([InputProblem(f"{n}.md", 4, 1, *what) for n in "ab"]))
    ['a.md:4:1: /tags: expected a list, got A, B (read as 2 rows) [converted], and 1 more like it']
    """
    groups: dict[tuple[str, str], list[InputProblem]] = {}
    for problem in problems:
        if not isinstance(problem, InputProblem) or problem.code == "field-renamed":
            continue
        if problem.is_remark:
            key = (_INDEX.sub("", problem.field), problem.message)
            groups.setdefault(key, []).append(problem)
    for first, *alike in list(groups.values())[:limit]:
        yield describe(first) + (f", and {len(alike):,} more like it" if alike else "")
    if limit is not None and len(groups) > limit:
        yield f"and {len(groups) - limit:,} more, read in other forms{hint}"


def problem_sort_key(problem: InputProblem) -> tuple[object, ...]:
    """Return a key that sorts problems by file and position, and at one position by field."""
    pointer = pointer_sort_key(problem.field)
    return problem.file, problem.line, problem.column, pointer, problem


def locate_problem(problem: InputProblem, paths: Mapping[str, str]) -> InputProblem:
    """Return a problem that names its file by a path to open from the current folder.

    Args:
        paths: absolute, by the name of the file; of another file the name stays.
    """
    path = paths.get(problem.file)
    return replace(problem, file=shorten_path(Path(path))) if path else problem


class FrontMatterError(DataError):
    """Front matter that cannot be parsed, or that exceeds a limit."""

    def __init__(
        self, message: str, line: int = 0, column: int = 0, code: str = "yaml-broken"
    ) -> None:
        super().__init__(message)
        self.line = line  #: line in the front matter, from 0
        self.column = column  #: column, from 0
        self.code = code  #: one of :data:`kgraph.base.problem_codes.PROBLEM_CODES`


class Unparsed:
    """The type of :data:`UNPARSED`."""


#: Stands for a value that could not be parsed and has been reported.
UNPARSED = Unparsed()


class Locator(Protocol):
    """Finds positions in a front matter by JSON Pointer."""

    def position(self, pointer: str) -> tuple[int, int]:
        """Return line and column in the file, from 1, of a node or its nearest known ancestor."""

    def source_text(self, pointer: str) -> str | None:
        """Return a scalar as the file spells it; None if unknown."""

    def find_hashtag(self, pointer: str, *, is_alone: bool = False) -> str:
        """Return the hashtag that stands as a comment in place of a value; "" for none.

        Args:
            pointer: JSON Pointer of the value.
            is_alone: whether the comment may have nothing but hashtags.
        """


class ProblemCollector:
    """Collects the problems of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.locator: Locator | None = None
        self.keys_by_field: dict[str, str] = {}  #: fields whose keys the file spells otherwise
        self.may_have_placeholders = False  #: the front matter has marks of them
        self._lines: dict[int, str] = {}  # of front matter with marks of placeholders
        self._bare_placeholders: dict[int, str] = {}  # by line
        self._placeholder_keys: dict[str, str] = {}  # field -> placeholder that YAML reads as a key
        self._placeholder_numbers: dict[tuple[int, str], int] = {}  # line, field -> problem
        self._problems: list[InputProblem] = []
        self._omitted = 0

    def look_for_placeholders(self, text: str, first_line: int) -> None:
        """Look for placeholders of a template in front matter, which explain its problems.

        Args:
            text: the front matter.
            first_line: line of its beginning in the file, from 1.
        """
        self.may_have_placeholders = has_marks(text)
        if self.may_have_placeholders:
            self._lines = dict(enumerate(text.split("\n"), first_line))
            pairs = ((n, find_bare_placeholder(line)) for n, line in self._lines.items())
            self._bare_placeholders = {number: text for number, text in pairs if text}

    def find_placeholder(self, value: object, path: Iterable[str | int]) -> str:
        """Return the placeholder that the value at a path is as a whole; "" for another value."""
        bare = self._placeholder_keys.get(build_pointer(path), "") if value == {} else ""
        return find_placeholder(value, bare)

    def add_placeholder(
        self, placeholder: str, action: str, field: str, position: tuple[int, int] | None = None
    ) -> None:
        """Report a placeholder: one for each line and field.

        Its action is what became of the field, rather than of the key that YAML reads.
        """
        own_position = self._locate(self._spell_key(field))
        position = position or own_position
        line, _ = own_position if field else position
        place = line, "".join(field.split("/", 2)[1:2])
        number = self._placeholder_numbers.setdefault(place, len(self._problems))
        if number == len(self._problems):
            code, message = "placeholder", _PLACEHOLDER_MESSAGE
            self.add(code, message, action, field=field, value=placeholder, position=position)
        elif self._problems[number].action == _KEY_LEFT_OUT:
            old = self._problems[number]
            self._problems[number] = replace(
                old, line=position[0], column=position[1], field=field, action=action
            )

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
        """Report a problem.

        Args:
            code: one of :data:`kgraph.base.problem_codes.PROBLEM_CODES`.
            message: what is wrong; the value follows it.
            action: what was done.
            field: JSON Pointer, or "" for the file; it may begin with the name of a field.
            value: the value as read.
            position: line and column from 1; by default that of the field.
        """
        assert code in PROBLEM_CODES
        field = self._spell_key(field)
        if self._bare_placeholders and code in _PLACEHOLDER_CODES:
            position = position or self._locate(field)
            if bare := self._bare_placeholders.get(position[0]):
                self.add_placeholder(bare, action, field, position)
                return
        if len(self._problems) >= limits.MAX_PROBLEMS:
            self._omitted += 1
            return
        position = position or self._locate(field)
        if len(field) > limits.MAX_POINTER_CHARS:
            field = field[: limits.MAX_POINTER_CHARS] + "…"
        preview = preview_value(value)
        self._problems.append(
            InputProblem(self.file, *position, field, code, preview, message, action)
        )

    def _locate(self, field: str) -> tuple[int, int]:
        return self.locator.position(field) if self.locator and field else (0, 0)

    def _spell_key(self, pointer: str) -> str:
        if not self.keys_by_field:
            return pointer
        root, *tail = pointer.split("/", 2)[1:] or [""]
        return "/".join(("", self.keys_by_field.get(root, root), *tail)) if root else pointer

    def add_key_problem(self, code: str, field: str, position: tuple[int, int]) -> None:
        """Report a duplicate key (``key-twice``) or a key that is no text (``key-shape``).

        The last duplicate wins, as in every YAML loader that accepts such files (PyYAML and
        python-frontmatter, Jekyll), so that the graph agrees with what others show.
        """
        line, column = position
        # The position is that of the mapping which is the key, after a brace.
        bare = match_placeholder(self._lines.get(line, ""), column - 2)
        if code == "key-shape" and bare:
            self._placeholder_keys[field] = bare
            self.add_placeholder(bare, _KEY_LEFT_OUT, field, position)
            return
        message, action = {
            "key-twice": ("key written twice", "last one kept"),
            "key-shape": ("expected a text as a key", _KEY_LEFT_OUT),
        }[code]
        self.add(code, message, action, field=field, position=position)

    def source_text(self, pointer: str, value: object) -> str:
        """Return a number or truth value as the file spells it: ``007``, not 7."""
        text = self.locator.source_text(self._spell_key(pointer)) if self.locator else None
        return preview_value(value) if text is None else text

    def describe_hashtag(self, pointer: str, *, is_alone: bool = False) -> str:
        """Tell that a value is missing because it is a hashtag; "" if it is not."""
        pointer = self._spell_key(pointer)
        tag = self.locator.find_hashtag(pointer, is_alone=is_alone) if self.locator else ""
        return describe_hashtag(tag) if tag else ""

    def problems(self) -> tuple[InputProblem, ...]:
        """Return all problems, in the order of the file."""
        problems = sorted(self._problems, key=problem_sort_key)
        if self._omitted:
            message, action = "further problems:", "not listed"
            problems.append(
                InputProblem(self.file, 0, 0, "", "more", str(self._omitted), message, action)
            )
        return tuple(problems)


def describe_hashtag(tag: str) -> str:
    """Say why YAML does not read an unquoted hashtag, and what to do.

    >>> describe_hashtag("#chips")
    '# begins a comment (put the text in quotes: "#chips")'
    """
    return f'# begins a comment (put the text in quotes: "{shorten(tag)}")'


def preview_value(value: object) -> str:
    """Format a value for a message: one line of at most 80 printable characters.

    >>> [preview_value(value) for value in ("two\\nlines\\x1b", None, [1, 2], True)]
    ['two lines\\\\x1b', 'null', 'a list of 2', 'true']
    """
    if isinstance(value, str):
        text = shorten(value)
        if not text.isprintable():
            text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
        return shorten(text)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):  # Python refuses to print numbers of many thousand digits
        return shorten(str(value)) if value.bit_length() < 1000 else "a number of many digits"
    if isinstance(value, list):
        return f"a list of {len(value):,}"
    if isinstance(value, dict):
        keys = ", ".join(map(str, list(value)[:5]))
        return preview_value(f"a mapping of {keys}") if value else "{}"
    return preview_value(str(value))
