"""Terms as a query writes them, in N-Triples: IRIs, prefixed names, plain strings and numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from kgraph.columns.kinds import XSD
from kgraph.joins.tokens import Token, Unfit, spelt

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"

_SIGNS = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*"
_ABSOLUTE = re.compile(
    r"<[A-Za-z][A-Za-z0-9+.-]*:"
    r"(?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?=[/?#>])|(?!//))"
    rf"(?!.*/\.){_SIGNS}(?:#{_SIGNS})?>"
)
"""An IRI that is what it says: not relative, nor with ``..`` to be taken out (RFC 3986). There are
more; they are the engine's."""

_LOCAL = re.compile(r"[A-Za-z0-9_:](?:[A-Za-z0-9_:.-]*[A-Za-z0-9_:-])?")
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

_STRING = re.compile(r"""(["'])([^"'\\\x00-\x1f\x7f]*)\1""")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,8})\.[0-9]{0,8}[1-9]")


def prefixes(prologue: list[Token]) -> dict[str, str]:
    """The prefixes that a query declares.

    Raises:
        Unfit: it declares a base, or cannot be read.
    """
    found: dict[str, str] = {}
    while prologue:
        end = 3 if [token.text for token in prologue[1:2]] == [":"] else 4
        said, prologue = prologue[:end], prologue[end:]
        if len(said) < end or spelt(said[0]) != "PREFIX" or said[-1].kind != "iri":
            raise Unfit
        name = together(said[1:-1])
        if name != ":" and (name[-1:] != ":" or not _PREFIX.fullmatch(name[:-1])):
            raise Unfit
        found[name[:-1]] = _absolute(said[-1].text)[1:-1]
    return found


def together(tokens: Sequence[Token]) -> str:
    """Tokens that stand together as one; "" where there is something between them."""
    if any(one.end != other.start for one, other in pairwise(tokens)):
        return ""
    return "".join(token.text for token in tokens)


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
        if not colon or prefix not in self._known or not _LOCAL.fullmatch(local):
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
