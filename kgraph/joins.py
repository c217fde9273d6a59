"""Joins that are made by hash: a query written anew, with the same answers, sooner.

Takes the text of a query and what counts the solutions of one, gives a text. The engine joins
triple patterns by looking up each row of the one in the other (2.5 us a row), however many
there are; sub-queries it joins by hash (0.3 us a row of either). So the patterns with which a
query begins are written as sub-queries where their numbers are near enough.

Why the answers are the same: such patterns are joined (SPARQL 1.1 section 18.2.2.6), a join
may be made in any order (18.5), a sub-query that selects all variables of its pattern has the
pattern's solutions, a path of steps is its steps joined by new variables (18.2.2.4), and
LATERAL before a single pattern (SEP-0006 of the SPARQL 1.2 community group) is the join with
it. What is not such a beginning is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

FEW = 100
"""Rows that are looked up one by one sooner than anything else is done with them."""

NEAR = 6
"""How many times as many rows as there are may be read and hashed in the time of looking each up:
2.5 us against 0.3 and what is spent on both."""

NEAR_FILTERED = 2
"""The same before a filter, of which nobody knows how many rows it leaves to be looked up."""

MOST = 1 << 18
"""Rows that are hashed: each takes some 250 bytes, and a process has half a gigabyte."""

MANY = float("inf")
"""Rows of a pattern that the whole graph fits, or a good part of it: none are counted."""

LONG = 4096
"""Characters of a text that is no more looked into: a longer one is mostly a list of values."""

Count = Callable[[str], int]
"""Takes a SELECT query of one number, gives the number."""

# SPARQL 1.1 section 19.8, as far as patterns need it. A string that does not end is opaque to its
# line's or the text's end (the engine refuses it), and is not tried twice (*+).
_TOKEN = re.compile(
    r"""(?P<blank>\s+|\#[^\n\r]*+)"""
    r"""|(?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)"""
    r"""|(?P<long>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*+(?:\"{3}|\"{0,2}\\?\Z)"""
    r"""|'{3}(?:'{0,2}(?:[^'\\]|\\.))*+(?:'{3}|'{0,2}\\?\Z))"""
    r"""|(?P<string>(?:"(?:[^"\\\n\r]|\\.)*+"?|'(?:[^'\\\n\r]|\\.)*+'?)(?:@[A-Za-z][A-Za-z0-9-]*)?)"""
    r"""|(?P<variable>[?$]\w+)"""
    r"""|(?P<name>[A-Za-z][\w-]*:[\w:-]+(?:\.+[\w:-]+)*)"""
    r"""|(?P<number>[0-9]+(?:\.[0-9]+)?(?![\w.]))"""
    r"""|(?P<word>[A-Za-z_]\w*)"""
    r"""|(?P<mark>.)""",
    re.DOTALL,
)
_TERMS = ("iri", "name", "variable")
_OBJECTS = (*_TERMS, "string", "number")
_FOREIGN = {"VALUES", "UNION", "GRAPH", "SERVICE", "SELECT", "LATERAL"}
"""Words that give other rows to start from than the patterns do, or patterns of another graph."""


class Token(NamedTuple):
    """A word of a query: what it is, itself, and where it begins and ends."""

    kind: str
    text: str
    start: int
    end: int


class Pattern(NamedTuple):
    """A triple pattern, each term as SPARQL has it."""

    subject: str
    predicate: str
    object: str

    @property
    def variables(self) -> dict[str, None]:
        """Its variables, in order."""
        return {term: None for term in self if term[0] in "?$"}

    @property
    def open(self) -> bool:
        """Whether its object is a variable."""
        return self.object[0] in "?$"

    @property
    def text(self) -> str:
        """The pattern in SPARQL."""
        return " ".join(self)


class Unfit(Exception):
    """The query is left as it is; never leaves this module."""


