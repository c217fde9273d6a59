"""What no table knows, kept as JSON text.

Takes any value that YAML gives, gives JSON (RFC 8259) with sorted keys. JSON has no NaN,
no infinity and, for most readers, no whole numbers over 64 bits: these become text.
"""

from __future__ import annotations

import math

from kgraph.model import to_json
from kgraph.reading.problems import Lost
from kgraph.reading.repair import whole

_BITS = 10_000
"""Bits of a number that is written out: Python refuses to print 4,300 decimal digits."""


def as_json(value: object) -> str:
    """The value as JSON text.

    >>> as_json({"b": [1, None], "a": float("inf")})
    '{"a":"inf","b":[1,null]}'
    """
    return to_json(_plain(value))


def _plain(value: object) -> object:
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, dict):
        return {as_key(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return _plain_scalar(value)


def _plain_scalar(value: object) -> object:
    if isinstance(value, int) and value.bit_length() > 63:
        return str(value) if value.bit_length() < _BITS else "a number of many digits"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return None if isinstance(value, Lost) else value


def as_key(key: object) -> str:
    """A key of any type as text."""
    return str(_plain_scalar(whole(key) if isinstance(key, str) else key))
