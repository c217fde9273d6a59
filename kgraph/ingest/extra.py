"""What no table knows, kept as JSON text.

Takes any value that YAML gives, gives JSON (RFC 8259) with sorted keys. JSON has no NaN,
no infinity and, for most readers, no whole numbers over 64 bits: these become text. Of a
list no more than :data:`limits.MAX_ENTRIES` entries are kept, here as in the fields that are known.
"""

from __future__ import annotations

import math

from kgraph.base.model import dump_json
from kgraph.ingest import limits
from kgraph.ingest.problems import ProblemCollector, Unparsed
from kgraph.ingest.repair import replace_lone_surrogates
from kgraph.ingest.yaml_positions import build_pointer

_MAX_INT_BITS = 10_000
"""Bits of a number that is written out: Python refuses to print 4,300 decimal digits."""


def encode_unknown(value: object, report: ProblemCollector, pointer: str) -> str:
    """The value as JSON text.

    Args:
        value: as YAML gives it.
        report: told what is left out.
        pointer: JSON Pointer of the value.

    >>> encode_unknown({"b": [1, None], "a": float("inf")}, ProblemCollector("ep.md"), "/mood")
    '{"a":"inf","b":[1,null]}'
    """
    return dump_json(_to_json_value(value, report, (pointer,)))


def _to_json_value(value: object, report: ProblemCollector, path: tuple[str, ...]) -> object:
    if isinstance(value, str):
        return replace_lone_surrogates(value)
    if isinstance(value, dict):
        return {
            (name := stringify_key(key)): _to_json_value(v, report, (*path, name))
            for key, v in value.items()
        }
    if isinstance(value, list):
        if len(value) > limits.MAX_ENTRIES:
            message = f"only {limits.MAX_ENTRIES:,} entries are read of"
            action = f"{len(value) - limits.MAX_ENTRIES:,} left out"
            field = path[0] + build_pointer(path[1:])
            report.add("limit", message, action, field=field, value=value)
        return [
            _to_json_value(v, report, (*path, str(n)))
            for n, v in enumerate(value[: limits.MAX_ENTRIES])
        ]
    return _to_json_scalar(value)


def _to_json_scalar(value: object) -> object:
    if isinstance(value, int) and value.bit_length() > 63:
        return str(value) if value.bit_length() < _MAX_INT_BITS else "a number of many digits"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return None if isinstance(value, Unparsed) else value


def stringify_key(key: object) -> str:
    """A key of any type as text."""
    return str(_to_json_scalar(replace_lone_surrogates(key) if isinstance(key, str) else key))
