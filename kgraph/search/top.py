"""What weighs most of a theme or a show, without a word to look for.

Takes an index and an id, gives quotes and episodes by place: what is filed under a theme is
filed under every broader one, too.
"""

from __future__ import annotations

import msgspec

from kgraph.search.documents import KINDS
from kgraph.search.index import Index

_QUOTES = """SELECT t.id, t.page, t.place, s.weight, e.slug
FROM {source} JOIN standing AS s ON {join} JOIN episode AS e ON e.number = s.episode
JOIN thing AS t ON t.number = s.thing
WHERE {where} AND t.kind = ? AND NOT t.advert
ORDER BY s.weight DESC, e.number, t.number LIMIT ?"""

_FILED = _QUOTES.format(source="filed AS f", join="s.thing = f.thing", where="f.theme = ?")
_OF_SHOW = _QUOTES.format(
    # The plus keeps the engine from walking the things first: standings of few episodes count.
    source="(SELECT number FROM episode WHERE series = ?) AS own",
    join="s.episode = own.number",
    where="1",
)


class Placed(msgspec.Struct, frozen=True):
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


def quotes_of_theme(index: Index, id_: str, limit: int) -> list[Placed]:
    """The most relevant quotes filed under a theme, or under a narrower one; no adverts."""
    return _placed(index, _FILED, id_, limit)


def quotes_of_show(index: Index, id_: str, limit: int) -> list[Placed]:
    """The most relevant quotes of a show's episodes; no adverts."""
    return _placed(index, _OF_SHOW, id_, limit)


def episodes_of_theme(index: Index, id_: str) -> list[str]:
    """Slugs of the episodes with a quote that is filed under a theme, in canonical order."""
    found = index.rows(
        "SELECT e.slug FROM filed AS f JOIN standing AS s ON s.thing = f.thing "
        "JOIN episode AS e ON e.number = s.episode JOIN thing AS t ON t.number = f.thing "
        "WHERE f.theme = ? AND t.kind = ? ORDER BY e.number",
        (_number(index, id_), KINDS.index("episode")),
    )
    return [str(slug) for (slug,) in found]


def _placed(index: Index, sql: str, id_: str, limit: int) -> list[Placed]:
    rows = index.rows(sql, (_number(index, id_), KINDS.index("quote"), limit))
    return [
        Placed(str(quote), index.entry(int(page), int(place)).text, float(weight), str(slug))
        for quote, page, place, weight, slug in rows
    ]


def _number(index: Index, id_: str) -> int:
    """Number of the thing of that id; 0 where it is none."""
    found = index.rows("SELECT number FROM thing WHERE id = ?", (id_,))
    return int(found[0][0]) if found else 0
