"""Parse the SELECT clause and the solution modifiers: grouping, order, offset and limit."""

from __future__ import annotations

from typing import NamedTuple

from kgraph.accel.columns.expressions import is_whole_number
from kgraph.accel.columns.group_pattern import Binding, parse_binding
from kgraph.accel.rewrite.tokens import Token, Unsupported, find_closing

AGGREGATES = ("COUNT", "SUM", "AVG", "MIN", "MAX")


class Projection(NamedTuple):
    """A column of the result: a variable, or an aggregate."""

    name: str
    aggregate: str = ""  #: one of :data:`AGGREGATES`; "" for the variable itself
    argument: str = ""  #: variable that is aggregated, or ``*``
    distinct: bool = False  #: count each value once


class Modifiers(NamedTuple):
    """The solution modifiers of a query (SPARQL 1.1, section 15)."""

    group_by: list[str] | None = None  #: None where rows are not grouped
    bindings: tuple[Binding, ...] = ()  #: those variables that GROUP BY binds
    order_by: tuple[tuple[str, bool], ...] = ()  #: variables, and whether descending
    offset: int = 0
    limit: int | None = None


def parse_select(tokens: list[Token]) -> tuple[bool, list[Projection]]:
    """Parse the tokens before the group: whether rows are distinct, and the columns."""
    distinct = bool(tokens) and tokens[0].keyword == "DISTINCT"
    pending = tokens[distinct:]
    if pending and pending[-1].keyword == "WHERE":
        pending = pending[:-1]
    projections = []
    while pending:
        end = find_closing(pending, 0) + 1 if pending[0].text == "(" else 1
        projections.append(_parse_projection(pending[:end]))
        pending = pending[end:]
    if not projections:
        raise Unsupported
    return distinct, projections


def _parse_projection(item: list[Token]) -> Projection:
    """Parse a variable, or ``(COUNT(DISTINCT ?a) AS ?n)``."""
    if len(item) == 1 and item[0].kind == "variable":
        return Projection(item[0].variable)
    distinct = [token.keyword for token in item[3:4]] == ["DISTINCT"]
    if distinct:
        item = item[:3] + item[4:]
    if len(item) != 8 or item[6].kind != "variable":
        raise Unsupported
    opening, function, bracket, argument, *marks, name, closing = item
    marks = [opening, bracket, *marks, closing]
    if [token.keyword for token in marks] != ["(", "(", ")", "AS", ")"]:
        raise Unsupported
    aggregate = function.keyword
    if aggregate not in AGGREGATES or (distinct and aggregate != "COUNT"):
        raise Unsupported
    if argument.text == "*" and aggregate == "COUNT" and not distinct:
        return Projection(name.variable, aggregate, "*")
    if argument.kind != "variable":
        raise Unsupported
    return Projection(name.variable, aggregate, argument.variable, distinct)


def parse_modifiers(tail: list[Token]) -> Modifiers:
    """Parse the tokens after the group."""
    modifiers = Modifiers()
    keywords: list[str] = []
    while tail:
        keywords.append(tail[0].keyword)
        is_by = [token.keyword for token in tail[1:2]] == ["BY"]
        if keywords[-1] == "GROUP" and is_by:
            names, bindings, tail = _parse_group_by(tail[2:])
            modifiers = modifiers._replace(group_by=names, bindings=tuple(bindings))
        elif keywords[-1] == "ORDER" and is_by:
            order, tail = _parse_order_by(tail[2:])
            modifiers = modifiers._replace(order_by=tuple(order))
        elif keywords[-1] in ("LIMIT", "OFFSET") and tail[1:2] and is_whole_number(tail[1]):
            number, tail = int(tail[1].text), tail[2:]
            is_limit = keywords[-1] == "LIMIT"
            modifiers = (
                modifiers._replace(limit=number) if is_limit else modifiers._replace(offset=number)
            )
        else:
            raise Unsupported
    if len(set(keywords)) < len(keywords) or keywords != sorted(
        keywords, key=_SEQUENCE.__getitem__
    ):
        raise Unsupported
    if keywords and not {"GROUP", "ORDER"} & set(keywords):  # the engine stops at the first few
        raise Unsupported
    return modifiers


_SEQUENCE = {"GROUP": 0, "ORDER": 1, "LIMIT": 2, "OFFSET": 2}


def _parse_group_by(tail: list[Token]) -> tuple[list[str], list[Binding], list[Token]]:
    """Return the variables, those of them that are bound here, and the tokens left."""
    names, bindings = [], []
    while tail and (tail[0].kind == "variable" or tail[0].text == "("):
        if tail[0].text == "(":
            closing = find_closing(tail, 0)
            bindings.append(parse_binding(tail[1:closing]))
            names.append(bindings[-1].name)
            tail = tail[closing + 1 :]
        else:
            names.append(tail[0].variable)
            tail = tail[1:]
    if not names:
        raise Unsupported
    return names, bindings, tail


def _parse_order_by(tail: list[Token]) -> tuple[list[tuple[str, bool]], list[Token]]:
    """Return the variables and whether they descend, and the tokens left."""
    order = []
    while tail and tail[0].keyword not in ("LIMIT", "OFFSET"):
        if tail[0].kind == "variable":
            order.append((tail[0].variable, False))
            tail = tail[1:]
            continue
        kinds = [token.kind for token in tail[:4]]
        direction, *marks = [token.keyword for token in tail[:4]]
        if kinds != ["word", "mark", "variable", "mark"] or direction not in ("ASC", "DESC"):
            raise Unsupported
        if marks[0] + marks[2] != "()":
            raise Unsupported
        order.append((tail[2].variable, direction == "DESC"))
        tail = tail[4:]
    if not order:
        raise Unsupported
    return order, tail
