"""Plan the order in which triple patterns are joined, and which of them are joined by hash.

Takes patterns and their cardinalities, gives SPARQL that joins them from the fewest rows to the
most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from kgraph.accel.rewrite.patterns import FRESH_PREFIX, TriplePattern
from kgraph.accel.rewrite.tokens import Unsupported

#: How many times as many rows are read and hashed in the time of looking each up: a look-up takes
#: 2.5 us, a hashed row 0.3, and both have costs of their own.
HASH_RATIO = 6

#: Rows of a hash table: each takes some 250 bytes, and a process has half a gigabyte.
MAX_HASHED_ROWS = 1 << 18

MAX_TOTAL_ROWS = 3 * MAX_HASHED_ROWS  #: rows of all hash tables of a query, and that probe them
MAX_PATTERNS = 24  #: patterns of a plan: each is one more level of sub-queries
UNCOUNTED = float("inf")  #: cardinality of a pattern that much of the graph matches

Count = Callable[[str], int]  #: evaluates a SELECT query of one number


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
