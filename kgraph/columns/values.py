"""What terms say: their texts, their numbers, and the texts that a query makes of them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any
from unicodedata import category

import numpy as np

from kgraph.columns.expressions import TESTS, Condition, Day, Has, Less, Text, maker
from kgraph.columns.graph import UNBOUND, Array, Graph
from kgraph.columns.kinds import Kind
from kgraph.joins.tokens import Unfit

FEW = 2048
"""Terms that are sorted sooner than marked among all."""

TEXTS = 1 << 18
"""Texts that a query makes."""

WIDE = 1 << 23
"""Numbers among which terms are marked: 8 MB."""

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}

_RARE = re.compile(
    "[^\\x00-\u019a\u019c-\u0240\u0391-\u03a1\u03a3-\u0481\u2000-\u206f\U0001f000-\U0001faff]"
)
"""All but letters and signs that have had the same cases, or none, for long."""

_LATER = "\u019b\u0264\ua7d3\ua7d5"
"""Letters whose capitals came with Unicode 16 and 17."""

SIGNS: dict[str, Callable[[Any, int], Array]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


def different(terms: Array) -> tuple[Array, Array]:
    """The different numbers of a column, ascending, and for each row the place of its own."""
    low = int(terms.min(initial=0))
    width = int(terms.max(initial=0)) - low + 1
    if len(terms) < FEW or width > WIDE:
        found, places = np.unique(terms, return_inverse=True)
        return found, places
    marked = np.zeros(width, bool)
    shifted = terms - low
    marked[shifted] = True
    found = np.flatnonzero(marked)
    places = np.empty(width, np.int32)
    places[found] = np.arange(len(found), dtype=np.int32)
    return (found + low).astype(terms.dtype), places[shifted]


class Values:
    """The values of a graph's terms, and of texts that are made of them.

    Args:
        graph: which.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._numbers: dict[str, int] = {}

    def texts(self, terms: Array) -> list[str]:
        """IRIs, and what plain strings say, those that were made among them."""
        size = len(self._graph)
        own = terms < size
        found = iter(self._said(self._graph.kinds[terms[own]], terms[own]))
        made = list(self._numbers)
        return [
            next(found) if is_own else made[term - size]
            for is_own, term in zip(own.tolist(), terms.tolist(), strict=True)
        ]

    def written(self, terms: Array) -> list[bytes]:
        """Terms in N-Triples.

        Raises:
            Unfit: one was made by the query.
        """
        if (terms >= len(self._graph)).any():
            raise Unfit
        return list(self._graph.terms(terms))

    def literal(self, number: int) -> tuple[str, str, str]:
        """What a literal says, its language or "", and its type or "".

        Raises:
            Unfit: it says more.
        """
        written = self._graph.term(number).decode()
        end = written.rindex('"')
        said, behind = unescaped(written[1:end]), written[end + 1 :]
        if "--" in behind:  # a direction, of RDF 1.2
            raise Unfit
        if behind[:1] == "@":
            return said, behind[1:], ""
        return said, "", behind[3:-1]

    def kind_of_each(self, terms: Array) -> Array:
        """What each term is."""
        own = terms < len(self._graph)
        found = np.full(len(terms), Kind.STRING, np.uint8)
        found[own] = self._graph.kinds[terms[own]]
        return found

    def kinds_in(self, column: Array) -> set[Kind]:
        """What its terms are; those that it has not are nothing."""
        found = np.bincount(self.kind_of_each(column[column != UNBOUND]), minlength=1)
        return {Kind(int(kind)) for kind in np.flatnonzero(found)}

    def numbers(self, column: Array) -> Array:
        """The numbers that all its terms are, in parts of SCALE."""
        found: Array = self._graph.numbers[column]
        return found

    def fits(self, condition: Condition, column: Array) -> Array:
        """Where a condition is true of a column's terms.

        Raises:
            Unfit: the engine alone knows.
        """
        if isinstance(condition, Has):
            return self._having(condition, column)
        if isinstance(condition, Less):
            return self._compared(condition, column)
        if isinstance(condition, Day):
            return self._on_days(condition, column)
        return SIGNS[condition.sign](column, self._graph.number(condition.iri.encode()))

    def _on_days(self, condition: Day, column: Array) -> Array:
        if not (self._graph.kinds[column] == Kind.DAY).all():
            raise Unfit
        day, sign = condition.day.encode(), SIGNS[condition.sign]
        if condition.sign in ("=", "!="):
            return sign(column, self._graph.number(day))
        # Of numbers below the day's place or above; the day itself counts as it is asked.
        is_first = condition.sign in ("<", ">=")
        return sign(column, self._graph.place(day) - (0 if is_first else not self._has(day)))

    def _has(self, term: bytes) -> bool:
        return self._graph.number(term) != UNBOUND

    def _compared(self, condition: Less, column: Array) -> Array:
        kinds = self._graph.kinds[column]
        is_number = (kinds == Kind.INTEGER) | (kinds == Kind.DECIMAL)
        if (kinds == Kind.OTHER).any() or (condition.sign in ("=", "!=") and not is_number.all()):
            raise Unfit
        fits: Array = is_number & SIGNS[condition.sign](self.numbers(column), condition.number)
        return fits

    def _having(self, condition: Has, column: Array) -> Array:
        found, places = different(column)
        test, part = TESTS[condition.function], condition.part
        fits = [text is not None and test(text, part) for text in self._of(found, condition.text)]
        true: Array = np.array(fits, bool)[places]
        return true

    def made(self, text: Text, column: Array) -> Array:
        """A column of the texts that are made of one."""
        found, places = different(column)
        numbers, size = self._numbers, len(self._graph)
        if len(numbers) + len(found) > TEXTS:
            raise Unfit
        made = [
            UNBOUND if said is None else numbers.setdefault(said, size + len(numbers))
            for said in self._of(found, text)
        ]
        return np.array(made, np.int32)[places]

    def _of(self, terms: Array, text: Text) -> list[str | None]:
        """What is made of each term; None where that is an error."""
        kinds = self._graph.kinds[terms]
        of_any = text.steps[:1] == (("STR", ()),)
        if (kinds == Kind.NAMELESS).any() or ((kinds == Kind.OTHER).any() and not of_any):
            raise Unfit
        make = maker(text.steps)
        said = self._said(kinds, terms)
        if text.changes_case and any(map(_is_unsure, said)):
            raise Unfit
        if of_any:
            return [make(one) for one in said]
        return [
            make(one) if kind == Kind.STRING else None
            for kind, one in zip(kinds.tolist(), said, strict=True)
        ]

    def _said(self, kinds: Array, terms: Array) -> list[str]:
        """The characters of terms: of an IRI its own, of a literal what it says."""
        ends = (kinds <= Kind.STRING).tolist()
        found = [
            (term[1:-1] if ends_so else term[1 : term.rindex(b'"')]).decode()
            for ends_so, term in zip(ends, self._graph.terms(terms), strict=True)
        ]
        return [unescaped(said) if "\\" in said else said for said in found]


def _is_unsure(text: str) -> bool:
    """Whether it has a letter that only a later Unicode than this Python's may have a case of."""
    return not text.isascii() and any(
        char in _LATER or category(char) == "Cn" for char in _RARE.findall(text)
    )


def unescaped(text: str) -> str:
    r"""A text without the escapes of N-Triples.

    >>> unescaped(r"\"a\" \u00e9")
    '"a" é'
    """
    return _ESCAPE.sub(_unescape, text) if "\\" in text else text


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])
