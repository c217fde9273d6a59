"""Names as one types them: :func:`suggest`.

Takes how a name begins, gives what is called so: first what has a usual name that begins with
the text, then, from three letters on, names in which a later word does, then what has some
other name that begins so. Of either, what matters most comes first
(:func:`kgraph.search.documents.worth`).
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.text import key, without_surrogates
from kgraph.search.documents import KINDS, Kind
from kgraph.search.filters import check
from kgraph.search.index import Index, Row
from kgraph.search.syntax import Query, Term, parse

INSIDE = 3
"""Letters from which later words of a name count: fewer begin a word of too many names."""

LOOKED = 8
"""For each suggestion, how many things with a fitting name are looked at: other names crowd."""

NAMED: tuple[Kind, ...] = ("entity", "show", "theme", "episode")
"""Kinds of things that have names."""


class Suggestion(msgspec.Struct, frozen=True):
    """A thing that may be meant.

    Attributes:
        name: label or title.
        kind: one of :data:`NAMED`.
        type: of an entity or a show, its type; else "".
        id: relative IRI.
    """

    name: str
    kind: Kind
    type: str
    id: str


def suggest(
    index: Index, start: str, kinds: Collection[str] = (), limit: int = 8
) -> tuple[Suggestion, ...]:
    """Things whose names begin so, or hold a word that does.

    Args:
        index: where.
        start: what was typed so far; without a word in it, nothing begins so.
        kinds: only things of these kinds; empty for all of :data:`NAMED`.
        limit: how many at the most.

    Raises:
        InputError: a kind is not known.
        StoreError: the index is damaged.
    """
    check("kind", kinds, KINDS)
    wanted = [n for n, kind in enumerate(KINDS) if kind in (kinds or NAMED)]
    folded = key(without_surrogates(start))
    if not folded:
        return ()
    marks = ", ".join("?" * len(wanted))
    begun = [_suggestion(index, row) for row in _beginning(index, folded, marks, wanted, limit)]
    usual = [found for found in begun if key(found.name).startswith(folded)]
    if len(usual) < limit and len(folded) >= INSIDE:
        usual += [_suggestion(index, r) for r in _inside(index, start, marks, wanted, limit)]
    return tuple(dict.fromkeys((*usual, *begun)))[:limit]


def _beginning(index: Index, folded: str, marks: str, wanted: list[int], limit: int) -> list[Row]:
    return index.rows(
        "SELECT DISTINCT t.page, t.place, t.worth, t.number FROM name AS n "
        "JOIN thing AS t ON t.number = n.thing "
        # Of all that begin so: above every text that does stands the last code point.
        f"WHERE n.key >= ? AND n.key < ? || char(1114111) AND t.kind IN ({marks}) "
        "ORDER BY t.worth DESC, t.number LIMIT ?",
        (folded, folded, *wanted, LOOKED * limit),
    )


def _inside(index: Index, start: str, marks: str, wanted: list[int], limit: int) -> list[Row]:
    try:
        query = parse(start)
    except InputError:
        return []
    return index.rows(
        "SELECT t.page, t.place FROM word "
        "JOIN thing AS t ON t.number = word.rowid "
        f"WHERE word MATCH ? AND t.kind IN ({marks}) ORDER BY t.worth DESC, t.number LIMIT ?",
        (f"name : ({_unfinished(query).fts()})", *wanted, limit),
    )


def _unfinished(query: Query) -> Query:
    """What is looked for, with its last word taken for how a word begins."""
    *groups, last = query.groups
    *terms, term = last
    return Query((*groups, (*terms, Term(term.words, prefix=True))))


def _suggestion(index: Index, row: Row) -> Suggestion:
    page, place = row[:2]
    entry = index.entry(int(page), int(place))
    return Suggestion(entry.name, entry.kind, entry.type, entry.id)
