"""Parse a query that columns can answer.

Supported are SELECT of variables and aggregates, and CONSTRUCT, over triple patterns and sequence
paths, with filters that compare a number, a date or an IRI or search a text, BIND of a part of a
text, OPTIONAL, EXISTS and NOT EXISTS.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import NamedTuple

from kgraph.accel.columns.expressions import is_whole_number
from kgraph.accel.columns.group_pattern import Binding, Group, parse_binding, parse_group
from kgraph.accel.columns.terms import parse_prefixes
from kgraph.accel.rewrite.grammar import (
    PatternParser,
    QueryParts,
    Token,
    TriplePattern,
    Unsupported,
    collect_keywords,
    collect_variables,
    find_closing,
    find_keyword,
    fresh_variables,
    split_query,
)

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


class ParsedQuery(NamedTuple):
    """A query that columns can answer."""

    prefixes: Mapping[str, str]  #: prefix -> IRI
    group: Group
    projections: list[Projection]  #: of CONSTRUCT the variables of its template
    distinct: bool = False
    modifiers: Modifiers = Modifiers()
    template: list[TriplePattern] | None = None  #: of CONSTRUCT; None for SELECT


def parse_query(text: str, prefixes: Mapping[str, str]) -> ParsedQuery:
    """Parse a query.

    Args:
        text: need not be valid.
        prefixes: prefix -> IRI, of those that need no declaration.

    Raises:
        Unsupported: columns cannot answer it.
    """
    sections = split_query(text)
    for token in chain(*sections):
        # Keywords are ASCII: upper() makes some of other letters, too.
        if not token.text.isascii() and token.kind not in ("iri", "string"):
            raise Unsupported
    is_construct = "CONSTRUCT" in collect_keywords(sections.head)
    query = (_parse_construct if is_construct else _parse_select)(sections, text, prefixes)
    _check_variables(query)
    return query


def _parse_construct(sections: QueryParts, text: str, prefixes: Mapping[str, str]) -> ParsedQuery:
    head, body, tail = sections
    verb = find_keyword(head, "CONSTRUCT")
    where = tail[1:] if tail and tail[0].keyword == "WHERE" else tail
    if head[verb + 1 :] or collect_keywords(body) - {"A"}:
        raise Unsupported
    if {token.text for token in body} & {"^", "/"}:  # a template has no paths
        raise Unsupported
    if not where or where[0].text != "{" or find_closing(where, 0) != len(where) - 1:
        raise Unsupported
    template, _ = PatternParser(body, fresh_variables(text)).parse()
    names = {name: None for pattern in template for name in pattern.variables}
    if not names:
        raise Unsupported
    prefixes = {**prefixes, **parse_prefixes(head[:verb])}
    group = parse_group(where[1:-1], text, prefixes)
    return ParsedQuery(prefixes, group, list(map(Projection, names)), template=template)


def _parse_select(sections: QueryParts, text: str, prefixes: Mapping[str, str]) -> ParsedQuery:
    head, body, tail = sections
    verb = find_keyword(head, "SELECT")
    prefixes = {**prefixes, **parse_prefixes(head[:verb])}
    pending = head[verb + 1 :]
    distinct = bool(pending) and pending[0].keyword == "DISTINCT"
    pending = pending[distinct:]
    if pending and pending[-1].keyword == "WHERE":
        pending = pending[:-1]
    projections = []
    while pending:
        end = find_closing(pending, 0) + 1 if pending[0].text == "(" else 1
        projections.append(_parse_projection(pending[:end]))
        pending = pending[end:]
    if not projections:
        raise Unsupported
    group, modifiers = parse_group(body, text, prefixes), _parse_modifiers(tail)
    if modifiers.group_by is None and any(column.aggregate for column in projections):
        modifiers = modifiers._replace(group_by=[])
    group = group._replace(bindings=[*group.bindings, *modifiers.bindings])
    return ParsedQuery(prefixes, group, projections, distinct, modifiers)


def _check_variables(query: ParsedQuery) -> None:
    """Refuse variables that are bound twice, may be unbound, or are not grouped by."""
    group, modifiers = query.group, query.modifiers
    names = [binding.name for binding in group.bindings]
    in_side_groups = collect_variables(
        pattern for side in group.side_groups for pattern in side.patterns
    )
    if len(set(names)) < len(names) or set(names) & (group.bound | in_side_groups):
        raise Unsupported
    if not {binding.text.variable for binding in group.bindings} <= group.bound:
        raise Unsupported
    variables = group.variables
    names = [column.name for column in query.projections]
    aggregated = {column.name for column in query.projections if column.aggregate}
    arguments = {column.argument for column in query.projections if column.aggregate} - {"*"}
    if len(set(names)) < len(names) or aggregated & variables or not arguments <= variables:
        raise Unsupported
    grouped = variables if modifiers.group_by is None else set(modifiers.group_by)
    ordered = {name for name, _ in modifiers.order_by}
    if not set(names) - aggregated <= grouped <= variables or not ordered <= grouped | aggregated:
        raise Unsupported
    if query.distinct and not ordered <= set(names):
        raise Unsupported


# -- the SELECT clause and the solution modifiers ----------------------------------------


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


def _parse_modifiers(tail: list[Token]) -> Modifiers:
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
