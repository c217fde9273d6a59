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

from collections.abc import Callable
from itertools import pairwise

from kgraph.joins.patterns import NEW, Pattern, Reader
from kgraph.joins.tokens import Token, Unfit, first, parts, tokens, words

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

Count = Callable[[str], int]
"""Takes a SELECT query of one number, gives the number."""

_FOREIGN = {"VALUES", "UNION", "GRAPH", "SERVICE", "SELECT", "LATERAL"}
"""Words that give other rows to start from than the patterns do, or patterns of another graph."""


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
    head, body, tail = parts(tokens(text))
    _refuse(head, body, tail)
    patterns, runs = Reader(body, text).run()
    if len(patterns) < 2:
        raise Unfit
    prologue = text[: first(head, "SELECT").start]
    near = NEAR_FILTERED if _filters(body) else NEAR
    plan = _written(_ordered(patterns, Sizes(prologue, count), near))
    start, *others = [(one.start, last.end) for one, last in runs]
    for begin, end in reversed(others):
        text = text[:begin] + text[end:]
    return f"{text[: start[0]]} {plan} {text[start[1] :]}"


def _refuse(head: list[Token], body: list[Token], tail: list[Token]) -> None:
    """Leave what does not select rows alone, and what ends when it has found a few."""
    ends = words(tail)
    after = head[head.index(first(head, "SELECT")) + 1 :]
    if words(head) & {"EXISTS", "CONSTRUCT"} or words(body) & _FOREIGN or "VALUES" in ends:
        raise Unfit
    if [token.text for token in after if token.kind != "word"][:1] == ["*"]:
        raise Unfit  # its columns stand as they are met
    if "LIMIT" in ends and not ends & {"GROUP", "ORDER"}:
        raise Unfit


def _filters(body: list[Token]) -> bool:
    found = [token.text.upper() for token in body]
    return any(
        word == "FILTER" and after not in ("NOT", "EXISTS") for word, after in pairwise(found)
    )


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
