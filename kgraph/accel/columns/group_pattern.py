"""Parse a query's group: triple patterns, filters, BIND, side groups (OPTIONAL and EXISTS).

SPARQL evaluates a group in the order of its text (SPARQL 1.1, section 18.2). Here all patterns are
joined first, then the side groups. Both give the same rows: a side group shares with the patterns
after it only variables that patterns before it bind (:func:`parse_group` refuses others), and a
filter applies to its whole group wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kgraph.accel.columns.expressions import (
    Condition,
    TextExpression,
    parse_conditions,
    parse_text,
)
from kgraph.accel.rewrite.grammar import (
    PatternParser,
    Token,
    TriplePattern,
    Unsupported,
    collect_keywords,
    collect_variables,
    find_closing,
    fresh_variables,
)

OPTIONAL, EXISTS, NOT_EXISTS = "OPTIONAL", "FILTER EXISTS", "FILTER NOT EXISTS"

MAX_ELEMENTS = 24  #: patterns and bindings of a query


class SideGroup(NamedTuple):
    """Patterns that are matched for each row of the group."""

    keyword: str  #: :data:`OPTIONAL`, :data:`EXISTS` or :data:`NOT_EXISTS`
    patterns: list[TriplePattern]
    bound_before: set[str]  #: variables of the patterns before it


class Binding(NamedTuple):
    """A variable that is bound to a text."""

    name: str
    text: TextExpression


class Group(NamedTuple):
    """The elements of a group, each kind in order."""

    patterns: list[TriplePattern]
    conditions: list[Condition]
    side_groups: list[SideGroup]
    bindings: list[Binding]

    @property
    def bound(self) -> set[str]:
        """Variables that every row has by its patterns."""
        return collect_variables(self.patterns)

    @property
    def variables(self) -> set[str]:
        """Variables that rows may have."""
        optional = [side.patterns for side in self.side_groups if side.keyword == OPTIONAL]
        names = self.bound | {binding.name for binding in self.bindings}
        return names.union(*map(collect_variables, optional))


def parse_group(tokens: list[Token], text: str, prefixes: Mapping[str, str]) -> Group:
    """Parse a group.

    Args:
        text: of the whole query.

    Raises:
        Unsupported: it has elements of another kind, too many elements, or side groups that share
            variables.
    """
    group = Group([], [], [], [])
    fresh = fresh_variables(text)
    for keyword, content in _split_elements(tokens):
        bound_before = group.bound
        if keyword == "FILTER":
            group.conditions.extend(parse_conditions(content, prefixes))
        elif keyword == "BIND":
            binding = parse_binding(content)
            if binding.text.variable not in bound_before:
                raise Unsupported
            group.bindings.append(binding)
        elif collect_keywords(content) - {"A"}:
            raise Unsupported
        else:
            patterns = PatternParser(content, fresh).parse()[0]
            if keyword:
                group.side_groups.append(SideGroup(keyword, patterns, bound_before))
            else:
                group.patterns.extend(patterns)
    _refuse_shared_variables(group)
    patterns = [pattern for side in group.side_groups for pattern in side.patterns]
    if len(group.patterns) + len(patterns) + len(group.bindings) > MAX_ELEMENTS:
        raise Unsupported
    return group


def _refuse_shared_variables(group: Group) -> None:
    """Refuse variables for which the order of the elements would matter.

    A side group must have a variable of the patterns before it, and may share no others with the
    rest of the group. Filters may use only variables of patterns.
    """
    for side in group.side_groups:
        own = collect_variables(side.patterns)
        siblings = [collect_variables(s.patterns) for s in group.side_groups if s is not side]
        is_shared = (own - side.bound_before) & group.bound.union(*siblings)
        if is_shared or not own & side.bound_before:
            raise Unsupported
    if not {condition.variable for condition in group.conditions} <= group.bound:
        raise Unsupported


def parse_binding(tokens: list[Token]) -> Binding:
    """Parse ``... AS ?x``.

    Raises:
        Unsupported: it is something else, or gives a variable another name: its terms may be of
            any kind, and a binding is a text.
    """
    if len(tokens) < 3 or tokens[-1].kind != "variable" or tokens[-2].keyword != "AS":
        raise Unsupported
    text = parse_text(tokens[:-2])
    if not text.steps:
        raise Unsupported
    return Binding(tokens[-1].variable, text)


def _split_elements(tokens: list[Token]) -> Iterator[tuple[str, list[Token]]]:
    """Yield the elements of a group: keyword, "" for triples, and the tokens of its content."""
    index = start = 0
    while index < len(tokens):
        keyword = _element_keyword(tokens[index : index + 4])
        if not keyword:
            index += 1
            continue
        if start < index:
            yield "", tokens[start:index]
        first = opening = index + len(keyword.split())
        # A function needs no brackets around it: FILTER CONTAINS(...).
        while keyword == "FILTER" and opening < len(tokens) and tokens[opening].kind == "word":
            opening += 1
        bracket = "(" if keyword in ("FILTER", "BIND") else "{"
        if opening >= len(tokens) or tokens[opening].text != bracket:
            raise Unsupported
        closing = find_closing(tokens, opening)
        is_call = first < opening
        yield keyword, tokens[first : closing + 1] if is_call else tokens[opening + 1 : closing]
        index = start = closing + 1
        if index < len(tokens) and tokens[index].text == ".":
            index = start = index + 1
    if start < index:
        yield "", tokens[start:index]


def _element_keyword(tokens: list[Token]) -> str:
    """Return the keyword of the element that begins here; "" for triples."""
    texts = [token.keyword for token in tokens]
    for keyword, bracket in ((OPTIONAL, "{"), (NOT_EXISTS, "{"), (EXISTS, "{"), ("BIND", "(")):
        words = [*keyword.split(), bracket]
        if texts[: len(words)] == words:
            return keyword
    return "FILTER" if texts[:1] == ["FILTER"] else ""
