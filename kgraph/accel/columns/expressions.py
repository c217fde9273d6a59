"""Parse expressions: texts made of variables, and conditions on rows (SPARQL 1.1, section 17)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import reduce
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from kgraph.accel.columns.terms import (
    TermKind,
    find_term_kind,
    join_adjacent,
    plain_string,
    to_ntriples,
)
from kgraph.accel.rewrite.grammar import Token, Unsupported, find_closing

MAX_DIGITS = 9  #: of a whole number
MAX_DEPTH = 16  #: of nested brackets


class TextExpression(NamedTuple):
    """A text made of a variable by functions."""

    variable: str
    steps: tuple[tuple[str, tuple[int, ...]], ...] = ()  #: functions with their numbers, in order

    @property
    def changes_case(self) -> bool:
        """Whether letters become lower or upper case."""
        return not {"LCASE", "UCASE"}.isdisjoint(function for function, _ in self.steps)


class Comparison(NamedTuple):
    """A variable is compared with a number, a date or an IRI."""

    variable: str
    operator: str  #: ``<``, ``<=``, ``>``, ``>=``, ``=`` or ``!=``; of an IRI one of the last two
    term: bytes  #: in N-Triples


class TextTest(NamedTuple):
    """A text contains, starts or ends with another."""

    text: TextExpression
    function: str
    part: str

    @property
    def variable(self) -> str:
        """The variable that the text is made of."""
        return self.text.variable


Condition = Comparison | TextTest

TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "CONTAINS": str.__contains__,
    "STRSTARTS": str.startswith,
    "STRENDS": str.endswith,
}

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def is_whole_number(token: Token) -> bool:
    """Return whether a token is a whole number of at most :data:`MAX_DIGITS` digits."""
    return token.kind == "number" and token.text.isdecimal() and len(token.text) <= MAX_DIGITS


def parse_conditions(
    tokens: list[Token], prefixes: Mapping[str, str], depth: int = 0
) -> list[Condition]:
    """Parse conditions that are joined by ``&&``.

    Args:
        depth: number of brackets around the expression.
    """
    if depth > MAX_DEPTH:
        raise Unsupported
    operands = _split_conjunction(tokens)
    if len(operands) > 1:
        return list(chain(*(parse_conditions(o, prefixes, depth + 1) for o in operands)))
    if tokens and tokens[0].text == "(" and find_closing(tokens, 0) == len(tokens) - 1:
        return parse_conditions(tokens[1:-1], prefixes, depth + 1)
    if tokens and tokens[0].keyword in TEXT_TESTS:
        return [_parse_text_test(tokens)]
    return [_parse_comparison(tokens, prefixes)]


def _split_conjunction(tokens: list[Token]) -> list[list[Token]]:
    """Split at each ``&&`` that is in no brackets."""
    operands: list[list[Token]] = [[]]
    index = 0
    while index < len(tokens):
        if join_adjacent(tokens[index : index + 2]) == "&&":
            operands.append([])
            index += 2
        else:
            end = find_closing(tokens, index) + 1 if tokens[index].text == "(" else index + 1
            operands[-1] += tokens[index:end]
            index = end
    return operands


def _parse_comparison(tokens: list[Token], prefixes: Mapping[str, str]) -> Comparison:
    has_two_marks = [token.kind for token in tokens[1:3]] == ["mark"] * 2
    marks = tokens[1 : 3 if has_two_marks else 2]
    operator, operand = join_adjacent(marks), tokens[1 + len(marks) :]
    if operator not in _MIRRORED or not operand:
        raise Unsupported
    left, right = tokens[0], operand[0]
    if left.kind != "variable" and len(operand) == 1:
        left, right, operator = right, left, _MIRRORED[operator]
    if left.kind != "variable":
        raise Unsupported
    if len(operand) > 1:
        term = _parse_date(operand, prefixes)
    elif right.kind == "number" or (right.kind in ("iri", "name") and operator in ("=", "!=")):
        term = to_ntriples(right.text, prefixes)
    else:
        raise Unsupported
    return Comparison(left.variable, operator, term.encode())


def _parse_date(tokens: list[Token], prefixes: Mapping[str, str]) -> str:
    """Parse ``"2025-06-01"^^xsd:date`` into N-Triples."""
    if len(tokens) != 4 or join_adjacent(tokens[1:3]) != "^^":
        raise Unsupported
    day = plain_string(tokens[0].text)
    if tokens[3].kind in ("iri", "name"):
        term = f'"{day}"^^{to_ntriples(tokens[3].text, prefixes)}'
        with suppress(ValueError):
            date.fromisoformat(day)
            if find_term_kind(term.encode()) == TermKind.DATE:
                return term
    raise Unsupported


def _parse_text_test(tokens: list[Token]) -> TextTest:
    """Parse ``CONTAINS(LCASE(?x), "part")``."""
    texts = [token.text for token in tokens]
    if texts[1:2] != ["("] or find_closing(tokens, 1) != len(tokens) - 1 or texts[-3] != ",":
        raise Unsupported
    if tokens[-2].kind != "string":
        raise Unsupported
    return TextTest(parse_text(tokens[2:-3]), tokens[0].keyword, plain_string(texts[-2]))


def parse_text(tokens: list[Token], depth: int = 0) -> TextExpression:
    """Parse a variable, or STR, LCASE, UCASE or SUBSTR of one.

    Args:
        depth: number of functions around the expression.
    """
    if len(tokens) == 1 and tokens[0].kind == "variable":
        return TextExpression(tokens[0].variable)
    if depth > MAX_DEPTH or len(tokens) < 4 or tokens[1].text != "(":
        raise Unsupported
    if find_closing(tokens, 1) != len(tokens) - 1:
        raise Unsupported
    function, arguments = tokens[0].keyword, tokens[2:-1]
    numbers: tuple[int, ...] = ()
    if function == "SUBSTR":
        while len(arguments) > 2 and arguments[-2].text == "," and is_whole_number(arguments[-1]):
            numbers, arguments = (int(arguments[-1].text), *numbers), arguments[:-2]
        if len(numbers) not in (1, 2) or numbers[0] < 1:
            raise Unsupported
    elif function not in ("STR", "LCASE", "UCASE"):
        raise Unsupported
    inner = parse_text(arguments, depth + 1)
    return TextExpression(inner.variable, (*inner.steps, (function, numbers)))


def compile_text(steps: Sequence[tuple[str, tuple[int, ...]]]) -> Callable[[str], str]:
    """Return a function that applies the functions of a text expression.

    >>> compile_text([("STR", ()), ("SUBSTR", (1, 7))])("2025-06-01")
    '2025-06'
    """
    functions: list[Callable[[str], str]] = []
    for name, numbers in steps:
        if name == "SUBSTR":
            start = numbers[0] - 1
            functions.append(itemgetter(slice(start, start + numbers[1] if numbers[1:] else None)))
        elif name != "STR":
            functions.append(str.lower if name == "LCASE" else str.upper)
    if not functions:
        return str
    if len(functions) == 1:
        return functions[0]
    return lambda text: reduce(lambda value, function: function(value), functions, text)
