"""Name completion (:func:`suggest_things`), without names that only unlikely mentions have.

First come things whose label begins with the text. From three letters on, things follow with a
later word of the label that does, then things with another name that does. Each group is ordered by
:func:`kgraph.search.documents.compute_rank_factor`.
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

MIN_INNER_LETTERS = 3  #: letters from which later words of a name are searched
CANDIDATES_PER_SUGGESTION = 8  #: rows per suggestion, as a thing may have many matching names

#: Kinds of things that have names.
KINDS_WITH_NAME: tuple[HitKind, ...] = ("entity", "show", "theme", "episode")


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
    index: Index, prefix: str, kinds: Collection[str] = (), limit: int = 8
) -> tuple[Suggestion, ...]:
    """Return things with a name that begins with a text, or has a word that does.

    Args:
        prefix: the text typed so far; without a word, nothing matches.
        kinds: of the things; empty for all of :data:`KINDS_WITH_NAME`.

    Raises:
        InputError: there is no such kind.
    """
    check_filter_values("kind", kinds, HIT_KINDS)
    numbers = [n for n, kind in enumerate(HIT_KINDS) if kind in (kinds or KINDS_WITH_NAME)]
    key = name_key(replace_surrogates(prefix))
    if not key:
        return ()
    placeholders = ", ".join("?" * len(numbers))
    rows = index.rows(
        "SELECT DISTINCT t.page, t.place, t.worth, t.number FROM name AS n "
        "JOIN thing AS t ON t.number = n.thing "
        # The last code point sorts after every text that begins with the key.
        "WHERE n.key >= ? AND n.key < ? || char(1114111) AND NOT t.unlikely "
        f"AND t.kind IN ({placeholders}) "
        "ORDER BY t.worth DESC, t.number LIMIT ?",
        (key, key, *numbers, CANDIDATES_PER_SUGGESTION * limit),
    )
    by_any_name = [_make_suggestion(index, row) for row in rows]
    by_label = [match for match in by_any_name if name_key(match.name).startswith(key)]
    if len(by_label) < limit and len(key) >= MIN_INNER_LETTERS:
        rows = _find_by_inner_word(index, prefix, placeholders, numbers, limit)
        by_label += [_make_suggestion(index, row) for row in rows]
    return tuple(dict.fromkeys((*by_label, *by_any_name)))[:limit]


def _find_by_inner_word(
    index: Index, prefix: str, placeholders: str, kinds: list[int], limit: int
) -> list[SqlRow]:
    try:
        query = parse_search(prefix)
    except InputError:
        return []
    *groups, last_group = query.groups
    *terms, last_term = last_group
    query = SearchQuery((*groups, (*terms, SearchTerm(last_term.words, is_prefix=True))))
    return index.rows(
        "SELECT t.page, t.place FROM word JOIN thing AS t ON t.number = word.rowid "
        f"WHERE word MATCH ? AND NOT t.unlikely AND t.kind IN ({placeholders}) "
        "ORDER BY t.worth DESC, t.number LIMIT ?",
        (f"name : ({query.to_fts()})", *kinds, limit),
    )


def _make_suggestion(index: Index, row: SqlRow) -> Suggestion:
    document = index.entry(int(row[0]), int(row[1]))
    return Suggestion(document.name, document.kind, document.type, document.id)
