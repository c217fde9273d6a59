"""The types of front-matter fields: how a value of each is recognised and read.

Takes a value as YAML gives it, gives a :class:`Converted`: the value as the type has it and
what was wrong. ``ontology/fields.yaml`` names the type of each field; a type is one
function here and one row of :data:`FIELD_TYPES`.

Invariants:
    * null and text of nothing but blanks state nothing, as if the field were absent, and
      never come here (:func:`taken.is_blank`);
    * a value that cannot mean what its type asks is set aside, never guessed at;
    * a conversion that can only mean one thing is made, and told (``converted``);
    * what a ``fits`` accepts, its ``read`` gives back unchanged and without a word, so
      long as no text of the file is in need of repair or too long (:mod:`episodes`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from kgraph.ingest import limits
from kgraph.ingest.addresses import normalize_url
from kgraph.ingest.durations import parse_duration
from kgraph.ingest.field_values import is_ambiguous_date, normalize_datetime
from kgraph.ingest.scalars import resolve_scalar
from kgraph.ingest.taken import (
    ConversionProblem,
    Converted,
    SourceText,
    coerce_value,
    reject_type,
    reject_value,
)
from kgraph.ingest.texts import (
    convert_label,
    convert_name,
    convert_text,
    convert_text_list,
    is_label,
    is_name,
    is_text,
    is_text_list,
)


class FieldType(NamedTuple):
    """A type of field.

    Attributes:
        fits: whether a value is already as it should be; quick, for the healthy path.
        read: what becomes of a value that is not blank.
    """

    accepts: Callable[[object], bool]
    convert: Callable[[object, SourceText], Converted]


_LEVELS = frozenset(("high", "medium", "low"))


def _is_level(value: object) -> bool:
    return type(value) is str and value in _LEVELS


def _convert_level(value: object, spell: SourceText) -> Converted:
    """high, medium or low in any case; "none" is told, for it hides that none was stated."""
    level = value.strip().lower() if isinstance(value, str) else ""
    if level in _LEVELS:
        return Converted(level)
    return reject_value("level-invalid", "expected high, medium or low, got", value)


def _is_url(value: object) -> bool:
    return type(value) is str and normalize_url(value) == value


def _convert_url(value: object, spell: SourceText) -> Converted:
    found = normalize_url(value) if isinstance(value, str) else None
    if found is None:
        return reject_value("address-invalid", "expected an http URL or a path, got", value)
    if found == value:
        return Converted(found)
    action = "blanks left out" if found == str(value).strip() else "percent-encoded"
    return Converted(
        found, (ConversionProblem("address-encoded", "no address as it stands:", action, value),)
    )


_DATE_ADVICE = "write it as 2025-09-01, 2025-09-01T10:15:00Z, 12 Oct 2025 or seconds since 1970"


def _convert_datetime(value: object, spell: SourceText) -> Converted:
    found = normalize_datetime(value)
    if found is not None:
        return Converted(found)
    if isinstance(value, str) and is_ambiguous_date(value):
        message = "day and month could be either way round (write the year first, as 2025-02-01):"
        return reject_value("date-invalid", message, value)
    return reject_value("date-invalid", f"not a date ({_DATE_ADVICE}):", value)


# -- truth values and numbers --------------------------------------------------

_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def _is_flag(value: object) -> bool:
    return type(value) is bool


def _convert_flag(value: object, spell: SourceText) -> Converted:
    if isinstance(value, bool):
        return Converted(value)
    flag = _FLAGS.get(value.strip().lower()) if isinstance(value, str) else None
    return (
        reject_type("true or false", value)
        if flag is None
        else coerce_value(flag, "true or false", value)
    )


def _is_unit(value: object) -> bool:
    return type(value) is float and 0 <= value <= 1


def _is_integer(value: object, low: int, high: int) -> bool:
    return type(value) is int and low <= value <= high


def _convert_number(
    value: object, spell: SourceText, low: float, high: float, name: str
) -> Converted:
    number = _parse_number(value)
    if number is None:
        return reject_type(name, value)
    if not low <= number <= high:  # neither does NaN
        return reject_value("out-of-range", f"expected {name}, got", value)
    return Converted(number) if number is value else coerce_value(number, name, value)


def _parse_number(value: object) -> int | float | None:
    """The number that a value or a quoted text is."""
    number = resolve_scalar(value.strip()) if isinstance(value, str) else value
    return number if isinstance(number, (int, float)) and not isinstance(number, bool) else None


def _convert_integer(value: object, spell: SourceText, low: int, high: int, name: str) -> Converted:
    """A whole number; one with a fraction is rounded, half up, and told."""
    taken = _convert_number(value, spell, low, high, name)
    if not isinstance(taken.value, float):
        return taken
    return coerce_value(math.floor(taken.value + 0.5), name, value)


MAX_BARE_MINUTES = 24 * 60
"""Largest bare number that is read as minutes. 1,440 seconds are a short episode, 1,440
minutes are longer than any that is known: what is larger was counted in seconds."""

_DURATION_ADVICE = "write it as 1:02:51, PT52M, 52 min or whole minutes"


def _convert_minutes(value: object, spell: SourceText) -> Converted:
    """Whole minutes; a number over those of a day was counted in seconds, which is told."""
    seconds = parse_duration(value) if isinstance(value, str) else None
    if seconds is not None:
        return _to_minutes(seconds, value)
    number = _parse_number(value)
    if number is None:
        return reject_type(f"a duration ({_DURATION_ADVICE})", value)
    if number <= MAX_BARE_MINUTES or not number < math.inf:
        return _convert_integer(value, spell, 0, MAX_BARE_MINUTES, "minutes")
    taken = _to_minutes(number, value)
    if not isinstance(taken.value, int):
        return taken
    message = f"more minutes than a day has ({_DURATION_ADVICE}):"
    action = f"read as seconds: {taken.value:,} minutes"
    return Converted(taken.value, (ConversionProblem("converted", message, action, value),))


def _convert_seconds(value: object, spell: SourceText) -> Converted:
    """Seconds, as whole minutes."""
    seconds = parse_duration(value) if isinstance(value, str) else None
    number = _parse_number(value) if seconds is None else seconds
    return (
        reject_type("a number of seconds", value) if number is None else _to_minutes(number, value)
    )


def _to_minutes(seconds: float, value: object) -> Converted:
    """Seconds as whole minutes, where they are within the limit (NaN is not)."""
    if 0 <= seconds <= 60 * limits.MAX_MINUTES:
        return Converted(math.floor(seconds / 60 + 0.5))
    return reject_value(
        "out-of-range", f"expected at most {limits.MAX_MINUTES:,} minutes, got", value
    )


def _convert_unit(value: object, spell: SourceText) -> Converted:
    taken = _convert_number(value, spell, 0, 1, "a number from 0 to 1")
    return Converted(float(taken.value), taken.problems) if isinstance(taken.value, int) else taken


def _integer_type(low: int, high: int, name: str) -> FieldType:
    return FieldType(
        partial(_is_integer, low=low, high=high),
        partial(_convert_integer, low=low, high=high, name=name),
    )


FIELD_TYPES: dict[str, FieldType] = {
    "text": FieldType(is_text, convert_text),
    "name": FieldType(is_name, convert_name),
    "label": FieldType(is_label, convert_label),
    "texts": FieldType(is_text_list, convert_text_list),
    "level": FieldType(_is_level, _convert_level),
    "address": FieldType(_is_url, _convert_url),
    "moment": FieldType(lambda value: False, _convert_datetime),  # each spelling is changed
    "flag": FieldType(_is_flag, _convert_flag),
    "unit": FieldType(_is_unit, _convert_unit),
    "score": _integer_type(1, 10, "a whole number from 1 to 10"),
    "count": _integer_type(0, limits.MAX_COUNT, "a whole number from 0"),
    "minutes": FieldType(partial(_is_integer, low=0, high=MAX_BARE_MINUTES), _convert_minutes),
    "seconds": FieldType(lambda value: False, _convert_seconds),  # each is changed
}
"""Name of a type, as ``ontology/fields.yaml`` has it -> how it is recognised and read."""
