"""Classify terms in N-Triples (https://www.w3.org/TR/n-triples/), and parse those of queries."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from itertools import pairwise

from kgraph.accel.rewrite.grammar import Token, Unsupported

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"

SCALE = 10**9  #: numbers are whole multiples of 1 / SCALE

_INTEGER, _DECIMAL = (f'"^^<{XSD}{name}>'.encode() for name in ("integer", "decimal"))
_NUMBER = re.compile(rb"-?[0-9]{1,9}(?:\.[0-9]{1,9})?")
_DATE = re.compile(rf'"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}"\^\^<{XSD}date>'.encode())


class TermKind(IntEnum):
    """Kind of a term. The values are stored in columns."""

    IRI = 0
    UNNAMED = 1  #: a blank node, or a triple term of RDF 1.2: only the engine can write it
    STRING = 2
    INTEGER = 3
    DECIMAL = 4
    DATE = 5  #: xsd:date without a zone, of a four-digit year: in the order of its characters
    OTHER = 6  #: a literal with a language, of another type, or out of range


def find_term_kind(term: bytes) -> TermKind:
    """Return the kind of a term.

    >>> [find_term_kind(term).name for term in (b"<a:b>", b'"a"', b'"a"@en', b"_:a")]
    ['IRI', 'STRING', 'OTHER', 'UNNAMED']
    """
    if term[:1] == b"_" or term[:2] == b"<<":
        return TermKind.UNNAMED
    if term[:1] == b"<":
        return TermKind.IRI
    if term[-1:] == b'"':
        return TermKind.STRING
    for kind, suffix in ((TermKind.INTEGER, _INTEGER), (TermKind.DECIMAL, _DECIMAL)):
        if term.endswith(suffix) and _NUMBER.fullmatch(term, 1, len(term) - len(suffix)):
            return kind
    return TermKind.DATE if _DATE.fullmatch(term) else TermKind.OTHER


def parse_number(term: bytes) -> int:
    """Return the value of a term of kind INTEGER or DECIMAL, times :data:`SCALE`.

    >>> parse_number(f'"-0.25"^^<{XSD}decimal>'.encode())
    -250000000
    """
    integer, _, fraction = term[1 : term.rindex(b'"')].partition(b".")
    units = int(integer) * SCALE
    more = int(fraction.ljust(9, b"0")) if fraction else 0
    return units - more if integer[:1] == b"-" else units + more


# -- terms as a query writes them ------------------------------------------------------

_CHARS = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*"
_ABSOLUTE_IRI = re.compile(
    r"<[A-Za-z][A-Za-z0-9+.-]*:"
    r"(?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?=[/?#>])|(?!//))"
    rf"(?!.*/\.){_CHARS}(?:#{_CHARS})?>"
)
"""An IRI that is neither relative nor has ``..`` to resolve (RFC 3986). Others are the engine's."""

_LOCAL_NAME = re.compile(r"[A-Za-z0-9_:](?:[A-Za-z0-9_:.-]*[A-Za-z0-9_:-])?")
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PLAIN_STRING = re.compile(r"""(["'])([^"'\\\x00-\x1f\x7f]*)\1""")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_FRACTION = re.compile(r"(?:0|[1-9][0-9]{0,8})\.[0-9]{0,8}[1-9]")


def parse_prefixes(prologue: list[Token]) -> dict[str, str]:
    """Return the prefixes that a query declares, and their IRIs.

    Raises:
        Unsupported: it declares a base, or cannot be parsed.
    """
    prefixes: dict[str, str] = {}
    while prologue:
        end = 3 if [token.text for token in prologue[1:2]] == [":"] else 4
        declaration, prologue = prologue[:end], prologue[end:]
        if len(declaration) < end or declaration[0].keyword != "PREFIX":
            raise Unsupported
        name = join_adjacent(declaration[1:-1])
        if name != ":" and (name[-1:] != ":" or not _PREFIX.fullmatch(name[:-1])):
            raise Unsupported
        if declaration[-1].kind != "iri":
            raise Unsupported
        prefixes[name[:-1]] = _check_absolute(declaration[-1].text)[1:-1]
    return prefixes


def join_adjacent(tokens: Sequence[Token]) -> str:
    """Join tokens that touch each other; "" if there is something between them."""
    if any(left.end != right.start for left, right in pairwise(tokens)):
        return ""
    return "".join(token.text for token in tokens)


def _check_absolute(iri: str) -> str:
    if not _ABSOLUTE_IRI.fullmatch(iri):
        raise Unsupported
    return iri


def to_ntriples(text: str, prefixes: Mapping[str, str]) -> str:
    """Convert a term of a query to N-Triples.

    Raises:
        Unsupported: its spelling is unusual, or its prefix unknown.

    >>> to_ntriples("ex:a", {"ex": "http://x.example/"})
    '<http://x.example/a>'
    """
    if text == "a":
        return RDF_TYPE
    if text[0] == "<":
        return _check_absolute(text)
    if text[0] in "\"'":
        return f'"{plain_string(text)}"'
    for form, datatype in ((_WHOLE, "integer"), (_FRACTION, "decimal")):
        if form.fullmatch(text):
            return f'"{text}"^^<{XSD}{datatype}>'
    prefix, colon, local = text.partition(":")
    if not colon or prefix not in prefixes or not _LOCAL_NAME.fullmatch(local):
        raise Unsupported
    return _check_absolute(f"<{prefixes[prefix]}{local}>")


def plain_string(text: str) -> str:
    """Return the characters of a quoted string without escapes."""
    match = _PLAIN_STRING.fullmatch(text)
    if match is None:
        raise Unsupported
    return match[2]
