"""Write plain values as Turtle tokens (https://www.w3.org/TR/turtle/, section 2.5).

The tokens are in forms that :mod:`kgraph.rdf.writers` can expand to N-Triples: ``<relative-iri>``,
``<http...>``, ``prefix:local``, ``"text"``, ``"text"^^xsd:type``, an integer, a decimal, ``true``,
``false``, and of RDF 1.2 a statement between two of the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Any

from kgraph.base.model import STATED_DECIMALS, FieldValue

# encode_basestring escapes ", \ and C0 controls as JSON does; each of those escapes is
# also one of Turtle's (ECHAR or UCHAR), and it is the fastest such function in the
# standard library. Everything else may be raw in UTF-8.
string_literal: Callable[[str], str] = encode_basestring


def iri_ref(id_: str) -> str:
    """Return an id as a relative IRI reference, or an absolute IRI of another data set.

    Ids consist of segments that are safe in IRIs, and none begins with ``http``.
    """
    return f"<{id_}>"


def triple_term(subject: str, predicate: str, target: str) -> str:
    """Return a statement between two ids as a triple term (RDF 1.2).

    >>> triple_term("episode/x", "schema:mentions", "company/y")
    '<<( <episode/x> schema:mentions <company/y> )>>'
    """
    return f"<<( {iri_ref(subject)} {predicate} {iri_ref(target)} )>>"


def typed_literal(lexical: str, datatype: str) -> str:
    """Return a literal with a datatype, given as a prefixed name."""
    return f"{string_literal(lexical)}^^{datatype}"


def decimal_literal(value: float) -> str:
    """Return a number in [0, 1] as xsd:decimal, rounded to three places.

    >>> decimal_literal(0.93), decimal_literal(1), decimal_literal(1e-9)
    ('0.93', '1.0', '0.0')
    """
    return repr(round(float(value), STATED_DECIMALS))


def date_literal(value: str) -> str:
    """Return an ISO 8601 date or date-time with its datatype.

    >>> date_literal("2025-09-23"), date_literal("2025-08-11T14:00:00Z")
    ('"2025-09-23"^^xsd:date', '"2025-08-11T14:00:00Z"^^xsd:dateTime')
    """
    return typed_literal(value, "xsd:dateTime" if "T" in value else "xsd:date")


def duration_literal(minutes: int) -> str:
    """Return whole minutes as xsd:duration.

    >>> duration_literal(25)
    '"PT25M"^^xsd:duration'
    """
    return f'"PT{minutes}M"^^xsd:duration'


def boolean_literal(value: bool) -> str:
    return "true" if value else "false"


_FORMATTERS: dict[str, Callable[[Any], str]] = {
    "text": string_literal,
    "name": string_literal,
    "label": string_literal,
    "level": string_literal,
    "moment": lambda value: date_literal(str(value)),
    "minutes": duration_literal,
    "seconds": duration_literal,  # a field of seconds is read as minutes
    "count": str,
    "score": str,
    "unit": decimal_literal,
    "flag": boolean_literal,
    "address": lambda value: typed_literal(str(value), "xsd:anyURI"),
}
"""Type of a front-matter field -> how a value, or each text of a list, is written."""


def format_objects(field_type: str, value: FieldValue) -> list[str]:
    """Return the objects of a front-matter value: one, or one for each text of a list."""
    if isinstance(value, list):
        return [string_literal(item) for item in dict.fromkeys(value)]
    return [_FORMATTERS[field_type](value)]


_ESCAPE = re.compile(rb"\\(?:\\([uU])|.)")


def escape_for_sparql(line: bytes) -> bytes:
    r"""Escape the u of a backslash and a u in a text of N-Triples or SPARQL.

    SPARQL replaces ``\u0041`` before it reads strings (section 19.2), so some readers take
    ``\\u0041``, a backslash and five characters, for an escape.
    """
    if b"\\\\u" not in line and b"\\\\U" not in line:
        return line
    return _ESCAPE.sub(lambda match: b"\\\\\\u%04x" % ord(match[1]) if match[1] else match[0], line)
