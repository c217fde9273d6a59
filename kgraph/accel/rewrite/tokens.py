"""Split SPARQL into tokens (SPARQL 1.1, section 19.8), as far as :mod:`kgraph.accel` reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

MAX_TEXT_CHARS = 4096  #: of a query that is read; a longer one is mostly a list of values

# SPARQL 1.1, section 19.8: tokens in which no keyword stands. An unterminated string extends to the
# end of its line or of the text (the engine refuses it). Possessive quantifiers (*+) never retry: a
# hostile text takes no longer than another of its length.
IRI = r"""<[^<>"{}|^`\\\x00-\x20]*+>"""
LONG_STRING = (
    r"""\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*+(?:\"{3}|\"{0,2}\\?\Z)"""
    r"""|'{3}(?:'{0,2}(?:[^'\\]|\\.))*+(?:'{3}|'{0,2}\\?\Z)"""
)
STRING = r""""(?:[^"\\\n\r]|\\.)*+"?|'(?:[^'\\\n\r]|\\.)*+'?"""
COMMENT = r"""\#[^\n\r]*+"""

_TOKEN = re.compile(
    rf"""(?:[ \t\r\n]++|{COMMENT})*+(?:"""
    rf"""(?P<iri>{IRI})"""
    rf"""|(?P<long>{LONG_STRING})"""
    rf"""|(?P<string>(?:{STRING})(?:@[A-Za-z][A-Za-z0-9-]*)?)"""
    r"""|(?P<variable>[?$]\w+)"""
    r"""|(?P<name>(?:[A-Za-z][\w-]*)?:[\w:-]+(?:\.+[\w:-]+)*)"""
    r"""|(?P<number>[0-9]+(?:\.[0-9]+)?(?![\w.]))"""
    r"""|(?P<word>[A-Za-z_]\w*)"""
    r"""|(?P<mark>.)|\Z)""",
    re.DOTALL,
)

BRACKETS = {"(": ")", "{": "}"}  #: opening bracket -> closing bracket


class Unsupported(Exception):
    """The query is left to the engine as it is. Never leaves :mod:`kgraph.accel`."""


class Token(NamedTuple):
    """A token: its kind (a group of the pattern above), its text, and its span."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def keyword(self) -> str:
        """The text; a bare word in upper case."""
        return self.text.upper() if self.kind == "word" else self.text

    @property
    def variable(self) -> str:
        """A variable in the first of its two spellings, ``?x`` and ``$x``."""
        return f"?{self.text[1:]}"


class QueryParts(NamedTuple):
    """The tokens before the braces of a query, in them, and after them."""

    head: list[Token]
    body: list[Token]
    tail: list[Token]


@lru_cache(4)  # columns read a query before hash joins do
def split_query(text: str) -> QueryParts:
    """Return the tokens of a query by where they are.

    Raises:
        Unsupported: it has no braces, is long, has an escape outside strings, or what looks like an
            IRI may be two comparisons.
    """
    if len(text) > MAX_TEXT_CHARS or "\\u" in text or "\\U" in text:  # an escape may be any token
        raise Unsupported
    tokens = [
        Token(kind, match[kind], *match.span(kind))
        for match in _TOKEN.finditer(text)
        if (kind := match.lastgroup)  # None at the end of the text
    ]
    for token in tokens:
        # `<1)AS?b)FILTER(?a>` may be two comparisons; few IRIs have these characters.
        if token.text == "\\" or (token.kind == "iri" and not set("()?$").isdisjoint(token.text)):
            raise Unsupported
    opening = find_keyword(tokens, "{")
    closing = find_closing(tokens, opening)
    return QueryParts(tokens[:opening], tokens[opening + 1 : closing], tokens[closing + 1 :])


def find_closing(tokens: Sequence[Token], opening: int) -> int:
    """Return the index of the bracket that closes the one at an index.

    Raises:
        Unsupported: there is none, or brackets between them do not match.
    """
    expected: list[str] = []
    for index in range(opening, len(tokens)):
        text = tokens[index].text
        if text in BRACKETS:
            expected.append(BRACKETS[text])
        elif text in BRACKETS.values() and text != expected.pop():
            raise Unsupported
        if not expected:
            return index
    raise Unsupported


def collect_keywords(tokens: Sequence[Token]) -> set[str]:
    """Return the bare words, keywords among them, in upper case."""
    return {token.keyword for token in tokens if token.kind == "word"}


def find_keyword(tokens: Sequence[Token], keyword: str) -> int:
    """Return the index of the first token that is this keyword or mark."""
    for index, token in enumerate(tokens):
        if token.kind in ("word", "mark") and token.keyword == keyword:
            return index
    raise Unsupported
