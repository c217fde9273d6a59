"""What a query selects, and what stands behind its group: how rows are grouped, ordered and cut."""

from __future__ import annotations

from typing import NamedTuple

from kgraph.columns.expressions import is_whole, named
from kgraph.columns.groups import Bound, bound
from kgraph.joins.tokens import LIMITS, Token, Unfit, closing, keys_of, spelt

AGGREGATES = ("COUNT", "SUM", "AVG", "MIN", "MAX")


class Column(NamedTuple):
    """What is selected.

    Attributes:
        name: of the variable.
        aggregate: one of :data:`AGGREGATES`, or "" for the variable itself.
        of: the variable that is aggregated, or ``*``.
        distinct: whether each of its values counts once.
    """

    name: str
    aggregate: str = ""
    of: str = ""
    distinct: bool = False


class Ends(NamedTuple):
    """What stands behind a group.

    Attributes:
        groups: variables that rows are grouped by; None where they are not.
        bound: those of them that are bound there.
        order: variables that rows are ordered by, and whether downwards.
        offset: rows that are passed over.
        limit: rows that are wanted; None for all.
    """

    groups: list[str] | None
    bound: list[Bound]
    order: list[tuple[str, bool]]
    offset: int
    limit: int | None


def selected(tokens: list[Token]) -> tuple[bool, list[Column]]:
    """Whether each row is wanted once, and what is selected.

    Args:
        tokens: between SELECT and the group.

    Raises:
        Unfit: it is something else.
    """
    distinct = bool(tokens) and spelt(tokens[0]) == "DISTINCT"
    rest = tokens[distinct:]
    if rest and spelt(rest[-1]) == "WHERE":
        rest = rest[:-1]
    columns = []
    while rest:
        taken = closing(rest, 0) + 1 if rest[0].text == "(" else 1
        columns.append(_column(rest[:taken]))
        rest = rest[taken:]
    if not columns:
        raise Unfit
    return distinct, columns


def _column(item: list[Token]) -> Column:
    """A variable, or ``(COUNT(DISTINCT ?a) AS ?n)``."""
    if len(item) == 1 and item[0].kind == "variable":
        return Column(named(item[0]))
    said = [spelt(token) for token in item]
    distinct = said[3:4] == ["DISTINCT"]
    if distinct:
        del item[3], said[3]
    if len(item) != 8 or said[1] not in AGGREGATES or item[6].kind != "variable":
        raise Unfit
    if [said[0], said[2], said[4], said[5], said[7]] != ["(", "(", ")", "AS", ")"]:
        raise Unfit
    is_all = said[3] == "*" and said[1] == "COUNT" and not distinct
    if not is_all and item[3].kind != "variable":
        raise Unfit
    if distinct and said[1] != "COUNT":
        raise Unfit
    return Column(named(item[6]), said[1], "*" if is_all else named(item[3]), distinct)


def ends(tail: list[Token]) -> Ends:
    """What stands behind a group.

    Raises:
        Unfit: it is something else, or wants some rows, whichever.
    """
    found = Ends(None, [], [], 0, None)
    seen: list[str] = []
    while tail:
        seen.append(spelt(tail[0]))
        if [spelt(token) for token in tail[:2]] == ["GROUP", "BY"]:
            groups, bound, tail = _keys(tail[2:])
            found = found._replace(groups=groups, bound=bound)
        elif [spelt(token) for token in tail[:2]] == ["ORDER", "BY"]:
            order, tail = keys_of(tail[2:])
            found = found._replace(order=[(f"?{key.name}", key.is_down) for key in order])
        elif seen[-1] in LIMITS and tail[1:2] and is_whole(tail[1]):
            number, tail = int(tail[1].text), tail[2:]
            is_limit = seen[-1] == "LIMIT"
            found = found._replace(limit=number) if is_limit else found._replace(offset=number)
        else:
            raise Unfit
    if len({*seen}) < len(seen) or seen != sorted(seen, key=_TURN.__getitem__):
        raise Unfit
    if seen and not {"GROUP", "ORDER"} & {*seen}:  # the engine ends when it has found some
        raise Unfit
    return found


_TURN = {"GROUP": 0, "ORDER": 1, "LIMIT": 2, "OFFSET": 2}
"""What stands before what."""


def _keys(tail: list[Token]) -> tuple[list[str], list[Bound], list[Token]]:
    """Variables that are grouped by, those among them that are bound there, and the rest."""
    names, texts = [], []
    while tail and (tail[0].kind == "variable" or tail[0].text == "("):
        if tail[0].text == "(":
            closed = closing(tail, 0)
            texts.append(bound(tail[1:closed]))
            names.append(texts[-1].name)
            tail = tail[closed + 1 :]
        else:
            names.append(named(tail[0]))
            tail = tail[1:]
    if not names:
        raise Unfit
    return names, texts, tail
