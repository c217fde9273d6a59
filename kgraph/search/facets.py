"""Counts of a search's matches by kind, type, show and theme (:func:`count_facets`).

Each facet ignores its own filter, so that it shows what another choice would give.
"""

from __future__ import annotations

import msgspec

from kgraph.base.text import replace_surrogates
from kgraph.search.documents import HIT_KINDS
from kgraph.search.filters import (
    Filters,
    build_match_clause,
    build_posting_clause,
    build_thing_clause,
)
from kgraph.search.index import Index, SqlRow, SqlValue
from kgraph.search.syntax import SearchQuery, parse_search

MAX_FACET_VALUES = 8  #: shows and themes, the largest


class FacetCount(msgspec.Struct, frozen=True):
    """How many of the things that fit have a value: a kind, type, or name of a show or theme."""

    value: str
    things: int


class Facets(msgspec.Struct, frozen=True):
    """The matches of a search, counted.

    Attributes:
        total: how many things fit.
        kinds: by kind, in the order of :data:`kgraph.search.documents.HIT_KINDS`.
        types: entities and shows by type, most first.
        shows: things by the show of an episode in which they stand, most first.
        themes: quotes and episodes by the theme that they are filed under, most first.
    """

    total: int
    kinds: tuple[FacetCount, ...] = ()
    types: tuple[FacetCount, ...] = ()
    shows: tuple[FacetCount, ...] = ()
    themes: tuple[FacetCount, ...] = ()


def count_facets(
    index: Index, text: str, filters: Filters | None = None, *, partial: bool = False
) -> Facets:
    """Count the matches of a search; if ``partial``, things with at least half of the words."""
    query = parse_search(replace_surrogates(text))
    query = (query.relax() if partial else None) or query
    filters = filters or Filters()
    any_kind = msgspec.structs.replace(filters, kinds=frozenset(), types=frozenset())
    any_show = msgspec.structs.replace(filters, show="")
    any_theme = msgspec.structs.replace(filters, theme="")

    [(total,)] = _count(index, query, filters, "SELECT count(*) FROM found")
    kinds = _count(
        index, query, any_kind, "SELECT kind, count(*) FROM found GROUP BY kind ORDER BY kind"
    )
    types = _count(
        index,
        query,
        any_kind,
        "SELECT type, count(*) AS n FROM found WHERE type != '' "
        "GROUP BY type ORDER BY n DESC, type",
    )
    postings = build_posting_clause(index, any_show)  # only postings in matching episodes count
    shows = _count(
        index,
        query,
        any_show,
        "SELECT e.show, count(DISTINCT t.number) AS n FROM found AS t "
        "JOIN standing AS s ON s.thing = t.number JOIN episode AS e ON e.number = s.episode "
        f"WHERE e.show != ''{postings.sql} "
        f"GROUP BY e.show ORDER BY n DESC, e.show LIMIT {MAX_FACET_VALUES}",
        *postings.values,
    )
    themes = _count(
        index,
        query,
        any_theme,
        "SELECT t.page, t.place, count(*) AS n FROM found AS f "
        "JOIN filed ON filed.thing = f.number JOIN thing AS t ON t.number = filed.theme "
        f"GROUP BY filed.theme ORDER BY n DESC, filed.theme LIMIT {MAX_FACET_VALUES}",
    )
    return Facets(
        int(total),
        tuple(FacetCount(HIT_KINDS[int(kind)], int(n)) for kind, n in kinds),
        tuple(FacetCount(str(type_), int(n)) for type_, n in types),
        tuple(FacetCount(str(show), int(n)) for show, n in shows),
        tuple(
            FacetCount(index.entry(int(page), int(entry)).name, int(n)) for page, entry, n in themes
        ),
    )


def _count(
    index: Index, query: SearchQuery, filters: Filters, sql: str, *values: SqlValue
) -> list[SqlRow]:
    """Return the rows of a query of ``found``, the matching rows of ``thing``."""
    clause = build_thing_clause(index, filters, build_posting_clause(index, filters))
    match = build_match_clause(query)
    return index.rows(
        f"WITH found AS MATERIALIZED (SELECT t.* FROM {match.sql} "
        f"WHERE word MATCH ?{clause.sql}) {sql}",
        (*match.values, query.to_fts(), *clause.values, *values),
    )
