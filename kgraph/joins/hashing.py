"""Joins that are made by hash: a query written anew, with the same answers, sooner.

Takes the text of a query and what counts the solutions of one, gives a text. The engine joins
triple patterns by looking up each row of the one in the other (2.5 us a row), however many
there are; sub-queries it joins by hash (0.3 us a row of either). So the patterns with which a
query begins are written as sub-queries where their numbers are near enough.

Why the answers are the same: such patterns are joined (SPARQL 1.1 section 18.2.2.6), a join
may be made in any order (18.5), a sub-query that selects all variables of its pattern has the
pattern's solutions, a path of steps is its steps joined by new variables (18.2.2.4), and
LATERAL before a single pattern (SEP-0006 of the SPARQL 1.2 community group) is the join with
it. What need not be joined is :mod:`kgraph.joins.implied`, what stands behind such a beginning
:mod:`kgraph.joins.aside`; all else is left as it is.
"""

from __future__ import annotations

import re
from itertools import pairwise

from kgraph.joins.aside import aside
from kgraph.joins.implied import needed
from kgraph.joins.patterns import Reader
from kgraph.joins.planning import NEAR, Count, Sizes, ordered
from kgraph.joins.tokens import Token, Unfit, edited, first, parts, spelt, words

FEW = 100
"""Rows that are looked up one by one sooner than anything else is done with them."""

NEAR_FILTERED = 2
"""The same before a filter, of which nobody knows how many rows it leaves to be looked up."""

_LOOSE = {"EXISTS", "FROM", "GROUP_CONCAT", "SAMPLE"}
"""Words of a head to which the order of rows matters, or of how many graphs they are."""

_FOREIGN = {"VALUES", "UNION", "GRAPH", "SERVICE", "SELECT", "LATERAL"}
"""Words that give other rows to start from than the patterns do, or patterns of another graph."""

_LOOKED_UP = re.compile(
    r"[^{]*+\{\s*+(?:<[^>{\s]*+>|[A-Za-z][\w-]*+:[\w.:-]*+)\s*+[^\s^]"  # not of <x> ^p ?y
)
"""A query that begins from one thing: it is left alone, and not read for that, which would take as
long as a fifth of its answer."""


def hashed(text: str, count: Count) -> str:
    """The query, its joins made by hash where the numbers of its patterns call for it.

    Args:
        text: a query, which need not be one that the engine can read.
        count: counts in the graph that the query is put to.

    Returns:
        A query of the same answers, or the text itself. Rows that nothing orders may come in
        another order.

    >>> hashed("SELECT ?a { ?a ex:p ?b ; ex:q ?c }", lambda _: 500)
    'SELECT ?a {  {SELECT ?a ?b {?a ex:p ?b}} {SELECT ?a ?c {?a ex:q ?c}}  }'
    """
    try:
        return _hashed(text, count)
    except Unfit:
        return text


def _hashed(text: str, count: Count) -> str:
    if _LOOKED_UP.match(text):
        raise Unfit
    head, body, tail = parts(text)
    _refuse(head, body, tail)
    patterns, runs = Reader(body, text).run()
    if not patterns:
        raise Unfit
    sizes = Sizes(text[: first(head, "SELECT").start], count)
    is_filtered = _filters(body)
    near = NEAR_FILTERED if is_filtered else NEAR
    plan = ordered(patterns, sizes, near, FEW)
    # Before a filter the order in which patterns are joined says less: it is left as it is.
    kept = patterns if is_filtered else needed(patterns, sizes)
    is_less = len(kept) < len(patterns)
    if is_less:
        plan = ordered(kept, sizes, near, FEW)
    start, *others = [(one.start, last.end) for one, last in runs]
    edits = []
    if plan.differs or is_less:
        edits = [(*start, f" {plan.text} "), *((*run, "") for run in others)]
    edits += aside(text, body, runs[-1][1].end, plan, sizes, near=near)
    if not edits:
        raise Unfit
    return edited(text, edits)


def _refuse(head: list[Token], body: list[Token], tail: list[Token]) -> None:
    """Leave what does not select rows alone, and what ends when it has found a few."""
    ends = words(tail)
    after = head[head.index(first(head, "SELECT")) + 1 :]
    if words(head) & _LOOSE or words(body) & _FOREIGN or "VALUES" in ends:
        raise Unfit
    if [token.text for token in after if token.kind != "word"][:1] == ["*"]:
        raise Unfit  # its columns stand as they are met
    if ("DISTINCT", "*") in pairwise(map(spelt, head)):
        raise Unfit  # it counts what paths needed, too
    if "LIMIT" in ends and not ends & {"GROUP", "ORDER"}:
        raise Unfit


def _filters(body: list[Token]) -> bool:
    found = map(spelt, body)
    return any(
        word == "FILTER" and after not in ("NOT", "EXISTS") for word, after in pairwise(found)
    )
