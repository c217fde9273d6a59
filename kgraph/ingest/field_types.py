"""The types of front-matter fields: how a value of each is recognised and read.

Takes a value as YAML gives it, gives a :class:`Taken`: the value as the type has it and
what was wrong. ``ontology/fields.yaml`` names the type of each field; a type is one
function here and one row of :data:`KINDS`.

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
from kgraph.ingest.addresses import address
from kgraph.ingest.durations import seconds_of
from kgraph.ingest.field_values import is_either_way, moment
from kgraph.ingest.scalars import plain
from kgraph.ingest.taken import Spell, Taken, Trouble, converted, refused, wrong
from kgraph.ingest.texts import (
    is_label,
    is_name,
    is_text,
    is_texts,
    read_label,
    read_name,
    read_text,
    read_texts,
)


class Kind(NamedTuple):
    """A type of field.

    Attributes:
        fits: whether a value is already as it should be; quick, for the healthy path.
        read: what becomes of a value that is not blank.
    """

    fits: Callable[[object], bool]
    read: Callable[[object, Spell], Taken]


_LEVELS = frozenset(("high", "medium", "low"))


def _is_level(value: object) -> bool:
    return type(value) is str and value in _LEVELS


def _level(value: object, spell: Spell) -> Taken:
    """high, medium or low in any case; "none" is told, for it hides that none was stated."""
    level = value.strip().lower() if isinstance(value, str) else ""
    if level in _LEVELS:
        return Taken(level)
    return refused("level-invalid", "expected high, medium or low, got", value)


def _is_address(value: object) -> bool:
    return type(value) is str and address(value) == value


def _address(value: object, spell: Spell) -> Taken:
    found = address(value) if isinstance(value, str) else None
    if found is None:
        return refused("address-invalid", "expected an http URL or a path, got", value)
    if found == value:
        return Taken(found)
    action = "blanks left out" if found == str(value).strip() else "percent-encoded"
    return Taken(found, (Trouble("address-encoded", "no address as it stands:", action, value),))


_DATES = "write it as 2025-09-01, 2025-09-01T10:15:00Z, 12 Oct 2025 or seconds since 1970"


def _moment(value: object, spell: Spell) -> Taken:
    found = moment(value)
    if found is not None:
        return Taken(found)
    if isinstance(value, str) and is_either_way(value):
        message = "day and month could be either way round (write the year first, as 2025-02-01):"
        return refused("date-invalid", message, value)
    return refused("date-invalid", f"not a date ({_DATES}):", value)


# -- truth values and numbers --------------------------------------------------

_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def _is_flag(value: object) -> bool:
    return type(value) is bool


def _flag(value: object, spell: Spell) -> Taken:
    if isinstance(value, bool):
        return Taken(value)
    flag = _FLAGS.get(value.strip().lower()) if isinstance(value, str) else None
    return (
        wrong("true or false", value) if flag is None else converted(flag, "true or false", value)
    )


def _is_unit(value: object) -> bool:
    return type(value) is float and 0 <= value <= 1


def _is_whole(value: object, low: int, high: int) -> bool:
    return type(value) is int and low <= value <= high


def _number(value: object, spell: Spell, low: float, high: float, name: str) -> Taken:
    number = _meant(value)
    if number is None:
        return wrong(name, value)
    if not low <= number <= high:  # neither does NaN
        return refused("out-of-range", f"expected {name}, got", value)
    return Taken(number) if number is value else converted(number, name, value)


def _meant(value: object) -> int | float | None:
    """The number that a value or a quoted text is."""
    number = plain(value.strip()) if isinstance(value, str) else value
    return number if isinstance(number, (int, float)) and not isinstance(number, bool) else None


def _whole(value: object, spell: Spell, low: int, high: int, name: str) -> Taken:
    """A whole number; one with a fraction is rounded, half up, and told."""
    taken = _number(value, spell, low, high, name)
    if not isinstance(taken.value, float):
        return taken
    return converted(math.floor(taken.value + 0.5), name, value)


MINUTES_OF_A_DAY = 24 * 60
"""Largest bare number that is read as minutes. 1,440 seconds are a short episode, 1,440
minutes are longer than any that is known: what is larger was counted in seconds."""

_DURATIONS = "write it as 1:02:51, PT52M, 52 min or whole minutes"


def _minutes(value: object, spell: Spell) -> Taken:
    """Whole minutes; a number over those of a day was counted in seconds, which is told."""
    seconds = seconds_of(value) if isinstance(value, str) else None
    if seconds is not None:
        return _in_minutes(seconds, value)
    number = _meant(value)
    if number is None:
        return wrong(f"a duration ({_DURATIONS})", value)
    if number <= MINUTES_OF_A_DAY or not number < math.inf:
        return _whole(value, spell, 0, MINUTES_OF_A_DAY, "minutes")
    taken = _in_minutes(number, value)
    if not isinstance(taken.value, int):
        return taken
    message = f"more minutes than a day has ({_DURATIONS}):"
    action = f"read as seconds: {taken.value:,} minutes"
    return Taken(taken.value, (Trouble("converted", message, action, value),))


def _seconds(value: object, spell: Spell) -> Taken:
    """Seconds, as whole minutes."""
    seconds = seconds_of(value) if isinstance(value, str) else None
    number = _meant(value) if seconds is None else seconds
    return wrong("a number of seconds", value) if number is None else _in_minutes(number, value)


def _in_minutes(seconds: float, value: object) -> Taken:
    """Seconds as whole minutes, where they are within the limit (NaN is not)."""
    if 0 <= seconds <= 60 * limits.MINUTES:
        return Taken(math.floor(seconds / 60 + 0.5))
    return refused("out-of-range", f"expected at most {limits.MINUTES:,} minutes, got", value)


def _unit(value: object, spell: Spell) -> Taken:
    taken = _number(value, spell, 0, 1, "a number from 0 to 1")
    return Taken(float(taken.value), taken.troubles) if isinstance(taken.value, int) else taken


def _whole_kind(low: int, high: int, name: str) -> Kind:
    return Kind(
        partial(_is_whole, low=low, high=high), partial(_whole, low=low, high=high, name=name)
    )


KINDS: dict[str, Kind] = {
    "text": Kind(is_text, read_text),
    "name": Kind(is_name, read_name),
    "label": Kind(is_label, read_label),
    "texts": Kind(is_texts, read_texts),
    "level": Kind(_is_level, _level),
    "address": Kind(_is_address, _address),
    "moment": Kind(lambda value: False, _moment),  # each spelling is changed
    "flag": Kind(_is_flag, _flag),
    "unit": Kind(_is_unit, _unit),
    "score": _whole_kind(1, 10, "a whole number from 1 to 10"),
    "count": _whole_kind(0, limits.COUNT, "a whole number from 0"),
    "minutes": Kind(partial(_is_whole, low=0, high=MINUTES_OF_A_DAY), _minutes),
    "seconds": Kind(lambda value: False, _seconds),  # each is changed
}
"""Name of a type, as ``ontology/fields.yaml`` has it -> how it is recognised and read."""
