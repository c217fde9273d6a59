"""The first of many groups, found without sorting them all by their names.

Takes a query that groups, counts, orders by the count and then by something else, and wants a few
rows; gives two that are put in its place. The engine looks terms up on disk for each comparison
that it makes in sorting, ten times as long as it took to count. So the first query orders by the
count alone, whose numbers are at hand, and is read as far as its rows can be among those that are
wanted: to the last of those that are as many as the last wanted. The second orders these few, and
joins with them what is said of them alone (:mod:`kgraph.joins.late`).

Why the answers are the same: rows that are fewer than the last wanted come behind it whatever
their names; the others are all there, as they are written in RDF, and are ordered by the engine
as the query says. Which of rows that it holds for equal come first, SPARQL leaves open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple

import pyoxigraph

from kgraph.joins.late import Late, late
from kgraph.joins.planning import Count
from kgraph.joins.tokens import (
    LIMITS,
    Token,
    Unfit,
    closing,
    edited,
    first,
    keys_of,
    parts,
    spelt,
    words,
)

CANDIDATES = 1000
"""Rows that are read and ordered again at the most; each takes a few microseconds."""

_NOT_BEHIND = {"EXISTS", "VALUES"}

Put = Callable[[str], Any]
"""Puts a text to the engine."""


class Leading(NamedTuple):
    """A query whose first rows are wanted.

    Attributes:
        text: the query of the candidates.
        number: the variable that it is ordered by.
        wanted: how many rows are read in any case.
        prologue: of the query.
        columns: its variables.
        known: those of the candidates.
        late: what is joined with these (:mod:`kgraph.joins.late`).
        end: the query's order and limits as they are written.
    """

    text: str
    number: str
    wanted: int
    prologue: str
    columns: list[str]
    known: list[str]
    late: Late
    end: str

    def again(self, rows: Iterable[Any], put: Put) -> str:
        """The query that orders the candidates.

        Args:
            rows: what the first query found.
            put: puts a text to the same database.

        Raises:
            Unfit: there are too many, or too few, or one cannot be written.
        """
        found = _read(rows, self.number, self.wanted)
        known, table = self.known, _table(self.known, found)
        if self.late.patterns:
            known = [*known, *self.late.names]
            joined = " ".join(f"LATERAL {{{pattern.text}}}" for pattern in self.late.patterns)
            asked = f"{self.prologue}SELECT {_list(known)} {{{table} {joined}}}"
            said = list(islice(put(asked), CANDIDATES + 1))
            is_whole = len(found) < self.wanted
            if len(said) > CANDIDATES or (len(said) < self.wanted and not is_whole):
                raise Unfit
            table = _table(known, said)
        return f"{self.prologue}SELECT {_list(self.columns)} {{{table}}} {self.end}"


def leading(text: str, count: Count) -> Leading:
    """What is put in a query's place.

    Args:
        text: a query, which need not be one that the engine can read.
        count: counts in the graph that the query is put to.

    Raises:
        Unfit: it is another kind of query.

    >>> found = leading(
    ...     "SELECT ?a (COUNT(?b) AS ?n) { ?a ?p ?b } GROUP BY ?a ORDER BY ?n ?a LIMIT 5",
    ...     lambda _: 500,
    ... )
    >>> found.text
    'SELECT ?a (COUNT(?b) AS ?n) { ?a ?p ?b } GROUP BY ?a ORDER BY ?n'
    """
    if "LIMIT" not in text.upper():
        raise Unfit
    said = parts(text)
    head, _, tail = said
    items = _items(head)
    if words(tail) & _NOT_BEHIND or any(token.text == "{" for token in tail):
        raise Unfit
    if "GROUP" not in words(tail):
        raise Unfit
    order = first(tail, "ORDER")
    keys, ends = keys_of(tail[tail.index(order) + 2 :])
    columns = [name for name, _ in items]
    number = keys[0].name
    if len(keys) < 2 or not any(name == number and _counts(item) for name, item in items):
        raise Unfit
    wanted = _wanted(ends)
    waiting = late(text, said, count)
    known = dict.fromkeys([*columns, *(key.name for key in keys), *waiting.ends])
    known = {name: None for name in known if name not in waiting.names}
    more = "".join(f" ?{name}" for name in known if name not in columns)
    at, end = items[-1][1][-1].end, keys[0].last.end
    edits = [*waiting.edits, (at, at, more), (end, len(text), "")]
    return Leading(
        edited(text, edits),
        number,
        wanted,
        text[: first(head, "SELECT").start],
        columns,
        list(known),
        waiting,
        text[order.start :],
    )


# -- reading -----------------------------------------------------------------------


def _items(head: list[Token]) -> list[tuple[str, list[Token]]]:
    """Variables that are selected, each with its tokens."""
    items: list[tuple[str, list[Token]]] = []
    at = head.index(first(head, "SELECT")) + 1
    while at < len(head) and spelt(head[at]) not in ("WHERE", "FROM"):
        end = closing(head, at) + 1 if head[at].text == "(" else at + 1
        items.append((_named(head[at:end]), head[at:end]))
        at = end
    if not items:
        raise Unfit
    return items


def _named(item: list[Token]) -> str:
    """The variable of an item: one alone, or that of ``(... AS ?n)``; no DISTINCT, no ``*``."""
    if len(item) == 1 and item[0].kind == "variable":
        return item[0].text[1:]
    if len(item) < 5 or item[-3].text.upper() != "AS" or item[-2].kind != "variable":
        raise Unfit
    return item[-2].text[1:]


def _counts(item: Sequence[Token]) -> bool:
    """Whether it is ``(COUNT(...) AS ?n)``: a whole number in every row."""
    found = [token.text.upper() for token in item]
    if found[:3] != ["(", "COUNT", "("] or found[-4] != ")":
        return False
    inside = found[3:-4]
    return not {"(", ")"} & set(inside)


def _wanted(ends: list[Token]) -> int:
    """Rows to the last that is wanted."""
    found = [token.text.upper() for token in ends]
    told = dict(zip(found[::2], found[1::2], strict=False))
    if len(found) != 2 * len(told) or "LIMIT" not in told or not told.keys() <= {*LIMITS}:
        raise Unfit
    if not all(number.isdecimal() for number in told.values()):
        raise Unfit
    wanted = sum(map(int, told.values()))
    if not 0 < wanted <= CANDIDATES // 2:
        raise Unfit
    return wanted


# -- what was found ----------------------------------------------------------------


def _read(rows: Iterable[Any], number: str, wanted: int) -> list[Any]:
    """The rows up to the last of those that are as many as the last wanted."""
    rest = iter(rows)
    found = list(islice(rest, wanted))
    for row in rest:
        if row[number] != found[-1][number]:  # whole numbers, which are written in one way
            break
        if len(found) == CANDIDATES:
            raise Unfit
        found.append(row)
    return found


def _table(names: Iterable[str], rows: Iterable[Any]) -> str:
    """Rows as they are written in a query."""
    found = " ".join(f"({' '.join(map(_written, row))})" for row in rows)
    return f"VALUES ({_list(names)}) {{{found}}}"


def _written(term: Any) -> str:
    if term is None:
        return "UNDEF"
    if not isinstance(term, pyoxigraph.NamedNode | pyoxigraph.Literal):
        raise Unfit  # a blank node has no name that another query could call it by
    return str(term)


def _list(names: Iterable[str]) -> str:
    return " ".join(f"?{name}" for name in names)