def hashed(text: str, count: Count) -> str:
    """The query, its joins made by hash where the numbers of its patterns call for it.

    Args:
        text: a query, which need not be one that the engine can read.
        count: counts in the graph that the query is put to.

    Returns:
        A query of the same answers, or the text itself. Rows that nothing orders may come in
        another order.

    >>> hashed("SELECT ?a { ?a ex:p ?b ; ex:q ?c }", lambda _: 500)
    'SELECT ?a {  {SELECT ?a ?b {?a ex:p ?b}} {SELECT ?a ?c {?a ex:q ?c}}  }'
    """
    try:
        return _hashed(text, count)
    except Unfit:
        return text


def _hashed(text: str, count: Count) -> str:
    tokens = _tokens(text)
    head, body, tail = _parts(tokens)
    _refuse(head, body, tail)
    patterns, runs = Reader(body, text).run()
    if len(patterns) < 2:
        raise Unfit
    prologue = text[: _first(head, "SELECT").start]
    near = NEAR_FILTERED if _filters(body) else NEAR
    plan = _written(_ordered(patterns, Sizes(prologue, count), near))
    start, *others = [(first.start, last.end) for first, last in runs]
    for begin, end in reversed(others):
        text = text[:begin] + text[end:]
    return f"{text[: start[0]]} {plan} {text[start[1] :]}"


# -- reading ---------------------------------------------------------------------


def _tokens(text: str) -> list[Token]:
    if len(text) > LONG or "\\u" in text or "\\U" in text:  # an escape may stand for anything
        raise Unfit
    return [
        Token(match.lastgroup or "", match[0], match.start(), match.end())
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "blank"
    ]


def _parts(tokens: list[Token]) -> tuple[list[Token], list[Token], list[Token]]:
    """What stands before the query's braces, in them, and behind them."""
    depth, opened = 0, -1
    for number, token in enumerate(tokens):
        if token.text == "{":
            opened = number if opened < 0 else opened
            depth += 1
        elif token.text == "}":
            depth -= 1
            if depth == 0:
                return tokens[:opened], tokens[opened + 1 : number], tokens[number + 1 :]
    raise Unfit


def _words(tokens: Sequence[Token]) -> set[str]:
    return {token.text.upper() for token in tokens if token.kind == "word"}


def _refuse(head: list[Token], body: list[Token], tail: list[Token]) -> None:
    """Leave what does not select rows alone, and what ends when it has found a few."""
    first, ends = _first(head, "SELECT"), _words(tail)
    after = head[head.index(first) + 1 :]
    if _words(head) & {"EXISTS", "CONSTRUCT"} or _words(body) & _FOREIGN or "VALUES" in ends:
        raise Unfit
    if [token.text for token in after if token.kind != "word"][:1] == ["*"]:
        raise Unfit  # its columns stand as they are met
    if "LIMIT" in ends and not ends & {"GROUP", "ORDER"}:
        raise Unfit


def _first(tokens: list[Token], word: str) -> Token:
    for token in tokens:
        if token.kind == "word" and token.text.upper() == word:
            return token
    raise Unfit


def _filters(body: list[Token]) -> bool:
    words = [token.text.upper() for token in body]
    return any(
        word == "FILTER" and after not in ("NOT", "EXISTS") for word, after in pairwise(words)
    )


