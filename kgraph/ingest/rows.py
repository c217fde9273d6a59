"""Read the fields of an episode and the rows of its lists, typed by ``ontology/fields.yaml``.

A row whose fields all have their types is kept as it is, after one check for each field; only
other rows are converted field by field. Unknown fields are kept as JSON text.

Invariants: a row's index is its index in the list as written; entries counted = rows returned +
entries reported as left out; a parsed value is never changed in place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from kgraph.base.markup import Label, parse_label
from kgraph.base.model import FieldValue, Row, dump_json
from kgraph.base.text import pluralize, replace_surrogates
from kgraph.base.vocabulary import FieldSpec, RowSpec
from kgraph.ingest import limits
from kgraph.ingest.decode import fix_mojibake
from kgraph.ingest.field_advice import describe_rename, find_keys, find_similar_key
from kgraph.ingest.field_types import FIELD_TYPES, find_bare_link, is_blank, list_limit_problem
from kgraph.ingest.field_values import split_names
from kgraph.ingest.joined_names import has_conjunction, split_companies
from kgraph.ingest.json_pointer import build_pointer, pointer_token
from kgraph.ingest.problems import ROW_LEFT_OUT, UNPARSED, ProblemCollector, Unparsed

#: Types of main fields that are names: one text may list several, or be a wiki link.
_NAME_TYPES = ("label", "tag")

_CONJUNCTION_UNCLEAR = (
    'expected a list (write each name as an entry: "and" may join two, or be part of one), got'
)

UNKNOWN_FIELDS_KEY = "+"  #: key under which a row keeps its unknown fields, as JSON text

#: Bits of an integer that is written as text: Python refuses to print 4,300 decimal digits.
_MAX_INT_BITS = 10_000


def read_field(
    report: ProblemCollector, field: FieldSpec, value: object, pointer: str
) -> FieldValue | None:
    """Convert a value to the field's type; None if it is blank or set aside."""
    if is_blank(value):
        return None

    def source_text(tail: str) -> str:
        scalar = value[int(tail[1:])] if tail and isinstance(value, list) else value
        return report.source_text(pointer + tail, scalar)

    converted = FIELD_TYPES[field.type].convert(value, source_text)
    for code, message, action, raw, tail in converted.problems:
        report.add(code, message, action, field=pointer + tail, value=raw)
    return converted.value


class ParsedRows(NamedTuple):
    """The readable rows of a list, and the number of its entries, unreadable ones included."""

    rows: tuple[Row, ...]
    entry_count: int


def read_rows(
    report: ProblemCollector,
    name: str,
    spec: RowSpec,
    value: object,
    *,
    is_clean: bool,
    pointers: Sequence[str] = (),
) -> ParsedRows:
    """Read the rows of a list.

    Args:
        report: collects the problems.
        name: the field that contains the list.
        spec: the fields of its rows.
        value: the parsed value of the field.
        is_clean: no text of the file needs repair, so that rows may be kept as they are.
        pointers: where each entry is in the file; by default at its index in the list.
    """
    if value is UNPARSED or value is None:
        return ParsedRows((), 0)
    if not isinstance(value, list):
        entries = _coerce_to_list(report, name, spec, value)
        if entries is None:
            return ParsedRows((), 0)
        value = entries
    elif _is_link_row(spec, value):  # `companies: [[Acme]]`
        entries = [value]
        value = entries
    if name == "companies" and not pointers:
        value, pointers = split_companies(report, spec.scalar, value)
    if len(value) > limits.MAX_ENTRIES:
        code, message, action, *_ = list_limit_problem(value)
        report.add(code, message, action, field=pointer_token(name), value=value)
    reader = _RowReader(report, name, spec, pointers)
    is_typed = _make_fast_check(spec) if is_clean else None
    rows = [
        Row(name, index, entry) if is_typed and is_typed(entry) else reader.read_row(index, entry)
        for index, entry in enumerate(value[: limits.MAX_ENTRIES])
    ]
    reader.report_totals()
    return ParsedRows(tuple(row for row in rows if row is not None), len(value))


def _is_link_row(spec: RowSpec, value: object) -> bool:
    return _has_names(spec) and bool(find_bare_link(value))


def _has_names(spec: RowSpec) -> bool:
    return bool(spec.scalar) and spec.fields[spec.scalar].type in _NAME_TYPES


