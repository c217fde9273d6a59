"""Assemble the parsed fields of a front matter into the parts of an episode.

A ``summary`` may also be a mapping, or a list of one mapping, whose members are fields.

Invariant: ``row_counts`` counts every entry of a list, unreadable ones included.
"""

from __future__ import annotations

from typing import NamedTuple, cast

from kgraph.base.model import FieldValue, Row
from kgraph.base.vocabulary import load_field_table
from kgraph.ingest.field_names import suggest_field
from kgraph.ingest.field_types import FIELD_TYPES, is_blank
from kgraph.ingest.field_values import is_same_instant
from kgraph.ingest.json_pointer import pointer_token
from kgraph.ingest.problems import UNPARSED, ProblemCollector
from kgraph.ingest.rows import encode_unknown, read_field, read_rows

#: Member of a summary that is a mapping -> the field that it is.
SUMMARY_FIELDS = {"overview": "summary", "key_takeaways": "key_takeaways", "themes": "themes"}


class EpisodeFields(NamedTuple):
    """The content of a front matter, as :class:`kgraph.base.model.EpisodeFile` has it."""

    values: dict[str, FieldValue]
    rows: dict[str, tuple[Row, ...]]
    row_counts: dict[str, int]
    extra: dict[str, str]


def assemble_fields(
    report: ProblemCollector, raw: dict[str, object], *, is_clean: bool
) -> EpisodeFields:
    """Convert the fields of a front matter.

    Args:
        report: collects the problems.
        raw: the parsed fields.
        is_clean: no text of the file needs repair, so that values may be kept as they are.
    """
    unknown: dict[str, object] = {}
    values = _read_values(report, raw, unknown, is_clean=is_clean)
    table = load_field_table()
    parsed = {
        name: read_rows(report, name, spec, raw[name], is_clean=is_clean)
        for name, spec in table.rows.items()
        if name in raw
    }
    candidates = [name for name in (*table.episode, *table.rows) if name not in raw]
    for name, value in raw.items():
        if name not in table.episode and name not in table.rows and value is not UNPARSED:
            advice = suggest_field(name, candidates, len(unknown), is_top_level=True)
            message, action = f"unknown field: {advice}", "kept as JSON"
            report.add("field-unknown", message, action, field=pointer_token(name))
            unknown[name] = value
    return EpisodeFields(
        values,
        {name: rows for name, (rows, _) in parsed.items()},
        {name: count for name, (_, count) in parsed.items()},
        {name: encode_unknown(v, report, pointer_token(name)) for name, v in unknown.items()},
    )


def _read_values(
    report: ProblemCollector,
    raw: dict[str, object],
    unknown: dict[str, object],
    *,
    is_clean: bool,
) -> dict[str, FieldValue]:
    values: dict[str, FieldValue] = {}
    located = _locate_fields(report, raw, unknown)
    for name, field in load_field_table().episode.items():
        value, pointer = located.get(name, (None, pointer_token(name)))
        if field.fills and field.fills in values:
            if not is_blank(value):
                message, action = f"{field.fills} states it as well:", "field set aside"
                report.add("key-twice", message, action, field=pointer, value=value)
        elif is_clean and not field.fills and FIELD_TYPES[field.type].accepts(value):
            values[name] = cast("FieldValue", value)
        elif (converted := read_field(report, field, value, pointer)) is not None:
            values[field.fills or name] = converted
        elif field.required and value is not UNPARSED and is_blank(value):
            report.add("field-missing", f"no {name}", "left empty", field=pointer_token(name))
    return values


def _locate_fields(
    report: ProblemCollector, raw: dict[str, object], unknown: dict[str, object]
) -> dict[str, tuple[object, str]]:
    """Return value and pointer of each field, those in a summary included."""
    located = {
        name: (raw[name], pointer_token(name)) for name in load_field_table().episode if name in raw
    }
    summary, pointer = located.get("summary", (None, ""))
    if isinstance(summary, list) and summary and isinstance(summary[0], dict):
        if len(summary) > 1:
            message, action = "expected one summary, got", "first one kept"
            report.add("type-wrong", message, action, field="/summary", value=summary)
        summary, pointer = summary[0], "/summary/0"
    if isinstance(summary, dict) or summary == []:
        del located["summary"]
    for key, value in summary.items() if isinstance(summary, dict) else ():
        member = str(key)
        name, field = SUMMARY_FIELDS.get(member), pointer + pointer_token(member)
        if name is None:
            message, action = "unknown part of the summary:", "kept as JSON"
            report.add("field-unknown", message, action, field=field, value=member)
            unknown[f"summary/{member}"] = value
        elif name in located:
            message, action = "also in the summary:", "this one set aside"
            report.add("key-twice", message, action, field=field, value=value)
        else:
            located[name] = value, field
    return located


def is_fallback_date(values: dict[str, FieldValue]) -> bool:
    """Check whether the date is only the instant of processing.

    Where the pipeline knows no date it writes that instant, to the second: in 206 of 1,014 real
    files. In the others the two differ by 462 seconds or more, so another time of the same day is
    a date of its own. So is a day without a time: of 26 such files 9 name the day of processing
    and 17 an earlier one, as of feeds that are read once a day.
    """
    dates = values.get("date"), values.get("processing_date")
    return is_same_instant(*(date if isinstance(date, str) else "" for date in dates))
