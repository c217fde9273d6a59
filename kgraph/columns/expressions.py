"""What a query computes: texts, and conditions of rows (SPARQL 1.1 section 17)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import reduce
from operator import itemgetter
from typing import NamedTuple

from kgraph.columns.kinds import Kind, kind_of, number_of
from kgraph.columns.terms import Terms, plain, together
from kgraph.joins.tokens import Token, Unfit, closing, spelt

DIGITS = 9
"""Of a whole number."""

DEEP = 16
"""Brackets within each other."""


class Text(NamedTuple):
    """A text that is made of a variable.

    Attributes:
        variable: of which.
        steps: what is done with it, in order: a function with its numbers.
    """

    variable: str
    steps: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @property
    def changes_case(self) -> bool:
        """Whether letters become small or capital."""
        return not {"LCASE", "UCASE"}.isdisjoint(function for function, _ in self.steps)


class Less(NamedTuple):
    """A number is compared: ``<``, ``<=``, ``>``, ``>=``, ``=`` or ``!=``, in parts of SCALE."""

    variable: str
    sign: str
    number: int


class Day(NamedTuple):
    """A day is compared with another, which is written in N-Triples."""

    variable: str
    sign: str
    day: str


class Same(NamedTuple):
    """A term is an IRI, which is written in N-Triples, or is not."""

    variable: str
    sign: str
    iri: str


class Has(NamedTuple):
    """A text has a part: CONTAINS, STRSTARTS or STRENDS."""

    text: Text
    function: str
    part: str

    @property
    def variable(self) -> str:
        """What the text is made of."""
        return self.text.variable


Condition = Less | Day | Same | Has

TESTS: dict[str, Callable[[str, str], bool]] = {
    "CONTAINS": str.__contains__,
    "STRSTARTS": str.startswith,
    "STRENDS": str.endswith,
}

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def named(token: Token) -> str:
    """A variable, in one of its two spellings."""
    return f"?{token.text[1:]}"


def is_whole(token: Token) -> bool:
    """Whether it is a whole number of a size that everybody can hold."""
    return token.kind == "number" and token.text.isdecimal() and len(token.text) <= DIGITS


# -- conditions ------------------------------------------------------------------------


def conditions(tokens: list[Token], terms: Terms, deep: int = 0) -> list[Condition]:
    """Conditions that are joined by ``&&``.

    Args:
        tokens: of the expression.
        terms: by which its names are read.
        deep: brackets around it.

    Raises:
        Unfit: it is another expression.
    """
    if deep > DEEP:
        raise Unfit
    pieces = _pieces(tokens)
    if len(pieces) > 1:
        return [found for piece in pieces for found in conditions(piece, terms, deep + 1)]
    if tokens and tokens[0].text == "(" and closing(tokens, 0) == len(tokens) - 1:
        return conditions(tokens[1:-1], terms, deep + 1)
    return [_condition(tokens, terms)]


def _pieces(tokens: list[Token]) -> list[list[Token]]:
    """What stands between ``&&`` that are in no brackets."""
    pieces: list[list[Token]] = [[]]
    at = 0
    while at < len(tokens):
        if together(tokens[at : at + 2]) == "&&":
            pieces.append([])
            at += 2
        else:
            end = closing(tokens, at) + 1 if tokens[at].text == "(" else at + 1
            pieces[-1] += tokens[at:end]
            at = end
    return pieces


def _condition(tokens: list[Token], terms: Terms) -> Condition:
    if tokens and spelt(tokens[0]) in TESTS:
        return _part(tokens)
    signs = tokens[1:3] if [token.kind for token in tokens[1:3]] == ["mark"] * 2 else tokens[1:2]
    sign, behind = together(signs), tokens[1 + len(signs) :]
    if sign not in _TURNED or not behind:
        raise Unfit
    left, right = tokens[0], behind[0]
    if len(behind) > 1:
        return _day(left, sign, behind, terms)
    if left.kind != "variable":
        left, right, sign = right, left, _TURNED[sign]
    if left.kind != "variable":
        raise Unfit
    if right.kind == "number":
        return Less(named(left), sign, number_of(terms.read(right.text).encode()))
    if right.kind in ("iri", "name") and sign in ("=", "!="):
        return Same(named(left), sign, terms.read(right.text))
    raise Unfit


def _day(left: Token, sign: str, tokens: list[Token], terms: Terms) -> Day:
    """``?x < "2025-06-01"^^xsd:date``."""
    if left.kind != "variable" or len(tokens) != 4:
        raise Unfit
    said = plain(tokens[0].text)
    if tokens[3].kind not in ("iri", "name") or together(tokens[1:3]) != "^^":
        raise Unfit
    day = f'"{said}"^^{terms.read(tokens[3].text)}'
    if kind_of(day.encode()) != Kind.DAY or not _is_day(said):
        raise Unfit
    return Day(named(left), sign, day)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _part(tokens: list[Token]) -> Has:
    """``CONTAINS(LCASE(?x), "part")``."""
    said = [token.text for token in tokens]
    if said[1:2] != ["("] or closing(tokens, 1) != len(tokens) - 1 or said[-3] != ",":
        raise Unfit
    if tokens[-2].kind != "string":
        raise Unfit
    return Has(text_of(tokens[2:-3]), spelt(tokens[0]), plain(said[-2]))


# -- texts -----------------------------------------------------------------------------


def text_of(tokens: list[Token], deep: int = 0) -> Text:
    """A text: a variable, or STR, LCASE, UCASE or SUBSTR of one.

    Args:
        tokens: of the expression.
        deep: functions around it.

    Raises:
        Unfit: it is another expression.
    """
    if len(tokens) == 1 and tokens[0].kind == "variable":
        return Text(named(tokens[0]))
    if deep > DEEP or len(tokens) < 4 or tokens[1].text != "(":
        raise Unfit
    if closing(tokens, 1) != len(tokens) - 1:
        raise Unfit
    function, inside = spelt(tokens[0]), tokens[2:-1]
    numbers: tuple[int, ...] = ()
    if function == "SUBSTR":
        while len(inside) > 2 and inside[-2].text == "," and is_whole(inside[-1]):
            numbers, inside = (int(inside[-1].text), *numbers), inside[:-2]
        if len(numbers) not in (1, 2) or numbers[0] < 1:
            raise Unfit
    elif function not in ("STR", "LCASE", "UCASE"):
        raise Unfit
    found = text_of(inside, deep + 1)
    return Text(found.variable, (*found.steps, (function, numbers)))


def maker(steps: Sequence[tuple[str, tuple[int, ...]]]) -> Callable[[str], str]:
    """What makes of a text what the functions make of it.

    >>> maker([("STR", ()), ("SUBSTR", (1, 7))])("2025-06-01")
    '2025-06'
    """
    makers = [_step(function, *numbers) for function, numbers in steps if function != "STR"]
    if not makers:
        return str
    if len(makers) == 1:
        return makers[0]
    return lambda text: reduce(lambda made, make: make(made), makers, text)


def _step(function: str, start: int = 1, length: int | None = None) -> Callable[[str], str]:
    if function == "SUBSTR":
        return itemgetter(slice(start - 1, None if length is None else start - 1 + length))
    return str.lower if function == "LCASE" else str.upper
