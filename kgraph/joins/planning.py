"""In which order patterns are joined, and how.

Takes triple patterns and how many solutions they have, gives the SPARQL in which they are joined
from the fewest rows to the most: by hash where numbers are near enough, else by looking up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple

from kgraph.joins.patterns import NEW, Pattern
from kgraph.joins.tokens import Unfit

NEAR = 6
"""How many times as many rows as there are may be read and hashed in the time of looking each up:
2.5 us against 0.3 and what is spent on both."""

MOST = 1 << 18
"""Rows that are hashed: each takes some 250 bytes, and a process has half a gigabyte."""

BUDGET = 3 * MOST
"""Rows of all tables of a query, those that are looked for in them included."""

MANY_PATTERNS = 24
"""Patterns that are put into another order: each is a sub-query within one more."""

MANY = float("inf")
"""Rows of a pattern that the whole graph fits, or a good part of it: none are counted."""

Count = Callable[[str], int]
"""Takes a SELECT query of one number, gives the number."""


class Sizes:
    """How many solutions patterns have.

    Args:
        prologue: of the query, by which their terms are read.
        count: counts.
    """

    def __init__(self, prologue: str, count: Count) -> None:
        self._prologue = prologue
        self._count = count

    def solutions(self, pattern: Pattern) -> float:
        """How many."""
        if pattern.predicate[0] == "?" or (pattern.predicate == "a" and pattern.open):
            return MANY
        return self._number("*", pattern)

    def from_object(self, pattern: Pattern, rows: float) -> float:
        """Solutions that so many of its objects have, as far as all have as many."""
        every = self.solutions(pattern)
        if every == MANY:
            return rows
        return min(every, rows * every / max(1, self.different(pattern, pattern.object)))

    def different(self, pattern: Pattern, variable: str) -> int:
        """Terms that a variable of it has."""
        place = "?s" if variable == pattern.subject else "?o"
        return self._number(f"DISTINCT {place}", pattern)

    def without(self, type: str, property: str, others: Sequence[str] = ()) -> int:
        """How often things that are not of a type have a property, of those with others, too."""
        said = f"{{SELECT ?s {{?s {property} ?o}}}} MINUS {{SELECT ?s {{?s a {type}}}}}"
        if others:
            having = " ".join(f"FILTER EXISTS {{?s {other} ?o}}" for other in others)
            said = f"{{SELECT ?s {{ {said} }}}} {having}"  # few are looked up, not all
        return self._count(f"{self._prologue}SELECT (COUNT(*) AS ?n) {{ {said} }}")

    def _number(self, what: str, pattern: Pattern) -> int:
        """A count, by names that patterns of the same numbers share."""
        subject, predicate, object = pattern
        if pattern.open:
            object = "?s" if object == subject else "?o"
        said = f"?s {predicate} {object}"
        return self._count(f"{self._prologue}SELECT (COUNT({what}) AS ?n) {{ {said} }}")


class Way(Enum):
    """How a pattern is joined to what is known: its rows hashed, looked up from each row, or
    looked up from each term that the rows have."""

    HASHED = "hashed"
    EACH = "each"
    ONCE = "once"


class Plan(NamedTuple):
    """Patterns in the order in which they are joined.

    Attributes:
        steps: each pattern with its way; the first is read.
        rows: solutions that there are about.
        cost: rows that are read and hashed, a look-up as :data:`NEAR` of them.
        held: rows that the joins by hash hold or look for.
    """

    steps: list[tuple[Pattern, Way]]
    rows: float
    cost: float
    held: float = 0

    @property
    def known(self) -> dict[str, None]:
        """Variables, in order."""
        return {name: None for pattern, _ in self.steps for name in pattern.variables}

    @property
    def shown(self) -> dict[str, None]:
        """Those that the query itself has: all but what its paths needed."""
        return {name: None for name in self.known if not name.startswith(f"?{NEW}")}

    @property
    def differs(self) -> bool:
        """Whether the engine would not do the same by itself."""
        return any(way != Way.EACH for _, way in self.steps)

    @property
    def text(self) -> str:
        """The group in SPARQL, without the variables that paths needed."""
        (start, _), *others = self.steps
        text, known = start.text, start.variables
        for pattern, way in others:
            found = pattern.text
            if way == Way.ONCE:
                terms = " ".join(known.keys() & pattern.variables.keys())
                found = f"{{SELECT DISTINCT {terms} {{{text}}}}} LATERAL {{{found}}}"
            if way == Way.EACH:
                text = f"{text} LATERAL {{{found}}}"
            else:
                text = f"{selected(known, text)} {selected(pattern.variables, found)}"
            known = known | pattern.variables
        if not self.shown:
            raise Unfit
        return text if len(self.shown) == len(known) else selected(self.shown, text)


def ordered(patterns: list[Pattern], sizes: Sizes, near: float, few: int = 0) -> Plan:
    """From the fewest rows to the most, each pattern with a variable that is known by then.

    Args:
        patterns: what is joined.
        sizes: their numbers.
        near: how many times as many rows are hashed sooner than looked up.
        few: rows that are looked up sooner than anything else is done with them.

    Raises:
        Unfit: they are few, or so many that nobody counts them, or not joined at all, or one is
            looked up from one thing, which the engine does best.
    """
    if len(patterns) > MANY_PATTERNS or any(one.subject[0] != "?" for one in patterns):
        raise Unfit
    size: dict[Pattern, float] = {}
    for pattern in sorted(patterns, key=lambda pattern: pattern.open):
        size[pattern] = sizes.solutions(pattern)
        if size[pattern] < few:
            raise Unfit
    start, *left = sorted(size, key=lambda pattern: size[pattern])
    if size[start] == MANY:
        raise Unfit
    plan, known = Plan([(start, Way.EACH)], size[start], size[start]), start.variables
    while left:
        joined = [pattern for pattern in left if known.keys() & pattern.variables.keys()]
        if not joined:
            raise Unfit
        pattern = joined[0]
        left.remove(pattern)
        way, cost = _way(pattern, size[pattern], plan, sizes, near)
        rows = plan.rows
        if pattern.variables.keys() <= known.keys():
            rows = min(rows, size[pattern])
        elif pattern.subject not in known and left:
            rows = sizes.from_object(pattern, rows)
        held = plan.held + (size[pattern] + plan.rows if way == Way.HASHED else 0)
        plan = Plan([*plan.steps, (pattern, way)], rows, plan.cost + cost, held)
        known = known | pattern.variables
    return plan


def _way(pattern: Pattern, size: float, plan: Plan, sizes: Sizes, near: float) -> tuple[Way, float]:
    """How it is joined to those before, and what that costs."""
    is_near = size <= min(near * plan.rows, MOST) and plan.rows <= MOST
    if is_near and plan.held + size + plan.rows <= BUDGET:
        return Way.HASHED, size
    if len(plan.steps) == 1 and plan.rows <= MOST:
        start = plan.steps[0][0]
        shared = start.variables.keys() & pattern.variables.keys()
        if len(shared) == 1 and len(start.variables) > 1:
            terms = sizes.different(start, *shared)
            if 2 * terms <= plan.rows:
                return Way.ONCE, plan.rows + NEAR * terms
    return Way.EACH, NEAR * plan.rows


def selected(variables: dict[str, None], text: str) -> str:
    """A sub-query of these variables of a group."""
    return f"{{SELECT {' '.join(variables)} {{{text}}}}}"
