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

from kgraph.base.model import FieldValue, Row
from kgraph.base.vocabulary import FieldSpec, RowSpec
from kgraph.ingest import limits
from kgraph.ingest.extra import encode_unknown, stringify_key
from kgraph.ingest.field_types import FIELD_TYPES
from kgraph.ingest.lists import split_names
from kgraph.ingest.meant import suggest_field
from kgraph.ingest.problems import ROW_LEFT_OUT, UNPARSED, ProblemCollector
from kgraph.ingest.taken import is_blank
from kgraph.ingest.texts import list_limit_problem
from kgraph.ingest.yaml_positions import pointer_token

_EXAMPLES = {"name": "OpenAI", "text": "the words"}
"""Type of a row's own field -> an example of it, for messages."""

_LINK_ADVICE = 'put a link in quotes: `- "[[OpenAI]]"`'
"""How to write what YAML takes for a list in a list."""

UNKNOWN_FIELDS_KEY = "+"
"""Key under which a row keeps the fields that no table knows, as JSON text."""


def read_field(
    report: ProblemCollector, field: FieldSpec, value: object, pointer: str
) -> FieldValue | None:
    """The value as the field's type has it; None when it states nothing or is set aside."""
    if is_blank(value):
        return None
    taken = FIELD_TYPES[field.type].convert(
        value, lambda at: _source_text(report, value, pointer, at)
    )
    for trouble in taken.problems:
        report.add(
            trouble.code,
            trouble.message,
            trouble.action,
            field=pointer + trouble.at,
            value=trouble.value,
        )
    return taken.value


def _source_text(report: ProblemCollector, value: object, pointer: str, at: str) -> str:
    scalar = value[int(at[1:])] if at and isinstance(value, list) else value
    return report.source_text(pointer + at, scalar)


class ParsedRows(NamedTuple):
    """The readable rows of one list, and how many entries it has, readable or not."""

    rows: tuple[Row, ...]
    entry_count: int


def read_rows(
    report: ProblemCollector, name: str, kind: RowSpec, value: object, *, is_clean: bool
) -> ParsedRows:
    """The rows of one list.

    Args:
        report: told what is wrong.
        name: the field that holds the list.
        kind: what its rows hold.
        value: what YAML gives for the field.
        sound: no text of the file can need repair, so that rows may be kept as they came.
    """
    if value is UNPARSED or value is None:
        return ParsedRows((), 0)
    if not isinstance(value, list):
        entries = _coerce_to_list(report, name, kind, value)
        if entries is None:
            return ParsedRows((), 0)
        value = entries
    if len(value) > limits.MAX_ENTRIES:
        code, message, action, *_ = list_limit_problem(value)
        report.add(code, message, action, field=pointer_token(name), value=value)
    reader = _RowReader(report, name, kind)
    fits = _make_fast_check(name, kind) if is_clean else None
    rows = [
        Row(name, index, entry) if fits and fits(entry) else reader.read_row(index, entry)
        for index, entry in enumerate(value[: limits.MAX_ENTRIES])
    ]
    reader.report_totals()
    return ParsedRows(tuple(row for row in rows if row is not None), len(value))


def _coerce_to_list(
    report: ProblemCollector, name: str, kind: RowSpec, value: object
) -> list[object] | None:
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
        message, action = f"expected a list ({_format_example(kind)}), got", "field set aside"
    else:
        count = len(entries)
        message, action = "expected a list, got", f"read as {count:,} row{'s' * (count != 1)}"
    code = "list-shape" if entries is None else "converted"
    report.add(code, message, action, field=pointer_token(name), value=value)
    return entries


def _format_example(kind: RowSpec) -> str:
    """How to write a row by hand."""
    name = kind.scalar or next(field for field, known in kind.fields.items() if known.required)
    return f"write `- {name}: {_EXAMPLES.get(kind.fields[name].type, '...')}`"


def _make_fast_check(name: str, kind: RowSpec) -> Callable[[object], bool]:
    """A test for rows that can be kept as they came."""
    tests = {field: FIELD_TYPES[known.type].accepts for field, known in kind.fields.items()}
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


