"""What weighs most of a theme or a show, without a word to look for.

Takes an index and an id, gives quotes and episodes by place: what is filed under a theme is
filed under every broader one, too.
"""

from __future__ import annotations

import msgspec

from kgraph.search.documents import HIT_KINDS
from kgraph.search.index import Index

_QUOTES_SQL = """SELECT t.id, t.page, t.place, s.weight, e.slug
FROM {source} JOIN standing AS s ON {join} JOIN episode AS e ON e.number = s.episode
JOIN thing AS t ON t.number = s.thing
WHERE {where} AND t.kind = ? AND NOT t.advert
ORDER BY s.weight DESC, e.number, t.number LIMIT ?"""

_THEME_QUOTES_SQL = _QUOTES_SQL.format(
    source="filed AS f", join="s.thing = f.thing", where="f.theme = ?"
)
_SHOW_QUOTES_SQL = _QUOTES_SQL.format(
    # The plus keeps the engine from walking the things first: standings of few episodes count.
    source="(SELECT number FROM episode WHERE series = ?) AS own",
    join="s.episode = own.number",
    where="1",
)


class EpisodeQuote(msgspec.Struct, frozen=True):
    """A quote where it stands.

    Attributes:
        id: relative IRI of the quote.
        text: its words.
        relevance: there, in [0, 1].
        slug: of the episode.
    """

    id: str
    text: str
    relevance: float
    slug: str


def find_theme_quotes(index: Index, id_: str, limit: int) -> list[EpisodeQuote]:
    """The most relevant quotes filed under a theme, or under a narrower one; no adverts."""
    return _fetch_quotes(index, _THEME_QUOTES_SQL, id_, limit)


def find_show_quotes(index: Index, id_: str, limit: int) -> list[EpisodeQuote]:
    """The most relevant quotes of a show's episodes; no adverts."""
    return _fetch_quotes(index, _SHOW_QUOTES_SQL, id_, limit)


def find_theme_episodes(index: Index, id_: str) -> list[str]:
    """Slugs of the episodes with a quote that is filed under a theme, in canonical order."""
    found = index.rows(
        "SELECT e.slug FROM filed AS f JOIN standing AS s ON s.thing = f.thing "
        "JOIN episode AS e ON e.number = s.episode JOIN thing AS t ON t.number = f.thing "
        "WHERE f.theme = ? AND t.kind = ? ORDER BY e.number",
        (_find_number(index, id_), HIT_KINDS.index("episode")),
    )
    return [str(slug) for (slug,) in found]


def _fetch_quotes(index: Index, sql: str, id_: str, limit: int) -> list[EpisodeQuote]:
    rows = index.rows(sql, (_find_number(index, id_), HIT_KINDS.index("quote"), limit))
    return [
        EpisodeQuote(str(quote), index.entry(int(page), int(place)).text, float(weight), str(slug))
        for quote, page, place, weight, slug in rows
    ]


def _find_number(index: Index, id_: str) -> int:
    """Number of the thing of that id; 0 where it is none."""
    found = index.rows("SELECT number FROM thing WHERE id = ?", (id_,))
    return int(found[0][0]) if found else 0
