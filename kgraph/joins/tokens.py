"""The words of a query: what patterns, orders and limits are read from.

Takes the text of a query, gives its tokens (SPARQL 1.1 section 19.8, as far as the rest of this
room needs it), and what stands before, in and behind its braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

LONG = 4096
"""Characters of a text that is no more looked into: a longer one is mostly a list of values."""

# SPARQL 1.1 section 19.8: what no keyword stands in. A string that does not end is opaque to its
# line's or the text's end (the engine refuses it), and nothing is tried twice (*+): a hostile text
# takes no more time than another of its length.
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


LIMITS = ("LIMIT", "OFFSET")
"""Words that end what rows are ordered by."""

CLOSED_BY = {"(": ")", "{": "}"}
"""Brackets within which a query has words of its own -> those that close them."""


class Token(NamedTuple):
    """A word of a query: what it is, itself, and where it begins and ends."""

    kind: str
    text: str
    start: int
    end: int


Edit = tuple[int, int, str]
"""Where something is written anew, and what."""


class Unfit(Exception):
    """The query is left to the engine as it is; never leaves this room and that of columns."""


def tokens(text: str) -> list[Token]:
    """The words of a text, without blanks and comments.

    Raises:
        Unfit: it is long, or escaped, or what looks like an IRI may be two comparisons.
    """
    if len(text) > LONG or "\\u" in text or "\\U" in text:  # an escape may stand for anything
        raise Unfit
    found = [
        Token(kind, match[kind], *match.span(kind))
        for match in _TOKEN.finditer(text)
        if (kind := match.lastgroup)  # else there are only blanks and comments to the end
    ]
    if any(token.text == "\\" for token in found) or any(map(_may_be_two, found)):
        raise Unfit
    return found


def _may_be_two(token: Token) -> bool:
    """Whether it may be ``<1)AS?b)FILTER(?a>``, of two comparisons; few IRIs have these signs."""
    return token.kind == "iri" and not {*"()?$"}.isdisjoint(token.text)


class Parts(NamedTuple):
    """What stands before a query's braces, in them, and behind them."""

    head: list[Token]
    body: list[Token]
    tail: list[Token]


@lru_cache(4)  # whoever writes it anew reads it first, one after the other
def parts(text: str) -> Parts:
    """The words of a query by where they stand.

    Raises:
        Unfit: it has none, or cannot be looked into.
    """
    found = tokens(text)
    opened = found.index(first(found, "{"))
    closed = closing(found, opened)
    return Parts(found[:opened], found[opened + 1 : closed], found[closed + 1 :])


def closing(tokens: Sequence[Token], opened: int) -> int:
    """The place of the bracket that closes the one at a place.

    Raises:
        Unfit: none does, or one between them is closed by another kind.
    """
    awaited: list[str] = []
    for number in range(opened, len(tokens)):
        text = tokens[number].text
        if text in CLOSED_BY:
            awaited.append(CLOSED_BY[text])
        elif text in CLOSED_BY.values() and text != awaited.pop():
            raise Unfit
        if not awaited:
            return number
    raise Unfit


def edited(text: str, edits: Iterable[Edit]) -> str:
    """A text with what is written anew in it."""
    for start, end, new in sorted(edits, reverse=True):
        text = f"{text[:start]}{new}{text[end:]}"
    return text


def spelt(token: Token) -> str:
    """A keyword in capitals, all else as it is."""
    return token.text.upper() if token.kind == "word" else token.text


def words(tokens: Sequence[Token]) -> set[str]:
    """The bare words, keywords among them, in capitals."""
    return {spelt(token) for token in tokens if token.kind == "word"}


def first(tokens: Sequence[Token], word: str) -> Token:
    """The first token that is this keyword, or this mark.

    Raises:
        Unfit: there is none.
    """
    for token in tokens:
        if token.kind in ("word", "mark") and spelt(token) == word:
            return token
    raise Unfit


class Key(NamedTuple):
    """What rows are ordered by.

    Attributes:
        name: of the variable, without its sign.
        is_down: whether the greatest comes first.
        last: the last token that says so.
    """

    name: str
    is_down: bool
    last: Token


def keys_of(behind: list[Token]) -> tuple[list[Key], list[Token]]:
    """What stands behind ORDER BY: plain variables that are ordered by, and the limits.

    Raises:
        Unfit: it is ordered by something else, or by nothing.
    """
    keys = []
    while behind and spelt(behind[0]) not in LIMITS:
        if behind[0].kind == "variable":
            taken = 1
        elif _is_direction(behind[:4]):
            taken = 4
        else:
            raise Unfit
        variable = behind[0 if taken == 1 else 2]
        keys.append(Key(variable.text[1:], spelt(behind[0]) == "DESC", behind[taken - 1]))
        behind = behind[taken:]
    if not keys:
        raise Unfit
    return keys, behind


def _is_direction(four: Sequence[Token]) -> bool:
    kinds = [token.kind for token in four]
    marks = [spelt(token) for token in four]
    return (
        kinds == ["word", "mark", "variable", "mark"]
        and marks[0] in ("ASC", "DESC")
        and (marks[1], marks[3]) == ("(", ")")
    )
