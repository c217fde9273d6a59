"""Names as one types them: :func:`suggest_things`.

Takes how a name begins, gives what is called so: first what has a usual name that begins with
the text, then, from three letters on, names in which a later word does, then what has some
other name that begins so. Of either, what matters most comes first
(:func:`kgraph.search.documents.compute_rank_factor`).
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.text import name_key, replace_surrogates
from kgraph.search.documents import HIT_KINDS, HitKind
from kgraph.search.filters import check_filter_values
from kgraph.search.index import Index, SqlRow
from kgraph.search.syntax import SearchQuery, SearchTerm, parse_search

MIN_INNER_LETTERS = 3
"""Letters from which later words of a name count: fewer begin a word of too many names."""

CANDIDATES_PER_SUGGESTION = 8
"""For each suggestion, how many things with a fitting name are looked at: other names crowd."""

KINDS_WITH_NAME: tuple[HitKind, ...] = ("entity", "show", "theme", "episode")
"""Kinds of things that have names."""


class Suggestion(msgspec.Struct, frozen=True):
    """A thing that may be meant.

    Attributes:
        name: label or title.
        kind: one of :data:`KINDS_WITH_NAME`.
        type: of an entity or a show, its type; else "".
        id: relative IRI.
    """

    name: str
    kind: HitKind
    type: str
    id: str


def suggest_things(
    index: Index, start: str, kinds: Collection[str] = (), limit: int = 8
) -> tuple[Suggestion, ...]:
    """Things whose names begin so, or hold a word that does.

    Args:
        index: where.
        start: what was typed so far; without a word in it, nothing begins so.
        kinds: only things of these kinds; empty for all of :data:`KINDS_WITH_NAME`.
        limit: how many at the most.

    Raises:
        InputError: a kind is not known.
        StoreError: the index is damaged.
    """
    check_filter_values("kind", kinds, HIT_KINDS)
    wanted = [n for n, kind in enumerate(HIT_KINDS) if kind in (kinds or KINDS_WITH_NAME)]
    folded = name_key(replace_surrogates(start))
    if not folded:
        return ()
    marks = ", ".join("?" * len(wanted))
    begun = [
        _make_suggestion(index, row) for row in _find_by_prefix(index, folded, marks, wanted, limit)
    ]
    usual = [found for found in begun if name_key(found.name).startswith(folded)]
    if len(usual) < limit and len(folded) >= MIN_INNER_LETTERS:
        usual += [
            _make_suggestion(index, r)
            for r in _find_by_inner_word(index, start, marks, wanted, limit)
        ]
    return tuple(dict.fromkeys((*usual, *begun)))[:limit]


def _find_by_prefix(
    index: Index, folded: str, marks: str, wanted: list[int], limit: int
) -> list[SqlRow]:
    return index.rows(
        "SELECT DISTINCT t.page, t.place, t.worth, t.number FROM name AS n "
        "JOIN thing AS t ON t.number = n.thing "
        # Of all that begin so: above every text that does stands the last code point.
        f"WHERE n.key >= ? AND n.key < ? || char(1114111) AND t.kind IN ({marks}) "
        "ORDER BY t.worth DESC, t.number LIMIT ?",
        (folded, folded, *wanted, CANDIDATES_PER_SUGGESTION * limit),
    )


def _find_by_inner_word(
    index: Index, start: str, marks: str, wanted: list[int], limit: int
) -> list[SqlRow]:
    try:
        query = parse_search(start)
    except InputError:
        return []
    return index.rows(
        "SELECT t.page, t.place FROM word "
        "JOIN thing AS t ON t.number = word.rowid "
        f"WHERE word MATCH ? AND t.kind IN ({marks}) ORDER BY t.worth DESC, t.number LIMIT ?",
        (f"name : ({_make_prefix_query(query).to_fts()})", *wanted, limit),
    )


def _make_prefix_query(query: SearchQuery) -> SearchQuery:
    """What is looked for, with its last word taken for how a word begins."""
    *groups, last = query.groups
    *terms, term = last
    return SearchQuery((*groups, (*terms, SearchTerm(term.words, is_prefix=True))))


def _make_suggestion(index: Index, row: SqlRow) -> Suggestion:
    page, place = row[:2]
    entry = index.entry(int(page), int(place))
    return Suggestion(entry.name, entry.kind, entry.type, entry.id)
