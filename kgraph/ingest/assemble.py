"""The fields of one front matter to the parts of an episode.

Takes the mapping that YAML gives, gives values, rows and what is not known, each typed as
``ontology/fields.yaml`` says. That a ``summary`` may also be a list of one mapping is
known here.

Invariant: ``row_counts`` counts every entry of a list, readable or not.
"""

from __future__ import annotations

from typing import NamedTuple, cast

from kgraph.base.model import Row, Value
from kgraph.base.vocabulary import Field, fields
from kgraph.ingest.extra import as_json
from kgraph.ingest.field_types import KINDS
from kgraph.ingest.field_values import same_instant
from kgraph.ingest.meant import advise
from kgraph.ingest.problems import LOST, Report
from kgraph.ingest.rows import read_field, read_rows
from kgraph.ingest.taken import is_blank
from kgraph.ingest.yaml_positions import token

SUMMARY = {"overview": "summary", "key_takeaways": "key_takeaways", "themes": "themes"}
"""Part of a summary in parts -> the field that it fills."""


class Said(NamedTuple):
    """What the fields of a front matter say, as :class:`model.Episode` has it."""

    values: dict[str, Value]
    rows: dict[str, tuple[Row, ...]]
    row_counts: dict[str, int]
    extra: dict[str, str]


def assemble(report: Report, found: dict[str, object], *, sound: bool) -> Said:
    """What the fields of a front matter say.

    Args:
        report: told what is wrong.
        found: the fields, as YAML gives them.
        sound: no text of the file can be in need of repair.
    """
    return _Assembly(report, found, sound).read()


class _Assembly:
    """Makes an episode of the fields of one file."""

    def __init__(self, report: Report, found: dict[str, object], sound: bool) -> None:
        self.report = report
        self.found = found
        self.sound = sound
        self.unknown: dict[str, object] = {}

    def read(self) -> Said:
        """All that the fields say."""
        values = self._values()
        rows, counts = self._rows()
        return Said(values, rows, counts, self._extra())

    def _values(self) -> dict[str, Value]:
        values: dict[str, Value] = {}
        places = self._places()
        for name, field in fields().episode.items():
            value, pointer = places.get(name, (None, token(name)))
            if field.fills:
                self._fill(values, field, value, pointer)
            elif self.sound and KINDS[field.type].fits(value):
                values[name] = cast("Value", value)
            elif (read := read_field(self.report, field, value, pointer)) is not None:
                values[name] = read
            elif field.required and value is not LOST and is_blank(value):
                self.report.add("field-missing", f"no {name}", "left empty", field=token(name))
        return values

    def _fill(self, values: dict[str, Value], field: Field, value: object, pointer: str) -> None:
        """Take what a field says of another one, which it states in another unit."""
        if field.fills in values and not is_blank(value):
            message, action = f"{field.fills} says it, too:", "field set aside"
            self.report.add("key-twice", message, action, field=pointer, value=value)
        elif (read := read_field(self.report, field, value, pointer)) is not None:
            values[field.fills] = read

    def _places(self) -> dict[str, tuple[object, str]]:
        """Each field's value and where it stands; a summary in parts gives several."""
        known = fields().episode
        places = {name: (self.found[name], token(name)) for name in known if name in self.found}
        summary, pointer = places.get("summary", (None, ""))
        if isinstance(summary, list) and summary and isinstance(summary[0], dict):
            self._tell_more_summaries(summary)
            summary, pointer = summary[0], "/summary/0"
        if isinstance(summary, dict) or summary == []:
            del places["summary"]
        if isinstance(summary, dict):
            for part, value in summary.items():
                self._place_part(places, str(part), value, pointer + token(str(part)))
        return places

    def _place_part(
        self, places: dict[str, tuple[object, str]], part: str, value: object, pointer: str
    ) -> None:
        name = SUMMARY.get(part)
        if name is None:
            message, action = "unknown part of the summary:", "kept as JSON"
            self.report.add("field-unknown", message, action, field=pointer, value=part)
            self.unknown[f"summary/{part}"] = value
        elif name in places:
            message, action = "stands in the summary, too:", "this one set aside"
            self.report.add("key-twice", message, action, field=pointer, value=value)
        else:
            places[name] = value, pointer

    def _tell_more_summaries(self, summary: list[object]) -> None:
        if len(summary) > 1:
            message, action = "expected one summary, got", "first one kept"
            self.report.add("type-wrong", message, action, field="/summary", value=summary)

    def _rows(self) -> tuple[dict[str, tuple[Row, ...]], dict[str, int]]:
        rows: dict[str, tuple[Row, ...]] = {}
        counts: dict[str, int] = {}
        for name, kind in fields().rows.items():
            if name in self.found:
                read = read_rows(self.report, name, kind, self.found[name], sound=self.sound)
                rows[name], counts[name] = read
        return rows, counts

    def _extra(self) -> dict[str, str]:
        known = fields()
        names = [name for name in (*known.episode, *known.rows) if name not in self.found]
        for name, value in self.found.items():
            if name not in known.episode and name not in known.rows and value is not LOST:
                advice = advise(name, names, len(self.unknown), at_top=True)
                message, action = f"unknown field: {advice}", "kept as JSON"
                self.report.add("field-unknown", message, action, field=token(name))
                self.unknown[name] = value
        return {
            name: as_json(value, self.report, token(name)) for name, value in self.unknown.items()
        }


def is_fallback(values: dict[str, Value]) -> bool:
    """Whether the date is only the moment of processing.

    Where the pipeline knows no date it writes that moment, to the second: so in 206 of
    1,014 real files. In no file do the two differ by less than 462 seconds otherwise, so
    another time of the same day is a date of its own. So is a day without a time: of 26
    such files 9 name the day of processing and 17 an earlier one, as feeds do that are
    read once a day.
    """
    dates = values.get("date"), values.get("processing_date")
    return same_instant(*(date if isinstance(date, str) else "" for date in dates))
