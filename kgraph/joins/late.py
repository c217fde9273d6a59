"""Patterns that only say more of what is counted, and wait until the first are known.

Takes the words of a query that groups, gives such patterns, and what is written in its text so that
it does without them. Of a name for each thing that is counted the engine makes a join before it
counts, and groups by: a fourth of its time, where twenty names are wanted.

Why the answers are the same: such a pattern has two variables, one that the rest of the group binds
and one that is nowhere else in it, and the query groups by both. A graph holds a statement once, so
each group of the rest is one group for each such term, of the same solutions. A join may be made in
any order (SPARQL 1.1 section 18.5), behind OPTIONAL and MINUS, too, which do not have the variable.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kgraph.joins.patterns import NEW, Pattern, Reader
from kgraph.joins.planning import Count, Sizes
from kgraph.joins.tokens import Edit, Parts, Token, Unfit, first, spelt, words


class Late(NamedTuple):
    """Patterns that wait.

    Attributes:
        patterns: each.
        names: the variable that each binds, without ``?``.
        ends: the variable of the rest that each begins from.
        edits: what is written anew in the query.
    """

    patterns: Sequence[Pattern] = ()
    names: Sequence[str] = ()
    ends: Sequence[str] = ()
    edits: Sequence[Edit] = ()


def late(text: str, said: Parts, count: Count) -> Late:
    """The patterns that may wait; none where the query is another, or they leave fewer to count.

    Args:
        text: a query that groups, and orders by plain variables.
        said: its words.
        count: counts in the graph that the query is put to.
    """
    try:
        return _late(text, said, count)
    except Unfit:
        return Late()


def _late(text: str, said: Parts, count: Count) -> Late:
    if "FROM" in words(said.head):
        raise Unfit  # a statement may stand in several graphs
    patterns, runs = Reader(said.body, text).run()
    if any(term.startswith(f"?{NEW}") for pattern in patterns for term in pattern):
        raise Unfit  # what is written could not be read again
    grouped = _grouped(said.tail)
    alone = {_name(token): token for token in grouped if _is_alone(token, said, patterns)}
    ends = {_name(token) for token in grouped} - alone.keys()
    staying = [pattern for pattern in patterns if not _of(alone, pattern)]
    sizes = Sizes(text[: first(said.head, "SELECT").start], count)
    found = [
        pattern
        for pattern in patterns
        if len(pattern.variables) == 2
        and _of(alone, pattern)
        and _leaves_all(pattern, _of(ends, pattern), staying, sizes)
    ]
    if not found:
        raise Unfit
    names = [name for pattern in found for name in _of(alone, pattern)]
    rest = " . ".join(pattern.text for pattern in patterns if pattern not in found)
    start, *others = [(one.start, last.end) for one, last in runs]
    gone = [alone[name] for name in names]
    gone += [token for token in said.head if _name(token) in names]
    edits = [(*start, f"{rest} "), *((*place, "") for place in others)]
    edits += [(token.start, token.end, "") for token in gone]
    begun = [name for pattern in found for name in _of(ends, pattern)]
    return Late(found, names, begun, edits)


def _grouped(tail: list[Token]) -> list[Token]:
    """The variables that a query groups by.

    Raises:
        Unfit: it groups by something else, too.
    """
    found: list[Token] = []
    for token in tail[tail.index(first(tail, "GROUP")) + 2 :]:
        if spelt(token) in ("HAVING", "ORDER"):
            return found
        if token.kind != "variable":
            raise Unfit
        found.append(token)
    raise Unfit


def _is_alone(token: Token, said: Parts, patterns: list[Pattern]) -> bool:
    """Whether a variable is in one place of the group, and else only shown and ordered by."""
    name, order = _name(token), said.tail.index(first(said.tail, "ORDER"))
    shown = [number for number, one in enumerate(said.head) if _name(one) == name]
    return (
        [_name(one) for one in said.body].count(name) == 1
        and [_name(one) for one in said.tail[:order]].count(name) == 1
        and not any(_depth(said.head[:number]) for number in shown)
        and [term for one in patterns for term in one].count(f"?{name}") == 1  # ?s p ?a ; q ?b
    )


def _leaves_all(pattern: Pattern, ends: set[str], staying: list[Pattern], sizes: Sizes) -> bool:
    """Whether no fewer are counted with a pattern than without it, as far as numbers tell."""
    others = [other for other in staying if ends and _of(ends, other)]
    every = sizes.solutions(pattern)
    return any(sizes.solutions(other) <= every for other in others)


def _of(names: Iterable[str], pattern: Pattern) -> set[str]:
    """Those of these variables that a pattern has."""
    return {name for name in names if f"?{name}" in pattern.variables}


def _depth(tokens: list[Token]) -> int:
    return sum((token.text == "(") - (token.text == ")") for token in tokens)


def _name(token: Token) -> str:
    return token.text[1:] if token.kind == "variable" else ""
