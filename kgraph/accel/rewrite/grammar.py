"""Parse SPARQL as far as :mod:`kgraph.accel` reads it: tokens, and triple patterns.

Tokens are those of SPARQL 1.1, section 19.8. Patterns are those with which a group begins. A
sequence path becomes one pattern for each step, joined by fresh variables (section 18.2.2.4).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
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

FRESH_PREFIX = "step_"  #: of the names of fresh variables

_TERMS = ("iri", "name", "variable")
_OBJECTS = (*_TERMS, "string", "number")
_ENDS = ("", "OPTIONAL", "BIND", "MINUS")  # what ends the patterns with which a group begins


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


# -- triple patterns ----------------------------------------------------------------


class TriplePattern(NamedTuple):
    """A triple pattern, each term as SPARQL has it."""

    subject: str
    predicate: str
    object: str

    @property
    def variables(self) -> dict[str, None]:
        """Variables, in order."""
        return {term: None for term in self if term[0] == "?"}

    @property
    def has_variable_object(self) -> bool:
        """Whether the object is a variable."""
        return self.object[0] == "?"


def collect_variables(patterns: Iterable[TriplePattern]) -> set[str]:
    """Return the variables of patterns."""
    return {name for pattern in patterns for name in pattern.variables}


def fresh_variables(text: str) -> Iterator[str]:
    """Return names of variables that a query does not have.

    Raises:
        Unsupported: the query has such a name itself.
    """
    if FRESH_PREFIX in text:
        raise Unsupported
    return (f"?{FRESH_PREFIX}{number}" for number in range(len(text)))


class PatternParser:
    """Parses the triple patterns with which a group begins, and skips filters between them.

    Args:
        fresh: names of variables that the query does not have.
    """

    def __init__(self, tokens: list[Token], fresh: Iterator[str]) -> None:
        self._tokens = tokens
        self._index = 0
        self._patterns: list[TriplePattern] = []
        self._fresh = fresh

    def parse(self) -> tuple[list[TriplePattern], list[tuple[int, int]]]:
        """Return the patterns, and the span of text of each run of them between filters.

        Raises:
            Unsupported: there is something else than triple patterns, filters, OPTIONAL, BIND and
                MINUS.
        """
        spans = []
        while (word := self._word()) not in _ENDS:
            start = self._index
            if word == "FILTER":
                while self._word() not in BRACKETS:
                    if not self._word():
                        raise Unsupported
                    self._index += 1
                self._index = find_closing(self._tokens, self._index) + 1
                self._accept(".")
            else:
                subject = self._term(*_TERMS)
                self._parse_property(subject)
                while self._accept(";"):
                    if self._word() not in (";", ".", ""):
                        self._parse_property(subject)
                if not self._accept(".") and self._word() not in ("FILTER", *_ENDS):
                    raise Unsupported
                spans.append((self._tokens[start].start, self._tokens[self._index - 1].end))
        return self._patterns, spans

    def _word(self) -> str:
        return self._tokens[self._index].keyword if self._index < len(self._tokens) else ""

    def _accept(self, word: str) -> bool:
        is_next = self._word() == word
        self._index += is_next
        return is_next

    def _term(self, *kinds: str) -> str:
        if not self._word() or self._tokens[self._index].kind not in kinds:
            raise Unsupported
        token = self._tokens[self._index]
        self._index += 1
        return token.variable if token.kind == "variable" else token.text

    def _parse_property(self, subject: str) -> None:
        steps = [self._step()]
        while self._accept("/"):
            steps.append(self._step())
        is_path = len(steps) > 1 or steps[0][0]
        if is_path and any(predicate[0] == "?" for _, predicate in steps):
            raise Unsupported  # a path has no variables
        self._add_steps(subject, steps, self._term(*_OBJECTS))
        while self._accept(","):
            self._add_steps(subject, steps, self._term(*_OBJECTS))

    def _step(self) -> tuple[bool, str]:
        """Parse a step of a path: whether it is inverse, and its predicate."""
        is_inverse = self._accept("^")
        if self._tokens[self._index : self._index + 1] and self._tokens[self._index].text == "a":
            self._index += 1
            return is_inverse, "a"
        return is_inverse, self._term(*_TERMS)

    def _add_steps(self, subject: str, steps: list[tuple[bool, str]], object: str) -> None:
        for number, (is_inverse, predicate) in enumerate(steps, 1):
            end = object if number == len(steps) else next(self._fresh)
            first, last = (end, subject) if is_inverse else (subject, end)
            self._patterns.append(TriplePattern(first, predicate, last))
            subject = end
