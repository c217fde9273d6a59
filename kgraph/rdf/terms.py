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

from kgraph.base.model import Value

# encode_basestring escapes ", \ and C0 controls as JSON does; each of those escapes is
# also one of Turtle's (ECHAR or UCHAR), and it is the fastest such function in the
# standard library. Everything else may stand raw in UTF-8.
text: Callable[[str], str] = encode_basestring


def iri(id_: str) -> str:
    """An id as a relative IRI reference. Ids are made of safe segments (``names.slug``)."""
    return f"<{id_}>"


def typed(lexical: str, datatype: str) -> str:
    """A literal with a datatype, given as a prefixed name."""
    return f"{text(lexical)}^^{datatype}"


def decimal(value: float) -> str:
    """A number in [0, 1] as xsd:decimal, to three places.

    >>> decimal(0.93), decimal(1), decimal(1e-9)
    ('0.93', '1.0', '0.0')
    """
    return repr(round(float(value), 3))


def moment(value: str) -> str:
    """An ISO 8601 date or date-time.

    >>> moment("2025-09-23"), moment("2025-08-11T14:00:00Z")
    ('"2025-09-23"^^xsd:date', '"2025-08-11T14:00:00Z"^^xsd:dateTime')
    """
    return typed(value, "xsd:dateTime" if "T" in value else "xsd:date")


def minutes(value: int) -> str:
    """Whole minutes as xsd:duration.

    >>> minutes(25)
    '"PT25M"^^xsd:duration'
    """
    return f'"PT{value}M"^^xsd:duration'


def flag(value: bool) -> str:
    return "true" if value else "false"


_WRITERS: dict[str, Callable[[Value], str]] = {
    "text": cast("Callable[[Value], str]", text),
    "name": cast("Callable[[Value], str]", text),
    "label": cast("Callable[[Value], str]", text),
    "level": cast("Callable[[Value], str]", text),
    "moment": lambda value: moment(str(value)),
    "minutes": lambda value: minutes(int(cast("int", value))),
    "seconds": lambda value: minutes(int(cast("int", value))),
    "count": str,
    "score": str,
    "unit": lambda value: decimal(cast("float", value)),
    "flag": lambda value: flag(bool(value)),
    "address": lambda value: typed(str(value), "xsd:anyURI"),
}
"""Type of a front-matter field -> how its value is written; ``texts`` are several ``text``."""


def objects(type_: str, value: Value) -> list[str]:
    """The objects that a front-matter value stands for: one, or one for each of ``texts``."""
    if isinstance(value, list):
        return [text(item) for item in dict.fromkeys(value)]
    return [_WRITERS[type_](value)]