class _RowReader:
    """Reads the rows of one list that are not as they should be."""

    def __init__(self, report: ProblemCollector, name: str, kind: RowSpec) -> None:
        self.collector = report
        self.name = name
        self.row_spec = kind
        self.required = [field for field, known in kind.fields.items() if known.required]
        self.empty_count = 0
        self.unknown: dict[str, tuple[str, int]] = {}

    def read_row(self, index: int, entry: object) -> Row | None:
        """The row, or None when it is unreadable; that is told, now or by :meth:`_Reader.report_totals`."""
        if entry is UNPARSED:
            return None
        pointer = f"{pointer_token(self.name)}/{index}"
        if isinstance(entry, dict):
            values = self._read_values(entry, pointer)
            if values is None:
                return None
        elif self._is_scalar(entry):
            values = self._read_scalar(entry, pointer)
        else:
            self._leave_out("row-shape", f"{self._describe_expected(entry)}, got", pointer, entry)
            return None
        return Row(self.name, index, values) if values else None

    def _is_scalar(self, entry: object) -> bool:
        """Whether a bare entry is read as the row's one field."""
        if not self.row_spec.scalar or is_blank(entry):
            return False
        return isinstance(entry, str) or (
            self.row_spec.numbers and isinstance(entry, (bool, int, float))
        )

    def _describe_expected(self, entry: object) -> str:
        """What an entry should be, and how to write it."""
        text = "a text or " if self.row_spec.scalar else ""
        required = " and ".join(self.required)
        example = (
            _LINK_ADVICE if text and isinstance(entry, list) else _format_example(self.row_spec)
        )
        return f"expected {text}a mapping with {required} ({example})"

    def _read_scalar(self, entry: object, pointer: str) -> dict[str, FieldValue]:
        name = self.row_spec.scalar
        value = read_field(self.collector, self.row_spec.fields[name], entry, pointer)
        return {} if value is None else {name: value}

    def _read_values(
        self, entry: dict[object, object], pointer: str
    ) -> dict[str, FieldValue] | None:
        values: dict[str, FieldValue] = {}
        unknown: dict[str, object] = {}
        for name, value in entry.items():
            key = stringify_key(name)
            field = self.row_spec.fields.get(key)
            if field is None:
                unknown[key] = value
            elif (
                read := read_field(self.collector, field, value, pointer + pointer_token(key))
            ) is not None:
                values[key] = read
        missing = next((name for name in self.required if name not in values), None)
        if missing is not None:
            self._report_incomplete(missing, entry, pointer)
            return None
        if unknown:
            values[UNKNOWN_FIELDS_KEY] = encode_unknown(unknown, self.collector, pointer)
            self._count_unknown(unknown, pointer)
        return values

    def _report_incomplete(self, missing: str, entry: dict[object, object], pointer: str) -> None:
        if isinstance(value := entry.get(missing), str) and not value.strip():
            self.empty_count += 1
        else:
            message = f"expected a mapping with {missing} ({_format_example(self.row_spec)}), got"
            self._leave_out("row-incomplete", message, pointer, entry)

    def _count_unknown(self, unknown: Iterable[str], pointer: str) -> None:
        for name in unknown:
            first, rows = self.unknown.get(name, (pointer + pointer_token(name), 0))
            self.unknown[name] = first, rows + 1

    def _leave_out(self, code: str, message: str, pointer: str, entry: object) -> None:
        self.collector.add(code, message, ROW_LEFT_OUT, field=pointer, value=entry)

    def report_totals(self) -> None:
        """Tell what concerns many rows alike: once a file, with its number."""
        if self.empty_count:
            message = f"rows whose {' or '.join(self.required)} is empty:"
            field = pointer_token(self.name)
            self.collector.add(
                "row-empty", message, "rows left out", field=field, value=self.empty_count
            )
        for number, (name, (first, rows)) in enumerate(self.unknown.items()):
            advice = suggest_field(name, self.row_spec.fields, number)
            message = f"unknown field in {rows:,} row{'s' if rows > 1 else ''} ({advice}):"
            self.collector.add("field-unknown", message, "kept as JSON", field=first, value=name)
