"""Terms as a query writes them, in N-Triples: IRIs, prefixed names, plain strings and numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kgraph.columns.kinds import XSD
from kgraph.joins.tokens import Token, Unfit, spelt

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"

_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:(?!.*/\.)[^<>\"{}|^`\\\x00-\x20]*>")
"""An IRI that is what it says: not relative, nor with ``..`` to be taken out (RFC 3986)."""

_STRING = re.compile(r"""(["'])([^"'\\\x00-\x1f\x7f]*)\1""")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,8})\.[0-9]{0,8}[1-9]")


def prefixes(prologue: list[Token]) -> dict[str, str]:
    """The prefixes that a query declares.

    Raises:
        Unfit: it declares a base, or cannot be read.
    """
    found: dict[str, str] = {}
    at = 0
    while at < len(prologue):
        said = prologue[at : at + 4]
        named = "" if said[1:2] and said[1].text == ":" else said[1].text if said[1:2] else ""
        taken = 3 if not named else 4
        kinds = [token.kind for token in said[:taken]]
        if spelt(said[0]) != "PREFIX" or kinds[-1] != "iri" or said[taken - 2].text != ":":
            raise Unfit
        found[named] = _absolute(said[taken - 1].text)[1:-1]
        at += taken
    return found


def _absolute(iri: str) -> str:
    if not _ABSOLUTE.fullmatch(iri):
        raise Unfit
    return iri


class Terms:
    """Reads terms.

    Args:
        known: prefix -> IRI.
    """

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known

    def read(self, written: str) -> str:
        """A term in N-Triples.

        Raises:
            Unfit: it is written in another way than the usual, or means nothing.

        >>> Terms({"ex": "http://x.example/"}).read("ex:a")
        '<http://x.example/a>'
        """
        if written == "a":
            return TYPE
        if written[0] == "<":
            return _absolute(written)
        if written[0] in "\"'":
            return f'"{plain(written)}"'
        if _WHOLE.fullmatch(written):
            return f'"{written}"^^<{XSD}integer>'
        if _DECIMAL.fullmatch(written):
            return f'"{written}"^^<{XSD}decimal>'
        prefix, colon, local = written.partition(":")
        if not colon or prefix not in self._known:
            raise Unfit
        return _absolute(f"<{self._known[prefix]}{local}>")


def plain(written: str) -> str:
    """What a plain string says.

    Raises:
        Unfit: it is none, or has escapes or quotes in it.
    """
    match = _STRING.fullmatch(written)
    if match is None:
        raise Unfit
    return match[2]
