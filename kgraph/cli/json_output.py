"""Prints results as JSON; what prints text for people imports rich, which takes 12 ms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

Value = TypeVar("Value")


def print_json(value: Any, output: str = "-") -> None:
    """Write any record as JSON.

    Raises:
        ExportError: the output cannot be written.
    """
    from kgraph.base.files import open_output_file

    with open_output_file(output) as out:
        out.write(msgspec.json.format(msgspec.json.encode(to_named_fields(value))) + b"\n")


def print_result(value: Value, format: str, print_text: Callable[[Value], None]) -> None:
    """Print a result as JSON, or as text for people."""
    if format == "json":
        print_json(value)
    else:
        print_text(value)


def to_named_fields(value: Any) -> Any:
    """Convert structs to objects with named fields, also those that are encoded as arrays.

    Sets become sorted lists. Problems and violations have ``is_remark``, too.

    >>> from kgraph.base.model import Reason
    >>> to_named_fields([Reason("rule", "known", 1.5), {"b", "a"}])
    [{'part': 'rule', 'words': 'known', 'weight': 1.5}, ['a', 'b']]
    """
    if isinstance(value, msgspec.Struct):
        computed = ("is_remark",) if hasattr(value, "is_remark") else ()
        names = (*value.__struct_fields__, *computed)
        return {name: to_named_fields(getattr(value, name)) for name in names}
    if isinstance(value, dict):
        return {key: to_named_fields(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, (list, tuple)):
        return [to_named_fields(item) for item in value]
    return value
