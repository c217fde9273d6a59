"""Decisions, filtered, sorted and paged, each with its reasons.

A decision lists the commands that judge it. Only names and shows can be judged
(:mod:`kgraph.resolve.judgement_table`), so decisions on quotes and themes have none.
:mod:`kgraph.views.audit_tables` returns all decisions as tables, for programs.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import msgspec

from kgraph.base.counts import rank_counts
from kgraph.base.errors import InputError
from kgraph.base.text import shorten
from kgraph.store import Store
from kgraph.views.decision_records import DECISION_KINDS, DecisionCandidate, DecisionRow

#: Orders of decisions: as in the graph, least confident first, most confident first.
DECISION_ORDERS = ("graph", "least", "most")


class DecisionFilter(msgspec.Struct, frozen=True):
    """Which decisions to return, and in which order; the default is all."""

    text: str = ""  #: part of the name, of the label, or of the location; case is ignored
    type: str = ""  #: "noise" for what was rejected
    rule: str = ""
    min_confidence: float = 0.0
    max_confidence: float = 1.0
    order: str = "graph"  #: one of :data:`DECISION_ORDERS`


class Decisions(msgspec.Struct, frozen=True):
    """A page of decisions."""

    total: int  #: number of decisions that match
    decided: tuple[DecisionRow, ...]
    #: matching decisions by type, if the filter had none; most first
    types: tuple[tuple[str, int], ...] = ()
    #: matching decisions by rule, if the filter had none; most first
    rules: tuple[tuple[str, int], ...] = ()


def find_decisions(
    store: Store, kind: str, criteria: DecisionFilter, offset: int = 0, limit: int = 50
) -> Decisions:
    """Find decisions of one of :data:`DECISION_KINDS`, and count them by type and by rule.

    Raises:
        InputError: there is no such kind or order, no decision of the type or rule, or the
            bounds of the confidence exclude each other.
    """
    if kind not in DECISION_KINDS:
        raise InputError(f"{kind}: no such decisions; choose one of {', '.join(DECISION_KINDS)}")
    if criteria.order not in DECISION_ORDERS:
        raise InputError(
            f"{criteria.order}: no such order; choose one of {', '.join(DECISION_ORDERS)}"
        )
    least, most = criteria.min_confidence, criteria.max_confidence
    if least > most:
        raise InputError(
            f"at least {least:.0%} is above at most {most:.0%}: no decision can match both"
        )
    types: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    matches = _iterate_matches(DECISION_KINDS[kind].iterate(store), criteria, types, rules)
    # In each order all matches are read, since reading counts them; only the first are kept.
    # Decisions of equal confidence stay in the order of the graph.
    end = offset + limit
    if criteria.order == "least":
        first = heapq.nsmallest(end, matches, key=lambda match: match.confidence)
    elif criteria.order == "most":
        first = heapq.nlargest(end, matches, key=lambda match: match.confidence)
    else:
        first = list(islice(matches, end))
        for _ in matches:
            pass
    total = types[criteria.type] if criteria.type else types.total()
    if not total:
        _check_values_exist(store, kind, criteria)
    places = [match.place for match in first[offset:]]
    return Decisions(
        total,
        tuple(DECISION_KINDS[kind].describe(store, places)),
        _list_counts(types),
        _list_counts(rules),
    )


def _iterate_matches(
    candidates: Iterator[DecisionCandidate],
    criteria: DecisionFilter,
    types: Counter[str],
    rules: Counter[str],
) -> Iterator[DecisionCandidate]:
    """Yield what matches, and count it.

    The counts by type ignore the filter's type, so that they show what another choice would give;
    those by rule ignore its rule.
    """
    text = criteria.text.casefold()
    for candidate in candidates:
        if not criteria.min_confidence <= candidate.confidence <= criteria.max_confidence:
            continue
        if text and not any(text in value.casefold() for value in candidate.texts):
            continue
        has_type = criteria.type in ("", candidate.type)
        has_rule = criteria.rule in ("", candidate.rule)
        types[candidate.type] += has_rule
        rules[candidate.rule] += has_type
        if has_type and has_rule:
            yield candidate


def _check_values_exist(store: Store, kind: str, criteria: DecisionFilter) -> None:
    """Refuse a type or a rule that no decision has, whatever the other filters."""
    for name in ("type", "rule"):
        if value := getattr(criteria, name):
            values = {getattr(c, name) for c in DECISION_KINDS[kind].iterate(store)}
            if value not in values:
                listed = ", ".join(sorted(values - {""}))
                hint = f"choose one of {listed}" if listed else "leave it out"
                raise InputError(f"{name}={shorten(value)}: no decision here has it: {hint}")


def _list_counts(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple((value, n) for value, n in rank_counts(counts) if value and n)
