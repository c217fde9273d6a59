"""What terms say: their texts, their numbers, and the texts that a query makes of them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from kgraph.columns.expressions import PARTS, Condition, Has, Less, Same, Text, maker
from kgraph.columns.graph import Array, Graph
from kgraph.columns.joining import UNBOUND
from kgraph.columns.kinds import Kind
from kgraph.joins.tokens import Unfit

FEW = 2048
"""Terms that are sorted sooner than marked among all."""

WIDE = 1 << 23
"""Numbers among which terms are marked: 8 MB."""

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}

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
        """What a literal says, its language or "", and its type or ""."""
        written = self._graph.term(number).decode()
        end = written.rindex('"')
        said, behind = unescaped(written[1:end]), written[end + 1 :]
        if behind[:1] == "@":
            return said, behind[1:], ""
        return said, "", behind[3:-1]

    def kinds_of(self, terms: Array) -> Array:
        """What each term is."""
        own = terms < len(self._graph)
        found = np.full(len(terms), Kind.STRING, np.uint8)
        found[own] = self._graph.kinds[terms[own]]
        return found

    def kinds(self, column: Array) -> set[Kind]:
        """What its terms are; those that it has not are nothing."""
        found = np.bincount(self.kinds_of(column[column != UNBOUND]), minlength=1)
        return {Kind(int(kind)) for kind in np.flatnonzero(found)}

    def numbers(self, column: Array) -> Array:
        """The numbers that all its terms are, in parts of SCALE."""
        found: Array = self._graph.numbers[column]
        return found

    def fits(self, condition: Condition, iri: int, column: Array) -> Array:
        """Where a condition is true.

        Args:
            condition: which.
            iri: the number of the IRI that it names, if it does.
            column: terms that it is asked of.

        Raises:
            Unfit: the engine alone knows.
        """
        if isinstance(condition, Same):
            return SIGNS[condition.sign](column, iri)
        if isinstance(condition, Less):
            return self._compared(condition, column)
        return self._having(condition, column)

    def _compared(self, condition: Less, column: Array) -> Array:
        kinds = self._graph.kinds[column]
        is_number = (kinds == Kind.INTEGER) | (kinds == Kind.DECIMAL)
        if (kinds == Kind.OTHER).any() or (condition.sign in ("=", "!=") and not is_number.all()):
            raise Unfit
        fits: Array = is_number & SIGNS[condition.sign](self.numbers(column), condition.number)
        return fits

    def _having(self, condition: Has, column: Array) -> Array:
        found, places = different(column)
        test, part = PARTS[condition.function], condition.part
        fits = [text is not None and test(text, part) for text in self._of(found, condition.text)]
        true: Array = np.array(fits, bool)[places]
        return true

    def made(self, text: Text, column: Array) -> Array:
        """A column of the texts that are made of one."""
        found, places = different(column)
        numbers, size = self._numbers, len(self._graph)
        made = [
            UNBOUND if said is None else numbers.setdefault(said, size + len(numbers))
            for said in self._of(found, text)
        ]
        return np.array(made, np.int32)[places]

    def _of(self, terms: Array, text: Text) -> list[str | None]:
        """What is made of each term; None where that is an error."""
        kinds = self._graph.kinds[terms]
        of_any = text.steps[:1] == (("STR", ()),)
        if (kinds == Kind.BLANK).any() or ((kinds == Kind.OTHER).any() and not of_any):
            raise Unfit
        make = maker(text.steps)
        if of_any:
            return [make(said) for said in self._said(kinds, terms)]
        return [
            make(said) if kind == Kind.STRING else None
            for kind, said in zip(kinds.tolist(), self._said(kinds, terms), strict=True)
        ]

    def _said(self, kinds: Array, terms: Array) -> list[str]:
        """The characters of terms: of an IRI its own, of a literal what it says."""
        ends = (kinds <= Kind.STRING).tolist()
        found = [
            (term[1:-1] if ends_so else term[1 : term.rindex(b'"')]).decode()
            for ends_so, term in zip(ends, self._graph.terms(terms), strict=True)
        ]
        return [unescaped(said) if "\\" in said else said for said in found]


def unescaped(text: str) -> str:
    r"""A text without the escapes of N-Triples.

    >>> unescaped(r"\"a\" \u00e9")
    '"a" é'
    """
    return _ESCAPE.sub(_unescape, text) if "\\" in text else text


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])
