"""The fields of one front matter to the parts of an episode.

Takes the mapping that YAML gives, gives values, rows and what is not known, each typed as
``ontology/fields.yaml`` says. That a ``summary`` may also be a list of one mapping is
known here.

Invariant: ``row_counts`` counts every entry of a list, readable or not.
"""

from __future__ import annotations

from typing import NamedTuple, cast

from kgraph.base.model import FieldValue, Row
from kgraph.base.vocabulary import FieldSpec, load_field_table
from kgraph.ingest.extra import encode_unknown
from kgraph.ingest.field_types import FIELD_TYPES
from kgraph.ingest.field_values import is_same_instant
from kgraph.ingest.meant import suggest_field
from kgraph.ingest.problems import UNPARSED, ProblemCollector
from kgraph.ingest.rows import read_field, read_rows
from kgraph.ingest.taken import is_blank
from kgraph.ingest.yaml_positions import pointer_token

SUMMARY_FIELDS = {"overview": "summary", "key_takeaways": "key_takeaways", "themes": "themes"}
"""Part of a summary in parts -> the field that it fills."""


class EpisodeFields(NamedTuple):
    """What the fields of a front matter say, as :class:`model.Episode` has it."""

    values: dict[str, FieldValue]
    rows: dict[str, tuple[Row, ...]]
    row_counts: dict[str, int]
    extra: dict[str, str]


def assemble_fields(
    report: ProblemCollector, found: dict[str, object], *, is_clean: bool
) -> EpisodeFields:
    """What the fields of a front matter say.

    Args:
        report: told what is wrong.
        found: the fields, as YAML gives them.
        sound: no text of the file can be in need of repair.
    """
    return _FieldAssembler(report, found, is_clean).assemble()


class _FieldAssembler:
    """Makes an episode of the fields of one file."""

    def __init__(self, report: ProblemCollector, found: dict[str, object], sound: bool) -> None:
        self.collector = report
        self.raw_fields = found
        self.is_clean = sound
        self.unknown: dict[str, object] = {}

    def assemble(self) -> EpisodeFields:
        """All that the fields say."""
        values = self._read_values()
        rows, counts = self._read_rows()
        return EpisodeFields(values, rows, counts, self._collect_unknown())

    def _read_values(self) -> dict[str, FieldValue]:
        values: dict[str, FieldValue] = {}
        places = self._locate_fields()
        for name, field in load_field_table().episode.items():
            value, pointer = places.get(name, (None, pointer_token(name)))
            if field.fills:
                self._fill_other_field(values, field, value, pointer)
            elif self.is_clean and FIELD_TYPES[field.type].accepts(value):
                values[name] = cast("FieldValue", value)
            elif (read := read_field(self.collector, field, value, pointer)) is not None:
                values[name] = read
            elif field.required and value is not UNPARSED and is_blank(value):
                self.collector.add(
                    "field-missing", f"no {name}", "left empty", field=pointer_token(name)
                )
        return values

    def _fill_other_field(
        self, values: dict[str, FieldValue], field: FieldSpec, value: object, pointer: str
    ) -> None:
        """Take what a field says of another one, which it states in another unit."""
        if field.fills in values and not is_blank(value):
            message, action = f"{field.fills} says it, too:", "field set aside"
            self.collector.add("key-twice", message, action, field=pointer, value=value)
        elif (read := read_field(self.collector, field, value, pointer)) is not None:
            values[field.fills] = read

    def _locate_fields(self) -> dict[str, tuple[object, str]]:
        """Each field's value and where it stands; a summary in parts gives several."""
        known = load_field_table().episode
        places = {
            name: (self.raw_fields[name], pointer_token(name))
            for name in known
            if name in self.raw_fields
        }
        summary, pointer = places.get("summary", (None, ""))
        if isinstance(summary, list) and summary and isinstance(summary[0], dict):
            self._report_extra_summaries(summary)
            summary, pointer = summary[0], "/summary/0"
        if isinstance(summary, dict) or summary == []:
            del places["summary"]
        if isinstance(summary, dict):
            for part, value in summary.items():
                self._add_summary_part(places, str(part), value, pointer + pointer_token(str(part)))
        return places

    def _add_summary_part(
        self, places: dict[str, tuple[object, str]], part: str, value: object, pointer: str
    ) -> None:
        name = SUMMARY_FIELDS.get(part)
        if name is None:
            message, action = "unknown part of the summary:", "kept as JSON"
            self.collector.add("field-unknown", message, action, field=pointer, value=part)
            self.unknown[f"summary/{part}"] = value
        elif name in places:
            message, action = "stands in the summary, too:", "this one set aside"
            self.collector.add("key-twice", message, action, field=pointer, value=value)
        else:
            places[name] = value, pointer

    def _report_extra_summaries(self, summary: list[object]) -> None:
        if len(summary) > 1:
            message, action = "expected one summary, got", "first one kept"
            self.collector.add("type-wrong", message, action, field="/summary", value=summary)

    def _read_rows(self) -> tuple[dict[str, tuple[Row, ...]], dict[str, int]]:
        rows: dict[str, tuple[Row, ...]] = {}
        counts: dict[str, int] = {}
        for name, kind in load_field_table().rows.items():
            if name in self.raw_fields:
                read = read_rows(
                    self.collector, name, kind, self.raw_fields[name], is_clean=self.is_clean
                )
                rows[name], counts[name] = read
        return rows, counts

    def _collect_unknown(self) -> dict[str, str]:
        known = load_field_table()
        names = [name for name in (*known.episode, *known.rows) if name not in self.raw_fields]
        for name, value in self.raw_fields.items():
            if name not in known.episode and name not in known.rows and value is not UNPARSED:
                advice = suggest_field(name, names, len(self.unknown), is_top_level=True)
                message, action = f"unknown field: {advice}", "kept as JSON"
                self.collector.add("field-unknown", message, action, field=pointer_token(name))
                self.unknown[name] = value
        return {
            name: encode_unknown(value, self.collector, pointer_token(name))
            for name, value in self.unknown.items()
        }


def is_fallback_date(values: dict[str, FieldValue]) -> bool:
    """Whether the date is only the moment of processing.

    Where the pipeline knows no date it writes that moment, to the second: so in 206 of
    1,014 real files. In no file do the two differ by less than 462 seconds otherwise, so
    another time of the same day is a date of its own. So is a day without a time: of 26
    such files 9 name the day of processing and 17 an earlier one, as feeds do that are
    read once a day.
    """
    dates = values.get("date"), values.get("processing_date")
    return is_same_instant(*(date if isinstance(date, str) else "" for date in dates))
