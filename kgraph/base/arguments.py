"""Checks of arguments: an error names the parameter, its value and what it takes."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

from kgraph.base.errors import InputError
from kgraph.base.text import shorten

#: Seconds between two looks of a watch at its files; here for the command, whose help imports few
#: modules.
DEFAULT_INTERVAL_S, MIN_INTERVAL_S, MAX_INTERVAL_S = 1.0, 0.1, 86_400


def check_texts(**arguments: object) -> None:
    """Raise InputError unless arguments, by the names of their parameters, are texts."""
    for parameter, value in arguments.items():
        if not isinstance(value, str):
            raise _make_error(parameter, value, "a text")


def check_count(
    parameter: str, value: Any, *, minimum: int = 1, maximum: int | None = None
) -> None:
    """Raise InputError unless an argument is a whole number within limits."""
    is_whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not is_whole or value < minimum or (maximum is not None and value > maximum):
        limits = f"from {minimum} on" if maximum is None else f"from {minimum} to {maximum:,}"
        raise _make_error(parameter, value, f"a whole number {limits}")


def check_number(parameter: str, value: Any, minimum: float, maximum: float | None = None) -> None:
    """Raise InputError unless an argument is a number within limits."""
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    # False for NaN, too.
    if not (is_number and minimum <= value and (maximum is None or value <= maximum)):
        limits = f"from {minimum} on" if maximum is None else f"from {minimum} to {maximum}"
        raise _make_error(parameter, value, f"a number {limits}")


def check_workers(workers: Any) -> None:
    """Raise InputError unless a number of workers is None, or 0 or more."""
    if workers is not None:
        check_count("workers", workers, minimum=0)


def _make_error(parameter: str, value: object, expected: str) -> InputError:
    shown = repr(value) if isinstance(value, str) else str(value)  # of "3" the marks tell
    message = f"{parameter} {shorten(shown)}: write {expected}"
    return InputError(message, parameter=parameter)
