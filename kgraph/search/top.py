"""The top quotes and the episodes of a theme or a show, without a text to search for.

A theme includes its narrower themes.
"""

from __future__ import annotations

import msgspec

from kgraph.search.documents import HIT_KINDS
from kgraph.search.index import Index

# Tables: :mod:`kgraph.search.writer`. A row of ``standing`` says that a thing occurs in an episode,
# one of ``filed`` that a quote or an episode belongs to a theme.
_QUOTES_SQL = """SELECT t.id, t.page, t.place, s.weight, e.slug
FROM {source} JOIN standing AS s ON {join} JOIN episode AS e ON e.number = s.episode
JOIN thing AS t ON t.number = s.thing
WHERE {where} AND t.kind = ? AND NOT t.advert
ORDER BY s.weight DESC, e.number, t.number LIMIT ?"""

#: Kind of an id -> query of its quotes.
_QUOTES_SQL_BY_KIND = {
    "theme": _QUOTES_SQL.format(source="filed AS f", join="s.thing = f.thing", where="f.theme = ?"),
    "show": _QUOTES_SQL.format(
        # This reads all postings: no index of theirs starts with the episode.
        source="(SELECT number FROM episode WHERE series = ?) AS own",
        join="s.episode = own.number",
        where="1",
    ),
}


class EpisodeQuote(msgspec.Struct, frozen=True):
    """A quote in an episode."""

    id: str  #: relative IRI of the quote
    text: str
    relevance: float  #: in this episode, in [0, 1]
    slug: str  #: of the episode


def find_top_quotes(index: Index, id_: str, limit: int) -> list[EpisodeQuote]:
    """Return the most relevant quotes of a theme or a show, adverts aside."""
    sql = _QUOTES_SQL_BY_KIND[id_.partition("/")[0]]
    rows = index.rows(sql, (_find_number(index, id_), HIT_KINDS.index("quote"), limit))
    return [
        EpisodeQuote(
            str(quote), index.entry(int(page), int(position)).text, float(weight), str(slug)
        )
        for quote, page, position, weight, slug in rows
    ]


def find_theme_episodes(index: Index, id_: str) -> list[str]:
    """Return slugs of the episodes with a quote of a theme, in canonical order."""
    rows = index.rows(
        "SELECT e.slug FROM filed AS f JOIN standing AS s ON s.thing = f.thing "
        "JOIN episode AS e ON e.number = s.episode JOIN thing AS t ON t.number = f.thing "
        "WHERE f.theme = ? AND t.kind = ? ORDER BY e.number",
        (_find_number(index, id_), HIT_KINDS.index("episode")),
    )
    return [str(slug) for (slug,) in rows]


def _find_number(index: Index, id_: str) -> int:
    """Return the number of the thing with an id; 0 for none."""
    rows = index.rows("SELECT number FROM thing WHERE id = ?", (id_,))
    return int(rows[0][0]) if rows else 0
