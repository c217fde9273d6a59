"""Types that a query asks of a thing of which all else that it asks tells them already.

What mentions something and has a day of issue is an episode: to read all episodes as well changes
no answer. Which properties things have together says what they are ("characteristic sets", Neumann
and Moerkotte, ICDE 2011); here it is counted, once a graph, whether anything has the properties
and not the type.

Why the answers are the same: a pattern ``?s a T`` whose other term is no variable has at most one
solution for each thing, and exactly one where each thing that the patterns beside it leave has T.
"""

from __future__ import annotations

from kgraph.joins.patterns import Pattern
from kgraph.joins.planning import Sizes

ROWS = 1 << 14
"""Rows of a property and a type that are read and hashed to know this: 5 to 10 ms, once."""

LOOKED_UP = 1 << 8
"""Things with a property and without a type whose other properties are looked up: 2 to 7 ms."""


def needed(patterns: list[Pattern], sizes: Sizes) -> list[Pattern]:
    """The patterns without the types that the others imply.

    Args:
        patterns: what is joined.
        sizes: their numbers.
    """
    return [one for one in patterns if not _is_implied(one, patterns, sizes)]


def _is_implied(pattern: Pattern, patterns: list[Pattern], sizes: Sizes) -> bool:
    """Is it a type that each thing with the properties beside it has? Not known where that takes
    long to count."""
    is_type = pattern.predicate == "a" and not pattern.open
    properties = _properties(patterns, pattern.subject) if is_type else []
    if not properties:
        return False
    rows = {name: sizes.solutions(Pattern("?s", name, "?o")) for name in properties}
    fewest = min(properties, key=lambda name: rows[name])
    if rows[fewest] + sizes.solutions(pattern) > ROWS:
        return False
    left = sizes.without(pattern.object, fewest)
    others = [name for name in properties if name != fewest]
    if left and others and left <= LOOKED_UP:
        left = sizes.without(pattern.object, fewest, others)
    return left == 0


def _properties(patterns: list[Pattern], subject: str) -> list[str]:
    """What the patterns say of a thing beside its types."""
    found = {one.predicate for one in patterns if one.subject == subject}
    return sorted(name for name in found if name != "a" and name[0] != "?")
