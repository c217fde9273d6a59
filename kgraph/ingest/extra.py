"""What no table knows, kept as JSON text.

Takes any value that YAML gives, gives JSON (RFC 8259) with sorted keys. JSON has no NaN,
no infinity and, for most readers, no whole numbers over 64 bits: these become text. Of a
list no more than :data:`limits.ENTRIES` entries are kept, here as in the fields that are known.
"""

from __future__ import annotations

import math

from kgraph.base.model import to_json
from kgraph.ingest import limits
from kgraph.ingest.problems import Lost, Report
from kgraph.ingest.repair import whole
from kgraph.ingest.yaml_positions import pointer_of

_BITS = 10_000
"""Bits of a number that is written out: Python refuses to print 4,300 decimal digits."""


def as_json(value: object, report: Report, pointer: str) -> str:
    """The value as JSON text.

    Args:
        value: as YAML gives it.
        report: told what is left out.
        pointer: JSON Pointer of the value.

    >>> as_json({"b": [1, None], "a": float("inf")}, Report("ep.md"), "/mood")
    '{"a":"inf","b":[1,null]}'
    """
    return to_json(_plain(value, report, (pointer,)))


def _plain(value: object, report: Report, path: tuple[str, ...]) -> object:
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, dict):
        return {(name := as_key(key)): _plain(v, report, (*path, name)) for key, v in value.items()}
    if isinstance(value, list):
        if len(value) > limits.ENTRIES:
            message = f"only {limits.ENTRIES:,} entries are read of"
            action = f"{len(value) - limits.ENTRIES:,} left out"
            field = path[0] + pointer_of(path[1:])
            report.add("limit", message, action, field=field, value=value)
        return [_plain(v, report, (*path, str(n))) for n, v in enumerate(value[: limits.ENTRIES])]
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
