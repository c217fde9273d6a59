"""A query, read for what can be answered from columns.

Takes the text of a query, gives :class:`Asked`. It reads SELECT of variables and aggregates, and
CONSTRUCT, over triple patterns and paths of steps, with filters that compare a number or a name or
look for a word, BIND of a part of a text, OPTIONAL, EXISTS and NOT EXISTS; all else does not fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import NamedTuple

from kgraph.columns.groups import Group, group
from kgraph.columns.selecting import Column, Ends, ends, selected
from kgraph.columns.terms import Terms, prefixes
from kgraph.joins.patterns import Pattern, Reader, variables
from kgraph.joins.tokens import Parts, Token, Unfit, closing, first, parts, spelt, words


class Asked(NamedTuple):
    """A query.

    Attributes:
        terms: by which its names are read.
        group: what it looks for.
        columns: what is selected; of CONSTRUCT the variables of its template.
        distinct: whether each row is wanted once.
        ends: how rows are grouped, ordered and cut.
        template: statements that are made of each row; None where rows are wanted.
    """

    terms: Terms
    group: Group
    columns: list[Column]
    distinct: bool = False
    ends: Ends = Ends(None, [], [], 0, None)
    template: list[Pattern] | None = None


def read(text: str, known: Mapping[str, str]) -> Asked:
    """A query as it is asked.

    Args:
        text: of a query, which need not be one that the engine can read.
        known: prefix -> IRI, of those that need no declaration.

    Raises:
        Unfit: it is none that can be answered from columns.
    """
    said = parts(text)
    if not all(map(_is_usual, chain(*said))):
        raise Unfit
    read_ = _constructed if "CONSTRUCT" in words(said.head) else _selected
    asked = read_(said, text, known)
    _refuse(asked)
    return asked


def _is_usual(token: Token) -> bool:
    """Whether it is surely what it looks like: other alphabets have signs for our letters."""
    return token.text.isascii() or token.kind in ("iri", "string")


def _constructed(said: Parts, text: str, known: Mapping[str, str]) -> Asked:
    """CONSTRUCT of a template, with a group and nothing behind it."""
    head, made, tail = said
    verb = head.index(first(head, "CONSTRUCT"))
    where = tail[1:] if tail and spelt(tail[0]) == "WHERE" else tail
    if head[verb + 1 :] or words(made) - {"A"} or {token.text for token in made} & {"^", "/"}:
        raise Unfit
    if not where or where[0].text != "{" or closing(where, 0) != len(where) - 1:
        raise Unfit
    template, _ = Reader(made, text).run()
    names = {name: None for pattern in template for name in pattern.variables}
    if not names:
        raise Unfit
    terms = Terms({**known, **prefixes(head[:verb])})
    columns = list(map(Column, names))
    return Asked(terms, group(where[1:-1], text, terms), columns, template=template)


def _selected(said: Parts, text: str, known: Mapping[str, str]) -> Asked:
    """SELECT."""
    head, body, tail = said
    verb = head.index(first(head, "SELECT"))
    terms = Terms({**known, **prefixes(head[:verb])})
    distinct, columns = selected(head[verb + 1 :])
    found, behind = group(body, text, terms), ends(tail)
    if behind.groups is None and any(column.aggregate for column in columns):
        behind = behind._replace(groups=[])
    found = found._replace(bound=[*found.bound, *behind.bound])
    return Asked(terms, found, columns, distinct, behind)


def _refuse(asked: Asked) -> None:
    """Leave to the engine what shows or orders by what has no value, or none that is known."""
    given, behind = asked.group, asked.ends
    bound = [one.name for one in given.bound]
    inside = variables(pattern for one in given.beside for pattern in one.patterns)
    if len({*bound}) < len(bound) or {*bound} & (given.certain | inside):
        raise Unfit
    if not {one.text.variable for one in given.bound} <= given.certain:
        raise Unfit
    names = [column.name for column in asked.columns]
    new = {column.name for column in asked.columns if column.aggregate}
    of = {column.of for column in asked.columns if column.aggregate} - {"*"}
    if len({*names}) < len(names) or new & given.all or not of <= given.all:
        raise Unfit
    kept = given.all if behind.groups is None else {*behind.groups}
    ordered = {name for name, _ in behind.order}
    if not {*names} - new <= kept <= given.all or not ordered <= kept | new:
        raise Unfit
    if asked.distinct and not ordered <= {*names}:
        raise Unfit
