"""What a query computes: texts, and conditions of rows (SPARQL 1.1 section 17)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import itemgetter
from typing import NamedTuple

from kgraph.columns.kinds import number_of
from kgraph.columns.terms import Terms, plain
from kgraph.joins.tokens import Token, Unfit, closing, spelt


class Text(NamedTuple):
    """A text that is made of a variable.

    Attributes:
        variable: of which.
        steps: what is done with it, in order: a function with its numbers.
    """

    variable: str
    steps: tuple[tuple[str, tuple[int, ...]], ...] = ()


class Less(NamedTuple):
    """A number is compared: ``<``, ``<=``, ``>``, ``>=``, ``=`` or ``!=``, in parts of SCALE."""

    variable: str
    sign: str
    number: int


class Same(NamedTuple):
    """A term is an IRI, or is not."""

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


Condition = Less | Same | Has

PARTS: dict[str, Callable[[str, str], bool]] = {
    "CONTAINS": str.__contains__,
    "STRSTARTS": str.startswith,
    "STRENDS": str.endswith,
}

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def named(token: Token) -> str:
    """A variable, in one of its two spellings."""
    return f"?{token.text[1:]}"


def conditions(tokens: list[Token], terms: Terms) -> list[Condition]:
    """Conditions that are joined by ``&&``.

    Args:
        tokens: of the expression.
        terms: by which its names are read.

    Raises:
        Unfit: it is another expression.
    """
    pieces: list[list[Token]] = [[]]
    at = 0
    while at < len(tokens):
        if tokens[at].text == "(":
            end = closing(tokens, at) + 1
        elif [token.text for token in tokens[at : at + 2]] == ["&", "&"]:
            pieces.append([])
            at += 2
            continue
        else:
            end = at + 1
        pieces[-1] += tokens[at:end]
        at = end
    if len(pieces) > 1:
        return [found for piece in pieces for found in conditions(piece, terms)]
    if tokens and tokens[0].text == "(" and closing(tokens, 0) == len(tokens) - 1:
        return conditions(tokens[1:-1], terms)
    return [_condition(tokens, terms)]


def _condition(tokens: list[Token], terms: Terms) -> Condition:
    if tokens and spelt(tokens[0]) in PARTS:
        return _part(tokens)
    signs = [at for at, token in enumerate(tokens) if token.kind == "mark"]
    if not signs or len(tokens) - len(signs) != 2 or signs != [*range(1, len(tokens) - 1)]:
        raise Unfit
    sign = "".join(tokens[at].text for at in signs)
    if (
        sign not in _TURNED
        or any(  # "< =" is no sign
            tokens[at].end != tokens[at + 1].start for at in signs[:-1]
        )
    ):
        raise Unfit
    left, right = tokens[0], tokens[-1]
    if left.kind != "variable":
        left, right, sign = right, left, _TURNED[sign]
    if left.kind != "variable":
        raise Unfit
    name = named(left)
    if right.kind == "number":
        return Less(name, sign, number_of(terms.read(right.text).encode()))
    if right.kind in ("iri", "name") and sign in ("=", "!="):
        return Same(name, sign, terms.read(right.text))
    raise Unfit


def _part(tokens: list[Token]) -> Has:
    """``CONTAINS(LCASE(?x), "part")``."""
    said = [token.text for token in tokens]
    if said[1:2] != ["("] or closing(tokens, 1) != len(tokens) - 1 or said[-3] != ",":
        raise Unfit
    if tokens[-2].kind != "string":
        raise Unfit
    return Has(text_of(tokens[2:-3]), spelt(tokens[0]), plain(said[-2]))


def text_of(tokens: list[Token]) -> Text:
    """A text: a variable, or STR, LCASE, UCASE or SUBSTR of one.

    Raises:
        Unfit: it is another expression.
    """
    if len(tokens) == 1 and tokens[0].kind == "variable":
        return Text(named(tokens[0]))
    if len(tokens) < 4 or tokens[1].text != "(" or closing(tokens, 1) != len(tokens) - 1:
        raise Unfit
    function, inside = spelt(tokens[0]), tokens[2:-1]
    numbers: tuple[int, ...] = ()
    if function == "SUBSTR":
        while len(inside) > 2 and inside[-2].text == "," and inside[-1].text.isdecimal():
            numbers, inside = (int(inside[-1].text), *numbers), inside[:-2]
        if len(numbers) not in (1, 2) or numbers[0] < 1:
            raise Unfit
    elif function not in ("STR", "LCASE", "UCASE"):
        raise Unfit
    found = text_of(inside)
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
