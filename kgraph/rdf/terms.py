"""Turtle tokens: how a value is written, escaped, once and for all.

Takes plain values, gives text that is a Turtle 1.1 object (https://www.w3.org/TR/turtle/
section 2.5), in one of the forms that :mod:`kgraph.rdf.writers` can expand to N-Triples:
``<relative-iri>``, ``prefix:local``, ``"text"``, ``"text"^^xsd:type``, a whole number, a
decimal, ``true``, ``false``.
"""

from __future__ import annotations

from collections.abc import Callable
from json.encoder import encode_basestring
from typing import cast

from kgraph.base.model import FieldValue

# encode_basestring escapes ", \ and C0 controls as JSON does; each of those escapes is
# also one of Turtle's (ECHAR or UCHAR), and it is the fastest such function in the
# standard library. Everything else may stand raw in UTF-8.
string_literal: Callable[[str], str] = encode_basestring


def iri_ref(id_: str) -> str:
    """An id as a relative IRI reference. Ids are made of safe segments (``names.slug``)."""
    return f"<{id_}>"


def typed_literal(lexical: str, datatype: str) -> str:
    """A literal with a datatype, given as a prefixed name."""
    return f"{string_literal(lexical)}^^{datatype}"


def decimal_literal(value: float) -> str:
    """A number in [0, 1] as xsd:decimal, to three places.

    >>> decimal_literal(0.93), decimal_literal(1), decimal_literal(1e-9)
    ('0.93', '1.0', '0.0')
    """
    return repr(round(float(value), 3))


def date_literal(value: str) -> str:
    """An ISO 8601 date or date-time.

    >>> date_literal("2025-09-23"), date_literal("2025-08-11T14:00:00Z")
    ('"2025-09-23"^^xsd:date', '"2025-08-11T14:00:00Z"^^xsd:dateTime')
    """
    return typed_literal(value, "xsd:dateTime" if "T" in value else "xsd:date")


def duration_literal(value: int) -> str:
    """Whole minutes as xsd:duration.

    >>> duration_literal(25)
    '"PT25M"^^xsd:duration'
    """
    return f'"PT{value}M"^^xsd:duration'


def boolean_literal(value: bool) -> str:
    return "true" if value else "false"


_FORMATTERS: dict[str, Callable[[FieldValue], str]] = {
    "text": cast("Callable[[FieldValue], str]", string_literal),
    "name": cast("Callable[[FieldValue], str]", string_literal),
    "label": cast("Callable[[FieldValue], str]", string_literal),
    "level": cast("Callable[[FieldValue], str]", string_literal),
    "moment": lambda value: date_literal(str(value)),
    "minutes": lambda value: duration_literal(int(cast("int", value))),
    "seconds": lambda value: duration_literal(int(cast("int", value))),
    "count": str,
    "score": str,
    "unit": lambda value: decimal_literal(cast("float", value)),
    "flag": lambda value: boolean_literal(bool(value)),
    "address": lambda value: typed_literal(str(value), "xsd:anyURI"),
}
"""Type of a front-matter field -> how its value is written; ``texts`` are several ``text``."""


def format_objects(type_: str, value: FieldValue) -> list[str]:
    """The objects that a front-matter value stands for: one, or one for each of ``texts``."""
    if isinstance(value, list):
        return [string_literal(item) for item in dict.fromkeys(value)]
    return [_FORMATTERS[type_](value)]
