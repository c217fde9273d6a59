"""The fields of an episode and the rows of its lists, read as their types say.

Takes what YAML gives for one field, gives typed values and :class:`model.Row` values; what
is wrong goes to the report. A row that is already as it should be is recognised by one
test a field and kept as it came; only the others are read field by field.

Invariants: a row's index is its place in the list as written; entries counted = rows
given + entries told to be left out; a parsed value is never changed in place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from kgraph.base.model import Row, Value
from kgraph.base.vocabulary import Field, RowType
from kgraph.ingest import limits
from kgraph.ingest.extra import as_json, as_key
from kgraph.ingest.field_types import KINDS
from kgraph.ingest.lists import split_names
from kgraph.ingest.meant import advise
from kgraph.ingest.problems import LEFT_OUT, LOST, Report
from kgraph.ingest.taken import is_blank
from kgraph.ingest.texts import too_long
from kgraph.ingest.yaml_positions import token

_EXAMPLES = {"name": "OpenAI", "text": "the words"}
"""Type of a row's own field -> an example of it, for messages."""

_LINK = 'put a link in quotes: `- "[[OpenAI]]"`'
"""How to write what YAML takes for a list in a list."""

UNKNOWN = "+"
"""Key under which a row keeps the fields that no table knows, as JSON text."""


def read_field(report: Report, field: Field, value: object, pointer: str) -> Value | None:
    """The value as the field's type has it; None when it states nothing or is set aside."""
    if is_blank(value):
        return None
    taken = KINDS[field.type].read(value, lambda at: _spelling(report, value, pointer, at))
    for trouble in taken.troubles:
        report.add(
            trouble.code,
            trouble.message,
            trouble.action,
            field=pointer + trouble.at,
            value=trouble.value,
        )
    return taken.value


def _spelling(report: Report, value: object, pointer: str, at: str) -> str:
    scalar = value[int(at[1:])] if at and isinstance(value, list) else value
    return report.spelling(pointer + at, scalar)


class Rows(NamedTuple):
    """The readable rows of one list, and how many entries it has, readable or not."""

    rows: tuple[Row, ...]
    entries: int


def read_rows(report: Report, name: str, kind: RowType, value: object, *, sound: bool) -> Rows:
    """The rows of one list.

    Args:
        report: told what is wrong.
        name: the field that holds the list.
        kind: what its rows hold.
        value: what YAML gives for the field.
        sound: no text of the file can need repair, so that rows may be kept as they came.
    """
    if value is LOST or value is None:
        return Rows((), 0)
    if not isinstance(value, list):
        entries = _list_of(report, name, kind, value)
        if entries is None:
            return Rows((), 0)
        value = entries
    if len(value) > limits.ENTRIES:
        code, message, action, *_ = too_long(value)
        report.add(code, message, action, field=token(name), value=value)
    reader = _Reader(report, name, kind)
    fits = _fits(name, kind) if sound else None
    rows = [
        Row(name, index, entry) if fits and fits(entry) else reader.row(index, entry)
        for index, entry in enumerate(value[: limits.ENTRIES])
    ]
    reader.tell()
    return Rows(tuple(row for row in rows if row is not None), len(value))


def _list_of(report: Report, name: str, kind: RowType, value: object) -> list[object] | None:
    """Return the entries of what stands where a list is expected; None where it is none.

    A text is one row, or several where it clearly lists names; a mapping is one row.
    """
    entries: list[object] | None = None
    if isinstance(value, str) and kind.scalar:
        is_name = kind.fields[kind.scalar].type in ("name", "label")
        entries = list(split_names(value)) if is_name else [value]
    elif isinstance(value, dict) and any(
        kind.fields[f].required for f in kind.fields if f in value
    ):
        entries = [value]
    if is_blank(value) and value is not None:
        return []
    if entries is None:
        message, action = f"expected a list ({_example(kind)}), got", "field set aside"
    else:
        count = len(entries)
        message, action = "expected a list, got", f"read as {count:,} row{'s' * (count != 1)}"
    code = "list-shape" if entries is None else "converted"
    report.add(code, message, action, field=token(name), value=value)
    return entries


def _example(kind: RowType) -> str:
    """How to write a row by hand."""
    name = kind.scalar or next(field for field, known in kind.fields.items() if known.required)
    return f"write `- {name}: {_EXAMPLES.get(kind.fields[name].type, '...')}`"