def _coerce_to_list(
    report: ProblemCollector, name: str, spec: RowSpec, value: object
) -> list[object] | None:
    """Return the entries of a value that is no list; None if it is rejected.

    A text is one row, or several where it clearly lists names; a mapping is one row.
    """
    if is_blank(value):
        return []
    entries: list[object] | None = None
    if isinstance(value, str) and spec.scalar:
        entries = list(split_names(value)) if _has_names(spec) else [value]
    elif isinstance(value, dict) and any(
        spec.fields[name].required for name in find_keys(value, spec.fields)
    ):
        entries = [value]
    pointer = pointer_token(name)
    if entries is None:
        message = f"expected a list ({_format_example(spec)}), got"
        report.add("list-shape", message, "field set aside", field=pointer, value=value)
    else:
        action = f"read as {pluralize(len(entries), 'row')}"
        code, message = "converted", "expected a list, got"
        if _has_names(spec) and any(isinstance(e, str) and has_conjunction(e) for e in entries):
            code, message = "name-unclear", _CONJUNCTION_UNCLEAR
        report.add(code, message, action, field=pointer, value=value)
    return entries


def _format_example(spec: RowSpec) -> str:
    name = spec.scalar or next(key for key, field in spec.fields.items() if field.required)
    return f"write `- {name}: {spec.example}`"


def _make_fast_check(spec: RowSpec) -> Callable[[object], bool]:
    """Make a check for rows that can be kept as they are."""
    checks = {name: FIELD_TYPES[field.type].accepts for name, field in spec.fields.items()}
    required = {name for name, field in spec.fields.items() if field.required}
    get_check = checks.get

    def is_typed(entry: object) -> bool:
        if type(entry) is not dict or not required <= entry.keys():
            return False
        for name, value in entry.items():
            check = get_check(name)
            if check is None or not check(value):
                return False
        return True

    return is_typed


