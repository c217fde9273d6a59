"""Plan in which order triple patterns are joined, and by which method.

Takes patterns and their cardinalities, gives SPARQL that joins them from the fewest rows to the
most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import NamedTuple

from kgraph.accel.rewrite.patterns import FRESH_PREFIX, TriplePattern
from kgraph.accel.rewrite.tokens import Unsupported

HASH_RATIO = 6
"""How many times as many rows are read and hashed in the time of looking each up: a look-up takes
2.5 us, a hashed row 0.3, and both have costs of their own."""

MAX_HASHED_ROWS = 1 << 18
"""Rows of a hash table: each takes some 250 bytes, and a process has half a gigabyte."""

MAX_TOTAL_ROWS = 3 * MAX_HASHED_ROWS  #: rows of all hash tables of a query, and that probe them
MAX_PATTERNS = 24  #: patterns of a plan: each is one more level of sub-queries

UNCOUNTED = float("inf")
"""Cardinality of a pattern that much of the graph matches, which is not counted."""

Count = Callable[[str], int]  #: evaluates a SELECT query of one number


class Cardinalities:
    """Counts the solutions of patterns.

    Args:
        prologue: of the query: its base and prefixes.
        count: counts in the graph.
    """

    def __init__(self, prologue: str, count: Count) -> None:
        self._prologue = prologue
        self._count = count

    def count_solutions(self, pattern: TriplePattern) -> float:
        """Return how many solutions a pattern has."""
        if pattern.predicate[0] == "?" or (
            pattern.predicate == "a" and pattern.has_variable_object
        ):
            return UNCOUNTED
        return self._number("*", pattern)

    def estimate_from_objects(self, pattern: TriplePattern, rows: float) -> float:
        """Return how many solutions so many objects have if all objects have as many."""
        solutions = self.count_solutions(pattern)
        if solutions == UNCOUNTED:
            return rows
        return min(solutions, rows * solutions / max(1, self.count_terms(pattern, pattern.object)))

    def count_terms(self, pattern: TriplePattern, variable: str) -> int:
        """Return how many distinct terms a variable of a pattern has."""
        return self._number(f"DISTINCT {'?s' if variable == pattern.subject else '?o'}", pattern)

    def _number(self, aggregate: str, pattern: TriplePattern) -> int:
        subject, predicate, object = pattern
        if pattern.has_variable_object:  # variables of one name share counts
            object = "?s" if object == subject else "?o"
        group = f"{{ ?s {predicate} {object} }}"
        return self._count(f"{self._prologue}SELECT (COUNT({aggregate}) AS ?n) {group}")


class JoinMethod(Enum):
    """How a pattern is joined to the rows before it."""

    HASH = "hash"
    LOOKUP = "look up each row"
    LOOKUP_DISTINCT = "look up each distinct term"


class JoinPlan(NamedTuple):
    """Patterns in the order in which they are joined."""

    steps: list[tuple[TriplePattern, JoinMethod]]  #: the first is read
    rows: float  #: estimate of the solutions
    hashed_rows: float = 0  #: rows of hash tables, and those that probe them

    @property
    def variables(self) -> dict[str, None]:
        """Variables of the patterns, in order."""
        return {name: None for pattern, _ in self.steps for name in pattern.variables}

    @property
    def differs(self) -> bool:
        """Whether the engine would not do the same by itself."""
        return any(method != JoinMethod.LOOKUP for _, method in self.steps)

    def to_sparql(self) -> str:
        """Write the joined patterns, without fresh variables.

        Raises:
            Unsupported: all variables are fresh.
        """
        (first, _), *others = self.steps
        text, variables = " ".join(first), first.variables
        for pattern, method in others:
            table = " ".join(pattern)
            if method == JoinMethod.LOOKUP_DISTINCT:
                terms = variables.keys() & pattern.variables.keys()
                table = f"{_subquery(terms, text, 'DISTINCT ')} LATERAL {{{table}}}"
            if method == JoinMethod.LOOKUP:
                text = f"{text} LATERAL {{{table}}}"
            else:
                text = f"{_subquery(variables, text)} {_subquery(pattern.variables, table)}"
            variables = variables | pattern.variables
        own = [name for name in variables if not name.startswith(f"?{FRESH_PREFIX}")]
        if not own:
            raise Unsupported
        return text if len(own) == len(variables) else _subquery(own, text)


def _subquery(variables: Iterable[str], text: str, distinct: str = "") -> str:
    return f"{{SELECT {distinct}{' '.join(variables)} {{{text}}}}}"


def plan_joins(
    patterns: list[TriplePattern], cardinalities: Cardinalities, hash_ratio: float, min_rows: int
) -> JoinPlan:
    """Order patterns from the fewest rows to the most, each sharing a variable with those before.

    Args:
        patterns: to join.
        cardinalities: counts their solutions.
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
    plan = JoinPlan([(first, JoinMethod.LOOKUP)], sizes[first])
    while pending:
        connected = [p for p in pending if plan.variables.keys() & p.variables.keys()]
        if not connected:
            raise Unsupported
        pattern = connected[0]
        pending.remove(pattern)
        size = sizes[pattern]
        method = _choose_method(plan, pattern, size, cardinalities, hash_ratio)
        rows = plan.rows
        if pattern.variables.keys() <= plan.variables.keys():
            rows = min(rows, size)
        elif pattern.subject not in plan.variables and pending:
            rows = cardinalities.estimate_from_objects(pattern, rows)
        hashed = size + plan.rows if method == JoinMethod.HASH else 0
        plan = JoinPlan([*plan.steps, (pattern, method)], rows, plan.hashed_rows + hashed)
    return plan


def _choose_method(
    plan: JoinPlan,
    pattern: TriplePattern,
    size: float,
    cardinalities: Cardinalities,
    hash_ratio: float,
) -> JoinMethod:
    if plan.rows > MAX_HASHED_ROWS:
        return JoinMethod.LOOKUP
    fits = plan.hashed_rows + size + plan.rows <= MAX_TOTAL_ROWS
    if fits and size <= min(hash_ratio * plan.rows, MAX_HASHED_ROWS):
        return JoinMethod.HASH
    if len(plan.steps) == 1:
        first = plan.steps[0][0]
        shared = first.variables.keys() & pattern.variables.keys()
        is_chain = len(shared) == 1 and len(first.variables) > 1
        if is_chain and 2 * cardinalities.count_terms(first, *shared) <= plan.rows:
            return JoinMethod.LOOKUP_DISTINCT
    return JoinMethod.LOOKUP
