"""What a search's hits are, counted: :func:`count_facets`.

Takes what :func:`kgraph.search.search` takes, gives how many things fit by kind, type, show
and theme. Each facet is counted as if it were not filtered by itself, so that it says what
another choice would give.
"""

from __future__ import annotations

import msgspec

from kgraph.base.text import replace_surrogates
from kgraph.search.documents import HIT_KINDS
from kgraph.search.filters import (
    Filters,
    SqlClause,
    build_match_clause,
    build_posting_clause,
    build_thing_clause,
)
from kgraph.search.index import Index, SqlRow, SqlValue
from kgraph.search.syntax import SearchQuery, parse_search

MAX_FACET_VALUES = 8
"""Shows and themes that are counted: the largest."""


class Count(msgspec.Struct, frozen=True):
    """How many of the things that fit have a value: a kind, type, or name of a show or theme."""

    value: str
    things: int


class Facets(msgspec.Struct, frozen=True):
    """What fits a search, counted.

    Attributes:
        total: how many things fit.
        kinds: by kind, in the order of :data:`kgraph.search.documents.HIT_KINDS`.
        types: entities and shows by type, most first.
        shows: things by the show of an episode in which they stand, most first.
        themes: quotes and episodes by the theme that they are filed under, most first.
    """

    total: int
    kinds: tuple[Count, ...] = ()
    types: tuple[Count, ...] = ()
    shows: tuple[Count, ...] = ()
    themes: tuple[Count, ...] = ()


def count_facets(
    index: Index, text: str, filters: Filters | None = None, *, partial: bool = False
) -> Facets:
    """Count what fits.

    Args:
        index: where.
        text: as :func:`kgraph.search.search` takes it.
        filters: which hits are wanted.
        partial: count what has at least half of the words, as ``Found.partial`` has it.

    Raises:
        InputError: the text has no word, or a filter has no such value.
        StoreError: the index is damaged.
    """
    query = parse_search(replace_surrogates(text))
    count = _FacetCounter(index, (query.relax() if partial else None) or query)
    wanted = filters or Filters()
    [(total,)] = count.count_rows(wanted, "SELECT count(*) FROM found")
    return Facets(
        int(total),
        count.count_kinds(msgspec.structs.replace(wanted, kinds=frozenset(), types=frozenset())),
        count.count_types(msgspec.structs.replace(wanted, kinds=frozenset(), types=frozenset())),
        count.count_shows(msgspec.structs.replace(wanted, show="")),
        count.count_themes(msgspec.structs.replace(wanted, theme="")),
    )


class _FacetCounter:
    """The things that fit, counted in several ways."""

    def __init__(self, index: Index, query: SearchQuery) -> None:
        self._index = index
        self._query = query

    def count_rows(self, filters: Filters, sql: str) -> list[SqlRow]:
        """Rows of a query that speaks of ``found``: the things that fit, as rows of ``thing``."""
        return self._fetch_rows(filters, build_posting_clause(self._index, filters), sql)

    def _fetch_rows(
        self, filters: Filters, where: SqlClause, sql: str, *values: SqlValue
    ) -> list[SqlRow]:
        wanted = build_thing_clause(self._index, filters, where)
        rows = build_match_clause(self._query)
        return self._index.rows(
            f"WITH found AS MATERIALIZED (SELECT t.* FROM {rows.sql} "
            f"WHERE word MATCH ?{wanted.sql}) {sql}",
            (*rows.values, self._query.to_fts(), *wanted.values, *values),
        )

    def count_kinds(self, filters: Filters) -> tuple[Count, ...]:
        found = self.count_rows(
            filters, "SELECT kind, count(*) FROM found GROUP BY kind ORDER BY kind"
        )
        return tuple(Count(HIT_KINDS[int(kind)], int(n)) for kind, n in found)

    def count_types(self, filters: Filters) -> tuple[Count, ...]:
        found = self.count_rows(
            filters,
            "SELECT type, count(*) AS n FROM found WHERE type != '' GROUP BY type "
            "ORDER BY n DESC, type",
        )
        return tuple(Count(str(type_), int(n)) for type_, n in found)

    def count_shows(self, filters: Filters) -> tuple[Count, ...]:
        where = build_posting_clause(
            self._index, filters
        )  # a thing counts for episodes that are wanted
        found = self._fetch_rows(
            filters,
            where,
            "SELECT e.show, count(DISTINCT t.number) AS n FROM found AS t "
            "JOIN standing AS s ON s.thing = t.number JOIN episode AS e ON e.number = s.episode "
            f"WHERE e.show != ''{where.sql} GROUP BY e.show ORDER BY n DESC, e.show LIMIT {MAX_FACET_VALUES}",
            *where.values,
        )
        return tuple(Count(str(show), int(n)) for show, n in found)

    def count_themes(self, filters: Filters) -> tuple[Count, ...]:
        found = self.count_rows(
            filters,
            "SELECT t.page, t.place, count(*) AS n FROM found AS f "
            "JOIN filed ON filed.thing = f.number JOIN thing AS t ON t.number = filed.theme "
            f"GROUP BY filed.theme ORDER BY n DESC, filed.theme LIMIT {MAX_FACET_VALUES}",
        )
        return tuple(
            Count(self._index.entry(int(page), int(place)).name, int(n)) for page, place, n in found
        )
