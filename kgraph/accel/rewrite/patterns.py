"""Parse the triple patterns with which a group begins.

A sequence path becomes one pattern for each step, joined by fresh variables (SPARQL 1.1, section
18.2.2.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kgraph.accel.rewrite.tokens import BRACKETS, Token, Unsupported, find_closing

FRESH_PREFIX = "step_"  #: of the names of fresh variables

_TERMS = ("iri", "name", "variable")
_OBJECTS = (*_TERMS, "string", "number")
_ENDS = ("", "OPTIONAL", "BIND", "MINUS")  # what ends the patterns with which a group begins


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
