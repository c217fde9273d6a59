"""What a term is, told from its N-Triples (https://www.w3.org/TR/n-triples/)."""

from __future__ import annotations

import re
from enum import IntEnum

XSD = "http://www.w3.org/2001/XMLSchema#"
SCALE = 10**9
"""Parts of one that numbers are held in: nine places behind the point, nine billion before it."""

_INTEGER, _DECIMAL = (f'"^^<{XSD}{name}>'.encode() for name in ("integer", "decimal"))
_EXACT = re.compile(rb"-?[0-9]{1,9}(?:\.[0-9]{1,9})?")
_DAY = re.compile(rf'"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}"\^\^<{XSD}date>'.encode())


class Kind(IntEnum):
    """What a term is, as far as it matters for what is done with it here."""

    IRI = 0
    NAMELESS = 1
    """A blank node, or a triple term of RDF 1.2: only the engine can write it."""
    STRING = 2
    INTEGER = 3
    DECIMAL = 4
    DAY = 5
    """A date without a zone, of four digits: days stand in the order of their characters."""
    OTHER = 6
    """A literal that only the engine knows: with a language, of another type, or out of range."""


def kind_of(term: bytes) -> Kind:
    """What it is.

    >>> [kind_of(term).name for term in (b"<a:b>", b'"a"', b'"a"@en', b"_:a")]
    ['IRI', 'STRING', 'OTHER', 'NAMELESS']
    """
    if term[:1] == b"_" or term[:2] == b"<<":
        return Kind.NAMELESS
    if term[:1] == b"<":
        return Kind.IRI
    if term[-1:] == b'"':
        return Kind.STRING
    for kind, end in ((Kind.INTEGER, _INTEGER), (Kind.DECIMAL, _DECIMAL)):
        if term.endswith(end) and _EXACT.fullmatch(term, 1, len(term) - len(end)):
            return kind
    return Kind.DAY if _DAY.fullmatch(term) else Kind.OTHER


def number_of(term: bytes) -> int:
    """The number that a term of kind INTEGER or DECIMAL is, in parts of :data:`SCALE`.

    >>> number_of(f'"-0.25"^^<{XSD}decimal>'.encode())
    -250000000
    """
    whole, _, rest = term[1 : term.rindex(b'"')].partition(b".")
    parts = int(whole) * SCALE
    more = int(rest.ljust(9, b"0")) if rest else 0
    return parts - more if whole[:1] == b"-" else parts + more
