"""Rewrite a query so that the engine joins by hash, with the same answers.

Takes the text of a query and a function that counts in the graph, gives a text. The engine joins
triple patterns by looking up each row of one in the next (2.5 us a row), however many there are;
it joins sub-queries by hash (0.3 us a row of either). So the patterns with which a query begins
become sub-queries where their cardinalities are close enough.

Why the answers are the same: such patterns are joined (SPARQL 1.1, section 18.2.2.6); joins commute
(18.5); a sub-query that selects all variables of its pattern has the pattern's solutions; a
sequence path is its steps joined by fresh variables (18.2.2.4); and LATERAL before a single pattern
(SEP-0006 of the SPARQL 1.2 community group) is the join with it. The rest of the text stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import Any

from kgraph.accel.rewrite.patterns import PatternParser, fresh_variables
from kgraph.accel.rewrite.plan import HASH_RATIO, Cardinalities, Count, plan_joins
from kgraph.accel.rewrite.tokens import (
    QueryParts,
    Unsupported,
    collect_keywords,
    find_keyword,
    split_query,
)

MIN_ROWS = 100  #: rows of each pattern from which a rewrite pays; fewer are looked up sooner
FILTERED_HASH_RATIO = 2  #: :data:`HASH_RATIO` before a filter, which leaves unknown many rows
MAX_COUNTS = 1 << 12  #: counts of patterns that are cached

Run = Callable[[str], Any]  #: evaluates a query on the engine

# Words of a head on which the order of rows or the number of graphs has an effect.
_ORDER_DEPENDENT = {"EXISTS", "FROM", "GROUP_CONCAT", "SAMPLE"}

# Words of a body that start from other rows than the patterns' own, or ask another graph.
_OTHER_SOURCES = {"VALUES", "UNION", "GRAPH", "SERVICE", "SELECT", "LATERAL"}

_STARTS_AT_CONSTANT = re.compile(
    r"[^{]*+\{\s*+(?:<[^>{\s]*+>|[A-Za-z][\w-]*+:[\w.:-]*+)\s*+[^\s^]"  # not of <x> ^p ?y
)
"""A query that begins at a constant. It is not even tokenized, which would take as long as a fifth
of its answer."""


class CountCache:
    """Evaluates queries of one number, and caches the results.

    Args:
        run: evaluates a query; the database, base and prefixes must not change.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._numbers: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        """Return the number that a query gives.

        Raises:
            SyntaxError: it cannot be parsed.
        """
        if text not in self._numbers:
            number = int(str(next(self._run(text))[0].value))
            if len(self._numbers) >= MAX_COUNTS:
                self._numbers.clear()
            self._numbers[text] = number
        return self._numbers[text]


def evaluate(text: str, run: Run, count: Count) -> Any:
    """Evaluate a query by the faster of its forms.

    A text that cannot be parsed goes to the engine as it is, so that its error is of that text.

    Raises:
        SyntaxError: the query cannot be parsed.
    """
    with suppress(SyntaxError):
        return run(rewrite_joins(text, count))
    return run(text)


def rewrite_joins(text: str, count: Count) -> str:
    """Rewrite the patterns with which a query begins as hash joins where that is faster.

    The text need not be valid.

    Returns:
        A query with the same answers, or the text itself. Rows that nothing orders may come in
        another order.

    >>> rewrite_joins("SELECT ?a { ?a ex:p ?b ; ex:q ?c }", lambda _: 500)
    'SELECT ?a {  {SELECT ?a ?b {?a ex:p ?b}} {SELECT ?a ?c {?a ex:q ?c}}  }'
    """
    if _STARTS_AT_CONSTANT.match(text):
        return text
    try:
        sections = split_query(text)
        select = find_keyword(sections.head, "SELECT")
        _refuse_order_dependent(sections, select)
        patterns, spans = PatternParser(sections.body, fresh_variables(text)).parse()
        if not patterns:
            return text
        cardinalities = Cardinalities(text[: sections.head[select].start], count)
        has_filter = any(
            word == "FILTER" and following not in ("NOT", "EXISTS")
            for word, following in pairwise(token.keyword for token in sections.body)
        )
        ratio = FILTERED_HASH_RATIO if has_filter else HASH_RATIO
        plan = plan_joins(patterns, cardinalities, ratio, MIN_ROWS)
        if not plan.has_hash_join:
            return text
        joined = plan.to_sparql()
    except Unsupported:
        return text
    for start, end in reversed(spans[1:]):
        text = text[:start] + text[end:]
    start, end = spans[0]
    return f"{text[:start]} {joined} {text[end:]}"


def _refuse_order_dependent(sections: QueryParts, select: int) -> None:
    """Refuse a query whose rows depend on their order, or that stops after the first few."""
    head, body, tail = sections
    tail_keywords = collect_keywords(tail)
    if collect_keywords(head) & _ORDER_DEPENDENT or "VALUES" in tail_keywords:
        raise Unsupported
    if collect_keywords(body) & _OTHER_SOURCES:
        raise Unsupported
    if [token.text for token in head[select + 1 :] if token.kind != "word"][:1] == ["*"]:
        raise Unsupported  # columns are in the order of the text
    if ("DISTINCT", "*") in pairwise(token.keyword for token in head):
        raise Unsupported  # COUNT(DISTINCT *) counts fresh variables, too
    if "LIMIT" in tail_keywords and not tail_keywords & {"GROUP", "ORDER"}:
        raise Unsupported
