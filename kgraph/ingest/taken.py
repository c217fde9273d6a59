"""What becomes of one value: the value as its type has it, and what was wrong with it.

Takes nothing; the functions of :mod:`texts` and :mod:`types` speak in these.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kgraph.base.model import Value
from kgraph.ingest.problems import SET_ASIDE, Lost, shown

Spell = Callable[[str], str]
"""The file's own spelling of the scalar at a pointer relative to the field."""


class Trouble(NamedTuple):
    """What was wrong with a value.

    Attributes:
        code: one of :data:`problems.CODES`.
        message: in words; the value follows.
        action: what was done.
        value: what it was wrong with.
        at: pointer relative to the field, such as ``/1``.
    """

    code: str
    message: str
    action: str
    value: object
    at: str = ""


class Taken(NamedTuple):
    """A value as its type has it (None: set aside, or nothing stated), and the troubles."""

    value: Value | None
    troubles: tuple[Trouble, ...] = ()


def refused(code: str, message: str, value: object) -> Taken:
    return Taken(None, (Trouble(code, message, SET_ASIDE, value),))


def wrong(expected: str, value: object) -> Taken:
    return refused("type-wrong", f"expected {expected}, got", value)


def converted(value: Value, expected: str, found: object) -> Taken:
    trouble = Trouble("converted", f"expected {expected}, got", f"read as {shown(value)}", found)
    return Taken(value, (trouble,))


def is_blank(value: object) -> bool:
    """Whether a value states nothing: null, blanks, or one that was lost and told before."""
    return (
        value is None or isinstance(value, Lost) or (isinstance(value, str) and not value.strip())
    )
