"""The full-text index of a build, opened for reading (:class:`Index`).

:mod:`kgraph.search.writer` describes the file. Opening reads it once, to verify its checksum.
Besides searches it answers which quotes and episodes a theme has, and which quotes some episodes
have; a theme includes its narrower themes.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from kgraph.base.errors import StoreError
from kgraph.base.model import dump_json
from kgraph.graph.records import FormerThing
from kgraph.search.documents import HIT_KINDS, HitKind, SearchDocument
from kgraph.search.index_file import open_index_file
from kgraph.search.syntax import SearchQuery
from kgraph.store import Store, layout

MAX_CACHED_QUERIES = 16  #: queries with signs; a search with its facets asks for one several times

SqlValue = str | int | float
SqlRow = tuple[SqlValue, ...]


class Index:
    """The full-text index of one build; several threads may use it.

    Raises:
        StoreError: its build has no index, or a damaged one.
    """

    def __init__(self, store: Store) -> None:
        self.base = store.meta.base
        self._store = store
        self._path = store.build / layout.SEARCH_FILE
        store.checksums.check_files(layout.SEARCH_FILE)
        self._connection = open_index_file(self._path)
        weakref.finalize(self, self._connection.close)
        self._match_cached = lru_cache(MAX_CACHED_QUERIES)(self._match_texts)

    @property
    def former(self) -> Mapping[str, FormerThing]:
        """Things of earlier builds that are no longer in the graph, by id."""
        return self._store.shared.former

    def rows(self, sql: str, values: Sequence[SqlValue] = ()) -> list[SqlRow]:
        """Return all rows of a query."""
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {error}: build again") from error

    def find_number(self, id_: str, kinds: Sequence[HitKind] = HIT_KINDS) -> int:
        """Return the number of the thing with an id, of one of some kinds; 0 for none."""
        numbers = [number for number, kind in enumerate(HIT_KINDS) if kind in kinds]
        rows = self.rows(
            f"SELECT number FROM thing WHERE id = ? AND kind IN ({', '.join('?' * len(numbers))})",
            (id_, *numbers),
        )
        return int(rows[0][0]) if rows else 0

    def read_document(self, number: int) -> SearchDocument:
        """Return the document of the thing with a number."""
        [(id_, kind, worth, name, also, text, type_, advert, unlikely)] = self.rows(
            "SELECT t.id, t.kind, t.worth, d.name, d.also, d.text, t.type, t.advert, t.unlikely "
            "FROM thing AS t JOIN document AS d USING (number) WHERE number = ?",
            (number,),
        )
        return SearchDocument(
            *(str(id_), HIT_KINDS[int(kind)], float(worth), str(name), str(also), str(text)),
            *(str(type_), bool(advert), bool(unlikely)),
        )

    def find_matching_texts(self, query: SearchQuery) -> tuple[int, ...]:
        """Return the numbers of the things whose texts match, signs behind a letter included.

        The texts of all that match without signs are read.
        """
        return self._match_cached(query)

    def _match_texts(self, query: SearchQuery) -> tuple[int, ...]:
        rows = self.rows(
            "SELECT d.number, d.name, d.also, d.text FROM word JOIN document AS d "
            "ON d.number = word.rowid WHERE word MATCH ? ORDER BY d.number",
            (query.to_fts(),),
        )
        return tuple(
            int(number) for number, *texts in rows if query.matches("\n".join(map(str, texts)))
        )


# -- quotes of a theme or of some episodes, and episodes of a theme, without a text --

# Tables: :mod:`kgraph.search.writer`. A row of ``standing`` says that a thing occurs in an episode,
# one of ``filed`` that a quote or an episode belongs to a theme.
_QUOTES_SQL = """SELECT t.id, d.text, s.weight, e.slug
FROM standing AS s JOIN episode AS e ON e.number = s.episode
JOIN thing AS t ON t.number = s.thing JOIN document AS d ON d.number = t.number
WHERE {where} AND t.kind = ? AND NOT t.advert
ORDER BY s.weight DESC, e.slug, t.id LIMIT ?"""

_THEME_QUOTES_SQL = _QUOTES_SQL.format(where="s.thing IN (SELECT thing FROM filed WHERE theme = ?)")
_EPISODE_QUOTES_SQL = _QUOTES_SQL.format(where="e.slug IN (SELECT value FROM json_each(?))")


class EpisodeQuote(msgspec.Struct, frozen=True):
    """A quote in an episode."""

    id: str  #: relative IRI of the quote
    text: str
    relevance: float  #: in this episode, in [0, 1]
    slug: str  #: of the episode


def find_theme_quotes(index: Index, id_: str, limit: int) -> list[EpisodeQuote]:
    """Return the most relevant quotes of a theme, adverts aside."""
    return _find_quotes(index, _THEME_QUOTES_SQL, index.find_number(id_), limit)


def find_episode_quotes(index: Index, slugs: Sequence[str], limit: int) -> list[EpisodeQuote]:
    """Return the most relevant quotes of some episodes, adverts aside."""
    return _find_quotes(index, _EPISODE_QUOTES_SQL, dump_json(slugs), limit)


def _find_quotes(index: Index, sql: str, value: SqlValue, limit: int) -> list[EpisodeQuote]:
    rows = index.rows(sql, (value, HIT_KINDS.index("quote"), limit))
    return [
        EpisodeQuote(str(quote), str(text), float(weight), str(slug))
        for quote, text, weight, slug in rows
    ]


def find_theme_episodes(index: Index, id_: str) -> list[str]:
    """Return the slugs of the episodes with a quote of a theme, sorted."""
    rows = index.rows(
        "SELECT e.slug FROM filed AS f JOIN episode AS e ON e.number = f.episode "
        "JOIN thing AS t ON t.number = f.thing WHERE f.theme = ? AND t.kind = ? ORDER BY e.slug",
        (index.find_number(id_), HIT_KINDS.index("episode")),
    )
    return [str(slug) for (slug,) in rows]


def count_episodes(index: Index, kind: HitKind) -> dict[str, int]:
    """Return the number of episodes of each thing of a kind, by id, as a search gives it."""
    rows = index.rows(
        "SELECT t.id, count(*) FROM thing AS t JOIN standing AS s ON s.thing = t.number "
        "WHERE t.kind = ? AND NOT s.unlikely GROUP BY t.number",
        (HIT_KINDS.index(kind),),
    )
    return {str(id_): int(episodes) for id_, episodes in rows}
