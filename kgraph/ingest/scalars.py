"""What a plain scalar means: the core schema of YAML 1.2 (section 10.3.2), and no more.

Takes the text of an unquoted scalar, gives null, a truth value, a number or the text. The
surprises of YAML 1.1 stay text: ``no``, ``on``, ``12:30:45``, ``1_000``, ``2025-01-01``.
"""

from __future__ import annotations

import re

from kgraph.ingest import limits

_CONSTANTS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_NUMBER_STARTS = frozenset("+-.0123456789")
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def resolve_scalar(text: str) -> str | int | float | bool | None:
    """What an unquoted scalar means.

    >>> [resolve_scalar(text) for text in ("~", "True", "no", "012", "0o14", "1e3", "12:30")]
    [None, True, 'no', 12, 12, 1000.0, '12:30']
    """
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    return _parse_number(text) if text[0] in _NUMBER_STARTS else text


def _parse_number(text: str) -> str | int | float:
    if _DECIMAL.fullmatch(text):
        return int(text[: limits.MAX_DIGITS])
    if _FLOAT.fullmatch(text):
        return float(text)
    if _OCTAL.fullmatch(text):
        return int(text[2:], 8)
    if _HEX.fullmatch(text):
        return int(text[2:], 16)
    return text
