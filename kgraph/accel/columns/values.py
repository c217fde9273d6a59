"""Values of terms: their texts and numbers, and the texts that BIND computes from them."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any
from unicodedata import category

import numpy as np

from kgraph.accel.columns.expressions import (
    TEXT_TESTS,
    Comparison,
    Condition,
    TextExpression,
    TextTest,
    compile_text,
)
from kgraph.accel.columns.graph import UNBOUND, Array, ColumnGraph
from kgraph.accel.columns.terms import TermKind, find_term_kind, parse_number
from kgraph.accel.rewrite.grammar import Unsupported

MAX_NEW_TEXTS = 1 << 18  #: texts that a query makes
MIN_MARKED_TERMS = 2048  #: terms from which marking finds the distinct ones faster than sorting
MAX_MARKS = 1 << 23  #: range of numbers in which terms are marked: 8 MB

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}

# All but characters whose case mapping, if any, is old.
_RECENT = re.compile(
    "[^\\x00-\u019a\u019c-\u0240\u0391-\u03a1\u03a3-\u0481\u2000-\u206f\U0001f000-\U0001faff]"
)
_NEW_CAPITALS = "\u019b\u0264\ua7d3\ua7d5"  # letters whose capitals came with Unicode 16 and 17

OPERATORS: dict[str, Callable[[Any, int], Array]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


def distinct_terms(terms: Array) -> tuple[Array, Array]:
    """Return the distinct numbers of a column, ascending, and the index of each row's own."""
    low = int(terms.min(initial=0))
    width = int(terms.max(initial=0)) - low + 1
    if len(terms) < MIN_MARKED_TERMS or width > MAX_MARKS:
        distinct, indices = np.unique(terms, return_inverse=True)
        return distinct, indices
    marks = np.zeros(width, bool)
    offsets = terms - low
    marks[offsets] = True
    distinct = np.flatnonzero(marks)
    index_of = np.empty(width, np.int32)
    index_of[distinct] = np.arange(len(distinct), dtype=np.int32)
    return (distinct + low).astype(terms.dtype), index_of[offsets]