def _fits(name: str, kind: RowType) -> Callable[[object], bool]:
    """A test for rows that can be kept as they came."""
    tests = {field: KINDS[known.type].fits for field, known in kind.fields.items()}
    required = {field for field, known in kind.fields.items() if known.required}
    test_of = tests.get

    def fits(entry: object) -> bool:
        if type(entry) is not dict or not required <= entry.keys():
            return False
        for field, value in entry.items():
            test = test_of(field)
            if test is None or not test(value):
                return False
        return True

    return fits


class _Reader:
    """Reads the rows of one list that are not as they should be."""

    def __init__(self, report: Report, name: str, kind: RowType) -> None:
        self.report = report
        self.name = name
        self.kind = kind
        self.required = [field for field, known in kind.fields.items() if known.required]
        self.empty = 0
        self.unknown: dict[str, tuple[str, int]] = {}

    def row(self, index: int, entry: object) -> Row | None:
        """The row, or None when it is unreadable; that is told, now or by :meth:`_Reader.tell`."""
        if entry is LOST:
            return None
        pointer = f"{token(self.name)}/{index}"
        if isinstance(entry, dict):
            values = self._values(entry, pointer)
            if values is None:
                return None
        elif self._is_scalar(entry):
            values = self._scalar(entry, pointer)
        else:
            self._leave_out("row-shape", f"{self._expected(entry)}, got", pointer, entry)
            return None
        return Row(self.name, index, values) if values else None

    def _is_scalar(self, entry: object) -> bool:
        """Whether a bare entry is read as the row's one field."""
        if not self.kind.scalar or is_blank(entry):
            return False
        return isinstance(entry, str) or (
            self.kind.numbers and isinstance(entry, (bool, int, float))
        )

    def _expected(self, entry: object) -> str:
        """What an entry should be, and how to write it."""
        text = "a text or " if self.kind.scalar else ""
        required = " and ".join(self.required)
        example = _LINK if text and isinstance(entry, list) else _example(self.kind)
        return f"expected {text}a mapping with {required} ({example})"

    def _scalar(self, entry: object, pointer: str) -> dict[str, Value]:
        name = self.kind.scalar
        value = read_field(self.report, self.kind.fields[name], entry, pointer)
        return {} if value is None else {name: value}

    def _values(self, entry: dict[object, object], pointer: str) -> dict[str, Value] | None:
        values: dict[str, Value] = {}
        unknown: dict[str, object] = {}
        for name, value in entry.items():
            key = as_key(name)
            field = self.kind.fields.get(key)
            if field is None:
                unknown[key] = value
            elif (read := read_field(self.report, field, value, pointer + token(key))) is not None:
                values[key] = read
        missing = next((name for name in self.required if name not in values), None)
        if missing is not None:
            self._incomplete(missing, entry, pointer)
            return None
        if unknown:
            values[UNKNOWN] = as_json(unknown, self.report, pointer)
            self._note_unknown(unknown, pointer)
        return values

    def _incomplete(self, missing: str, entry: dict[object, object], pointer: str) -> None:
        if isinstance(value := entry.get(missing), str) and not value.strip():
            self.empty += 1
        else:
            message = f"expected a mapping with {missing} ({_example(self.kind)}), got"
            self._leave_out("row-incomplete", message, pointer, entry)

    def _note_unknown(self, unknown: Iterable[str], pointer: str) -> None:
        for name in unknown:
            first, rows = self.unknown.get(name, (pointer + token(name), 0))
            self.unknown[name] = first, rows + 1

    def _leave_out(self, code: str, message: str, pointer: str, entry: object) -> None:
        self.report.add(code, message, LEFT_OUT, field=pointer, value=entry)

    def tell(self) -> None:
        """Tell what concerns many rows alike: once a file, with its number."""
        if self.empty:
            message = f"rows whose {' or '.join(self.required)} is empty:"
            field = token(self.name)
            self.report.add("row-empty", message, "rows left out", field=field, value=self.empty)
        for number, (name, (first, rows)) in enumerate(self.unknown.items()):
            advice = advise(name, self.kind.fields, number)
            message = f"unknown field in {rows:,} row{'s' if rows > 1 else ''} ({advice}):"
            self.report.add("field-unknown", message, "kept as JSON", field=first, value=name)
