"""Parse a query that columns can answer.

Supported are SELECT of variables and aggregates, and CONSTRUCT, over triple patterns and sequence
paths, with filters that compare a number, a date or an IRI or search a text, BIND of a part of a
text, OPTIONAL, EXISTS and NOT EXISTS.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import NamedTuple

from kgraph.accel.columns.group_pattern import Group, parse_group
from kgraph.accel.columns.select import Modifiers, Projection, parse_modifiers, parse_select
from kgraph.accel.columns.terms import TermParser, parse_prefixes
from kgraph.accel.rewrite.patterns import (
    PatternParser,
    TriplePattern,
    collect_variables,
    fresh_variables,
)
from kgraph.accel.rewrite.tokens import (
    QueryParts,
    Unsupported,
    collect_keywords,
    find_closing,
    find_keyword,
    split_query,
)


class ParsedQuery(NamedTuple):
    """A query that columns can answer."""

    terms: TermParser
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
    terms = TermParser({**prefixes, **parse_prefixes(head[:verb])})
    group = parse_group(where[1:-1], text, terms)
    return ParsedQuery(terms, group, list(map(Projection, names)), template=template)


def _parse_select(sections: QueryParts, text: str, prefixes: Mapping[str, str]) -> ParsedQuery:
    head, body, tail = sections
    verb = find_keyword(head, "SELECT")
    terms = TermParser({**prefixes, **parse_prefixes(head[:verb])})
    distinct, projections = parse_select(head[verb + 1 :])
    group, modifiers = parse_group(body, text, terms), parse_modifiers(tail)
    if modifiers.group_by is None and any(column.aggregate for column in projections):
        modifiers = modifiers._replace(group_by=[])
    group = group._replace(bindings=[*group.bindings, *modifiers.bindings])
    return ParsedQuery(terms, group, projections, distinct, modifiers)


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