class TermValues:
    """Values of a graph's terms, and of texts that a query makes.

    New texts have numbers above those of the graph's terms.
    """

    def __init__(self, graph: ColumnGraph) -> None:
        self._graph = graph
        self._new_texts: dict[str, int] = {}

    def texts(self, terms: Array) -> list[str]:
        """Return the characters of IRIs and plain strings, new texts among them."""
        size = len(self._graph)
        in_graph = terms < size
        texts = iter(self._read_texts(self._graph.kinds[terms[in_graph]], terms[in_graph]))
        new_texts = list(self._new_texts)
        return [
            next(texts) if is_in_graph else new_texts[term - size]
            for is_in_graph, term in zip(in_graph.tolist(), terms.tolist(), strict=True)
        ]

    def ntriples(self, terms: Array) -> list[bytes]:
        """Return terms in N-Triples.

        Raises:
            Unsupported: one is a new text.
        """
        if (terms >= len(self._graph)).any():
            raise Unsupported
        return list(self._graph.terms(terms))

    def literal(self, number: int) -> tuple[str, str, str]:
        """Return the text of a literal, its language or "", and its type or "".

        Raises:
            Unsupported: it has a direction (RDF 1.2).
        """
        term = self._graph.term(number).decode()
        end = term.rindex('"')
        text, suffix = unescape(term[1:end]), term[end + 1 :]
        if "--" in suffix:
            raise Unsupported
        if suffix[:1] == "@":
            return text, suffix[1:], ""
        return text, "", suffix[3:-1]

    def kinds(self, terms: Array) -> Array:
        in_graph = terms < len(self._graph)
        kinds = np.full(len(terms), TermKind.STRING, np.uint8)
        kinds[in_graph] = self._graph.kinds[terms[in_graph]]
        return kinds

    def distinct_kinds(self, column: Array) -> set[TermKind]:
        """Return the kinds of the terms that are bound."""
        counts = np.bincount(self.kinds(column[column != UNBOUND]), minlength=1)
        return {TermKind(int(kind)) for kind in np.flatnonzero(counts)}

    def numbers(self, column: Array) -> Array:
        """Return the numbers that all terms of a column are, times SCALE."""
        numbers: Array = self._graph.numeric_values[column]
        return numbers

    def test(self, condition: Condition, column: Array) -> Array:
        """Return for each term of a column whether it meets a condition."""
        if isinstance(condition, TextTest):
            terms, indices = distinct_terms(column)
            test, part = TEXT_TESTS[condition.function], condition.part
            texts = self._evaluate(terms, condition.text)
            results = [text is not None and test(text, part) for text in texts]
            return np.array(results, bool)[indices]
        kind = find_term_kind(condition.term)
        if kind == TermKind.IRI:
            return OPERATORS[condition.operator](column, self._graph.number(condition.term))
        kinds = self._graph.kinds[column]
        if kind == TermKind.DATE:
            return self._compare_dates(condition, column, kinds)
        is_number = (kinds == TermKind.INTEGER) | (kinds == TermKind.DECIMAL)
        if (kinds == TermKind.OTHER).any():
            raise Unsupported
        if condition.operator in ("=", "!=") and not is_number.all():
            raise Unsupported
        compare, number = OPERATORS[condition.operator], parse_number(condition.term)
        result: Array = is_number & compare(self.numbers(column), number)
        return result

    def _compare_dates(self, condition: Comparison, column: Array, kinds: Array) -> Array:
        if not (kinds == TermKind.DATE).all():
            raise Unsupported
        compare, number = OPERATORS[condition.operator], self._graph.number(condition.term)
        if condition.operator in ("=", "!="):
            return compare(column, number)
        # Dates are numbered in their order; the date itself may be in the graph or not.
        bound = self._graph.insertion_point(condition.term)
        if condition.operator in ("<=", ">") and number == UNBOUND:
            bound -= 1
        return compare(column, bound)

    def bind(self, text: TextExpression, column: Array) -> Array:
        """Return the column of the texts that an expression makes of a column.

        Raises:
            Unsupported: there are too many, or only the engine knows one.
        """
        terms, indices = distinct_terms(column)
        numbers, size = self._new_texts, len(self._graph)
        if len(numbers) + len(terms) > MAX_NEW_TEXTS:
            raise Unsupported
        bound = [
            UNBOUND if value is None else numbers.setdefault(value, size + len(numbers))
            for value in self._evaluate(terms, text)
        ]
        return np.array(bound, np.int32)[indices]

    def _evaluate(self, terms: Array, text: TextExpression) -> list[str | None]:
        """Return the value of an expression for each term; None where it is an error."""
        kinds = self._graph.kinds[terms]
        is_of_any_kind = text.steps[:1] == (("STR", ()),)
        if (kinds == TermKind.UNNAMED).any():
            raise Unsupported
        if not is_of_any_kind and (kinds == TermKind.OTHER).any():
            raise Unsupported
        function = compile_text(text.steps)
        texts = self._read_texts(kinds, terms)
        if text.changes_case:
            letters = _RECENT.findall("".join(item for item in texts if not item.isascii()))
            if any(char in _NEW_CAPITALS or category(char) == "Cn" for char in letters):
                raise Unsupported  # the engine's Unicode may have another case than Python's
        if is_of_any_kind:
            return [function(characters) for characters in texts]
        return [
            function(characters) if kind == TermKind.STRING else None
            for kind, characters in zip(kinds.tolist(), texts, strict=True)
        ]

    def _read_texts(self, kinds: Array, terms: Array) -> list[str]:
        """Return the characters of IRIs, and of literals without language and type."""
        has_no_suffix = (kinds <= TermKind.STRING).tolist()
        texts = [
            (term[1:-1] if is_plain else term[1 : term.rindex(b'"')]).decode()
            for is_plain, term in zip(has_no_suffix, self._graph.terms(terms), strict=True)
        ]
        return [unescape(text) if "\\" in text else text for text in texts]


def unescape(text: str) -> str:
    r"""Replace the escapes of N-Triples.

    >>> unescape(r"\"a\" \u00e9")
    '"a" é'
    """

    def replace(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])

    return _ESCAPE.sub(replace, text) if "\\" in text else text
