"""A query's group, read: its patterns, and what stands between and beside them.

Why nothing is lost by joining all patterns first (SPARQL 1.1 section 18.2): what stands between
them shares with later ones only what earlier ones bind (:func:`_refuse_loose`), so the joins
commute; a filter holds of its whole group.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kgraph.columns.expressions import Condition, Text, conditions, named, text_of
from kgraph.columns.terms import Terms
from kgraph.joins.patterns import Pattern, Reader, new_variables, variables
from kgraph.joins.tokens import Token, Unfit, closing, spelt, words

OPTIONAL, EXISTS, NOT_EXISTS = "OPTIONAL", "FILTER EXISTS", "FILTER NOT EXISTS"


PATTERNS = 24
"""Patterns that are joined or looked for, and texts that are bound."""


class Beside(NamedTuple):
    """Patterns beside those that are joined.

    Attributes:
        word: ``OPTIONAL``, ``FILTER EXISTS`` or ``FILTER NOT EXISTS``.
        patterns: which.
        before: variables that are bound before it.
    """

    word: str
    patterns: list[Pattern]
    before: set[str]


class Bound(NamedTuple):
    """A text that a variable is bound to."""

    name: str
    text: Text


class Group(NamedTuple):
    """What a group says.

    Attributes:
        patterns: what is joined.
        conditions: what holds of each row.
        beside: what is looked for beside each row, in order.
        bound: what is bound, in order.
    """

    patterns: list[Pattern]
    conditions: list[Condition]
    beside: list[Beside]
    bound: list[Bound]

    @property
    def certain(self) -> set[str]:
        """Variables that each row has by its patterns."""
        return variables(self.patterns)

    @property
    def all(self) -> set[str]:
        """Variables that rows may have."""
        optional = [one.patterns for one in self.beside if one.word == OPTIONAL]
        found = self.certain | {one.name for one in self.bound}
        return found.union(*map(variables, optional))


def group(tokens: list[Token], text: str, terms: Terms) -> Group:
    """A group as it is read.

    Args:
        tokens: of it.
        text: the query.
        terms: by which its names are read.

    Raises:
        Unfit: it says something else, too.
    """
    found = Group([], [], [], [])
    new = new_variables(text)
    for word, inside in _elements(tokens):
        before = found.certain
        if word == "":
            found.patterns.extend(_patterns(inside, text, new))
        elif word == "FILTER":
            found.conditions.extend(conditions(inside, terms))
        elif word == "BIND":
            found.bound.append(bound(inside))
            if found.bound[-1].text.variable not in before:
                raise Unfit
        else:
            found.beside.append(Beside(word, _patterns(inside, text, new), before))
    _refuse_loose(found)
    joined = sum(len(one.patterns) for one in found.beside) + len(found.patterns)
    if joined + len(found.bound) > PATTERNS:
        raise Unfit
    return found


def _refuse_loose(group: Group) -> None:
    """Leave to the engine what shares variables that are bound elsewhere, or not before it."""
    for one in group.beside:
        inside = variables(one.patterns)
        others = [variables(other.patterns) for other in group.beside if other is not one]
        if (inside - one.before) & group.certain.union(*others) or not inside & one.before:
            raise Unfit
    if not {one.variable for one in group.conditions} <= group.certain:
        raise Unfit


def _patterns(tokens: list[Token], text: str, new: Iterator[str]) -> list[Pattern]:
    """Patterns, the new variables of whose paths are no other's."""
    if words(tokens) - {"A"}:
        raise Unfit
    return Reader(tokens, text, new).run()[0]


def bound(tokens: list[Token]) -> Bound:
    """``... AS ?x``.

    Raises:
        Unfit: it is something else.
    """
    if len(tokens) < 3 or tokens[-1].kind != "variable" or spelt(tokens[-2]) != "AS":
        raise Unfit
    found = text_of(tokens[:-2])
    if not found.steps:  # a term, whatever it is
        raise Unfit
    return Bound(named(tokens[-1]), found)


def _elements(tokens: list[Token]) -> Iterator[tuple[str, list[Token]]]:
    """What a group consists of: "" with the words of triples, others with what they enclose."""
    at = start = 0
    while at < len(tokens):
        word = _word(tokens[at : at + 4])
        if not word:
            at += 1
            continue
        if start < at:
            yield "", tokens[start:at]
        first = opened = at + len(word.split())
        while word == "FILTER" and opened < len(tokens) and tokens[opened].kind == "word":
            opened += 1  # CONTAINS(...) needs no brackets around it
        bracket = "{" if word in (OPTIONAL, EXISTS, NOT_EXISTS) else "("
        if opened >= len(tokens) or tokens[opened].text != bracket:
            raise Unfit
        closed = closing(tokens, opened)
        is_call = first < opened
        yield word, tokens[first : closed + 1] if is_call else tokens[opened + 1 : closed]
        at = start = closed + 1
        if at < len(tokens) and tokens[at].text == ".":
            at = start = at + 1
    if start < at:
        yield "", tokens[start:at]


def _word(tokens: list[Token]) -> str:
    """What begins here, other than triples."""
    said = [spelt(token) for token in tokens]
    for word, bracket in ((OPTIONAL, "{"), (NOT_EXISTS, "{"), (EXISTS, "{"), ("BIND", "(")):
        parts = [*word.split(), bracket]
        if said[: len(parts)] == parts:
            return word
    return "FILTER" if said[:1] == ["FILTER"] else ""