class Reader:
    """Reads the patterns with which a group begins, and what stands between them.

    Args:
        tokens: of the group.
        text: the query, none of whose variables a new one may be called by.
    """

    def __init__(self, tokens: list[Token], text: str) -> None:
        self._tokens = tokens
        self._at = 0
        self._patterns: list[Pattern] = []
        self._new = new_variables(text)

    def run(self) -> tuple[list[Pattern], list[tuple[Token, Token]]]:
        """The patterns up to what is neither one nor a filter; first and last token of each run."""
        runs = []
        while (word := self._word()) not in ("", "OPTIONAL", "BIND", "MINUS"):
            start = self._at
            if word == "FILTER":
                self._filter()
            elif word == ".":
                self._at += 1
            else:
                self._triples()
                runs.append((self._tokens[start], self._tokens[self._at - 1]))
        return self._patterns, runs

    def _word(self) -> str:
        return self._tokens[self._at].text.upper() if self._at < len(self._tokens) else ""

    def _skip(self, *words: str) -> bool:
        found = self._word() in words
        self._at += found
        return found

    def _term(self, *kinds: str) -> str:
        if not self._word() or self._tokens[self._at].kind not in kinds:
            raise Unfit
        self._at += 1
        return self._tokens[self._at - 1].text

    def _filter(self) -> None:
        while self._word() not in ("(", "{"):
            if not self._word():
                raise Unfit
            self._at += 1
        depth = 0
        while True:
            depth += (self._word() in ("(", "{")) - (self._word() in (")", "}"))
            if not self._word():
                raise Unfit
            self._at += 1
            if depth == 0:
                return

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


# -- deciding ----------------------------------------------------------------------


class Sizes:
    """How many solutions patterns have.

    Args:
        prologue: of the query, by which their terms are read.
        count: counts.
    """

    def __init__(self, prologue: str, count: Count) -> None:
        self._prologue = prologue
        self._count = count

    def all(self, pattern: Pattern) -> float:
        """Solutions.

        Raises:
            Unfit: it is looked up from one thing, which the engine does best.
        """
        if pattern.subject[0] not in "?$":
            raise Unfit
        if pattern.predicate[0] in "?$" or (pattern.predicate == "a" and pattern.open):
            return MANY
        return self._number("*", pattern)

    def from_object(self, pattern: Pattern, rows: float) -> float:
        """Solutions that so many of its objects have, as far as all have as many."""
        every = self.all(pattern)
        if every == MANY:
            return rows
        return min(every, rows * every / self._number(f"DISTINCT {pattern.object}", pattern))

    def _number(self, what: str, pattern: Pattern) -> int:
        return self._count(f"{self._prologue}SELECT (COUNT({what}) AS ?n) {{ {pattern.text} }}")


Step = tuple[Pattern, bool]
"""A pattern, and whether it is joined by hash."""


def _ordered(patterns: list[Pattern], sizes: Sizes, near: float) -> list[Step]:
    """From the fewest rows to the most, each pattern with a variable that is known by then."""
    size: dict[Pattern, float] = {}
    for pattern in sorted(patterns, key=lambda pattern: pattern.open):
        size[pattern] = sizes.all(pattern)
        if size[pattern] < FEW:
            raise Unfit
    start, *left = sorted(size, key=lambda pattern: size[pattern])
    if size[start] == MANY:
        raise Unfit
    steps, rows, known = [(start, False)], size[start], start.variables
    while left:
        joined = [pattern for pattern in left if known.keys() & pattern.variables.keys()]
        if not joined:
            raise Unfit
        pattern = joined[0]
        left.remove(pattern)
        steps.append((pattern, size[pattern] <= min(near * rows, MOST) and rows <= MOST))
        if pattern.variables.keys() <= known.keys():
            rows = min(rows, size[pattern])
        elif pattern.subject not in known and left:
            rows = sizes.from_object(pattern, rows)
        known = known | pattern.variables
    if not any(by_hash for _, by_hash in steps):
        raise Unfit
    return steps


# -- writing -----------------------------------------------------------------------


def _written(steps: list[Step]) -> str:
    (start, _), *others = steps
    text, known = start.text, start.variables
    for pattern, by_hash in others:
        if by_hash:
            text = f"{_all(known, text)} {_all(pattern.variables, pattern.text)}"
        else:
            text = f"{text} LATERAL {{{pattern.text}}}"
        known = known | pattern.variables
    own = {name: None for name in known if not name.startswith(f"?{NEW}")}
    if not own:
        raise Unfit
    return text if len(own) == len(known) else _all(own, text)


def _all(variables: dict[str, None], text: str) -> str:
    return f"{{SELECT {' '.join(variables)} {{{text}}}}}"
