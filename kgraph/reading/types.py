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

from kgraph.reading import limits
from kgraph.reading.addresses import address
from kgraph.reading.moments import moment
from kgraph.reading.scalars import plain
from kgraph.reading.taken import Spell, Taken, Trouble, converted, refused, wrong
from kgraph.reading.texts import is_name, is_text, is_texts, read_name, read_text, read_texts


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


def _moment(value: object, spell: Spell) -> Taken:
    found = moment(value) if isinstance(value, str) else None
    if found is None:
        return refused("date-invalid", "expected a date in ISO 8601, got", value)
    return Taken(found)


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
    "texts": Kind(is_texts, read_texts),
    "level": Kind(_is_level, _level),
    "address": Kind(_is_address, _address),
    "moment": Kind(lambda value: False, _moment),  # each spelling is changed
    "flag": Kind(_is_flag, _flag),
    "unit": Kind(_is_unit, _unit),
    "score": _whole_kind(1, 10, "a whole number from 1 to 10"),
    "count": _whole_kind(0, limits.COUNT, "a whole number from 0"),
    "minutes": _whole_kind(0, limits.MINUTES, f"minutes from 0 to {limits.MINUTES:,}"),
}
"""Name of a type, as ``ontology/fields.yaml`` has it -> how it is recognised and read."""
