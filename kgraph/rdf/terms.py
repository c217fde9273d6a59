"""Write plain values as Turtle tokens (https://www.w3.org/TR/turtle/, section 2.5).

The tokens are in forms that :mod:`kgraph.rdf.writers` can expand to N-Triples: ``<relative-iri>``,
``<http...>``, ``prefix:local``, ``"text"``, ``"text"^^xsd:type``, an integer, a decimal, ``true``,
``false``, and of RDF 1.2 a statement between two of the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec

from kgraph.base.model import STATED_DECIMALS, FieldValue

_encode_json = msgspec.json.Encoder().encode


def string_literal(text: str) -> str:
    """Return a text as a literal without datatype.

    >>> print(string_literal('say "yes"'))
    "say \\"yes\\""
    """
    # JSON escapes ", \ and C0 controls, and each of its escapes is also one of Turtle's (ECHAR or
    # UCHAR). Everything else may be raw in UTF-8. The encoder of msgspec is the fastest by far.
    return _encode_json(text).decode()


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


@lru_cache(maxsize=1 << 14)  # a build writes most numbers many times
def decimal_literal(value: float) -> str:
    """Return a number in [0, 1] as xsd:decimal, rounded to three places.

    >>> decimal_literal(0.93), decimal_literal(1), decimal_literal(1e-9)
    ('0.93', '1.0', '0.0')
    """
    text = f"{value:.{STATED_DECIMALS}f}".rstrip("0")
    return f"{text}0" if text.endswith(".") else text


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


def format_texts(texts: list[str]) -> list[str]:
    """Return the literals of some texts, each once."""
    return [string_literal(text) for text in dict.fromkeys(texts)]


#: Type of a front-matter field -> function that returns the object of a value, or its objects.
FIELD_FORMATTERS: dict[str, Callable[[Any], str | list[str]]] = {
    "text": string_literal,
    "name": string_literal,
    "label": string_literal,
    "title": string_literal,
    "tag": string_literal,
    "texts": format_texts,
    "labels": format_texts,
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


def format_objects(field_type: str, value: FieldValue) -> list[str]:
    """Return the objects of a front-matter value: one, or one for each text of a list."""
    formatted = FIELD_FORMATTERS[field_type](value)
    return formatted if isinstance(formatted, list) else [formatted]


_ESCAPE = re.compile(rb"\\(?:\\([uU])|.)")


def escape_for_sparql(line: bytes) -> bytes:
    r"""Escape the u of a backslash and a u in a text of N-Triples or SPARQL.

    SPARQL replaces ``\u0041`` before it reads strings (section 19.2), so some readers take
    ``\\u0041``, a backslash and five characters, for an escape.
    """
    if b"\\\\u" not in line and b"\\\\U" not in line:
        return line
    return _ESCAPE.sub(lambda match: b"\\\\\\u%04x" % ord(match[1]) if match[1] else match[0], line)
