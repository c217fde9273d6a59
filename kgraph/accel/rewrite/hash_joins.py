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
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from kgraph.accel.rewrite.grammar import (
    FRESH_PREFIX,
    PatternParser,
    QueryParts,
    TriplePattern,
    Unsupported,
    collect_keywords,
    find_keyword,
    fresh_variables,
    split_query,
)

MIN_ROWS = 100  #: rows of each pattern from which a rewrite pays; fewer are looked up sooner

#: How many times as many rows are read and hashed in the time of looking each up: a look-up takes
#: 2.5 us, a hashed row 0.3, and both have costs of their own.
HASH_RATIO = 6
FILTERED_HASH_RATIO = 2  #: the same before a filter, which leaves unknown many rows

#: Rows of a hash table: each takes some 250 bytes, and a process has half a gigabyte.
MAX_HASHED_ROWS = 1 << 18

MAX_TOTAL_ROWS = 3 * MAX_HASHED_ROWS  #: rows of all hash tables of a query, and that probe them
MAX_PATTERNS = 24  #: patterns of a plan: each is one more level of sub-queries
UNCOUNTED = float("inf")  #: cardinality of a pattern that much of the graph matches
MAX_COUNTS = 1 << 12  #: counts of patterns that are cached

Count = Callable[[str], int]  #: evaluates a SELECT query of one number
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


def cache_counts(run: Run) -> Count:
    """Return a function that gives the number of a query of one number, and caches it.

    Args:
        run: evaluates a query; the database, base and prefixes must not change.

    Raises:
        SyntaxError: the function raises it for a query that cannot be parsed.
    """

    @lru_cache(MAX_COUNTS)
    def count(text: str) -> int:
        return int(str(next(run(text))[0].value))

    return count


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


# -- plans ---------------------------------------------------------------------------


class Cardinalities:
    """Counts the solutions of patterns.

    Args:
        prologue: base and prefixes of the query.
    """

    def __init__(self, prologue: str, count: Count) -> None:
        self._prologue = prologue
        self._count = count

    def count_solutions(self, pattern: TriplePattern) -> float:
        """Return how many solutions a pattern has."""
        is_of_any_type = pattern.predicate == "a" and pattern.has_variable_object
        if is_of_any_type or pattern.predicate[0] == "?":
            return UNCOUNTED
        return self._evaluate("*", pattern)

    def estimate_from_objects(self, pattern: TriplePattern, rows: float) -> float:
        """Return how many solutions so many objects have if all objects have as many."""
        solutions = self.count_solutions(pattern)
        if solutions == UNCOUNTED:
            return rows
        return min(solutions, rows * solutions / max(1, self._evaluate("DISTINCT ?o", pattern)))

    def _evaluate(self, aggregate: str, pattern: TriplePattern) -> int:
        subject, predicate, object = pattern
        if pattern.has_variable_object:  # patterns that differ in variables share counts
            object = "?s" if object == subject else "?o"
        group = f"{{ ?s {predicate} {object} }}"
        return self._count(f"{self._prologue}SELECT (COUNT({aggregate}) AS ?n) {group}")


class JoinPlan(NamedTuple):
    """Patterns in the order in which they are joined."""

    steps: list[tuple[TriplePattern, bool]]  #: and whether joined by hash; the first is read
    rows: float  #: estimate of the solutions
    hashed_rows: float = 0  #: rows of hash tables, and those that probe them

    @property
    def variables(self) -> dict[str, None]:
        """Variables of the patterns, in order."""
        return {name: None for pattern, _ in self.steps for name in pattern.variables}

    @property
    def has_hash_join(self) -> bool:
        """Whether the engine would not do the same by itself."""
        return any(is_hashed for _, is_hashed in self.steps)

    def to_sparql(self) -> str:
        """Write the joined patterns, without fresh variables.

        Raises:
            Unsupported: all variables are fresh.
        """
        (first, _), *later_steps = self.steps
        text, variables = " ".join(first), first.variables
        for pattern, is_hashed in later_steps:
            table = " ".join(pattern)
            if is_hashed:
                text = f"{_subquery(variables, text)} {_subquery(pattern.variables, table)}"
            else:
                text = f"{text} LATERAL {{{table}}}"
            variables = variables | pattern.variables
        own = [name for name in variables if not name.startswith(f"?{FRESH_PREFIX}")]
        if not own:
            raise Unsupported
        return text if len(own) == len(variables) else _subquery(own, text)


def _subquery(variables: Iterable[str], text: str) -> str:
    return f"{{SELECT {' '.join(variables)} {{{text}}}}}"


def plan_joins(
    patterns: list[TriplePattern], cardinalities: Cardinalities, hash_ratio: float, min_rows: int
) -> JoinPlan:
    """Order patterns from the fewest rows to the most, each sharing a variable with those before.

    Args:
        hash_ratio: how many times as many rows are hashed rather than looked up.
        min_rows: rows of each pattern from which a plan pays.

    Raises:
        Unsupported: a pattern has fewer rows, most of the graph matches all of them, they are not
            connected, or one has a constant subject, which the engine evaluates best.
    """
    if len(patterns) > MAX_PATTERNS or any(pattern.subject[0] != "?" for pattern in patterns):
        raise Unsupported
    sizes: dict[TriplePattern, float] = {}
    for pattern in sorted(patterns, key=lambda pattern: pattern.has_variable_object):
        sizes[pattern] = cardinalities.count_solutions(pattern)
        if sizes[pattern] < min_rows:
            raise Unsupported
    first, *pending = sorted(sizes, key=lambda pattern: sizes[pattern])
    if sizes[first] == UNCOUNTED:
        raise Unsupported
    plan = JoinPlan([(first, False)], sizes[first])
    while pending:
        connected = [p for p in pending if plan.variables.keys() & p.variables.keys()]
        if not connected:
            raise Unsupported
        pattern = connected[0]
        pending.remove(pattern)
        size, rows = sizes[pattern], plan.rows
        hashed_rows = plan.hashed_rows + size + rows
        is_hashed = size <= hash_ratio * rows and max(size, rows) <= MAX_HASHED_ROWS
        is_hashed = is_hashed and hashed_rows <= MAX_TOTAL_ROWS
        if pattern.variables.keys() <= plan.variables.keys():
            rows = min(rows, size)
        elif pattern.subject not in plan.variables and pending:
            rows = cardinalities.estimate_from_objects(pattern, rows)
        steps = [*plan.steps, (pattern, is_hashed)]
        plan = JoinPlan(steps, rows, hashed_rows if is_hashed else plan.hashed_rows)
    return plan
