"""What becomes of one value: the value as its type has it, and what was wrong with it.

Takes nothing; the functions of :mod:`texts` and :mod:`types` speak in these.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kgraph.base.model import FieldValue
from kgraph.ingest.problems import FIELD_SET_ASIDE, Unparsed, preview_value

SourceText = Callable[[str], str]
"""The file's own spelling of the scalar at a pointer relative to the field."""


class ConversionProblem(NamedTuple):
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


class Converted(NamedTuple):
    """A value as its type has it (None: set aside, or nothing stated), and the troubles."""

    value: FieldValue | None
    problems: tuple[ConversionProblem, ...] = ()


def reject_value(code: str, message: str, value: object) -> Converted:
    return Converted(None, (ConversionProblem(code, message, FIELD_SET_ASIDE, value),))


def reject_type(expected: str, value: object) -> Converted:
    return reject_value("type-wrong", f"expected {expected}, got", value)


def coerce_value(value: FieldValue, expected: str, found: object) -> Converted:
    trouble = ConversionProblem(
        "converted", f"expected {expected}, got", f"read as {preview_value(value)}", found
    )
    return Converted(value, (trouble,))


def is_blank(value: object) -> bool:
    """Whether a value states nothing: null, blanks, or one that was lost and told before."""
    return (
        value is None
        or isinstance(value, Unparsed)
        or (isinstance(value, str) and not value.strip())
    )
