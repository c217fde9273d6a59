"""The first of many groups, found without sorting them all by their names.

Takes a query that groups, counts, orders by the count and then by something else, and wants a few
rows; gives two that are put in its place. The engine looks terms up on disk for each comparison
that it makes in sorting, ten times as long as it took to count. So the first query orders by the
count alone, whose numbers are at hand, and is read as far as its rows can be among those that are
wanted: to the last of those that are as many as the last wanted. The second orders these few.

Why the answers are the same: rows that are fewer than the last wanted come behind it whatever
their names; the others are all there, as they are written in RDF, and are ordered by the engine
as the query says. Which of rows that it holds for equal come first, SPARQL leaves open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple

import pyoxigraph

from kgraph.joins.tokens import Token, Unfit, first, parts, words

CANDIDATES = 1000
"""Rows that are read and ordered again at the most; each takes a few microseconds."""

_NOT_BEHIND = {"EXISTS", "VALUES"}
_ENDS = ("LIMIT", "OFFSET")


class Leading(NamedTuple):
    """A query whose first rows are wanted.

    Attributes:
        text: the query of the candidates.
        number: the variable that it is ordered by.
        wanted: how many rows are read in any case.
        prologue: of the query.
        columns: its variables.
        others: what it orders by beside them.
        end: its order and limits as they are written.
    """

    text: str
    number: str
    wanted: int
    prologue: str
    columns: list[str]
    others: list[str]
    end: str

    def again(self, rows: Iterable[Any]) -> str:
        """The query that orders the candidates.

        Args:
            rows: what the first query found.

        Raises:
            Unfit: there are too many, or one cannot be written.
        """
        known = [*self.columns, *self.others]
        table = " ".join(
            f"({' '.join(map(_written, row))})" for row in _read(rows, self.number, self.wanted)
        )
        values = f"VALUES ({_list(known)}) {{{table}}}"
        return f"{self.prologue}SELECT {_list(self.columns)} {{{values}}} {self.end}"


def leading(text: str) -> Leading:
    """What is put in a query's place.

    Args:
        text: a query, which need not be one that the engine can read.

    Raises:
        Unfit: it is another kind of query.

    >>> leading("SELECT ?a (COUNT(?b) AS ?n) { ?a ?p ?b } GROUP BY ?a ORDER BY ?n ?a LIMIT 5").text
    'SELECT ?a (COUNT(?b) AS ?n) { ?a ?p ?b } GROUP BY ?a ORDER BY ?n'
    """
    head, _, tail = parts(text)
    items = _items(head)
    if words(tail) & _NOT_BEHIND or any(token.text == "{" for token in tail):
        raise Unfit
    if "GROUP" not in words(tail):
        raise Unfit
    order = first(tail, "ORDER")
    keys, ends = _keys(tail[tail.index(order) + 2 :])
    columns = [name for name, _ in items]
    number = keys[0][0]
    if len(keys) < 2 or not any(name == number and _counts(item) for name, item in items):
        raise Unfit
    others = list(dict.fromkeys(name for name, _ in keys if name not in columns))
    at = items[-1][1][-1].end
    return Leading(
        f"{text[:at]}{''.join(f' ?{name}' for name in others)}{text[at : keys[0][1].end]}",
        number,
        _wanted(ends),
        text[: first(head, "SELECT").start],
        columns,
        others,
        text[order.start :],
    )


# -- reading -----------------------------------------------------------------------


def _items(head: list[Token]) -> list[tuple[str, list[Token]]]:
    """Variables that are selected, each with its tokens."""
    items: list[tuple[str, list[Token]]] = []
    depth, opened = 0, 0
    for number in range(head.index(first(head, "SELECT")) + 1, len(head)):
        token = head[number]
        if token.text == "(":
            opened = opened if depth else number
            depth += 1
        elif token.text == ")":
            depth -= 1
            if not depth:
                items.append((_named(head[opened : number + 1]), head[opened : number + 1]))
        elif not depth and token.kind == "variable":
            items.append((token.text[1:], [token]))
        elif not depth and token.text.upper() in ("WHERE", "FROM"):
            break
        elif not depth:  # DISTINCT, REDUCED, *
            raise Unfit
    if not items:
        raise Unfit
    return items


def _named(item: list[Token]) -> str:
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


def _keys(behind: list[Token]) -> tuple[list[tuple[str, Token]], list[Token]]:
    """Variables that are ordered by, each with its last token; what stands behind them."""
    keys = []
    while behind and behind[0].text.upper() not in _ENDS:
        if behind[0].kind == "variable":
            taken = 1
        elif _is_direction(behind[:4]):
            taken = 4
        else:
            raise Unfit
        variable = behind[0 if taken == 1 else 2]
        keys.append((variable.text[1:], behind[taken - 1]))
        behind = behind[taken:]
    if not keys:
        raise Unfit
    return keys, behind


def _is_direction(four: list[Token]) -> bool:
    kinds = [token.kind for token in four]
    marks = [token.text.upper() for token in four]
    return (
        kinds == ["word", "mark", "variable", "mark"]
        and marks[0] in ("ASC", "DESC")
        and (marks[1], marks[3]) == ("(", ")")
    )


def _wanted(ends: list[Token]) -> int:
    """Rows to the last that is wanted."""
    found = [token.text.upper() for token in ends]
    told = dict(zip(found[::2], found[1::2], strict=False))
    if len(found) != 2 * len(told) or "LIMIT" not in told or not told.keys() <= {*_ENDS}:
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


def _written(term: Any) -> str:
    if term is None:
        return "UNDEF"
    if not isinstance(term, pyoxigraph.NamedNode | pyoxigraph.Literal):
        raise Unfit  # a blank node has no name that another query could call it by
    return str(term)


def _list(names: Iterable[str]) -> str:
    return " ".join(f"?{name}" for name in names)
