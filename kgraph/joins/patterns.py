"""The triple patterns with which a group begins.

Takes the tokens of a group, gives its patterns: a path of steps is its steps joined by new
variables (SPARQL 1.1 section 18.2.2.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kgraph.joins.tokens import CLOSED_BY, Token, Unfit, closing, spelt

_TERMS = ("iri", "name", "variable")
_OBJECTS = (*_TERMS, "string", "number")


class Pattern(NamedTuple):
    """A triple pattern, each term as SPARQL has it."""

    subject: str
    predicate: str
    object: str

    @property
    def variables(self) -> dict[str, None]:
        """Its variables, in order."""
        return {term: None for term in self if term[0] == "?"}

    @property
    def open(self) -> bool:
        """Whether its object is a variable."""
        return self.object[0] == "?"

    @property
    def text(self) -> str:
        """The pattern in SPARQL."""
        return " ".join(self)


def variables(patterns: Iterable[Pattern]) -> set[str]:
    """The variables of patterns."""
    return {name for pattern in patterns for name in pattern.variables}


class Reader:
    """Reads the patterns with which a group begins, and what stands between them.

    Args:
        tokens: of the group.
        text: the query, none of whose variables a new one may be called by.
        new: names of new variables, where several groups are read that may not share them.
    """

    def __init__(self, tokens: list[Token], text: str, new: Iterator[str] | None = None) -> None:
        self._tokens = tokens
        self._at = 0
        self._patterns: list[Pattern] = []
        self._new = new or new_variables(text)

    def run(self) -> tuple[list[Pattern], list[tuple[Token, Token]]]:
        """The patterns up to what is neither one nor a filter; first and last token of each run."""
        runs = []
        while (word := self._word()) not in ("", "OPTIONAL", "BIND", "MINUS"):
            start = self._at
            if word == "FILTER":
                self._filter()
                self._skip(".")
            else:
                self._triples()
                runs.append((self._tokens[start], self._tokens[self._at - 1]))
        return self._patterns, runs

    def _word(self) -> str:
        return spelt(self._tokens[self._at]) if self._at < len(self._tokens) else ""

    def _skip(self, *words: str) -> bool:
        found = self._word() in words
        self._at += found
        return found

    def _term(self, *kinds: str) -> str:
        if not self._word() or self._tokens[self._at].kind not in kinds:
            raise Unfit
        self._at += 1
        token = self._tokens[self._at - 1]
        return f"?{token.text[1:]}" if token.kind == "variable" else token.text

    def _filter(self) -> None:
        while self._word() not in CLOSED_BY:
            if not self._word():
                raise Unfit
            self._at += 1
        self._at = closing(self._tokens, self._at) + 1

    def _triples(self) -> None:
        """What is said of one subject."""
        subject = self._term(*_TERMS)
        self._said(subject)
        while self._skip(";"):
            if self._word() not in (";", ".", ""):
                self._said(subject)
        if not self._skip(".") and self._word() not in ("", "FILTER", "OPTIONAL", "BIND", "MINUS"):
            raise Unfit

    def _said(self, subject: str) -> None:
        """A path, and what it leads to."""
        steps = [self._step()]
        while self._skip("/"):
            steps.append(self._step())
        is_path = len(steps) > 1 or steps[0][0]
        if is_path and any(predicate[0] == "?" for _, predicate in steps):
            raise Unfit  # no path has a variable
        self._join(subject, steps, self._term(*_OBJECTS))
        while self._skip(","):
            self._join(subject, steps, self._term(*_OBJECTS))

    def _step(self) -> tuple[bool, str]:
        backwards = self._skip("^")
        if self._tokens[self._at : self._at + 1] and self._tokens[self._at].text == "a":
            self._at += 1
            return backwards, "a"
        return backwards, self._term(*_TERMS)

    def _join(self, subject: str, steps: list[tuple[bool, str]], object: str) -> None:
        for number, (backwards, predicate) in enumerate(steps, 1):
            end = object if number == len(steps) else next(self._new)
            ends = (end, subject) if backwards else (subject, end)
            self._patterns.append(Pattern(ends[0], predicate, ends[1]))
            subject = end


NEW = "step_"
"""How a variable that a path needs begins."""


def new_variables(text: str) -> Iterator[str]:
    """Variables that the query does not have."""
    if NEW in text:
        raise Unfit
    return (f"?{NEW}{number}" for number in range(len(text)))