class _RowReader:
    """Reads the rows of one list that need conversion."""

    def __init__(
        self, report: ProblemCollector, name: str, spec: RowSpec, pointers: Sequence[str]
    ) -> None:
        self.report = report
        self.name = name
        self.spec = spec
        self.pointers = pointers
        self.required = [key for key, field in spec.fields.items() if field.required]
        self.empty_count = 0
        self.unknown: dict[str, tuple[str, int]] = {}  # field -> first pointer, number of rows

    def read_row(self, index: int, entry: object) -> Row | None:
        """Read a row; None if it is unreadable, which is reported here or in the totals."""
        if entry is UNPARSED:
            return None
        pointer = self.pointers[index] if self.pointers else f"{pointer_token(self.name)}/{index}"
        scalar_types = (str, bool, int, float) if self.spec.numbers else str
        values: dict[str, FieldValue] | None = None
        if isinstance(entry, dict):
            values = self._read_values(entry, pointer)
        elif self.spec.scalar and (
            (isinstance(entry, scalar_types) and not is_blank(entry))
            or _is_link_row(self.spec, entry)
        ):
            field = self.spec.fields[self.spec.scalar]
            value = read_field(self.report, field, entry, pointer)
            values = {} if value is None else {self.spec.scalar: value}
        else:
            text = "a text or " if self.spec.scalar else ""
            example = _format_example(self.spec)
            if _has_names(self.spec) and isinstance(entry, list):  # as YAML reads a link of a wiki
                example = f'put a link in quotes: `- "[[{self.spec.example}]]"`'
            expected = f"{text}a mapping with {' and '.join(self.required)} ({example})"
            hashtag = self.report.describe_hashtag(pointer) if entry is None else ""
            self._leave_out("row-shape", pointer, entry, expected, hashtag)
        if not values:
            return None
        self._keep_shown_words(entry, values)
        return Row(self.name, index, values)

    def _keep_shown_words(self, entry: object, values: dict[str, FieldValue]) -> None:
        """Keep the words that the link of a name shows, as the context of a row without one."""
        name, scalar = entry, self.spec.scalar
        if isinstance(entry, dict):
            name = entry.get(find_keys(entry, [scalar]).get(scalar, scalar))
        name = find_bare_link(name) or name
        label = parse_label(name) if isinstance(name, str) else Label("")
        if label.shown and "context" in self.spec.fields:
            values.setdefault("context", fix_mojibake(replace_surrogates(label.shown)))

    def _leave_out(
        self, code: str, pointer: str, entry: object, expected: str, hashtag: str
    ) -> None:
        value = "an empty text" if isinstance(entry, str) and not entry.strip() else entry
        message, shown = (hashtag, "") if hashtag else (f"expected {expected}, got", value)
        self.report.add(code, message, ROW_LEFT_OUT, field=pointer, value=shown)

    def _read_values(
        self, entry: dict[object, object], pointer: str
    ) -> dict[str, FieldValue] | None:
        values: dict[str, FieldValue] = {}
        unknown: dict[str, object] = {}
        keys = find_keys(entry, self.spec.fields)
        names: dict[object, str] = {key: name for name, key in keys.items()}
        for key, raw in entry.items():
            name = names.get(key)
            if name is None:
                unknown[stringify_key(key)] = raw
                continue
            field = self.spec.fields[name]
            value = read_field(self.report, field, raw, pointer + pointer_token(str(key)))
            if value is not None:
                values[name] = value
        missing = next((name for name in self.required if name not in values), None)
        if missing is not None:
            key = keys.get(missing, missing)
            if isinstance(text := entry.get(key), str) and not text.strip():
                self.empty_count += 1
            else:
                expected = f"a mapping with {missing} ({_format_example(self.spec)})"
                hashtag = self.report.describe_hashtag(pointer + pointer_token(key))
                self._leave_out("row-incomplete", pointer, entry, expected, hashtag)
            return None
        if unknown:
            values[UNKNOWN_FIELDS_KEY] = encode_unknown(unknown, self.report, pointer)
            for key in unknown:
                first, count = self.unknown.get(key, (pointer + pointer_token(key), 0))
                self.unknown[key] = first, count + 1
        return values

    def report_totals(self) -> None:
        """Report problems that many rows may have, once with their number."""
        if self.empty_count:
            message, action = f"rows whose {' or '.join(self.required)} is empty:", "rows left out"
            pointer = pointer_token(self.name)
            self.report.add("row-empty", message, action, field=pointer, value=self.empty_count)
        for number, (name, (pointer, count)) in enumerate(self.unknown.items()):
            fields = self.spec.fields
            advice = describe_rename(find_similar_key(name, fields, number))
            if (stated := name.lower()) in fields:
                advice = f"{stated} is there as well, and counts"
            advice = advice or f"read are {', '.join(fields)}"
            message = f"unknown field in {pluralize(count, 'row')} ({advice}):"
            self.report.add("field-unknown", message, "kept as JSON", field=pointer, value=name)


# -- unknown fields --------------------------------------------------------------


def encode_unknown(value: object, report: ProblemCollector, pointer: str) -> str:
    """Encode an unknown field as JSON (RFC 8259) with sorted keys.

    NaN, infinities and integers of more than 64 bits become text. Of a list at most
    ``limits.MAX_ENTRIES`` entries are kept, as in known fields.

    >>> encode_unknown({"b": [1, None], "a": float("inf")}, ProblemCollector("ep.md"), "/mood")
    '{"a":"inf","b":[1,null]}'
    """
    return dump_json(_to_json_value(value, report, (pointer,)))


def _to_json_value(value: object, report: ProblemCollector, path: tuple[str, ...]) -> object:
    if isinstance(value, str):
        return replace_surrogates(value)
    if isinstance(value, dict):
        return {
            (name := stringify_key(key)): _to_json_value(member, report, (*path, name))
            for key, member in value.items()
        }
    if isinstance(value, list):
        if len(value) > limits.MAX_ENTRIES:
            code, message, action, *_ = list_limit_problem(value)
            field = path[0] + build_pointer(path[1:])
            report.add(code, message, action, field=field, value=value)
        entries = enumerate(value[: limits.MAX_ENTRIES])
        return [_to_json_value(entry, report, (*path, str(n))) for n, entry in entries]
    return _to_json_scalar(value)


def _to_json_scalar(value: object) -> object:
    if isinstance(value, int) and value.bit_length() > 63:
        return str(value) if value.bit_length() < _MAX_INT_BITS else "a number of many digits"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return None if isinstance(value, Unparsed) else value


def stringify_key(key: object) -> str:
    """Return a key of any type as text."""
    return str(_to_json_scalar(replace_surrogates(key) if isinstance(key, str) else key))
